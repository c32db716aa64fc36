"""The rounds page: a lane a worker, what a search suggests, a map of our own. Asks nothing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone

from oneplace.homefirst.days import Today
from oneplace.homefirst.models import PlannedVisit, RoundChange, RoundPlan, RoundState, Shift
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.formats import clock_time, day, moment, weekday
from oneplace.science.routing import Round, Stop, Travel
from oneplace.visits.models import TO_COME, Visit, VisitState

LEFT: Final = 150
WIDE: Final = 1180
LANE: Final = 58
TOP: Final = 26
MAP: Final = 420
_QUARTER: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Block:
    """One visit on a lane, in units of the drawing; read as words in the list."""

    visit_id: str
    address: str
    x: float
    width: float
    label: str
    says: str
    is_promised: bool
    is_locked: bool
    is_begun: bool
    is_pair: bool
    way_x: float
    way_width: float


@dataclass(frozen=True)
class Ghost:
    """Where a suggestion would put a visit."""

    x: float
    width: float
    y: float
    says: str


@dataclass(frozen=True)
class RoundLine:
    """One visit in a worker's list."""

    when: str
    who: str
    facts: str
    address: str
    state: str
    suggested: str


@dataclass(frozen=True)
class Lane:
    """One worker's day."""

    worker: str
    name: str
    facts: str
    y: int
    shift_x: float
    shift_width: float
    breaks: tuple[tuple[float, float], ...]
    blocks: tuple[Block, ...]
    lines: tuple[RoundLine, ...]
    colour: int


@dataclass(frozen=True)
class Door:
    """One door on the map."""

    x: float
    y: float
    number: int
    colour: int
    says: str


@dataclass(frozen=True)
class Way:
    """One worker's way on the map."""

    points: str
    colour: int
    name: str
    visits: int


@dataclass(frozen=True)
class ToGive:
    """One visit nobody is named for."""

    who: str
    window: str
    facts: str
    address: str
    suggested: str


@dataclass(frozen=True)
class RoundsPage:
    """A day's rounds, what is suggested and what was changed by hand."""

    title: str
    on: date
    before: str
    after: str
    lanes: tuple[Lane, ...]
    hours: tuple[tuple[float, str], ...]
    now_x: float | None
    height: int
    ghosts: tuple[Ghost, ...]
    to_give: tuple[ToGive, ...]
    doors: tuple[Door, ...]
    ways: tuple[Way, ...]
    unplaced: int
    plan: RoundPlan | None
    plan_words: str
    plan_why: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]
    failed: str
    by_hand: tuple[tuple[str, str], ...]
    visits: int
    begins: str
    minutes_wide: int

    @classmethod
    def of(
        cls,
        today: Today,
        *,
        on: date,
        names: Mapping[uuid.UUID, str],
        plan: RoundPlan | None,
        planned: Sequence[PlannedVisit],
        newest: RoundPlan | None,
        changes: Sequence[RoundChange],
        at: datetime,
    ) -> "RoundsPage":
        """A day as the viewer may read it."""
        scale = _Scale.of(today, on)
        rows = {str(each.visit_id): each for each in planned}
        tell = _Teller(today, names, rows)
        lanes = tuple(
            _lane(each, number, scale, tell) for number, each in enumerate(today.plan.rounds)
        )
        numbers = {each.worker.key: at_ for at_, each in enumerate(today.plan.rounds)}
        doors, ways, unplaced = _map(today, tell)
        return cls(
            title="Today’s rounds" if on == local_day(at) else f"Rounds, {weekday(on)} {day(on)}",
            on=on,
            before=(on - timedelta(days=1)).isoformat() if on > local_day(at) else "",
            after=(on + timedelta(days=1)).isoformat(),
            lanes=lanes,
            hours=scale.hours,
            now_x=scale.x(at) if on == local_day(at) else None,
            height=TOP + LANE * max(1, len(lanes)) + 8,
            ghosts=tuple(_ghosts(planned, numbers, scale, tell)),
            to_give=tuple(tell.to_give(stop) for stop in today.to_give),
            doors=doors,
            ways=ways,
            unplaced=unplaced,
            plan=plan,
            plan_words=_plan_words(plan) if plan else "",
            plan_why=tuple(tell.changed(each) for each in planned if each.is_change),
            left_out=tuple(
                (tell.name(str(each.visit_id)), each.why) for each in planned if not each.worker_id
            ),
            failed=_failed(newest, plan),
            by_hand=tuple(_by_hand(each, tell) for each in changes),
            visits=sum(len(each.stops) for each in today.plan.rounds),
            begins=timezone.localtime(scale.begins).isoformat(),
            minutes_wide=int((scale.ends - scale.begins) / timedelta(minutes=1)),
        )


