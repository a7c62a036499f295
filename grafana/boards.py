"""Every board by file name, and the bytes that are committed for it.

The same code gives the same bytes: keys sorted, nothing from the clock or the machine.
"""

import json
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana import gemeente

FOLDER = Path(__file__).parent / "dashboards"
BOARDS = {"gemeente.json": gemeente.board}


def rendered() -> dict[str, str]:
    """Per file name the board as classic Grafana JSON (schemaVersion 42, read by 11 to 13)."""
    return {name: _text(make().build()) for name, make in BOARDS.items()}


def _text(board: object) -> str:
    text = json.dumps(board, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False)
    return text + "\n"
