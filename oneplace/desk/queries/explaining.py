"""Whom an officer may ask about: colleagues in their hats, or anybody of a role somewhere."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection
from django.db.models import Q

from oneplace.access.models import Account, Hat
from oneplace.access.permissions import EXPLAIN_ACCESS
from oneplace.access.viewer import Viewer, load_viewer, permissions_of
from oneplace.kit.clock import local_day
from oneplace.kit.words import label_of
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import AccountKind, OrganisationKind, Role

MOST = 6
"""Colleagues of one name that are told apart on the page; beyond that, more must be typed."""


def colleagues(text: str, *, viewer: Viewer) -> list[Account]:
    """People at work whose name or work email is typed, at most `MOST`."""
    if not viewer.may(EXPLAIN_ACCESS) or not text.strip():
        return []
    found = Account.objects.filter(kind=AccountKind.STAFF, is_active=True)
    if exact := found.filter(email=text.strip().lower()).first():
        return [exact]
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return list(found.order_by("name", "email")[:MOST])


def in_their_hats(account: Account, *, viewer: Viewer, at: datetime) -> list[Viewer]:
    """Who a colleague is in each hat they may wear today."""
    if not viewer.may(EXPLAIN_ACCESS):
        return []
    on = local_day(at)
    hats = Hat.objects.filter(account=account, ended_at__isnull=True, starts_on__lte=on)
    hats = hats.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).order_by("starts_on", "pk")
    viewers = [load_viewer(account.pk, hat.pk, at=at) for hat in hats]
    return [found for found in viewers if found is not None]


def anybody_as(role: Role, organisation: Organisation) -> Viewer:
    """Whoever wears a hat of a role at an organisation and has no caseload of their own."""
    return Viewer(
        account_id=None,
        kind=AccountKind.STAFF,
        name=f"anybody in the role “{label_of(role)}” there",
        role=role,
        title=label_of(role),
        organisation_id=organisation.pk,
        organisation_name=organisation.name,
        organisation_word=organisation.short_word,
        permissions=permissions_of(role),
    )


def organisations_to_ask_about() -> list[Organisation]:
    """Partners first, then practices and others with people at work here."""
    found = Organisation.objects.filter(closed_on__isnull=True).filter(
        Q(is_partner=True) | Q(kind=OrganisationKind.GP_PRACTICE)
    )
    return list(found.order_by("-is_partner", "name"))


_NAMES = """
select id, name from partners_organisation where id = any (%(parties)s)
union all select id, name from partners_team where id = any (%(parties)s)
union all select id, name from partners_network where id = any (%(parties)s)
union all select id, name from access_account where id = any (%(parties)s)
union all select h.id, a.name from access_hat h join access_account a on a.id = h.account_id
 where h.id = any (%(parties)s)
"""


def names_of(parties: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """What parties are called: organisations, teams, networks and people at work."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, {"parties": list(parties)})
        return dict(cursor.fetchall())
