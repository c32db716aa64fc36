"""The small face of visits on other pages: today's on My day, what comes on a person's page."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.urls import reverse

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.cards import PersonButton, PersonLine, PersonPart, Row, Section
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time, day
from oneplace.kit.together import Asked
from oneplace.people import queries as people
from oneplace.visits import queries
from oneplace.visits.models import OPEN, Visit, VisitState
from oneplace.visits.permissions import BOOK_VISIT, MAKE_VISITS, SEE_VISITS

MOST: Final = 8
BOOK: Final = PersonButton("Book a visit", "visits:book_visit", BOOK_VISIT)


class TodaysVisits:
    """The viewer's own visits of today, and the phone they are taken along on."""

    section = Section.NEXT
    permission = MAKE_VISITS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, in the order of the day; the first leads to the phone."""
        todays = [each for each in queries.mine(viewer=viewer, at=at) if each.is_open][:MOST]
        if not todays:
            return []
        names = names_of(todays, viewer=viewer)
        _note_names(todays, names, "see_own_visits", viewer=viewer, at=at)
        return [
            Row(
                what=f"{each.purpose.label} · {clock_time(each.opens_at)}",
                why_you="Your visit",
                person=names.get(each.person_id, ""),
                until=each.closes_at,
                button="Open",
                address=reverse("visits:visit", args=[each.pk]),
            )
            for each in todays
        ]


class DoorsUnanswered:
    """Nobody opened, and nobody has found the person yet."""

    section = Section.NOW
    permission = SEE_VISITS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the longest waiting first."""
        closed = list(queries.unanswered(viewer=viewer)[:MOST])
        if not closed:
            return []
        names = names_of(closed, viewer=viewer)
        _note_names(closed, names, "see_unanswered", viewer=viewer, at=at)
        return [
            Row(
                what="Nobody answered the door"
                + (f" at {clock_time(each.nobody_answered_at)}" if each.nobody_answered_at else ""),
                why_you=f"{each.worker_name or 'Your team'} was there",
                person=names.get(each.person_id, ""),
                button="Find them",
                address=reverse("visits:visit", args=[each.pk]),
            )
            for each in closed
        ]


class ColleaguesOverdue:
    """Somebody of the viewer's team should be out of somebody's home and has not said so."""

    section = Section.NOW
    permission = SEE_VISITS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the longest overdue first."""
        return [
            Row(
                what=f"{each.worker_name} should have been out by {clock_time(each.out_by_at)}",
                why_you="Out alone, your team"
                + (f" · {each.worker_phone}" if each.worker_phone else ""),
                button="They are well",
                address=reverse("visits:settle_outing", args=[each.pk]),
            )
            for each in queries.overdue(viewer=viewer, at=at)[:MOST]
        ]


class ComingVisits:
    """Who comes to a person's door, and who was there last, on the first page of their record."""

    permission = SEE_VISITS

    def asks(self, person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Asked:
        """The newest visits to them."""
        return queries.newest_asked(person_id, viewer=viewer)

    def part(
        self, person_id: uuid.UUID, found: Sequence[Visit], *, viewer: Viewer, at: datetime
    ) -> PersonPart | None:
        """Those to come and the last one made; nothing where there is none."""
        coming = sorted(
            (each for each in found if each.state in OPEN), key=lambda each: each.opens_at
        )
        last = next((each for each in found if each.state == VisitState.FINISHED), None)
        shown = [*coming[:4], *([last] if last else [])]
        if not shown:
            return None
        return PersonPart(
            title="Visits",
            lines=tuple(
                PersonLine(
                    text=f"{each.purpose.label}: {each.worker_name or each.organisation_name}",
                    facts=_when(each, at=at),
                    address=reverse("visits:visit", args=[each.pk]),
                    mark="nobody answered" if each.state == VisitState.NO_ANSWER else "",
                )
                for each in shown
            ),
        )


def names_of(visits: Sequence[Visit], *, viewer: Viewer) -> dict[uuid.UUID, str]:
    """Whom visits are to, as far as their records open to the viewer."""
    asked = [each.person_id for each in visits]
    return {
        person.pk: " ".join(filter(None, (person.known_as or person.given, person.family)))
        for person in people.persons(asked, viewer=viewer)
    }


def _note_names(
    visits: Sequence[Visit],
    names: dict[uuid.UUID, str],
    action: str,
    *,
    viewer: Viewer,
    at: datetime,
) -> None:
    shown = list(dict.fromkeys(each.person_id for each in visits if each.person_id in names))
    if shown:
        audit.record(by=viewer, at=at, action=action, persons_shown=shown)


def _when(visit: Visit, *, at: datetime) -> str:
    if visit.state == VisitState.FINISHED:
        return f"done, {day(visit.finished_at)}"
    on = "today" if local_day(visit.opens_at) == local_day(at) else day(visit.opens_at)
    return f"{on}, {clock_time(visit.opens_at)} · {visit.state.label.lower()}"
