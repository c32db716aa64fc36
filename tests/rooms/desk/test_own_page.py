"""Somebody's own page: what it opens to them, to whom they chose to help, and to nobody else."""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection
from django.test import Client

from oneplace.access import verbs as access_verbs
from oneplace.access.models import (
    Account,
    AuditEntry,
    Barrier,
    Choice,
    ChoiceKind,
    Hat,
    LookQuestion,
    OwnLink,
    OwnRecord,
    Relationship,
)
from oneplace.access.queries import choices as choice_queries
from oneplace.access.queries import emergency as emergency_queries
from oneplace.access.queries import own as own_queries
from oneplace.access.verbs.own import OwnLinkSent
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.actions import verbs as action_verbs
from oneplace.actions.models import Action, Step
from oneplace.actions.owners import Owner
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk.queries import own_page as own_page_queries
from oneplace.desk.queries.own_visits import visits_coming
from oneplace.feeds import reading
from oneplace.kit.refusals import Refused
from oneplace.people import verbs as people_verbs
from oneplace.people.models import Person, SafeNow
from oneplace.people.models.concern import Concern
from oneplace.plans import queries as plans
from oneplace.plans import verbs as plan_verbs
from oneplace.plans.models import Goal, PlanEntry, SaidBy
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import Visit, VisitPurpose
from oneplace.visits.queries.own_page import expected
from oneplace.vocabulary.terms import (
    AccountKind,
    ActionOrigin,
    BarrierKind,
    PlanSection,
    RelationshipKind,
    Role,
)
from tests.database import as_role
from tests.factories import LOADER, make_account, make_hat
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, bola, client_of, connected, unconnected

pytestmark = pytest.mark.django_db
ALONE: dict[str, Any] = {"how": "At home, while Ada was out shopping", "was_alone": True}


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the tests' reader by its name, and hold the clock."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    yield


@pytest.fixture
def margaret() -> Person:
    """Margaret, as her practice tells of her."""
    return arrive()


@pytest.fixture
def jo(margaret: Person) -> Viewer:
    """Her coordinator."""
    return connected(Role.PIC, margaret, "Jo Reyes")


@pytest.fixture
def peggy(margaret: Person, jo: Viewer) -> Viewer:
    """Margaret herself, let in by her coordinator."""
    return come_in(margaret, jo, is_supporter=False)


@pytest.fixture
def ada(margaret: Person, jo: Viewer) -> Viewer:
    """Her daughter, whom she chose to help her."""
    return come_in(margaret, jo, is_supporter=True, name="Ada Okafor", relation="my daughter")


def come_in(
    person: Person, by: Viewer, *, is_supporter: bool, name: str = "Margaret Okafor", **more: Any
) -> Viewer:
    """Whoever was let in to a person's own page."""
    with viewing(by, at=AT):
        own = access_verbs.let_in(
            person_id=person.pk,
            name=name,
            is_supporter=is_supporter,
            by=by,
            at=AT,
            **{**ALONE, **more},
        )
    found = load_viewer(own.account_id, None, at=AT)
    assert found is not None
    return found


def browser(viewer: Viewer) -> Client:
    """A browser in which they are signed in."""
    if viewer.hat_id is not None:
        return client_of(viewer)
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id or ""))
    return client


