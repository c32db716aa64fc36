"""What goes wrong in a meeting: two scribes, a stale page, a death, an objection, a merge."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from oneplace.access.announcements import ChoicesChanged, LeaverRecorded
from oneplace.access.models import Account, ChoiceKind
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.huddles import aftermath, jobs, queries, verbs
from oneplace.huddles.models import (
    Case,
    Change,
    ChangeKind,
    Decided,
    ItemState,
    Line,
    LineKind,
    Meeting,
    Paragraph,
)
from oneplace.kit.refusals import Refused
from oneplace.people import queries as people
from oneplace.people.announcements import (
    DeathsUndone,
    MergeUndone,
    PeopleDied,
    PersonMerged,
    PersonsMerged,
)
from oneplace.people.models import Person
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import CaseClosed, CaseState, Role
from tests.database import as_role
from tests.rooms.huddles.around_the_table import EIGHT, Team, begun

pytestmark = pytest.mark.django_db
SOON = EIGHT + timedelta(minutes=5)


def after(listener: Callable[[Any], None], announcement: object) -> None:
    """What a listener asks of a job, done by that job as the loader."""
    with viewing(announcement.by, at=SOON):  # type: ignore[attr-defined]
        listener(announcement)
    with as_role(DatabaseRole.LOADER):
        with connection.cursor() as cursor:
            cursor.execute("delete from procrastinate_events")
            cursor.execute("delete from procrastinate_jobs returning task_name, args")
            asked = cursor.fetchall()
        for name, given in asked:
            room, _, job = name.rpartition(".")
            if room == jobs.__name__:
                getattr(jobs, job)(**(json.loads(given) if isinstance(given, str) else given))


def test_two_scribes_at_one_part_lose_nothing_and_somebody_chooses(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    given = {"item": first, "part": LineKind.SITUATION, "based_on": 0, "at": SOON}

    with viewing(team.facilitator, at=SOON):
        theirs = verbs.write_part(words="Unsteady", by=team.facilitator, **given)
    with viewing(team.gp, at=SOON):
        mine = verbs.write_part(words="Fell twice", by=team.gp, **given)
        around = queries.person_screen(meeting, first, viewer=team.gp, at=SOON)

        assert around.standing(LineKind.SITUATION) == theirs
        assert around.beside() == [mine]
        verbs.choose_part(line=mine, keeps_mine=True, by=team.gp, at=SOON)
        around = queries.person_screen(meeting, first, viewer=team.gp, at=SOON)
        standing = around.standing(LineKind.SITUATION)

    assert standing is not None
    assert (standing.words, standing.number) == ("Fell twice", 2)


def test_a_stale_outcome_is_refused_with_what_stands_now(team: Team, meeting: Meeting) -> None:
    first, *_ = begun(team, meeting)
    lead = team.hat(Role.GP)
    with viewing(team.facilitator, at=SOON):
        first.refresh_from_db()
        seen = first.version
        verbs.conclude_item(
            item=first, decided=Decided.GO_ON, lead=lead, version=seen, by=team.facilitator, at=SOON
        )
        with pytest.raises(verbs.Stale) as stale:
            verbs.conclude_item(
                item=first, decided=Decided.BRING_BACK, lead=lead, version=seen,
                by=team.facilitator, at=SOON,
            )  # fmt: skip

    assert stale.value.theirs.decided == Decided.GO_ON


def test_a_huddle_ends_though_somebody_spoken_of_has_objected_since(
    team: Team, meeting: Meeting
) -> None:
    first, second, _ = begun(team, meeting)
    with viewing(team.facilitator, at=SOON):
        for item in (first, second):
            verbs.write_line(
                item=item, kind=LineKind.NOTE, words="Likes a walk", by=team.facilitator, at=SOON
            )
            verbs.conclude_item(
                item=item, decided=Decided.GO_ON, lead=team.hat(Role.GP), by=team.facilitator,
                at=SOON,
            )  # fmt: skip
        verbs.turn_to(meeting=meeting, item=second, by=team.facilitator, at=SOON)
    with as_role(DatabaseRole.LOADER), viewing(jobs.KEEPER, at=SOON) as keeper:
        verbs.close_cases(
            person_ids=[first.person_id], reason=CaseClosed.OBJECTION, why="Objects", by=keeper,
            at=SOON,
        )  # fmt: skip

    with viewing(team.gp, at=SOON):
        with pytest.raises(Refused, match="closed meanwhile"):
            verbs.conclude_item(item=first, decided=Decided.GO_ON, lead=None, by=team.gp, at=SOON)
        verbs.end_meeting(meeting=meeting, by=team.gp, at=SOON)
    with as_role(DatabaseRole.LOADER):
        closed = Case.objects.get(pk=first.case_id)
        assert (closed.state, closed.closed_reason) == (CaseState.CLOSED, CaseClosed.OBJECTION)
        assert closed.last_discussed_at is not None
        assert not Paragraph.objects.filter(item=first).exists()
        assert Case.objects.get(pk=second.case_id).state == CaseState.ACTIVE
        assert Paragraph.objects.filter(item=second).exists()


def test_somebody_who_dies_mid_meeting_is_taken_off_and_every_screen_is_told(
    team: Team, meeting: Meeting
) -> None:
    first, _second, _ = begun(team, meeting)
    with viewing(team.gp, at=SOON):
        verbs.write_line(
            item=first, kind=LineKind.NOTE, words="Asked for her cat", by=team.gp, at=SOON
        )
    after(aftermath.close_for_death, PeopleDied([first.person_id], by=team.gp, at=SOON))
    with viewing(team.gp, at=SOON):
        first.refresh_from_db()
        case = Case.objects.get(pk=first.case_id)

        assert first.state == ItemState.TAKEN_OFF
        assert "Ring the family" in first.state_why
        assert (case.state, case.closed_reason) == (CaseState.CLOSED, CaseClosed.DIED)
        assert Line.objects.filter(item=first).exists()
    assert Change.objects.filter(meeting=meeting, kind=ChangeKind.ACCESS, item_id=first.pk).exists()

    after(aftermath.reopen_after_mistake, DeathsUndone([first.person_id], by=team.gp, at=SOON))
    with viewing(team.gp, at=SOON):
        first.refresh_from_db()
        assert first.state == ItemState.WAITING


def test_somebody_who_objects_mid_meeting_closes_to_the_team_at_once(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.gp, at=SOON):
        verbs.close_cases(
            person_ids=[first.person_id], reason=CaseClosed.OBJECTION,
            why="Objects to sharing between organisations", by=team.gp, at=SOON,
        )  # fmt: skip
        first.refresh_from_db()
        assert first.state == ItemState.TAKEN_OFF
    with viewing(team.pharmacist, at=SOON):
        assert people.person(first.person_id, viewer=team.pharmacist) is None
        assert queries.item(first.pk, viewer=team.pharmacist) is None
        board = queries.board(meeting, viewer=team.pharmacist, at=SOON)
    assert board.closed_to_viewer


def test_any_other_choice_lets_every_screen_ask_anew_who_may_see_whom(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.gp, at=SOON):
        aftermath.close_for_objection(
            ChoicesChanged([first.person_id], ChoiceKind.TOLD.value, by=team.gp, at=SOON)
        )
        first.refresh_from_db()
        assert first.state == ItemState.NOW
    assert Change.objects.filter(meeting=meeting, kind=ChangeKind.ACCESS).exists()


def test_two_on_the_agenda_who_are_one_are_spoken_of_once_and_parted_again(
    team: Team, meeting: Meeting
) -> None:
    first, second, _ = begun(team, meeting)
    merged = PersonMerged(new_id(), first.person_id, second.person_id)
    after(aftermath.put_together, PersonsMerged([merged], by=team.gp, at=SOON))
    with viewing(team.gp, at=SOON):
        second.refresh_from_db()
        assert second.state == ItemState.TAKEN_OFF
        assert second.state_why == "The same person as number 1 on this agenda"

    after(aftermath.part_again, MergeUndone([merged], by=team.gp, at=SOON))
    with viewing(team.gp, at=SOON):
        second.refresh_from_db()
        assert second.state == ItemState.WAITING


def test_whoever_leaves_leads_nobody_any_longer(team: Team, meeting: Meeting) -> None:
    first, *_ = begun(team, meeting)
    pharmacist = team.hat(Role.PHARMACIST)
    with viewing(team.facilitator, at=SOON):
        verbs.conclude_item(
            item=first, decided=Decided.GO_ON, lead=pharmacist, by=team.facilitator, at=SOON
        )
    with as_role(DatabaseRole.LOADER):
        Account.objects.filter(pk=pharmacist.account_id).update(is_active=False)
    after(
        aftermath.name_other_leads,
        LeaverRecorded(pharmacist.account_id, by=team.facilitator, at=SOON),
    )
    with viewing(team.facilitator, at=SOON):
        case = Case.objects.get(pk=first.case_id)
        assert case.lead_id is None
        assert case.lead_name == ""


def test_sensitive_lines_leave_every_screen_while_they_are_hidden(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.gp, at=SOON):
        verbs.write_line(
            item=first, kind=LineKind.NOTE, words="Spoke of her son", is_sensitive=True,
            by=team.gp, at=SOON,
        )  # fmt: skip
        meeting = verbs.hide_sensitive(meeting=meeting, is_hiding=True, by=team.gp, at=SOON)
        assert queries.person_screen(meeting, first, viewer=team.gp, at=SOON).lines == ()
        meeting = verbs.hide_sensitive(meeting=meeting, is_hiding=False, by=team.gp, at=SOON)
        assert len(queries.person_screen(meeting, first, viewer=team.gp, at=SOON).lines) == 1


def test_the_person_merged_away_keeps_their_place_under_the_one_who_stands_for_them(
    team: Team, meeting: Meeting
) -> None:
    first, second, _ = begun(team, meeting)
    with as_role(DatabaseRole.LOADER):
        Person.objects.filter(pk=second.person_id).update(current_id=first.person_id)

    with viewing(team.gp, at=SOON):
        board = queries.board(meeting, viewer=team.gp, at=SOON)

    assert [item.pk for item in board.items][:2] == [first.pk, second.pk]
