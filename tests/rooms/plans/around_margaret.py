"""A small world for tests of plans and referrals: Margaret, those around her, and a stranger."""

from datetime import date

from django.test import Client

from oneplace.access import verbs as access_verbs
from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import Account, Hat
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Post, Team
from oneplace.people.models import Person
from oneplace.plans import queries
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import RelationshipKind, Role
from tests.database import as_role
from tests.factories import LOADER, bring_in_place, make_account, make_hat, viewer_in
from tests.rooms.people.saying import AT, GP, OTHER_NUMBER, margaret, person_of, say
from tests.rooms.referrals.asking import asked, team_service


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


def coordinator(name: str) -> Hat:
    """Somebody of the coordinators' own team."""
    (team_id,) = queries.coordinator_teams()[:1]
    account = make_account(name=name)
    with as_role(DatabaseRole.LOADER):
        post = Post.objects.filter(role=Role.PIC, teams__pk=team_id).order_by("key").first()
        assert post is not None
        hat = Hat(
            account=account,
            post=post,
            employer=post.organisation,
            starts_on=date(2024, 1, 1),
            source="test",
        )
        hat.save(force_insert=True)
    return hat


def beside(hat: Hat, person: Person) -> None:
    """This person on the caseload of whoever wears the hat."""
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        access_verbs.open_relationship(
            person_id=person.pk,
            party_id=hat.pk,
            kind=RelationshipKind.CASELOAD,
            source="tests",
            by=LOADER,
            at=AT,
        )


def referred_to_coordinators(person: Person) -> Referral:
    """An ask of the coordinators for this person, by their GP."""
    (team_id,) = queries.coordinator_teams()[:1]
    with as_role(DatabaseRole.LOADER):
        service = team_service(Team.objects.get(pk=team_id))
    gp = connected(Role.GP, person, "Dr Lee")
    with viewing(gp, at=AT):
        return asked(person, service, gp)


def of_another_team() -> Viewer:
    """A coordinator who sits in no team of coordinators, and has nothing to do with anybody."""
    hat = make_hat(Role.PIC)
    with as_role(DatabaseRole.LOADER):
        posts = Post.objects.filter(role=Role.PIC).exclude(
            teams__pk__in=queries.coordinator_teams()
        )
        hat.post = posts.order_by("key")[0]
        hat.save(update_fields=["post"])
    return viewer_in(hat)
