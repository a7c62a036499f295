"""What single-message rules ask of declarations and of the answers to them. Amounts are in cents."""

from calendar import monthrange
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Final

from schemas.ijw import Tree
from schemas.ijw.conditions import Condition, Found, parts

CLIENTS: Final = "Declaratie/Clienten/Client"
LINES: Final = f"{CLIENTS}/Prestaties/Prestatie"
ANSWERED: Final = "DeclaratieAntwoord/Clienten/Client"

_NUMBER: Final = "ProductReferentie/ReferentieNummer"
_PREVIOUS: Final = "ProductReferentie/VorigReferentieNummer"
_MINUTES, _EUROS = "01", "83"
_FIRST_DAY: Final = date(2021, 1, 1)
_NO_FAULT: Final = {"0200", "8001"}


def _performances(client: Tree) -> list[Tree]:
    lines: list[Tree] = client["Prestaties"]["Prestatie"]
    return lines


def _lines(tree: Tree) -> Iterator[Tree]:
    """The lines of a Declaratie or a DeclaratieAntwoord."""
    clients = tree["Clienten"]["Client"] if "Clienten" in tree else []
    return chain.from_iterable(map(_performances, clients))


def _is_credit(line: Tree) -> bool:
    return bool(line["IngediendBedrag"]["DebetCredit"] == "C")


def _signed(total: Tree) -> int:
    cents: int = total["TotaalBedrag"]
    return cents if total["DebetCredit"] == "D" else -cents


def _sum(lines: Iterable[Tree]) -> int:
    amounts = (line["IngediendBedrag"] for line in lines)
    return sum(a["Bedrag"] if a["DebetCredit"] == "D" else -a["Bedrag"] for a in amounts)


