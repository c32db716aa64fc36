"""What `oneplace user` does: bring in, list, invite and release people at work.

The command line becomes the loader and sets Django up before it calls these.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q

from oneplace.access import queries, staff_list, verbs
from oneplace.access.models import Account, Hat, Leaving
from oneplace.access.permissions import (
    INVITE_COLLEAGUE,
    MANAGE_PEOPLE_AT_WORK,
    RECORD_LEAVER,
)
from oneplace.access.staff_list import Known
from oneplace.access.verbs.invitations import Sent
from oneplace.access.verbs.people import BroughtIn
from oneplace.access.viewer import Viewer, system_viewer, viewing
from oneplace.kit import clock
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.partners import verbs as partners
from oneplace.partners.models import Network, Organisation, Team
from oneplace.partners.verbs import WantedPost
from oneplace.vocabulary.terms import Purpose, Role


def operator() -> Viewer:
    """Whoever runs the service, at a keyboard of the machine it runs on."""
    return system_viewer(
        "whoever runs the service",
        purpose=Purpose.DIRECT_CARE,
        permissions=frozenset({MANAGE_PEOPLE_AT_WORK, INVITE_COLLEAGUE, RECORD_LEAVER}),
    )


@contextmanager
def _at_work() -> Iterator[tuple[Viewer, datetime]]:
    at = clock.now()
    with viewing(operator(), at=at) as by:
        yield by, at


def bring_in_people(file: Path) -> BroughtIn:
    """Bring in the people of a file, all or none; raises `ListRefused` if anything is wrong."""
    with _at_work() as (by, at):
        rows = staff_list.read_people(file, _known())
        return verbs.bring_in_people(rows=rows, file=file, by=by, at=at)


def bring_in_organisations(file: Path) -> int:
    """Bring in organisations that are not in the place file; how many were new or changed."""
    with _at_work() as (by, at):
        rows = staff_list.read_organisations(file, set(_networks()))
        return verbs.bring_in_organisations(rows=rows, by=by, at=at)


def record_demo_people(file: Path) -> int:
    """Record whom a visitor to a demo may walk in as."""
    with _at_work() as (by, at):
        rows = staff_list.read_demo_people(file, set(_emails()))
        return verbs.record_demo_people(rows=rows, by=by, at=at)


@dataclass(frozen=True)
class Listed:
    """One account as the list shows it."""

    email: str
    name: str
    kind: str
    is_active: bool
    posts: int


def people(*, text: str = "", role: Role | None = None, has_left: bool = False) -> list[Listed]:
    """Accounts of people, by email."""
    with _at_work() as (_, at):
        today = local_day(at)
        open_today = (
            Q(hats__ended_at__isnull=True)
            & Q(hats__starts_on__lte=today)
            & (Q(hats__ends_on__isnull=True) | Q(hats__ends_on__gte=today))
        )
        found = Account.objects.filter(kind__in=staff_list.KINDS, is_active=not has_left).annotate(
            posts=Count("hats", filter=open_today, distinct=True)
        )
        for word in text.split():
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        if role is not None:
            found = found.filter(hats__in=Hat.objects.filter(post__role=role))
        return [
            Listed(row.email or "", row.name, row.kind.value, row.is_active, row.posts)
            for row in found.order_by("email").distinct()
        ]


def hats(email: str) -> tuple[Account, list[Hat]]:
    """Somebody and their posts, open ones first; raises `Refused` for an unknown address."""
    with _at_work():
        account = _account(email)
        return account, queries.hats_of(account)


def invite(
    *,
    email: str,
    name: str,
    role: Role,
    organisation: str,
    employer: str = "",
    team: str = "",
    title: str = "",
    ends_on: date | None = None,
) -> Sent:
    """Invite somebody, from the command line also to roles nobody may give on a page."""
    with _at_work() as (by, at):
        for code in filter(None, (organisation, employer)):
            if code not in set(_organisations()):
                raise Refused(f"There is no organisation “{code}” here.")
        if team and team not in set(_teams()):
            raise Refused(f"There is no team “{team}” here.")
        wanted = WantedPost(role, organisation, title, team_keys=(team,) if team else ())
        post = partners.open_posts(wanted=[wanted], place=settings.PLACE, by=by, at=at)[wanted]
        return verbs.invite_colleague(
            name=name,
            email=email,
            post=post,
            employer=queries.employer(employer or organisation),
            ends_on=ends_on,
            by=by,
            at=at,
        )


def leave(email: str, *, last_on: date | None = None) -> Leaving:
    """End somebody's access, now or after a last day."""
    with _at_work() as (by, at):
        account = _account(email)
        return verbs.record_leaver(account=account, last_on=last_on or local_day(at), by=by, at=at)


def _account(email: str) -> Account:
    account = Account.objects.filter(email=email.strip().lower()).first()
    if account is None:
        raise Refused(f"Nobody here has the address {email}. `oneplace user list` shows everybody.")
    return account


def _known() -> Known:
    return Known(
        organisations=set(_organisations()),
        networks=set(_networks()),
        teams=set(_teams()),
        emails=set(_emails()),
    )


def _organisations() -> Iterator[str]:
    yield from Organisation.objects.filter(closed_on__isnull=True).values_list("code", flat=True)


def _networks() -> Iterator[str]:
    yield from Network.objects.values_list("key", flat=True)


def _teams() -> Iterator[str]:
    yield from Team.objects.filter(closed_on__isnull=True).values_list("key", flat=True)


def _emails() -> Iterator[str]:
    found = Account.objects.filter(kind__in=staff_list.KINDS, email__isnull=False)
    for email in found.values_list("email", flat=True):
        yield str(email)
