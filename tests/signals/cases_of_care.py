"""The same for the rules over starts, stops and requests, and over the use of allocations."""

from schemas.ijw import Message
from tests.core.care_letters import change, reply, start, stop, wish
from tests.core.letters import BAS, OTHER_CARE, allocate, ask, declare, line, product
from tests.signals.cases import BUDGET, UNTIL_20TH, A, Case, D, again

S = start()
E = stop()
AWHILE = stop(end="2025-01-20", reason="20", dated="2025-01-21", name="E0")
ANEW = start(begin="2025-02-04", dated="2025-02-05", name="S2")
SINCE_DECEMBER = allocate(product(begin="2024-12-01"))
ALLOCATED_20TH = allocate(product(stamp="2025-01-20T10:00:00"))
OTHER = product(2, code="45A05")
RUNS = start(2, name="S2")
"""A start of another allocation: this provider sends them."""


S_BACK = start(status="3", dated="2025-02-06", name="X1")
E_BACK = stop(status="3", dated="2025-02-06", name="X2")

CARE_CASES = [
    Case("TR019", (A, S), (S,), "1"),
    Case("TR019", (A, S), (A, start(bsn=BAS)), "1"),
    Case("TR019", (A, S), (A, start(provider=OTHER_CARE)), "1"),
    Case("TR019", (start(None),), (start(9),), "9"),
    Case("TR019", (A, S), (allocate(product(end="2025-01-01", reason="13")), S), "1"),
    Case("TR063", (A, S, S_BACK), (A, S_BACK), "1"),
    Case("TR069", (A, S, E), (A, E), "1"),
    Case("TR069", (A, S, E), (A, S, stop(begin="2025-01-07")), "1"),
    Case("TR071", (A, S, E, S_BACK, E_BACK), (A, S, E, S_BACK), "1"),
    Case("TR326", (A, S, E, ANEW), (A, S, ANEW), "1"),
    Case("TR326", (A, S, AWHILE, ANEW), (A, S, stop(end="2025-02-05"), ANEW), "1"),
    Case("TR413", (A, S, AWHILE, E), (A, S, AWHILE, stop(reason="20")), "1"),
    Case(
        "TR414",
        (A, S, AWHILE, stop(end="2025-01-20", dated="2025-01-22")),
        (A, S, AWHILE, stop(end="2025-01-19", dated="2025-01-22")),
        "1",
    ),
    Case("TR415", (A, S, AWHILE, E), (A, S, stop(end="2025-01-20", dated="2025-01-21", name="E0"), E), "1"),
    Case("OP271", (A, start(dated="2025-01-13")), (A, start(dated="2025-01-14")), "1"),
    Case("OP271", (ALLOCATED_20TH, start(dated="2025-01-27")), (ALLOCATED_20TH, start(dated="2025-01-28")), "1"),
    Case("OP271", (A, start(dated="2025-01-13"), start(dated="2025-02-10", name="S2")), (A, start(begin="2025-01-30", dated="2025-02-07")), "1"),
    Case("OP272", (A, S, stop(dated="2025-02-10")), (A, S, stop(dated="2025-02-11")), "1"),
    Case("OP272", (A, S, AWHILE, stop(end="2025-01-20", dated="2025-02-18")), (A, S, stop(end="2025-01-20", dated="2025-02-18")), "1"),
    Case("OP288", (allocate(product(end="2025-02-12")), S), (allocate(product(end="2025-02-11")), S), "1"),
    Case(
        "OP288",
        (allocate(product(end="2025-02-11")), S, stop(end="2025-02-11", dated="2025-02-12")),
        (allocate(product(end="2025-02-11")), S, stop(end="2025-01-20", dated="2025-01-21"), ANEW),
        "1",
    ),
    Case("BW01", (allocate(product(begin="2024-12-20"), OTHER), RUNS), (allocate(product(begin="2024-12-19"), OTHER), RUNS), "1"),
    Case(
        "BW02",
        (allocate(product(begin="2024-11-01")), start(begin="2024-12-02")),
        (allocate(product(begin="2024-11-01")), start(begin="2024-11-29")),
        "1",
    ),
    Case(
        "BW02",
        (allocate(product(begin="2024-10-01")), start(begin="2024-10-01"), declare(line(month="2024-11"), period="2024-11")),
        (allocate(product(begin="2024-10-01")), start(begin="2024-10-01"), declare(line(month="2024-10"), period="2024-11")),
        "1",
    ),
    Case("BW03", (A, S, D), (A, start(begin="2025-02-03", dated="2025-02-04"), D), "R1"),
    Case(
        "BW04",
        (SINCE_DECEMBER, start(begin="2024-12-02"), stop(begin="2024-12-02", end="2025-01-01", dated="2025-01-08"), D),
        (SINCE_DECEMBER, start(begin="2024-12-02"), stop(begin="2024-12-02", end="2024-12-31", dated="2025-01-08"), D),
        "R1",
    ),
    *(
        Case("BW05", (what, declare(line(month="2024-10", cents=cents, volume=8))), (what, declare(line(month="2024-10", cents=cents - 1, volume=7))), "1")
        for what, cents in (
            (allocate(product(begin="2024-10-01", end="2024-10-31")), 10_000),
            (allocate(product(begin="2024-10-01", end="2024-10-31", omvang=None, code=None, budget=12_500)), 10_000),
        )
    ),
    Case(
        "BW05",
        (allocate(product(begin="2024-10-01", end="2024-11-01")),),
        (allocate(product(begin="2024-10-01", end="2024-10-31")),),
        "1",
    ),
]  # fmt: skip


