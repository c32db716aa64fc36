"""What is done about organisations and teams: bring in what the place file says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from oneplace.partners.models import Network, Organisation, Post, Team
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import OrganisationKind, Role

ALLIANCE_CODE = "alliance"


@dataclass(frozen=True)
class BroughtIn:
    """How many of each thing the place file describes."""

    networks: int
    organisations: int
    teams: int
    posts: int


def post_key(role: Role, organisation_code: str, team_code: str = "", network: str = "") -> str:
    """The stable key of a post: role, organisation, and team or network where it has one."""
    return "--".join(
        part.lower().replace("_", "-")
        for part in (role.value, organisation_code, team_code or network)
        if part
    )


@transaction.atomic
def bring_in_place(*, place: Place, by: object, at: datetime) -> BroughtIn:
    """Make networks, organisations, teams and posts say what the place file says; repeatable.

    What has gone from the file is closed on the day, never deleted: rows elsewhere refer to it.
    """
    networks = [
        Network(
            id=id_for("network", row.code), key=row.code, name=row.name, starts_on=row.started_on
        )
        for row in place.networks
    ]
    Network.objects.bulk_create(
        networks,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["key", "name", "starts_on"],
    )
    organisations = _organisations(place)
    Organisation.objects.bulk_create(
        organisations,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "code",
            "name",
            "short_word",
            "kind",
            "network",
            "is_partner",
            "list_size",
            "closed_on",
        ],
    )
    teams = [
        Team(
            id=id_for("team", row.code),
            key=row.code,
            name=row.name,
            host_id=id_for("organisation", row.partner),
            network_id=id_for("network", row.network) if row.network else None,
            what_it_does=row.what,
            how_to_reach=f"{row.reach.phone} · {row.reach.email}",
        )
        for row in place.teams
    ]
    Team.objects.bulk_create(
        teams,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["key", "name", "host", "network", "what_it_does", "how_to_reach"],
    )
    posts, seats = _posts(place)
    Post.objects.bulk_create(
        posts,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["key", "role", "title", "organisation", "network"],
    )
    Post.teams.through.objects.bulk_create(seats, ignore_conflicts=True)
    _close_what_has_gone(place, organisations, teams, at=at)
    return BroughtIn(len(networks), len(organisations), len(teams), len(posts))


def _organisations(place: Place) -> list[Organisation]:
    rows = [
        Organisation(
            id=id_for("organisation", row.code),
            code=row.code,
            name=row.name,
            short_word=row.short_word,
            kind=row.kind,
            is_partner=True,
        )
        for row in place.partners
    ]
    rows.append(
        Organisation(
            id=id_for("organisation", ALLIANCE_CODE),
            code=ALLIANCE_CODE,
            name=place.words.alliance,
            short_word=place.identity.wordmark,
            kind=OrganisationKind.ALLIANCE,
        )
    )
    rows += [
        Organisation(
            id=id_for("organisation", row.code),
            code=row.code,
            name=row.name,
            short_word="GP",
            kind=OrganisationKind.GP_PRACTICE,
            network_id=id_for("network", row.network),
            list_size=row.list_size,
        )
        for row in place.practices
    ]
    return rows


def _posts(place: Place) -> tuple[list[Post], list[Any]]:
    posts: dict[str, Post] = {}
    seats = []
    for team in place.teams:
        for held in team.holds:
            key = post_key(held.role, team.partner, team.code)
            post = Post(
                id=id_for("post", key),
                key=key,
                role=held.role,
                title=place.title_of(held.role),
                organisation_id=id_for("organisation", team.partner),
                network_id=id_for("network", team.network) if team.network else None,
            )
            posts[key] = post
            seats.append(Post.teams.through(post_id=post.id, team_id=id_for("team", team.code)))
    for practice in place.practices:
        for role in (Role.GP, Role.PRACTICE_MANAGER):
            key = post_key(role, practice.code)
            posts[key] = Post(
                id=id_for("post", key),
                key=key,
                role=role,
                title=place.title_of(role),
                organisation_id=id_for("organisation", practice.code),
                network_id=id_for("network", practice.network),
            )
    return list(posts.values()), seats


def _close_what_has_gone(
    place: Place, organisations: list[Organisation], teams: list[Team], *, at: datetime
) -> None:
    today = at.date()
    kinds = [OrganisationKind.GP_PRACTICE.value]
    gone = Organisation.objects.filter(closed_on__isnull=True).exclude(
        pk__in=[organisation.pk for organisation in organisations]
    )
    (gone.filter(is_partner=True) | gone.filter(kind__in=kinds)).update(closed_on=today)
    Team.objects.filter(closed_on__isnull=True).exclude(pk__in=[team.pk for team in teams]).update(
        closed_on=today
    )
