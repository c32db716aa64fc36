"""The plan to keep in large print and easy words, and asking one's practice to be looked at."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from oneplace.access.models import AuditEntry, Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.actions.models import Action
from oneplace.casefinding import jobs, queries, verbs
from oneplace.casefinding.models import Reason, Suggestion, Worry
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk.queries import own_page as own_page_queries
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.plans import verbs as plan_verbs
from oneplace.vocabulary.terms import (
    ActionOrigin,
    CaseFindingSource,
    PlanSection,
    Role,
    SuggestionState,
)
from tests.database import as_role
from tests.rooms.desk.test_own_page import (  # noqa: F401 - fixtures
    a_plan,
    ada,
    browser,
    house,
    jo,
    main,
    margaret,
    peggy,
)
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import connected, unconnected

pytestmark = pytest.mark.django_db
ASK = "The stairs are too much, and I stay in bed most days."


# --- the plan to keep -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["large", "easy", "fridge"])
def test_her_plan_is_hers_to_keep_in_every_form(
    margaret: Person,  # noqa: F811
    jo: Viewer,  # noqa: F811
    peggy: Viewer,  # noqa: F811
    form: str,
) -> None:
    a_plan(margaret, jo)

    shown = browser(peggy).get(f"/my-page/plan/print/?form={form}").content.decode()

    assert "I want to get to church on Sundays" in shown
    assert "Printed 12 March 2026" in shown and "by Margaret Okafor." in shown
    assert str(margaret.pk) not in shown
    entry = AuditEntry.objects.filter(action="see_own_page").latest("id")
    assert entry.person_id == margaret.pk


def test_her_own_page_leads_to_her_plan_to_keep(
    margaret: Person,  # noqa: F811
    jo: Viewer,  # noqa: F811
    peggy: Viewer,  # noqa: F811
    ada: Viewer,  # noqa: F811
) -> None:
    assert "In easy words" not in main(browser(peggy).get("/my-page/plan/"))
    a_plan(margaret, jo)

    hers, theirs = (main(browser(who).get("/my-page/plan/")) for who in (peggy, ada))

    assert "Your plan to keep or print" in hers and "In easy words, with pictures" in hers
    assert "Their plan to keep or print" in theirs


def test_easy_words_leave_nothing_of_the_plan_out(
    margaret: Person,  # noqa: F811
    jo: Viewer,  # noqa: F811
    peggy: Viewer,  # noqa: F811
) -> None:
    written = {
        section: f"Words about {section.value}"
        for section in PlanSection
        if section not in (PlanSection.GOALS, PlanSection.SUPPORT)
    }
    with viewing(jo, at=AT):
        for section, words in written.items():
            plan_verbs.write_words(
                person_id=margaret.pk, section=section, words=words, by=jo, at=AT
            )

    shown = browser(peggy).get("/my-page/plan/print/?form=easy").content.decode()

    assert [words for words in written.values() if words not in shown] == []
    assert "This is what I want if I am very ill" in shown


def test_a_strangers_browser_and_a_coordinator_print_no_own_page(jo: Viewer) -> None:  # noqa: F811
    assert Client().get("/my-page/plan/print/").status_code in (302, 404)
    assert browser(jo).get("/my-page/plan/print/").status_code in (403, 404)


# --- I would like to be looked at -----------------------------------------------------------------


def _asked_jobs() -> list[str]:
    with as_role(DatabaseRole.OWNER), connection.cursor() as cursor:
        cursor.execute(
            "select args from procrastinate_jobs where task_name = %s order by id",
            ["oneplace.casefinding.jobs.look_at"],
        )
        rows = [row[0] for row in cursor.fetchall()]
    return [(json.loads(row) if isinstance(row, str) else row)["action_id"] for row in rows]


def _done() -> None:
    """Do the jobs that were asked for, as the worker does them."""
    for action_id in _asked_jobs():
        with as_role(DatabaseRole.LOADER):
            jobs.look_at(action_id)


def _suggested(person: Person) -> list[Suggestion]:
    with as_role(DatabaseRole.LOADER):
        return list(Suggestion.objects.filter(person=person))


def test_she_asks_her_practice_which_owes_her_an_answer_and_has_her_first_on_its_list(
    margaret: Person,  # noqa: F811
    jo: Viewer,  # noqa: F811
    peggy: Viewer,  # noqa: F811
) -> None:
    gp = connected(Role.GP, margaret, "Dr Gray")
    client = browser(peggy)
    assert "Ask your practice to look at how you are" in main(client.get("/my-day/"))

    answer = client.post("/my-page/look-at-me/", {"words": ASK})
    _done()

    assert answer.status_code == 302, main(answer)
    assert f"I would like to be looked at: {ASK}" in main(client.get("/my-day/"))
    with as_role(DatabaseRole.LOADER):
        action = Action.objects.get(person=margaret)
        assert action.owner_organisation.code == margaret.practice_code
        worry, reason = Worry.objects.get(), Reason.objects.get()
        assert (worry.own_words, worry.raised_by_name) == (ASK, "Margaret Okafor")
        assert worry.is_person_told
        assert reason.text == f"They ask for it themselves: {ASK}"
    assert action.origin is ActionOrigin.OWN_PAGE
    (suggestion,) = _suggested(margaret)
    assert suggestion.source is CaseFindingSource.SELF
    assert suggestion.state is SuggestionState.SUGGESTED
    assert suggestion.practice.code == margaret.practice_code
    with viewing(gp, at=AT):
        (waiting,) = queries.waiting_for_practice(suggestion.practice_id, viewer=gp, on=AT.date())
        assert queries.reasons_of([waiting.pk], viewer=gp)[waiting.pk][0].text == reason.text


def test_whom_her_practice_is_to_look_at_stands_on_nobodys_own_page(
    margaret: Person,  # noqa: F811
    peggy: Viewer,  # noqa: F811
    ada: Viewer,  # noqa: F811
) -> None:
    browser(peggy).post("/my-page/look-at-me/", {"words": ASK})
    _done()

    for viewer in (peggy, ada, unconnected(Role.PIC)):
        with viewing(viewer, at=AT):
            assert not Suggestion.objects.exists()
            assert not Worry.objects.exists()
            assert queries.own_ask(margaret.pk, viewer=viewer) is None or viewer is peggy
    assert ASK not in main(browser(ada).get("/my-day/"))
    assert browser(ada).get("/my-page/look-at-me/").status_code == 404


def test_she_asks_once_until_she_has_her_answer(
    margaret: Person,  # noqa: F811
    peggy: Viewer,  # noqa: F811
) -> None:
    client = browser(peggy)
    client.post("/my-page/look-at-me/", {"words": ASK})

    again = main(client.post("/my-page/look-at-me/", {"words": "And my knees"}))

    assert "You asked this on 12 March 2026. They answer by 19 March 2026." in again
    with as_role(DatabaseRole.LOADER):
        assert Action.objects.count() == 1


def test_a_practice_that_was_asked_for_something_is_still_asked_the_next_time(
    margaret: Person,  # noqa: F811
    peggy: Viewer,  # noqa: F811
    jo: Viewer,  # noqa: F811
) -> None:
    with as_role(DatabaseRole.LOADER):
        Relationship.objects.filter(party_id=jo.hat_id).delete()
    client = browser(peggy)

    for words in ("I moved", "My new number is 020 7946 0018"):
        assert client.post("/my-page/tell-us/", {"text": words}).status_code == 302

    with as_role(DatabaseRole.LOADER):
        owners = Action.objects.values_list("owner_organisation__code", flat=True)
        assert set(owners) == {margaret.practice_code}
    assert "Your GP practice" in main(client.get("/my-page/who-helps/"))


@pytest.mark.parametrize("words", ["", "   ", "x" * 441])
def test_without_words_or_with_too_many_nothing_is_asked(
    margaret: Person,  # noqa: F811
    peggy: Viewer,  # noqa: F811
    words: str,
) -> None:
    browser(peggy).post("/my-page/look-at-me/", {"words": words})

    with as_role(DatabaseRole.LOADER):
        assert not Action.objects.exists()
    assert _asked_jobs() == []


def test_done_twice_it_is_written_once_and_who_was_put_off_comes_back(
    margaret: Person,  # noqa: F811
    jo: Viewer,  # noqa: F811
    peggy: Viewer,  # noqa: F811
) -> None:
    browser(peggy).post("/my-page/look-at-me/", {"words": ASK})
    _done()
    with as_role(DatabaseRole.LOADER):
        Suggestion.objects.update(returns_on=AT.date() + timedelta(days=60))
        Action.objects.update(state="done")
    browser(peggy).post("/my-page/look-at-me/", {"words": "It is worse."})

    _done()

    (suggestion,) = _suggested(margaret)
    assert suggestion.returns_on is None
    with as_role(DatabaseRole.LOADER):
        assert Worry.objects.count() == Reason.objects.count() == 2


def test_only_the_person_asks_for_herself(
    margaret: Person,  # noqa: F811
    jo: Viewer,  # noqa: F811
    ada: Viewer,  # noqa: F811
) -> None:
    for viewer in (ada, jo, unconnected(Role.GP)):
        with viewing(viewer, at=AT), pytest.raises(Refused):
            verbs.ask_to_be_looked_at(
                person_id=margaret.pk, words=ASK, practice=None, by=viewer, at=AT
            )


def test_without_its_audit_nobody_is_asked_and_nobody_suggested(
    margaret: Person,  # noqa: F811
    peggy: Viewer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser(peggy).post("/my-page/look-at-me/", {"words": ASK})

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    (action_id,) = _asked_jobs()
    with viewing(peggy, at=AT):
        around = own_page_queries.around_me(margaret.pk, viewer=peggy, at=AT)
        practice = own_page_queries.own_practice(around)
    monkeypatch.setattr("oneplace.access.audit.record", broken)
    with as_role(DatabaseRole.LOADER), viewing(jobs.FINDER, at=AT) as by:
        with pytest.raises(RuntimeError, match="no audit"):
            verbs.suggest_who_asked(action_id=uuid.UUID(action_id), by=by, at=AT)
        Action.objects.update(state="done")
    with viewing(peggy, at=AT), pytest.raises(RuntimeError, match="no audit"):
        verbs.ask_to_be_looked_at(
            person_id=margaret.pk, words="Again", practice=practice, by=peggy, at=AT
        )

    with as_role(DatabaseRole.LOADER):
        assert Action.objects.count() == 1
        assert not Worry.objects.exists() and not Suggestion.objects.exists()
    assert _asked_jobs() == [action_id]