@dataclass(frozen=True)
class _Scale:
    """Moments as places on the drawing."""

    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, today: Today, on: date) -> "_Scale":
        moments = [each.worker.from_at for each in today.plan.rounds]
        ends = [each.worker.until_at for each in today.plan.rounds]
        for each in today.plan.rounds:
            for stop in each.stops:
                moments.append(stop.planned_at or stop.opens_at)
                ends.append((stop.planned_at or stop.opens_at) + stop.lasts)
        if not moments:
            first = day_begins(on) + timedelta(hours=8)
            return cls(first, first + timedelta(hours=12))
        first = min(moments).replace(minute=0, second=0, microsecond=0)
        last = max(ends)
        return cls(first, max(last, first + timedelta(hours=6)))

    def x(self, moment_: datetime) -> float:
        """Where a moment lies, kept within the drawing."""
        share = (moment_ - self.begins) / (self.ends - self.begins)
        return round(LEFT + min(1.0, max(0.0, share)) * (WIDE - LEFT), 1)

    @property
    def hours(self) -> tuple[tuple[float, str], ...]:
        """The lines of the hours."""
        found, hour = [], self.begins
        while hour <= self.ends:
            found.append((self.x(hour), clock_time(hour)))
            hour += timedelta(hours=1)
        return tuple(found)


@dataclass(frozen=True)
class _Teller:
    """What visits are called, as far as their records open."""

    today: Today
    names: Mapping[uuid.UUID, str]
    rows: Mapping[str, PlannedVisit]

    def visit(self, key: str) -> Visit | None:
        return self.today.visits.get(key)

    def name(self, key: str) -> str:
        visit = self.visit(key)
        if visit is None:
            return "Somebody whose record is not open to you"
        return self.names.get(visit.person_id, "Somebody whose record is not open to you")

    def facts(self, stop: Stop) -> str:
        """Purpose, promise, lock, pair, in words."""
        visit = self.visit(stop.key)
        words = [visit.purpose.label if visit else "Visit", f"{stop.minutes} minutes"]
        if stop.promised_by_at:
            words.append(f"promised by {clock_time(stop.promised_by_at)}")
        else:
            words.append(f"between {clock_time(stop.opens_at)} and {clock_time(stop.closes_at)}")
        if stop.pair:
            words.append("two come together")
        if stop.needs:
            words.append(" and ".join(sorted(stop.needs)).replace("_", " "))
        if stop.is_locked and visit is not None:
            words.append("locked")
        return ", ".join(words)

    def suggested(self, key: str) -> str:
        row = self.rows.get(key)
        if row is None or not row.is_change or row.planned_at is None:
            return ""
        return f"Suggested: {row.worker_name} at {clock_time(row.planned_at)}"

    def changed(self, row: PlannedVisit) -> tuple[str, str]:
        visit = row.visit
        had = visit.worker_name or "nobody"
        told = f" at {clock_time(visit.planned_at)}" if visit.planned_at else ""
        if visit.worker_id == row.worker_id:
            what = f"{had} at {clock_time(row.planned_at)} instead of{told[3:]}"
        else:
            what = f"{row.worker_name} at {clock_time(row.planned_at)} instead of {had}{told}"
        return f"{self.name(str(visit.pk))}: {what}", row.why

    def to_give(self, stop: Stop) -> ToGive:
        return ToGive(
            self.name(stop.key),
            f"{clock_time(stop.opens_at)} to {clock_time(stop.closes_at)}",
            self.facts(stop),
            reverse("homefirst:give_visit", args=[stop.key]),
            self.suggested(stop.key),
        )


