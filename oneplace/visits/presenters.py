"""A visit as it reads: on the phone without signal, on its page, in a list. Asks nothing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from oneplace.kit.clock import local_day
from oneplace.kit.formats import age, clock_time, day, weekday
from oneplace.people.models import Person
from oneplace.referrals.queries.reach import HowToReach
from oneplace.visits.models import Visit
from oneplace.visits.pack import Json
from oneplace.visits.prompts import prompts_for


def name_of(person: Person) -> str:
    """The person's name as they are called."""
    return " ".join(filter(None, (person.known_as or person.given, person.family))) or "No name"


def window_of(visit: Visit) -> str:
    """The time promised: `10:00`, or `10:00 to 11:30`."""
    if visit.opens_at == visit.closes_at:
        return clock_time(visit.opens_at)
    return f"{clock_time(visit.opens_at)} to {clock_time(visit.closes_at)}"


def for_phone(
    visit: Visit,
    *,
    reach: HowToReach,
    leaves: Sequence[tuple[str, Json]],
    with_whom: str = "",
    at: datetime,
) -> Json:
    """One visit as it is taken along: everything needed at the door, nothing of any page.

    `with_whom` is who comes too, where two make one visit.
    """
    person = visit.person
    return {
        "id": str(visit.pk),
        "version": visit.version,
        "state": visit.state.value,
        "purpose": visit.purpose.label,
        "why": visit.why,
        "day": "Today" if local_day(visit.opens_at) == local_day(at) else weekday(visit.opens_at),
        "window": window_of(visit),
        "opens_at": visit.opens_at.isoformat(),
        "closes_at": visit.closes_at.isoformat(),
        "minutes": visit.minutes,
        "planned": clock_time(visit.planned_at) if visit.planned_at else "",
        "planned_at": (visit.planned_at or visit.opens_at).isoformat(),
        "expected": clock_time(visit.expected_at) if visit.expected_at else "",
        "with": with_whom,
        "promised_by": clock_time(visit.promised_by_at) if visit.promised_by_at else "",
        "note": visit.note,
        "set_out": clock_time(visit.set_out_at) if visit.set_out_at else "",
        "arrived": clock_time(visit.arrived_at) if visit.arrived_at else "",
        "finished": clock_time(visit.finished_at) if visit.finished_at else "",
        "prompts": list(prompts_for(visit.purpose)),
        "person": {
            "id": str(person.pk),
            "name": " ".join(filter(None, (person.given, person.family))) or "No name",
            "called": person.known_as or person.given or "them",
            "age": age(person.born_on, at) if person.born_on else "",
            "phone": reach.phone,
            "address": reach.address,
            "how_to_talk": reach.how_to_talk,
            "safety": reach.safety,
        },
        "leaves": [{"part": name, **leaf} for name, leaf in leaves],
    }


@dataclass(frozen=True)
class VisitRow:
    """A visit in a list."""

    visit_id: uuid.UUID
    person: str
    window: str
    purpose: str
    who: str
    state: str
    mark: str
    """A word that must not be missed, such as `late`."""


def visit_row(visit: Visit, *, names: Mapping[uuid.UUID, str], at: datetime) -> VisitRow:
    """One row; the name only where the record opens to the reader."""
    is_late = visit.state == "booked" and visit.closes_at < at
    return VisitRow(
        visit_id=visit.pk,
        person=names.get(visit.person_id, "Somebody whose record is not open to you"),
        window=window_of(visit),
        purpose=visit.purpose.label,
        who=visit.worker_name or "Nobody yet",
        state=visit.state.label,
        mark=_mark(visit, is_late=is_late),
    )


def _mark(visit: Visit, *, is_late: bool) -> str:
    if visit.state == "no_answer":
        return "look for them"
    if visit.expected_at is not None and visit.state in ("booked", "set_out"):
        return f"late, about {clock_time(visit.expected_at)}"
    return "late" if is_late else ""


@dataclass(frozen=True)
class DayShown:
    """A day of visits with its heading."""

    title: str
    rows: tuple[VisitRow, ...]


def days_of(
    visits: Sequence[Visit], *, names: Mapping[uuid.UUID, str], at: datetime
) -> tuple[DayShown, ...]:
    """Visits under their days."""
    by_day: dict[str, list[VisitRow]] = {}
    today = local_day(at)
    for visit in visits:
        on = local_day(visit.opens_at)
        title = "Today" if on == today else f"{weekday(on)} {day(on)}"
        by_day.setdefault(title, []).append(visit_row(visit, names=names, at=at))
    return tuple(DayShown(title, tuple(rows)) for title, rows in by_day.items())
