"""The iJw 3.2 standard: its fourteen messages as trees, in and out of XML, and their own rules.

A message is a `Message`: its kind ("JW323") and a tree of dictionaries with the standard's element
names, lists where the standard repeats an element, and `int`, `date`, `time` or `str` at the leaves.
"""

from dataclasses import dataclass
from typing import Any

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One iJw message. `kind` is "JW301" to "JW325", `tree` the content of its Bericht element."""

    kind: str
    tree: Tree