def main(answer: Any) -> str:
    """The words of a page, without its frame."""
    text = str(answer.content.decode())
    found = text[text.index("<main") : text.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def a_plan(person: Person, jo: Viewer) -> None:
    """Words, a goal with a first step, a helper."""
    with viewing(jo, at=AT):
        plan_verbs.write_words(
            person_id=person.pk,
            section=PlanSection.WHAT_MATTERS,
            words="I want to get to church on Sundays",
            by=jo,
            at=AT,
        )
        plan_verbs.set_goal(
            person_id=person.pk,
            in_their_words="Go to church",
            first_step="Ring Father Kofi",
            by=jo,
            at=AT,
        )
        plan_verbs.add_support(
            person_id=person.pk, who="Ada", what="shopping on Fridays", by=jo, at=AT
        )


# --- what it opens --------------------------------------------------------------------------------


def test_my_plan_shows_my_words_what_i_would_like_and_who_helps(
    margaret: Person, jo: Viewer, peggy: Viewer
) -> None:
    a_plan(margaret, jo)

    plan = main(browser(peggy).get("/my-page/plan/"))
    helpers = main(browser(peggy).get("/my-page/who-helps/"))
    following = main(browser(peggy).get("/my-page/next/"))
    home = main(browser(peggy).get("/my-day/"))

    assert "I want to get to church on Sundays" in plan
    assert "Go to church" in plan and "Ring Father Kofi" in plan
    assert "Ada" in helpers and "Shopping on Fridays" in helpers
    assert "Jo Reyes" in helpers and "Works with you" in helpers
    assert "Ring Father Kofi" in following
    assert "I want to get to church on Sundays" in home
    assert "Who can see my information" in home


def test_an_own_page_opens_nobody_elses(margaret: Person, jo: Viewer, peggy: Viewer) -> None:
    other = bola()
    a_plan(margaret, jo)

    with viewing(peggy, at=AT):
        seen = list(Person.objects.values_list("pk", flat=True))
        theirs = plans.plan_of(other.pk, viewer=peggy)

    assert seen == [margaret.pk]
    assert theirs is None


@pytest.mark.parametrize("kind", [AccountKind.RESIDENT, AccountKind.SUPPORTER])
def test_whoever_was_not_let_in_finds_a_page_that_says_so_and_nothing_else(
    margaret: Person, jo: Viewer, kind: AccountKind
) -> None:
    a_plan(margaret, jo)
    stranger = load_viewer(make_account(kind, "A stranger").pk, None, at=AT)
    assert stranger is not None

    with viewing(stranger, at=AT):
        assert own_queries.own_pages(viewer=stranger) == []
        assert own_page_queries.own_page(viewer=stranger) is None
        assert own_page_queries.around_me(margaret.pk, viewer=stranger, at=AT) == []
        assert own_page_queries.told_of(margaret.pk, viewer=stranger, at=AT) == []
        assert own_page_queries.referred(margaret.pk, viewer=stranger, at=AT) == []
        assert visits_coming(margaret.pk, viewer=stranger, at=AT) == []
        assert list(own_queries.comes_to([margaret.pk], viewer=stranger)) == []
        assert own_queries.own_page_of(margaret.pk, viewer=stranger) is None
        assert not own_queries.was_suspended(viewer=stranger)
        assert Person.objects.count() == PlanEntry.objects.count() == Goal.objects.count() == 0
    client = browser(stranger)
    assert "We do not know yet whose page you may see" in main(client.get("/my-day/"))
    assert client.get("/my-page/plan/").status_code == 404


def test_a_supporter_sees_plan_helpers_and_what_is_next_and_never_who_looked(
    margaret: Person, jo: Viewer, ada: Viewer
) -> None:
    a_plan(margaret, jo)
    client = browser(ada)

    home = main(client.get("/my-day/"))

    assert "I want to get to church on Sundays" in home
    assert "Who can see my information" not in home
    assert client.get("/my-page/who-helps/").status_code == 200
    for hidden in ("information/", "information/decide/", "tell-us/", "plan/wishes/"):
        assert client.get(f"/my-page/{hidden}").status_code == 404, hidden
    with viewing(ada, at=AT):
        assert choice_queries.standing(margaret.pk, viewer=ada) == []


def test_nobody_reads_a_concern_on_an_own_page(
    margaret: Person, jo: Viewer, peggy: Viewer, ada: Viewer
) -> None:
    with viewing(jo, at=AT):
        people_verbs.raise_concern(
            person_id=margaret.pk,
            what="Bruises she does not explain",
            who="Margaret",
            is_safe_now=SafeNow.YES,
            wishes="To be asked alone",
            by=jo,
            at=AT,
        )

    for viewer in (peggy, ada):
        with viewing(viewer, at=AT):
            assert Concern.objects.count() == 0
        assert "Bruises" not in main(browser(viewer).get("/my-day/"))


def test_a_sealed_record_has_no_own_page_and_one_kept_out_by_name_does_not_come_in(
    margaret: Person, peggy: Viewer, ada: Viewer
) -> None:
    with as_role(DatabaseRole.LOADER):
        Barrier(
            person_id=margaret.pk,
            kind=BarrierKind.NAMED_PERSON,
            party_id=ada.account_id,
            source="test",
            starts_at=AT - timedelta(days=1),
        ).save(force_insert=True)
    with viewing(ada, at=AT):
        assert own_queries.own_pages(viewer=ada) == []
    with viewing(peggy, at=AT):
        assert len(own_queries.own_pages(viewer=peggy)) == 1

    with as_role(DatabaseRole.LOADER):
        Barrier(
            person_id=margaret.pk,
            kind=BarrierKind.SEALED,
            source="test",
            starts_at=AT - timedelta(days=1),
        ).save(force_insert=True)
    with viewing(peggy, at=AT):
        assert own_queries.own_pages(viewer=peggy) == []


def test_a_visit_to_come_is_told_with_day_and_who_and_never_why(
    margaret: Person, jo: Viewer, peggy: Viewer
) -> None:
    with viewing(jo, at=AT):
        visit_verbs.book(
            person_id=margaret.pk,
            purpose=VisitPurpose.PLAN,
            why="Ask about the bruises",
            opens_at=AT + timedelta(days=2),
            closes_at=AT + timedelta(days=2, hours=1),
            worker=Hat.objects.get(pk=jo.hat_id or ""),
            by=jo,
            at=AT,
        )

    page = main(browser(peggy).get("/my-page/next/"))

    assert "Saturday 14 March" in page and "Jo Reyes" in page
    assert "bruises" not in page
    with viewing(peggy, at=AT):
        assert Visit.objects.count() == 0
    stranger = load_viewer(make_account(AccountKind.RESIDENT, "A stranger").pk, None, at=AT)
    assert stranger is not None
    with viewing(stranger, at=AT):
        assert expected(margaret.pk, viewer=stranger, at=AT) == []


# --- what is written ------------------------------------------------------------------------------


def test_words_added_by_the_person_stand_in_the_plan_for_whoever_keeps_it_with_them(
    margaret: Person, jo: Viewer, peggy: Viewer
) -> None:
    a_plan(margaret, jo)

    answer = browser(peggy).post(
        "/my-page/plan/words/", {"section": "good_and_bad_days", "words": "Mornings are hard."}
    )

    assert answer.status_code == 302
    with viewing(jo, at=AT):
        (found,) = plans.entries(margaret.pk, viewer=jo).filter(words="Mornings are hard.")
    assert (found.said_by, found.written_by_name) == (SaidBy.PERSON, "Margaret Okafor")


def test_words_of_a_supporter_keep_their_own_name(
    margaret: Person, jo: Viewer, ada: Viewer
) -> None:
    a_plan(margaret, jo)

    browser(ada).post(
        "/my-page/plan/words/", {"section": "about_me", "words": "She hums when she is content."}
    )

    with viewing(jo, at=AT):
        (found,) = plans.entries(margaret.pk, viewer=jo).filter(said_by=SaidBy.CARER.value)
    assert found.said_by_name == "Ada Okafor"


def test_somebody_elses_line_is_not_replaced_on_an_own_page(
    margaret: Person, jo: Viewer, peggy: Viewer
) -> None:
    a_plan(margaret, jo)

    with viewing(peggy, at=AT), pytest.raises(Refused, match="Only who wrote a line"):
        plan_verbs.add_own_words(
            person_id=margaret.pk,
            section=PlanSection.WHAT_MATTERS,
            words="Something else",
            replaces=plans.entries(margaret.pk, viewer=peggy).first(),
            by=peggy,
            at=AT,
        )


def test_somebody_without_a_plan_begins_one_and_her_practice_reads_it(
    margaret: Person, peggy: Viewer
) -> None:
    browser(peggy).post(
        "/my-page/plan/wishes/", {"in_their_words": "See my sister", "first_step": "Ring her"}
    )

    with as_role(DatabaseRole.LOADER):
        goal = Goal.objects.get(person=margaret)
    assert (goal.in_their_words, goal.set_by_name) == ("See my sister", "Margaret Okafor")
    assert goal.owner.startswith("oneplace:")


def test_the_person_says_that_is_my_plan(margaret: Person, jo: Viewer, peggy: Viewer) -> None:
    a_plan(margaret, jo)

    browser(peggy).post("/my-page/plan/mine/")

    with viewing(jo, at=AT):
        plan = plans.plan_of(margaret.pk, viewer=jo)
        assert plan is not None
        (agreement,) = plan.agreements.all()
    assert agreement.agreed_by in ("Peggy Okafor", "Margaret Okafor")
    assert "Agreed on 12 March 2026" in main(browser(peggy).get("/my-page/plan/"))


def test_what_has_changed_is_asked_of_the_coordinator_who_must_answer(
    margaret: Person, jo: Viewer, peggy: Viewer
) -> None:
    client = browser(peggy)
    assert "Jo Reyes" in main(client.get("/my-page/tell-us/"))

    client.post("/my-page/tell-us/", {"text": "My stairs frighten me now"})

    with viewing(jo, at=AT):
        action = Action.objects.get(origin=ActionOrigin.OWN_PAGE.value)
        assert (action.owner_account_id, action.due_on.isoformat()) == (
            jo.account_id,
            "2026-03-19",
        )
        action_verbs.accept(action=action, is_in_the_room=False, by=jo, at=AT)
    home = main(client.get("/my-day/"))
    assert "My stairs frighten me now" in home
    assert "said they will do it by 19 March 2026" in home


def test_the_person_reads_of_an_action_what_they_were_told_and_nothing_before(
    margaret: Person, jo: Viewer, peggy: Viewer, ada: Viewer
) -> None:
    with viewing(jo, at=AT):
        action = action_verbs.ask(
            person_id=margaret.pk,
            text="Look out for the nephew",
            owner=_owner_of(jo),
            due=AT.date() + timedelta(days=3),
            origin=ActionOrigin.HUDDLE,
            by=jo,
            at=AT,
        )
    client = browser(peggy)
    assert "nephew" not in main(client.get("/my-page/plan/"))
    with viewing(peggy, at=AT):
        assert Action.objects.count() == Step.objects.count() == 0

    with viewing(jo, at=AT):
        action_verbs.tell_person(
            action=action, words="Jo comes on Sunday to talk with you.", by=jo, at=AT
        )

    seen = main(client.get("/my-page/plan/"))
    assert "Jo comes on Sunday to talk with you." in seen
    assert "nephew" not in seen
    with viewing(peggy, at=AT):
        assert Step.objects.count() == 0
    with viewing(ada, at=AT):
        assert Action.objects.count() == 0


def _owner_of(viewer: Viewer) -> Owner:
    assert viewer.organisation_id is not None
    return Owner(viewer.organisation_id, viewer.name, account_id=viewer.account_id)


# --- sharing, and who looked ----------------------------------------------------------------------


def test_the_person_objects_on_her_own_page_and_takes_it_back(
    margaret: Person, peggy: Viewer
) -> None:
    client = browser(peggy)

    client.post("/my-page/information/decide/objection/", {"words": "I was never asked"})

    with as_role(DatabaseRole.LOADER):
        choice = Choice.objects.get(person_id=margaret.pk, kind=ChoiceKind.OBJECTION.value)
        assert Barrier.objects.filter(person_id=margaret.pk, ends_at=None).count() == 1
    assert choice.recorded_by_name == "Margaret Okafor"
    assert "You object to sharing with other organisations" in main(
        client.get("/my-page/information/")
    )

    client.post(f"/my-page/information/{choice.pk}/take-back/")

    with as_role(DatabaseRole.LOADER):
        assert not Barrier.objects.filter(person_id=margaret.pk, ends_at=None).exists()


def test_what_protects_somebody_is_neither_shown_nor_decided_on_an_own_page(
    margaret: Person, peggy: Viewer
) -> None:
    with as_role(DatabaseRole.LOADER):
        Choice(
            person_id=margaret.pk,
            kind=ChoiceKind.INVESTIGATION,
            how="in_person",
            said_on=AT.date(),
            recorded_at=AT,
            recorded_by_name="An officer",
        ).save(force_insert=True)

    client = browser(peggy)

    assert "enquiry" not in main(client.get("/my-page/information/"))
    assert client.get("/my-page/information/decide/seal/").status_code == 404
    with viewing(peggy, at=AT):
        assert Choice.objects.count() == 0


def test_who_looked_is_told_in_plain_words_and_asked_about(
    margaret: Person, jo: Viewer, peggy: Viewer
) -> None:
    make_hat(Role.IG_OFFICER, account=make_account(name="Olu Officer"))
    browser(jo).get(f"/person/{margaret.pk}/")
    client = browser(peggy)

    page = client.get("/my-page/information/")

    assert "Jo Reyes" in main(page)
    assert "Opened your record" in main(page) or "opened your record" in main(page)
    assert "They could because you are on their caseload" in main(page)
    ask = re.findall(r'href="(/my-page/information/looks/\d+/ask/)"', page.content.decode())[0]
    assert client.post(ask, {"words": "Why did you look?"}).status_code == 302
    with as_role(DatabaseRole.LOADER):
        question = LookQuestion.objects.get(person_id=margaret.pk)
    assert (question.is_own, question.words) == (True, "Why did you look?")
    assert "You asked: “Why did you look?”" in main(client.get("/my-page/information/"))


def test_a_supporters_reading_is_among_who_looked_and_says_that_the_person_chose_them(
    margaret: Person, peggy: Viewer, ada: Viewer
) -> None:
    browser(ada).get("/my-page/plan/")

    seen = main(browser(peggy).get("/my-page/information/"))

    assert "Ada Okafor" in seen
    assert "you chose them to help" in seen


# --- letting in, closing, links -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"was_alone": False}, "when nobody else is with them"),
        ({"how": "ok"}, "where and how"),
        ({"name": " "}, "Write their name"),
    ],
)
def test_nobody_is_let_in_unless_the_person_was_asked_alone(
    margaret: Person, jo: Viewer, given: dict[str, Any], says: str
) -> None:
    with viewing(jo, at=AT), pytest.raises(Refused, match=says):
        access_verbs.let_in(
            **{
                "person_id": margaret.pk,
                "name": "Ada",
                "is_supporter": True,
                **ALONE,
                **given,
                "by": jo,
                "at": AT,
            }
        )


