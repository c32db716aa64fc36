"""Dates, times, ages and numbers are written the same way everywhere."""

from datetime import UTC, date, datetime, timedelta

import pytest

from oneplace.kit import formats

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)


def test_a_date_is_written_without_leading_noughts() -> None:
    assert formats.day(date(2026, 3, 7)) == "7 March 2026"


def test_a_near_day_is_written_with_its_weekday() -> None:
    assert formats.weekday(AT) == "Thursday 12 March"


def test_times_are_by_the_24_hour_clock_in_summer_time_too() -> None:
    in_summer = datetime(2026, 7, 1, 15, 5, tzinfo=UTC)

    assert formats.clock_time(in_summer) == "16:05"
    assert formats.moment(in_summer) == "1 July 2026, 16:05"


def test_a_moment_late_in_the_evening_belongs_to_the_next_day_in_summer() -> None:
    assert formats.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=20), "just now, 09:39"),
        (timedelta(minutes=1), "1 minute ago, 09:39"),
        (timedelta(minutes=59), "59 minutes ago, 08:41"),
        (timedelta(hours=3), "3 hours ago, 06:40"),
        (timedelta(hours=20), "yesterday, 13:40"),
        (timedelta(days=5), "5 days ago, 7 March 2026"),
        (timedelta(days=40), "31 January 2026"),
        (timedelta(hours=-2), "12 March 2026, 11:40"),
    ],
)
def test_how_long_ago_is_said_with_when_it_was(before: timedelta, said: str) -> None:
    assert formats.ago(AT - before, AT) == said


def test_yesterday_is_a_calendar_day_not_24_hours() -> None:
    just_before_midnight = datetime(2026, 3, 11, 23, 50, tzinfo=UTC)

    assert formats.ago(just_before_midnight, AT) == "yesterday, 23:50"


def test_nothing_is_written_for_no_date() -> None:
    written = [
        formats.day(None),
        formats.weekday(None),
        formats.clock_time(None),
        formats.moment(None),
        formats.ago(None, AT),
        formats.age(None, AT),
        formats.nhs_number(None),
        formats.machine_time(None),
    ]

    assert set(written) == {""}


def test_an_nhs_number_is_written_three_three_four() -> None:
    assert formats.nhs_number("9990000018") == "999 000 0018"
    assert formats.nhs_number("not known") == "not known"


@pytest.mark.parametrize(
    ("born_on", "said"),
    [
        (date(1943, 3, 12), "83"),
        (date(1943, 3, 13), "82"),
        (date(2024, 3, 12), "2"),
        (date(2024, 3, 13), "23 months"),
        (date(2026, 2, 12), "1 month"),
        (date(2026, 3, 12), "0 months"),
    ],
)
def test_an_age_is_in_years_and_in_months_for_the_very_young(born_on: date, said: str) -> None:
    assert formats.age(born_on, AT) == said


def test_somebody_born_on_a_leap_day_is_a_year_older_on_1_march() -> None:
    assert formats.years_old(date(1944, 2, 29), date(2026, 2, 28)) == 81
    assert formats.years_old(date(1944, 2, 29), date(2026, 3, 1)) == 82


def test_nobody_has_an_age_before_being_born() -> None:
    with pytest.raises(ValueError, match="before being born"):
        formats.age(date(2027, 1, 1), AT)


def test_a_number_takes_the_right_word() -> None:
    assert formats.plural(1, "person", "people") == "1 person"
    assert formats.plural(1204, "person", "people") == "1,204 people"
    assert formats.plural(0, "day") == "0 days"


def test_words_are_joined_as_a_sentence_joins_them() -> None:
    assert formats.sentence_list(["GP", "Hospital", "Council"]) == "GP, Hospital and Council"
    assert formats.sentence_list(["GP"]) == "GP"
    assert formats.sentence_list([]) == ""


def test_a_capital_at_the_start_leaves_the_rest_alone() -> None:
    assert formats.starting_capital("LIFE") == "LIFE"
    assert formats.starting_capital("network") == "Network"


def test_initials_are_of_the_first_and_last_name() -> None:
    assert formats.initials("Sana Maria Ortiz") == "SO"
    assert formats.initials("Sana") == "S"
    assert formats.initials("") == ""


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (datetime(2026, 3, 12, 12, 2, tzinfo=UTC), "by 12:02"),
        (datetime(2026, 3, 12, 9, 15, tzinfo=UTC), "late since 09:15"),
        (datetime(2026, 3, 19, 8, tzinfo=UTC), "by 19 March, 08:00"),
        (datetime(2026, 3, 13, tzinfo=UTC), "by tonight"),
        (datetime(2026, 3, 12, tzinfo=UTC), "late since midnight"),
        # Midnight in summer time: the day before ends there.
        (datetime(2026, 4, 1, 23, tzinfo=UTC), "by 1 April"),
        (datetime(2025, 10, 1, 23, tzinfo=UTC), "late since 2 October 2025"),
        (datetime(2027, 1, 4, 9, tzinfo=UTC), "by 4 January 2027, 09:00"),
    ],
)
def test_by_when_something_is_due_is_said_as_shortly_as_it_can_be(
    until: datetime, said: str
) -> None:
    assert formats.due(until, AT) == said
