"""Signals with their duties, publications, stories people agreed to tell."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.outcomes.models import Behind, Publication, Signal, StoryTold
from oneplace.outcomes.permissions import PUBLISH_FIGURES, SEE_BOARD


def open_signals(*, viewer: Viewer) -> QuerySet[Signal]:
    """Signals nobody has closed yet, the newest first."""
    return _signals(viewer).filter(ended_at=None)


def signals_raised(*, since: datetime, viewer: Viewer) -> QuerySet[Signal]:
    """Signals raised since a moment, closed meanwhile or not, the newest first."""
    return _signals(viewer).filter(raised_at__gte=since)


def signals_of(indicator: str, *, viewer: Viewer) -> QuerySet[Signal]:
    """Every signal of one indicator."""
    return _signals(viewer).filter(indicator=indicator)


def signal(signal_id: uuid.UUID, *, viewer: Viewer) -> Signal | None:
    """One signal."""
    return _signals(viewer).filter(pk=signal_id).first()


def _signals(viewer: Viewer) -> QuerySet[Signal]:
    found = Signal.objects.all()
    return found if viewer.may(SEE_BOARD) else found.none()


def stories(indicator: str, *, viewer: Viewer) -> QuerySet[StoryTold]:
    """Stories people agreed may be read beside a figure."""
    found = StoryTold.objects.filter(indicator=indicator)
    return found if viewer.may(SEE_BOARD) else found.none()


def publications(*, viewer: Viewer) -> QuerySet[Publication]:
    """What was published, the newest first: everybody may read it, signed in or not."""
    del viewer
    return Publication.objects.select_related("corrects")


def publication(number: int, *, viewer: Viewer) -> Publication | None:
    """One publication, as it was."""
    return publications(viewer=viewer).filter(number=number).first()


def counts_behind(*, viewer: Viewer) -> Sequence[Mapping[str, int]]:
    """The true counts behind earlier publications, for the guard against differences."""
    if not viewer.may(PUBLISH_FIGURES):
        return ()
    held: dict[uuid.UUID, dict[str, int]] = {}
    for row in Behind.objects.all():
        held.setdefault(row.publication_id, {})[row.cell] = row.count
    return tuple(held.values())
