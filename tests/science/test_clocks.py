"""Clocks: what counts, what stands still, when they end, and whether they were kept."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplace.science.clocks import (
    ClockError,
    ClockState,
    Hours,
    Run,
    Standstill,
    Terms,
    read,
)
from oneplace.vocabulary.place.calendar import WorkingCalendar
from oneplace.vocabulary.place.clocks import ServiceHours
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.terms import ClockKind, DayKind, Weekday

LONDON = ZoneInfo("Europe/London")
CALENDAR = WorkingCalendar(bank_holidays="england")
ALWAYS = Hours(
    ServiceHours(
        key="always", words="At any hour", days=tuple(Weekday), all_day=True, bank_holidays=True
    ),
    CALENDAR,
    LONDON,
)
DAYTIME = Hours(
    ServiceHours(
        key="daytime",
        words="8:00 to 20:00",
        days=tuple(Weekday),
        opens=time(8),
        closes=time(20),
        bank_holidays=True,
    ),
    CALENDAR,
    LONDON,
)
OFFICE = Hours(
    ServiceHours(
        key="office",
        words="Monday to Friday, 9:00 to 17:00",
        days=tuple(Weekday)[:5],
        opens=time(9),
        closes=time(17),
    ),
    CALENDAR,
    LONDON,
)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def terms(target: str | None, kind: ClockKind = ClockKind.DEADLINE, least: str = "") -> Terms:
    return Terms(
        kind,
        Span.model_validate(target) if target else None,
        Span.model_validate(least) if least else None,
    )


def test_two_hours_are_kept_when_somebody_stands_there_in_time() -> None:
    run = Run(at(12, 10, 2), at(12, 11, 40))

    found = read(run, terms("2 hours"), ALWAYS, at=at(12, 18))

    assert (found.state, found.is_kept) == (ClockState.KEPT, True)
    assert (found.counted, found.due_at) == (timedelta(minutes=98), at(12, 12, 2))
    assert found.left == timedelta(minutes=22)


def test_a_pause_by_rule_puts_the_end_off_and_is_told_by_its_rule() -> None:
    waiting = Standstill("waiting_for_ambulance", at(12, 10, 30), at(12, 10, 45))
    run = Run(at(12, 10, 2), at(12, 12, 10), (waiting,))

    found = read(run, terms("2 hours"), ALWAYS, at=at(12, 18))

    assert (found.is_kept, found.due_at) == (True, at(12, 12, 17))
    assert found.by_rule == (("waiting_for_ambulance", timedelta(minutes=15)),)
    assert found.counted + found.stood_still == timedelta(minutes=128)


def test_while_it_stands_still_the_end_moves_on_with_the_time() -> None:
    run = Run(at(12, 10), pauses=(Standstill("person_not_home", at(12, 11)),))

    early = read(run, terms("2 hours"), ALWAYS, at=at(12, 12))
    late = read(run, terms("2 hours"), ALWAYS, at=at(12, 15))

    assert (early.state, early.due_at) == (ClockState.PAUSED, at(12, 13))
    assert (late.state, late.due_at, late.left) == (
        ClockState.PAUSED, at(12, 16), timedelta(hours=1),
    )  # fmt: skip


def test_hours_count_only_while_the_service_is_open() -> None:
    run = Run(at(12, 19))

    found = read(run, terms("2 hours"), DAYTIME, at=at(12, 22))

    assert (found.due_at, found.counted) == (at(13, 9), timedelta(hours=1))
    assert found.state is ClockState.RUNNING


def test_a_referral_at_night_begins_to_count_in_the_morning() -> None:
    found = read(Run(at(12, 23)), terms("2 hours"), DAYTIME, at=at(13, 11))

    assert (found.due_at, found.state) == (at(13, 10), ClockState.OVERDUE)


def test_weekends_and_bank_holidays_do_not_count_in_an_office() -> None:
    # Thursday before Good Friday: an hour is left of it, and one of Tuesday after Easter Monday.
    found = read(Run(at(2, 16, month=4)), terms("2 hours"), OFFICE, at=at(2, 16, month=4))

    assert found.due_at == at(7, 10, month=4)


def test_working_days_end_with_the_day() -> None:
    found = read(Run(at(2, 16, month=4)), terms("5 working days"), OFFICE, at=at(3, 9, month=4))

    # Good Friday and Easter Monday lie between.
    assert found.due_at == datetime(2026, 4, 14, tzinfo=LONDON)


def test_weeks_end_at_the_hour_they_began_also_when_the_clocks_go_forward() -> None:
    found = read(Run(at(20, 10)), terms("6 weeks"), ALWAYS, at=at(21, 10))

    assert found.due_at == at(1, 10, month=5)


def test_hours_are_as_long_as_ever_when_the_clocks_go_back() -> None:
    started = datetime(2026, 10, 25, 0, 30, tzinfo=LONDON)

    found = read(Run(started.astimezone(UTC)), terms("2 hours"), ALWAYS, at=started)

    assert found.due_at == started.astimezone(UTC) + timedelta(hours=2)


def test_a_month_from_the_last_day_ends_on_the_last_day() -> None:
    found = read(Run(at(31, 9)), terms("1 months"), ALWAYS, at=at(31, 9))

    assert found.due_at == at(30, 9, month=4)


@pytest.mark.parametrize(
    ("stopped", "is_kept"), [(at(20, 9), False), (at(28, 9), True), (at(30, 9, 0, 4), False)]
)
def test_a_window_is_kept_between_its_least_and_its_target(
    stopped: datetime, is_kept: bool
) -> None:
    window = terms("4 weeks", ClockKind.WINDOW, least="2 weeks")

    assert read(Run(at(12, 9), stopped), window, ALWAYS, at=stopped).is_kept is is_kept


def test_a_lead_time_is_kept_only_once_it_has_passed() -> None:
    lead = terms("24 hours", ClockKind.LEAD_TIME)

    assert read(Run(at(11, 8), at(12, 9)), lead, ALWAYS, at=at(12, 9)).is_kept is True
    assert read(Run(at(11, 8), at(11, 20)), lead, ALWAYS, at=at(12, 9)).is_kept is False


def test_without_a_target_nothing_is_late_or_kept() -> None:
    found = read(Run(at(1, 8)), terms(None, ClockKind.MEASURED), ALWAYS, at=at(30, 8))

    assert (found.state, found.due_at, found.is_kept) == (ClockState.RUNNING, None, None)


def test_working_days_of_a_clock_are_said_also_in_days() -> None:
    judged = Terms(ClockKind.DEADLINE, Span.model_validate("3 days"), days=DayKind.WORKING_DAYS)

    found = read(Run(at(12, 10)), judged, OFFICE, at=at(12, 11))

    assert found.due_at == datetime(2026, 3, 18, tzinfo=LONDON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"stopped_at": at(11, 9)},
        {"pauses": (Standstill("x", at(11, 9), at(11, 10)),)},
        {"pauses": (Standstill("x", at(12, 11), at(12, 10)),)},
        {"pauses": (Standstill("x", at(12, 11)), Standstill("y", at(12, 12)))},
        {"pauses": (Standstill("x", at(12, 11), at(12, 13)), Standstill("y", at(12, 12)))},
    ],
)
def test_moments_that_cannot_be_of_one_clock_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ClockError):
        Run(at(12, 10), **wrong)  # type: ignore[arg-type]


def test_a_service_that_is_never_open_has_no_end() -> None:
    never = ServiceHours(
        key="x", words="x", days=(Weekday.MONDAY,), opens=time(9), closes=time(9, 1)
    )

    with pytest.raises(ClockError, match="never open long enough"):
        read(Run(at(12, 10)), terms("200 hours"), Hours(never, CALENDAR, LONDON), at=at(12, 11))


@given(
    minutes=st.integers(1, 60 * 24 * 5),
    pause_from=st.integers(0, 60 * 24 * 3),
    pause_for=st.integers(0, 60 * 12),
)
def test_what_counts_and_what_stood_still_are_all_the_time_there_was(
    minutes: int, pause_from: int, pause_for: int
) -> None:
    start = at(12, 10)
    pause = Standstill(
        "x",
        start + timedelta(minutes=pause_from),
        start + timedelta(minutes=pause_from + pause_for),
    )
    now = start + timedelta(minutes=minutes)

    found = read(Run(start, pauses=(pause,)), terms("48 hours"), ALWAYS, at=now)

    assert found.counted + found.stood_still == now - start
    assert found.due_at is not None
    assert found.due_at >= start + timedelta(hours=48)
    assert date(2026, 3, 12) <= found.due_at.date()
