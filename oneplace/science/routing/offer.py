"""Who can take one more visit into a round under way, and what it would move: every place tried.

For each worker the new visit is tried before, between and after all that is still to come; what
follows is put back no further than it must be. A visit that is started, locked or promised is never
moved out of what was promised, nobody works beyond their shift, and nobody without the skill is
asked. It is exact for a single insertion: with `n` visits to come it looks at `n + 1` places a
worker. What cannot be done in time is offered as the least late, with the reason in words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from oneplace.science.routing.plan import Plan, Round, Stop, Worker
from oneplace.science.routing.travel import Point, Travel, Ways

SAME: Final = timedelta(minutes=5)
"""A visit that begins within so much of its planned time is not moved: nobody need be told."""
NOTHING: Final = timedelta(0)


@dataclass(frozen=True)
class Moved:
    """A visit that would begin at another time, still within what was promised."""

    key: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Offer:
    """One worker taking the visit on, at one place of their round."""

    worker: str
    name: str
    position: int
    """How many stops of the round come before it."""
    minutes_away: int
    """Travel from the stop before it, or from where the worker starts."""
    is_distance_known: bool
    arrives_at: datetime
    leaves_at: datetime
    late_by: timedelta
    """Beyond the latest moment promised; nought where it is kept."""
    moved: tuple[Moved, ...]
    why: tuple[str, ...]

    @property
    def is_in_time(self) -> bool:
        """Whether what was promised is kept."""
        return self.late_by <= NOTHING


@dataclass(frozen=True)
class Refusal:
    """Why one worker cannot take the visit at all."""

    worker: str
    name: str
    why: str


@dataclass(frozen=True)
class _Place:
    """One place tried: the offer, or what stands against it."""

    offer: Offer | None
    why: str = ""


def offer(plan: Plan, visit: Stop, now: datetime, *, travel: Ways | None = None) -> list[Offer]:
    """The best offer of each worker who can take `visit`, the best of all first.

    In time comes before late, then the fewest moved, then the shortest way. Empty where nobody can
    take it without breaking something harder; `refusals` says why for each.
    """
    ways = travel or Travel()
    found = []
    for each in plan.rounds:
        offers = [place.offer for place in _places(each, visit, now, ways) if place.offer]
        if offers:
            found.append(min(offers, key=_order))
    return sorted(found, key=_order)


def refusals(
    plan: Plan, visit: Stop, now: datetime, *, travel: Ways | None = None
) -> list[Refusal]:
    """Why each worker who made no offer could not, in the order of the plan."""
    ways = travel or Travel()
    found = []
    for each in plan.rounds:
        places = _places(each, visit, now, ways)
        if not any(place.offer for place in places):
            why = next((place.why for place in places if place.why), "no place in the round")
            found.append(Refusal(each.worker.key, each.worker.name, why))
    return found


def _order(made: Offer) -> tuple[object, ...]:
    return (made.late_by, len(made.moved), made.minutes_away, made.arrives_at, made.worker)


def _places(whole: Round, visit: Stop, now: datetime, ways: Ways) -> list[_Place]:
    worker = whole.worker
    unfit = why_unfit(worker, visit)
    if unfit:
        return [_Place(None, unfit)]
    if worker.until_at <= now:
        return [_Place(None, "has finished for today")]
    first = _first_open(whole.stops)
    return [
        _tried(whole, visit, position, now, ways) for position in range(first, len(whole.stops) + 1)
    ]


def why_unfit(worker: Worker, visit: Stop) -> str:
    """Why this worker may never make this visit, in words that follow their name; empty if none."""
    missing = sorted(visit.needs - worker.skills)
    if missing:
        return f"is not trained for {' and '.join(each.replace('_', ' ') for each in missing)}"
    if visit.gender and visit.is_gender_must and worker.gender != visit.gender:
        return f"is not of the gender the person asked for ({visit.gender})"
    if worker.carries is not None and visit.load > worker.carries:
        return "cannot carry what is needed there"
    return ""


def _first_open(stops: Sequence[Stop]) -> int:
    """The first place at which anything may still be put in: after all that is begun."""
    begun = [index for index, stop in enumerate(stops) if stop.is_started]
    return begun[-1] + 1 if begun else 0


def _tried(whole: Round, visit: Stop, position: int, now: datetime, ways: Ways) -> _Place:
    worker, first = whole.worker, _first_open(whole.stops)
    here, free_at = _standing(whole, first, now)
    moved: list[Moved] = []
    arrives_at, minutes_away, from_here = now, 0, here
    after = (*whole.stops[first:position], visit, *whole.stops[position:])
    for stop in after:
        reached = free_at + ways.time(here, stop.point, worker.mode)
        begins = max(reached, stop.opens_at)
        if stop is visit:
            arrives_at, from_here = begins, here
            minutes_away = ways.minutes(here, stop.point, worker.mode)
        else:
            planned = stop.planned_at or stop.opens_at
            # Nobody is visited earlier than they were told, and later only if it must be.
            begins = max(begins, planned)
            late = begins - planned > SAME
            if (stop.is_locked or stop.promised_by_at is not None) and late:
                return _Place(None, "a visit of the round that may not be moved is in the way")
            if begins > stop.latest_at:
                return _Place(None, "somebody else would be seen after what they were promised")
            if late:
                moved.append(Moved(stop.key, planned, begins))
        here, free_at = stop.point, begins + stop.lasts
    if worker.ends is not None:
        free_at += ways.time(here, worker.ends, worker.mode)
    if free_at > worker.until_at:
        return _Place(None, "the round would end after the shift")
    late_by = max(NOTHING, arrives_at - visit.latest_at)
    return _Place(
        Offer(
            worker=worker.key,
            name=worker.name,
            position=position,
            minutes_away=minutes_away,
            is_distance_known=from_here is not None and visit.point is not None,
            arrives_at=arrives_at,
            leaves_at=arrives_at + visit.lasts,
            late_by=late_by,
            moved=tuple(moved),
            why=tuple(_why(minutes_away, moved, late_by, from_here, visit)),
        )
    )


def _standing(whole: Round, first: int, now: datetime) -> tuple[Point | None, datetime]:
    """Where the worker is once all that is begun is over, and from when on they are free."""
    worker = whole.worker
    if first == 0:
        return worker.starts, max(now, worker.from_at)
    last = whole.stops[first - 1]
    ends = last.ended_at or (last.planned_at or last.opens_at) + last.lasts
    return last.point, max(now, ends)


def _why(
    minutes_away: int,
    moved: Sequence[Moved],
    late_by: timedelta,
    from_here: Point | None,
    visit: Stop,
) -> Iterable[str]:
    if from_here is None or visit.point is None:
        yield "how far it is is not known, because an address is missing or protected"
    else:
        yield "comes from the base or a visit nearby" if minutes_away <= 15 else "has further to go"
    if moved:
        yield f"{len(moved)} of the round begin later, each within what was promised"
    else:
        yield "nothing else of the round moves"
    if late_by > NOTHING:
        minutes = -(-late_by // timedelta(minutes=1))
        yield f"{minutes} minutes after what was promised: nobody free can be there sooner"
