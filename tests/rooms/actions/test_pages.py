"""The pages of actions: three lists, one action, asking, answering, paper, My day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, viewing
from oneplace.actions import cards, verbs
from oneplace.actions.models import Action
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk.cards import rows_for
from oneplace.kit import clock as care_clock
from oneplace.kit.cards import Section
from oneplace.kit.together import read_together
from oneplace.people.models import Person
from oneplace.vocabulary.terms import ActionState, Role
from tests.database import as_role
from tests.factories import AT
from tests.rooms.actions.asking import FRIDAY, asked, owner_of, somebody, team_of

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 9
FRAME = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Care time stands at `AT`."""
    monkeypatch.setattr(care_clock, "now", lambda: AT)
    return AT


def _browser(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id or ""))
    session = client.session
    session[HAT_IN_SESSION] = str(viewer.hat_id)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client


@contextmanager
def at_most(most: int) -> Iterator[None]:
    """Fail when more statements than these were sent within."""
    with CaptureQueriesContext(connection) as captured:
        yield
    sent = [query["sql"] for query in captured if not query["sql"].startswith(FRAME)]
    assert len(sent) <= most, "\n".join(sent)


def _page(client: Client, route: str, *args: object) -> str:
    answer = client.get(reverse(route, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_row_is_a_sentence_in_the_list_it_belongs_to(
    facilitator: Viewer, pharmacist: Viewer, nurse: Viewer, margaret: Person
) -> None:
    asked(facilitator, owner_of(pharmacist), margaret.pk)
    asked(facilitator, team_of(nurse), margaret.pk, text="Check dressings")

    mine = _page(_browser(pharmacist), "actions:actions")
    ours = _page(_browser(nurse), "actions:ours")
    others = _page(_browser(facilitator), "actions:asked")

    assert (
        "Fran Field asked you to review BP tablets by tomorrow, in the huddle of 12 March" in mine
    )
    assert "Margaret Okafor" in mine
    assert "was asked to check dressings by tomorrow" in ours
    assert "You asked Priya Shah (pharmacist) to review BP tablets" in others
    assert "2 actions" in others


def test_an_empty_list_says_what_will_come(nurse: Viewer) -> None:
    assert "What colleagues ask of you comes here" in _page(_browser(nurse), "actions:actions")


def test_lists_are_narrowed_and_searched_without_words_in_the_address(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    asked(facilitator, owner_of(pharmacist), margaret.pk)
    client = _browser(pharmacist)

    late = client.get(reverse("actions:actions"), {"show": "late", "words": "Margaret"})
    found = client.post(reverse("actions:actions"), {"words": "margaret"})
    other = client.post(reverse("actions:actions"), {"words": "dressings"})

    assert "Nothing is like this" in late.content.decode()
    assert "1 action" in found.content.decode()
    assert "Nothing is like this" in other.content.decode()


def test_a_list_costs_the_same_however_long_it_is(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    client = _browser(pharmacist)
    for number in range(12):
        asked(facilitator, owner_of(pharmacist), margaret.pk, text=f"Thing {number}")

    with at_most(MOST_STATEMENTS):
        assert "12 actions" in _page(client, "actions:actions")
    with at_most(MOST_STATEMENTS):
        _page(client, "actions:action", Action.objects.none() or _first())


def _first() -> object:
    with as_role(DatabaseRole.LOADER):
        return Action.objects.order_by("asked_at").values_list("pk", flat=True)[0]


def test_the_paper_names_the_days(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    asked(facilitator, owner_of(pharmacist), margaret.pk)

    paper = _page(_browser(pharmacist), "actions:print_actions")

    assert "Friday 13 March" in paper
    assert "destroy it after use" in paper


def test_a_pharmacist_accepts_finishes_and_undoes(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)
    client = _browser(pharmacist)

    accepted = client.post(reverse("actions:accept", args=[action.pk]), follow=True)
    wrong = client.post(reverse("actions:finish", args=[action.pk]), {"what_changed": ""})
    done = client.post(
        reverse("actions:finish", args=[action.pk]),
        {"what_changed": "No more dizzy mornings"},
        follow=True,
    )
    undone = client.post(reverse("actions:undo_answer", args=[action.pk]), follow=True)

    assert "it is your promise now" in accepted.content.decode()
    assert "“Nothing yet” is an answer" in wrong.content.decode()
    assert "no more dizzy mornings" in done.content.decode()
    assert "Undone" in undone.content.decode()


ANSWERS = {
    "actions:decline": ({"reason": "On leave"}, ActionState.DECLINED),
    "actions:no_longer_needed": (
        {"why": "done_another_way", "words": ""},
        ActionState.NO_LONGER_NEEDED,
    ),
    "actions:could_not_reach": ({"reason": "Rang twice"}, ActionState.COULD_NOT_REACH),
    "actions:pass_on": ({"owner": "Nell Okoro", "words": ""}, ActionState.PASSED_ON),
}


@pytest.mark.usefixtures("nurse")
@pytest.mark.parametrize("route", ANSWERS)
def test_every_other_answer_is_given_on_a_page(
    route: str, facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    typed, state = ANSWERS[route]
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)
    client = _browser(pharmacist)

    assert "review bp tablets" in _page(client, route, action.pk).lower()
    answer = client.post(reverse(route, args=[action.pk]), typed)

    assert answer.status_code == 302
    with as_role(DatabaseRole.LOADER):
        assert Action.objects.get(pk=action.pk).state is state


def test_somebody_of_the_team_takes_on_what_the_team_is_asked(
    facilitator: Viewer, nurse: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, team_of(nurse), margaret.pk)
    client = _browser(nurse)

    assert "I take this on" in _page(client, "actions:action", action.pk)
    client.post(reverse("actions:take_on", args=[action.pk]))

    assert "Fran Field asked you to" in _page(client, "actions:actions")


def test_an_ask_is_typed_as_it_is_said(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    client = _browser(facilitator)
    address = reverse("actions:ask_for", args=[margaret.pk])

    shown = client.get(address)
    wrong = client.post(address, {"owner": "Prija Shah", "text": "x", "due": "someday"})
    done = client.post(
        address, {"owner": "Priya Shah", "text": "Review BP tablets", "due": "Fri"}, follow=True
    )

    assert "For Margaret Okafor" in shown.content.decode()
    assert "Did you mean priya shah?" in wrong.content.decode()
    assert "Write a day, like “Fri”" in wrong.content.decode()
    assert "It is a promise once accepted" in done.content.decode()


def test_what_is_for_today_says_to_telephone_and_whom(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk, due=AT.date())

    page = _page(_browser(facilitator), "actions:action", action.pk)

    assert "This is for today: telephone them." in page
    assert "020 7946 0270" in page


def test_of_two_called_alike_one_is_chosen(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    other = somebody(Role.PHARMACIST, "Priya Patel")
    client = _browser(facilitator)
    address = reverse("actions:ask_for", args=[margaret.pk])
    typed = {"owner": "Priya", "text": "Review BP tablets", "due": "Fri"}

    asks = client.post(address, typed).content.decode()
    done = client.post(address, {**typed, "chosen": owner_of(other).key}, follow=True)

    assert "Several are called that" in asks
    assert "Priya Patel (pharmacist)" in asks
    assert "Asked Priya Patel" in done.content.decode()


def test_an_ask_made_by_mistake_is_taken_back(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)
    client = _browser(facilitator)

    assert "Take it back" in _page(client, "actions:action", action.pk)
    done = client.post(reverse("actions:take_back", args=[action.pk]), follow=True)

    assert "is not asked any more" in done.content.decode()


def test_an_absence_is_told_and_ended(pharmacist: Viewer) -> None:
    client = _browser(pharmacist)
    typed = {
        "from_on_0": "20", "from_on_1": "3", "from_on_2": "2026",
        "until_on_0": "27", "until_on_1": "3", "until_on_2": "2026",
        "stands_in": "",
    }  # fmt: skip
    typed |= {
        "from_on_day": "20", "from_on_month": "3", "from_on_year": "2026",
        "until_on_day": "27", "until_on_month": "3", "until_on_year": "2026",
    }  # fmt: skip

    told = client.post(reverse("actions:away"), typed, follow=True).content.decode()

    assert "20 March 2026 to 27 March 2026" in told
    address = told.split('action="/actions/away/')[1].split('"')[0]
    back = client.post(f"/actions/away/{address}", follow=True).content.decode()
    assert "Welcome back" in back


def test_a_strangers_pages_of_an_action_do_not_exist(
    facilitator: Viewer, pharmacist: Viewer, nurse: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)
    client = _browser(nurse)

    for route in ("action", "decline", "finish", "pass_on", "could_not_reach", "no_longer_needed"):
        assert client.get(reverse(f"actions:{route}", args=[action.pk])).status_code == 404
    for route in ("accept", "take_on", "undo_answer"):
        assert client.post(reverse(f"actions:{route}", args=[action.pk])).status_code == 404
    assert client.get(reverse("actions:ask_for", args=[margaret.pk])).status_code == 404


# --- My day and a person's page -------------------------------------------------------------------
def test_my_day_asks_for_an_answer_and_reminds_of_promises(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    asked(facilitator, owner_of(pharmacist), margaret.pk)
    due = asked(facilitator, owner_of(pharmacist), margaret.pk, due=AT.date(), text="Ring her")
    later = asked(facilitator, owner_of(pharmacist), margaret.pk, text="Write to the GP")
    with viewing(pharmacist, at=AT):
        verbs.accept(action=due, by=pharmacist, at=AT)
        verbs.accept(action=later, by=pharmacist, at=AT)

        with at_most(6):
            rows = rows_for(
                pharmacist, at=AT, cards=[cards.Owed(), cards.DueNext(), cards.AnswersToYou()]
            )

    assert [(row.what, row.button) for row in rows[Section.NOW]] == [
        ("Ring her · today", "Done?"),
        ("Review BP tablets · by tomorrow", "Answer"),
    ]
    assert [row.what for row in rows[Section.NEXT]] == ["Write to the GP · by tomorrow"]


def test_my_day_tells_the_asker_what_came_of_it(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)
    with viewing(pharmacist, at=AT):
        verbs.finish(action=action, what_changed="Sleeps better", by=pharmacist, at=AT)

    with viewing(facilitator, at=AT):
        rows = rows_for(facilitator, at=AT, cards=[cards.AnswersToYou()])

    assert rows[Section.SINCE_YESTERDAY][0].what == ("Review BP tablets: done 09:40: sleeps better")


def test_the_page_of_a_person_has_what_is_open_for_them(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    asked(facilitator, owner_of(pharmacist), margaret.pk)

    with viewing(facilitator, at=AT + timedelta(days=5)):
        card, later = cards.OpenActions(), AT + timedelta(days=5)
        (found,) = read_together([card.asks(margaret.pk, viewer=facilitator, at=later)])
        part = card.part(margaret.pk, found, viewer=facilitator, at=later)

    assert part is not None
    assert [(line.text, line.mark) for line in part.lines] == [("Review BP tablets", "4 days late")]
    assert FRIDAY.day == 13
