"""Lets the core team stand in a relationship to everybody on its list, and no longer than that."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from oneplace.access.verbs import WantedRelationship, keep_relationships
from oneplace.access.viewer import Viewer
from oneplace.huddles.models import OPEN_CASES, Case, Member, Series
from oneplace.kit.clock import local_day
from oneplace.vocabulary.terms import CaseClosed, MeetingState, RelationshipKind

SOURCE: Final = "huddles"


def keep_around(
    *,
    persons: Sequence[uuid.UUID] = (),
    series: Series | None = None,
    by: Viewer,
    at: datetime,
) -> None:
    """Bring the relationships of these persons, or of a whole series, in step with the lists.

    One relationship for each member of the core team and each open case: it ends with the case.
    """
    # Whoever was stepped down stays open to the team until the minutes of that huddle are approved;
    # whoever objects to sharing does not.
    ended_today = Q(items__meeting__state__in=[MeetingState.LIVE, MeetingState.MINUTED])
    cases = Case.objects.filter(
        Q(state__in=list(OPEN_CASES)) | (ended_today & ~Q(closed_reason=CaseClosed.OBJECTION))
    ).distinct()
    if series is not None:
        persons = sorted(
            {*persons, *cases.filter(series=series).values_list("person_id", flat=True)}
        )
    if not persons:
        return
    standing = list(cases.filter(person_id__in=persons))
    team = core_team({case.series_id for case in standing}, at=at)
    keep_relationships(
        persons=list(persons),
        wanted=[
            WantedRelationship(
                case.person_id, hat_id, RelationshipKind.HUDDLE_LIST, case.pk, starts_at=at
            )
            for case in standing
            for hat_id in team.get(case.series_id, ())
        ],
        source=SOURCE,
        by=by,
        at=at,
    )


def core_team(
    series_ids: Iterable[uuid.UUID], *, at: datetime
) -> dict[uuid.UUID, tuple[uuid.UUID, ...]]:
    """The hats of the core team of each series today, cover among them."""
    on = local_day(at)
    found = Member.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on),
        series_id__in=list(series_ids),
        is_core=True,
        from_on__lte=on,
    ).values_list("series_id", "hat_id")
    team: dict[uuid.UUID, tuple[uuid.UUID, ...]] = {}
    for series_id, hat_id in found:
        team[series_id] = (*team.get(series_id, ()), hat_id)
    return team
