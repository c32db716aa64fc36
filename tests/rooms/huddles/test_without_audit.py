"""Every verb of the room: with a broken audit nothing is saved."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.huddles import verbs
from oneplace.huddles.models import (
    Attendee,
    CarerAsked,
    Case,
    Decided,
    Depth,
    Item,
    LineKind,
    Meeting,
    Member,
    Paragraph,
    Series,
    VisitKind,
    WishesKept,
)
from oneplace.partners.models import Organisation
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Attendance, CaseClosed, CaseState, Rhythm, Role, Weekday
from tests.database import as_role
from tests.rooms.huddles.around_the_table import EIGHT, Team, a_person, begun

pytestmark = pytest.mark.django_db
SOON = EIGHT + timedelta(minutes=5)
_TABLES = (
    "series", "seriespractice", "member", "meeting", "attendee", "change", "case", "item", "line",
    "paragraph", "calendarlink", "engagement",
)  # fmt: skip

# Each verb by name: what it needs beforehand, and the call. `w` is the world below.
CALLS: dict[str, Callable[[Any], Any]] = {
    "open_series": lambda w: verbs.open_series(
        host=w.other, every=Rhythm.WEEKLY, weekday=Weekday.MONDAY, starts=time(9), minutes=60,
        first_on=date(2026, 3, 16), by=w.by, at=SOON,
    ),
    "change_series": lambda w: verbs.change_series(
        series=w.series, every=Rhythm.WEEKLY, weekday=Weekday.THURSDAY, starts=time(9),
        minutes=45, place="", video_link="", by=w.by, at=SOON,
    ),
    "end_series": lambda w: verbs.end_series(series=w.series, why="x", by=w.by, at=SOON),
    "add_member": lambda w: verbs.add_member(series=w.series, hat=w.hat, by=w.by, at=SOON),
    "name_core_member": lambda w: verbs.name_core_member(member=w.member, by=w.by, at=SOON),
    "end_member": lambda w: verbs.end_member(member=w.member, by=w.by, at=SOON),
    "plan_meetings": lambda w: verbs.plan_meetings(
        series=w.series, until=date(2026, 12, 1), by=w.by, at=SOON
    ),
    "move_meeting": lambda w: verbs.move_meeting(
        meeting=w.following, starts_at=SOON + timedelta(days=3), why="x", by=w.by, at=SOON
    ),
    "cancel_meeting": lambda w: verbs.cancel_meeting(
        meeting=w.following, why="x", by=w.by, at=SOON
    ),
    "note_engagement": lambda w: verbs.note_engagement(
        practice=w.other, kind=VisitKind.VISIT, words="x", on=date(2026, 3, 1), by=w.by, at=SOON
    ),
    "list_case": lambda w: verbs.list_case(
        person_id=w.new.pk, practice_id=w.team.practice.pk, why="x", by=w.gp, at=SOON
    ),
    "bring_to_huddle": lambda w: verbs.bring_to_huddle(
        person_id=w.new.pk, practice_id=w.team.practice.pk, why="x", by=w.gp, at=SOON
    ),
    "bring_listed": lambda w: verbs.bring_listed(
        person_id=w.new.pk, practice_id=w.team.practice.pk, suggestion_id=new_id(), by=w.gp, at=SOON
    ),
    "take_up_practices": lambda w: verbs.take_up_practices(series=w.series, by=w.by, at=SOON),
    "leave_nobody_behind": lambda w: verbs.leave_nobody_behind(
        meeting=w.ended(), by=w.by, at=SOON
    ),
    "end_case": lambda w: verbs.end_case(
        case=w.case, state=CaseState.CLOSED, reason=CaseClosed.GOALS_MET, by=w.by, at=SOON
    ),
    "build_agenda": lambda w: verbs.build_agenda(meeting=w.following, by=w.by, at=SOON),
    "lock_list": lambda w: verbs.lock_list(meeting=w.following, by=w.by, at=SOON),
    "move_item": lambda w: verbs.move_item(item=w.first, to=3, by=w.by, at=SOON),
    "set_depth": lambda w: verbs.set_depth(
        item=w.first, depth=Depth.QUICK, minutes=2, by=w.by, at=SOON
    ),
    "park_item": lambda w: verbs.park_item(item=w.second, by=w.by, at=SOON),
    "unpark_item": lambda w: verbs.unpark_item(item=w.parked, by=w.by, at=SOON),
    "ask_question": lambda w: verbs.ask_question(
        item=w.first, words="x?", to_role=Role.GP, by=w.by, at=SOON
    ),
    "answer_question": lambda w: verbs.answer_question(
        question=w.question, words="y", by=w.by, at=SOON
    ),
    "start_meeting": lambda w: verbs.start_meeting(
        meeting=w.following, by=w.by, at=SOON + timedelta(days=7)
    ),
    "turn_to": lambda w: verbs.turn_to(meeting=w.meeting, item=w.second, by=w.by, at=SOON),
    "write_line": lambda w: verbs.write_line(
        item=w.first, kind=LineKind.NOTE, words="x", by=w.by, at=SOON
    ),
    "take_back_line": lambda w: verbs.take_back_line(line=w.line, by=w.by, at=SOON),
    "write_part": lambda w: verbs.write_part(
        item=w.first, part=LineKind.RISKS, words="x", based_on=0, by=w.by, at=SOON
    ),
    "choose_part": lambda w: verbs.choose_part(line=w.beside, keeps_mine=True, by=w.by, at=SOON),
    "note_told": lambda w: verbs.note_told(item=w.first, by=w.by, at=SOON),
    "note_carer": lambda w: verbs.note_carer(
        item=w.first, answer=CarerAsked.ASKED, said="x", by=w.by, at=SOON
    ),
    "note_wishes": lambda w: verbs.note_wishes(
        item=w.first, wishes=WishesKept.WRITTEN, where="x", by=w.by, at=SOON
    ),
    "note_attendance": lambda w: verbs.note_attendance(
        attendee=w.attendee, attendance=Attendance.PRESENT, by=w.by, at=SOON
    ),
    "add_attendee": lambda w: verbs.add_attendee(
        meeting=w.meeting, name="Guest", role=Role.GP, by=w.by, at=SOON
    ),
    "hide_sensitive": lambda w: verbs.hide_sensitive(
        meeting=w.meeting, is_hiding=True, by=w.by, at=SOON
    ),
    "conclude_item": lambda w: verbs.conclude_item(
        item=w.first, decided=Decided.GO_ON, lead=w.team.hat(Role.GP), by=w.by, at=SOON
    ),
    "end_meeting": lambda w: verbs.end_meeting(meeting=w.meeting, by=w.by, at=SOON),
    "close_meeting": lambda w: verbs.close_meeting(meeting=w.ended(), by=w.by, at=SOON),
    "check_paragraph": lambda w: verbs.check_paragraph(
        paragraph=w.paragraph(), words="x", version=1, by=w.gp, at=SOON
    ),
    "leave_out_paragraph": lambda w: verbs.leave_out_paragraph(
        paragraph=w.paragraph(), why="x", version=1, by=w.gp, at=SOON
    ),
    "close_cases": lambda w: verbs.close_cases(
        person_ids=[w.first.person_id], reason=CaseClosed.DIED, why="x", by=w.by, at=SOON
    ),
    "reopen_cases": lambda w: verbs.reopen_cases(
        person_ids=[w.gone.person_id], reason=CaseClosed.DIED, by=w.gp, at=SOON
    ),
    "unlist_case": lambda w: verbs.unlist_case(
        person_id=w.second.person_id, practice_id=w.team.practice.pk, why="x", by=w.by, at=SOON
    ),
    "put_cases_together": lambda w: verbs.put_cases_together(
        kept_id=w.first.person_id, given_up_id=w.second.person_id, by=w.by, at=SOON
    ),
    "part_cases": lambda w: verbs.part_cases(
        kept_id=w.first.person_id, given_up_id=w.second.person_id, by=w.by, at=SOON
    ),
    "leave_leads": lambda w: verbs.leave_leads(
        account_id=w.team.gp.account_id, noted_by="An officer", by=w.by, at=SOON
    ),
    "make_calendar_link": lambda w: verbs.make_calendar_link(by=w.by, at=SOON),
    "withdraw_calendar_link": lambda w: verbs.withdraw_calendar_link(by=w.gp, at=SOON),
}  # fmt: skip


BY_GP = frozenset(
    {
        *("list_case", "bring_to_huddle", "bring_listed", "withdraw_calendar_link"),
        *("check_paragraph", "leave_out_paragraph", "reopen_cases"),
    }
)
"""Whoever is registered at the practice opens to its GP before they are listed."""


class World:
    """Everything the verbs need, made with the audit still whole."""

    def __init__(self, team: Team, series: Series, meeting: Meeting) -> None:
        self.team, self.series, self.meeting = team, series, meeting
        self.by, self.gp = team.facilitator, team.gp
        self.new = a_person(team, "New", "Comer")
        self.other = (
            Organisation.objects.filter(network=series.network)
            .exclude(pk=team.practice.pk)
            .order_by("code")[0]
        )
        self.first, self.second, third = begun(team, meeting)
        self.following = Meeting.objects.get(series=series, due_on=date(2026, 3, 19))
        self.member = Member.objects.filter(series=series, role=Role.PIC)[0]
        self.attendee = Attendee.objects.filter(meeting=meeting)[0]
        self._said(third)

    def _said(self, third: Item) -> None:
        by = self.by
        with viewing(by, at=SOON):
            self.case = Case.objects.get(pk=self.second.case_id)
            self.question = verbs.ask_question(
                item=self.first, words="x?", to_role=Role.GP, by=by, at=SOON
            )
            self.line = verbs.write_line(
                item=self.first, kind=LineKind.NOTE, words="x", by=by, at=SOON
            )
            for words in ("one", "other"):
                self.beside = verbs.write_part(
                    item=self.first, part=LineKind.SITUATION, words=words, based_on=0, by=by,
                    at=SOON,
                )  # fmt: skip
            self.parked = verbs.park_item(item=third, by=by, at=SOON)
            verbs.conclude_item(
                item=self.first, decided=Decided.GO_ON, lead=self.team.hat(Role.GP), by=by, at=SOON
            )
            self.gone = self.first
        with viewing(self.gp, at=SOON):
            verbs.make_calendar_link(by=self.gp, at=SOON)
        with as_role(DatabaseRole.LOADER):
            from oneplace.access.models import Hat

            known = Member.objects.values("hat_id")
            self.hat = Hat.objects.exclude(pk__in=known).first() or self._hat()

    def _hat(self) -> Any:
        from tests.factories import make_hat

        return make_hat(Role.THERAPIST)

    def prepare(self, name: str) -> None:
        """What one verb alone needs."""
        if name in ("close_meeting", "check_paragraph", "leave_out_paragraph"):
            with viewing(self.by, at=SOON):
                verbs.end_meeting(meeting=self.meeting, by=self.by, at=SOON)
        if name == "reopen_cases":
            with viewing(self.gp, at=SOON):
                verbs.close_cases(
                    person_ids=[self.first.person_id], reason=CaseClosed.DIED, why="x",
                    by=self.gp, at=SOON,
                )  # fmt: skip

    def ended(self) -> Meeting:
        return Meeting.objects.get(pk=self.meeting.pk)

    def paragraph(self) -> Paragraph:
        return Paragraph.objects.get()


def everything() -> list[Any]:
    """Every row of the room."""
    with as_role(DatabaseRole.LOADER), connection.cursor() as cursor:
        found = []
        for table in _TABLES:
            cursor.execute(f"select t::text from huddles_{table} t order by 1")
            found.append(cursor.fetchall())
        return found


@pytest.mark.parametrize("name", CALLS)
def test_without_its_audit_nothing_is_saved(
    name: str,
    team: Team,
    series: Series,
    meeting: Meeting,
    broken_audit: Callable[[], None],
) -> None:
    world = World(team, series, meeting)
    world.prepare(name)
    before = everything()
    by = world.gp if name in BY_GP else world.by
    broken_audit()

    with viewing(by, at=SOON), pytest.raises(RuntimeError, match="no audit"):
        CALLS[name](world)

    assert everything() == before


def test_every_verb_of_the_room_is_tried_here() -> None:
    assert set(CALLS) == set(verbs.__all__) - {"Stale"}
