"""What is done about organisations and teams: bring in what the place file says."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from oneplace.kit.clock import local_day
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
    today = local_day(at)
    kinds = [OrganisationKind.GP_PRACTICE.value]
    gone = Organisation.objects.filter(closed_on__isnull=True).exclude(
        pk__in=[organisation.pk for organisation in organisations]
    )
    (gone.filter(is_partner=True) | gone.filter(kind__in=kinds)).update(closed_on=today)
    Team.objects.filter(closed_on__isnull=True).exclude(pk__in=[team.pk for team in teams]).update(
        closed_on=today
    )


KEY_LENGTH = 120


@dataclass(frozen=True)
class WantedPost:
    """A post somebody is to hold, as a file, a form or a sign-in provider describes it."""

    role: Role
    organisation_code: str
    title: str = ""
    network: str = ""
    team_keys: tuple[str, ...] = ()

    def key(self, usual_title: str) -> str:
        """The stable key of the post; a title of its own makes it another post than the usual."""
        teams = "--".join(sorted(self.team_keys))
        key = post_key(self.role, self.organisation_code, teams, self.network)
        if self.title and self.title != usual_title:
            key = f"{key}--{slugify(self.title)}"
        if len(key) > KEY_LENGTH:
            key = f"{key[:100]}--{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        return key


@transaction.atomic
def open_posts(
    *, wanted: Iterable[WantedPost], place: Place, by: object, at: datetime
) -> dict[WantedPost, Post]:
    """The posts that are wanted, made where they do not exist yet, set by set.

    Organisations, networks and teams must be there: an unknown one raises `IntegrityError`.
    """
    keys = {row: row.key(place.title_of(row.role)) for row in wanted}
    known = Post.objects.in_bulk(list(set(keys.values())), field_name="key")
    new: dict[str, Post] = {}
    seats = []
    for row, key in keys.items():
        if key in known or key in new:
            continue
        new[key] = Post(
            id=id_for("post", key),
            key=key,
            role=row.role,
            title=row.title or place.title_of(row.role),
            organisation_id=id_for("organisation", row.organisation_code),
            network_id=id_for("network", row.network) if row.network else None,
        )
        seats += [
            Post.teams.through(post_id=new[key].id, team_id=id_for("team", team))
            for team in row.team_keys
        ]
    Post.objects.bulk_create(new.values(), ignore_conflicts=True)
    Post.teams.through.objects.bulk_create(seats, ignore_conflicts=True)
    found = known | new
    return {row: found[key] for row, key in keys.items()}


@dataclass(frozen=True)
class OutsideOrganisation:
    """An organisation that is not in the place file: a care home, a provider, a voluntary group."""

    code: str
    name: str
    short_word: str
    kind: OrganisationKind
    network: str = ""


@transaction.atomic
def bring_in_organisations(*, rows: Iterable[OutsideOrganisation], by: object, at: datetime) -> int:
    """Make these organisations say what the rows say; returns how many are new or were changed."""
    given = {row.code: row for row in rows}
    known = Organisation.objects.in_bulk(list(given), field_name="code")
    changed = [
        Organisation(
            id=known[code].id if code in known else id_for("organisation", code),
            code=code,
            name=row.name,
            short_word=row.short_word,
            kind=row.kind,
            network_id=id_for("network", row.network) if row.network else None,
        )
        for code, row in given.items()
        if code not in known or not _says(known[code], row)
    ]
    Organisation.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "short_word", "kind", "network", "closed_on"],
    )
    return len(changed)


def _says(organisation: Organisation, row: OutsideOrganisation) -> bool:
    return (
        organisation.name == row.name
        and organisation.short_word == row.short_word
        and organisation.kind is row.kind
        and organisation.network_id == (id_for("network", row.network) if row.network else None)
        and organisation.closed_on is None
    )
