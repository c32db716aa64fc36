"""Own pages: whose a viewer opens, and who comes to a person's page besides the person."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from oneplace.access.models import OwnRecord
from oneplace.access.secrets import hash_of
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import AccountKind

_OPENS: Final = (
    "select %(person)s = any (access_own_people(true)), %(person)s = any (access_own_people(false))"
)
COMES_IN = (AccountKind.RESIDENT, AccountKind.SUPPORTER)


@dataclass(frozen=True)
class OwnPage:
    """One page a viewer opens: whose it is, and whether as somebody chosen to help them."""

    person_id: uuid.UUID
    is_supporter: bool
    relation: str = ""


def own_pages(*, viewer: Viewer) -> list[OwnPage]:
    """The own pages that open to this viewer, their own first; none for people at work.

    One that was suspended, or whose record is sealed, is not among them.
    """
    if viewer.account_id is None or viewer.kind not in COMES_IN:
        return []
    with connection.cursor() as cursor:
        cursor.execute("select access_own_people(true)")
        open_to = set(cursor.fetchall()[0][0])
    found = OwnRecord.objects.filter(account_id=viewer.account_id, person_id__in=open_to)
    return [
        OwnPage(one.person_id, one.is_supporter, one.relation)
        for one in found.order_by("is_supporter", "confirmed_at", "pk")
    ]


def was_suspended(*, viewer: Viewer) -> bool:
    """Whether this viewer came to an own page that was closed to them since."""
    if viewer.account_id is None:
        return False
    return OwnRecord.objects.filter(
        account_id=viewer.account_id, suspended_at__isnull=False
    ).exists()


def own_page_of(person_id: uuid.UUID, *, viewer: Viewer) -> OwnPage | None:
    """How this person's own page opens to the viewer, by any identifier of theirs; None if not."""
    if viewer.account_id is None or viewer.kind not in COMES_IN:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_OPENS, {"person": person_id})
        is_open, is_own = cursor.fetchall()[0]
    return OwnPage(person_id, is_supporter=not is_own) if is_open else None


def comes_to(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> QuerySet[OwnRecord]:
    """Who comes to one person's own page, suspended ones too, the newest last.

    `person_ids` are the person's identifiers. For the person, of whom they chose to help; for who
    keeps the person's choices, of all.
    """
    found = OwnRecord.objects.filter(person_id__in=list(person_ids), ended_at=None)
    found = found.select_related("account")
    if viewer.account_id is None:
        return found.none()
    if viewer.kind in COMES_IN:
        found = found.filter(is_supporter=True).exclude(account_id=viewer.account_id)
    return found.order_by("is_supporter", "confirmed_at", "pk")


def own_record(own_id: uuid.UUID, *, viewer: Viewer) -> OwnRecord | None:
    """One of them; None where the viewer may not know of it."""
    if viewer.account_id is None:
        return None
    return OwnRecord.objects.select_related("account").filter(pk=own_id, ended_at=None).first()


def is_link_open(secret: str) -> bool:
    """Whether a link to an own page still opens with its code; tells nothing of whose it is."""
    with connection.cursor() as cursor:
        cursor.execute("select standing from access_open_own_link(%s, '')", [hash_of(secret)])
        return bool(cursor.fetchall()[0][0])


def is_device_known(secret: str) -> bool:
    """Whether a browser's secret still opens an own page with its number; never of whom."""
    if not secret:
        return False
    with connection.cursor() as cursor:
        cursor.execute("select standing from access_open_by_device(%s, '')", [hash_of(secret)])
        return bool(cursor.fetchall()[0][0])


def devices_of(person_id: uuid.UUID, *, viewer: Viewer) -> dict[uuid.UUID, int]:
    """How many browsers stay known to each way in to a person's page, by the way in."""
    if viewer.account_id is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select own_record_id, devices from access_devices_of(%s)", [person_id])
        return dict(cursor.fetchall())
