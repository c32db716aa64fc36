"""How full the fields of each source are, as last counted: nothing of any person."""

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.feeds.permissions import SEE_FEEDS
from oneplace.records.models import FieldCount


def filling(*, viewer: Viewer) -> QuerySet[FieldCount]:
    """The counts of every source, for whoever looks after feeds."""
    counts = FieldCount.objects.all()
    return counts if viewer.may(SEE_FEEDS) else counts.none()
