"""Referrals on pages: asked, answered by account and by link, followed on both sides."""

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.models import AuditEntry
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.models import Service
from oneplace.people.models import Person
from oneplace.referrals import cards, verbs
from oneplace.referrals.models import AnswerLink, Referral
from oneplace.vocabulary.terms import ConnectionState, ReferralRejected, Role
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, client_of, connected, unconnected
from tests.rooms.referrals.asking import (
    NEED,
    asked,
    code_sent,
    garden,
    partner_service,
    secret_of_link,
)

pytestmark = pytest.mark.django_db
MOST_BYTES_BY_LINK = 60 * 1024


@pytest.fixture
def margaret(db: None) -> Person:
    return arrive()


@pytest.fixture
def gp(margaret: Person) -> Viewer:
    return connected(Role.GP, margaret, "Dr Gray")


@pytest.fixture
def page(gp: Viewer) -> Client:
    return client_of(gp)


@pytest.fixture
def service(margaret: Person) -> Service:
    return garden()


@pytest.fixture
def made(margaret: Person, gp: Viewer, service: Service) -> Referral:
    with viewing(gp, at=AT):
        return asked(margaret, service, gp)


def test_a_person_is_referred_from_their_page(
    page: Client, margaret: Person, service: Service
) -> None:
    head = page.get(reverse("desk:person", args=[margaret.pk])).content.decode()
    look = page.post(
        reverse("referrals:refer", args=[margaret.pk]), {"words": "friends"}
    ).content.decode()
    form = page.get(reverse("referrals:refer_to", args=[margaret.pk, service.pk]))
    page.post(
        reverse("referrals:refer_to", args=[margaret.pk, service.pk]),
        {"need": NEED, "urgency": "routine", "is_wanted": "on"},
    )

    assert reverse("referrals:refer", args=[margaret.pk]) in head
    assert look
    assert "answers by a link" in form.content.decode()
    found = Referral.objects.get()
    shown = page.get(reverse("referrals:referral", args=[found.pk])).content.decode()
    assert "Asked, no answer yet" in shown
    assert "Garden friends" in page.get(reverse("desk:person", args=[margaret.pk])).content.decode()
    assert "Margaret Okafor" in page.get(reverse("referrals:referrals")).content.decode()


def test_nobody_is_referred_without_knowing(
    page: Client, margaret: Person, service: Service
) -> None:
    answer = page.post(
        reverse("referrals:refer_to", args=[margaret.pk, service.pk]),
        {"need": NEED, "urgency": "routine"},
    )

    assert "Ask the person first" in answer.content.decode()
    assert not Referral.objects.exists()


def test_a_charity_answers_by_link_in_three_steps(page: Client, gp: Viewer, made: Referral) -> None:
    secret, phone = secret_of_link(), Client()
    here = reverse("referrals:answer_by_link", args=[secret])

    before = phone.get(here)
    phone.post(reverse("referrals:act_by_link", args=[secret, "accept"]), {"words": "Gladly"})
    asked_for_code = phone.get(here).content.decode()
    wrong = phone.post(here, {"code": "000"}).content.decode()
    phone.post(here, {"code": code_sent()})
    after = phone.get(here).content.decode()

    words = before.content.decode()
    assert len(before.content) <= MOST_BYTES_BY_LINK
    assert "Can you help somebody in their 80s in CR7?" in words
    assert NEED in words
    assert "Margaret" not in words
    assert "Margaret" not in asked_for_code
    assert "This is not the code" in wrong
    assert "Margaret Okafor" in after
    assert "020 7946 0018" in after
    shown = page.get(reverse("referrals:referral", args=[made.pk])).content.decode()
    assert "Said yes" in shown
    assert "Green Hands, by the link" in shown


def test_a_charity_says_no_and_the_link_is_spent(page: Client, made: Referral) -> None:
    secret, phone = secret_of_link(), Client()

    thanks = phone.post(
        reverse("referrals:act_by_link", args=[secret, "decline"]),
        {"because": "no_capacity", "words": ""},
    )
    again = phone.get(reverse("referrals:answer_by_link", args=[secret]))

    assert "Thank you for saying so" in thanks.content.decode()
    assert again.status_code == 410
    assert NEED not in again.content.decode()
    shown = page.get(reverse("referrals:referral", args=[made.pk])).content.decode()
    assert "Said no: no capacity" in shown
    assert "Ask another service" in shown


def test_an_expired_link_reveals_nothing(made: Referral) -> None:
    secret = secret_of_link()
    with as_role(DatabaseRole.LOADER):
        AnswerLink.objects.update(expires_at=AT.replace(year=2020))

    answer = Client().get(reverse("referrals:answer_by_link", args=[secret]))

    assert answer.status_code == 410
    assert "This link has expired" in answer.content.decode()
    assert NEED not in answer.content.decode()


def test_an_unknown_link_is_the_page_of_what_does_not_exist(made: Referral) -> None:
    for route, arguments in (
        ("answer_by_link", ["wrong"]),
        ("act_by_link", ["wrong", "accept"]),
    ):
        assert Client().get(reverse(f"referrals:{route}", args=arguments)).status_code == 404


def test_an_act_that_does_not_fit_is_not_found(made: Referral) -> None:
    secret, phone = secret_of_link(), Client()

    for act in ("end_referral", "reply", "nonsense"):
        address = reverse("referrals:act_by_link", args=[secret, act])
        assert phone.get(address).status_code == 404


