"""A stranger at work elsewhere, and nobody at all, find no person and no meeting of others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from oneplace.access.viewer import NOBODY, Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.huddles import queries, verbs
from oneplace.huddles.models import (
    Attendee,
    Case,
    CaseEvent,
    Decided,
    Item,
    ItemEvent,
    Line,
    LineEvent,
    LineKind,
    Meeting,
    Member,
    Paragraph,
    ParagraphEvent,
    Series,
)
from oneplace.huddles.verbs.calendar import hash_of
from oneplace.kit.together import read_together
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, Role
from tests.database import as_role
from tests.rooms.huddles.around_the_table import EIGHT, LISTED, Team, begun

pytestmark = pytest.mark.django_db
SOON = EIGHT + timedelta(minutes=5)


def stranger() -> Viewer:
    """A nurse of another place's network, whom nothing connects to anybody here."""
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Alex Other",
        role=Role.COMMUNITY_NURSE,
        hat_id=new_id(),
        permissions=permissions_of(Role.COMMUNITY_NURSE),
    )


@pytest.fixture
def spoken(team: Team, meeting: Meeting) -> Meeting:
    """A meeting in which something was said of somebody, ended, with a paragraph drafted."""
    first, *_ = begun(team, meeting)
    with viewing(team.facilitator, at=SOON):
        verbs.ask_question(
            item=first, words="x?", to_role=Role.COMMUNITY_NURSE, by=team.facilitator, at=SOON
        )
        verbs.write_line(
            item=first, kind=LineKind.DECISION, words="x", by=team.facilitator, at=SOON
        )
        verbs.conclude_item(
            item=first, decided=Decided.GO_ON, lead=team.hat(Role.GP), by=team.facilitator, at=SOON
        )
        verbs.end_meeting(meeting=meeting, by=team.facilitator, at=SOON)
    meeting.refresh_from_db()
    return meeting


def _asked(name: str, meeting: Meeting, viewer: Viewer) -> object:
    with as_role(DatabaseRole.LOADER):
        # The huddle after it has people too: whoever was not reached.
        here = Item.objects.filter(meeting=meeting).select_related("case", "person", "meeting")
        item = here.order_by("position")[0]
        case, line = Case.objects.get(pk=item.case_id), Line.objects.filter(item=item)[0]
        paragraph = Paragraph.objects.get()
        series = Series.objects.get(pk=meeting.series_id)
        member, attendee = Member.objects.all()[0], Attendee.objects.all()[0]
    person_id, on = item.person_id, date(2026, 3, 12)
    asks: dict[str, Callable[[], Any]] = {
        "items": lambda: queries.items(meeting, viewer=viewer),
        "item": lambda: queries.item(item.pk, viewer=viewer),
        "line": lambda: queries.line(line.pk, viewer=viewer),
        "lines": lambda: queries.lines([item.pk], viewer=viewer),
        "board": lambda: queries.board(meeting, viewer=viewer, at=SOON).items,
        "person_screen": lambda: _words(
            queries.person_screen(meeting, item, viewer=viewer, at=SOON)
        ),
        "not_open": lambda: queries.not_open(meeting, [], viewer=viewer),
        "to_prepare": lambda: queries.to_prepare(meeting, viewer=viewer, at=SOON),
        "questions_for": lambda: dict(queries.questions_for([meeting], viewer=viewer)),
        "paragraphs": lambda: list(queries.paragraphs(meeting, viewer=viewer)),
        "paragraph": lambda: queries.paragraph(paragraph.pk, viewer=viewer),
        "paragraphs_to_check": lambda: queries.paragraphs_to_check(viewer=viewer),
        "caseload": lambda: queries.caseload([series.pk], viewer=viewer, at=SOON),
        "cases_of": lambda: list(queries.cases_of(person_id, viewer=viewer)),
        "last_cases_asked": lambda: read_together(
            [queries.last_cases_asked(person_id, viewer=viewer)]
        )[0],
        "case": lambda: queries.case(case.pk, viewer=viewer),
        "told": lambda: queries.told(case, viewer=viewer),
        "quality": lambda: queries.quality([series.pk], viewer=viewer, since=LISTED).discussed,
        "active_leads": lambda: queries.active_leads(viewer=viewer),
        "series_of": lambda: list(queries.series_of(viewer=viewer)),
        "series": lambda: queries.series(series.pk, viewer=viewer),
        "member": lambda: queries.member(member.pk, viewer=viewer),
        "my_meetings": lambda: queries.my_meetings(
            viewer=viewer, since=LISTED, until=SOON + timedelta(days=30)
        ),
        "meeting": lambda: queries.meeting(meeting.pk, viewer=viewer),
        "attendee": lambda: queries.attendee(attendee.pk, viewer=viewer),
        "any_meeting": lambda: queries.any_meeting(meeting.pk, viewer=viewer),
        "to_lock": lambda: queries.to_lock(before=SOON + timedelta(days=30), viewer=viewer),
        "standing_series": lambda: queries.standing_series(viewer=viewer),
        "calendar_link": lambda: queries.calendar_link(viewer=viewer),
        "meetings_of_link": lambda: queries.meetings_of_link(hash_of("guessed"), since=LISTED),
        "attendance": lambda: queries.attendance([], viewer=viewer, since=LISTED),
        "roll_out": lambda: queries.roll_out(viewer=viewer, at=SOON),
        "quiet_practices": lambda: queries.quiet_practices(viewer=viewer, at=SOON),
        "engagements": lambda: list(queries.engagements(series.host, viewer=viewer)),
        "practice": lambda: queries.practice(series.host_id, viewer=viewer),
        "practices_without_series": lambda: queries.practices_without_series(viewer=viewer),
        "happened": lambda: dict(
            queries.happened([person_id], since=LISTED, until=SOON, viewer=viewer)
        ),
        "hat_to_add": lambda: queries.hat_to_add(new_id(), series, viewer=viewer, on=on),
    }
    return asks[name]()


