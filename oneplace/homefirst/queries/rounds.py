"""When whoever goes out is busy: the times alone, also of visits the viewer may not open."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from oneplace.access.viewer import Viewer


class Busy(NamedTuple):
    """One visit of somebody who goes out, without whom it is to."""

    visit_id: uuid.UUID
    worker_id: uuid.UUID
    opens_at: datetime
    closes_at: datetime
    minutes: int
    planned_at: datetime | None
    state: str
    arrived_at: datetime | None
    finished_at: datetime | None


def busy(
    worker_ids: Sequence[uuid.UUID], *, since: datetime, until: datetime, viewer: Viewer
) -> list[Busy]:
    """Every visit of these workers whose window touches a span of time, by when it is planned.

    Nothing for whoever does not run a desk. One statement.
    """
    if viewer.account_id is None or not worker_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute("select * from homefirst_busy(%s, %s, %s)", [list(worker_ids), since, until])
        found = [Busy(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda each: (each.planned_at or each.opens_at, each.visit_id))