def _lane(each: Round, number: int, scale: _Scale, tell: _Teller) -> Lane:
    worker, ways = each.worker, Travel()
    blocks, lines = [], []
    here, left_at = worker.starts, worker.from_at
    for stop in each.stops:
        begins = stop.planned_at or stop.opens_at
        visit = tell.visit(stop.key)
        is_begun = visit is not None and visit.state != VisitState.BOOKED
        minutes = ways.minutes(here, stop.point, worker.mode)
        sets_out = max(left_at, begins - timedelta(minutes=minutes))
        address = reverse("homefirst:give_visit", args=[stop.key]) if visit is not None else ""
        name = tell.name(stop.key) if visit is not None else "Not open to you"
        ends = begins + stop.lasts
        says = f"{name}, {clock_time(begins)} to {clock_time(ends)}. {tell.facts(stop)}"
        blocks.append(
            Block(
                visit_id=stop.key,
                address=address,
                x=scale.x(begins),
                width=max(6.0, scale.x(ends) - scale.x(begins)),
                label=_short(name, scale.x(ends) - scale.x(begins)),
                says=says,
                is_promised=stop.promised_by_at is not None,
                is_locked=stop.is_locked,
                is_begun=is_begun,
                is_pair=bool(stop.pair),
                way_x=scale.x(sets_out),
                way_width=max(0.0, scale.x(begins) - scale.x(sets_out)),
            )
        )
        lines.append(
            RoundLine(
                when=f"{clock_time(begins)} to {clock_time(ends)}",
                who=name,
                facts=f"{tell.facts(stop)}; {minutes} minutes of way",
                address=address if not is_begun else "",
                state=_state(visit),
                suggested=tell.suggested(stop.key),
            )
        )
        here, left_at = stop.point, ends
    rests = tuple(
        (scale.x(rest.opens_at), scale.x(rest.closes_at + rest.lasts) - scale.x(rest.opens_at))
        for rest in worker.breaks
    )
    return Lane(
        worker=worker.key,
        name=worker.name,
        facts=_lane_facts(each, tell.today),
        y=TOP + number * LANE,
        shift_x=scale.x(worker.from_at),
        shift_width=scale.x(worker.until_at) - scale.x(worker.from_at),
        breaks=rests,
        blocks=tuple(blocks),
        lines=tuple(lines),
        colour=number % 6,
    )


def _state(visit: Visit | None) -> str:
    """Where a visit stands; that whoever goes runs late comes before that it is booked."""
    if visit is None:
        return ""
    if visit.expected_at is not None and visit.state in TO_COME:
        return f"Late, about {clock_time(visit.expected_at)}"
    return str(visit.state.label)


def _lane_facts(each: Round, today: Today) -> str:
    worker = each.worker
    hours = f"{clock_time(worker.from_at)} to {clock_time(worker.until_at)}"
    by = "on foot" if worker.mode.value == "walk" else "by car"
    rest = ", ".join(
        f"break of {one.minutes} minutes from {clock_time(one.opens_at)}" for one in worker.breaks
    )
    known = "" if worker.key in today.on_shift else "not in the roster"
    return ", ".join(filter(None, (hours, by, rest, known)))


def _short(name: str, width: float) -> str:
    """A name as it fits its block: about eight units a letter."""
    letters = int(width / 8)
    if len(name) <= letters:
        return name
    given = name.split(" ", 1)[0]
    return given if len(given) <= letters else given[: max(0, letters - 1)]


