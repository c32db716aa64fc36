"""Running clocks for a viewer: of a thing, of a person, of a party."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.actions.models import Clock


def _seen(viewer: Viewer) -> QuerySet[Clock]:
    found = Clock.objects.select_related("person").prefetch_related("pauses")
    return found if viewer.account_id is not None else found.none()


def clock(clock_id: uuid.UUID, *, viewer: Viewer) -> Clock | None:
    """One clock with its pauses; None where the viewer may not see it."""
    return _seen(viewer).filter(pk=clock_id).first()


def clocks_of(thing_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Clock]:
    """The clocks of one thing of a later room, stopped ones too, in the order started."""
    return _seen(viewer).filter(thing_id=thing_id).order_by("started_at", "pk")


def clocks_of_many(
    thing_ids: Iterable[uuid.UUID], *, viewer: Viewer
) -> dict[uuid.UUID, Sequence[Clock]]:
    """The same for several things, in two statements."""
    wanted = list(thing_ids)
    by_thing: dict[uuid.UUID, list[Clock]] = defaultdict(list)
    for found in _seen(viewer).filter(thing_id__in=wanted).order_by("started_at", "pk"):
        by_thing[found.thing_id].append(found)
    return {thing_id: by_thing[thing_id] for thing_id in wanted}


def running_clocks(*, viewer: Viewer) -> QuerySet[Clock]:
    """The clocks that run for the viewer's own parties, the next due first."""
    found = _seen(viewer).filter(party_id__in=viewer.parties, stopped_at__isnull=True)
    return found.order_by("due_at", "pk")


def stopped_clocks(*, viewer: Viewer, since: datetime) -> QuerySet[Clock]:
    """The clocks of the viewer's own parties that stopped since a moment, the last first."""
    found = _seen(viewer).filter(party_id__in=viewer.parties, stopped_at__gte=since)
    return found.order_by("-stopped_at", "pk")


def shown_to(clocks: Sequence[Clock], *, viewer: Viewer, at: datetime) -> Sequence[Clock]:
    """The same clocks, with everybody they run for in the audit as shown."""
    persons = list(dict.fromkeys(one.person_id for one in clocks if one.person_id is not None))
    if persons:
        audit.record(by=viewer, at=at, action="see_clocks", persons_shown=persons)
    return clocks
