"""The rules of iJw 3.2 that need more than one message: what they lead to, in words, and their source.

A rule without a return code of its own has 0001 (technical), or 8017 where a credit does not meet a
debit that it may take back. Where the standard's text names a code only, the rule is the TR number
that the code is made from (TR338 to TR340). The BW rules are ours: what is worth a look although no
rule of the standard is broken, or none that can be judged from messages.
"""

from typing import Final, Literal, NamedTuple

About = Literal["line", "declaration", "allocation", "request", "care"]


class Rule(NamedTuple):
    """A rule over several messages; `reason` completes what it is about ("<path>: <reason>").

    `rejects` tells whether an answer to a declaration rejects a line for it; any other rule only
    signals, whatever its code (OP364: starts and stops are no ground to reject a line).
    """

    code: str
    about: About
    reason: str
    source: str
    rejects: bool = False


_TECHNICAL: Final = "iJw 3.2, technical rule"
_CODE: Final = "iJw 3.2, return code"
_OWN: Final = "own rule"


def _line(code: str, reason: str, source: str) -> Rule:
    return Rule(code, "line", reason, source, rejects=True)


_LINES: Final = {
    "IV085": _line("8017", "the debit it takes back was not granted before", "iJw 3.2, IV085"),
    "IV091": _line("8017", "differs from the debit it takes back", "iJw 3.2, IV091"),
    "TR056": _line("9056", "an earlier message has this Identificatie", _TECHNICAL),
    "TR304": _line("8187", "the allocation is another client's", _TECHNICAL),
    "TR307": _line("9307", "begins before the allocation", _TECHNICAL),
    "TR308": _line("9308", "ends after the allocation", _TECHNICAL),
    "TR314": _line("8021", "an earlier line has this reference", f"{_TECHNICAL}, OP283"),
    "TR319": _line("9319", "lies after the period that is declared", _TECHNICAL),
    "TR321": _line("9321", "is more than the allocation has for the period", f"{_TECHNICAL}, IV077"),
    "TR322": _line("9322", "is more than the allocation has left", f"{_TECHNICAL}, IV077"),
    "TR323": _line("8017", "the debit it takes back is not known", _TECHNICAL),
    "TR333": _line("9333", "an earlier declaration has this number", f"{_TECHNICAL}, OP349"),
    "TR335": _line("0001", "ended more than five years before the declaration", _TECHNICAL),
    "TR338": _line("9338", "the provider has no such allocation", f"{_CODE} 9338"),
    "TR339": _line("9339", "is not the category of the allocation", f"{_CODE} 9339"),
    "TR340": _line("9340", "is not the product of the allocation", f"{_CODE} 9340"),
    "TR341": _line("9341", "is not the unit of the allocation", _TECHNICAL),
    "TR369": _line("9369", "is more than the budget of the allocation has left", _TECHNICAL),
    "TR384": _line("9384", "the allocation was deleted", _TECHNICAL),
    "TR387": _line("9387", "begins neither with the month nor with the allocation", _TECHNICAL),
    "TR388": _line("9388", "ends neither with the month nor with the allocation", _TECHNICAL),
    "TR389": _line("9389", "an earlier debit has the same allocation, product and period", _TECHNICAL),
    "TR390": _line("9390", "an earlier credit takes back the same debit", f"{_TECHNICAL}, OP360"),
    "TR418": _line("0611", "is not the tariff of the contract", _TECHNICAL),
}  # fmt: skip

_DECLARATIONS: Final = {
    "OP090x4": Rule("0001", "declaration", "was not answered within ten working days", "iJw 3.2, OP090x4"),
    "TR318": Rule("8214", "declaration", "its period does not follow on the last one, or repeat that", _TECHNICAL),
    "TR342": Rule("0001", "declaration", "the answer grants another sum than the lines it does not reject", _TECHNICAL),
    "TR358": Rule("0001", "declaration", "the answer gives another total than was declared", _TECHNICAL),
    "TR366": Rule("9366", "declaration", "is listed in the answer, but not in the declaration", _TECHNICAL),
    "TR367": Rule("9367", "declaration", "is listed in the answer with another amount", f"{_CODE} 9367"),
    "TR376": Rule("0001", "declaration", "the answer names another declaration number", _TECHNICAL),
}  # fmt: skip

