"""What a link shows before a yes and a code tells nobody who it is about."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.referrals import verbs
from oneplace.referrals.models import Referral
from oneplace.referrals.naming import telling_in, without_telling
from oneplace.vocabulary.terms import ReferralRejected
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of
from tests.rooms.referrals.asking import code_sent, link_viewer
from tests.rooms.referrals.test_without_audit import World, world  # noqa: F401 - a fixture

MARGARET = Person(given="Margaret Ann", known_as="Peggy", family="Okafor-Lee")
MAY = Person(given="May", family="Ng")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Company on weekdays, and a lift to church", []),
        ("Peggy would like company", ["Peggy"]),
        ("MARGARET OKAFOR-LEE needs the garden done", ["MARGARET", "OKAFOR-LEE"]),
        ("Keep up margaret’s garden", ["margaret"]),
        ("Ring on 020 7946 0018", ["020 7946 0018"]),
        ("NHS number 999 000 0018", ["999 000 0018"]),
        ("Lives at CR7 8AB, third floor", ["CR7 8AB"]),
        ("In CR7, since 2019, 3 steps, 12 visits", []),
        ("Annual check of the gutters", []),
    ],
)
def test_names_numbers_and_whole_postcodes_are_found(words: str, told: list[str]) -> None:
    assert telling_in(words, MARGARET) == told


def test_a_name_that_is_a_word_too_is_meant_only_as_it_is_spelt() -> None:
    assert telling_in("She may like to sing", MAY) == []
    assert telling_in("May likes to sing", MAY) == ["May"]


def test_a_family_name_that_is_a_word_may_be_used_as_one() -> None:
    walker = Person(given="Grace", family="Walker")

    assert telling_in("Needs a walker, and grace at meals", walker) == ["grace"]
    assert telling_in("Mrs Walker, MRS WALKER", walker) == ["Walker", "WALKER"]


def test_what_is_left_out_leaves_the_rest() -> None:
    words = "Peggy’s garden, ring 020 7946 0018"

    assert without_telling(words, MARGARET) == "…’s garden, ring …"
    assert without_telling("Ring 020 7946 0018", None) == "Ring …"


@pytest.mark.django_db
def test_nobody_is_named_to_a_charity_that_has_not_said_yes(world: World) -> None:  # noqa: F811
    other = client_of(world.gp)
    need = "Margaret would like company"
    with viewing(world.charity, at=AT):
        verbs.decline(
            referral=world.made, because=ReferralRejected.NO_CAPACITY, by=world.charity, at=AT
        )

    refused = other.post(
        reverse("referrals:refer_to", args=[world.margaret.pk, world.service.pk]),
        {"need": need, "urgency": "routine", "is_wanted": "on"},
    ).content.decode()

    assert "tells who it is. Leave it out" in refused
    assert need in refused, "nothing typed is lost"
    assert Referral.objects.filter(person=world.margaret).count() == 1


@pytest.mark.django_db
def test_a_team_that_reads_the_record_may_be_told_the_name(world: World) -> None:  # noqa: F811
    with viewing(world.gp, at=AT):
        made = verbs.make_referral(
            person_id=world.margaret.pk,
            service=world.other,
            need="Margaret would like company",
            by=world.gp,
            at=AT,
        )
        verbs.take_back(referral=made, why="They are full", by=world.gp, at=AT)
        with viewing(world.charity, at=AT):
            verbs.decline(
                referral=world.made, because=ReferralRejected.NO_CAPACITY, by=world.charity, at=AT
            )

    with viewing(world.gp, at=AT):
        again = verbs.offer_elsewhere(
            referral=Referral.objects.get(pk=made.pk), service=world.service, by=world.gp, at=AT
        )

    assert made.need == "Margaret would like company"
    assert again.need == "… would like company"


@pytest.mark.django_db
def test_no_answer_to_a_charitys_question_names_anybody_either(world: World) -> None:  # noqa: F811
    charity = link_viewer(world.secret)
    with viewing(charity, at=AT):
        verbs.ask_back(referral=world.made, words="Any steps?", by=charity, at=AT)

    with viewing(world.gp, at=AT), pytest.raises(Refused, match="tells who it is"):
        verbs.reply(
            referral=world.made, words="Three. Ring Margaret on 020 7946 0018", by=world.gp, at=AT
        )
    with viewing(world.gp, at=AT):
        verbs.reply(referral=world.made, words="Three, with a rail", by=world.gp, at=AT)


@pytest.mark.django_db
def test_a_charity_that_knows_nobody_yet_gives_no_reason_only_who_knows_them_could(
    world: World,  # noqa: F811
) -> None:
    here = reverse("referrals:act_by_link", args=[world.secret, "decline"])
    phone = Client()

    asked = phone.get(here).content.decode()

    assert asked.index("No capacity") < asked.index("Lives outside our area")
    assert "Died" not in asked and "Needs hospital" not in asked
    assert "Say why not" in phone.post(here, {"because": "died"}).content.decode() or (
        Referral.objects.get(pk=world.made.pk).is_open
    )
    assert phone.post(here, {"because": "no_capacity", "words": ""}).status_code == 200


@pytest.mark.django_db
def test_one_thing_stands_out_on_the_page_behind_a_link(world: World) -> None:  # noqa: F811
    here = reverse("referrals:answer_by_link", args=[world.secret])
    phone = Client()

    def standing_out() -> list[str]:
        page = phone.get(here).content.decode()
        return re.findall(r'<(?:a|button) class="nhsuk-button"[^>]*>([^<]+)<', page)

    assert standing_out() == ["Yes"]
    phone.post(f"{here}accept/", {"words": ""})
    assert standing_out() == ["Show me who it is"]
    phone.post(here, {"code": "".join(sign for sign in code_sent() if sign.isdigit())[:6]})
    assert standing_out() == ["Spoke with them"]
