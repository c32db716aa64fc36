"""UK wall-clock times become moments; two hours a year need a rule."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplace.feeds.hl7.times import Doubt, Precision, TimeRefused, read_time, written


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC), Precision.YEAR),
        ("202607", datetime(2026, 6, 30, 23, tzinfo=UTC), Precision.MONTH),
        ("20260312", datetime(2026, 3, 12, tzinfo=UTC), Precision.DAY),
        ("2026031209", datetime(2026, 3, 12, 9, tzinfo=UTC), Precision.HOUR),
        ("202607010930", datetime(2026, 7, 1, 8, 30, tzinfo=UTC), Precision.MINUTE),
        ("20260701093015", datetime(2026, 7, 1, 8, 30, 15, tzinfo=UTC), Precision.SECOND),
        ("20260312093015.25", datetime(2026, 3, 12, 9, 30, 15, 250000, UTC), Precision.FRACTION),
        ("20260701093015+0100", datetime(2026, 7, 1, 8, 30, 15, tzinfo=UTC), Precision.SECOND),
        ("202601010030-0500", datetime(2026, 1, 1, 5, 30, tzinfo=UTC), Precision.MINUTE),
    ],
)
def test_a_time_is_read_with_its_precision(text: str, at: datetime, precision: Precision) -> None:
    moment = read_time(text)

    assert (moment.at, moment.precision, moment.doubt, moment.text) == (at, precision, None, text)


def test_the_hour_that_comes_twice_is_its_first_coming_and_flagged() -> None:
    moment = read_time("20261025013000")

    assert moment.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment.doubt is Doubt.CAME_TWICE


def test_the_hour_that_comes_twice_is_certain_with_an_offset() -> None:
    moment = read_time("20261025013000+0000")

    assert moment.at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert moment.doubt is None


def test_the_hour_that_never_comes_is_read_by_the_clock_before_the_change_and_flagged() -> None:
    moment = read_time("20260329013000")

    assert moment.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moment.doubt is Doubt.NEVER_CAME


def test_the_day_is_that_of_the_wall_clock() -> None:
    assert read_time("20260701").on == date(2026, 7, 1)


@pytest.mark.parametrize(
    "text",
    ["", "26", "20261301", "20260230", "202603122460", "2026-03-12", "20260312T0900", "00000000",
     "20260312+9900", "20260312+0160", "2026031", "２０２６", "20260312093015.", "00010101+0100"],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(TimeRefused, match=r"time|year|offset"):
        read_time(text)


@given(st.text(alphabet="0123456789.+-Z ", max_size=25))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        moment = read_time(text)
    except TimeRefused:
        return
    assert moment.at.tzinfo is UTC


@given(st.integers(min_value=-600_000_000, max_value=5_000_000_000))
def test_a_written_time_is_read_back(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, tz=UTC)

    assert read_time(written(at)).at == at
