"""A desk's rounds of one day as they stand, for whoever offers, plans or checks.

The times of a round are all known, also of visits the viewer may not open, so that a full day never
looks free; such a visit stays where it is. Where an address may not be read, or is protected, the
way is not known and that is said.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.homefirst import desks, queries
from oneplace.homefirst.models import CarerWish, GoesBy, Shift
from oneplace.homefirst.queries import Busy
from oneplace.kit.clock import day_begins
from oneplace.science.routing import Break, Mode, Plan, Point, Round, Stop, Worker
from oneplace.visits.models import TO_COME, Visit, VisitState

_OPENS, _CLOSES = time(8), time(20)
KNOWN_SINCE: Final = timedelta(days=28)
"""Whoever was at a door within so many days is known there."""


@dataclass(frozen=True)
class Today:
    """The rounds of a day, and what is behind their keys."""

    plan: Plan
    visits: Mapping[str, Visit]
    hats: Mapping[str, Hat]
    points: Mapping[uuid.UUID, Point]
    to_give: tuple[Stop, ...] = ()
    """Visits nobody is named for yet."""
    on_shift: frozenset[str] = frozenset()
    """Keys of those who stand in the roster of the day."""


@dataclass(frozen=True)
class _Known:
    """What is known of people and doors, read once for all of them."""

    visits: Mapping[uuid.UUID, Visit]
    points: Mapping[uuid.UUID, Point]
    wishes: Mapping[uuid.UUID, CarerWish]
    went: Mapping[uuid.UUID, frozenset[uuid.UUID]]


def hats_going_out(desk: desks.Desk, on: date) -> list[Hat]:
    """Everybody of a desk's teams who may be sent on a day, by name."""
    return list(
        Hat.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on),
            post__teams__in=desk.going_out,
            ended_at__isnull=True,
            starts_on__lte=on,
            account__is_active=True,
        )
        .select_related("account", "post__organisation")
        .distinct()
        .order_by("account__name", "pk")
    )


def rounds_of(
    desk: desks.Desk,
    on: date,
    *,
    also: Sequence[uuid.UUID] = (),
    viewer: Viewer,
    at: datetime,
) -> Today:
    """A day's rounds of everybody who goes out for a desk; `also` are people whose home is asked.

    Whoever stands in the roster goes out, also without a visit yet; somebody who has a visit and
    stands in no roster works within the desk's hours. Nine statements, however many visits.
    """
    begins = day_begins(on)
    ends = begins + timedelta(days=1)
    by_account = {hat.account_id: hat for hat in hats_going_out(desk, on)}
    shifts = {
        each.worker.account_id: each
        for each in queries.shifts_between(on, on, viewer=viewer)
        if each.worker.account_id in by_account
    }
    taken = queries.busy(list(by_account), since=begins, until=ends, viewer=viewer)
    to_give = list(queries.to_be_given(desk.going_out, since=begins, until=ends, viewer=viewer))
    known = _known(taken, to_give, also, viewer=viewer, at=at)
    bases = queries.postcodes([each.worker.base for each in shifts.values()], viewer=viewer)
    of_worker: dict[uuid.UUID, list[Busy]] = defaultdict(list)
    for each in taken:
        of_worker[each.worker_id].append(each)
    rounds = []
    for account_id, hat in by_account.items():
        if account_id not in of_worker and account_id not in shifts:
            continue
        stops = tuple(_stop(each, known, at=at) for each in of_worker[account_id])
        worker = _worker(hat, shifts.get(account_id), bases=bases, desk=desk, on=on, stops=stops)
        rounds.append(Round(worker, stops))
    return Today(
        Plan(tuple(rounds)),
        {str(visit_id): visit for visit_id, visit in known.visits.items()},
        {str(account_id): hat for account_id, hat in by_account.items()},
        known.points,
        tuple(_open_stop(each, known) for each in to_give),
        frozenset(map(str, shifts)),
    )


