"""Care time: what the time is for the people cared for. A demo pins and moves it; machines do not.

Machine time (sessions, links, jobs, audit) is always real and never read from here.

A day is a day on the wall: moments are kept in UTC, so the day of one is asked for here and nowhere
else. Between midnight and one in summer the two differ.
"""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from oneplace.kit.models import DemoClock


class Lazy:
    """Care time of one request: read at most once, when first asked for."""

    def __init__(self) -> None:
        self._at: datetime | None = None

    def __call__(self) -> datetime:
        """The moment, with zone."""
        if self._at is None:
            self._at = now()
        return self._at


def now() -> datetime:
    """Care time, with zone: the real one, or in a demo the pinned and moved one."""
    if not settings.IS_DEMO:
        return timezone.now()
    moved = DemoClock.objects.first()
    start: datetime = settings.PLACE.demo_now
    return start + (moved.moved_by if moved else timedelta(0))


def local_day(at: datetime) -> date:
    """The day a moment falls on by the wall clock (`TIME_ZONE`); refuses one without zone."""
    return timezone.localtime(at).date()


def day_begins(on: date) -> datetime:
    """The moment a day begins by the wall clock, with zone."""
    return timezone.make_aware(datetime.combine(on, time.min))


def move(by: timedelta) -> datetime:
    """Move a demo's care time on; returns the new moment. Time never goes back."""
    if not settings.IS_DEMO:
        raise RuntimeError("Only a demo's clock can be moved.")
    if by <= timedelta(0):
        raise ValueError("A demo's clock moves forward only.")
    clock, _ = DemoClock.objects.get_or_create(pk=1)
    clock.moved_by += by
    clock.save(update_fields=["moved_by"])
    return now()