def fits_minute_tariff(minutes: int, tariff: int, amount: int) -> bool:
    """Whether an amount can be the price of minutes whose rounded minute tariff is `tariff` (IV081).

    The contract has a tariff of `h` cents an hour. The line shows it a minute, the amount is exact
    to the cent, both rounded half up, so for whole numbers:

        tariff = (h + 30) // 60            <=>  60 tariff - 30 <= h         <= 60 tariff + 29
        amount = (h * minutes + 30) // 60  <=>  60 amount - 30 <= h minutes <= 60 amount + 29

    It fits when some whole `h` of zero or more lies between both pairs of bounds. A plain minute
    tariff (h = 60 tariff) is one of them.
    """
    if minutes == 0:
        return amount == 0
    lowest = max(0, 60 * tariff - 30, -(-(60 * amount - 30) // minutes))
    highest = min(60 * tariff + 29, (60 * amount + 29) // minutes)
    return lowest <= highest


def _misprices(line: Tree) -> bool:
    """TR346; without a tariff (CD087) and in euros (CS339) other rules judge."""
    tariff, unit = line.get("ProductTarief"), line["Eenheid"]
    if tariff is None or unit == _EUROS:
        return False
    volume, amount = line["GeleverdVolume"], line["IngediendBedrag"]["Bedrag"]
    if volume * tariff == amount:
        return False
    return unit != _MINUTES or not fits_minute_tariff(volume, tariff, amount)


def _old(period: Tree) -> bool:
    return bool(period["Begindatum"] < _FIRST_DAY)


def _over_months(line: Tree) -> bool:
    period = line["ProductPeriode"]
    begin, end = period["Begindatum"], period["Einddatum"]
    return bool(begin.month != end.month or begin.year != end.year)


def _no_month(declaration: Tree) -> bool:
    period = declaration["DeclaratiePeriode"]
    begin, end = period["Begindatum"], period["Einddatum"]
    last = monthrange(begin.year, begin.month)[1]
    return bool(begin.day != 1 or end != begin.replace(day=last))


def _credits_zero(amount: Tree) -> bool:
    """CS325, for a BedragMetDC and for a TotaalBedragMetDC."""
    return amount["DebetCredit"] == "C" and 0 in amount.values()


def _differs_in_euros(line: Tree) -> bool:
    amount, volume = line["IngediendBedrag"]["Bedrag"], line["GeleverdVolume"]
    return line["Eenheid"] == _EUROS and bool(amount != volume)


def _unexplained(answer: Tree) -> bool:
    """TR342. Where the declaration as a whole is turned down nothing is listed, so nothing adds up."""
    if "Clienten" not in answer and not _NO_FAULT.issuperset(answer["RetourCodes"]["RetourCode"]):
        return False
    rejected = (
        line
        for line in _lines(answer)
        if not _NO_FAULT.issuperset(line["RetourCodes"]["RetourCode"])
    )
    submitted, granted = answer["TotaalIngediendBedrag"], answer["TotaalToegekendBedrag"]
    return _signed(submitted) - _signed(granted) != _sum(rejected)


def _reversed(period: Tree) -> bool:
    return bool(period["Einddatum"] < period["Begindatum"])


DECLARATION: Final = (
    Condition("CS003", "DeclaratiePeriode/Einddatum", lambda d: _reversed(d["DeclaratiePeriode"])),
    Condition("CS100", "DeclaratiePeriode/Begindatum", lambda d: _old(d["DeclaratiePeriode"])),
    Condition("CS340", "DeclaratiePeriode", _no_month),
    Condition(
        "CS325",
        "TotaalIngediendBedrag/DebetCredit",
        lambda d: _credits_zero(d["TotaalIngediendBedrag"]),
    ),
    Condition(
        "TR358",
        "TotaalIngediendBedrag",
        lambda d: _signed(d["TotaalIngediendBedrag"]) != _sum(_lines(d)),
    ),
)
LINE: Final = (
    Condition(
        "CD060",
        _PREVIOUS,
        lambda p: ("VorigReferentieNummer" in p["ProductReferentie"]) != _is_credit(p),
    ),
    Condition("CS003", "ProductPeriode/Einddatum", lambda p: _reversed(p["ProductPeriode"])),
    Condition("CS100", "ProductPeriode/Begindatum", lambda p: _old(p["ProductPeriode"])),
    Condition("CS337", "ProductPeriode", _over_months),
    Condition(
        "CD087", "ProductTarief", lambda p: ("ProductTarief" in p) == (p["Eenheid"] == _EUROS)
    ),
    Condition(
        "CS325", "IngediendBedrag/DebetCredit", lambda p: _credits_zero(p["IngediendBedrag"])
    ),
    Condition("CS339", "IngediendBedrag/Bedrag", _differs_in_euros),
    Condition("TR346", "IngediendBedrag/Bedrag", _misprices),
)
ANSWER: Final = (Condition("TR342", "TotaalToegekendBedrag", _unexplained),)


def _repeats(keys: Iterable[Hashable]) -> Iterator[int]:
    """The indexes of keys that an earlier one equals; None equals nothing."""
    seen: set[Hashable] = set()
    for index, key in enumerate(keys):
        if key in seen:
            yield index
        elif key is not None:
            seen.add(key)


def _debit_key(line: Tree, taken_back: set[str | None]) -> Hashable:
    """What TR416 allows one debit for; None for a credit, and for a debit taken back again."""
    if _is_credit(line) or line["ProductReferentie"]["ReferentieNummer"] in taken_back:
        return None
    period = line["ProductPeriode"]
    product = line["ToewijzingNummer"], line["ProductCategorie"], line["ProductCode"]
    return *product, period["Begindatum"], period["Einddatum"]


def _of_others(owned: Iterable[tuple[int, str]]) -> Iterator[int]:
    """The indexes of allocations that an earlier line has for another client."""
    owners: dict[int, str] = {}
    for index, (allocation, bsn) in enumerate(owned):
        if owners.setdefault(allocation, bsn) != bsn:
            yield index


def between_lines(tree: Tree) -> Iterator[Found]:
    """The rules that compare the lines of a declaration with each other, where they are broken."""
    clients = [client for _, client in parts(tree, CLIENTS)]
    lines = list(chain.from_iterable(map(_performances, clients)))
    numbers = [line["ProductReferentie"]["ReferentieNummer"] for line in lines]
    previous = [line["ProductReferentie"].get("VorigReferentieNummer") for line in lines]
    known, taken_back = set(numbers), set(previous)
    owned = ((p["ToewijzingNummer"], c["Bsn"]) for c in clients for p in _performances(c))
    broken = (
        ("TR304", "ToewijzingNummer", _of_others(owned)),
        ("TR314", _NUMBER, _repeats(numbers)),
        ("TR315", _PREVIOUS, _repeats(previous)),
        ("TR316", _PREVIOUS, (i for i, number in enumerate(previous) if number in known)),
        ("TR416", "ProductPeriode", _repeats(_debit_key(line, taken_back) for line in lines)),
    )
    found = [(rule, place, index) for rule, place, indexes in broken for index in indexes]
    paths = [path for path, _ in parts(tree, LINES)] if found else []
    return ((rule, f"{paths[index]}/{place}") for rule, place, index in found)
