"""Nobody is left behind because the one who presses the button may not read of them."""

import json
from datetime import date, time

import pytest
from django.db import connection

from oneplace.access.viewer import viewing
from oneplace.actions.models import Clock
from oneplace.casefinding.models import Step, StepTaken, Suggestion
from oneplace.config.database import Role as DatabaseRole
from oneplace.huddles import jobs, verbs
from oneplace.huddles.models import Case, Decided, Item, ItemState, Line, LineKind, Meeting, Series
from oneplace.kit.clock import local_day, now
from oneplace.people.models import Person
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    CaseFindingSource,
    Rhythm,
    Role,
    SuggestionState,
    Weekday,
)
from tests.database import as_role
from tests.rooms.huddles.around_the_table import (
    EIGHT,
    LISTED,
    Team,
    a_meeting,
    a_person,
    a_series,
    begun,
    items_of,
)

pytestmark = pytest.mark.django_db


def jobs_done() -> None:
    """What the verbs asked of this room's jobs, done as the loader."""
    with as_role(DatabaseRole.LOADER):
        with connection.cursor() as cursor:
            cursor.execute("delete from procrastinate_events")
            cursor.execute("delete from procrastinate_jobs returning task_name, args")
            asked = cursor.fetchall()
        for name, given in asked:
            room, _, job = name.rpartition(".")
            if room == jobs.__name__:
                getattr(jobs, job)(**(json.loads(given) if isinstance(given, str) else given))


def listed_by(team: Team, person: Person) -> Suggestion:
    """Somebody the practice put on its own list before it held any huddle."""
    with as_role(DatabaseRole.LOADER):
        suggestion = Suggestion.objects.create(
            id=new_id(), person=person, practice=team.practice, source=CaseFindingSource.FALL,
            state=SuggestionState.LISTED, suggested_at=LISTED, listed_at=LISTED,
        )  # fmt: skip
        Step.objects.create(
            id=new_id(), suggestion=suggestion, what=StepTaken.LISTED,
            before=SuggestionState.INFORMED, after=SuggestionState.LISTED,
            by_id=team.gp.account_id, by_name=team.gp.name, at=LISTED,
        )  # fmt: skip
        return suggestion


def test_a_new_series_takes_up_whom_the_practice_listed_before(team: Team) -> None:
    suggestion = listed_by(team, team.people[0])

    series = a_series(team, at=now(), first_on=local_day(now()))
    jobs_done()

    with viewing(team.pharmacist, at=now()):
        case = Case.objects.get(suggestion_id=suggestion.pk)
        item = Item.objects.select_related("meeting").get(case=case)
    assert (case.series_id, case.listed_by_name) == (series.pk, "Dr Gita Gray")
    assert item.brought_by_name == "Dr Gita Gray"


def test_cases_of_a_series_that_ended_go_on_in_the_next(
    team: Team, series: Series, meeting: Meeting
) -> None:
    with viewing(team.facilitator, at=LISTED):
        verbs.end_series(series=series, why="Joins others", by=team.facilitator, at=LISTED)
        new = verbs.open_series(
            host=team.practice, every=Rhythm.WEEKLY, weekday=Weekday.MONDAY, starts=time(9),
            minutes=60, first_on=date(2026, 3, 16), by=team.facilitator, at=LISTED,
        )  # fmt: skip
    jobs_done()

    with viewing(team.gp, at=LISTED):
        assert set(Case.objects.values_list("series_id", flat=True)) == {new.pk}
        first = Meeting.objects.select_related("series").get(series=new, due_on=date(2026, 3, 16))
        verbs.build_agenda(meeting=first, by=team.gp, at=LISTED)
        assert len(items_of(first)) == 3


def test_whoever_the_canceller_may_not_see_is_on_the_next_agenda_too(
    team: Team, series: Series
) -> None:
    meeting = a_meeting(team, series)
    hidden = a_person(team, "Cora", "Field")
    with viewing(team.gp, at=LISTED):
        verbs.bring_to_huddle(
            person_id=hidden.pk, practice_id=team.practice.pk, why="Falls", by=team.gp, at=LISTED
        )
    with as_role(DatabaseRole.LOADER):
        Item.objects.filter(person=hidden).update(owner="nobody")

    with viewing(team.facilitator, at=LISTED):
        following = verbs.cancel_meeting(
            meeting=meeting, why="Snow", by=team.facilitator, at=LISTED
        )
    assert following is not None
    jobs_done()

    with as_role(DatabaseRole.LOADER):
        assert Item.objects.filter(meeting=following, person=hidden).exists()
        assert Item.objects.filter(meeting=following).count() == 4


def test_what_was_asked_beforehand_comes_along_to_the_next_week(
    team: Team, series: Series, meeting: Meeting
) -> None:
    with viewing(team.facilitator, at=LISTED):
        first = items_of(meeting)[0]
        question = verbs.ask_question(
            item=first, words="Are her tablets right?", to_role=Role.PHARMACIST,
            by=team.facilitator, at=LISTED,
        )  # fmt: skip
        following = verbs.cancel_meeting(
            meeting=meeting, why="Snow", by=team.facilitator, at=LISTED
        )
        question.refresh_from_db()
        assert following is not None
        assert question.item.meeting_id == following.pk


def test_a_question_nobody_came_to_is_asked_again_and_its_minutes_keep_it(
    team: Team, series: Series, meeting: Meeting
) -> None:
    *_, last = begun(team, meeting)
    with viewing(team.facilitator, at=EIGHT):
        verbs.ask_question(
            item=last, words="Who visits?", to_role=Role.PIC, by=team.facilitator, at=EIGHT
        )
        verbs.end_meeting(meeting=meeting, by=team.facilitator, at=EIGHT)

        asked = Line.objects.filter(kind=LineKind.QUESTION).select_related("item")
        assert {line.item.state for line in asked} == {ItemState.ROLLED_OVER, ItemState.WAITING}


def test_the_sweep_changes_nothing_the_second_time(
    team: Team, series: Series, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.facilitator, at=EIGHT):
        verbs.write_line(
            item=first, kind=LineKind.DECISION, words="Falls class", by=team.facilitator, at=EIGHT
        )
        verbs.conclude_item(
            item=first, decided=Decided.GO_ON, lead=team.hat(Role.GP), by=team.facilitator,
            at=EIGHT,
        )  # fmt: skip
        meeting = verbs.end_meeting(meeting=meeting, by=team.facilitator, at=EIGHT)
        assert verbs.leave_nobody_behind(meeting=meeting, by=team.facilitator, at=EIGHT) == 0


def test_a_clock_runs_from_one_discussion_to_the_next(
    team: Team, series: Series, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.facilitator, at=EIGHT):
        verbs.write_line(
            item=first, kind=LineKind.DECISION, words="Falls class", by=team.facilitator, at=EIGHT
        )
        verbs.conclude_item(
            item=first, decided=Decided.GO_ON, lead=team.hat(Role.GP), by=team.facilitator,
            at=EIGHT,
        )  # fmt: skip
        verbs.end_meeting(meeting=meeting, by=team.facilitator, at=EIGHT)
    jobs_done()
    with as_role(DatabaseRole.LOADER), viewing(jobs.KEEPER, at=now()):
        verbs.leave_nobody_behind(meeting=meeting, by=jobs.KEEPER, at=now())
        clock = Clock.objects.get(key="huddle_review")
        locked = Clock.objects.get(key="huddle_list")

    assert clock.thing_id == first.case_id
    assert clock.started_because == "Spoken of in the huddle of 12 March 2026"
    assert clock.stopped_at is None
    assert locked.stopped_because == "The huddle started"
