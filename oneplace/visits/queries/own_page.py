"""Visits to come, as somebody waits for them at their own door."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from oneplace.access.viewer import Viewer


@dataclass(frozen=True)
class Expected:
    """One visit somebody expects: its window, and who comes."""

    opens_at: datetime
    closes_at: datetime
    worker: str
    organisation: str


def expected(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> list[Expected]:
    """What is booked at this person's door, for them and whom they chose; the soonest first.

    Never why, nor a note: those are for whoever comes.
    """
    if viewer.account_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute("select * from visits_coming_to(%s, %s)", [person_id, at])
        return [Expected(*row) for row in cursor.fetchall()]
