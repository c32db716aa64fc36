"""Who can be asked, what they are called near a practice, who is away, and whom to ring.

Posts and absences are known to everybody at work; nothing here is about anybody cared for.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet

from oneplace.access.models import Account, Hat
from oneplace.access.viewer import Viewer
from oneplace.actions.models import Action, Away
from oneplace.actions.owners import Owner
from oneplace.actions.permissions import SEE_ACTIONS
from oneplace.actions.quick_line import ROLE_WORDS, Candidate, Names
from oneplace.partners.models import Organisation, Team
from oneplace.vocabulary.terms import Role

IN_THE_ROOM, OF_PRACTICE, OF_NETWORK, FURTHER = 0, 1, 2, 3
_ASKED: Final = frozenset(ROLE_WORDS)
"""Roles of whom something is asked for a person."""


def label_of(viewer: Viewer) -> str:
    """How a sentence names this viewer: "Priya Shah (pharmacist)"."""
    return _called(viewer.name, viewer.title)


def _called(name: str, title: str) -> str:
    return f"{name} ({_within_a_sentence(title)})" if title else name


def _within_a_sentence(title: str) -> str:
    first = title.split(" ", 1)[0]
    is_capitals = len(first) > 1 and first.isupper()
    return title if is_capitals else title[:1].lower() + title[1:]


def names_near(
    practice_id: uuid.UUID | None,
    *,
    on: date,
    viewer: Viewer,
    in_the_room: Iterable[uuid.UUID] = (),
) -> Names:
    """Everybody who can be asked, the nearest to a practice first; two statements.

    Without a practice the viewer's own network is near. `in_the_room` are accounts: of several
    called alike, those are meant.
    """
    if not viewer.may(SEE_ACTIONS):
        return Names((), settings.PLACE.calendar)
    practice = Organisation.objects.filter(pk=practice_id).first() if practice_id else None
    network = practice.network_id if practice is not None else viewer.network_id
    present = frozenset(in_the_room)
    found = [
        *_colleagues(practice_id, network, present, on),
        *_teams(network),
        *_organisations(practice),
    ]
    return Names(tuple(found), settings.PLACE.calendar)


def _hats(on: date) -> QuerySet[Hat]:
    open_today = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    return (
        Hat.objects.filter(open_today, starts_on__lte=on, ended_at__isnull=True)
        .filter(account__is_active=True, post__role__in=_ASKED)
        .select_related("account", "post__organisation")
        .prefetch_related("post__teams")
        .order_by("account__name", "pk")
    )


def _owner_of(hat: Hat) -> Owner:
    teams = sorted(hat.post.teams.all(), key=lambda team: team.name)
    return Owner(
        organisation_id=hat.post.organisation_id,
        team_id=teams[0].pk if teams else None,
        account_id=hat.account_id,
        label=_called(hat.account.name, hat.post.title),
    )


def _colleagues(
    practice_id: uuid.UUID | None,
    network_id: uuid.UUID | None,
    present: frozenset[uuid.UUID],
    on: date,
) -> Iterator[Candidate]:
    for hat in _hats(on):
        role, post = Role(hat.post.role), hat.post
        networks = {team.network_id for team in post.teams.all()} | {post.network_id}
        networks.add(post.organisation.network_id)
        if hat.account_id in present:
            rank = IN_THE_ROOM
        elif practice_id is not None and post.organisation_id == practice_id:
            rank = OF_PRACTICE
        elif network_id is not None and network_id in networks:
            rank = OF_NETWORK
        elif networks == {None}:
            rank = FURTHER
        else:
            # Of another network or practice: by name alone, for "the nurse" is one's own nurse.
            yield Candidate(_owner_of(hat), (hat.account.name,), FURTHER)
            continue
        names = (hat.account.name, hat.account.name.split(" ", 1)[0])
        words = (*ROLE_WORDS[role], hat.post.title) if rank < FURTHER else ()
        yield Candidate(_owner_of(hat), (*names, *words), rank)


def _teams(network_id: uuid.UUID | None) -> Iterator[Candidate]:
    found = Team.objects.filter(closed_on__isnull=True).prefetch_related("posts")
    for team in found.order_by("name"):
        if team.network_id is not None and team.network_id != network_id:
            continue
        owner = Owner(team.host_id, team.name, team_id=team.pk)
        roles = {Role(post.role) for post in team.posts.all() if post.closed_on is None}
        words: Sequence[str] = ()
        # A team of one profession is called by it where no one person is nearer.
        if len(roles) == 1 and (role := next(iter(roles))) in ROLE_WORDS:
            words = ROLE_WORDS[role]
        rank = OF_NETWORK if team.network_id is not None else FURTHER
        yield Candidate(owner, (team.name, *words), rank)


def _organisations(practice: Organisation | None) -> Iterator[Candidate]:
    if practice is not None:
        owner = Owner(practice.pk, practice.name)
        yield Candidate(owner, (practice.name, "practice", "surgery"), OF_PRACTICE)
    partners = Organisation.objects.filter(is_partner=True, closed_on__isnull=True)
    for partner in partners.order_by("name"):
        yield Candidate(
            Owner(partner.pk, partner.name), (partner.name, partner.short_word), FURTHER
        )


def owners(text: str, *, on: date, viewer: Viewer, most: int = 12) -> list[Owner]:
    """Those who can be asked whose name, title or team holds every word; for a form's choice."""
    wanted = [word.casefold() for word in text.split()]
    near = names_near(None, on=on, viewer=viewer).candidates
    found: dict[uuid.UUID, Owner] = {}
    for candidate in sorted(near, key=lambda each: each.rank):
        told = " ".join((candidate.owner.label, *candidate.words)).casefold()
        if all(word in told for word in wanted):
            found.setdefault(candidate.owner.party_id, candidate.owner)
    return list(found.values())[:most]