def test_somebody_with_no_reason_to_know_her_lets_nobody_in(margaret: Person) -> None:
    stranger = unconnected(Role.PIC, "Sam Stranger")

    with viewing(stranger, at=AT), pytest.raises(Refused, match="Nothing connects you"):
        access_verbs.let_in(
            person_id=margaret.pk, name="Ada", is_supporter=True, by=stranger, at=AT, **ALONE
        )
    assert browser(stranger).get(f"/person/{margaret.pk}/own-page/").status_code == 404


def test_who_serves_pages_cannot_write_the_key_by_itself(margaret: Person, jo: Viewer) -> None:
    with viewing(jo, at=AT), pytest.raises(DatabaseError):
        OwnRecord(account=make_account(), person_id=margaret.pk, confirmed_at=AT).save(
            force_insert=True
        )


def test_a_supporter_closed_out_while_signed_in_sees_nothing_with_the_next_page(
    margaret: Person, jo: Viewer, peggy: Viewer, ada: Viewer
) -> None:
    a_plan(margaret, jo)
    hers, theirs = browser(ada), browser(jo)
    assert hers.get("/my-page/plan/").status_code == 200
    with as_role(DatabaseRole.LOADER):
        own = OwnRecord.objects.get(account_id=ada.account_id or "")

    theirs.post(
        f"/person/{margaret.pk}/own-page/{own.pk}/close/",
        {"why": "Margaret asked", "for_good": "no"},
    )

    assert hers.get("/my-page/plan/").status_code == 404
    assert "This page is not open at the moment" in main(hers.get("/my-day/"))
    assert "Margaret asked" not in main(hers.get("/my-day/"))
    with as_role(DatabaseRole.LOADER):
        tie = Relationship.objects.get(source_id=own.pk)
    assert (tie.kind, tie.ends_at) == (RelationshipKind.SUPPORTER, AT)

    theirs.post(
        f"/person/{margaret.pk}/own-page/{own.pk}/open/", {"was_alone": "on", "how": ALONE["how"]}
    )

    assert hers.get("/my-page/plan/").status_code == 200


