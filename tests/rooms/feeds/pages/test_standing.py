"""How a feed stands against what was agreed: a table of moments."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from oneplace.feeds.rules import Agreed, in_words, standing
from oneplace.vocabulary.terms import FeedHealth

UK = ZoneInfo("Europe/London")
DAILY = Agreed(timedelta(days=1), time(6, 0), timedelta(days=3))
OFTEN = Agreed(timedelta(minutes=15), None, timedelta(hours=2))
WHENEVER = Agreed(None, None, timedelta(0))


def _at(day: int, hour: int = 0, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UK)


@pytest.mark.parametrize(
    ("agreed", "last", "now", "health"),
    [
        (DAILY, _at(9, 2), _at(9, 23), FeedHealth.ON_TIME),
        (DAILY, _at(9, 2), _at(10, 6), FeedHealth.ON_TIME),
        (DAILY, _at(9, 2), _at(10, 6, 1), FeedHealth.LATE),
        (DAILY, _at(9, 2), _at(13, 6), FeedHealth.LATE),
        (DAILY, _at(9, 2), _at(13, 6, 1), FeedHealth.SILENT),
        (OFTEN, _at(9, 2), _at(9, 2, 15), FeedHealth.ON_TIME),
        (OFTEN, _at(9, 2), _at(9, 2, 16), FeedHealth.LATE),
        (OFTEN, _at(9, 2), _at(9, 4, 16), FeedHealth.SILENT),
        (WHENEVER, _at(9, 2), _at(29, 2), FeedHealth.ON_TIME),
        (DAILY, None, _at(9, 2), FeedHealth.NEVER_ARRIVED),
    ],
)
def test_a_feed_is_judged_by_its_own_agreement(
    agreed: Agreed, last: datetime | None, now: datetime, health: FeedHealth
) -> None:
    assert standing(agreed, last_at=last, until=last, at=now).health is health


def test_the_usual_time_is_that_of_the_clock_on_the_wall_when_the_clocks_change() -> None:
    # Clocks go forward in the night to Sunday 29 March 2026.
    before = datetime(2026, 3, 28, 6, 0, tzinfo=UK)

    due = standing(DAILY, last_at=before, until=None, at=before).due_at

    assert due is not None
    assert due.astimezone(UK).isoformat() == "2026-03-29T06:00:00+01:00"


def test_a_silent_feed_names_the_last_day_it_speaks_of_and_whom_to_ring() -> None:
    stands = standing(DAILY, last_at=_at(9, 2), until=_at(9), at=_at(12, 9, 40))

    words = in_words(stands, ring="Systems team", phone="020 7946 0116", at=_at(12, 9, 40))

    assert words == "Nothing since Sunday 8 March; ring Systems team, 020 7946 0116."
    assert stands.is_silent


def test_what_a_feed_says_of_the_future_makes_it_no_fresher() -> None:
    stands = standing(DAILY, last_at=_at(9, 2), until=_at(20), at=_at(9, 9))

    assert stands.until == _at(9, 2)


def test_a_feed_that_never_came_says_so() -> None:
    stands = standing(DAILY, last_at=None, until=None, at=_at(9))

    assert in_words(stands, ring="", phone="", at=_at(9)) == "Nothing has come yet."