def owner(key: str, *, on: date, viewer: Viewer) -> Owner | None:
    """The owner a form's choice names (`Owner.key`); None for one who cannot be asked."""
    if not viewer.may(SEE_ACTIONS):
        return None
    kind, _, rest = key.partition(":")
    try:
        party = uuid.UUID(rest.split(":", 1)[0])
    except ValueError:
        return None
    if kind == "account":
        hat = _hats(on).filter(account_id=party).first()
        return _owner_of(hat) if hat is not None else None
    if kind == "team":
        team = Team.objects.filter(pk=party, closed_on__isnull=True).first()
        return Owner(team.host_id, team.name, team_id=team.pk) if team is not None else None
    found = Organisation.objects.filter(pk=party, closed_on__isnull=True).first()
    return Owner(found.pk, found.name) if found is not None else None


def present_owner(wanted: Owner, *, due: date, on: date, viewer: Viewer) -> tuple[Owner, str]:
    """Whoever can be asked now: the owner, or who stands in where they are away or have left.

    The second part says why it is somebody else; empty where it is not.
    """
    if viewer.account_id is None or wanted.account_id is None:
        return wanted, ""
    account = Account.objects.filter(pk=wanted.account_id).first()
    if account is None or not account.is_active:
        return _of_team(wanted), f"{wanted.label} does not work here any more."
    away = (
        Away.objects.filter(account_id=account.pk, ended_at__isnull=True)
        .filter(from_on__lte=on, until_on__gte=due)
        .order_by("-until_on")
        .first()
    )
    if away is None:
        return wanted, ""
    meanwhile = stand_in(away, on=on, viewer=viewer) or _of_team(wanted)
    return meanwhile, f"{wanted.label} is away until {_day(away.until_on)}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _of_team(wanted: Owner) -> Owner:
    if wanted.team_id is not None and (team := Team.objects.filter(pk=wanted.team_id).first()):
        return Owner(team.host_id, team.name, team_id=team.pk)
    host = Organisation.objects.get(pk=wanted.organisation_id)
    return Owner(host.pk, host.name)


def without_account(action: Action) -> Owner:
    """The team, else the organisation, that answers for an action when its owner does not."""
    if action.owner_team is not None:
        team = action.owner_team
        return Owner(action.owner_organisation_id, team.name, team_id=team.pk)
    return Owner(action.owner_organisation_id, action.owner_organisation.name)


def owner_now(action: Action) -> Owner:
    """Who owes an action now."""
    return Owner(
        organisation_id=action.owner_organisation_id,
        team_id=action.owner_team_id,
        account_id=action.owner_account_id,
        label=action.owner_name,
    )


def practice_id(code: str, *, viewer: Viewer) -> uuid.UUID | None:
    """The practice of this organisation code; the viewer's own where the code is empty."""
    if not code:
        return viewer.organisation_id
    return Organisation.objects.filter(code=code).values_list("pk", flat=True).first()


def phone_of(wanted: Owner) -> str:
    """The number on which an owner is rung: the team's, else the organisation's; empty if none."""
    place = settings.PLACE
    if wanted.team_id is not None:
        team = Team.objects.filter(pk=wanted.team_id).first()
        if team is not None and team.how_to_reach:
            return team.how_to_reach.split(" · ", 1)[0]
    host = Organisation.objects.filter(pk=wanted.organisation_id).first()
    code = host.code if host is not None else ""
    return next((str(partner.phone) for partner in place.partners if partner.code == code), "")


def absences(*, viewer: Viewer, on: date) -> QuerySet[Away]:
    """The viewer's own absences that are not over, the next first."""
    if viewer.account_id is None:
        return Away.objects.none()
    found = Away.objects.filter(account_id=viewer.account_id, ended_at=None, until_on__gte=on)
    return found.select_related("stands_in", "team").order_by("from_on")


def absence(away_id: uuid.UUID, *, viewer: Viewer) -> Away | None:
    """One of the viewer's own absences."""
    if viewer.account_id is None:
        return None
    return Away.objects.filter(pk=away_id, account_id=viewer.account_id).first()


def beginning(*, on: date, viewer: Viewer) -> QuerySet[Away]:
    """Absences that stand on a day, for the job that asks anew what is due meanwhile."""
    found = Away.objects.filter(from_on__lte=on, until_on__gte=on, ended_at__isnull=True)
    found = found.select_related("account")
    return found if viewer.account_id is not None else found.none()


def stand_in(away: Away, *, on: date, viewer: Viewer) -> Owner | None:
    """Who stands in for somebody away: the colleague, else the team; None where nobody was said."""
    if viewer.account_id is None or not (away.stands_in_id or away.team_id):
        return None
    if away.stands_in_id is not None:
        hat = _hats(on).filter(account_id=away.stands_in_id).first()
        if hat is not None:
            return _owner_of(hat)
    if away.team_id is not None:
        team = Team.objects.filter(pk=away.team_id).first()
        if team is not None:
            return Owner(team.host_id, team.name, team_id=team.pk)
    return None