def test_the_person_stops_a_supporter_without_saying_why(
    margaret: Person, peggy: Viewer, ada: Viewer
) -> None:
    with as_role(DatabaseRole.LOADER):
        own = OwnRecord.objects.get(account_id=ada.account_id or "")

    browser(peggy).post(f"/my-page/who-helps/{own.pk}/stop/")

    with viewing(ada, at=AT):
        assert own_queries.own_pages(viewer=ada) == []
    assert browser(ada).post(f"/my-page/who-helps/{own.pk}/stop/").status_code == 404


def a_link(margaret: Person, jo: Viewer, email: str = "") -> OwnLinkSent:
    """A link for Ada, and its code."""
    with viewing(jo, at=AT):
        own = access_verbs.let_in(
            person_id=margaret.pk,
            name="Ada Okafor",
            is_supporter=True,
            email=email,
            by=jo,
            at=AT,
            **ALONE,
        )
        return access_verbs.send_own_link(own=own, by=jo, at=AT)


def _path(sent: OwnLinkSent) -> str:
    return "/come-in/" + sent.link.partition("/come-in/")[2]


def test_a_link_opens_once_with_its_code(margaret: Person, jo: Viewer) -> None:
    sent = a_link(margaret, jo, "ada@example.org")
    client = Client()

    assert "Your code, please" in main(client.get(_path(sent)))
    assert "does not go with the link" in main(client.post(_path(sent), {"code": "AAAA AAAA"}))
    answer = client.post(_path(sent), {"code": sent.code.lower()})

    assert answer.status_code == 302
    assert client.get("/my-page/plan/").status_code == 200
    assert Client().get(_path(sent)).status_code == 410
    (letter,) = mail.outbox
    assert sent.link in letter.body and sent.code.replace(" ", "") not in letter.body


