"""The desk's queue on pages and in the stream: as a list, a board by state, a map of districts.

Asks the database nothing. What a screen shows is `Shown`: the same rows in the same order, however
they are laid out, so that a change of one case alters one piece of any of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode

from oneplace.homefirst.models import NOT_DECIDED, OPEN, DeskCase, DeskState
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.queries import CaseShown, Counts, DistrictGround
from oneplace.homefirst.queries.ground import SQUARES
from oneplace.kit.formats import age, clock_time, moment, plural
from oneplace.visits.models import VisitState
from oneplace.vocabulary.terms import LifeStream, Pathway

FILTERS: Final = (
    ("", "Everything"),
    ("new", "To decide"),
    ("unassigned", "Nobody goes yet"),
    ("late", "Over their time"),
    ("started", "Started"),
)
VIEWS: Final = (("", "List"), ("board", "Board"), ("map", "Map"))
NOWHERE: Final = "not known"
MAP: Final = 480
WORDS_WIDE: Final = 72
WORDS_HIGH: Final = 36
"""What a district's name and number take on the drawing, with a little air."""


@dataclass(frozen=True)
class Wanted:
    """What somebody chose to see of the queue."""

    show: str = ""
    stream: str = ""
    zone: str = ""
    view: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Wanted":
        """What an address asks for; whatever there is not is left out."""
        show, stream, view = (asked.get(name, "") for name in ("show", "stream", "view"))
        return cls(
            show if show in dict(FILTERS) else "",
            stream if stream in LifeStream.stored_words() else "",
            asked.get("zone", "")[:60],
            view if view in dict(VIEWS) else "",
        )

    def holds(self, row: CaseShown) -> bool:
        """Whether a case is among what is wanted."""
        case, clock = row.case, row.clock
        if (self.stream and case.stream != self.stream) or (self.zone and _zone(case) != self.zone):
            return False
        if self.show == "new":
            return case.state in NOT_DECIDED
        if self.show == "unassigned":
            return case.state in (*NOT_DECIDED, DeskState.ACCEPTED)
        if self.show == "late":
            return clock is not None and clock.is_running and clock.is_late
        return self.show != "started" or case.state == DeskState.STARTED

    def address(self, **other: str) -> str:
        """The same with something else chosen, as the end of an address."""
        own = {"show": self.show, "stream": self.stream, "zone": self.zone, "view": self.view}
        return "?" + urlencode({name: word for name, word in (own | other).items() if word})


@dataclass(frozen=True)
class TimeLeft:
    """The first column: bars for the eye, words for everybody."""

    words: str
    bars: int
    is_late: bool
    is_running: bool
    address: str

    @property
    def drawn(self) -> str:
        """Five bars, filled as time is used; read out as words instead."""
        return "▮" * self.bars + "▯" * (5 - self.bars)


@dataclass(frozen=True)
class DeskRow:
    """One case in the queue."""

    id: str
    address: str
    person: str
    facts: str
    time: TimeLeft | None
    need: str
    stream: str
    asked_by: str
    step: str
    next: str
    mark: str
    told: str
    zone: str
    state: str

    @classmethod
    def of(cls, row: CaseShown, *, at: datetime) -> "DeskRow":
        """A case as a row."""
        case, person = row.case, row.case.person
        clock = row.clock
        time = None
        if clock is not None:
            time = TimeLeft(
                clock.left_words,
                clock.bars,
                clock.is_late,
                clock.is_running,
                reverse("homefirst:clock", args=[case.pk, clock.id]),
            )
        facts = ", ".join(
            filter(None, (age(person.born_on, at) if person.born_on else "", case.zone))
        )
        return cls(
            id=str(case.pk),
            address=reverse("homefirst:case", args=[case.pk]),
            person=name_of(person),
            facts=facts,
            time=time,
            need=case.referral.need,
            stream=_stream(case),
            asked_by=", ".join(
                filter(None, (case.referral.asked_by_name, case.referral.asked_by_organisation))
            ),
            step=step_words(row),
            next=next_words(row),
            mark="no answer at the door" if row.is_nobody_found else "",
            told=_told(row),
            zone=_zone(case),
            state=DeskState(case.state).value,
        )

    @property
    def is_late(self) -> bool:
        """Whether a promise runs that is broken already."""
        return self.time is not None and self.time.is_running and self.time.is_late


@dataclass(frozen=True)
class Column:
    """One state on the board."""

    key: str
    name: str
    nothing: str
    rows: tuple[DeskRow, ...]


