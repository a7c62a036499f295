"""Declarations (323) and their answers (325): which line is in which state.

A declaration is (provider, DeclaratieNummer, content of the Declaratie element). The same body in a
new message is the same declaration under both names. An answer belongs to the message it names; it
waits if it comes first, and the latest (Dagtekening, Identificatie) replaces an earlier one wholly.

A wholly void answer makes the message it names as if never sent: a declaration is wholly void when
every message that carried it is, and of the answers to its other messages the latest decides. So a
resend that is refused because its number is taken (9333) leaves the first one standing.

"Before" is by (Dagtekening, Identificatie as text) of the first message that stands, then by content,
then by place in the message.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

from schemas.events import AnswerEvent, DeclarationEvent, Lines
from streams.ledger.states import State, is_wholly_void, rejects

Name = tuple[str, str]
"""Of a message: (Dagtekening, Identificatie); sorts as design.md's "before"."""

Order = tuple[str, str, str]


class Declaration:
    """One declaration: its lines as columns and a state for each; changed by `Declarations` alone."""

    __slots__ = (
        "_places",
        "answer",
        "body",
        "clients",
        "declared_on",
        "lines",
        "names",
        "number",
        "order",
        "period_end",
        "provider",
        "rejected",
        "repeats",
        "stands",
        "states",
        "total",
    )

    def __init__(self, event: DeclarationEvent) -> None:
        self.provider = event["provider"]
        self.number = event["number"]
        self.body = event["body"]
        self.period_end = event["period_end"]
        self.declared_on = event["declared_on"]
        self.total = event["total"]
        self.clients = event["clients"]
        self.lines: Lines = event["lines"]
        self.names: set[Name] = set()
        self.answer: AnswerEvent | None = None
        self.rejected: frozenset[str] = frozenset()
        self.order: Order | None = None  # None: wholly void
        self.stands = False
        references = self.lines["reference"]
        self.repeats = len(set(references)) < len(references)
        self.states = bytearray(len(references))
        self._places: dict[str, list[int]] | None = None

    def find(self, reference: str) -> list[int]:
        """The places of a reference that this declaration has."""
        if self._places is None:  # only declarations that share references pay for this
            self._places = defaultdict(list)
            for place, each in enumerate(self.lines["reference"]):
                self._places[each].append(place)
        return self._places[reference]

    @property
    def arrived(self) -> str:
        """Dagtekening of the first message that stands; "" when none does."""
        return self.order[0] if self.order else ""

    @property
    def identification(self) -> str:
        """Identificatie of the first message that stands; "" when none does."""
        return self.order[1] if self.order else ""

    @property
    def answered(self) -> str:
        """Dagtekening of the answer that decides; "" when there is none."""
        return self.answer["dated"] if self.answer else ""


Move = tuple[Declaration, int, int, int, str, str]
"""A line that changes state: its declaration and place, the old and the new state, the Dagtekening it
counts under, and that of the answer ("" without one). A plain tuple: a book makes one for every line it
takes in."""


