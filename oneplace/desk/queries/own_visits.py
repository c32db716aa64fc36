"""Visits to come, for whose door it is: the day, the time, and who comes."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.kit import formats
from oneplace.kit.clock import local_day
from oneplace.visits import queries as visits
from oneplace.visits.models.terms import TO_COME

MOST: Final = 10


@dataclass(frozen=True)
class VisitComing:
    """One visit as somebody waits for it."""

    when: str
    what: str
    who: str


def visits_coming(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> list[VisitComing]:
    """What is booked from today on, the soonest first; never why, which is for whoever comes."""
    found = visits.of_person(person_id, viewer=viewer).filter(state__in=TO_COME, closes_at__gte=at)
    return [
        VisitComing(
            when=f"{formats.weekday(one.opens_at)}, {formats.clock_time(one.opens_at)}"
            + (
                f" to {formats.clock_time(one.closes_at)}"
                if local_day(one.opens_at) == local_day(one.closes_at)
                else ""
            ),
            what="A visit at home",
            who=", ".join(filter(None, (one.worker_name, one.organisation_name))),
        )
        for one in found.order_by("opens_at", "pk")[:MOST]
    ]
