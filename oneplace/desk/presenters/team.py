"""One team, and a team's row in the lists of others."""

from dataclasses import dataclass

from django.urls import reverse

from oneplace.desk.presenters.links import Link, crumbs_below, to_network, to_services
from oneplace.partners.models import Post, Team
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.place.partners import Service
from oneplace.vocabulary.place.partners import Team as WrittenTeam
from oneplace.vocabulary.terms import OrganisationKind


@dataclass(frozen=True)
class TeamRow:
    """One team in a list."""

    name: str
    address: str
    what: str
    host: str
    network: str
    reach: tuple[str, ...]


def team_row(team: Team) -> TeamRow:
    """A team from its row."""
    return TeamRow(
        name=team.name,
        address=reverse("desk:team", args=[team.key]),
        what=team.what_it_does,
        host=team.host.short_word,
        network=team.network.name if team.network else "",
        reach=tuple(team.how_to_reach.split(" · ")),
    )


def teams_of_network(place: Place, network: str) -> tuple[TeamRow, ...]:
    """The teams of one network, as the place file has them."""
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
        network_name, network_address = to_network(team.network) if team.network else ("", "")
        return cls(
            title=team.name,
            crumbs=crumbs_below(team.network),
            caption=place.label_of(written.kind) if written else "Team",
            what=team.what_it_does,
            phone=written.reach.phone if written else "",
            email=written.reach.email if written else "",
            hours=place.hours(written.reach.hours).words if written else "",
            note=written.reach.note if written else "",
            host_name=team.host.name,
            host_address=reverse("desk:organisation", args=[team.host.code]),
            network_name=network_name,
            network_address=network_address,
            posts=_seats(place, team, written),
            services=to_services(
                row for row in place.services if team.key in team_codes(place, row)
            ),
            reach=team.how_to_reach,
        )


def _seats(place: Place, team: Team, written: WrittenTeam | None) -> tuple[PostRow, ...]:
    """The seats the place file gives a team; without them the posts that are open in it."""
    if written and written.holds:
        return tuple(
            PostRow(place.title_of(held.role), _employer(place, held.employer), held.number)
            for held in written.holds
        )
    posts: list[Post] = team.open_posts  # type: ignore[attr-defined]
    return tuple(PostRow(post.title, post.organisation.short_word, None) for post in posts)


def _employer(place: Place, code: str) -> str:
    """The partner's short word, or the kind of organisation where each is its own employer."""
    known = {row.code for row in place.partners} | {row.code for row in place.joint_services}
    if code in known:
        return place.short_word(code)
    if code in OrganisationKind.stored_words():
        return OrganisationKind(code).label
    return code


def team_codes(place: Place, service: Service) -> tuple[str, ...]:
    """The codes under which a service's team stands: itself, or once per network."""
    return tuple(
        code
        for network in ("", *(f"_{row.code}" for row in place.networks))
        if (code := f"{service.team}{network}")
    )
