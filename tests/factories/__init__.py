"""Makes what tests need, stepping over the policies as the loader does."""

from datetime import UTC, date, datetime
from functools import cache

from django.conf import settings
from django.test import Client

from oneplace.access import verbs as access_verbs
from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import Account, Hat
from oneplace.access.viewer import Viewer, load_viewer, system_viewer
from oneplace.config.database import Role as DatabaseRole
from oneplace.feeds import verbs as feeds_verbs
from oneplace.partners import verbs as partners_verbs
from oneplace.partners.models import Post
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, Purpose, Role
from tests.database import as_role

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
LOADER = system_viewer("tests", purpose=Purpose.DIRECT_CARE, permissions=frozenset())


def bring_in_place() -> None:
    """The partners' tables and the feeds as the place file says."""
    with as_role(DatabaseRole.LOADER):
        partners_verbs.bring_in_place(place=settings.PLACE, by=LOADER, at=AT)
        feeds_verbs.keep_sources_in_step(place=settings.PLACE, by=LOADER, at=AT)
        access_verbs.keep_agreements_in_step(
            written=settings.PLACE.sharing_agreements, by=LOADER, at=AT
        )


@cache
def _number() -> list[int]:
    return [0]


def make_account(kind: AccountKind = AccountKind.STAFF, name: str = "Somebody") -> Account:
    """A fresh account of a kind."""
    _number()[0] += 1
    account = Account(
        kind=kind, name=name, email=f"somebody.{_number()[0]}@example.org", password="!"
    )
    with as_role(DatabaseRole.LOADER):
        account.save(force_insert=True)
    return account


def make_hat(role: Role, *, account: Account | None = None) -> Hat:
    """A hat of a role, in the first open post of that role; the place must have been brought in."""
    title = settings.PLACE.label_of(role)
    account = account or make_account(name=title)
    with as_role(DatabaseRole.LOADER):
        post = Post.objects.filter(role=role).order_by("key").first()
        if post is None:
            organisation = partners_verbs.Organisation.objects.order_by("code").first()
            post = Post(
                id=new_id(), key=f"test-{role}", role=role, title=settings.PLACE.label_of(role)
            )
            post.organisation = organisation
            post.save(force_insert=True)
        hat = Hat(
            account=account,
            post=post,
            employer=post.organisation,
            starts_on=date(2024, 1, 1),
            source="test",
        )
        hat.save(force_insert=True)
    return hat


def viewer_in(hat: Hat, *, at: datetime = AT) -> Viewer:
    """The viewer somebody is in a hat."""
    found = load_viewer(hat.account_id, hat.pk, at=at)
    assert found is not None
    return found


def signed_in(role: Role, client: Client | None = None) -> Client:
    """A client signed in, with a second step, as somebody of a role; residents have no hat."""
    client = client or Client()
    if role is Role.RESIDENT:
        client.force_login(make_account(AccountKind.RESIDENT, "A resident"))
        return client
    hat = make_hat(role)
    client.force_login(hat.account)
    session = client.session
    session[HAT_IN_SESSION] = str(hat.pk)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client
