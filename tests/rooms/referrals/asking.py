"""Services to ask, and their links, for tests of referrals."""

from oneplace.access.viewer import Viewer
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.models import Provider, Service, Source
from oneplace.partners.models import Organisation, Team
from oneplace.people.models import Person
from oneplace.post.models import Message
from oneplace.referrals import verbs
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import ServiceCategory
from tests.database import as_role
from tests.rooms.people.saying import AT

NEED = "Help with clearing the garden"


def garden() -> Service:
    """A charity without accounts."""
    with as_role(DatabaseRole.LOADER):
        provider = Provider.objects.create(
            source=Source.FEED,
            source_code="voluntary_directory",
            key="o1",
            name="Green Hands",
            email="office@example.org",
        )
        return Service.objects.create(
            provider=provider,
            source=Source.FEED,
            source_code="voluntary_directory",
            key="s1",
            name="Garden friends",
            category=ServiceCategory.SOCIAL_PRESCRIBING,
            taken_at=AT,
        )


def team_service(team: Team) -> Service:
    """A service a team here answers for."""
    with as_role(DatabaseRole.LOADER):
        provider = Provider.objects.create(
            source=Source.PLACE, source_code="place", key=team.host.code, name=team.host.name
        )
        return Service.objects.create(
            provider=provider,
            source=Source.PLACE,
            source_code="place",
            key="s2",
            name="Help to walk again",
            category=ServiceCategory.REABLEMENT,
            team=team,
            taken_at=AT,
        )


def partner_service(code: str) -> Service:
    """A service a partner answers for, without a team."""
    with as_role(DatabaseRole.LOADER):
        organisation = Organisation.objects.get(code=code)
        provider = Provider.objects.create(
            source=Source.PLACE,
            source_code="place",
            key=code,
            name=organisation.name,
            organisation=organisation,
        )
        return Service.objects.create(
            provider=provider,
            source=Source.PLACE,
            source_code="place",
            key="s3",
            name="Advice on benefits",
            category=ServiceCategory.MONEY_AND_BENEFITS,
            taken_at=AT,
        )


def asked(person: Person, service: Service, by: Viewer) -> Referral:
    """An ask of that service; the database must have been told who acts."""
    return verbs.make_referral(person_id=person.pk, service=service, need=NEED, by=by, at=AT)


def secret_of_link() -> str:
    """The secret of the last link sent."""
    with as_role(DatabaseRole.LOADER):
        message = Message.objects.filter(template="referral_link").latest("written_at", "pk")
    return message.body.split("/can-you-help/")[1].split("/")[0]


def code_sent() -> str:
    """The last code sent."""
    with as_role(DatabaseRole.LOADER):
        message = Message.objects.filter(template="referral_code").latest("written_at", "pk")
    return message.body.split("Your code is:")[1].split("Type")[0].strip()


def link_viewer(secret: str) -> Viewer:
    """Whoever holds a link."""
    return verbs.viewer_of_link(
        secret, name="Green Hands", request_id=None, from_address=None, route=""
    )