def test_five_wrong_codes_end_a_link(margaret: Person, jo: Viewer) -> None:
    sent = a_link(margaret, jo)
    client = Client()

    for _ in range(5):
        client.post(_path(sent), {"code": "WRONG"})

    assert client.post(_path(sent), {"code": sent.code}).status_code == 410


def test_a_new_link_ends_the_one_before_and_no_page_reads_their_hashes(
    margaret: Person, jo: Viewer
) -> None:
    first = a_link(margaret, jo)
    with viewing(jo, at=AT):
        access_verbs.send_own_link(own=first.own, by=jo, at=AT)
        assert OwnLink.objects.count() == 0

    assert Client().get(_path(first)).status_code == 410


def test_the_link_and_the_code_are_shown_once_to_who_lets_somebody_in(
    margaret: Person, jo: Viewer
) -> None:
    answer = browser(jo).post(
        f"/person/{margaret.pk}/own-page/add/",
        {
            "who": "supporter",
            "name": "Ada Okafor",
            "relation": "my daughter",
            "was_alone": "on",
            "how": ALONE["how"],
        },
    )

    assert "/come-in/" in main(answer)
    page = main(browser(jo).get(f"/person/{margaret.pk}/own-page/"))
    assert "Ada Okafor" in page and "my daughter" in page and "while Ada was out" in page
    assert "/come-in/" not in page


