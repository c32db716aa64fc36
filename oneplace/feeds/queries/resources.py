"""Resources as they were sent, for the system of the source that sent them."""

from django.db.models import QuerySet

from oneplace.access.clients import source_of
from oneplace.access.viewer import Viewer
from oneplace.feeds.models import Resource


def resource(
    kind: str, fhir_id: str, *, version: int | None = None, viewer: Viewer
) -> Resource | None:
    """One version of a resource of the viewer's own source, the current one by default."""
    found = _own(kind, fhir_id, viewer)
    if version is None:
        return found.filter(is_current=True).first()
    return found.filter(version=version).first()


def versions(kind: str, fhir_id: str, *, most: int, viewer: Viewer) -> list[Resource]:
    """The newest versions of a resource of the viewer's own source, newest first."""
    return list(_own(kind, fhir_id, viewer).order_by("-version")[:most])


def _own(kind: str, fhir_id: str, viewer: Viewer) -> QuerySet[Resource]:
    return Resource.objects.filter(
        source_id=source_of(viewer), kind=kind, fhir_id=fhir_id
    ).select_related("delivery")