_NOTHING: Final = {
    DeskState.RECEIVED: "Nothing new.",
    DeskState.TRIAGE: "Nobody is looking at one.",
    DeskState.WAITING: "Nothing was asked back.",
    DeskState.ACCEPTED: "Somebody goes to everybody who was accepted.",
    DeskState.ALLOCATED: "Nobody is to go at this moment.",
    DeskState.STARTED: "No case has begun.",
}


@dataclass(frozen=True)
class Drawn:
    """One district as SVG paths, and where its words stand."""

    area: str
    edge: str
    x: float
    y: float


@dataclass(frozen=True)
class District:
    """One district of the map, and in words beside it."""

    name: str
    address: str
    open: int
    to_decide: int
    nobody_goes: int
    late: int
    soonest: str
    drawn: Drawn | None
    is_chosen: bool

    @property
    def shade(self) -> int:
        """How much stands open there, in four steps for the eye; the number stands beside it."""
        return 0 if not self.open else 1 if self.open < 3 else 2 if self.open < 8 else 3

    @property
    def says(self) -> str:
        """The district in one sentence."""
        parts = [f"{self.name}: {plural(self.open, 'referral')} open"]
        if self.to_decide:
            parts.append(f"{self.to_decide} to decide")
        if self.late:
            parts.append(f"{self.late} over time")
        return ", ".join(parts)


