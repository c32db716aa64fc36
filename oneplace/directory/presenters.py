"""Services on pages: those a search found, one in full, a list on paper. Asks nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.conf import settings
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.directory import asking_page
from oneplace.directory.figures import ServiceFigures
from oneplace.directory.models import Capacity, Schedule, Service
from oneplace.directory.permissions import KEEP_DIRECTORY
from oneplace.directory.queries import Answer, Found, check_of
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, plural, sentence_list
from oneplace.vocabulary.terms import DirectoryCheck, NeedKind, Weekday

_DAYS: Final = tuple(each.label for each in Weekday)
_OLD: Final = (DirectoryCheck.STALE, DirectoryCheck.NEVER_CHECKED)


@dataclass(frozen=True)
class ServiceRow:
    """One service in a list."""

    service_id: str
    name: str
    provider: str
    what: str
    facts: tuple[str, ...]
    mark: str
    phone: str
    address: str


@dataclass(frozen=True)
class FoundPage:
    """What a search found and how its words were understood."""

    rows: tuple[ServiceRow, ...]
    total: int
    said: tuple[str, ...]
    is_near_unknown: bool

    @classmethod
    def of(cls, answer: Answer, *, at: datetime, is_public: bool = False) -> "FoundPage":
        """The rows, best first."""
        said = [f"We read “{typed}” as “{read}”." for typed, read in answer.corrected.items()]
        if answer.needs:
            needs = sentence_list([NeedKind(need).label.lower() for need in answer.needs])
            said.append(f"Also by need: {needs}.")
        if answer.near:
            district = " (the middle of the district)" if answer.near.is_district else ""
            said.append(f"Nearest to {answer.near.words}{district} first.")
        rows = tuple(row_of(found, at=at, is_public=is_public) for found in answer.found)
        return cls(rows, answer.total, tuple(said), answer.is_near_unknown)


def row_of(found: Found, *, at: datetime, is_public: bool = False) -> ServiceRow:
    """One service that fits, leading to its page for anybody where `is_public`."""
    service = found.service
    facts = (
        f"{found.km:.1f} km away" if found.km is not None else service.area,
        when(service),
        service.who_for if len(service.who_for) < 90 else "",
        service.cost_words,
        room(service),
    )
    return ServiceRow(
        service_id=str(service.pk),
        name=service.name,
        provider=service.provider.name,
        what=service.what,
        facts=tuple(filter(None, facts)),
        mark=old(service, on=local_day(at)),
        phone=phone_of(service),
        address=address_of(service, is_public=is_public),
    )


def address_of(service: Service, *, is_public: bool = False) -> str:
    """The page of a service."""
    route = "directory:service_page" if is_public else "directory:entry"
    return reverse(route, args=[service.pk])


def phone_of(service: Service) -> str:
    """Where to ring."""
    return service.phone or service.provider.phone


def room(service: Service) -> str:
    """How much room it has, as it last said; nothing where it never did."""
    if service.capacity == Capacity.NOT_KNOWN or service.capacity_on is None:
        return ""
    return f"{Capacity(service.capacity).label.lower()} ({day(service.capacity_on)})"


def old(service: Service, *, on: date) -> str:
    """What must be said of an entry nobody has checked lately."""
    check = check_of(service.checked_on, on=on)
    return check.label.lower() if check in _OLD else ""


def when(service: Service) -> str:
    """When it is open, in words."""
    times: Iterable[Schedule] = service.open_times  # type: ignore[attr-defined]
    said = "; ".join(filter(None, (_time(each) for each in times)))
    if said or not service.hours:
        return said
    rows = settings.PLACE.service_hours
    return next((row.words for row in rows if row.key == service.hours), "")


def _time(row: Schedule) -> str:
    days = sentence_list([_DAYS[number] for number in row.weekdays])
    hours = f"{_clock(row.opens_at)} to {_clock(row.closes_at)}" if row.opens_at else ""
    every = f"every {row.every_weeks} weeks" if row.every_weeks > 1 else ""
    return ", ".join(filter(None, (days, hours, every, row.words)))


def _clock(value: time | None) -> str:
    return f"{value:%H:%M}" if value else "the end"


@dataclass(frozen=True)
class PlaceLine:
    """One place where it happens."""

    name: str
    address: str
    access: str


@dataclass(frozen=True)
class EntryPage:
    """One service in full."""

    service: Service
    title: str
    provider: str
    facts: tuple[tuple[str, str], ...]
    places: tuple[PlaceLine, ...]
    phone: str
    mark: str
    checked: str
    closed: str
    may_keep: bool
    # Where somebody asks it by themselves; empty where it takes nobody this way.
    ask_address: str

    @classmethod
    def of(
        cls,
        service: Service,
        *,
        figures: ServiceFigures | None = None,
        viewer: Viewer,
        at: datetime,
    ) -> "EntryPage":
        """The entry for one viewer."""
        today = local_day(at)
        facts = (
            ("When", when(service)),
            ("Who it is for", service.who_for or _ages(service)),
            ("Cost", service.cost_words),
            ("Languages", sentence_list([_language(one) for one in service.languages])),
            ("Where it works", service.area),
            ("How to ask", service.how_to_refer),
            ("Room", " ".join(filter(None, (room(service), service.capacity_words)))),
            ("Access", service.access_words),
            ("Answers", _answers(figures)),
        )
        places = service.held_at  # type: ignore[attr-defined]
        by = f" by {service.checked_by}" if service.checked_by else ""
        return cls(
            service=service,
            title=service.name,
            provider=service.provider.name,
            facts=tuple((name, words) for name, words in facts if words),
            places=tuple(
                PlaceLine(
                    held.location.name,
                    ", ".join(filter(None, (held.location.address, held.location.postcode))),
                    held.location.access_words,
                )
                for held in places
            ),
            phone=phone_of(service),
            mark=old(service, on=today),
            checked=f"Checked on {day(service.checked_on)}{by}"
            if service.checked_on
            else "Never checked here",
            closed=_closed(service, today),
            may_keep=viewer.may(KEEP_DIRECTORY),
            ask_address=asking_page.address_of(service, today=today),
        )


def _answers(figures: ServiceFigures | None) -> str:
    if figures is None:
        return ""
    waiting = (
        f"{plural(figures.waiting, 'person', 'people')} waiting now" if figures.waiting else ""
    )
    return ". ".join(filter(None, (figures.reply_words, figures.taken_words, waiting)))


def _ages(service: Service) -> str:
    if service.min_age is not None and service.max_age is not None:
        return f"People from {service.min_age} to {service.max_age}"
    return f"People from {service.min_age} years on" if service.min_age else ""


def _language(word: str) -> str:
    return {"en": "English"}.get(word, word)


def _closed(service: Service, today: date) -> str:
    if service.closed_from is None or (service.closed_until and service.closed_until < today):
        return ""
    until = f" until {day(service.closed_until)}" if service.closed_until else ""
    return f"Closed from {day(service.closed_from)}{until}. {service.closed_why}"


@dataclass(frozen=True)
class PrintedService:
    """One service on a list for somebody to take home."""

    name: str
    provider: str
    what: str
    when: str
    where: str
    cost: str
    phone: str


def printed(services: Iterable[Service]) -> tuple[PrintedService, ...]:
    """Services as a list to take home."""
    return tuple(
        PrintedService(
            name=service.name,
            provider=service.provider.name,
            what=service.what,
            when=when(service),
            where="; ".join(
                ", ".join(
                    filter(
                        None, (held.location.name, held.location.address, held.location.postcode)
                    )
                )
                for held in service.held_at  # type: ignore[attr-defined]
            ),
            cost=service.cost_words,
            phone=phone_of(service),
        )
        for service in services
    )
