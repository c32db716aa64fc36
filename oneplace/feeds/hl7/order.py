"""Makes a visit of what was said about it: the same visit whatever order the messages came in.

The state is a function of the set of facts: late, repeated and mixed-up deliveries change nothing.
Two clocks order the facts. *When it happened* (PV1-44, PV1-45, EVN-6) decides which of two
statements about the visit is the newer. *When the sender knew* (EVN-2, else when it happened)
decides what a cancel takes back: it can only mean what had been said before it.

- A cancelled admission (A11, A23, A38) takes back every admission, registration or plan known
  before it; one known later opens the visit again.
- A cancelled discharge (A13) takes back every discharge known before it, and all that was said of
  the discharge with it.
- A cancelled transfer (A12) takes back one transfer: that of its own time, else the most recent.
- Where nothing of the kind was known before the cancel, it takes back what happened before it: the
  sender's clock then tells nothing.
- A visit of which only cancels are known is no visit.
- Details (A08) never open or close anything.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple

from oneplace.feeds.hl7.facts import (
    Change,
    Coded,
    Identifier,
    Location,
    MergeKind,
    MergeSaid,
    Professional,
    SpellSaid,
)
from oneplace.feeds.hl7.times import Moment
from oneplace.vocabulary.terms.term import Term

_OPENING: Final = frozenset(
    {Change.ADMITTED, Change.REGISTERED, Change.BECAME_INPATIENT, Change.BECAME_OUTPATIENT}
)
_ANNULLING: Final = {
    Change.ADMISSION_CANCELLED: _OPENING | {Change.PLANNED},
    Change.VISIT_DELETED: _OPENING | {Change.PLANNED},
    Change.PLAN_CANCELLED: frozenset({Change.PLANNED}),
}
_CANCELS: Final = frozenset(
    {
        Change.ADMISSION_CANCELLED, Change.TRANSFER_CANCELLED, Change.DISCHARGE_CANCELLED,
        Change.PLAN_CANCELLED, Change.EXPECTATION_CANCELLED, Change.LEAVE_CANCELLED,
        Change.RETURN_CANCELLED, Change.VISIT_DELETED,
    }
)  # fmt: skip
_ONE_BY_ONE: Final = {
    Change.TRANSFER_CANCELLED: Change.TRANSFERRED,
    Change.LEAVE_CANCELLED: Change.WENT_ON_LEAVE,
    Change.RETURN_CANCELLED: Change.CAME_BACK_FROM_LEAVE,
}
_SHOWING_PRESENCE: Final = _OPENING | {
    Change.TRANSFERRED, Change.WENT_ON_LEAVE, Change.CAME_BACK_FROM_LEAVE, Change.TRACKED,
}  # fmt: skip
# Of two things at one time: what opens comes before what follows from it.
_RANK: Final = {
    change: rank
    for rank, changes in enumerate(
        (
            (Change.PLANNED,), _OPENING,
            (Change.TRANSFERRED, Change.WENT_ON_LEAVE, Change.TRACKED, Change.EXPECTED),
            (Change.CAME_BACK_FROM_LEAVE,), (Change.UPDATED,), (Change.DISCHARGED,), _CANCELS,
        )
    )
    for change in changes
}  # fmt: skip
DIED_BY_METHOD: Final = frozenset({"4", "5"})
"""NHS discharge methods "Patient died" and "Stillbirth" (NHS Data Dictionary)."""
DIED_BY_DESTINATION: Final = frozenset({"79"})
"""NHS discharge destination "Patient died or stillbirth" (NHS Data Dictionary)."""

_OF_THE_DISCHARGE: Final = ("destination", "discharged_to", "discharge_method", "disposal")
_DETAILS: Final = (
    "patient_class", "admission_method", "source_of_admission", "attending", "referring",
    "consultants", "admitting", "service", "vip", "patient_type", "reason", "transfer_reason",
    "expected_admission", "expected_discharge", "description", "priority", "ready", "pathway",
    "arrival",
)  # fmt: skip


class SpellStatus(Term):
    """Where a visit stands."""

    HEARD_OF = "heard_of", "Heard of, not how it began"
    PLANNED = "planned", "Planned"
    OPEN = "open", "Open"
    ON_LEAVE = "on_leave", "On leave"
    CLOSED = "closed", "Closed"
    NEVER_HAPPENED = "never_happened", "Entered in error"


class SpellKey(NamedTuple):
    """What makes a visit one: its number, within who gave it and the kind of number."""

    authority: str
    kind: str
    value: str


class Stay(NamedTuple):
    """A place the person was at, since when, until when; `until` is None where they are still."""

    location: Location
    since: datetime
    until: datetime | None


class Leave(NamedTuple):
    """A time away from the ward; `left` is None where only the coming back was heard of."""

    left: datetime | None
    back: datetime | None


@dataclass(frozen=True, slots=True)
class Spell:
    """A visit as all that was said about it makes it."""

    key: SpellKey
    status: SpellStatus
    subject: tuple[Identifier, ...]
    """Every identifier the person was named by, sorted; who that is, is not decided here."""
    patient_class: str
    admitted: Moment | None
    discharged: Moment | None
    places: tuple[Stay, ...]
    last_said_at: datetime
    """When the newest of the facts happened."""
    destination: str
    discharged_to: str
    discharge_method: str
    disposal: str
    admission_method: str
    source_of_admission: str
    attending: tuple[Professional, ...]
    referring: tuple[Professional, ...]
    consultants: tuple[Professional, ...]
    admitting: tuple[Professional, ...]
    service: str
    vip: str
    patient_type: str
    reason: Coded | None
    transfer_reason: Coded | None
    expected_admission: Moment | None
    expected_discharge: Moment | None
    description: str
    priority: str
    ready: Moment | None
    pathway: str
    arrival: str
    leave: tuple[Leave, ...]
    left_undone: tuple[Change, ...]
    """Cancels that found nothing to take back."""

    @property
    def ended_in_death(self) -> bool:
        """Whether the discharge says the person died: visits and letters must stop."""
        return self.discharge_method in DIED_BY_METHOD or self.destination in DIED_BY_DESTINATION


@dataclass(frozen=True)
class Spells:
    """Every visit the facts tell of, and the facts no visit could be found for."""

    by_key: Mapping[SpellKey, Spell]
    unplaced: tuple[SpellSaid, ...]


def key_of(visit: Identifier) -> SpellKey:
    """The key of a visit number."""
    return SpellKey(visit.authority, visit.kind, visit.value)


def spell_of(key: SpellKey, facts: Iterable[SpellSaid]) -> Spell | None:
    """The visit these facts make; None if they tell of none, as cancels alone do."""
    said = _distinct(facts)
    if all(fact.change in _CANCELS for fact in said):
        return None
    return _Folding(key, said).spell()


def spells_of(facts: Iterable[SpellSaid], merges: Iterable[MergeSaid] = ()) -> Spells:
    """Every visit of these facts; visits said to be one are one, under the surviving number.

    A fact without a visit number belongs to the only visit its person had open at the time, if
    there is exactly one.
    """
    survivors = _survivors(merges)
    by_key: dict[SpellKey, list[SpellSaid]] = defaultdict(list)
    numberless: list[SpellSaid] = []
    for fact in facts:
        if fact.visit is None:
            numberless.append(fact)
        else:
            by_key[_survivor(key_of(fact.visit), survivors)].append(fact)
    found = {key: spell for key, said in by_key.items() if (spell := spell_of(key, said))}
    unplaced: list[SpellSaid] = []
    for fact in _distinct(numberless):
        candidates = [key for key, spell in found.items() if _had_open(spell, fact)]
        if len(candidates) == 1 and fact.change not in _OPENING:
            by_key[candidates[0]].append(fact)
        else:
            unplaced.append(fact)
    spells = {key: spell for key in sorted(by_key) if (spell := spell_of(key, by_key[key]))}
    return Spells(spells, tuple(unplaced))


def _had_open(spell: Spell, fact: SpellSaid) -> bool:
    if spell.status in {SpellStatus.NEVER_HAPPENED, SpellStatus.PLANNED}:
        return False
    if not set(spell.subject) & set(fact.subject):
        return False
    begun = spell.admitted is None or spell.admitted.at <= fact.happened.at
    return begun and (spell.discharged is None or fact.happened.at <= spell.discharged.at)


def _survivors(merges: Iterable[MergeSaid]) -> dict[SpellKey, SpellKey]:
    """Which visit number gave way to which; of two sayings, the later counts."""
    told = [
        merge
        for merge in merges
        if merge.kind is MergeKind.VISIT_MERGED and merge.visit and merge.prior_visit
    ]
    told.sort(key=lambda merge: (merge.happened.at.timestamp() if merge.happened else 0.0,
                                 merge.source.key))  # fmt: skip
    return {
        key_of(merge.prior_visit): key_of(merge.visit)
        for merge in told
        if merge.prior_visit and merge.visit
    }


def _survivor(key: SpellKey, survivors: Mapping[SpellKey, SpellKey]) -> SpellKey:
    passed = [key]
    while (following := survivors.get(passed[-1])) is not None:
        if following in passed:
            # Two numbers each said to have become the other: the same one every time.
            return min(passed[passed.index(following) :])
        passed.append(following)
    return passed[-1]


def _known_at(fact: SpellSaid) -> datetime:
    return (fact.source.recorded or fact.happened).at


def _happening(fact: SpellSaid) -> tuple[object, ...]:
    """The order of what happened; the rest of the key makes it total, whatever came first."""
    return (fact.happened.at, _RANK[fact.change], _known_at(fact), *_last_resort(fact))


def _knowing(fact: SpellSaid) -> tuple[object, ...]:
    return (_known_at(fact), fact.happened.at, _RANK[fact.change], *_last_resort(fact))


def _last_resort(fact: SpellSaid) -> tuple[object, ...]:
    sent = fact.source.sent.at.timestamp() if fact.source.sent else 0.0
    return (sent, fact.source.key, _Content(fact))


_EMPTY: Final = {each.name: each.default for each in fields(SpellSaid)}
_ALL_BUT_SOURCE: Final = attrgetter(
    *(each.name for each in fields(SpellSaid) if each.name != "source")
)


class _Content:
    """What a fact says, as the last thing to order by: written out only where all else is equal."""

    __slots__ = ("_fact",)

    def __init__(self, fact: SpellSaid) -> None:
        self._fact = fact

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and (
            _ALL_BUT_SOURCE(self._fact) == _ALL_BUT_SOURCE(other._fact)
        )

    def __lt__(self, other: "_Content") -> bool:
        return repr(_ALL_BUT_SOURCE(self._fact)) < repr(_ALL_BUT_SOURCE(other._fact))

    def __hash__(self) -> int:
        return hash(_ALL_BUT_SOURCE(self._fact))


def _distinct(facts: Iterable[SpellSaid]) -> list[SpellSaid]:
    """Each saying once, in the order of happening.

    A message delivered twice is one saying. Where a sender used one control id for two different
    messages both are kept. A saying repeated under a new control id counts once too.
    """
    once: dict[tuple[Change, datetime, datetime, object], SpellSaid] = {}
    for fact in facts:
        # The number in the file differs between deliveries and says nothing.
        mark = (fact.change, fact.happened.at, _known_at(fact), _ALL_BUT_SOURCE(fact))
        kept = once.get(mark)
        if kept is None or _last_resort(fact) < _last_resort(kept):
            once[mark] = fact
    return sorted(once.values(), key=_happening)


class _Folding:
    """The folding of one visit's facts."""

    def __init__(self, key: SpellKey, said: list[SpellSaid]) -> None:
        self.key = key
        self.said = said
        self.taken_back: set[int] = set()
        """Facts taken back, by their place in `said`."""
        self.left_undone: list[Change] = []
        self.cancels = sorted(
            (place for place, fact in enumerate(said) if fact.change in _CANCELS),
            key=lambda place: _knowing(said[place]),
        )
        self._take_back()

    def spell(self) -> Spell:
        """The visit."""
        standing = [
            fact for place, fact in enumerate(self.said) if place not in self.taken_back
        ]  # fmt: skip
        changes = {fact.change for fact in standing}
        status = self._status(standing, changes)
        is_closed = status is SpellStatus.CLOSED
        discharging = self._discharging() if is_closed else []
        details = self._details()
        discharged = self._discharged(standing) if is_closed else None
        return Spell(
            key=self.key,
            status=status,
            subject=tuple(sorted({each for fact in self.said for each in fact.subject})),
            admitted=self._admitted(standing),
            discharged=discharged,
            places=self._places(standing, discharged),
            leave=_leave(standing),
            last_said_at=self.said[-1].happened.at,
            left_undone=tuple(sorted(self.left_undone)),
            **{name: _newest(discharging, name, "") for name in _OF_THE_DISCHARGE},
            **details,
        )

    def _take_back(self) -> None:
        seen: set[tuple[Change, datetime]] = set()
        for place in self.cancels:
            cancel = self.said[place]
            if cancel.change in _ANNULLING:
                meant = self._meant(cancel, _ANNULLING[cancel.change])
            elif cancel.change is Change.DISCHARGE_CANCELLED:
                meant = self._meant(cancel, frozenset({Change.DISCHARGED}))
            elif cancel.change in _ONE_BY_ONE:
                # The same cancel sent again takes back nothing more.
                if (cancel.change, cancel.happened.at) in seen:
                    continue
                seen.add((cancel.change, cancel.happened.at))
                kinds = frozenset({_ONE_BY_ONE[cancel.change]})
                meant = self._one(cancel, self._meant(cancel, kinds))
            else:
                continue
            if meant:
                self.taken_back.update(meant)
            else:
                self.left_undone.append(cancel.change)

    def _meant(self, cancel: SpellSaid, kinds: frozenset[Change]) -> list[int]:
        """What of a kind a cancel can mean: known before it, else happened before it."""
        of_kind = [place for place, fact in enumerate(self.said) if fact.change in kinds]
        known = _knowing(cancel)
        before = [place for place in of_kind if _knowing(self.said[place]) < known]
        if before:
            return before
        return [place for place in of_kind if self.said[place].happened.at <= cancel.happened.at]

    def _one(self, cancel: SpellSaid, meant: list[int]) -> list[int]:
        """The one a cancel means: of its own time, else the most recent not yet taken back."""
        left = [place for place in meant if place not in self.taken_back]
        own = [p for p in left if self.said[p].happened.at == cancel.happened.at]
        earlier = [p for p in left if self.said[p].happened.at <= cancel.happened.at]
        chosen = (own or earlier or left)[-1:]
        if not chosen:
            return []
        # The same move sent twice is one move.
        first = self.said[chosen[0]]
        return [
            place
            for place in left
            if self.said[place].happened.at == first.happened.at
            and self.said[place].location == first.location
        ]

    def _status(self, standing: list[SpellSaid], changes: set[Change]) -> SpellStatus:
        is_annulled = any(self.said[place].change in _ANNULLING for place in self.cancels)
        if is_annulled and not changes & (_OPENING | {Change.PLANNED}):
            # A cancelled plan says nothing against an admission we only know by what followed.
            followed = changes & (_SHOWING_PRESENCE | {Change.DISCHARGED})
            only_plans = not any(
                self.said[place].change
                in {Change.ADMISSION_CANCELLED, Change.VISIT_DELETED}
                for place in self.cancels
            )  # fmt: skip
            if not (only_plans and followed):
                return SpellStatus.NEVER_HAPPENED
        if Change.DISCHARGED in changes:
            return SpellStatus.CLOSED
        if changes & _SHOWING_PRESENCE:
            leave = [
                fact.change
                for fact in standing
                if fact.change in {Change.WENT_ON_LEAVE, Change.CAME_BACK_FROM_LEAVE}
            ]
            is_away = bool(leave) and leave[-1] is Change.WENT_ON_LEAVE
            return SpellStatus.ON_LEAVE if is_away else SpellStatus.OPEN
        return SpellStatus.PLANNED if Change.PLANNED in changes else SpellStatus.HEARD_OF

    def _details(self) -> dict[str, Any]:
        """Each detail as the newest fact that speaks of it has it."""
        newest = {name: _newest(self.said, name, None) for name in _DETAILS}
        found = {
            name: _EMPTY[name] if value is None else value for name, value in newest.items()
        }  # fmt: skip
        found["patient_class"] = self._patient_class()
        return found

    def _patient_class(self) -> str:
        changed = {Change.BECAME_INPATIENT: "I", Change.BECAME_OUTPATIENT: "O"}
        for place in range(len(self.said) - 1, -1, -1):
            fact = self.said[place]
            if fact.change in changed and place not in self.taken_back:
                return fact.patient_class or changed[fact.change]
            if fact.patient_class:
                return fact.patient_class
        return ""

    def _admitted(self, standing: list[SpellSaid]) -> Moment | None:
        stated = [fact.admitted for fact in self.said if fact.admitted is not None]
        opened = [fact for fact in standing if fact.change in _OPENING - {Change.BECAME_OUTPATIENT}]
        own = [fact.admitted for fact in opened if fact.admitted is not None]
        if own:
            return own[-1]
        if stated:
            return stated[-1]
        return opened[-1].happened if opened else None

    def _discharging(self) -> list[SpellSaid]:
        """The facts that may speak of the discharge: known since it was last taken back."""
        undoing = [
            self.said[place]
            for place in self.cancels
            if self.said[place].change is Change.DISCHARGE_CANCELLED
        ]
        voided: set[int] = set()
        for cancel in undoing:
            known = _knowing(cancel)
            voided |= {p for p, fact in enumerate(self.said) if _knowing(fact) < known}
        kept = {
            place
            for place, fact in enumerate(self.said)
            if fact.change is Change.DISCHARGED and place not in self.taken_back
        }
        voided -= kept
        return [
            fact
            for place, fact in enumerate(self.said)
            if place not in voided and place not in self.taken_back
        ]

    def _discharged(self, standing: list[SpellSaid]) -> Moment | None:
        discharges = [fact for fact in standing if fact.change is Change.DISCHARGED]
        corrected = [
            fact.discharged
            for fact in self._discharging()
            if fact.discharged is not None
            and fact.happened.at >= discharges[-1].happened.at
            and fact.change not in _CANCELS
        ]
        return corrected[-1] if corrected else discharges[-1].happened

    def _places(self, standing: list[SpellSaid], discharged: Moment | None) -> tuple[Stay, ...]:
        """Where the person was, as moves and admissions tell it; other facts where these do not."""
        seen = [(fact.happened.at, fact.location) for fact in self._moves(standing)]
        found: list[tuple[datetime, Location]] = []
        for at, location in seen:
            if location is None or (discharged is not None and at > discharged.at):
                continue
            if not found or found[-1][1] != location:
                found.append((at, location))
        if not found:
            return ()
        ends = [at for at, _ in found[1:]]
        last = discharged.at if discharged is not None else None
        return tuple(
            Stay(location, since, until)
            for (since, location), until in zip(found, [*ends, last], strict=True)
        )  # fmt: skip

    def _moves(self, standing: list[SpellSaid]) -> list[SpellSaid]:
        telling = _SHOWING_PRESENCE | {Change.TRANSFERRED}
        moves = [fact for fact in standing if fact.change in telling and fact.location]
        if moves:
            return moves
        others = [
            fact
            for fact in standing
            if fact.location and fact.change in {Change.UPDATED, Change.DISCHARGED}
        ]
        return others[:1]


def _leave(standing: list[SpellSaid]) -> tuple[Leave, ...]:
    """The times away in order; of two goings without a coming back between, the first counts."""
    found: list[Leave] = []
    for fact in standing:
        at = fact.happened.at
        if fact.change is Change.WENT_ON_LEAVE and not (found and found[-1].back is None):
            found.append(Leave(at, None))
        elif fact.change is Change.CAME_BACK_FROM_LEAVE:
            if found and found[-1].back is None:
                found[-1] = found[-1]._replace(back=at)
            elif not found:
                found.append(Leave(None, at))
    return tuple(found)


def _newest(facts: list[SpellSaid], name: str, nothing: Any) -> Any:
    """The newest value anyone said, or nothing where it was last asked to be deleted."""
    for fact in reversed(facts):
        if name in fact.deletes:
            return nothing
        value = getattr(fact, name)
        if value:
            return value
    return nothing
