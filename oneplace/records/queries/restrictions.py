"""Which entries people here have marked as needing more care than the rest."""

import uuid

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.records.models import Restriction


def restrictions(
    *, entry_id: uuid.UUID | None = None, person_id: uuid.UUID | None = None, viewer: Viewer
) -> QuerySet[Restriction]:
    """Marks on one entry, or on any of a person's, the newest first; lifted ones among them."""
    found = Restriction.objects.all()
    if entry_id is not None:
        found = found.filter(entry_id=entry_id)
    if person_id is not None:
        found = found.filter(person_id=person_id)
    return found if viewer.account_id is not None else found.none()


def restriction(restriction_id: uuid.UUID, *, viewer: Viewer) -> Restriction | None:
    """One mark; None where the viewer may not know of it."""
    return restrictions(viewer=viewer).filter(pk=restriction_id).first()