def _words(around: queries.Around) -> list[object]:
    return [*around.lines, *around.actions, *around.reasons, *around.events, *around.in_place]


NAMES = (
    "items", "item", "line", "lines", "board", "person_screen", "to_prepare", "not_open",
    "questions_for", "paragraphs", "paragraph", "paragraphs_to_check", "caseload",
    "cases_of", "last_cases_asked", "case", "told", "quality", "active_leads",
    "series_of", "series",
    "member", "my_meetings", "meeting",
    "attendee", "any_meeting", "to_lock", "standing_series", "calendar_link", "meetings_of_link",
    "attendance",
    "roll_out", "quiet_practices", "engagements", "practice", "practices_without_series",
    "happened", "hat_to_add",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_sees_nothing(name: str, spoken: Meeting) -> None:
    who = stranger()
    with viewing(who, at=SOON):
        assert not _asked(name, spoken, who)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_sees_nothing(name: str, spoken: Meeting) -> None:
    with viewing(NOBODY, at=SOON):
        if name in ("board", "caseload"):
            # Both leave an entry in the audit, and nobody has none to leave.
            assert not _asked("items", spoken, NOBODY)
        else:
            assert not _asked(name, spoken, NOBODY)


@pytest.mark.parametrize(
    "role", [Role.PRACTICE_MANAGER, Role.VOLUNTARY_ORGANISATION, Role.CARE_HOME_MANAGER]
)
def test_what_was_said_opens_to_no_role_that_does_not_come_to_hear_it(
    role: Role, team: Team, spoken: Meeting
) -> None:
    # Of the same practice, so that the record opens: the role alone differs.
    who = replace(team.gp, role=role, permissions=permissions_of(role))
    with viewing(team.gp, at=SOON):
        assert Line.objects.exists()
        assert Paragraph.objects.exists()

    with viewing(who, at=SOON):
        for model in (Case, CaseEvent, Item, ItemEvent, Line, LineEvent, Paragraph, ParagraphEvent):
            assert not model._default_manager.exists()


def test_a_stranger_sees_no_service_that_was_asked(spoken: Meeting) -> None:
    with as_role(DatabaseRole.LOADER):
        item = Item.objects.filter(meeting=spoken).first()
    assert item is not None
    other = stranger()

    with viewing(other, at=SOON):
        assert queries.services_asked(item.person_id, viewer=other, at=SOON) == ()
