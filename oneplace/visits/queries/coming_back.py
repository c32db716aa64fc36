"""What came back from phones: what was taken before, and what could not be saved."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.visits.models import CameBack, Sent


def sent_before(ids: Sequence[uuid.UUID], *, viewer: Viewer) -> dict[uuid.UUID, Sent]:
    """What of these the viewer's phone has sent before, by the name the phone gave it."""
    if viewer.account_id is None:
        return {}
    found = Sent.objects.filter(pk__in=ids, account_id=viewer.account_id)
    return {each.pk: each for each in found}


def not_saved(*, viewer: Viewer) -> QuerySet[Sent]:
    """What the viewer wrote on a phone and nobody has put right yet."""
    if viewer.account_id is None:
        return Sent.objects.none()
    found = Sent.objects.filter(account_id=viewer.account_id, settled_at=None)
    return found.exclude(outcome=CameBack.TAKEN).select_related("person")