def test_a_secret_never_stands_in_the_audit(made: Referral) -> None:
    secret = secret_of_link()
    Client().get(reverse("referrals:answer_by_link", args=[secret]))

    with as_role(DatabaseRole.LOADER):
        entries = list(AuditEntry.objects.values_list("subject_id", "route", "detail"))
    assert secret not in repr(entries)


def test_a_partner_answers_on_its_list(gp: Viewer, margaret: Person, page: Client) -> None:
    charity = unconnected(Role.VOLUNTARY_ORGANISATION, "Vera Volunteer")
    from oneplace.partners.models import Organisation

    service = partner_service(Organisation.objects.get(pk=charity.organisation_id).code)
    with viewing(gp, at=AT):
        made = asked(margaret, service, gp)
    desk = client_of(charity)

    listed = desk.get(reverse("referrals:referrals")).content.decode()
    desk.post(
        reverse("referrals:act_on_referral", args=[made.pk, "ask_back"]), {"words": "Which day?"}
    )
    theirs = page.get(reverse("referrals:referral", args=[made.pk])).content.decode()
    page.post(
        reverse("referrals:act_on_referral", args=[made.pk, "reply"]), {"words": "Any morning"}
    )
    desk.post(reverse("referrals:act_on_referral", args=[made.pk, "accept"]), {"words": ""})

    assert NEED in listed
    assert "Which day?" in theirs
    assert "Dr Gray is to answer" in theirs
    made.refresh_from_db()
    assert made.state == ConnectionState.ACCEPTED


def test_my_day_shows_both_sides_what_waits(gp: Viewer, margaret: Person) -> None:
    charity = unconnected(Role.VOLUNTARY_ORGANISATION)
    from oneplace.partners.models import Organisation

    service = partner_service(Organisation.objects.get(pk=charity.organisation_id).code)
    with viewing(gp, at=AT):
        made = asked(margaret, service, gp)
    with viewing(charity, at=AT):
        (row,) = cards.AskedOfUs().rows(viewer=charity, at=AT)
        verbs.ask_back(referral=made, words="Which day?", by=charity, at=AT)
        assert cards.AskedOfUs().rows(viewer=charity, at=AT) == []
    with viewing(gp, at=AT):
        (waiting,) = cards.AnswersMissing().rows(viewer=gp, at=AT)

    assert row.what == NEED
    assert waiting.button == "Answer"
    assert waiting.person == "Margaret Okafor"


def test_a_stranger_finds_no_referral(made: Referral, margaret: Person) -> None:
    stranger = client_of(unconnected(Role.SOCIAL_WORKER))

    for route, arguments in (
        ("referral", [made.pk]),
        ("act_on_referral", [made.pk, "accept"]),
        ("refer", [margaret.pk]),
    ):
        assert stranger.get(reverse(f"referrals:{route}", args=arguments)).status_code == 404


def test_whoever_looked_somebody_up_and_took_them_on_has_a_referral_that_ends(
    margaret: Person,
) -> None:
    from oneplace.people import queries as people
    from oneplace.people import verbs as people_verbs
    from oneplace.vocabulary.terms import ConnectionOutcome
    from tests.rooms.people.saying import NUMBER

    nurse = unconnected(Role.COMMUNITY_NURSE, "Dee Nurse")
    with viewing(nurse, at=AT):
        people_verbs.look_up_person(
            nhs_number=NUMBER, reason="Her daughter rang us about a fall", by=nurse, at=AT
        )
        people_verbs.take_referral(person_id=margaret.pk, from_whom="Ada", by=nurse, at=AT)
        made = Referral.objects.get()
        assert made.state == ConnectionState.ACCEPTED
        assert people.person(margaret.pk, viewer=nurse) is not None
        verbs.first_contact(referral=made, by=nurse, at=AT)
        verbs.end_referral(referral=made, outcome=ConnectionOutcome.TOOK_PART, by=nurse, at=AT)
        assert people.person(margaret.pk, viewer=nurse) is None


def test_declining_needs_a_reason_on_the_page(made: Referral) -> None:
    answer = Client().post(
        reverse("referrals:act_by_link", args=[secret_of_link(), "decline"]), {"words": "no"}
    )

    assert "Say why not" in answer.content.decode()
    assert ReferralRejected.NO_CAPACITY.label in answer.content.decode()


def test_a_charity_that_asks_back_reads_the_answer_by_a_new_link(
    page: Client, made: Referral
) -> None:
    secret, phone = secret_of_link(), Client()
    phone.post(reverse("referrals:act_by_link", args=[secret, "ask_back"]), {"words": "Any steps?"})
    page.post(
        reverse("referrals:act_on_referral", args=[made.pk, "reply"]), {"words": "Two at the door"}
    )
    with as_role(DatabaseRole.LOADER):
        (newer,) = AnswerLink.objects.filter(closed_at=None)
        from oneplace.post.models import Message
        from oneplace.referrals.links import party_of

        bodies = Message.objects.filter(template="referral_link").values_list("body", flat=True)
        secrets = [body.split("/can-you-help/")[1].split("/")[0] for body in bodies]
    (fresh,) = [each for each in secrets if party_of(each) == newer.pk]

    words = phone.get(reverse("referrals:answer_by_link", args=[fresh])).content.decode()
    assert "Two at the door" in words
    assert phone.get(reverse("referrals:answer_by_link", args=[secret])).status_code in {404, 410}
