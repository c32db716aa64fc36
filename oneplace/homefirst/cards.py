"""The small face of LIFE on other pages: promises on My day, and what runs for a person."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.homefirst import queries
from oneplace.homefirst.models import NOT_DECIDED, DeskCase, DeskState
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.permissions import (
    PLAN_DISCHARGE,
    RUN_LIFE_DESK,
    SEE_DISCHARGES,
    SEE_LIFE_DESK,
)
from oneplace.homefirst.queries.journey import StayFound
from oneplace.kit.cards import PersonButton, PersonLine, PersonPart, Row, Section
from oneplace.kit.formats import day, moment
from oneplace.people import queries as people
from oneplace.vocabulary.terms import LifeStream

MOST: Final = 8
WAY_HOME: Final = PersonButton("Way home", "homefirst:journey", SEE_DISCHARGES)


class PromisesRunning:
    """What the desk promised and has not kept yet, and what is to be decided."""

    section = Section.NOW
    permission = SEE_LIFE_DESK

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the least time left first."""
        waiting = [
            row
            for row in queries.queue(viewer=viewer, at=at)
            if row.case.state != DeskState.STARTED
        ][:MOST]
        if waiting:
            audit.record(
                by=viewer,
                at=at,
                action="see_life_desk",
                persons_shown=sorted({row.case.person_id for row in waiting}),
            )
        return [
            Row(
                what=row.case.referral.need[:120],
                why_you="To decide" if row.case.state in NOT_DECIDED else "At your desk",
                person=name_of(row.case.person),
                until=row.clock.due_at if row.clock is not None else row.case.referral.answer_by,
                button="Decide" if row.case.state in NOT_DECIDED else "Open",
                address=reverse("homefirst:case", args=[row.case.pk]),
            )
            for row in waiting
        ]


class WhyBackToSay:
    """Who was back in hospital within 72 hours, and nobody has said why."""

    section = Section.NOW
    permission = RUN_LIFE_DESK

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the oldest first; the audit keeps whose names were shown."""
        found = list(queries.why_back_to_say(viewer=viewer)[:MOST])
        if found:
            audit.record(
                by=viewer,
                at=at,
                action="see_failed_discharges",
                persons_shown=sorted({each.person_id for each in found}),
            )
        return [
            Row(
                what=f"Back in hospital since {moment(each.back_at)}, within 72 hours",
                why_you="The ward hears from you why",
                person=name_of(each.person),
                button="Say why",
                address=reverse("homefirst:say_why_back", args=[each.pk]),
            )
            for each in found
        ]


class ReadyToLeave:
    """Who lies in a bed and needs it no longer, and what each of them waits for."""

    section = Section.NOW
    permission = PLAN_DISCHARGE

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the longest ready first; the audit keeps whose names were shown."""
        found = [row for row in queries.in_hospital(viewer=viewer) if row[1].ready_at is not None]
        shown = dict(found[:MOST])
        known = {person.pk: person for person in people.persons(list(shown), viewer=viewer)}
        if known:
            audit.record(by=viewer, at=at, action="see_discharges", persons_shown=sorted(known))
        return [
            Row(
                what=f"Ready to leave since {day(stay.ready_at)}",
                why_you=_waits_for(stay),
                person=name_of(known[person_id]),
                button="See what holds them",
                address=reverse("homefirst:journey", args=[person_id]),
            )
            for person_id, stay in shown.items()
            if person_id in known and stay.ready_at is not None
        ]


def _waits_for(stay: StayFound) -> str:
    """What holds somebody now, each thing once; whoever holds it stands on the page behind."""
    holding = {wait.what: None for wait in stay.waits if wait.closed_at is None}
    return f"Waits for: {', '.join(holding).lower()}" if holding else "Nobody said what for"


class AtTheDesk:
    """What LIFE does for a person, on the first page of their record."""

    permission = "open_person"

    def asks(self, person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> QuerySet[DeskCase]:
        """Every case of the person."""
        return queries.cases_of(person_id, viewer=viewer)

    def part(
        self, person_id: uuid.UUID, found: Sequence[DeskCase], *, viewer: Viewer, at: datetime
    ) -> PersonPart | None:
        """The open cases, newest first; nothing where nothing was asked."""
        cases = [each for each in found if each.is_open]
        if not cases:
            return None
        lines = []
        for each in cases[:MOST]:
            who = f" · {each.worker_name}" if each.worker_name else ""
            seen = f" · seen {moment(each.first_seen_at)}" if each.first_seen_at else ""
            may_open = viewer.may(SEE_LIFE_DESK)
            lines.append(
                PersonLine(
                    text=LifeStream(each.stream).label,
                    facts=f"{DeskState(each.state).label.lower()}{who}{seen}",
                    address=reverse("homefirst:case", args=[each.pk]) if may_open else "",
                )
            )
        return PersonPart(title="LIFE", lines=tuple(lines))
