"""The layers hold: imports point down only, and the core has neither a clock nor I/O.

The table is the one of CONTRIBUTING.md. Imports are read from the source, so one inside a
function or under TYPE_CHECKING counts too.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the bottom up; a package may import itself and what stands before it.
LAYERS = ["schemas", "streams.ledger", "streams.figures", "streams.prognosis", "streams.alerts"]
SHELL = "streams"  # everything else in it
CORE = LAYERS[1:]

# typing_extensions is pydantic's own too: on Python 3.11 it reads only that TypedDict.
THIRD_PARTY = {
    "schemas": {"pydantic", "pydantic_core", "typing_extensions"},
    **{name: {"numpy"} for name in CORE},
}

IMPURE_MODULES = {
    "asyncio",
    "concurrent",
    "http",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "signal",
    "smtplib",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
IMPURE_CALLS = {"open", "print", "input", "now", "utcnow", "today"}


def layer(module: str) -> str | None:
    """The layer of a module of ours; None for one that isn't."""
    if module.partition(".")[0] == "grafana":
        return "grafana"
    for name in [*LAYERS, SHELL]:
        if module == name or module.startswith(f"{name}."):
            return name
    return None


def imports(tree: ast.AST, module: str) -> Iterator[str]:
    """The full names of what the module imports; `from a import b` is a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*package, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def may_import(home: str, name: str) -> bool:
    """Whether a module of layer `home` may import `name`."""
    target = layer(name)
    if home in {"grafana", target}:
        return True
    if target == "grafana":
        return home == SHELL
    if target is not None:
        return home == SHELL or (target in LAYERS and LAYERS.index(target) < LAYERS.index(home))
    top = name.partition(".")[0]
    if home == SHELL:
        return top not in {"tests", "bench"}
    standard = top in sys.stdlib_module_names and not (home in CORE and top in IMPURE_MODULES)
    return standard or top in THIRD_PARTY[home]


def impure_calls(tree: ast.AST) -> Iterator[str]:
    """Names called in the module that read a clock or do I/O."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in IMPURE_CALLS:
                yield name


def violations(source: str, module: str) -> list[str]:
    """What breaks the layers in a module's source, in words."""
    tree, home = ast.parse(source), layer(module)
    if home is None:
        return []
    found = [f"imports {name}" for name in imports(tree, module) if not may_import(home, name)]
    if home in CORE:
        found += [f"calls {name}()" for name in impure_calls(tree)]
    return found


def sources() -> dict[str, Path]:
    """Every module of the product by its full name; a package's is `package.__init__`."""
    paths = [p for top in ("schemas", "streams", "grafana") for p in (ROOT / top).rglob("*.py")]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}


def test_imports_point_down_and_the_core_is_pure() -> None:
    found = {name: violations(path.read_text(), name) for name, path in sources().items()}
    assert found, "no module found: the check would pass on nothing"
    assert {name: broken for name, broken in found.items() if broken} == {}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("schemas.events", "import streams.ledger.book"),
        ("schemas.events", "from streams import settings"),
        ("schemas.events", "import redis"),
        ("schemas.ijw.read", "from lxml import etree"),
        ("streams.ledger.book", "from streams.figures import monitor"),
        ("streams.ledger.book", "from ..figures import monitor"),
        ("streams.ledger.__init__", "from ..alerts import rules"),
        ("streams.ledger.book", "def f():\n    import faust"),
        ("streams.ledger.book", "import time"),
        ("streams.ledger.book", "from os import environ"),
        ("streams.figures.monitor", "from datetime import date\nx = date.today()"),
        ("streams.figures.monitor", "import datetime\nx = datetime.datetime.now(datetime.UTC)"),
        ("streams.prognosis.chain", "import pydantic"),
        ("streams.prognosis.chain", "open('x')"),
        ("streams.alerts.rules", "from streams.settings import Settings"),
        ("streams.alerts.rules", "import streams.workers.app"),
        ("streams.alerts.rules", "import grafana"),
        ("streams.workers.app", "from tests.servers import Kafka"),
    ],
)
def test_a_broken_layer_is_caught(module: str, source: str) -> None:
    assert len(violations(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("schemas.events", "import json\nfrom pydantic import TypeAdapter"),
        ("streams.ledger.book", "from schemas.events import Event\nfrom . import keys"),
        ("streams.prognosis.chain", "import numpy as np\nfrom streams.ledger import book"),
        ("streams.alerts.rules", "from streams.prognosis.chain import ultimate"),
        ("streams.workers.app", "import faust, time\nfrom streams.alerts import rules\nprint(1)"),
        ("streams.cli.boards", "from grafana import build"),
        ("grafana.build", "from streams.metrics import names"),
    ],
)
def test_an_import_downwards_passes(module: str, source: str) -> None:
    assert violations(source, module) == []
