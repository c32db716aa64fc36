"""What one service says of itself in a directory, as far as it could be read."""

from datetime import date, time
from typing import NamedTuple


class PlaceSaid(NamedTuple):
    """A place where the service is offered."""

    key: str
    name: str = ""
    address: str = ""
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    access_words: str = ""


class TimeSaid(NamedTuple):
    """When it is open: weekdays 0 (Monday) to 6, hours, every so many weeks."""

    weekdays: tuple[int, ...] = ()
    opens_at: time | None = None
    closes_at: time | None = None
    every_weeks: int = 1
    words: str = ""


class ProviderSaid(NamedTuple):
    """The organisation that offers it."""

    key: str
    name: str
    what: str = ""
    email: str = ""
    website: str = ""
    phone: str = ""
    code: str = ""
    """The code by which the place may know it."""


class ServiceSaid(NamedTuple):
    """One service."""

    key: str
    name: str
    provider: ProviderSaid
    is_active: bool = True
    what: str = ""
    who_for: str = ""
    kinds: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    cost_pence: int | None = None
    cost_words: str = ""
    languages: tuple[str, ...] = ()
    area: str = ""
    how_to_refer: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    checked_on: date | None = None
    places: tuple[PlaceSaid, ...] = ()
    times: tuple[TimeSaid, ...] = ()


class PageSaid(NamedTuple):
    """One page of a list of services."""

    services: tuple[ServiceSaid, ...]
    total: int | None
    """How many services the whole list is said to hold."""
    faults: tuple[tuple[str, str], ...] = ()
    """Where, and what is wrong: each reported, none of them losing a service that can be read."""
