"""What stands on somebody's own page: whose it is, who helps them, what comes next.

Read with the eyes of whose page it is. Row policies give own pages what a table gives them and
nothing else, so nothing here need leave anything out.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Q

from oneplace.access.models import Hat
from oneplace.access.queries import own as own_queries
from oneplace.access.viewer import Viewer
from oneplace.actions.models import Action
from oneplace.actions.owners import Owner
from oneplace.kit.clock import local_day
from oneplace.partners.models import Organisation, Team
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import ActionState, ConnectionState, RelationshipKind, Role

MOST: Final = 40
LATELY: Final = timedelta(days=90)


@dataclass(frozen=True)
class Own:
    """The own page a viewer has before them."""

    person: Person
    is_supporter: bool
    name: str
    others: tuple[tuple[uuid.UUID, str], ...] = ()
    """Other pages the same account opens, by name."""

    @property
    def person_id(self) -> uuid.UUID:
        """Whose page it is."""
        found: uuid.UUID = self.person.pk
        return found


def own_page(*, viewer: Viewer, chosen: uuid.UUID | None = None) -> Own | None:
    """The page that opens to this viewer: the one they chose, else their own; None for none."""
    pages = own_queries.own_pages(viewer=viewer)
    known = [(page, people.person(page.person_id, viewer=viewer)) for page in pages]
    found = [(page, person) for page, person in known if person is not None]
    if not found:
        return None
    page, person = next((one for one in found if one[0].person_id == chosen), found[0])
    others = tuple(
        (other.person_id, name_of(who)) for other, who in found if other.person_id != page.person_id
    )
    return Own(person, page.is_supporter, name_of(person), others)


def name_of(person: Person) -> str:
    """The person's name as they are called."""
    return " ".join(filter(None, (person.known_as or person.given, person.family))) or "You"


# --- who helps ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Around:
    """Somebody, a team or an organisation that is connected with the person today, and why."""

    name: str
    what: str
    organisation: str
    how_to_reach: str
    kind: RelationshipKind
    since: datetime
    owner: Owner | None = None
    """As whom something can be asked of them."""
    role: Role | None = None


_AROUND: Final = "select party_id, kind, since from access_around_me(%s)"
_NAMES_MORE: Final = (RelationshipKind.NETWORK,)


def around_me(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> list[Around]:
    """Who cares for the person now, workers before teams before organisations; four statements."""
    if viewer.account_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, [person_id])
        found = [(party, RelationshipKind(kind), since) for party, kind, since in cursor.fetchall()]
    parties = {party for party, _, _ in found}
    hats = _hats(parties, at=at)
    teams = {team.pk: team for team in Team.objects.filter(pk__in=parties).select_related("host")}
    hosts = {one.pk: one for one in Organisation.objects.filter(pk__in=parties)}
    shown: dict[tuple[str, str], Around] = {}
    for party, kind, since in found:
        one = None
        if party in hats:
            one = _worker(hats[party], kind, since)
        elif party in teams:
            one = _team(teams[party], kind, since)
        elif party in hosts:
            one = _organisation(hosts[party], kind, since)
        # Whoever is connected in two ways stands once, by what they are to the person: a practice
        # that was asked for something is still their practice.
        known = shown.get((one.name, one.organisation)) if one else None
        if one is not None and (known is None or _first(one) < _first(known)):
            shown[one.name, one.organisation] = one
    return sorted(shown.values(), key=_first)


def _hats(parties: Iterable[uuid.UUID], *, at: datetime) -> dict[uuid.UUID, Hat]:
    """Posts held today by a hat's or an account's identifier."""
    wanted, on = list(parties), local_day(at)
    held = (
        Hat.objects.filter(Q(pk__in=wanted) | Q(account_id__in=wanted), ended_at__isnull=True)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)
        .select_related("account", "post__organisation")
        .prefetch_related("post__teams")
    )
    known: dict[uuid.UUID, Hat] = {}
    for hat in held:
        known.setdefault(hat.account_id, hat)
        known[hat.pk] = hat
    return known


def _worker(hat: Hat, kind: RelationshipKind, since: datetime) -> Around:
    teams = sorted(hat.post.teams.all(), key=lambda team: team.name)
    place = hat.post.organisation
    return Around(
        name=hat.account.name,
        what=hat.post.title,
        organisation=place.name,
        how_to_reach=teams[0].how_to_reach if teams else "",
        kind=kind,
        since=since,
        owner=Owner(
            place.pk,
            f"{hat.account.name} ({hat.post.title})",
            team_id=teams[0].pk if teams else None,
            account_id=hat.account_id,
        ),
        role=Role(hat.post.role),
    )


def _team(team: Team, kind: RelationshipKind, since: datetime) -> Around:
    owner = Owner(team.host_id, team.name, team_id=team.pk)
    return Around(
        team.name, team.what_it_does, team.host.name, team.how_to_reach, kind, since, owner
    )


def _organisation(one: Organisation, kind: RelationshipKind, since: datetime) -> Around:
    what = "Your GP practice" if kind is RelationshipKind.REGISTERED_PRACTICE else ""
    return Around(one.name, what, "", "", kind, since, Owner(one.pk, one.name))


_ORDER: Final = (
    RelationshipKind.CASELOAD,
    RelationshipKind.CARE_HOME,
    RelationshipKind.REGISTERED_PRACTICE,
    RelationshipKind.HUDDLE_LIST,
    RelationshipKind.OPEN_REFERRAL,
    RelationshipKind.ACTION_OWNER,
    RelationshipKind.SUPPORTER,
)


def _first(one: Around) -> tuple[int, int, str]:
    return (
        _ORDER.index(one.kind) if one.kind in _ORDER else len(_ORDER),
        one.role is None,
        one.name,
    )


def whom_to_ask(around: Sequence[Around]) -> Owner | None:
    """Who hears what is asked on an own page: coordinator, else who cares, else the practice."""
    ranked = sorted(around, key=lambda one: (one.role is not Role.PIC, _first(one)))
    kinds = (RelationshipKind.CASELOAD, RelationshipKind.REGISTERED_PRACTICE)
    for kind in kinds:
        for one in ranked:
            if one.kind is kind and one.owner is not None:
                return one.owner
    return None


def own_practice(around: Sequence[Around]) -> Owner | None:
    """The practice where the person is registered, as whom something can be asked of."""
    kind = RelationshipKind.REGISTERED_PRACTICE
    return next((one.owner for one in around if one.kind is kind and one.owner), None)


# --- what was agreed, what comes next -------------------------------------------------------------


def told_of(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> list[Action]:
    """What the person was told others would do for them, and what they asked themselves."""
    if viewer.account_id is None:
        return []
    found = Action.objects.filter(person__current_id=person_id, taken_back_at__isnull=True)
    found = found.filter(
        Q(state__in=(ActionState.ASKED, ActionState.PASSED_ON, ActionState.ACCEPTED))
        | Q(moved_at__gt=at - LATELY)
    )
    return list(found.order_by("due_on", "asked_at", "pk")[:MOST])


def referred(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> list[Referral]:
    """Which services were asked for the person, as they know and want it; newest first."""
    if viewer.account_id is None:
        return []
    found = Referral.objects.filter(person__current_id=person_id)
    over = (ConnectionState.DECLINED, ConnectionState.ENDED)
    found = found.filter(~Q(state__in=over) | Q(moved_at__gt=at - LATELY))
    return list(found.order_by("-asked_at", "-pk")[:MOST])
