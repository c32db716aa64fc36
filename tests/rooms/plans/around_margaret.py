"""A small world for tests of plans and referrals: Margaret, those around her, and a stranger."""

from datetime import date

from django.test import Client

from oneplace.access import verbs as access_verbs
from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import Person
from oneplace.vocabulary.terms import RelationshipKind, Role
from tests.database import as_role
from tests.factories import LOADER, bring_in_place, make_hat, viewer_in
from tests.rooms.people.saying import AT, GP, OTHER_NUMBER, margaret, person_of, say


def arrive() -> Person:
    """The partners, and Margaret as her practice tells of her."""
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1", practice_code="ZZAS06"))
        return person_of(GP, "1")


def bola() -> Person:
    """Somebody else of the same practice."""
    with as_role(DatabaseRole.LOADER):
        say(
            margaret(
                GP,
                "2",
                given="Bola",
                born_on=date(1950, 1, 2),
                nhs_number=OTHER_NUMBER,
                practice_code="ZZAS06",
            )
        )
        return person_of(GP, "2")


def client_of(viewer: Viewer) -> Client:
    """A browser in which this viewer is signed in, with a second step."""
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    session = client.session
    session[HAT_IN_SESSION] = str(viewer.hat_id)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client


def connected(role: Role, person: Person, name: str = "") -> Viewer:
    """Somebody of a role with the person on their caseload, known under this name."""
    viewer = unconnected(role, name)
    assert viewer.hat_id is not None
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        access_verbs.open_relationship(
            person_id=person.pk,
            party_id=viewer.hat_id,
            kind=RelationshipKind.CASELOAD,
            source="tests",
            by=LOADER,
            at=AT,
        )
    return viewer


def unconnected(role: Role, name: str = "") -> Viewer:
    """Somebody of a role with nothing to do with anybody here."""
    hat = make_hat(role)
    if name:
        with as_role(DatabaseRole.LOADER):
            type(hat.account).objects.filter(pk=hat.account_id).update(name=name)
    return viewer_in(hat) if not name else _again(hat.account_id, hat.pk)


def _again(account_id: object, hat_id: object) -> Viewer:
    found = load_viewer(account_id, hat_id, at=AT)  # type: ignore[arg-type]
    assert found is not None
    return found