@dataclass(frozen=True)
class Shown:
    """What a screen shows of the queue: the rows as chosen, in order, and what is drawn of them."""

    rows: tuple[DeskRow, ...]
    total: int
    counts: Counts
    wanted: Wanted
    at: datetime
    ground: Mapping[str, DistrictGround] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The rows by state."""
        return tuple(
            Column(
                state.value,
                state.label,
                _NOTHING[state],
                tuple(row for row in self.rows if row.state == state.value),
            )
            for state in OPEN
        )

    @property
    def districts(self) -> tuple[District, ...]:
        """The rows by district, the ground of the place beneath; by name, the unknown last."""
        by_zone: dict[str, list[DeskRow]] = {name: [] for name in self.ground}
        for row in self.rows:
            by_zone.setdefault(row.zone, []).append(row)
        if self.wanted.zone and self.wanted.zone not in by_zone:
            by_zone[self.wanted.zone] = []
        drawn = with_words_apart({name: _drawn(each) for name, each in self.ground.items()})
        names = sorted(by_zone, key=lambda name: (name == NOWHERE, _by_number(name)))
        return tuple(self._district(name, by_zone[name], drawn.get(name)) for name in names)

    def _district(self, name: str, rows: Sequence[DeskRow], drawn: Drawn | None) -> District:
        running = [row.time.words for row in rows if row.time is not None and row.time.is_running]
        is_chosen = self.wanted.zone == name
        return District(
            name=name,
            address=self.wanted.address(zone="" if is_chosen else name),
            open=len(rows),
            to_decide=sum(row.state in NOT_DECIDED for row in rows),
            nobody_goes=sum(row.state in (*NOT_DECIDED, DeskState.ACCEPTED) for row in rows),
            late=sum(row.is_late for row in rows),
            soonest=running[0] if running else "",
            drawn=drawn,
            is_chosen=is_chosen,
        )


@dataclass(frozen=True)
class DeskPage:
    """The queue, with what was asked today."""

    shown: Shown
    streams: Sequence[tuple[str, str]]
    zones: Sequence[str]
    filters: Sequence[tuple[str, str]]
    views: Sequence[tuple[str, str, str]]
    screen: str
    """The name of this screen, under which the audit notes what it goes on showing."""
    demo_leaves: str = ""
    """In a demonstration: whose leaving can be let happen."""

    @classmethod
    def of(
        cls, shown: Shown, found: Sequence[CaseShown], *, screen: str, demo_leaves: str = ""
    ) -> "DeskPage":
        """The queue as filtered."""
        wanted = shown.wanted
        zones = {_zone(row.case) for row in found} | ({wanted.zone} if wanted.zone else set())
        return cls(
            shown=shown,
            streams=[("", "Every stream"), *LifeStream.choices()],
            zones=sorted(zones, key=lambda name: (name == NOWHERE, _by_number(name))),
            filters=FILTERS,
            views=[(key, label, wanted.address(view=key)) for key, label in VIEWS],
            screen=screen,
            demo_leaves=demo_leaves,
        )

    @property
    def asks(self) -> str:
        """What the open screen asks again with."""
        given = self.shown.wanted.address()
        return f"{given}{'&' if given != '?' else ''}{urlencode({'screen': self.screen})}"


def shown_of(
    found: Sequence[CaseShown],
    counts: Counts,
    wanted: Wanted,
    *,
    ground: Mapping[str, DistrictGround] | None = None,
    at: datetime,
) -> tuple[Shown, list[CaseShown]]:
    """What a screen shows, and the cases behind its rows: those alone are noted as shown."""
    chosen = [row for row in found if wanted.holds(row)]
    rows = tuple(DeskRow.of(row, at=at) for row in chosen)
    return Shown(rows, len(found), counts, wanted, at, ground or {}), chosen


def step_words(row: CaseShown) -> str:
    """Where it stands, in the words of the desk."""
    case = row.case
    if case.state == DeskState.WAITING:
        return f"Waiting: {case.waits_for[:80]}"
    if case.state == DeskState.TRIAGE and case.decided_by_name:
        return f"{case.decided_by_name} is looking at it"
    return DeskState(case.state).label


def next_words(row: CaseShown) -> str:
    """What comes next, and who is on the way."""
    case = row.case
    if row.visit is not None and row.visit.state == VisitState.SET_OUT:
        return f"{case.worker_name} is on the way"
    if case.state == DeskState.ALLOCATED:
        when = f", planned {clock_time(case.planned_at)}" if case.planned_at else ""
        return f"{case.worker_name} goes{when}"
    if case.state == DeskState.STARTED:
        return f"Seen {moment(case.first_seen_at)}"
    if case.state in NOT_DECIDED:
        return "Decide"
    if case.home_from is not None and case.left_at is None:
        return f"Send somebody; home from about {clock_time(case.home_from)}"
    return "Send somebody"


def _told(row: CaseShown) -> str:
    """What a hospital said since that turns things round: nobody may stand at an empty home."""
    if row.is_back_in_hospital:
        return "back in hospital"
    return "has not left after all" if row.is_not_left_after_all else ""


def _stream(case: DeskCase) -> str:
    words = LifeStream(case.stream).label
    if case.pathway:
        words = f"{words}, {Pathway(case.pathway).value}"
    return f"{words}, double-handed" if case.is_double_handed else words


def _zone(case: DeskCase) -> str:
    return case.zone or NOWHERE


def _by_number(name: str) -> tuple[str, int, str]:
    """CR2 before CR10."""
    letters = name.rstrip("0123456789")
    number = name[len(letters) :]
    return letters, int(number) if number else 0, name


def with_words_apart(drawn: Mapping[str, Drawn]) -> dict[str, Drawn]:
    """The districts with their words moved down or up where they would stand on one another.

    From north to south; words that would leave the drawing below go above whatever they met.
    """
    placed: dict[str, Drawn] = {}
    for name in sorted(drawn, key=lambda each: (drawn[each].y, drawn[each].x, each)):
        one = drawn[name]
        others = [each for each in placed.values() if abs(each.x - one.x) < WORDS_WIDE]
        y = one.y
        for other in sorted(others, key=lambda each: each.y):
            if abs(other.y - y) < WORDS_HIGH:
                y = other.y + WORDS_HIGH
        if y > MAP - 22:
            y = min((each.y for each in others), default=one.y) - WORDS_HIGH
        placed[name] = replace(one, y=round(max(y, 18), 1))
    return {name: placed[name] for name in drawn}


def _drawn(ground: DistrictGround) -> Drawn:
    """A district on a square of our own, north at the top: its area, its edge, its middle."""
    side = MAP / SQUARES
    area, edge = [], []
    for x, y in sorted(ground.squares):
        left, top, right, bottom = (round(each * side, 1) for each in (x, y, x + 1, y + 1))
        area.append(f"M{left} {top}H{right}V{bottom}H{left}Z")
        if (x, y - 1) not in ground.squares:
            edge.append(f"M{left} {top}H{right}")
        if (x, y + 1) not in ground.squares:
            edge.append(f"M{left} {bottom}H{right}")
        if (x - 1, y) not in ground.squares:
            edge.append(f"M{left} {top}V{bottom}")
        if (x + 1, y) not in ground.squares:
            edge.append(f"M{right} {top}V{bottom}")
    across, down = (round(each * side, 1) for each in ground.middle)
    # Words at the rim of the drawing stay within it.
    across, down = min(max(across, 30), MAP - 30), min(max(down, 18), MAP - 22)
    return Drawn("".join(area), "".join(edge), across, down)
