"""Who can go to somebody's door today: the rounds as they stand, asked for the best place in them.

The times of a round are all known, also of visits the viewer may not open, so that a full day never
looks free; such a visit stays where it is. Where an address may not be read, or is protected, the
way is not known and that is said.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.homefirst import desks, rules
from oneplace.homefirst.clocks import CaseClock
from oneplace.homefirst.models import DeskCase
from oneplace.homefirst.queries.places import points
from oneplace.homefirst.queries.rounds import Busy, busy
from oneplace.kit.clock import day_begins, local_day
from oneplace.science.routing import (
    Offer,
    Plan,
    Point,
    Refusal,
    Round,
    Stop,
    Worker,
    offer,
    refusals,
)
from oneplace.visits.models import Visit, VisitState
from oneplace.vocabulary.terms import LifeStream

_OPENS, _CLOSES = time(8), time(20)
WANTED: Final = "wanted"


@dataclass(frozen=True)
class Today:
    """The rounds of a day, and what is behind their keys."""

    plan: Plan
    visits: Mapping[str, Visit]
    hats: Mapping[str, Hat]
    points: Mapping[uuid.UUID, Point]


@dataclass(frozen=True)
class Offered:
    """Offers for one case, the best first, and why the others cannot."""

    stop: Stop
    offers: tuple[Offer, ...]
    refused: tuple[Refusal, ...]
    today: Today


def rounds_today(
    desk: desks.Desk, *, also: Sequence[uuid.UUID] = (), viewer: Viewer, at: datetime
) -> Today:
    """Today's rounds of everybody who goes out for a desk; `also` are people whose home is asked.

    Four statements. Without a roster somebody works today who has a visit today, within the desk's
    hours.
    """
    begins = day_begins(local_day(at))
    ends = begins + timedelta(days=1)
    on = local_day(at)
    hats = list(
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
    by_account = {hat.account_id: hat for hat in hats}
    taken = busy(list(by_account), since=begins, until=ends, viewer=viewer)
    seen = Visit.objects.in_bulk([each.visit_id for each in taken])
    where = points(
        sorted({visit.person_id for visit in seen.values()} | set(also)), viewer=viewer, at=at
    )
    of_worker: dict[uuid.UUID, list[Busy]] = defaultdict(list)
    for each in taken:
        of_worker[each.worker_id].append(each)
    opens = desk.hours.opens if desk.hours and desk.hours.opens else _OPENS
    closes = desk.hours.closes if desk.hours and desk.hours.closes else _CLOSES
    rounds = []
    for account_id, times in of_worker.items():
        hat = by_account[account_id]
        stops = tuple(_stop(each, seen.get(each.visit_id), where, at=at) for each in times)
        worker = Worker(
            key=str(account_id),
            name=hat.account.name,
            from_at=_moment(on, opens),
            until_at=_moment(on, closes),
            starts=stops[0].point if stops else None,
            skills=frozenset({str(hat.post.role)}),
        )
        rounds.append(Round(worker, stops))
    return Today(
        Plan(tuple(rounds)),
        {str(visit_id): visit for visit_id, visit in seen.items()},
        {str(account_id): hat for account_id, hat in by_account.items()},
        where,
    )


def offers_for(
    case: DeskCase, clock: CaseClock | None, *, viewer: Viewer, at: datetime
) -> Offered | None:
    """Who can make the first visit of a case, the best first; None where there is no such desk."""
    desk = desks.desk(case.desk_id)
    if desk is None:
        return None
    today = rounds_today(desk, also=[case.person_id], viewer=viewer, at=at)
    stop = wanted_stop(case, clock, point=today.points.get(case.person_id), at=at)
    return Offered(
        stop,
        tuple(offer(today.plan, stop, at)),
        tuple(refusals(today.plan, stop, at)),
        today,
    )


def wanted_stop(
    case: DeskCase, clock: CaseClock | None, *, point: Point | None, at: datetime
) -> Stop:
    """The first visit as it is wanted: not before the person is home, within what was promised."""
    opens = max(at, case.home_from or case.left_at or at)
    due = clock.due_at if clock is not None and clock.is_running else None
    closes = due or (case.home_from or opens) + rules.HOME_WITHIN
    return Stop(
        key=WANTED,
        opens_at=opens,
        # A promise that is broken already still leaves a window to be as little late as can be.
        closes_at=max(closes, opens),
        minutes=rules.FIRST_VISIT_MINUTES,
        point=point,
        promised_by_at=due,
        needs=frozenset(),
    )


def sentence(made: Offer) -> str:
    """`Sana is 12 minutes away; moves one visit, breaks nothing.`"""
    given = made.name.split(" ", 1)[0]
    far = f"{made.minutes_away} minutes away" if made.is_distance_known else "an unknown way away"
    number = len(made.moved)
    moved = (
        "moves no visit"
        if not number
        else f"moves {_NUMBERS.get(number, str(number))} visit{'' if number == 1 else 's'}"
    )
    if made.is_in_time:
        return f"{given} is {far}; {moved}, breaks nothing."
    late = -(-made.late_by // timedelta(minutes=1))
    return f"{given} is {far}; {moved}, and is {late} minutes late."


_NUMBERS: Final = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}


def purpose_of(stream: LifeStream) -> str:
    """The stored word of the purpose of a first visit, by stream."""
    return {
        LifeStream.RAPID_RESPONSE: "urgent",
        LifeStream.DISCHARGE: "life_first",
        LifeStream.REABLEMENT: "reablement",
    }.get(stream, "therapy")


def _stop(
    taken: Busy, visit: Visit | None, where: Mapping[uuid.UUID, Point], *, at: datetime
) -> Stop:
    """One visit of a round; one the viewer may not open stays where it is, its door unknown."""
    planned = taken.planned_at or taken.opens_at
    lasts = timedelta(minutes=taken.minutes)
    is_booked = taken.state == VisitState.BOOKED
    ended = taken.finished_at
    if ended is None and not is_booked:
        ended = (taken.arrived_at or planned) + lasts
    elif ended is None and planned <= at:
        # Nobody said otherwise: it went as planned.
        ended = planned + lasts
    return Stop(
        key=str(taken.visit_id),
        opens_at=taken.opens_at,
        closes_at=taken.closes_at,
        minutes=taken.minutes,
        point=where.get(visit.person_id) if visit is not None else None,
        planned_at=planned,
        promised_by_at=visit.promised_by_at if visit is not None else None,
        is_locked=visit is None or visit.is_locked,
        is_started=not is_booked or planned <= at,
        ended_at=ended,
        needs=frozenset({visit.skill}) if visit is not None and visit.skill else frozenset(),
    )


def _moment(on: object, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, clock))  # type: ignore[arg-type]
