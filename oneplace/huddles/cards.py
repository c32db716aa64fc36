"""The small face of huddles on other pages: what of them needs you today."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.huddles import queries
from oneplace.huddles.models import Case, Meeting
from oneplace.huddles.permissions import (
    CHECK_PARAGRAPH,
    RUN_HUDDLE,
    SEE_HUDDLES,
    SEE_ROLL_OUT,
)
from oneplace.kit.cards import PersonLine, PersonPart, Row, Section
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.formats import clock_time, day, plural, weekday
from oneplace.kit.together import Asked
from oneplace.kit.words import say
from oneplace.vocabulary.terms import MeetingState

_AHEAD = timedelta(days=8)
_MAY_BE_LATE = timedelta(hours=3)
_MOST = 6


class NextHuddles:
    """The huddles of the next days: whom they speak of, and what is asked of this viewer."""

    section = Section.NEXT
    permission = SEE_HUDDLES

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each huddle to come, the next first; one for all with nobody on their list."""
        found = [
            meeting
            for meeting in queries.my_meetings(
                viewer=viewer, since=day_begins(local_day(at)), until=at + _AHEAD
            )
            if meeting.state == MeetingState.LIVE
            or (
                meeting.state in (MeetingState.PLANNED, MeetingState.LIST_LOCKED)
                and meeting.starts_at > at - _MAY_BE_LATE
            )
        ]
        is_empty = {each.pk: _is_empty(each) for each in found}
        shown = [each for each in found if not is_empty[each.pk]][:_MOST]
        asked = queries.questions_for(shown, viewer=viewer)
        rows = [_row(each, asked.get(each.pk, 0)) for each in shown]
        if empty := [each for each in found if is_empty[each.pk]]:
            rows.append(_nobody_yet(empty))
        return rows


def _is_empty(meeting: Meeting) -> bool:
    return not meeting.people and meeting.state != MeetingState.LIVE  # type: ignore[attr-defined]


def _row(meeting: Meeting, questions: int) -> Row:
    is_live = meeting.state == MeetingState.LIVE
    told = plural(meeting.people, "person", "people")  # type: ignore[attr-defined]
    if questions:
        told += f", {plural(questions, 'question')} for you"
    name = "room" if is_live else "prepare"
    return Row(
        what=say("{Huddle}, {of}: {told}", of=meeting.series.name, told=told),
        why_you="Under way"
        if is_live
        else (f"{weekday(meeting.starts_at)}, {clock_time(meeting.starts_at)}"),
        until=meeting.starts_at,
        button="Join the screen" if is_live else "Prepare",
        address=reverse(f"huddles:{name}", args=[meeting.pk]),
        needs_you=is_live or questions > 0,
    )


def _nobody_yet(empty: Sequence[Meeting]) -> Row:
    """Huddles that are due and speak of nobody so far."""
    first = empty[0]
    when = f"{weekday(first.starts_at)}, {clock_time(first.starts_at)}"
    if len(empty) == 1:
        what = say("{Huddle}, {of}: nobody on its list yet", of=first.series.name)
    else:
        what = say("{number} {huddles} with nobody on their lists yet", number=len(empty))
        when = f"The next: {first.series.name}, {when}"
    return Row(
        what=what,
        why_you=when,
        button="See them" if len(empty) > 1 else "See it",
        address=reverse("huddles:huddles"),
        needs_you=False,
    )


class InTheHuddle:
    """On a person's page: which huddle looks after them, who leads, when they are spoken of."""

    permission = SEE_HUDDLES

    def asks(self, person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Asked:
        """The open case, or the last one."""
        return queries.last_cases_asked(person_id, viewer=viewer)

    def part(
        self, person_id: uuid.UUID, found: Sequence[Case], *, viewer: Viewer, at: datetime
    ) -> PersonPart | None:
        """Where they stand; nothing for somebody no huddle has spoken of."""
        if not found:
            return None
        lines = []
        for case in found:
            last = case.last_discussed_at
            facts = [f"listed {day(case.listed_at)}"]
            facts.append(f"last spoken of {day(last)}" if last else "not spoken of yet")
            if case.next_review_on:
                facts.append(f"next review {day(case.next_review_on)}")
            lead = f", lead {case.lead_name}" if case.lead_name else ", no lead yet"
            lines.append(
                PersonLine(
                    text=f"{case.state.label}, {case.series.name}{lead}",
                    facts="; ".join(facts),
                    address=reverse("huddles:case", args=[case.pk]),
                )
            )
        return PersonPart(title=say("In the {huddle}"), lines=tuple(lines))


class HuddlesToClose:
    """Huddles that are over and wait for their minutes to be approved."""

    section = Section.NOW
    permission = RUN_HUDDLE

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each."""
        found = queries.my_meetings(viewer=viewer, since=at - timedelta(days=28), until=at)
        return [
            Row(
                what=f"Approve the minutes: {meeting.series.name}, {weekday(meeting.starts_at)}",
                why_you=say("You run this {huddle}"),
                button="Read back",
                address=reverse("huddles:read_back", args=[meeting.pk]),
            )
            for meeting in found
            if meeting.state == MeetingState.MINUTED
        ]


class ParagraphsToCheck:
    """Paragraphs for the GP's record that wait for a clinician of the practice."""

    section = Section.NOW
    permission = CHECK_PARAGRAPH

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """One row for all of them, where there are any."""
        waiting = queries.paragraphs_to_check(viewer=viewer)
        if not waiting:
            return []
        return [
            Row(
                what=f"{plural(waiting, 'paragraph')} for the GP’s record to check",
                why_you=say("Outcomes of the last {huddles}; nothing leaves unchecked"),
                button="Check",
                address=reverse("huddles:huddles"),
            )
        ]


class QuietPractices:
    """Practices without a huddle in three weeks, for whoever looks after the roll-out."""

    section = Section.SINCE_YESTERDAY
    permission = SEE_ROLL_OUT

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """One row that counts them."""
        quiet = queries.quiet_practices(viewer=viewer, at=at)
        if not quiet:
            return []
        return [
            Row(
                what=plural(quiet, "practice") + say(" without a {huddle} in three weeks"),
                why_you="You look after the roll-out",
                button="Look",
                address=reverse("huddles:roll_out"),
                needs_you=False,
            )
        ]