class Declarations:
    """The declarations and answers of one municipality."""

    def __init__(self) -> None:
        self._bodies: dict[tuple[str, str], Declaration] = {}
        self._named: dict[tuple[str, Name], list[Declaration]] = defaultdict(list)
        self._families: dict[tuple[str, str], list[Declaration]] = defaultdict(list)
        self._holders: dict[str, dict[str, Declaration | list[Declaration]]] = defaultdict(dict)
        self._answers: dict[tuple[str, Name], AnswerEvent] = {}
        self._answered: dict[tuple[str, Name], str] = {}

    def __iter__(self) -> Iterator[Declaration]:
        return iter(self._bodies.values())

    def declare(self, event: DeclarationEvent) -> list[Move]:
        """Take in a declaration; gives the lines whose state changes."""
        provider, name = event["provider"], (event["dated"], event["identification"])
        declaration = self._bodies.get((provider, event["body"]))
        if declaration is None:
            declaration = self._bodies[provider, event["body"]] = Declaration(event)
            self._families[provider, declaration.number].append(declaration)
            self._hold(declaration)
        elif name in declaration.names:
            return []
        declaration.names.add(name)
        self._named[provider, name].append(declaration)
        return self._settle(declaration)

    def answer(self, event: AnswerEvent) -> list[Move]:
        """Take in an answer; gives the lines whose state changes."""
        answers = event["answers"]
        key = event["provider"], (answers["dated"], answers["identification"])
        self._answered[key] = min(event["dated"], self._answered.get(key, event["dated"]))
        current = self._answers.get(key)
        if current is not None and _rank(current) >= _rank(event):
            return []
        self._answers[key] = event
        return [move for each in self._named.get(key, ()) for move in self._settle(each)]

    def answered_on(self, provider: str, name: Name) -> str | None:
        """The Dagtekening of the first answer to a declaration message; None without one."""
        return self._answered.get((provider, name))

    def _hold(self, declaration: Declaration) -> None:
        holders = self._holders[declaration.provider]
        for reference in declaration.lines["reference"]:
            holder = holders.setdefault(reference, declaration)
            if isinstance(holder, list):
                if declaration not in holder:
                    holder.append(declaration)
            elif holder is not declaration:
                holders[reference] = [holder, declaration]

    def _settle(self, touched: Declaration) -> list[Move]:
        """Decide again what a change of one declaration's messages or answers can change."""
        moves = self._weigh(touched)
        family = self._families[touched.provider, touched.number]
        first = min((each.order for each in family if each.order), default=None)
        changed = [touched]
        for each in family:
            stands = each.order is not None and (each.answer is not None or each.order == first)
            if stands != each.stands:
                each.stands = stands
                if each is not touched:
                    changed.append(each)
        for each in changed:
            self._restate(each, moves)
        return moves

    def _weigh(self, declaration: Declaration) -> list[Move]:
        """Find a declaration's answer and order.

        A new date of arrival takes its lines out of the book, a new date of the answer those it rejected.
        """
        answers = {
            name: self._answers.get((declaration.provider, name)) for name in declaration.names
        }
        live = {
            name: each for name, each in answers.items() if each is None or not is_wholly_void(each)
        }
        before, told = declaration.arrived, declaration.answered
        declaration.answer = max(filter(None, live.values()), key=_rank, default=None)
        declaration.rejected = _rejected(declaration.answer)
        declaration.order = (*min(live), declaration.body) if live else None
        if before not in ("", declaration.arrived):
            return _taken_out(declaration, before, told, range(len(declaration.states)))
        if told not in ("", declaration.answered):
            refused = (i for i, state in enumerate(declaration.states) if state == State.REJECTED)
            return _taken_out(declaration, before, told, refused)
        return []

    def _restate(self, declaration: Declaration, moves: list[Move]) -> None:
        """Give every line of a declaration its state, and every other line that shares a reference."""
        holders = self._holders[declaration.provider]
        rejected = declaration.rejected
        uncontested = int(_state(declaration, contested=False))
        states, dates = declaration.states, (declaration.arrived, declaration.answered)
        contested: set[str] = set()  # each once, or a reference repeated n times costs n * n
        for place, reference in enumerate(declaration.lines["reference"]):
            holder = holders[reference]
            if holder is not declaration or declaration.repeats:
                if reference not in contested:
                    contested.add(reference)
                    rivals = holder if isinstance(holder, list) else [holder]
                    self._contest(reference, rivals, moves)
                continue
            new = int(State.REJECTED) if reference in rejected else uncontested
            if new != (old := states[place]):
                states[place] = new
                moves.append((declaration, place, old, new, *dates))

    def _contest(self, reference: str, holders: list[Declaration], moves: list[Move]) -> None:
        """Decide the lines of one reference: the first that stands takes it (8021)."""
        taken = False
        for holder in sorted(holders, key=lambda each: each.order or ("", "", each.body)):
            rejected = reference in holder.rejected
            for place in holder.find(reference):
                new = State.REJECTED if rejected else _state(holder, contested=taken)
                taken = taken or holder.stands
                if new != (old := holder.states[place]):
                    holder.states[place] = new
                    moves.append((holder, place, old, new, holder.arrived, holder.answered))


def _taken_out(
    declaration: Declaration, arrived: str, answered: str, places: Iterable[int]
) -> list[Move]:
    """Make lines absent; they counted under these dates."""
    moves: list[Move] = []
    for place in places:
        moves.append(
            (declaration, place, declaration.states[place], int(State.ABSENT), arrived, answered)
        )
        declaration.states[place] = int(State.ABSENT)
    return moves


def _state(declaration: Declaration, *, contested: bool) -> State:
    """The state of a line that no answer lists; `contested`: its reference was taken before."""
    if not declaration.stands:
        return State.VOID
    if declaration.answer is not None:
        return State.GRANTED
    return State.VOID if contested else State.OPEN


def _rejected(answer: AnswerEvent | None) -> frozenset[str]:
    """The references that an answer rejects."""
    declared = answer.get("declared") if answer else None
    lines: Iterable[tuple[str, list[str]]] = ()
    if declared:
        lines = ((line["reference"], line["codes"]) for line in declared["lines"])
    return frozenset(reference for reference, codes in lines if rejects(codes))


def _rank(answer: AnswerEvent) -> tuple[str, str, str]:
    """The latest answer wins; the content only parts answers of one name."""
    return answer["dated"], answer["identification"], json.dumps(answer, sort_keys=True)
