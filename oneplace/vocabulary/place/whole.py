"""A whole place: everything its file says, with the questions the house asks of it."""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Final, Protocol, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, PrivateAttr

from oneplace.vocabulary.place.agreements import SharingAgreement
from oneplace.vocabulary.place.calendar import WorkingCalendar
from oneplace.vocabulary.place.clocks import Clock, PauseRule, ServiceHours
from oneplace.vocabulary.place.demo import Centre, Demo, Feed, Figure, Population
from oneplace.vocabulary.place.governing import (
    Agreement,
    Body,
    ChoiceCode,
    NationalOptOut,
    RiskModel,
    RoleHere,
    Sessions,
    SharingRule,
    Thresholds,
)
from oneplace.vocabulary.place.identity import HouseWords, Identity, Language
from oneplace.vocabulary.place.outcomes import Claim, Statement
from oneplace.vocabulary.place.part import Key, Part, Words, WrongError
from oneplace.vocabulary.place.partner_texts import PartnerText
from oneplace.vocabulary.place.partners import (
    CareHomes,
    Hospital,
    JointService,
    Network,
    Partner,
    Practice,
    Service,
    Site,
    Team,
)
from oneplace.vocabulary.place.problems import PlaceError, Problem
from oneplace.vocabulary.place.social_prescribing import SocialPrescribing
from oneplace.vocabulary.terms.sharing import DataCategory, Purpose
from oneplace.vocabulary.terms.term import Term
from oneplace.vocabulary.terms.work import Role

INVENTED_WORDS: Final = "Invented people and figures"
"""What every page and print of an invented place says."""


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise WrongError(
            f'"{name}" is not a time zone', 'Write one like "Europe/London".'
        ) from error
    return name