# --- without the audit ----------------------------------------------------------------------------


def test_no_verb_of_own_pages_saves_anything_without_its_audit(
    margaret: Person, jo: Viewer, peggy: Viewer, ada: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_plan(margaret, jo)
    sent = a_link(margaret, jo)
    with viewing(jo, at=AT):
        action = action_verbs.ask(
            person_id=margaret.pk,
            text="Weigh weekly",
            owner=_owner_of(jo),
            due=AT.date(),
            origin=ActionOrigin.HUDDLE,
            by=jo,
            at=AT,
        )
        own = own_queries.own_record(sent.own.pk, viewer=jo)
        assert own is not None
        shut = OwnRecord.objects.get(account_id=ada.account_id or "")
        access_verbs.suspend_own_record(own=shut, why="For now", by=jo, at=AT)

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    secret = _path(sent).split("/")[2]
    about: dict[str, Any] = {"person_id": margaret.pk}
    by_jo: list[Callable[[], object]] = [
        lambda: access_verbs.let_in(**about, name="Eve", is_supporter=True, by=jo, at=AT, **ALONE),
        lambda: access_verbs.suspend_own_record(own=own, why="Now", by=jo, at=AT),
        lambda: access_verbs.resume_own_record(own=shut, by=jo, at=AT, **ALONE),
        lambda: access_verbs.send_own_link(own=own, by=jo, at=AT),
        lambda: access_verbs.open_own_link(secret=secret, code=sent.code, by=jo, at=AT),
        lambda: action_verbs.tell_person(action=action, words="Told", by=jo, at=AT),
    ]
    by_peggy: list[Callable[[], object]] = [
        lambda: plan_verbs.add_own_words(
            **about, section=PlanSection.ABOUT_ME, words="Me", by=peggy, at=AT
        ),
        lambda: plan_verbs.set_own_goal(**about, in_their_words="Sing", by=peggy, at=AT),
        lambda: plan_verbs.say_my_plan(**about, by=peggy, at=AT),
        lambda: action_verbs.ask_on_own_page(
            **about, text="Change", owner=_owner_of(jo), by=peggy, at=AT
        ),
    ]
    before = _everything()
    for viewer, acts in ((jo, by_jo), (peggy, by_peggy)):
        for act in acts:
            with viewing(viewer, at=AT), pytest.raises(RuntimeError, match="no audit"):
                act()

    assert _everything() == before


def _everything() -> list[object]:
    with as_role(DatabaseRole.LOADER):
        return [
            list(model.objects.order_by("pk").values_list())
            for model in (OwnRecord, OwnLink, PlanEntry, Goal, Action, Step, Relationship)
        ]


def test_own_pages_leave_their_entry(margaret: Person, peggy: Viewer) -> None:
    browser(peggy).get("/my-page/plan/")

    with as_role(DatabaseRole.LOADER):
        entries = AuditEntry.objects.filter(
            action="see_own_page", account_id=peggy.account_id or ""
        )
        assert {entry.person_id for entry in entries} == {margaret.pk}


def test_each_identifier_of_one_person_opens_with_the_own_page(
    margaret: Person, jo: Viewer, peggy: Viewer
) -> None:
    other = bola()
    with as_role(DatabaseRole.LOADER), connection.cursor() as cursor:
        cursor.execute(
            "update people_person set current_id = %s where id = %s", [other.pk, margaret.pk]
        )

    with viewing(peggy, at=AT):
        own = own_page_queries.own_page(viewer=peggy)

    assert own is not None
    assert own.person_id == other.pk
    client = browser(peggy)
    client.post("/my-page/information/decide/objection/", {"words": ""})
    page = main(client.get("/my-page/information/"))
    assert "You object to sharing" in page
    client.post("/my-page/plan/words/", {"section": "about_me", "words": "Both of me"})
    assert "Both of me" in main(client.get("/my-page/plan/"))


def test_nobody_finds_a_link_that_is_none(margaret: Person) -> None:
    assert not own_queries.is_link_open("nothing")
    assert Client().get(f"/come-in/{uuid.uuid4()}/").status_code == 410


def test_a_person_with_more_than_one_page_goes_from_one_to_the_other(
    margaret: Person, jo: Viewer, peggy: Viewer
) -> None:
    other = bola()
    helper = connected(Role.PIC, other, "Kim Other")
    with as_role(DatabaseRole.LOADER):
        account = make_account(AccountKind.SUPPORTER, "Ada Okafor")
    for person, by in ((margaret, jo), (other, helper)):
        with viewing(by, at=AT):
            access_verbs.let_in(
                person_id=person.pk,
                name="Ada Okafor",
                is_supporter=True,
                account=account,
                by=by,
                at=AT,
                **ALONE,
            )
    ada = load_viewer(account.pk, None, at=AT)
    assert ada is not None
    client = browser(ada)

    assert "Margaret chose you" in main(client.get("/my-day/")) or "chose you" in main(
        client.get("/my-day/")
    )
    client.post("/my-page/whose/", {"person": str(other.pk)})

    assert "Bola Okafor chose you" in main(client.get("/my-day/"))
    assert client.post("/my-page/whose/", {"person": str(uuid.uuid4())}).status_code == 404


def test_the_loader_stays_out_of_the_way(margaret: Person) -> None:
    assert LOADER.account_id is not None
    with viewing(LOADER, at=AT):
        assert own_queries.own_pages(viewer=LOADER) == []


def test_a_practice_without_an_officer_answers_for_its_own_looks(margaret: Person) -> None:
    make_hat(Role.IG_OFFICER, account=make_account(name="Olu Officer"))
    front_desk = make_hat(Role.PRACTICE_MANAGER, account=make_account(name="Bev Lawson"))
    manager = make_hat(Role.PRACTICE_MANAGER, account=make_account(name="Mina Manager"))

    asked = emergency_queries.answers_for(
        front_desk.account_id, front_desk.pk, on=AT.date(), asker=None
    )

    assert asked == [manager.account]
