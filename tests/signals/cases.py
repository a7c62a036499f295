"""For each rule over lines, declarations and allocations a world that keeps it, and one that breaks it."""

from typing import NamedTuple

from schemas.ijw import Message, Tree
from tests.core.care_letters import start
from tests.core.letters import BAS, OTHER_CARE, allocate, answer, declare, line, product
from tests.signals.worlds import care, priced

A = allocate(product())
D = declare(line("R1"))
LATER = "2025-01-02T10:00:00"


class Case(NamedTuple):
    """A rule, messages that keep every rule, and messages in which `subject` breaks just this one."""

    rule: str
    keeps: tuple[Message, ...]
    breaks: tuple[Message, ...]
    subject: str


def next_month(*lines: Tree, **content: str) -> Message:
    """A second declaration."""
    named = {"name": "A2", "dated": "2025-02-18", "number": "D2", "period": "2025-02"}
    return declare(*lines, **named | content)


def again(*products: Tree, **content: str) -> Message:
    """A second 301."""
    return allocate(*products, **{"name": "T2", "dated": "2025-01-02"} | content)


def a_line(rule: str, keeps: Tree, breaks: Tree, allocation: Message = A) -> Case:
    """A case of one declared line on one allocation."""
    return Case(rule, (allocation, declare(keeps)), (allocation, declare(breaks)), "R1")


def answered_with(reply: Message, **content: object) -> Message:
    """An answer whose DeclaratieAntwoord says something else."""
    return Message(
        "JW325", reply.tree | {"DeclaratieAntwoord": reply.tree["DeclaratieAntwoord"] | content}
    )


def euros(amount: int) -> Tree:
    """So many euros as a total."""
    return {"TotaalBedrag": amount * 100, "DebetCredit": "D"}


FROM_12TH = allocate(product(begin="2025-01-12"))
UNTIL_20TH = allocate(product(end="2025-01-20"))
SINCE_2020 = allocate(product(begin="2020-01-01"))
IN_ALL_TEN = allocate(product(omvang=(10, "04", "6")))
BUDGET = allocate(product(code=None, omvang=None, budget=20_000))
GENERIC = product(2, category=None, omvang=None, budget=20_000)
CREDIT = line("R2", -10_000, previous="R1")
GRANTED = (A, D, answer(D))
DELETED = again(product(end="2025-01-01", reason="13", stamp="2025-02-17T10:00:00"))
REFUSED = answer(D, {"R1": ["0611"]})
MISQUOTED = answered_with(
    answer(declare(line("R1", 1)), {"R1": ["0611"]}),
    TotaalIngediendBedrag=euros(100),
    TotaalToegekendBedrag=euros(0),
)
SINCE_NOVEMBER = allocate(product(begin="2024-11-01"))
NOVEMBER = declare(line("R1", month="2024-11"), period="2024-11")
DECEMBER, JANUARY = line("R2", month="2024-12"), line("R3")
STARTED = start(begin="2024-11-01", dated="2025-01-03")
EARLY = declare(line("R1"), dated="2025-02-04")