class Place(Part):
    """A borough and its alliance, as one file says."""

    key: Key
    name: Words
    is_invented: bool
    invented_words: Words = INVENTED_WORDS
    time_zone: Annotated[str, AfterValidator(_time_zone)]
    identity: Identity
    words: HouseWords
    agreement: Agreement
    languages: tuple[Language, ...] = Field(min_length=1)
    partners: tuple[Partner, ...] = Field(min_length=2)
    joint_services: tuple[JointService, ...] = ()
    networks: tuple[Network, ...] = Field(min_length=1)
    practices: tuple[Practice, ...] = Field(min_length=1)
    team_rows: tuple[Team, ...] = Field(alias="teams", min_length=1)
    services: tuple[Service, ...] = Field(min_length=1)
    hospitals: tuple[Hospital, ...] = Field(min_length=1)
    sites: tuple[Site, ...] = ()
    care_homes: CareHomes
    bodies: tuple[Body, ...] = Field(min_length=1)
    service_hours: tuple[ServiceHours, ...] = Field(min_length=1)
    pause_rules: tuple[PauseRule, ...] = ()
    clocks: tuple[Clock, ...] = Field(min_length=1)
    thresholds: Thresholds
    risk_model: RiskModel = Field(default_factory=RiskModel)
    calendar: WorkingCalendar
    sharing: Mapping[Purpose, SharingRule]
    sharing_agreements: tuple[SharingAgreement, ...] = ()
    choice_codes: tuple[ChoiceCode, ...] = ()
    national_opt_out: NationalOptOut = Field(default_factory=NationalOptOut)
    social_prescribing: SocialPrescribing = Field(default_factory=SocialPrescribing)
    partner_texts: tuple[PartnerText, ...] = ()
    roles: Mapping[Role, RoleHere] = Field(default_factory=dict)
    sessions: Sessions
    centre: Centre
    population: Population
    figures: tuple[Figure, ...] = ()
    statements: tuple[Statement, ...] = ()
    claims: tuple[Claim, ...] = ()
    feeds: tuple[Feed, ...] = Field(min_length=1)
    demo: Demo

    _read_from: Path | None = PrivateAttr(default=None)

    @property
    def read_from(self) -> Path | None:
        """The file this place was read from."""
        return self._read_from

    @property
    def notice(self) -> str:
        """What must stand on every page and print: the invented words, or nothing."""
        return self.invented_words if self.is_invented else ""

    @functools.cached_property
    def teams(self) -> tuple[Team, ...]:
        """Every team; a team of each network is written once in the file and stands here once per
        network, its code ending in the network's.
        """
        found: list[Team] = []
        for team in self.team_rows:
            if not team.each_network:
                found.append(team)
                continue
            found.extend(_team_of(team, network) for network in self.networks)
        return tuple(found)

    def partner(self, code: str) -> Partner:
        """The partner of this code; raises `KeyError`."""
        return _the(self.partners, code, "partner")

    def network(self, code: str) -> Network:
        """The network of this code; raises `KeyError`."""
        return _the(self.networks, code, "network")

    def practice(self, code: str) -> Practice:
        """The practice of this code; raises `KeyError`."""
        return _the(self.practices, code, "practice")

    def team(self, code: str) -> Team:
        """The team of this code; raises `KeyError`."""
        return _the(self.teams, code, "team")

    def practices_of(self, network: str) -> tuple[Practice, ...]:
        """The practices of one network, in the order written."""
        return tuple(practice for practice in self.practices if practice.network == network)

    def short_word(self, code: str) -> str:
        """The one word by which a partner or joint service is shown; raises `KeyError`."""
        rows: tuple[Partner | JointService, ...] = (*self.partners, *self.joint_services)
        return _the(rows, code, "partner or joint service").short_word

    def clock(self, key: str) -> Clock:
        """The clock of this key; raises `KeyError`."""
        return _keyed(self.clocks, key, "clock")

    def hours(self, key: str) -> ServiceHours:
        """The service hours of this key; raises `KeyError`."""
        return _keyed(self.service_hours, key, "set of service hours")

    def figure(self, key: str) -> Figure:
        """The figure of this key; raises `KeyError`."""
        return _keyed(self.figures, key, "figure")

    def title_of(self, role: Role) -> str:
        """What this place calls a role."""
        here = self.roles.get(role)
        return here.title if here and here.title else self.label_of(role)

    @functools.cached_property
    def own_words(self) -> Mapping[str, str]:
        """What may stand in braces in a text, small and with a capital: `{huddle}`, `{Huddle}`."""
        words = {**self.words.model_dump(), "place": self.name, "wordmark": self.identity.wordmark}
        # A capital first letter, the rest as it stands: LIFE stays LIFE.
        return words | {
            key[:1].upper() + key[1:]: said[:1].upper() + said[1:] for key, said in words.items()
        }

    def say(self, text: str, /, **values: object) -> str:
        """A text in this place's own words, "Begin a {huddle}", with further values by their name.

        Whatever somebody typed goes in as a value, never into the text: a brace of theirs is then
        only a brace. Raises `KeyError` when the text asks for a word nobody gave.
        """
        return text.format_map({**self.own_words, **values})

    def label_of(self, term: Term) -> str:
        """The words shown here for a term: its label, with this place's own words where it says
        them.
        """
        return self.say(term.label_here) if term.label_here else term.label

    @functools.cached_property
    def permissions(self) -> Mapping[Role, frozenset[str]]:
        """What each role may do here: what the product gives, with this place's additions and
        removals.
        """
        given = default_permissions()
        return {
            role: (given[role] | frozenset(here.add)) - frozenset(here.remove)
            for role in Role
            for here in (self.roles.get(role, RoleHere()),)
        }

    def permissions_of(self, role: Role) -> frozenset[str]:
        """What one role may do here."""
        return self.permissions[role]

    @functools.cached_property
    def matrix(self) -> Mapping[Role, frozenset[DataCategory]]:
        """Which parts of a record each role needs here, whoever recorded them."""
        given = default_matrix()
        return {
            role: (given[role] | frozenset(here.sees_add)) - frozenset(here.sees_remove)
            for role in Role
            for here in (self.roles.get(role, RoleHere()),)
        }

    def check_permissions(self, known: set[str] | frozenset[str]) -> None:
        """Raise `PlaceError` naming every permission this place writes that nobody knows."""
        problems = [
            Problem(
                key=f"roles.{role.value}.{change}[{index}]",
                reason=f'"{permission}" is not a permission',
                remedy=f"Use one of: {', '.join(sorted(known))}.",
            )
            for role, here in self.roles.items()
            for change, listed in (("add", here.add), ("remove", here.remove))
            for index, permission in enumerate(listed)
            if permission not in known
        ]
        if problems:
            raise PlaceError(self._read_from or Path(f"{self.key}.toml"), problems)

    @property
    def zone(self) -> ZoneInfo:
        """The place's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def demo_now(self) -> datetime:
        """The demonstration's pinned care time, with its zone."""
        return self.demo.now.replace(tzinfo=self.zone)


@functools.cache
def default_permissions() -> Mapping[Role, frozenset[str]]:
    """What the product gives each role before a place changes it (`default_roles.toml`)."""
    text = (resources.files("oneplace.vocabulary") / "default_roles.toml").read_text("utf-8")
    rows = tomllib.loads(text)
    return {role: frozenset(rows[role.value]) for role in Role}


@functools.cache
def default_matrix() -> Mapping[Role, frozenset[DataCategory]]:
    """Which parts of a record the product lets each role see (`default_matrix.toml`)."""
    text = (resources.files("oneplace.vocabulary") / "default_matrix.toml").read_text("utf-8")
    rows = tomllib.loads(text)
    return {role: frozenset(map(DataCategory, rows[role.value])) for role in Role}


def _team_of(team: Team, network: Network) -> Team:
    return team.model_copy(
        update={
            "code": f"{team.code}_{network.code}",
            "name": team.name.replace("{network}", network.name),
            "what": team.what.replace("{network}", network.name),
            "network": network.code,
            "each_network": False,
        }
    )


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


CodedRow = TypeVar("CodedRow", bound=_Coded)
KeyedRow = TypeVar("KeyedRow", bound=_Keyed)


def _the(rows: Iterable[CodedRow], code: str, what: str) -> CodedRow:
    for row in rows:
        if row.code == code:
            return row
    message = f"this place has no {what} {code!r}"
    raise KeyError(message)


def _keyed(rows: Iterable[KeyedRow], key: str, what: str) -> KeyedRow:
    for row in rows:
        if row.key == key:
            return row
    message = f"this place has no {what} {key!r}"
    raise KeyError(message)