_ALLOCATIONS: Final = {
    "IV013": Rule("0001", "allocation", "other contents came under the same date and time", "iJw 3.2, IV013"),
    "OP033": Rule("0001", "allocation", "changed in what needs a new number", "iJw 3.2, OP033x1, OP257"),
    "OP259": Rule("0001", "allocation", "a generic allocation overlaps with another", "iJw 3.2, OP259"),
    "OP288": Rule("0001", "allocation", "ended, and no stop of the care came within five working days", "iJw 3.2, OP288, OP272"),
    "OP380": Rule("0001", "allocation", "goes on where another could have been extended", "iJw 3.2, OP380"),
    "TR302": Rule("0001", "allocation", "an allocation of the same product overlaps", f"{_TECHNICAL}, OP259"),
    "TR332": Rule("9332", "allocation", "is of more than one client or provider", f"{_TECHNICAL}, OP275"),
    "TR379": Rule("9379", "allocation", "refers to a request that is not known", f"{_CODE} 9379, IV097"),
    "TR385": Rule("9385", "allocation", "was deleted with lines that were granted and not taken back", f"{_TECHNICAL}, CS335"),
    "BW01": Rule("0001", "allocation", "began, and no start of care came", f"{_OWN}, after OP271"),
    "BW02": Rule("0001", "allocation", "care was started, and nothing declared for months", _OWN),
    "BW05": Rule("0001", "allocation", "ended with much of its volume or budget not declared", _OWN),
}  # fmt: skip

_REQUESTS: Final = {
    "OP274": Rule("0001", "request", "was not answered within five working days", "iJw 3.2, OP274"),
    "OP274-8W": Rule("0001", "request", "has no final answer within eight weeks", "iJw 3.2, OP274"),
    "OP346": Rule("0001", "request", "was not answered within five working days", "iJw 3.2, OP346"),
    "OP346-8W": Rule("0001", "request", "has no final answer within eight weeks", "iJw 3.2, OP346"),
    "OP359": Rule("0001", "request", "was sent on to another municipality after more than two weeks", "iJw 3.2, OP359"),
    "TR347": Rule("9347", "request", "the reference is used for more than one request", _TECHNICAL),
    "TR349": Rule("9349", "request", "leaves out an allocation that runs", _TECHNICAL),
    "TR350": Rule("9350", "request", "leaves an allocation unchanged that does not run", f"{_CODE} 9350"),
    "TR351": Rule("9351", "request", "changes an allocation that does not run", f"{_CODE} 9351"),
    "TR355": Rule("9355", "request", "an answer came to a request that is not known", f"{_CODE} 9355"),
    "TR357": Rule("9357", "request", "wants a change in the past that is not from the begin", f"{_CODE} 9357"),
    "TR359": Rule("9359", "request", "an answer came after the allocation", f"{_CODE} 9359"),
    "TR365": Rule("9365", "request", "was answered, or allocated, after it had been turned down", f"{_CODE} 9365"),
    "TR373": Rule("9373", "request", "wants another budget, not from the begin of the allocation", f"{_CODE} 9373"),
    "TR374": Rule("9374", "request", "came while another of the client was open", f"{_TECHNICAL}, OP350"),
    "TR375": Rule("9375", "request", "wants a volume on an allocation without a product", f"{_CODE} 9375"),
    "TR411": Rule("9411", "request", "wants no volume on an allocation with a product code", f"{_CODE} 9411"),
    "TR412": Rule("9412", "request", "wants a volume on an allocation without a product code", f"{_CODE} 9412"),
}  # fmt: skip

_CARE: Final = {
    "OP271": Rule("0001", "care", "was told more than five working days after the care began", "iJw 3.2, OP271"),
    "OP272": Rule("0001", "care", "was told more than five working days after the care ended", "iJw 3.2, OP272"),
    "TR019": Rule("9019", "care", "names an allocation that the client has not at this provider", f"{_CODE} 9019"),
    "TR063": Rule("9063", "care", "is taken back, but was never told", f"{_CODE} 9063"),
    "TR069": Rule("9069", "care", "stops care of which no start is known", f"{_CODE} 9069, OP072"),
    "TR071": Rule("9071", "care", "is taken back after the care was stopped", f"{_CODE} 9071"),
    "TR326": Rule("9326", "care", "the care before it was not stopped", f"{_CODE} 9326"),
    "TR413": Rule("9413", "care", "stops for a while what was stopped for a while already", f"{_CODE} 9413"),
    "TR414": Rule("9414", "care", "ends before an earlier stop of the same care", f"{_CODE} 9414"),
    "TR415": Rule("9415", "care", "the care was stopped for good before", f"{_CODE} 9415"),
}  # fmt: skip

_ON_LINES: Final = {
    "BW03": Rule("0001", "line", "the care had not been started yet", f"{_OWN}, OP364"),
    "BW04": Rule("0001", "line", "the care had been stopped", f"{_OWN}, OP364"),
}

RULES: Final = dict(
    sorted((_LINES | _DECLARATIONS | _ALLOCATIONS | _REQUESTS | _CARE | _ON_LINES).items())
)
"""Every rule that is judged here."""