CASES = [
    Case("TR338", (A, D), (D,), "R1"),
    Case("TR338", (A, D), (allocate(product(), provider=OTHER_CARE), D), "R1"),
    Case(
        "TR384",
        (A, D, again(product(end="2025-01-31", reason="05", stamp=LATER))),
        (A, D, again(product(end="2025-01-01", reason="13", stamp=LATER))),
        "R1",
    ),
    a_line("TR304", line("R1"), line("R1", bsn=BAS)),
    a_line("TR307", care("R1", "2025-01-12", "2025-01-31"), line("R1"), FROM_12TH),
    a_line("TR308", care("R1", "2025-01-01", "2025-01-20"), line("R1"), UNTIL_20TH),
    a_line("TR387", line("R1"), care("R1", "2025-01-02", "2025-01-31")),
    a_line("TR387", care("R1", "2025-01-12", "2025-01-31"), care("R1", "2025-01-13", "2025-01-31"), FROM_12TH),
    a_line("TR388", line("R1"), care("R1", "2025-01-01", "2025-01-30")),
    a_line("TR388", care("R1", "2025-01-01", "2025-01-20"), care("R1", "2025-01-01", "2025-01-19"), UNTIL_20TH),
    a_line("TR319", line("R1"), line("R1", month="2025-02")),
    a_line("TR335", line("R1", month="2020-02"), line("R1", month="2020-01"), SINCE_2020),
    a_line("TR339", line("R1"), line("R1", category="44")),
    a_line("TR340", line("R1"), line("R1", code="45A05")),
    a_line("TR341", line("R1", unit="01", volume=60), line("R1", unit="14")),
    a_line("TR341", line("R1", unit="01", volume=60), line("R1", unit="04"), allocate(product(omvang=(60, "01", "4")))),
    a_line("TR418", priced("R1", 9_000), priced("R1", 9_001)),
    a_line("TR418", priced("R1", 150, unit="01"), priced("R1", 151, unit="01")),
    a_line(
        "TR418",
        priced("R1", 167, unit="01", code="44A08", category="44"),
        priced("R1", 166, unit="01", code="44A08", category="44"),
        allocate(product(code="44A08", category="44")),
    ),
    a_line("TR321", line("R1", volume=10), line("R1", volume=11)),
    a_line("TR321", line("R1", unit="01", volume=629), line("R1", unit="01", volume=630)),
    a_line("TR322", line("R1", volume=10), line("R1", volume=11), IN_ALL_TEN),
    Case(
        "TR322",
        (IN_ALL_TEN, declare(line("R1", volume=6)), next_month(line("R2", month="2025-02", volume=4))),
        (IN_ALL_TEN, declare(line("R1", volume=6)), next_month(line("R2", month="2025-02", volume=5))),
        "R2",
    ),
    Case(
        "TR369",
        (BUDGET, D, next_month(line("R2", 10_000, month="2025-02"))),
        (BUDGET, D, next_month(line("R2", 10_001, month="2025-02"))),
        "R2",
    ),
    Case("TR389", (A, D, next_month(line("R2", month="2025-02"))), (A, D, next_month(line("R2"))), "R2"),
    Case("TR389", (*GRANTED, next_month(CREDIT, line("R3"))), (*GRANTED, next_month(line("R3"))), "R3"),
    Case("TR323", (*GRANTED, next_month(CREDIT)), (A, next_month(CREDIT)), "R2"),
    Case("IV085", (*GRANTED, next_month(CREDIT)), (A, D, next_month(CREDIT)), "R2"),
    Case("IV085", (*GRANTED, next_month(CREDIT)), (A, D, answer(D, {"R1": ["0611"]}), next_month(CREDIT)), "R2"),
    Case("IV085", (*GRANTED, next_month(CREDIT)), (A, D, answer(D, dated="2025-02-19"), next_month(CREDIT)), "R2"),
    Case(
        "IV091",
        (*GRANTED, next_month(CREDIT)),
        (*GRANTED, next_month(line("R2", -9_999, previous="R1"))),
        "R2",
    ),
    Case(
        "TR390",
        (*GRANTED, next_month(CREDIT)),
        (*GRANTED, next_month(CREDIT), next_month(line("R3", -10_000, previous="R1"), name="A3", number="D3")),
        "R3",
    ),
    Case("TR056", (A, D, next_month(line("R2", month="2025-02"))), (A, D, next_month(line("R2", month="2025-02"), name="A1")), "R2"),
    Case("TR333", (A, D, next_month(line("R2", month="2025-02"))), (A, D, next_month(line("R2", month="2025-02"), number="D1")), "R2"),
    Case("TR314", (A, D, next_month(line("R2", month="2025-02"))), (A, D, next_month(line("R1", month="2025-02"))), "R1"),
    Case("TR366", (A, D, answer(D, {"R1": ["0611"]})), (A, D, answer(D, {"R9": ["0611"]})), "R9"),
    Case("TR376", GRANTED, (A, D, answered_with(answer(D), DeclaratieNummer="D9")), "D1"),
    Case("TR358", GRANTED, (A, D, answered_with(answer(D), TotaalIngediendBedrag=euros(99))), "D1"),
    Case("TR342", GRANTED, (A, D, answered_with(answer(D), TotaalToegekendBedrag=euros(99))), "D1"),
    Case("TR342", (A, D, REFUSED), (A, D, answered_with(REFUSED, TotaalToegekendBedrag=euros(100))), "D1"),
    Case("TR367", (A, D, REFUSED), (A, D, MISQUOTED), "R1"),
    Case("OP090x4", (A, EARLY, answer(EARLY, dated="2025-02-18")), (A, EARLY), "D1"),
    Case("OP090x4", (A, EARLY, answer(EARLY, header_only=True)), (A, EARLY, answer(EARLY, dated="2025-02-19")), "D1"),
    Case(
        "TR318",
        (SINCE_NOVEMBER, D, next_month(DECEMBER, period="2025-01")),
        (SINCE_NOVEMBER, D, next_month(DECEMBER, period="2024-12")),
        "D2",
    ),
    Case(
        "TR318",
        (SINCE_NOVEMBER, STARTED, NOVEMBER, next_month(DECEMBER, JANUARY, period="2025-01")),
        (SINCE_NOVEMBER, STARTED, NOVEMBER, next_month(JANUARY, period="2025-01")),
        "D2",
    ),
    Case("TR385", (*GRANTED, next_month(CREDIT), DELETED), (*GRANTED, DELETED), "1"),
    Case("OP033", (A, again(product(end="2025-06-30", stamp=LATER))), (A, again(product(omvang=(9, "04", "4"), stamp=LATER))), "1"),
    Case("OP033", (IN_ALL_TEN, again(product(omvang=(9, "04", "6"), stamp=LATER))), (A, again(product(code="45A05", stamp=LATER))), "1"),
    Case("OP033", (BUDGET, again(product(code=None, omvang=None, budget=9, stamp=LATER))), (A, again(product(begin="2025-01-02", stamp=LATER))), "1"),
    Case(
        "OP380",
        (UNTIL_20TH, again(product(2, begin="2025-01-21", stamp="2025-01-21T10:00:00"))),
        (UNTIL_20TH, again(product(2, begin="2025-01-21", stamp="2025-01-20T10:00:00"))),
        "2",
    ),
    Case("OP380", (UNTIL_20TH, again(product(2, begin="2025-01-22"))), (UNTIL_20TH, again(product(2, begin="2025-01-21"))), "2"),
    Case("IV013", (A, again(product(end="2025-06-30", stamp=LATER))), (A, again(product(omvang=(9, "04", "4")))), "1"),
    Case("TR332", (A, again(product(stamp=LATER))), (A, again(product(stamp=LATER), bsn=BAS)), "1"),
    Case("TR302", (UNTIL_20TH, again(product(2, begin="2025-01-21", omvang=(9, "04", "4")))), (UNTIL_20TH, again(product(2, begin="2025-01-20"))), "2"),
    Case("TR302", (A, again(product(2), bsn=BAS)), (A, again(product(2, begin="2025-02-01", end="2025-02-28"))), "2"),
    Case("TR302", (A, again(product(2), provider=OTHER_CARE)), (A, again(product(2, begin="2025-02-01"))), "2"),
    Case("OP259", (A, again(GENERIC, bsn=BAS)), (A, again(GENERIC | {"Ingangsdatum": product(begin="2025-02-01")["Ingangsdatum"]})), "2"),
    Case("OP259", (A, again(GENERIC, provider=OTHER_CARE)), (allocate(product(begin="2025-02-01")), again(GENERIC)), "1"),
]  # fmt: skip
