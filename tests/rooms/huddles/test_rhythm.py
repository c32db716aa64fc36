"""When a series meets: weeks, fortnights, months, closed days, and the days the clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.conf import settings

from oneplace.access.viewer import viewing
from oneplace.huddles import calendar_feed, rhythm, verbs
from oneplace.huddles.models import Item, Meeting, Series
from oneplace.vocabulary.place.calendar import WorkingCalendar
from oneplace.vocabulary.terms import MeetingState, Rhythm
from tests.rooms.huddles.around_the_table import LISTED, Team, items_of

CALENDAR = WorkingCalendar(bank_holidays="england")
FIRST = date(2026, 1, 8)


def days(every: Rhythm, until: date) -> list[date]:
    return list(rhythm.due_days(FIRST, every, after=date(2026, 1, 1), until=until))


def test_a_week_a_fortnight_and_a_month_come_round() -> None:
    assert days(Rhythm.WEEKLY, date(2026, 1, 22)) == [
        date(2026, 1, 8), date(2026, 1, 15), date(2026, 1, 22),
    ]  # fmt: skip
    assert days(Rhythm.FORTNIGHTLY, date(2026, 2, 6)) == [
        date(2026, 1, 8), date(2026, 1, 22), date(2026, 2, 5),
    ]  # fmt: skip
    # The second Thursday of each month.
    assert days(Rhythm.MONTHLY, date(2026, 3, 31)) == [
        date(2026, 1, 8), date(2026, 2, 12), date(2026, 3, 12),
    ]  # fmt: skip


def test_a_bank_holiday_moves_the_huddle_within_its_week_and_says_why() -> None:
    good_friday = rhythm.turn(date(2026, 4, 3), CALENDAR)

    assert good_friday.held_on == date(2026, 4, 2)
    assert good_friday.why == "Good Friday: moved to Thursday 2 April"


def test_a_year_nobody_has_entered_is_taken_as_it_comes_and_says_so() -> None:
    far = rhythm.turn(date(2090, 4, 6), CALENDAR)

    assert far.held_on == date(2090, 4, 6)
    assert "not known" in far.why


@pytest.mark.django_db
def test_eight_is_eight_on_the_wall_before_and_after_the_clocks_change(
    team: Team, series: Series
) -> None:
    held = {
        each.due_on: each.starts_at
        for each in Meeting.objects.filter(series=series, due_on__month=3)
    }

    assert held[date(2026, 3, 26)] == datetime(2026, 3, 26, 8, tzinfo=UTC)
    # Summer time began on 29 March.
    with viewing(team.facilitator, at=LISTED):
        verbs.plan_meetings(series=series, until=date(2026, 10, 30), by=team.facilitator, at=LISTED)
    later = Meeting.objects.get(series=series, due_on=date(2026, 4, 2))
    assert later.starts_at == datetime(2026, 4, 2, 7, tzinfo=UTC)
    back = Meeting.objects.get(series=series, due_on=date(2026, 10, 29))
    assert back.starts_at == datetime(2026, 10, 29, 8, tzinfo=UTC)


@pytest.mark.django_db
def test_a_list_locks_24_hours_before_also_over_the_night_the_clocks_go_back(
    team: Team,
) -> None:
    from oneplace.huddles import rules

    lock = settings.PLACE.thresholds.huddle_lock.timedelta
    meeting = Meeting(starts_at=datetime(2026, 10, 25, 8, tzinfo=UTC), state=MeetingState.PLANNED)
    day_before = datetime(2026, 10, 24, 8, tzinfo=UTC)

    assert lock == timedelta(hours=24)
    assert rules.state_at(meeting, lock, at=day_before) is MeetingState.LIST_LOCKED
    almost = day_before - timedelta(seconds=1)
    assert rules.state_at(meeting, lock, at=almost) is MeetingState.PLANNED


@pytest.mark.django_db
def test_a_cancelled_week_loses_nobody(team: Team, series: Series, meeting: Meeting) -> None:
    with viewing(team.facilitator, at=LISTED):
        there = {item.case_id for item in items_of(meeting)}
        following = verbs.cancel_meeting(
            meeting=meeting, why="Snow", by=team.facilitator, at=LISTED
        )
        assert following is not None
        assert {item.case_id for item in items_of(following)} == there
        assert Item.objects.filter(meeting=following, why="Why Anil").exists()


@pytest.mark.django_db
def test_a_series_on_another_day_takes_its_agendas_along(
    team: Team, series: Series, meeting: Meeting
) -> None:
    from oneplace.vocabulary.terms import Weekday

    with viewing(team.facilitator, at=LISTED):
        verbs.change_series(
            series=series, every=Rhythm.WEEKLY, weekday=Weekday.TUESDAY, starts=time(12, 30),
            minutes=45, place="", video_link="", by=team.facilitator, at=LISTED,
        )  # fmt: skip
        first = (
            Meeting.objects.filter(series=series, state=MeetingState.PLANNED, starts_at__gt=LISTED)
            .order_by("starts_at")
            .first()
        )
        assert first is not None
        assert first.due_on == date(2026, 3, 10)
        assert len(items_of(first)) == 3


@pytest.mark.django_db
def test_every_move_and_cancelling_counts_for_a_calendar(
    team: Team, series: Series, meeting: Meeting
) -> None:
    def number() -> int:
        meeting.refresh_from_db()
        text = calendar_feed.calendar_of([meeting], address="https://example.org")
        return int(text.partition("\r\nSEQUENCE:")[2].partition("\r\n")[0])

    numbers = [number()]
    with viewing(team.facilitator, at=LISTED):
        by = {"by": team.facilitator, "at": LISTED}
        verbs.move_meeting(
            meeting=meeting, starts_at=meeting.starts_at + timedelta(hours=1), why="Snow", **by
        )
        numbers.append(number())
        verbs.change_series(
            series=series, every=Rhythm.WEEKLY, weekday=series.weekday, starts=time(12, 30),
            minutes=45, place="", video_link="", **by,
        )  # fmt: skip
        numbers.append(number())
        verbs.cancel_meeting(meeting=meeting, why="Snow", **by)
        numbers.append(number())

    assert numbers == sorted(set(numbers))
