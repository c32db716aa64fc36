"""Whose lists a viewer may open: the practice they work at, or the practices of their network."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from oneplace.access import audit, choice_queries
from oneplace.access.viewer import Viewer
from oneplace.partners.models import Organisation
from oneplace.records import queries as records
from oneplace.records.queries.standing import Standing
from oneplace.vocabulary.terms import ChoiceAboutSharing, OrganisationKind


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


def told_states(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer
) -> dict[uuid.UUID, ChoiceAboutSharing]:
    """Whether each of these people was told how their information is shared."""
    return choice_queries.sharing_states(person_ids, viewer=viewer)


def in_place(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Standing:
    """What stands of a person already, as far as the viewer may read it; one statement."""
    return records.standing(person_id, viewer=viewer, at=at)


def note_shown(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime, action: str
) -> None:
    """Leave an entry in the audit that names everybody a page of this room shows."""
    shown = list(dict.fromkeys(person_ids))
    if shown:
        audit.record(by=viewer, at=at, action=action, persons_shown=shown)
