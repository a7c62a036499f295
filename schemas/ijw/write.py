"""From a message to bytes: UTF-8 without BOM, CR/LF, elements in the order of the standard (OP192).

Writing is the inverse of reading: `read_message(write_message(m)) == m` for every message that fits
the schemas.
"""

from xml.sax.saxutils import escape

from schemas.ijw import Message, Tree
from schemas.ijw.grammar import COMMON_NAMESPACE, NAMESPACE, Child, Shape, shape

_COMMON_PREFIX = "ijw:"
_COMMON_TAG = f"{{{COMMON_NAMESPACE}}}"


def write_message(message: Message) -> bytes:
    """The XML of a message.

    Raises `ValueError` for an element the message does not know or lacks; types are not checked.
    """
    own = message.kind.lower()
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<{own}:Bericht xmlns:ijw="{COMMON_NAMESPACE}" xmlns:{own}="{NAMESPACE.format(own)}">',
    ]
    _write_children(shape(message.kind), message.tree, f"{own}:", lines)
    lines += [f"</{own}:Bericht>", ""]
    return "\r\n".join(lines).encode()


def _write_children(parent: Shape, tree: Tree, own: str, lines: list[str]) -> None:
    if unknown := tree.keys() - parent.by_name.keys():
        raise ValueError(f"unknown element {min(unknown)}")
    if missing := parent.required - tree.keys():
        raise ValueError(f"missing element {min(missing)}")
    for child in parent.children:
        if child.name in tree:
            value = tree[child.name]
            for each in value if child.repeated else (value,):
                _write(child, each, own, lines)


def _write(child: Child, value: object, own: str, lines: list[str]) -> None:
    name = f"{_COMMON_PREFIX if child.tag.startswith(_COMMON_TAG) else own}{child.name}"
    if child.leaf is not None:
        lines.append(f"<{name}>{escape(child.leaf.write(value))}</{name}>")
    elif isinstance(value, dict):
        lines.append(f"<{name}>")
        _write_children(child.shape, value, own, lines)
        lines.append(f"</{name}>")
    else:
        raise ValueError(f"element {child.name} needs a dictionary")
