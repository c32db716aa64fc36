"""When each partner's system sends what: the periods and arrivals of parcels.

All dates here are the partners' working habits, invented but ordinary: the hospital's messages
trickle, the GP system sends every night, the council's exports come nightly and had fallen silent
from the Monday before now, the charity exports on Fridays, the community service on Mondays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

import pyarrow as pa

from oneplace.borough.feeds.shelf import Parcel
from oneplace.borough.feeds.store import Store
from oneplace.borough.lives.settings import UK, Settings

GP_RECENT_DAYS = 90
"""The GP's FHIR bundles reach back this many days before now; older history is in the extract."""

MINUTES_FINE = 5
HOURS_FINE = 3
DAYS_HOURLY = 14

ALWAYS = dt.datetime(1900, 1, 1, tzinfo=UK)


def midnight(day: dt.date) -> dt.datetime:
    """The UK midnight at which a day begins."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=UK)


def days_between(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every day from the first up to, not with, the last."""
    for number in range((last - first).days):
        yield first + dt.timedelta(days=number)


def later_by(moment: dt.datetime, **units: float) -> dt.datetime:
    """A moment so much later in real time: an hour is an hour over a change of the clocks too."""
    return (moment.astimezone(dt.UTC) + dt.timedelta(**units)).astimezone(UK)


def message_parcels(settings: Settings, folder: str, feed: str) -> list[Parcel]:
    """A file of messages a day up to now; then every five minutes, every hour, and every day.

    Fine steps begin exactly at now, so that each press of the demo's clock lets whole files land.
    """
    now = settings.now

    def parcel(start: dt.datetime, end: dt.datetime, stamp: str) -> Parcel:
        path = PurePosixPath(folder) / f"{start:%Y-%m}" / f"ADT_{stamp}.hl7"
        return Parcel(path, feed, start, end, end)

    parcels = [
        parcel(midnight(day), midnight(day + dt.timedelta(days=1)), f"{day:%Y%m%d}")
        for day in days_between(settings.starts_at.date(), now.date())
    ]
    today = midnight(now.date())
    if today < now:
        parcels.append(parcel(today, now, f"{today:%Y%m%d}_0000"))
    start = now
    steps = [dt.timedelta(minutes=MINUTES_FINE)] * (HOURS_FINE * 60 // MINUTES_FINE)
    steps += [dt.timedelta(hours=1)] * (DAYS_HOURLY * 24 - HOURS_FINE)
    for step in steps:
        end = later_by(start, seconds=step.total_seconds())
        if end > settings.ends_at:
            break
        stamp = f"{start.astimezone(dt.UTC):%Y%m%d_%H%MZ}"
        parcels.append(parcel(start, end, stamp))
        start = end
    while start < settings.ends_at:
        end = min(midnight(start.date() + dt.timedelta(days=1)), settings.ends_at)
        parcels.append(parcel(start, end, f"{start:%Y%m%d_%H%M}"))
        start = end
    return parcels


def nightly_parcels(
    settings: Settings, first: dt.date, path: Callable[[dt.date], PurePosixPath], feed: str
) -> list[Parcel]:
    """One file for each day, arriving at 04:30 the next morning; today's arrives tomorrow."""
    parcels = []
    for day in days_between(first, settings.ends_at.date()):
        end = midnight(day + dt.timedelta(days=1))
        parcels.append(Parcel(path(day), feed, midnight(day), end, end.replace(hour=4, minute=30)))
    return parcels


def export_ends(
    settings: Settings, *, weekday: int, every_days: int, full_before_days: int
) -> list[dt.date]:
    """The last days of a regular export: the first one (the full one), then every so many days.

    The full export lies `full_before_days` or up to a week more before now, on `weekday`
    (Monday 0).
    """
    day = settings.now.date() - dt.timedelta(days=full_before_days)
    while day.weekday() != weekday:
        day -= dt.timedelta(days=1)
    ends = []
    while day < settings.ends_at.date():
        ends.append(day)
        day += dt.timedelta(days=every_days)
    return ends


def last_weekday_before(moment: dt.datetime, weekday: int) -> dt.date:
    """The last such weekday before the day of this moment."""
    day = moment.date() - dt.timedelta(days=1)
    while day.weekday() != weekday:
        day -= dt.timedelta(days=1)
    return day


def register_parcels(store: Store, name: str, parcels: Sequence[Parcel]) -> None:
    """Lay parcels out in the store: number, and the moments covered, in UTC."""

    def utc(moments: list[dt.datetime]) -> object:
        plain = [moment.astimezone(dt.UTC).replace(tzinfo=None) for moment in moments]
        return pa.array(plain, pa.timestamp("us"))

    table = pa.table(
        {
            "parcel": pa.array(range(len(parcels)), pa.int32()),
            "covers_from": utc([parcel.covers_from for parcel in parcels]),
            "covers_until": utc([parcel.covers_until for parcel in parcels]),
            "arrives_at": utc([parcel.arrives_at for parcel in parcels]),
            "path": pa.array([str(parcel.path) for parcel in parcels], pa.string()),
        }
    )
    store.connection.register(f"{name}_given", table)
    store.make(name, f"SELECT * FROM {name}_given ORDER BY parcel")  # noqa: S608 - our own name
    store.connection.unregister(f"{name}_given")
