"""Lanes tell which feed of a partner is silent, also while another of the same partner speaks."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django.conf import settings

from oneplace.desk.presenters.record.lanes import Lanes
from oneplace.feeds.models import Source
from oneplace.feeds.queries import FeedState
from oneplace.feeds.rules import Agreed, standing
from oneplace.vocabulary.terms import FeedKind

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
DAY = timedelta(days=1)


def feed(kind: FeedKind, name: str, *, every: timedelta | None, last: datetime) -> FeedState:
    """A feed of the council that last came at `last`."""
    source = Source(
        code=kind.value, name=name, kind=kind, organisation_code="council", ring="The data team",
        phone="020 7946 0116",
    )  # fmt: skip
    agreed = Agreed(every, None, timedelta(hours=6))
    return FeedState(source, standing(agreed, last_at=last, until=None, at=AT))


def council(*states: FeedState):  # type: ignore[no-untyped-def]
    """The lanes of these feeds, and how the council's is drawn."""
    lanes = Lanes(settings.PLACE, states)
    nothing_shut = SimpleNamespace(of_lane=lambda sources: ("", False))
    (lane,) = lanes.drawn([], at=AT, chosen="", address="/", shut=nothing_shut)  # type: ignore[arg-type]
    return lanes, lane


def test_a_quarterly_file_does_not_hide_that_the_daily_one_is_silent() -> None:
    daily = feed(FeedKind.COUNCIL_CASES, "Council case system", every=DAY, last=AT - 9 * DAY)
    quarterly = feed(FeedKind.COUNCIL_CLIENT_LEVEL, "Client Level Data", every=92 * DAY, last=AT)

    lanes, lane = council(daily, quarterly)

    assert lane.gap is None
    assert lane.silence.startswith("Council case system: Nothing since Tuesday 3 March")
    assert "ring The data team, 020 7946 0116" in lane.silence
    assert [line.is_silent for line in lanes.as_of(at=AT)] == [True, False]


def test_a_feed_without_a_rhythm_is_neither_late_nor_as_agreed() -> None:
    lanes, lane = council(feed(FeedKind.COUNCIL_CASES, "Cases", every=None, last=AT - 700 * DAY))

    (line,) = lanes.as_of(at=AT)
    assert line.says.endswith("no rhythm is agreed")
    assert not lane.is_agreed
