"""What is committed fits every machine: no path of one, no address of a package index."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# One letter of each name stands in brackets, so that this file doesn't match itself.
FOREIGN = [
    re.compile(pattern)
    for pattern in (
        r"(?<![\w.$}])/([w]ork|[r]oot|[h]ome/\w+|[U]sers/\w+)/",
        r"/[t]mp/\w+/\w",
        r"https?://[\w.-]*(py[p]i|python[h]osted|repo\d*\.[m]aven|npm[j]s|[g]olang|[c]rates|[d]ebian)\.",
        r"--(extra-)?index-[u]rl",
    )
]


def foreign(text: str) -> list[str]:
    """The parts of a text that only hold on one machine or name a package index."""
    return [match.group() for pattern in FOREIGN for match in pattern.finditer(text)]


def tracked() -> list[Path]:
    """Every file under version control that still exists."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_tracked_file_names_a_machine_path_or_a_package_index() -> None:
    texts = {path: path.read_text(errors="replace") for path in tracked()}
    assert texts
    found = {str(path.relative_to(ROOT)): foreign(text) for path, text in texts.items()}
    assert {name: parts for name, parts in found.items() if parts} == {}


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "work/main/x",
        '"/' + "root/.cache",
        "/" + "home/jan/x",
        "/" + "tmp/abc/def",
        "https://py" + "pi.org/simple",
        "https://files.python" + "hosted.org/x",
        "https://repo1." + "maven.org/maven2",
        "--index-" + "url x",
    ],
)
def test_a_foreign_text_is_caught(text: str) -> None:
    assert foreign(text)


def test_ordinary_texts_pass() -> None:
    assert foreign("a/work/b, $HOME/x, ./root/x, https://example.nl, /tmp, .make/kafka") == []


@pytest.mark.parametrize("name", ["run", "dev", "bench"])
def test_every_locked_package_has_an_exact_version_and_a_hash(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", text))
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+(\[[a-z,]+\])?==\S+ ", entry), entry
        assert "--hash=sha256:" in entry, entry
