"""Signals of the charts on My day of whoever keeps the measures."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.kit.cards import Row, Section
from oneplace.kit.formats import day
from oneplace.outcomes import queries
from oneplace.outcomes.models import Signal
from oneplace.outcomes.permissions import KEEP_MEASURES

MOST: Final = 8
_A_DAY: Final = timedelta(days=1)


class OpenSignals:
    """Measures that moved beyond chance, and whose signal nobody has closed."""

    section = Section.NOW
    permission = KEEP_MEASURES

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the newest first."""
        return [_row(each) for each in queries.open_signals(viewer=viewer)[:MOST]]


class SignalsRaised:
    """Measures that moved beyond chance since yesterday, closed meanwhile or not."""

    section = Section.SINCE_YESTERDAY
    permission = KEEP_MEASURES

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the newest first; those still open stand under what is now."""
        lately = queries.signals_raised(since=at - _A_DAY, viewer=viewer)
        return [_row(each) for each in lately.exclude(ended_at=None)[:MOST]]


def _row(signal: Signal) -> Row:
    with_whom = f"With {signal.owner_name}" if signal.owner_name else "With nobody yet"
    due = f", due {day(signal.due_on)}" if signal.due_on else ""
    ended = f"Closed by {signal.ended_by_name}" if signal.ended_at else with_whom + due
    return Row(
        what=signal.words[:160],
        why_you=ended,
        button="Open the chart",
        address=reverse("outcomes:indicator", args=[signal.indicator]),
        needs_you=signal.ended_at is None,
    )
