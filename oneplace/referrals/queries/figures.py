"""How soon services answer and how often they say yes; counts alone, through a function."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.directory.figures import ServiceFigures

LOOKS_BACK: Final = timedelta(days=365)


def figures_of_services(
    service_ids: Sequence[uuid.UUID], viewer: Viewer, at: datetime
) -> Mapping[uuid.UUID, ServiceFigures]:
    """What each of these services was asked for in a year, and what it said; no row is read."""
    if viewer.account_id is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select service_id, asked, answered, taken, hours, waiting"
            " from referrals_figures(%s::uuid[], %s)",
            [list(service_ids), at - LOOKS_BACK],
        )
        return {
            service_id: ServiceFigures(asked, answered, taken, waiting, hours)
            for service_id, asked, answered, taken, hours, waiting in cursor.fetchall()
        }
