"""The documentation says what the code does: every name, setting, link and example in it is real."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import BudgetwachtError
from schemas.reference import rows
from streams.cli import output
from streams.cli.main import COMMANDS, parser
from streams.figures.rollup import KEYS
from streams.ledger.signals import RULES
from streams.local.tables import TABLES
from streams.prognosis import split
from streams.prognosis.register import FIGURES
from streams.settings import Settings
from streams.workers import topics

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in PAGES}

# What stands for a value in an example.
PLACEHOLDERS = {
    **dict.fromkeys(("D", "DATE", "DATUM"), "2025-12-31"),
    **dict.fromkeys(("Y", "JAAR"), "2025"),
    "N": "31",
    "KEYS": "municipality",
    "FIGURE": "clients",
    "TABEL": "begroting",
    "AMOUNT": "1234,5",
}


def examples() -> Iterator[tuple[str, str]]:
    """Every command line in the documentation, with its page: in a fence, a block or back ticks."""
    for name, text in TEXTS.items():
        fences = "".join(re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
        yield from ((name, line) for line in re.findall(r"(?m)^(budgetwacht .+)$", fences))
        yield from ((name, line) for line in re.findall(r"(?m)^ {4}(budgetwacht .+)$", text))
        yield from ((name, line) for line in re.findall(r"`(budgetwacht [^`]+)`", text))


def spelled(line: str) -> list[str]:
    """The words of an example with a value for each placeholder; of a choice (a|b) the first."""
    line = re.sub(r"\|[\w.|-]+", "", re.sub(r"[\[\]]", "", line))
    words = shlex.split(line, comments=True)
    return [",".join(PLACEHOLDERS.get(part, part) for part in word.split(",")) for word in words]


def parsed(words: list[str]) -> argparse.Namespace:
    """A command line as the real parser reads it; exits when that is not possible."""
    args = parser().parse_args(words[1:])
    if "by" in args:
        output.keys(args.by)
    return args


def ticked(page: str) -> set[str]:
    """What stands in back ticks on a page."""
    return set(re.findall(r"`([^`\n]+)`", TEXTS[page]))


def table_rows(page: str) -> list[list[str]]:
    """The cells of every table row on a page."""
    found = re.findall(r"^\| (.*) \|$", TEXTS[page], re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)] for row in found]


def command_names() -> list[str]:
    return [name.replace("_", "-") for name in COMMANDS]


def test_there_are_pages_and_examples_to_hold() -> None:
    assert len(TEXTS) > 10
    assert len(list(examples())) > 40


@pytest.mark.parametrize(("page", "line"), sorted(set(examples())))
def test_every_example_is_a_command_line_that_parses(
    page: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command by itself is a mention: that it exists is enough."""
    words = spelled(line)
    if words[1:] == ["COMMAND", "--help"] or words[1:] in [[each] for each in command_names()]:
        return
    try:
        parsed(words)
    except SystemExit:
        pytest.fail(f"{page}: {line}: {capsys.readouterr().err}")
    except BudgetwachtError as error:
        pytest.fail(f"{page}: {line}: {error}")


@pytest.mark.parametrize(
    "line",
    [
        "budgetwacht replay DIR --as-of D",
        "budgetwacht replay DIR --as-of D --by onzin",
        "budgetwacht figures onzin DIR --as-of D",
        "budgetwacht tick --past",
    ],
)
def test_an_example_that_is_wrong_is_caught(line: str) -> None:
    with pytest.raises((SystemExit, BudgetwachtError)):
        parsed(spelled(line))


@pytest.mark.parametrize("name", command_names())
def test_every_command_is_in_the_documentation(name: str) -> None:
    assert any(line.split()[1] == name for _, line in examples())


@pytest.mark.parametrize("page", TEXTS)
def test_every_link_leads_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", TEXTS[page])
    local = [each for each in targets if "://" not in each]
    assert [each for each in local if not ((ROOT / page).parent / each).exists()] == []


