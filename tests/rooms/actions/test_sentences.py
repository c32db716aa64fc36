"""An action told as one sentence, and when lateness shows to whom."""

from datetime import date, datetime, timedelta

import pytest

from oneplace.access.viewer import Viewer
from oneplace.actions import rules, sentences
from oneplace.actions.models import Action
from oneplace.actions.presenters import Actions
from oneplace.actions.queries import Choice, Counts, Listed, Tab
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, ActionOrigin, ActionState
from tests.factories import AT

OWNER = Viewer(new_id(), AccountKind.STAFF, "Priya Shah")
ASKER = Viewer(new_id(), AccountKind.STAFF, "Fran Field")
OTHER = Viewer(new_id(), AccountKind.STAFF, "Nell Okoro")


def an_action(**more: object) -> Action:
    given: dict[str, object] = {
        "text": "Review BP tablets",
        "owner_account_id": OWNER.account_id,
        "asked_id": OWNER.account_id,
        "owner_name": "the network pharmacist",
        "asked_by_id": ASKER.account_id,
        "asked_by_name": "Fran Field",
        "asked_at": AT,
        "due_on": date(2026, 3, 13),
        "state": ActionState.ASKED,
        "origin": ActionOrigin.HUDDLE,
        "moved_at": AT,
        "moved_by_name": "Fran Field",
        **more,
    }
    return Action(**given)


def test_a_row_reads_as_a_sentence() -> None:
    accepted = AT + timedelta(hours=3)
    action = an_action(state=ActionState.ACCEPTED, accepted_at=accepted)

    assert sentences.sentence(action, viewer=OTHER, at=accepted) == (
        "The network pharmacist was asked to review BP tablets by tomorrow, in the huddle of "
        "12 March; accepted 12:40"
    )


def test_the_owner_and_the_asker_read_it_as_their_own() -> None:
    action = an_action()

    assert sentences.sentence(action, viewer=OWNER, at=AT).startswith(
        "Fran Field asked you to review BP tablets by tomorrow"
    )
    assert sentences.sentence(action, viewer=ASKER, at=AT).startswith(
        "You asked the network pharmacist to review BP tablets"
    )


def test_an_ask_that_names_a_thing_is_quoted_and_one_that_says_what_to_do_is_not() -> None:
    def said(text: str) -> str:
        return sentences.sentence(an_action(text=text), viewer=ASKER, at=AT).partition(" by ")[0]

    assert said("Carer’s assessment") == "You asked the network pharmacist: “Carer’s assessment”"
    assert said("OT visit at home.") == "You asked the network pharmacist: “OT visit at home”"
    assert said("Ring the daughter.") == "You asked the network pharmacist to ring the daughter"


@pytest.mark.parametrize(
    ("more", "ends"),
    [
        ({}, "not answered yet"),
        (
            {"state": ActionState.PASSED_ON, "passed_on_by_name": "Priya Shah"},
            "passed on by Priya Shah, not taken yet",
        ),
        ({"state": ActionState.DECLINED, "reason": "On leave."}, "declined 09:40: on leave"),
        ({"state": ActionState.DONE, "what_changed": "BP is down"}, "done 09:40: BP is down"),
        (
            {"state": ActionState.NO_LONGER_NEEDED, "reason": "Done another way"},
            "no longer needed since 09:40: done another way",
        ),
        (
            {"state": ActionState.COULD_NOT_REACH, "reason": "Rang twice"},
            "could not reach them, 09:40: rang twice",
        ),
    ],
)
def test_where_it_stands_ends_the_sentence(more: dict[str, object], ends: str) -> None:
    assert sentences.sentence(an_action(**more), viewer=OTHER, at=AT).endswith(f"; {ends}")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 12), "today"),
        (date(2026, 3, 13), "tomorrow"),
        (date(2026, 3, 17), "Tuesday"),
        (date(2026, 3, 20), "20 March"),
        (date(2026, 3, 1), "1 March"),
        (date(2027, 3, 1), "1 March 2027"),
    ],
)
def test_a_day_is_said_as_near_as_it_is(day: date, words: str) -> None:
    assert sentences.near_day(day, date(2026, 3, 12)) == words


@pytest.mark.parametrize(
    ("now", "owner_sees", "others_see"),
    [
        (datetime.fromisoformat("2026-03-13T23:30+00:00"), "", ""),
        (datetime.fromisoformat("2026-03-14T09:00+00:00"), "1 day late", ""),
        (datetime.fromisoformat("2026-03-15T20:00+00:00"), "2 days late", ""),
        (datetime.fromisoformat("2026-03-16T09:00+00:00"), "3 days late", "3 days late"),
    ],
)
def test_the_owner_sees_lateness_48_hours_before_others(
    now: datetime, owner_sees: str, others_see: str
) -> None:
    action = an_action(state=ActionState.ACCEPTED, accepted_at=AT)

    assert sentences.late_words(action, viewer=OWNER, at=now) == owner_sees
    assert sentences.late_words(action, viewer=ASKER, at=now) == others_see
    assert sentences.late_words(action, viewer=OTHER, at=now) == others_see


def test_what_is_settled_is_never_late() -> None:
    done = an_action(state=ActionState.DONE, what_changed="x")

    assert not rules.is_late(done, on=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("total", "says"),
    [
        (2, "2 actions"),
        (3, "3 actions, the first 2 shown"),
        (1_204, "1,204 actions, the first 2 shown"),
    ],
)
def test_a_list_that_is_cut_says_how_many_there_are_and_how_many_are_shown(
    total: int, says: str
) -> None:
    found = Listed([an_action(id=new_id()), an_action(id=new_id())], total)

    page = Actions.of(Tab.MINE, found, Counts(total, 0, 0), Choice(), show="", viewer=OWNER, at=AT)

    assert page.says == says
