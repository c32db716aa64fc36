"""Visits to come, for whose door it is: the day, the time, and who comes."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from oneplace.access.viewer import Viewer
from oneplace.kit import formats
from oneplace.kit.clock import local_day
from oneplace.visits.queries.own_page import Expected, expected


@dataclass(frozen=True)
class VisitComing:
    """One visit as somebody waits for it."""

    when: str
    what: str
    who: str


def visits_coming(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> list[VisitComing]:
    """What is booked from now on, the soonest first."""
    return [
        VisitComing(
            when=_window(one),
            what="A visit at home",
            who=", ".join(filter(None, (one.worker, one.organisation))),
        )
        for one in expected(person_id, viewer=viewer, at=at)
    ]


def _window(one: Expected) -> str:
    day = f"{formats.weekday(one.opens_at)}, {formats.clock_time(one.opens_at)}"
    if local_day(one.opens_at) != local_day(one.closes_at):
        return day
    return f"{day} to {formats.clock_time(one.closes_at)}"
