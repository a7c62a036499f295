"""The rules of iJw 3.2 that need more than one message: what they lead to, in words, and their source.

A rule without a return code of its own has 0001 (technical), or 8017 where a credit does not meet a
debit that it may take back. Where the standard's text names a code only, the rule is the TR number
that the code is made from (TR338 to TR340).
"""

from typing import Final

from schemas.ijw.rules import Rule

_TECHNICAL: Final = "iJw 3.2, technical rule"

RULES: Final = {
    "IV013": Rule("0001", "other contents came under the same date and time", "iJw 3.2, IV013"),
    "IV085": Rule("8017", "the debit it takes back was not granted before", "iJw 3.2, IV085"),
    "IV091": Rule("8017", "differs from the debit it takes back", "iJw 3.2, IV091"),
    "OP259": Rule("0001", "a generic allocation overlaps with another", "iJw 3.2, OP259"),
    "TR302": Rule("0001", "an allocation of the same product overlaps", f"{_TECHNICAL}, OP259"),
    "TR304": Rule("8187", "the allocation is another client's", _TECHNICAL),
    "TR307": Rule("9307", "begins before the allocation", _TECHNICAL),
    "TR308": Rule("9308", "ends after the allocation", _TECHNICAL),
    "TR314": Rule("8021", "an earlier line has this reference", f"{_TECHNICAL}, OP283"),
    "TR319": Rule("9319", "lies after the period that is declared", _TECHNICAL),
    "TR321": Rule("9321", "is more than the allocation has for the period", f"{_TECHNICAL}, IV077"),
    "TR322": Rule("9322", "is more than the allocation has left", f"{_TECHNICAL}, IV077"),
    "TR323": Rule("8017", "the debit it takes back is not known", _TECHNICAL),
    "TR332": Rule("9332", "is of more than one client or provider", f"{_TECHNICAL}, OP275"),
    "TR333": Rule("9333", "an earlier declaration has this number", f"{_TECHNICAL}, OP349"),
    "TR335": Rule("0001", "ended more than five years before the declaration", _TECHNICAL),
    "TR338": Rule("9338", "the provider has no such allocation", "iJw 3.2, return code 9338"),
    "TR339": Rule("9339", "is not the category of the allocation", "iJw 3.2, return code 9339"),
    "TR340": Rule("9340", "is not the product of the allocation", "iJw 3.2, return code 9340"),
    "TR341": Rule("9341", "is not the unit of the allocation", _TECHNICAL),
    "TR366": Rule("9366", "is listed in the answer, but not in the declaration", _TECHNICAL),
    "TR369": Rule("9369", "is more than the budget of the allocation has left", _TECHNICAL),
    "TR376": Rule("0001", "the answer names another declaration number", _TECHNICAL),
    "TR384": Rule("9384", "the allocation was deleted", _TECHNICAL),
    "TR387": Rule("9387", "begins neither with the month nor with the allocation", _TECHNICAL),
    "TR388": Rule("9388", "ends neither with the month nor with the allocation", _TECHNICAL),
    "TR389": Rule("9389", "an earlier debit has the same allocation, product and period", _TECHNICAL),
    "TR390": Rule("9390", "an earlier credit takes back the same debit", f"{_TECHNICAL}, OP360"),
    "TR418": Rule("0611", "is not the tariff of the contract", _TECHNICAL),
}  # fmt: skip
"""Every rule that is judged here; a reason completes what it is about ("<path>: <reason>")."""