@pytest.mark.parametrize("page", TEXTS)
def test_every_path_that_is_named_exists(page: str) -> None:
    """Paths from the root in back ticks; a name by itself is found in streams/ too."""
    where = r"(?:tests|streams|schemas|grafana|deploy|bench|requirements|docs)/[\w./*-]*"
    named = [each for each in ticked(page) if re.fullmatch(where, each)]
    assert [each for each in named if not any(ROOT.glob(each.rstrip("/")))] == []


def test_every_page_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(([\w/.-]+\.md)\)", TEXTS["README.md"]))
    assert set(TEXTS) - {"README.md"} <= linked


def test_every_make_target_that_is_named_exists_and_every_target_is_told_to_contributors() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    named = {
        match for text in TEXTS.values() for match in re.findall(r"(?m)(?:`|^)make ([a-z-]+)", text)
    }
    told = set(re.findall(r"`make ([a-z-]+)`", TEXTS["CONTRIBUTING.md"]))
    assert named <= targets
    assert targets - told == {"help", "servers", "clean"}


def test_the_figures_are_those_of_the_register_with_the_keys_they_can_be_split_by() -> None:
    found: dict[str, frozenset[str]] = {}
    for row in table_rows("docs/figures.md"):
        if len(row) == 3 and (names := re.findall(r"`(\w+)`", row[0])) and names[0] in FIGURES:
            but, _, keys = row[2].rpartition("all but ")
            listed = frozenset(keys.split(", "))
            found |= dict.fromkeys(names, frozenset(KEYS) - listed if row[2] != keys else listed)
            assert not but
    assert found == {name: kept.keys for name, kept in FIGURES.items()}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_defined_on_one_of_its_two_pages(name: str) -> None:
    assert (name in ticked("docs/figures-people.md")) != (name in ticked("docs/figures-money.md"))


def test_every_key_is_described() -> None:
    assert set(KEYS) <= ticked("docs/figures.md")
    assert set(split.KEYS) <= ticked("docs/prognosis.md")


def test_every_table_is_described_and_no_other() -> None:
    listed = re.findall(r"(?m)^\| `([a-z][a-z-]*)` \| .* \| .* \|$", TEXTS["docs/tables.md"])
    assert sorted(listed) == sorted(TABLES)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described_with_its_default(name: str) -> None:
    [row] = [
        row for row in table_rows("docs/operation.md") if f"`{name.upper()}`" in row[0].split(", ")
    ]
    default = Settings.model_fields[name].default
    if default not in (None, ""):
        told = row[1].split(", ")[row[0].split(", ").index(f"`{name.upper()}`")]
        assert (
            told == f"{default:g}" if isinstance(default, float) else told == str(default).lower()
        )


def test_every_rule_over_messages_is_told_as_the_code_has_it() -> None:
    found = {row[0]: row[4:] for row in table_rows("docs/signals.md") if row[0] in RULES}
    assert found == {name: [rule.reason, rule.source] for name, rule in RULES.items()}


def test_every_topic_is_in_the_design() -> None:
    every = (
        *topics.INPUTS,
        *(topics.CHANGELOG, topics.FIGURES, topics.REGIONS, topics.ALERTS, topics.PROGNOSES),
        topics.DEAD_LETTERS,
    )
    assert set(every) <= ticked("docs/design.md")


def _models(base: Any) -> Iterator[Any]:
    for model in base.__subclasses__():
        if hasattr(model, "FILE"):
            yield model
        yield from _models(model)


def test_the_columns_of_every_reference_file_are_told() -> None:
    """Optional ones in brackets; `bekend_sinds`, which every file may have, apart."""
    found = {}
    for name, columns in (
        row for row in table_rows("docs/reference.md") if re.fullmatch(r"\w+\.csv", row[0])
    ):
        whole, _, optional = columns.partition("(")
        found[name] = set(whole.rstrip("; ").split("; ")), set(optional.rstrip(")").split("; "))
    assert found == {
        model.FILE: (
            set(model.columns()) - model.OPTIONAL,
            (set(model.OPTIONAL) - {"bekend_sinds"}) or {""},
        )
        for model in _models(rows.Row)
    }
