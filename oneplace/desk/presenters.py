"""Turns what was found into what the desk's pages show; asks the database nothing."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from oneplace.access.viewer import Viewer
from oneplace.desk.cards import Row, Section
from oneplace.desk.queries import Answers, ServiceFilter, Step
from oneplace.desk.words import DayWords, Nothing, Tile, day_words
from oneplace.kit.formats import plural, sentence_list, starting_capital, weekday
from oneplace.partners.models import Network, Organisation, Post, Team
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.place.governing import Body
from oneplace.vocabulary.place.partners import Practice, Service
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.terms import OrganisationKind, Purpose, Rhythm, Role, SpanUnit

Link = tuple[str, str]

PARTNERS_TITLE = "Who works together"
_NOON = 12

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(count: int) -> str:
    """Numbers up to ten as words, as they stand in a sentence."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


# --- the door -------------------------------------------------------------------------------------
_CARE = (
    Role.DISCHARGE_NURSE,
    Role.LIFE_COORDINATOR,
    Role.GP,
    Role.COMMUNITY_NURSE,
    Role.SOCIAL_WORKER,
    Role.PIC,
    Role.PHARMACIST,
    Role.THERAPIST,
    Role.MENTAL_HEALTH_WORKER,
    Role.CARE_HOME_MANAGER,
    Role.VOLUNTARY_ORGANISATION,
)
_RUN = (
    Role.NETWORK_FACILITATOR,
    Role.PRACTICE_MANAGER,
    Role.RECORD_STEWARD,
    Role.IG_OFFICER,
    Role.ANALYST,
    Role.FINANCE_LEAD,
)
_DECIDE = (Role.PROGRAMME_DIRECTOR, Role.BOARD_CHAIR, Role.SCRUTINY_MEMBER)
DOOR_GROUPS: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("People who care", "They know the person, and need to know what the others did.", _CARE),
    ("People who run it", "They keep the meetings, the records and the money in order.", _RUN),
    ("People who decide", "They see counts, never names.", _DECIDE),
    ("Residents", "It is their life, their plan and their information.", (Role.RESIDENT,)),
)


@dataclass(frozen=True)
class WalkIn:
    """Somebody a visitor may walk in as."""

    account_id: str
    key: str
    role: str
    name: str
    title: str
    why: str


@dataclass(frozen=True)
class DoorGroup:
    """Walk-ins that belong together."""

    title: str
    says: str
    people: tuple[WalkIn, ...]


