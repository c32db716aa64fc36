"""The small face of LIFE on other pages: promises on My day, and what runs for a person."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.urls import reverse

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.homefirst import queries
from oneplace.homefirst.models import NOT_DECIDED, DeskCase, DeskState
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.permissions import (
    KEEP_EPISODES,
    PLAN_DISCHARGE,
    RUN_LIFE_DESK,
    SEE_DISCHARGES,
    SEE_LIFE_DESK,
)
from oneplace.homefirst.queries.journey import StayFound
from oneplace.kit.cards import PersonButton, PersonLine, PersonPart, Row, Section
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, moment, weekday
from oneplace.kit.together import Asked
from oneplace.kit.words import say
from oneplace.people import queries as people
from oneplace.vocabulary.terms import LifeStream

MOST: Final = 8
_SOON: Final = 2
"""Days ahead in which leaving is soon."""
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


class LeavingSoon:
    """Who lies in a bed and should be ready to leave by the day after tomorrow."""

    section = Section.NEXT
    permission = SEE_DISCHARGES

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the earliest first; the audit keeps whose names were shown."""
        today = local_day(at)
        ahead = {(today + timedelta(days=each)).isoformat() for each in range(_SOON + 1)}
        found = [
            (person_id, stay)
            for person_id, stay in queries.in_hospital(viewer=viewer)
            if stay.ready_at is None and stay.expected_on in ahead
        ]
        shown = dict(sorted(found, key=lambda row: row[1].expected_on)[:MOST])
        known = {person.pk: person for person in people.persons(list(shown), viewer=viewer)}
        if known:
            audit.record(by=viewer, at=at, action="see_discharges", persons_shown=sorted(known))
        return [
            Row(
                what=f"Expected to leave {weekday(date.fromisoformat(stay.expected_on))}",
                why_you=_waits_for(stay) if stay.waits else "Ask early for what they need at home",
                person=name_of(known[person_id]),
                button="Plan the way home",
                address=reverse("homefirst:journey", args=[person_id]),
                needs_you=False,
            )
            for person_id, stay in shown.items()
            if person_id in known
        ]


class ReviewsDue:
    """Whose weekly review of reablement is due this week."""

    section = Section.NEXT
    permission = KEEP_EPISODES

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the earliest due first; the audit keeps whose names were shown."""
        today = local_day(at)
        due = list(queries.reviews_due(until=today + timedelta(days=7), viewer=viewer)[:MOST])
        if due:
            shown = sorted({each.person_id for each in due})
            audit.record(by=viewer, at=at, action="see_reviews_due", persons_shown=shown)
        return [
            Row(
                what=f"Weekly review {'since' if due_on < today else 'on'} {day(due_on)}",
                why_you=f"Week {(today - each.started_on).days // 7 + 1} with the team",
                person=name_of(each.person),
                button="Review",
                address=reverse("homefirst:episode", args=[each.case_id]),
                needs_you=due_on <= today,
            )
            for each in due
            for due_on in (each.due_on,)  # type: ignore[attr-defined]
        ]


def _waits_for(stay: StayFound) -> str:
    """What holds somebody now, each thing once; whoever holds it stands on the page behind."""
    holding = {wait.what: None for wait in stay.waits if wait.closed_at is None}
    return f"Waits for: {', '.join(holding).lower()}" if holding else "Nobody said what for"


class AtTheDesk:
    """What LIFE does for a person, on the first page of their record."""

    permission = "open_person"

    def asks(self, person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Asked:
        """Every case of the person."""
        return queries.cases_asked(person_id, viewer=viewer)

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
        return PersonPart(title=say("{Home_first}"), lines=tuple(lines))
