"""The services somebody can be referred to: the list, and one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from oneplace.desk.presenters.links import Link
from oneplace.desk.presenters.team import team_codes
from oneplace.desk.queries import ServiceFilter
from oneplace.kit.clock import local_day
from oneplace.kit.formats import plural, sentence_list
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.place.partners import Service
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.terms import SpanUnit


@dataclass(frozen=True)
class ServiceRow:
    """One service in the list."""

    name: str
    address: str
    phone: str
    partner: str
    who_for: str
    self_referral: bool
    checked_note: str


@dataclass(frozen=True)
class ServiceGroup:
    """Services of one kind of help."""

    title: str
    services: tuple[ServiceRow, ...]


@dataclass(frozen=True)
class ServicesPage:
    """The services that fit."""

    groups: tuple[ServiceGroup, ...]
    count: int
    chosen: ServiceFilter
    chosen_words: str

    @classmethod
    def made(
        cls, *, place: Place, found: Iterable[Service], chosen: ServiceFilter, at: datetime
    ) -> "ServicesPage":
        """The list by kind of help."""
        by_kind: dict[str, list[ServiceRow]] = {}
        for row in found:
            by_kind.setdefault(row.category.label, []).append(
                ServiceRow(
                    name=row.name,
                    address=reverse("desk:service", args=[row.code]),
                    phone=row.phone,
                    partner=place.short_word(row.partner),
                    who_for=row.who_for,
                    self_referral=row.self_referral,
                    checked_note=checked_note(place, row, at),
                )
            )
        said = [f"“{chosen.words}”"] if chosen.words else []
        if chosen.category:
            said += [title.lower() for title in by_kind if chosen.category]
        if chosen.partner:
            said.append(place.short_word(chosen.partner))
        if chosen.network:
            said.append(place.network(chosen.network).name)
        return cls(
            groups=tuple(ServiceGroup(title, tuple(rows)) for title, rows in by_kind.items()),
            count=sum(len(rows) for rows in by_kind.values()),
            chosen=chosen,
            chosen_words=", ".join(said),
        )


def checked_note(place: Place, service: Service, at: datetime) -> str:
    """A warning when nobody has checked the service's details for longer than the place allows."""
    days = (local_day(at) - service.last_verified_on).days
    if days < 1:
        return ""
    passed = Span(amount=days, unit=SpanUnit.DAYS)
    if not passed.is_longer_than(place.thresholds.directory_stale_after):
        return ""
    return f"Not checked for {plural(days, 'day')}"


@dataclass(frozen=True)
class ServiceTeam:
    """The team to ring, per network where each has its own."""

    name: str
    address: str
    phone: str
    email: str
    network: str


@dataclass(frozen=True)
class ServicePage:
    """One service."""

    title: str
    caption: str
    crumbs: tuple[Link, ...]
    what: str
    who_for: str
    how_to_refer: str
    hours: str
    phone: str
    languages: str
    partner_name: str
    partner_address: str
    networks: str
    self_referral: bool
    checked_on: date
    checked_note: str
    teams: tuple[ServiceTeam, ...]

    @classmethod
    def made(
        cls,
        *,
        place: Place,
        service: Service,
        networks: tuple[str, ...],
        at: datetime,
        may_see_teams: bool,
    ) -> "ServicePage":
        """A service in the words of the place."""
        codes = set(team_codes(place, service))
        names = {row.code: row.name for row in place.languages}
        everywhere = len(networks) == len(place.networks)
        return cls(
            title=service.name,
            caption=service.category.label,
            crumbs=(("Services", reverse("desk:services")),),
            what=service.what,
            who_for=service.who_for,
            how_to_refer=service.how_to_refer,
            hours=place.hours(service.hours).words,
            phone=service.phone,
            languages=sentence_list([names.get(code, code) for code in service.languages]),
            partner_name=place.partner(service.partner).name,
            partner_address=reverse("desk:organisation", args=[service.partner])
            if may_see_teams
            else "",
            networks=f"The whole of {place.name}"
            if everywhere
            else sentence_list([place.network(code).name for code in networks]),
            self_referral=service.self_referral,
            checked_on=service.last_verified_on,
            checked_note=checked_note(place, service, at),
            teams=tuple(
                ServiceTeam(
                    name=team.name,
                    address=reverse("desk:team", args=[team.code]) if may_see_teams else "",
                    phone=team.reach.phone,
                    email=team.reach.email,
                    network=place.network(team.network).name if team.network else "",
                )
                for team in place.teams
                if team.code in codes
            ),
        )
