"""Visits of a person, of a worker's day, of a team; as far as the viewer may read them."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from oneplace.access.viewer import Viewer
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.together import NOTHING, Asked, MadeOnce
from oneplace.people.models import Person
from oneplace.visits.models import OPEN, AtTheDoor, Visit, VisitOrigin, VisitState

LEFT_OPEN: Final = timedelta(days=2)
"""How long a visit nobody made stands among today's."""
_BEGUN: Final = (VisitState.SET_OUT, VisitState.ARRIVED, VisitState.NO_ANSWER)


def visit(visit_id: uuid.UUID, *, viewer: Viewer) -> Visit | None:
    """One visit; None where it is not open to the viewer."""
    if viewer.account_id is None:
        return None
    return Visit.objects.select_related("person").filter(pk=visit_id).first()


def of_person(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Visit]:
    """Every visit to a person, the newest first."""
    if viewer.account_id is None:
        return Visit.objects.none()
    now = Person.objects.filter(was__pk=person_id)
    return Visit.objects.filter(person__current__in=now).order_by("-opens_at", "-pk")


def newest_asked(person_id: uuid.UUID, *, viewer: Viewer) -> Asked:
    """The newest twenty visits to a present person, to be read together with others."""
    return _NEWEST.of(person_id) if viewer.account_id is not None else NOTHING


_NEWEST: Final = MadeOnce(
    lambda person_id: Visit.objects.filter(person__current_id=person_id).order_by(
        "-opens_at", "-pk"
    )[:20]
)


def of_origin(origin: VisitOrigin, origin_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Visit]:
    """The visits booked on one occasion, such as a spell of help, in the order of their windows."""
    if viewer.account_id is None:
        return Visit.objects.none()
    return Visit.objects.filter(origin=origin, origin_id=origin_id).order_by("opens_at", "pk")


def mine(*, viewer: Viewer, at: datetime, days: int = 1) -> QuerySet[Visit]:
    """The viewer's own visits of today and the days after, and what was left open before."""
    if viewer.account_id is None:
        return Visit.objects.none()
    begins = day_begins(local_day(at))
    ends = day_begins(local_day(at) + timedelta(days=days))
    today = Q(opens_at__lt=ends, closes_at__gte=begins)
    # Begun and not ended, or booked for a day or two ago: somebody may still wait for it.
    left_open = Q(opens_at__lt=begins, state__in=_BEGUN) | Q(
        opens_at__lt=begins, closes_at__gte=begins - LEFT_OPEN, state=VisitState.BOOKED
    )
    found = Visit.objects.filter(today | left_open, worker_id=viewer.account_id)
    # In the order of the round, where one was made.
    return found.select_related("person").order_by(Coalesce("planned_at", "opens_at"), "pk")


def other_halves(visits: Sequence[Visit], *, viewer: Viewer) -> dict[uuid.UUID, str]:
    """Who comes too to each of these visits, where two make one; by the visit asked for."""
    pairs = {each.pair_id: each for each in visits if each.pair_id is not None}
    if viewer.account_id is None or not pairs:
        return {}
    found = Visit.objects.filter(pair_id__in=pairs, state__in=OPEN).exclude(
        pk__in=[each.pk for each in pairs.values()]
    )
    return {pairs[each.pair_id].pk: each.worker_name for each in found if each.pair_id}


def visits_between(
    since: datetime, until: datetime, *, team_id: uuid.UUID | None = None, viewer: Viewer
) -> QuerySet[Visit]:
    """Visits whose window touches a span of time, of one team or of all the viewer's parties."""
    if viewer.account_id is None:
        return Visit.objects.none()
    found = Visit.objects.filter(opens_at__lt=until, closes_at__gte=since)
    if team_id is not None:
        found = found.filter(team_id=team_id)
    else:
        found = found.filter(Q(team_id__in=viewer.parties) | Q(organisation_id__in=viewer.parties))
    return found.select_related("person").order_by("opens_at", "pk")


def unanswered(*, viewer: Viewer) -> QuerySet[Visit]:
    """Doors nobody opened and people not found yet, of the viewer's own teams; the oldest first."""
    if viewer.account_id is None:
        return Visit.objects.none()
    ours = Q(team_id__in=viewer.parties) | Q(worker_id=viewer.account_id)
    ours |= Q(booked_by_id=viewer.account_id)
    found = Visit.objects.filter(ours, state=VisitState.NO_ANSWER).select_related("person")
    return found.order_by("nobody_answered_at", "pk")


def at_the_door(visit_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[AtTheDoor]:
    """What was done because nobody opened, in order."""
    found = AtTheDoor.objects.filter(visit_id=visit_id)
    return found if viewer.account_id is not None else found.none()


def others_this_week(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime
) -> dict[uuid.UUID, list[Visit]]:
    """Who else goes to each of these people within seven days, by the person asked for."""
    if viewer.account_id is None or not person_ids:
        return {}
    asked = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "current_id"))
    begins = day_begins(local_day(at))
    found = (
        Visit.objects.filter(
            person__current_id__in=set(asked.values()),
            opens_at__lt=begins + timedelta(days=7),
            closes_at__gte=begins,
            state__in=OPEN,
        )
        .exclude(worker_id=viewer.account_id)
        .select_related("person")
        .order_by("opens_at")
    )
    by_person: dict[uuid.UUID, list[Visit]] = defaultdict(list)
    for each in found:
        by_person[each.person.current_id].append(each)
    return {person: by_person[now] for person, now in asked.items() if by_person.get(now)}