def asking(reference: str = "V1", dated: str = "2025-02-12", referrer: str = "02", name: str = "V1") -> Message:  # fmt: skip
    """A 315 that need not be answered before tomorrow."""
    return ask(reference, referrer, name=name, dated=dated)


def allocated(day: str) -> Message:
    """An allocation on the request V1, made on a day."""
    return allocate(product(asked="V1", stamp=f"{day}T10:00:00"))


V = asking()
W = change("W1", unchanged=[1])
DUE = asking(dated="2025-02-11")
IN_DECEMBER = asking(dated="2024-12-24")
W_IN_DECEMBER = change("W1", dated="2024-12-24")
INVESTIGATED = reply("V1", dated="2024-12-31")
ELSEWHERE = asking(dated="2025-01-20")
REFUSED = reply("V1", "1", name="Y2")
HOURS = allocate(product(2, category=None, omvang=None, budget=20_000))


def a_wish(rule: str, keeps: Message, breaks: Message, allocation: Message) -> Case:
    """A case of one request for change of one allocation."""
    return Case(rule, (allocation, keeps), (allocation, breaks), "W1")


REQUEST_CASES = [
    Case("OP274", (V,), (DUE,), "V1"),
    Case("OP274", (DUE, reply("V1", dated="2025-02-18")), (DUE, reply("V1", dated="2025-02-19")), "V1"),
    Case("OP274", (DUE, reply("V1", "1", dated="2025-02-18")), (DUE, reply("V1", "1", dated="2025-02-19")), "V1"),
    Case("OP274", (DUE, allocated("2025-02-18")), (DUE, allocated("2025-02-19")), "V1"),
    Case("OP274-8W", (asking(dated="2024-12-25"), INVESTIGATED), (IN_DECEMBER, INVESTIGATED), "V1"),
    Case(
        "OP274-8W",
        (IN_DECEMBER, INVESTIGATED, allocated("2025-02-18")),
        (IN_DECEMBER, INVESTIGATED, reply("V1", "1", dated="2025-02-19")),
        "V1",
    ),
    Case("OP346", (A, W), (A, change("W1", unchanged=[1], dated="2025-02-11")), "W1"),
    Case(
        "OP346-8W",
        (change("W1", dated="2024-12-25"), reply("W1", dated="2024-12-31")),
        (W_IN_DECEMBER, reply("W1", dated="2024-12-31")),
        "W1",
    ),
    Case(
        "OP359",
        (ELSEWHERE, reply("V1", "1", reason="8", dated="2025-02-03")),
        (ELSEWHERE, reply("V1", "1", reason="8", dated="2025-02-04")),
        "V1",
    ),
    Case("TR347", (V, ask("V1", "02", dated="2025-02-12", provider=OTHER_CARE)), (V, asking(referrer="08", name="V2")), "V1"),
    Case("TR347", (V, asking(name="V2", dated="2025-02-13")), (V, change("V1", name="V1")), "V1"),
    Case("TR349", (A, again(OTHER), change("W1", unchanged=[1, 2])), (A, again(OTHER), W), "W1"),
    Case("TR349", (A, again(OTHER, bsn=BAS), W), (A, change("W1")), "W1"),
    Case("TR350", (A, W), (W,), "W1"),
    Case("TR350", (A, W), (UNTIL_20TH, W), "W1"),
    a_wish("TR357", change("W1", wish(1, "2025-02-13")), change("W1", wish(1, "2025-02-12")), A),
    a_wish("TR357", change("W1", wish(1, "2025-01-01")), change("W1", wish(1, "2025-01-02")), A),
    Case("TR351", (A, change("W1", wish(1, "2025-03-01"))), (change("W1", wish(1, "2025-03-01")),), "W1"),
    a_wish("TR411", change("W1", wish(1, "2025-03-01")), change("W1", wish(1, "2025-03-01", omvang=None)), A),
    a_wish(
        "TR373",
        change("W1", wish(1, "2025-01-01", omvang=None, budget=30_000)),
        change("W1", wish(1, "2025-03-01", omvang=None, budget=30_000)),
        BUDGET,
    ),
    a_wish("TR412", change("W1", wish(1, "2025-01-01", omvang=None)), change("W1", wish(1, "2025-01-01")), BUDGET),
    a_wish("TR375", change("W1", wish(2, "2025-01-01", omvang=None)), change("W1", wish(2, "2025-01-01")), HOURS),
    Case("TR355", (V, reply("V1")), (reply("V1"),), "V1"),
    Case("TR359", (V, reply("V1"), allocated("2025-02-13")), (V, reply("V1"), allocated("2025-02-12")), "V1"),
    Case("TR365", (V, reply("V1"), REFUSED), (V, reply("V1", dated="2025-02-14"), REFUSED), "V1"),
    Case("TR365", (V, allocated("2025-02-13")), (V, REFUSED, allocated("2025-02-14")), "V1"),
    Case("TR374", (V, REFUSED, asking("V2", "2025-02-13", name="V2")), (V, reply("V1"), asking("V2", "2025-02-13", name="V2")), "V2"),
    Case("TR374", (V, allocated("2025-02-12"), W), (A, V, change("W1", unchanged=[1], dated="2025-02-13")), "W1"),
    Case("TR379", (V, allocated("2025-02-12")), (allocated("2025-02-12"),), "1"),
]  # fmt: skip

CASES = CARE_CASES + REQUEST_CASES
