"""Whose lists a viewer may open: the practice they work at, or the practices of their network."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from oneplace.access import audit
from oneplace.access.queries import choices as choice_queries
from oneplace.access.viewer import Viewer
from oneplace.casefinding.models import Suggestion
from oneplace.casefinding.on_huddle_lists import OnHuddleList, on_huddle_lists
from oneplace.partners.models import Organisation
from oneplace.records import queries as records
from oneplace.records.queries.standing import Standing
from oneplace.vocabulary.terms import ChoiceAboutSharing, OrganisationKind, SuggestionState


def practices_of(viewer: Viewer) -> list[Organisation]:
    """The practices whose lists this viewer works with, by name."""
    if viewer.account_id is None:
        return []
    mine = Q(pk__in=[viewer.organisation_id])
    if viewer.network_id is not None:
        mine |= Q(network_id=viewer.network_id)
    found = list(
        Organisation.objects.filter(mine, kind=OrganisationKind.GP_PRACTICE, closed_on=None)
    )
    own = [each for each in found if each.pk == viewer.organisation_id]
    return own or found


def how_many_wait(*, viewer: Viewer, on: date) -> int:
    """How many people the viewer's own practice has still to look at."""
    if viewer.account_id is None or viewer.organisation_id is None:
        return 0
    waits = Suggestion.objects.filter(
        practice_id=viewer.organisation_id,
        left_at=None,
        state__in=(SuggestionState.SUGGESTED, SuggestionState.GP_SCREENED),
    )
    return waits.filter(Q(returns_on=None) | Q(returns_on__lte=on)).count()


def how_many_to_tell(*, viewer: Viewer) -> int:
    """How many people the viewer's own practice accepted who were not told yet."""
    if viewer.account_id is None or viewer.organisation_id is None:
        return 0
    return Suggestion.objects.filter(
        practice_id=viewer.organisation_id, left_at=None, state=SuggestionState.ACCEPTED
    ).count()


def new_on_lists(*, viewer: Viewer, at: datetime) -> list[tuple[str, str, int]]:
    """Code and name of each practice of the viewer's network, and how many came on its list.

    Within the last seven days, as far as the viewer may open them.
    """
    if viewer.account_id is None or viewer.network_id is None:
        return []
    fresh = Suggestion.objects.filter(
        practice__network_id=viewer.network_id,
        left_at=None,
        state=SuggestionState.LISTED,
        listed_at__gt=at - timedelta(days=7),
    )
    counted = fresh.values_list("practice__code", "practice__name").annotate(new=Count("pk"))
    return list(counted.order_by("practice__name"))


def told_states(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer
) -> dict[uuid.UUID, ChoiceAboutSharing]:
    """Whether each of these people was told, by their practice or as their huddle noted it."""
    found = dict(choice_queries.sharing_states(person_ids, viewer=viewer))
    for person_id, case in on_huddle_lists(person_ids, viewer=viewer).items():
        is_unsaid = found.get(person_id) in (None, ChoiceAboutSharing.NOT_YET_TOLD)
        if case.told_on is not None and is_unsaid and person_id in person_ids:
            found[person_id] = ChoiceAboutSharing.TOLD
    return found


@dataclass(frozen=True)
class StandingHere(Standing):
    """What stands of a person in the record, and that a huddle looks after them."""

    case: OnHuddleList | None = None


def in_place(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> StandingHere:
    """What stands of a person already, as far as the viewer may read it; two statements."""
    standing = records.standing(person_id, viewer=viewer, at=at)
    case = on_huddle_lists([person_id], viewer=viewer).get(person_id)
    return StandingHere(
        **{each.name: getattr(standing, each.name) for each in fields(standing)},
        case=case if case is not None and case.is_open else None,
    )


def note_shown(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime, action: str
) -> None:
    """Leave an entry in the audit that names everybody a page of this room shows."""
    shown = list(dict.fromkeys(person_ids))
    if shown:
        audit.record(by=viewer, at=at, action=action, persons_shown=shown)