def _ghosts(
    planned: Sequence[PlannedVisit], numbers: Mapping[str, int], scale: _Scale, tell: _Teller
) -> list[Ghost]:
    found = []
    for row in planned:
        lane = numbers.get(str(row.worker_id))
        if not row.is_change or lane is None or row.planned_at is None:
            continue
        ends = row.planned_at + timedelta(minutes=row.visit.minutes)
        found.append(
            Ghost(
                scale.x(row.planned_at),
                max(6.0, scale.x(ends) - scale.x(row.planned_at)),
                TOP + lane * LANE,
                f"Suggested: {tell.name(str(row.visit_id))} with {row.worker_name} at "
                f"{clock_time(row.planned_at)}",
            )
        )
    return found


def _map(today: Today, tell: _Teller) -> tuple[tuple[Door, ...], tuple[Way, ...], int]:
    """Doors and ways on a square of our own; how many visits have no known door."""
    points = [stop.point for each in today.plan.rounds for stop in each.stops if stop.point]
    total = sum(len(each.stops) for each in today.plan.rounds)
    if not points:
        return (), (), total
    north, south = max(p.latitude for p in points), min(p.latitude for p in points)
    east, west = max(p.longitude for p in points), min(p.longitude for p in points)
    # At this latitude a degree of longitude is about 0.62 of one of latitude.
    side = max(north - south, (east - west) * 0.62, 0.004)
    doors, ways = [], []
    for number, each in enumerate(today.plan.rounds):
        drawn = []
        for order, stop in enumerate(each.stops, 1):
            if stop.point is None:
                continue
            x = round(24 + (stop.point.longitude - west) * 0.62 / side * (MAP - 48), 1)
            y = round(24 + (north - stop.point.latitude) / side * (MAP - 48), 1)
            drawn.append(f"{x},{y}")
            says = f"{each.worker.name}, {order}: {tell.name(stop.key)}"
            doors.append(Door(x, y, order, number % 6, says))
        if each.stops:
            ways.append(Way(" ".join(drawn), number % 6, each.worker.name, len(each.stops)))
    return tuple(doors), tuple(ways), total - len(doors)


def _plan_words(plan: RoundPlan) -> str:
    saved = plan.minutes_before - plan.minutes_of_way
    way = (
        f"{saved} minutes less on the way"
        if saved > 0
        else f"{-saved} minutes more on the way"
        if saved < 0
        else "as long on the way as now"
    )
    changes = f"changes {plan.changes} visit{'' if plan.changes == 1 else 's'}"
    lost = f", nobody found for {plan.left_out}" if plan.left_out else ", no promise broken"
    return f"{changes}, {way}{lost}. Reckoned for {plan.asked_by_name} {moment(plan.asked_at)}."


def _failed(newest: RoundPlan | None, plan: RoundPlan | None) -> str:
    """That the newest search found nothing, and what stands instead."""
    if newest is None or newest.state != RoundState.FAILED:
        return ""
    stands = (
        f"The suggestion of {moment(plan.asked_at)} still stands below."
        if plan is not None
        else "The rounds below are as they were."
    )
    return f"The search of {moment(newest.asked_at)} gave no plan. {newest.why} {stands}"


def _by_hand(change: RoundChange, tell: _Teller) -> tuple[str, str]:
    told = clock_time(change.to_at) if change.to_at else ""
    what = f"{tell.name(str(change.visit_id))}: {change.to_name} at {told}"
    if change.from_name and change.from_name != change.to_name:
        what += f", before {change.from_name}"
    why = f"{change.by_name}, {moment(change.happened_at)}"
    if change.because:
        why += f": {change.because}"
    return what, why


@dataclass(frozen=True)
class RosterCell:
    """One day of one worker."""

    words: str
    facts: str
    shift_id: str


@dataclass(frozen=True)
class RosterRow:
    """One worker's week."""

    name: str
    facts: str
    hat_id: str
    cells: tuple[RosterCell, ...]


def roster_cell(shift: Shift | None) -> RosterCell:
    """A shift as it reads in its day."""
    if shift is None:
        return RosterCell("", "", "")
    rest = f"break {shift.break_minutes} min" if shift.break_minutes else "no break"
    return RosterCell(
        f"{clock_time(shift.from_at)} to {clock_time(shift.until_at)}", rest, str(shift.pk)
    )
