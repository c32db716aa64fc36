"""A referral from the asking to the end."""

import pytest

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.models import Provider, Service, Source
from oneplace.post.models import Message
from oneplace.referrals import queries, verbs
from oneplace.vocabulary.terms import ConnectionOutcome, Role, ServiceCategory
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, connected

pytestmark = pytest.mark.django_db


def garden() -> Service:
    with as_role(DatabaseRole.LOADER):
        provider = Provider.objects.create(
            source=Source.FEED,
            source_code="d",
            key="p",
            name="Green Hands",
            email="garden@example.org",
        )
        return Service.objects.create(
            provider=provider,
            source=Source.FEED,
            source_code="d",
            key="s",
            name="Garden help",
            category=ServiceCategory.SOCIAL_PRESCRIBING,
            taken_at=AT,
        )


def test_smoke() -> None:
    person = arrive()
    service = garden()
    pic = connected(Role.PIC, person, "Jo")
    with viewing(pic, at=AT):
        made = verbs.make_referral(
            person_id=person.pk, service=service, need="Help with the garden", by=pic, at=AT
        )
        link = Message.objects.get(template="referral_link").body.split("/answer/")[1].split("/")[0]
    viewer = verbs.viewer_of_link(link, name="x", request_id=None, from_address=None, route="")
    with viewing(viewer, at=AT):
        held = queries.link_by_secret(link, viewer=viewer)
        assert held is not None
        verbs.open_link(link=held, by=viewer, at=AT)
        verbs.accept(referral=held.referral, by=viewer, at=AT)
        held = queries.link_by_secret(link, viewer=viewer)
        verbs.send_code(link=held, by=viewer, at=AT)
        assert verbs.enter_code(link=held, code="000", by=viewer, at=AT)
        body = Message.objects.get(template="referral_code").body
        code = body.split("code is:")[1].split("Type")[0]
        assert queries.opened_by_link(held, viewer=viewer) is None
        assert verbs.enter_code(link=held, code=code, by=viewer, at=AT) == ""
        held = queries.link_by_secret(link, viewer=viewer)
        assert queries.opened_by_link(held, viewer=viewer).name == "Margaret Okafor"
        verbs.connect(referral=held.referral, by=viewer, at=AT)
        verbs.attended(referral=held.referral, by=viewer, at=AT)
        verbs.end_referral(
            referral=held.referral, outcome=ConnectionOutcome.TOOK_PART, by=viewer, at=AT
        )
    with viewing(pic, at=AT):
        assert queries.referral(made.pk, viewer=pic).state == "ended"
        print([m.subject for m in Message.objects.all()])
