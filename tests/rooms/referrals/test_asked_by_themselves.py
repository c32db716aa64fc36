"""Somebody asks on the public pages, without an account; each is rung and told something."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.models import AuditEntry
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.models import Service
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.post.models import Message
from oneplace.referrals import cards, queries, rules, verbs
from oneplace.referrals.jobs import remind_of_self_referrals
from oneplace.referrals.models import (
    AskedFor,
    Referral,
    ReferralOrigin,
    SelfAnswer,
    SelfReferral,
)
from oneplace.vocabulary.terms import ReferralSource, Role
from tests.database import as_role
from tests.factories import viewer_in
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import (
    arrive,
    beside,
    client_of,
    coordinator,
    of_another_team,
    unconnected,
)
from tests.rooms.plans.test_without_audit import kept
from tests.rooms.referrals.asking import garden

pytestmark = pytest.mark.django_db
TYPED: dict[str, Any] = {
    "csrfmiddlewaretoken": "token",
    "asked_for": "self",
    "need": "Somebody to cut the hedge",
    "given": "Margaret",
    "family": "Okafor",
    "phone": "020 7946 0999",
}


@pytest.fixture
def margaret(db: None) -> Person:
    return arrive()


@pytest.fixture
def service(margaret: Person) -> Service:
    return garden()


@pytest.fixture
def pic(margaret: Person) -> Viewer:
    hat = coordinator("Rosa Bell")
    beside(hat, margaret)
    return viewer_in(hat)


def _ask(service: Service, **typed: Any) -> str:
    """What the page says after this was sent."""
    answer = Client().post(
        reverse("referrals:ask_yourself", args=[service.pk]), {**TYPED, **typed}, follow=True
    )
    return str(answer.content.decode())


def _asked() -> SelfReferral:
    with as_role(DatabaseRole.LOADER):
        return SelfReferral.objects.latest("asked_at", "pk")


def _count() -> int:
    with as_role(DatabaseRole.LOADER):
        return SelfReferral.objects.count()


def test_somebody_asks_for_themselves_from_the_public_page(service: Service) -> None:
    shown = Client().get(reverse("directory:service_page", args=[service.pk])).content.decode()

    said = _ask(service, email="margaret@example.org")

    asked = _asked()
    assert reverse("referrals:ask_yourself", args=[service.pk]) in shown
    assert asked.number in said
    assert "ends in 999" in said
    assert asked.answering_name == "Personal independence coordinators"
    assert asked.person_id is None
    with as_role(DatabaseRole.LOADER):
        sent = Message.objects.get(template="asked_by_yourself")
        entry = AuditEntry.objects.get(action="ask_yourself")
    assert sent.address.to == "margaret@example.org"
    assert "hedge" not in sent.body
    assert "Garden" not in sent.body
    assert "hedge" not in str(entry.detail)


def test_the_answer_is_the_same_whether_or_not_anybody_is_known_by_that_name(
    service: Service,
) -> None:
    said = []
    for given, family in (("Margaret", "Okafor"), ("Zebedee", "Nobody")):
        page = _ask(service, given=given, family=family)
        said.append(page.split("<main")[1].split("</main>")[0].replace(_asked().number, ""))

    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"need": ""}, "Write what would help"),
        ({"phone": "999"}, "Write the whole telephone number"),
        ({"phone": ""}, "Write a telephone number"),
        ({"email": "not an address"}, "This is no email address"),
        ({"asked_for": "family"}, "Write your own name"),
        ({"asked_for": "family", "asker_name": "Ada"}, "Ask them first"),
        ({"asked_for": "nobody"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_kept(
    typed: dict[str, str], says: str, service: Service
) -> None:
    said = _ask(service, **typed)

    assert says in said
    assert "There is a problem" in said
    assert _count() == 0


def test_an_empty_form_asks_for_what_is_needed(service: Service) -> None:
    answer = Client().post(
        reverse("referrals:ask_yourself", args=[service.pk]), {"csrfmiddlewaretoken": "token"}
    )

    assert "Say who it is for." in answer.content.decode()


def test_a_machine_that_fills_every_box_is_thanked_and_nothing_is_kept(service: Service) -> None:
    said = _ask(service, website="https://spam.example")

    assert "Thank you" in said
    assert _count() == 0


def test_whoever_asks_too_often_is_given_the_number_to_ring(service: Service) -> None:
    for _ in range(rules.MOST_ASKED_BY_ONE):
        _ask(service)

    said = _ask(service)

    assert "Too much was asked from here" in said
    assert _count() == rules.MOST_ASKED_BY_ONE


def test_a_service_that_takes_nobody_this_way_has_no_such_page(service: Service) -> None:
    with as_role(DatabaseRole.LOADER):
        Service.objects.filter(pk=service.pk).update(is_self_referral=False)

    page = Client().get(reverse("directory:service_page", args=[service.pk])).content.decode()

    assert Client().get(reverse("referrals:ask_yourself", args=[service.pk])).status_code == 404
    assert "Ask for this help" not in page


def test_only_the_team_that_answers_reads_it(service: Service, pic: Viewer) -> None:
    _ask(service)
    asked = _asked()

    for stranger in (of_another_team(), unconnected(Role.GP), unconnected(Role.SOCIAL_WORKER)):
        with viewing(stranger, at=AT):
            assert not SelfReferral.objects.exists()
            assert queries.self_referral(asked.pk, viewer=stranger) is None
            assert not queries.self_referrals(viewer=stranger).exists()
            assert not queries.self_referrals_late(viewer=stranger, at=AT + timedelta(9)).exists()
    with viewing(pic, at=AT):
        assert list(queries.self_referrals(viewer=pic)) == [asked]
        (row,) = cards.AskedByThemselves().rows(viewer=pic, at=AT)
    assert "Margaret Okafor" in row.what
    page = client_of(pic).get(reverse("referrals:self_referral", args=[asked.pk]))
    assert "020 7946 0999" in page.content.decode()
    assert asked.number in client_of(pic).get(
        reverse("referrals:self_referrals")
    ).content.decode() or (
        "Margaret Okafor"
        in client_of(pic).get(reverse("referrals:self_referrals")).content.decode()
    )


def test_it_is_taken_up_as_a_referral_of_whom_the_team_knows_already(
    service: Service, pic: Viewer, margaret: Person
) -> None:
    _ask(
        service,
        asked_for="family",
        asker_name="Ada Okafor",
        asker_relation="daughter",
        is_known="on",
    )
    asked = _asked()
    page = client_of(pic)
    form = page.get(reverse("referrals:take_up_self_referral", args=[asked.pk])).content.decode()

    page.post(
        reverse("referrals:take_up_self_referral", args=[asked.pk]),
        {
            "csrfmiddlewaretoken": "token",
            "whose": str(margaret.pk),
            "need": "The hedge",
            "is_wanted": "on",
        },
    )

    assert str(margaret.pk) in form
    with as_role(DatabaseRole.LOADER):
        made = Referral.objects.get()
        held = SelfReferral.objects.get()
        passed_on = made.passed_on
    assert (made.origin, made.asked_from) == (ReferralOrigin.SELF, ReferralSource.CARER)
    assert made.person_id == held.person_id == margaret.pk
    assert (held.referral_id, held.answer) == (made.pk, SelfAnswer.TAKEN_UP)
    assert "Ada Okafor asked for them (daughter)" in passed_on.words
    assert "has answered this already" in (rules.why_not_handle(held, by=pic) or "")


def test_whoever_is_new_is_added_by_what_they_wrote(service: Service, pic: Viewer) -> None:
    _ask(service, given="Winston", family="Reid", postcode="cr7 8ab")

    with viewing(pic, at=AT):
        asked = queries.self_referral(_asked().pk, viewer=pic)
        assert asked is not None
        assert queries.whose_it_may_be(asked, viewer=pic, at=AT) == ()
        made = verbs.take_up_self_referral(asked=asked, person_id=None, by=pic, at=AT)

    assert (made.person.given, made.person.family) == ("Winston", "Reid")


def test_nobody_is_given_up_before_three_days_of_ringing(service: Service, pic: Viewer) -> None:
    _ask(service)
    for day in range(rules.LEAST_TRIES - 1):
        with viewing(pic, at=AT + timedelta(days=day)):
            verbs.note_try(asked=_asked(), by=pic, at=AT + timedelta(days=day))
    could_not = {"answer": SelfAnswer.COULD_NOT_REACH, "words": "Wrote a card", "by": pic}

    with viewing(pic, at=AT), pytest.raises(Refused, match="So far: 2"):
        verbs.answer_self_referral(asked=_asked(), at=AT, **could_not)
    with viewing(pic, at=AT + timedelta(days=3)):
        verbs.note_try(asked=_asked(), by=pic, at=AT + timedelta(days=3))
        held = verbs.answer_self_referral(asked=_asked(), at=AT + timedelta(days=3), **could_not)

    assert not held.is_open


def test_a_no_says_what_they_were_told(service: Service, pic: Viewer) -> None:
    _ask(service, email="margaret@example.org")
    page, here = client_of(pic), reverse("referrals:answer_self_referral", args=[_asked().pk])

    empty = page.post(here, {"csrfmiddlewaretoken": "token"}).content.decode()
    page.post(here, {"answer": "cannot_help", "words": "Rang; told her of the hedge fund"})

    assert "Say what came of it." in empty
    assert _asked().answer == SelfAnswer.CANNOT_HELP
    with as_role(DatabaseRole.LOADER):
        sent = Message.objects.get(template="asked_and_answered")
    assert "hedge" not in sent.body


def test_a_try_is_written_down_on_the_page(service: Service, pic: Viewer) -> None:
    _ask(service)
    here = reverse("referrals:note_try", args=[_asked().pk])

    client_of(pic).post(here, {"csrfmiddlewaretoken": "token", "words": "No answer"})

    assert [one["words"] for one in _asked().tries] == ["No answer"]


def test_the_team_is_asked_again_where_somebody_waits_too_long(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask(service)
    late = _asked().answer_by + timedelta(hours=1)
    monkeypatch.setattr("oneplace.referrals.jobs.clock.now", lambda: late)

    with as_role(DatabaseRole.LOADER):
        remind_of_self_referrals(0)
        remind_of_self_referrals(0)

    assert _asked().reminders == 1
    with as_role(DatabaseRole.LOADER):
        assert Message.objects.filter(subject__contains="still waits to be rung").count() == 1


ACTS: dict[str, Callable[[SelfReferral, Viewer], object]] = {
    "note_try": lambda a, v: verbs.note_try(asked=a, by=v, at=AT),
    "take_up_self_referral": lambda a, v: verbs.take_up_self_referral(
        asked=a, person_id=None, by=v, at=AT
    ),
    "answer_self_referral": lambda a, v: verbs.answer_self_referral(
        asked=a, answer=SelfAnswer.NOT_NEEDED, words="Rang", by=v, at=AT
    ),
    "remind_of_self_referral": lambda a, v: verbs.remind_of_self_referral(
        asked=a, by=v, at=a.answer_by + timedelta(hours=1)
    ),
}


@pytest.mark.parametrize("name", [*ACTS, "ask_yourself"])
def test_without_its_audit_nothing_is_saved(
    name: str, service: Service, pic: Viewer, broken_audit: Callable[[], None]
) -> None:
    _ask(service)
    asked, before = _asked(), kept("referrals")
    broken_audit()

    with viewing(pic, at=AT), pytest.raises(RuntimeError, match="no audit"):
        if name == "ask_yourself":
            verbs.ask_yourself(
                service=service,
                asked_for=AskedFor.SELF,
                given="A",
                family="B",
                phone="020 7946 0999",
                need="x",
                by=pic,
                at=AT,
            )
        else:
            ACTS[name](asked, pic)

    assert kept("referrals") == before
