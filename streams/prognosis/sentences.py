"""An explained change in plain Dutch (level B1): the largest cause first, then which products.

The change is that of what the periods cost in the end. What of it is not yet declared is no cause: it is
told apart. A share of the change is told of causes that go along with it and are no larger: 445 percent
of a rise says nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from schemas.dutch import NBSP, number, rounded_euros
from streams.figures.rollup import Value
from streams.prognosis.dearer import Moved, dearer
from streams.prognosis.explaining import Change

CAUSES: Final[Mapping[str, tuple[str, str]]] = {
    "clients": ("meer jeugdigen", "minder jeugdigen"),
    "duration": ("meer maanden hulp per jeugdige", "minder maanden hulp per jeugdige"),
    "products_per_client": (
        "meer soorten hulp tegelijk per jeugdige",
        "minder soorten hulp tegelijk per jeugdige",
    ),
    "mix": ("een verschuiving naar duurdere hulp", "een verschuiving naar goedkopere hulp"),
    "intensity": (
        "meer hulp per jeugdige per maand (intensiteit)",
        "minder hulp per jeugdige per maand (intensiteit)",
    ),
    "tariff": ("hogere tarieven", "lagere tarieven"),
    "volume": ("meer hulp (volume)", "minder hulp (volume)"),
    "price": ("hogere prijzen bij dezelfde aanbieder", "lagere prijzen bij dezelfde aanbieder"),
    "new": ("nieuwe producten", "nieuwe producten"),
    "vanished": ("producten die er weer bij kwamen", "producten die zijn verdwenen"),
    "credits": ("minder teruggeboekt", "meer teruggeboekt"),
    "conversion": ("hulp die eerst elders stond", "hulp die nu elders staat"),
    "fixed": ("hogere vaste kosten", "lagere vaste kosten"),
}
"""By effect what makes costs higher, and what makes them lower."""

HIGHER, LOWER = "hoger", "lager"

MOVED: Final[Mapping[tuple[int, tuple[str, ...]], str]] = {
    (1, ("intensity", "tariff")): "Duurder door meer hulp per jeugdige én een hoger tarief",
    (1, ("intensity",)): "Duurder door alleen meer hulp per jeugdige",
    (1, ("tariff",)): "Duurder door alleen een hoger tarief",
    (-1, ("intensity", "tariff")): "Goedkoper door minder hulp per jeugdige én een lager tarief",
    (-1, ("intensity",)): "Goedkoper door alleen minder hulp per jeugdige",
    (-1, ("tariff",)): "Goedkoper door alleen een lager tarief",
}

WORDS: Final = {"intensity": "intensiteit", "tariff": "tarief"}

INCLUDED: Final = "Dat is hier al meegeteld."
ESTIMATED: Final = (
    "Hoeveel jeugdigen en maanden hulp daarbij horen, is ook geschat. De oorzaken kunnen dus nog"
    " veranderen."
)

MILLION: Final = 100_000_000
FEW: Final = 5
MANY: Final = 30
"""Products that are named: of any, and of the group that explains most."""
MATURE: Final = 0.97
"""Share declared below which clients and duration are told to be estimates: they differ by some percents in
usual years."""
ALL: Final = 0.995
"""Share declared above which nothing is said of what is not: it rounds to all of it."""


def sentences(
    change: Change,
    products: Mapping[Value, Change],
    names: tuple[str, str],
    told: Mapping[str, str],
) -> Iterator[str]:
    """The change of something and of its products; `names` of the periods, `told` of product codes."""
    yield _opening(change, names)
    causes = _causes(change)
    along = [cause for cause in causes if change.effects[cause] * change.rise > 0]
    if along:
        yield _main(along[0], change)
    for cause in causes:
        yield f"- {_cause(cause, change)}: {_moved_by(change.effects[cause])}{_share(cause, change)}"
    yield from _largest(change, products, told)
    for place, moved in enumerate(dearer(products)):
        yield _dearer(moved, told, FEW if place else MANY)
    yield from _awaited(change, names)


def _opening(change: Change, names: tuple[str, str]) -> str:
    before, after = change.costs
    amounts = f"{about(after)} in {names[1]}, {about(before)} in {names[0]}"
    likely = "naar verwachting " if any(_awaited_shares(change)) else ""
    if not change.rise:
        return f"De kosten zijn {likely}gelijk gebleven: {amounts}."
    share = f" ({percents(change.rise, before)})" if before > 0 else ""
    return f"De kosten zijn {likely}{_moved_by(change.rise)}{share}: {amounts}."


def _causes(change: Change) -> list[str]:
    """What has an effect, the largest first."""
    found = [cause for cause in CAUSES if change.effects[cause]]
    return sorted(found, key=lambda cause: -abs(change.effects[cause]))


def _main(cause: str, change: Change) -> str:
    if 2 * change.effects[cause] / change.rise >= 1:
        return f"Het meeste komt door {_cause(cause, change)}."
    return f"De grootste oorzaak is: {_cause(cause, change)}."


def _cause(cause: str, change: Change) -> str:
    return CAUSES[cause][change.effects[cause] < 0]


def _share(cause: str, change: Change) -> str:
    if not change.rise or not 0 < change.effects[cause] / change.rise <= 1:
        return ""
    what = "stijging" if change.rise > 0 else "daling"
    return f" ({percents(change.effects[cause], change.rise)} van de {what})"


def _largest(
    change: Change, products: Mapping[Value, Change], told: Mapping[str, str]
) -> Iterator[str]:
    """The products that changed most in the direction of the whole."""
    sign = 1 if change.rise > 0 else -1
    along = sorted(
        (name for name in products if sign * products[name].rise > 0 and name is not None),
        key=lambda name: (-sign * products[name].rise, str(name)),
    )
    if along and len(products) > 1:
        named = along[:FEW]
        word = "stegen" if sign > 0 else "daalden"
        whole = sum(products[name].rise for name in along)
        part = sum(products[name].rise for name in named)
        which = "; ".join(
            f"{_product(name, told)} ({about(products[name].rise)})" for name in named
        )
        yield (
            f"De kosten {word} bij {_count(along)}, samen {about(whole)}. Hiervan is"
            f" {percents(part, whole)} van: {which}."
        )


def _dearer(moved: Moved, told: Mapping[str, str], most: int) -> str:
    shares = ", ".join(
        f"{percents(cents, moved.total)} {WORDS[why]}" for why, cents in moved.cents.items()
    )
    why = f" ({shares})" if len(moved.cents) > 1 else ""
    which = "; ".join(_product(name, told) for name in moved.products[:most])
    rest = len(moved.products) - most
    more = f"; en nog {rest} andere" if rest > 0 else ""
    text = MOVED[moved.sign, tuple(moved.cents)]
    return f"{text}: {_count(moved.products)}, samen {_moved_by(moved.total)}{why}: {which}{more}."


def _awaited(change: Change, names: tuple[str, str]) -> Iterator[str]:
    """What is still to come of either period."""
    shares = _awaited_shares(change)
    for name, cents, whole, share in zip(names, change.expected, change.costs, shares, strict=True):
        if share:
            told = f"{about(cents)} ({percents(cents, whole)})"
            yield f"Van {name} is naar schatting {told} nog niet gedeclareerd. {INCLUDED}"
    if max(shares) > 1 - MATURE:
        yield ESTIMATED


def _awaited_shares(change: Change) -> list[float]:
    """The share of either period that is still to come; nothing where that rounds to nothing."""
    shares = [
        cents / whole if whole > 0 else 0.0
        for cents, whole in zip(change.expected, change.costs, strict=True)
    ]
    return [share if share > 1 - ALL else 0.0 for share in shares]


def _product(name: Value, told: Mapping[str, str]) -> str:
    """A product's codes, and what they are called."""
    codes = str(name)
    description = told.get(codes.partition("+")[0])
    return f"{codes} {description}" if description else codes


def _count(products: Sequence[Value]) -> str:
    return f"{len(products)} {'product' if len(products) == 1 else 'producten'}"


def _moved_by(cents: int) -> str:
    return f"{about(abs(cents))} {HIGHER if cents > 0 else LOWER}"


def about(cents: int) -> str:
    """An amount to read: millions with one decimal, below that whole euros."""
    if abs(cents) < MILLION:
        return rounded_euros(cents)
    return f"€{NBSP}{number(cents / MILLION, 1)} miljoen"


def percents(part: int, whole: int) -> str:
    """A share in whole percents: `85 procent`."""
    return f"{number(100 * part / whole)} procent"