@dataclass(frozen=True)
class Arriving:
    """What is still arriving in a demonstration."""

    steps: tuple[Step, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will arrive: all is here, none was on its way, or it failed."""
        return self.has_failed or all(step.state == "done" for step in self.steps)

    @property
    def has_failed(self) -> bool:
        """Whether a step could not be done; those after it will not come either."""
        return any(step.state == "failed" for step in self.steps)

    @property
    def is_shown(self) -> bool:
        """Whether the door has anything to say about it."""
        return self.has_failed or not self.is_over

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == "done" for step in self.steps)


@dataclass(frozen=True)
class Spot:
    """Where a partner stands in the door's picture, and its word in one line or two."""

    x: float
    y: float
    lines: tuple[str, ...]


def _round_one_person(words: Sequence[str]) -> tuple[Spot, ...]:
    """The partners in a ring round one person, the first on top; a picture of 360 by 360."""
    spots = []
    for number, word in enumerate(words):
        turn = 2 * math.pi * number / len(words)
        spots.append(
            Spot(
                x=round(180 + 130 * math.sin(turn), 1),
                y=round(180 - 130 * math.cos(turn), 1),
                lines=tuple(word.split(" ", 1)),
            )
        )
    return tuple(spots)


@dataclass(frozen=True)
class Door:
    """The first page."""

    partners: tuple[tuple[str, str], ...]
    picture: tuple[Spot, ...]
    count: str
    groups: tuple[DoorGroup, ...]
    arriving: Arriving
    story_person: str
    story_first_name: str

    @classmethod
    def made(cls, *, place: Place, people: Sequence[Any], steps: tuple[Step, ...]) -> "Door":
        """The door of a place with the people who may be walked in as."""
        by_role: dict[Role, list[WalkIn]] = {}
        for row in people:
            role = Role(row.role)
            by_role.setdefault(role, []).append(
                WalkIn(
                    account_id=str(row.account_id),
                    key=role.value,
                    role=place.title_of(role),
                    name=row.name,
                    title=row.title,
                    why=row.why or day_words(role, place).why_walk_in,
                )
            )
        groups = tuple(
            DoorGroup(title, says, tuple(one for role in roles for one in by_role.get(role, ())))
            for title, says, roles in DOOR_GROUPS
        )
        person = place.demo.story_person
        return cls(
            partners=tuple((row.short_word, row.name) for row in place.partners),
            picture=_round_one_person([row.short_word for row in place.partners]),
            count=number_word(len(place.partners)),
            groups=tuple(group for group in groups if group.people),
            arriving=Arriving(steps),
            story_person=person,
            story_first_name=person.split(" ")[0],
        )


# --- My day ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class DaySection:
    """One section of My day: its rows, or what will come there."""

    title: str
    nothing: Nothing
    rows: tuple[Row, ...]
    key: str


@dataclass(frozen=True)
class DayLink:
    """Something to do here today."""

    label: str
    address: str
    why: str


@dataclass(frozen=True)
class MyDay:
    """My day of somebody at work."""

    viewer: Viewer
    at: datetime
    words: DayWords
    rows: Mapping[Section, tuple[Row, ...]]

    @property
    def head_line(self) -> str:
        """Thursday 12 March · 3 things need you before noon."""
        return f"{weekday(self.at)} · {self._what_needs_you()}"

    def _what_needs_you(self) -> str:
        waiting = self.rows.get(Section.NOW, ())
        if not waiting:
            return "nothing needs you yet"
        now = timezone.localtime(self.at)
        noon = now.replace(hour=_NOON, minute=0, second=0, microsecond=0)
        soon = [row for row in waiting if row.until is not None and row.until <= noon]
        if now < noon and soon:
            return f"{_things(len(soon))} you before noon"
        return f"{_things(len(waiting))} you today"

    @property
    def sections(self) -> tuple[DaySection, ...]:
        """Now, next, since yesterday."""
        return tuple(
            DaySection(nothing.title, nothing, self.rows.get(section, ()), section.value)
            for section, nothing in self.words.sections.items()
        )

    @property
    def today(self) -> tuple[DayLink, ...]:
        """What can be done here today."""
        return _links(self.words)


def _things(count: int) -> str:
    return f"{plural(count, 'thing')} {'needs' if count == 1 else 'need'}"


def _links(words: DayWords) -> tuple[DayLink, ...]:
    found = []
    for link in words.today:
        try:
            found.append(DayLink(link.label, reverse(link.route), link.why))
        except NoReverseMatch:
            continue
    return tuple(found)


@dataclass(frozen=True)
class OwnDay:
    """A resident's own page."""

    viewer: Viewer
    at: datetime
    words: DayWords
    rows: tuple[Row, ...]

    @property
    def head_line(self) -> str:
        """Thursday 12 March."""
        return weekday(self.at)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """My plan, who is helping me, what happens next, who can see my information."""
        return self.words.tiles

    @property
    def today(self) -> tuple[DayLink, ...]:
        """What can be done here today."""
        return _links(self.words)


# --- search ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SearchPage:
    """The search page and what was found."""

    viewer: Viewer
    form: forms.Form
    found: tuple[Answers, ...] | None

    @property
    def words(self) -> str:
        """What was searched for, shown back to who typed it."""
        return str(self.form.cleaned_data.get("words", "")) if self.form.is_bound else ""

    @property
    def count(self) -> int:
        """How many answers there are in all."""
        return sum(len(kind.found) + kind.more for kind in self.found or ())

    @property
    def may_find_people(self) -> bool:
        """Whether this hat will ever find people here."""
        return self.viewer.may("open_person")


# --- who works together ---------------------------------------------------------------------------
@dataclass(frozen=True)
class PartnerRow:
    """One sovereign partner."""

    short_word: str
    name: str
    kind: str
    address: str
    teams: int


@dataclass(frozen=True)
class NetworkRow:
    """One network with what belongs to it."""

    name: str
    address: str
    areas: str
    began: date | None
    is_pilot: bool
    practices: int
    teams: int


@dataclass(frozen=True)
class TeamRow:
    """One team in a list."""

    name: str
    address: str
    what: str
    host: str
    network: str
    reach: tuple[str, ...]


@dataclass(frozen=True)
class PartnersPage:
    """Who works together."""

    lead: str
    partners: tuple[PartnerRow, ...]
    networks: tuple[NetworkRow, ...]
    teams: tuple[TeamRow, ...]
    practices: int

    @classmethod
    def made(
        cls, *, place: Place, organisations: Sequence[Organisation], teams: Sequence[Team]
    ) -> "PartnersPage":
        """Partners first, then networks, then the teams that belong to no single network."""
        partners = [row for row in organisations if row.is_partner]
        practices = [row for row in organisations if row.kind is OrganisationKind.GP_PRACTICE]
        practices_in = Counter(row.network.key for row in practices if row.network)
        teams_in = Counter(row.network.key for row in teams if row.network)
        networks = tuple(
            NetworkRow(
                name=network.name,
                address=reverse("desk:network", args=[network.code]),
                areas=", ".join(network.areas or network.postcode_districts),
                began=network.started_on,
                is_pilot=network.is_pilot,
                practices=practices_in[network.code],
                teams=teams_in[network.code],
            )
            for network in place.networks
        )
        order = {row.code: number for number, row in enumerate(place.partners)}
        partners.sort(key=lambda row: order.get(row.code, len(order)))
        return cls(
            lead=(
                f"{starting_capital(number_word(len(partners)))} organisations share outcomes, "
                f"plans and some money. Each stays legally itself, with its own board."
            ),
            partners=tuple(
                PartnerRow(
                    short_word=row.short_word,
                    name=row.name,
                    kind=row.kind.label,
                    address=reverse("desk:organisation", args=[row.code]),
                    teams=sum(team.host_id == row.pk for team in teams),
                )
                for row in partners
            ),
            networks=networks,
            teams=tuple(_team_row(team) for team in teams if team.network_id is None),
            practices=len(practices),
        )


def _team_row(team: Team) -> TeamRow:
    return TeamRow(
        name=team.name,
        address=reverse("desk:team", args=[team.key]),
        what=team.what_it_does,
        host=team.host.short_word,
        network=team.network.name if team.network else "",
        reach=tuple(team.how_to_reach.split(" · ")),
    )


@dataclass(frozen=True)
class PracticeRow:
    """One practice of a network."""

    name: str
    address: str
    list_size: int | None
    huddle: str


@dataclass(frozen=True)
class NetworkPage:
    """One network."""

    title: str
    crumbs: tuple[Link, ...]
    began: date | None
    has_begun: bool
    is_pilot: bool
    areas: str
    districts: str
    practices: tuple[PracticeRow, ...]
    teams: tuple[TeamRow, ...]
    people: int

    @classmethod
    def made(cls, *, place: Place, network: Network, at: datetime) -> "NetworkPage":
        """A network from its row and what the place file says about it."""
        written = next((row for row in place.networks if row.code == network.key), None)
        practices: list[Organisation] = network.open_practices  # type: ignore[attr-defined]
        return cls(
            title=network.name,
            crumbs=((PARTNERS_TITLE, reverse("desk:partners")),),
            began=network.starts_on,
            has_begun=network.starts_on is not None and network.starts_on <= at.date(),
            is_pilot=bool(written and written.is_pilot),
            areas=sentence_list(written.areas) if written else "",
            districts=sentence_list(written.postcode_districts) if written else "",
            practices=tuple(
                PracticeRow(
                    name=row.name,
                    address=reverse("desk:organisation", args=[row.code]),
                    list_size=row.list_size,
                    huddle=_huddle_words(place, _written_practice(place, row.code)),
                )
                for row in practices
            ),
            teams=_place_teams(place, network.key),
            people=sum(row.list_size or 0 for row in practices),
        )


def _place_teams(place: Place, network: str) -> tuple[TeamRow, ...]:
    return tuple(
        TeamRow(
            name=team.name,
            address=reverse("desk:team", args=[team.code]),
            what=team.what,
            host=place.short_word(team.partner),
            network="",
            reach=(team.reach.phone, team.reach.email),
        )
        for team in place.teams
        if team.network == network
    )


def _written_practice(place: Place, code: str) -> Practice | None:
    return next((row for row in place.practices if row.code == code), None)


_RHYTHMS = {
    "weekly": "every {day}",
    "fortnightly": "every other {day}",
    "monthly": "once a month, on a {day}",
}


def _huddle_words(place: Place, practice: Practice | None) -> str:
    """Every Thursday at 08:00; at another practice's when it shares one."""
    if practice is None:
        return ""
    if practice.shares_huddle_with:
        other = _written_practice(place, practice.shares_huddle_with)
        if other is not None:
            return f"{_huddle_words(place, other)}, with {other.name}"
    slot = practice.huddle
    day = slot.weekday.label
    known: Rhythm = slot.rhythm
    rhythm = _RHYTHMS.get(known.value, known.label + ", {day}").format(day=day)
    return f"{starting_capital(rhythm)} at {slot.at:%H:%M}"


@dataclass(frozen=True)
class PostRow:
    """One kind of seat in a team."""

    title: str
    organisation: str
    number: int | None


@dataclass(frozen=True)
class TeamPage:
    """One team."""

    title: str
    crumbs: tuple[Link, ...]
    caption: str
    what: str
    phone: str
    email: str
    hours: str
    note: str
    host_name: str
    host_address: str
    network_name: str
    network_address: str
    posts: tuple[PostRow, ...]
    services: tuple[Link, ...]
    reach: str

    @classmethod
    def made(cls, *, place: Place, team: Team) -> "TeamPage":
        """A team from its row and what the place file says about it."""
        written = next((row for row in place.teams if row.code == team.key), None)
        crumbs: list[Link] = [(PARTNERS_TITLE, reverse("desk:partners"))]
        if team.network:
            crumbs.append((team.network.name, reverse("desk:network", args=[team.network.key])))
        posts: list[Post] = team.open_posts  # type: ignore[attr-defined]
        seats = [
            PostRow(place.title_of(held.role), _employer(place, held.employer), held.number)
            for held in (written.holds if written else ())
        ] or [PostRow(post.title, post.organisation.short_word, None) for post in posts]
        return cls(
            title=team.name,
            crumbs=tuple(crumbs),
            caption=written.kind.label if written else "Team",
            what=team.what_it_does,
            phone=written.reach.phone if written else "",
            email=written.reach.email if written else "",
            hours=place.hours(written.reach.hours).words if written else "",
            note=written.reach.note if written else "",
            host_name=team.host.name,
            host_address=reverse("desk:organisation", args=[team.host.code]),
            network_name=team.network.name if team.network else "",
            network_address=reverse("desk:network", args=[team.network.key])
            if team.network
            else "",
            posts=tuple(seats),
            services=tuple(
                (row.name, reverse("desk:service", args=[row.code]))
                for row in place.services
                if team.key in _team_codes(place, row)
            ),
            reach=team.how_to_reach,
        )


def _employer(place: Place, code: str) -> str:
    """The partner's short word, or the kind of organisation where each is its own employer."""
    known = {row.code for row in place.partners} | {row.code for row in place.joint_services}
    if code in known:
        return place.short_word(code)
    if code in OrganisationKind.stored_words():
        return OrganisationKind(code).label
    return code


def _team_codes(place: Place, service: Service) -> tuple[str, ...]:
    """The codes under which a service's team stands: itself, or once per network."""
    return tuple(
        code
        for network in ("", *(f"_{row.code}" for row in place.networks))
        if (code := f"{service.team}{network}")
    )


@dataclass(frozen=True)
class OrganisationPage:
    """One partner, practice or other organisation."""

    title: str
    caption: str
    crumbs: tuple[Link, ...]
    code: str
    facts: tuple[tuple[str, str], ...]
    phone: str
    email: str
    network: Link | None
    teams: tuple[TeamRow, ...]
    services: tuple[Link, ...]
    huddle: str

    @classmethod
    def made(cls, *, place: Place, organisation: Organisation) -> "OrganisationPage":
        """An organisation from its row and what the place file says about it."""
        partner = next((row for row in place.partners if row.code == organisation.code), None)
        practice = _written_practice(place, organisation.code)
        facts: list[tuple[str, str]] = []
        if partner:
            facts += [("Address", partner.address), ("Decides for itself", partner.sovereign_board)]
        if organisation.list_size:
            facts.append(("Patients", f"{organisation.list_size:,}"))
        if practice:
            said = "yes" if practice.social_prescribing else "not yet"
            facts.append(("Link worker for community activity", starting_capital(said)))
        if not organisation.is_partner:
            facts.append(("Code", organisation.code))
        hosted: list[Team] = organisation.open_teams  # type: ignore[attr-defined]
        network = organisation.network
        crumbs: list[Link] = [(PARTNERS_TITLE, reverse("desk:partners"))]
        if network:
            crumbs.append((network.name, reverse("desk:network", args=[network.key])))
        return cls(
            title=organisation.name,
            caption=organisation.kind.label,
            crumbs=tuple(crumbs),
            code=organisation.code,
            facts=tuple(facts),
            phone=partner.phone if partner else "",
            email=partner.email if partner else "",
            network=(network.name, reverse("desk:network", args=[network.key]))
            if network
            else None,
            teams=tuple(_team_row(team) for team in hosted)
            or (_place_teams(place, network.key) if network else ()),
            services=tuple(
                (row.name, reverse("desk:service", args=[row.code]))
                for row in place.services
                if row.partner == organisation.code
            ),
            huddle=_huddle_words(place, practice),
        )


# --- services -------------------------------------------------------------------------------------
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
                    checked_note=_checked_note(place, row, at),
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


def _checked_note(place: Place, service: Service, at: datetime) -> str:
    """A warning when nobody has checked the service's details for longer than the place allows."""
    days = (at.date() - service.last_verified_on).days
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
        codes = set(_team_codes(place, service))
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
            checked_note=_checked_note(place, service, at),
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


# --- about and privacy ----------------------------------------------------------------------------
@dataclass(frozen=True)
class BodyRow:
    """One board or other body."""

    name: str
    purpose: str
    chair: str
    meets: str
    is_public: bool
    powers: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class AboutPage:
    """About this place."""

    bodies: tuple[BodyRow, ...]
    partners: tuple[tuple[str, str], ...]

    @classmethod
    def made(cls, place: Place) -> "AboutPage":
        """The place's own public facts."""
        return cls(
            bodies=tuple(_body_row(place, body) for body in place.bodies),
            partners=tuple((row.name, row.sovereign_board) for row in place.partners),
        )


def _body_row(place: Place, body: Body) -> BodyRow:
    return BodyRow(
        name=body.name,
        purpose=body.purpose,
        chair=body.chair,
        meets=body.meets,
        is_public=body.is_public,
        powers="; ".join(
            power.label if number == 0 else power.label[:1].lower() + power.label[1:]
            for number, power in enumerate(body.powers)
        ),
        members=tuple(
            row.position
            + (f", {place.short_word(row.partner)}" if row.partner else "")
            + ("" if row.has_vote else " (no vote)")
            for row in body.members
        ),
    )


@dataclass(frozen=True)
class PurposeRow:
    """What one use of information means for a resident."""

    title: str
    says: str
    how: str
    has_names: bool
    may_object: bool


@dataclass(frozen=True)
class PrivacyPage:
    """Who can see what, in short."""

    purposes: tuple[PurposeRow, ...]

    @classmethod
    def made(cls, place: Place) -> "PrivacyPage":
        """The place's sharing rules as residents read them."""
        return cls(
            purposes=tuple(
                PurposeRow(
                    title=purpose.label,
                    says=rule.words,
                    how=rule.policy.label,
                    has_names=rule.is_identifiable,
                    may_object=rule.respects_objection,
                )
                for purpose in Purpose
                if (rule := place.sharing.get(purpose)) is not None
            )
        )
