"""Bed days shared among what is waited for: they add up, and none is counted twice."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from oneplace.science.bed_days import Waited, bed_days, share

LONDON = ZoneInfo("Europe/London")
READY = datetime(2026, 2, 18, 10, 20, tzinfo=LONDON)
NOW = datetime(2026, 3, 12, 9, 40, tzinfo=LONDON)


def test_three_organisations_at_once_share_22_days_and_not_57() -> None:
    waits = [
        Waited("choice", READY),
        Waited("housing", datetime(2026, 2, 20, 10, 20, tzinfo=LONDON)),
        Waited("bed", datetime(2026, 2, 22, 10, 20, tzinfo=LONDON)),
    ]

    shared = share(READY, NOW, waits, zone=LONDON)

    assert shared.days == 22
    assert shared.of == {"choice": 9, "housing": 7, "bed": 6}
    assert shared.nobodys == 0


def test_a_day_on_which_nothing_was_recorded_is_nobodys() -> None:
    closed = READY + timedelta(days=2)

    shared = share(READY, READY + timedelta(days=5), [Waited("x", READY, closed)], zone=LONDON)

    assert (shared.of["x"], shared.nobodys) == (2, 3)


def test_two_waits_of_one_organisation_count_once() -> None:
    waits = [Waited("council", READY), Waited("council", READY), Waited("trust", READY)]

    shared = share(READY, READY + timedelta(days=2), waits, zone=LONDON)

    assert shared.of == {"council": Fraction(1), "trust": Fraction(1)}


def test_days_are_days_on_the_wall_when_the_clocks_go_forward() -> None:
    ready = datetime(2026, 3, 28, 23, 30, tzinfo=LONDON)
    left = datetime(2026, 3, 30, 0, 15, tzinfo=LONDON)

    assert bed_days(ready, left, LONDON) == 2
    assert bed_days(left, ready, LONDON) == 0


MOMENTS = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - the zone is drawn beside it
    max_value=datetime(2026, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(
    ready=MOMENTS,
    stays=st.integers(0, 60),
    waits=st.lists(st.tuples(st.integers(0, 4), MOMENTS, st.none() | MOMENTS), max_size=8),
)
def test_shares_always_add_up_to_the_days_lost(
    ready: datetime, stays: int, waits: list[tuple[int, datetime, datetime | None]]
) -> None:
    until = ready + timedelta(days=stays, hours=3)

    shared = share(ready, until, [Waited(*each) for each in waits], zone=LONDON)

    assert sum(shared.of.values(), shared.nobodys) == shared.days
    assert all(days >= 0 for days in shared.of.values())