def _known(
    taken: Sequence[Busy],
    to_give: Sequence[Visit],
    also: Sequence[uuid.UUID],
    *,
    viewer: Viewer,
    at: datetime,
) -> _Known:
    visits = Visit.objects.in_bulk([each.visit_id for each in taken])
    visits |= {each.pk: each for each in to_give}
    persons = sorted({visit.person_id for visit in visits.values()} | set(also))
    return _Known(
        visits,
        queries.points(persons, viewer=viewer, at=at),
        queries.carer_wishes(persons, viewer=viewer),
        queries.known_to(persons, since=at - KNOWN_SINCE, viewer=viewer),
    )


def _worker(
    hat: Hat,
    shift: Shift | None,
    *,
    bases: Mapping[str, Point],
    desk: desks.Desk,
    on: date,
    stops: Sequence[Stop],
) -> Worker:
    skills = {str(hat.post.role)}
    if shift is None:
        return Worker(
            key=str(hat.account_id),
            name=hat.account.name,
            from_at=_moment(on, desk.hours.opens if desk.hours else None, _OPENS),
            until_at=_moment(on, desk.hours.closes if desk.hours else None, _CLOSES),
            starts=stops[0].point if stops else None,
            skills=frozenset(skills),
        )
    worker = shift.worker
    base = bases.get(worker.base)
    rest: tuple[Break, ...] = ()
    if shift.break_minutes and shift.break_from_at and shift.break_until_at:
        rest = (Break(shift.break_from_at, shift.break_until_at, shift.break_minutes),)
    return Worker(
        key=str(hat.account_id),
        name=hat.account.name,
        from_at=shift.from_at,
        until_at=shift.until_at,
        starts=base or (stops[0].point if stops else None),
        ends=base if worker.is_back_at_base else None,
        skills=frozenset(skills | set(worker.skills)),
        mode=Mode.WALK if worker.goes_by == GoesBy.WALK else Mode.CAR,
        breaks=rest,
        gender=str(worker.gender),
    )


def _stop(taken: Busy, known: _Known, *, at: datetime) -> Stop:
    """One visit of a round; one the viewer may not open stays where it is, its door unknown."""
    visit = known.visits.get(taken.visit_id)
    planned = taken.planned_at or taken.opens_at
    lasts = timedelta(minutes=taken.minutes)
    is_booked = taken.state == VisitState.BOOKED
    # Whoever goes said that they are late: until then they are not there, and not free after it.
    late_until = visit.expected_at if visit is not None and visit.state in TO_COME else None
    planned = late_until or planned
    ended = taken.finished_at
    if ended is None and not is_booked:
        ended = (taken.arrived_at or planned) + lasts
    elif ended is None and planned <= at:
        # Nobody said otherwise: it went as planned.
        ended = planned + lasts
    return Stop(
        key=str(taken.visit_id),
        opens_at=taken.opens_at,
        closes_at=max(taken.closes_at, planned) if late_until else taken.closes_at,
        minutes=taken.minutes,
        point=known.points.get(visit.person_id) if visit is not None else None,
        planned_at=planned,
        promised_by_at=visit.promised_by_at if visit is not None else None,
        is_locked=visit is None or visit.is_locked or late_until is not None,
        is_started=not is_booked or planned <= at,
        ended_at=ended,
        worker=str(taken.worker_id),
        **(_asks(visit, known) if visit is not None else {}),
    )


def _open_stop(visit: Visit, known: _Known) -> Stop:
    """A visit nobody is named for yet."""
    return Stop(
        key=str(visit.pk),
        opens_at=visit.opens_at,
        closes_at=visit.closes_at,
        minutes=visit.minutes,
        point=known.points.get(visit.person_id),
        promised_by_at=visit.promised_by_at,
        **_asks(visit, known),
    )


def _asks(visit: Visit, known: _Known) -> dict[str, Any]:
    """What a visit asks of whoever comes."""
    wish = known.wishes.get(visit.person_id)
    return {
        "needs": frozenset({visit.skill}) if visit.skill else frozenset(),
        "person": str(visit.person_id),
        "pair": str(visit.pair_id) if visit.pair_id else "",
        "gender": str(wish.gender) if wish is not None else "",
        "is_gender_must": wish.is_must if wish is not None else True,
        "usual": frozenset(map(str, known.went.get(visit.person_id, ()))),
    }


def _moment(on: date, clock: time | None, otherwise: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, clock or otherwise))
