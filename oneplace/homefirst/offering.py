"""Who can go to somebody's door today: the rounds as they stand, asked for the best place in them.

The rounds are read for a viewer, so nobody is offered whose day the viewer may not see; where an
address is protected the way is not known and that is said.
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

_GONE: Final = (VisitState.CANCELLED, VisitState.MOVED)
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
    found = (
        Visit.objects.filter(worker_id__in=by_account, opens_at__lt=ends, closes_at__gte=begins)
        .exclude(state__in=_GONE)
        .order_by("planned_at", "opens_at", "pk")
    )
    of_worker: dict[uuid.UUID, list[Visit]] = defaultdict(list)
    for visit in found:
        assert visit.worker_id is not None  # noqa: S101 - asked for by it
        of_worker[visit.worker_id].append(visit)
    wanted = {visit.person_id for visits in of_worker.values() for visit in visits} | set(also)
    where = points(sorted(wanted), viewer=viewer, at=at)
    opens = desk.hours.opens if desk.hours and desk.hours.opens else _OPENS
    closes = desk.hours.closes if desk.hours and desk.hours.closes else _CLOSES
    rounds = []
    for account_id, visits in of_worker.items():
        hat = by_account[account_id]
        stops = tuple(_stop(visit, where.get(visit.person_id), at=at) for visit in visits)
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
        {str(visit.pk): visit for visits in of_worker.values() for visit in visits},
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
        skill="",
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


def _stop(visit: Visit, point: Point | None, *, at: datetime) -> Stop:
    planned = visit.planned_at or visit.opens_at
    lasts = timedelta(minutes=visit.minutes)
    ended = visit.finished_at
    if ended is None and visit.state != VisitState.BOOKED:
        ended = (visit.arrived_at or planned) + lasts
    elif ended is None and planned <= at:
        # Nobody said otherwise: it went as planned.
        ended = planned + lasts
    return Stop(
        key=str(visit.pk),
        opens_at=visit.opens_at,
        closes_at=visit.closes_at,
        minutes=visit.minutes,
        point=point,
        planned_at=planned,
        promised_by_at=visit.promised_by_at,
        is_locked=visit.is_locked,
        is_started=visit.state != VisitState.BOOKED or planned <= at,
        ended_at=ended,
        skill=visit.skill,
    )


def _moment(on: object, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, clock))  # type: ignore[arg-type]
