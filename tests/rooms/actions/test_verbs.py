"""An action from the ask to what changed for the person, by every way it can go."""

from datetime import timedelta

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.actions import queries, verbs
from oneplace.actions.announcements import ActionMoved
from oneplace.actions.models import Action, Step
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.announcing import wire
from oneplace.kit.refusals import Refused
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.vocabulary.terms import ActionState, NotNeeded, Role
from tests.database import as_role
from tests.factories import AT
from tests.rooms.actions.asking import FRIDAY, asked, owner_of, somebody, team_of

pytestmark = pytest.mark.django_db
SOON = AT + timedelta(minutes=5)
LATER = AT + timedelta(minutes=11)


def test_being_asked_opens_the_person_narrowly_until_it_is_settled(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    with viewing(pharmacist, at=AT):
        assert people.person(margaret.pk, viewer=pharmacist) is None

    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    with viewing(pharmacist, at=SOON):
        assert people.person(margaret.pk, viewer=pharmacist) == margaret
        (mine,) = queries.mine(viewer=pharmacist, at=SOON)
        assert (mine.pk, mine.state, mine.person) == (action.pk, ActionState.ASKED, margaret)
        verbs.finish(action=mine, what_changed="No more dizzy mornings", by=pharmacist, at=SOON)
    with viewing(pharmacist, at=LATER):
        assert people.person(margaret.pk, viewer=pharmacist) is None
        assert queries.action(action.pk, viewer=pharmacist) is not None


def test_only_the_owner_makes_it_a_promise(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    with viewing(facilitator, at=SOON), pytest.raises(Refused, match="Only Priya Shah"):
        verbs.accept(action=action, by=facilitator, at=SOON)
    with viewing(pharmacist, at=SOON):
        accepted = verbs.accept(action=action, by=pharmacist, at=SOON)

    assert (accepted.state, accepted.accepted_at) == (ActionState.ACCEPTED, SOON)


def test_in_the_room_the_scribe_writes_down_the_owners_yes(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    with viewing(facilitator, at=SOON):
        accepted = verbs.accept(action=action, is_in_the_room=True, by=facilitator, at=SOON)

    assert accepted.accepted_by_name == "Priya Shah (pharmacist), in the room"


def test_a_no_needs_a_reason_and_ends_it(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    with viewing(pharmacist, at=SOON):
        with pytest.raises(Refused, match="Say why"):
            verbs.decline(action=action, reason=" ", by=pharmacist, at=SOON)
        verbs.decline(action=action, reason="On leave from Friday", by=pharmacist, at=SOON)
        with pytest.raises(Refused, match="settled this already"):
            verbs.accept(action=action, by=pharmacist, at=SOON)

    with viewing(facilitator, at=SOON):
        (answer,) = queries.answered(viewer=facilitator, at=SOON, most=5)
        assert (answer.state, answer.reason) == (ActionState.DECLINED, "On leave from Friday")


def test_what_is_passed_on_is_a_promise_again_once_it_is_taken(
    facilitator: Viewer, pharmacist: Viewer, nurse: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    with viewing(pharmacist, at=SOON):
        verbs.pass_on(
            action=action, owner=owner_of(nurse), words="She sees her", by=pharmacist, at=SOON
        )
        assert queries.mine(viewer=pharmacist, at=SOON).count() == 0
        assert people.person(margaret.pk, viewer=pharmacist) is None
    with viewing(nurse, at=SOON):
        (mine,) = queries.mine(viewer=nurse, at=SOON)
        assert mine.state is ActionState.PASSED_ON
        taken = verbs.take_on(action=mine, by=nurse, at=SOON)

    assert (taken.state, taken.accepted_by_name) == (ActionState.ACCEPTED, "Nell Okoro")
    assert (taken.passed_on_by_name, taken.asked_by_name) == ("Priya Shah", "Fran Field")


def test_what_the_next_declines_is_back_with_whoever_passed_it_on(
    facilitator: Viewer, pharmacist: Viewer, nurse: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)
    with viewing(pharmacist, at=SOON):
        verbs.pass_on(action=action, owner=owner_of(nurse), by=pharmacist, at=SOON)

    with viewing(nurse, at=SOON):
        back = verbs.decline(action=action, reason="Not mine", by=nurse, at=SOON)

    assert (back.state, back.owner_account_id) == (ActionState.ASKED, pharmacist.account_id)
    with viewing(pharmacist, at=LATER):
        assert queries.mine(viewer=pharmacist, at=LATER).count() == 1
        assert people.person(margaret.pk, viewer=pharmacist) == margaret


def test_a_team_is_asked_and_one_of_it_takes_it_on(
    facilitator: Viewer, nurse: Viewer, margaret: Person
) -> None:
    asked(facilitator, team_of(nurse), margaret.pk)

    with viewing(nurse, at=SOON):
        (ours,) = queries.ours(viewer=nurse, at=SOON)
        assert queries.mine(viewer=nurse, at=SOON).count() == 0
        verbs.take_on(action=ours, by=nurse, at=SOON)
        assert queries.mine(viewer=nurse, at=SOON).count() == 1
        assert queries.ours(viewer=nurse, at=SOON).count() == 0


def test_done_asks_what_changed_for_the_person(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    with viewing(pharmacist, at=SOON):
        with pytest.raises(Refused, match="what changed for the person"):
            verbs.finish(action=action, what_changed="", by=pharmacist, at=SOON)
        done = verbs.finish(
            action=action, what_changed="Two tablets stopped", by=pharmacist, at=SOON
        )

    assert (done.state, done.what_changed) == (ActionState.DONE, "Two tablets stopped")


def test_whoever_asked_may_say_that_it_is_no_longer_needed(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    with viewing(facilitator, at=LATER):
        ended = verbs.no_longer_needed(
            action=action,
            why=NotNeeded.DONE_ANOTHER_WAY,
            words="The GP did it",
            by=facilitator,
            at=LATER,
        )

    assert ended.reason == "Done another way. The GP did it"


def test_not_reaching_the_person_needs_what_was_tried(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    with viewing(pharmacist, at=SOON):
        with pytest.raises(Refused, match="what was tried"):
            verbs.could_not_reach(action=action, reason="", by=pharmacist, at=SOON)
        ended = verbs.could_not_reach(
            action=action, reason="Rang three times", by=pharmacist, at=SOON
        )

    assert ended.state is ActionState.COULD_NOT_REACH


def test_whoever_asked_by_mistake_takes_it_back_within_ten_minutes(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    with viewing(facilitator, at=LATER), pytest.raises(Refused, match="ten minutes"):
        verbs.take_back(action=action, by=facilitator, at=LATER)
    with viewing(facilitator, at=SOON):
        verbs.take_back(action=action, by=facilitator, at=SOON)

    with viewing(pharmacist, at=SOON):
        assert queries.mine(viewer=pharmacist, at=SOON).count() == 0
        assert people.person(margaret.pk, viewer=pharmacist) is None


@pytest.mark.parametrize("what", ["accept", "decline", "pass_on", "finish"])
def test_an_answer_is_undone_within_minutes_by_whoever_gave_it(
    what: str, facilitator: Viewer, pharmacist: Viewer, nurse: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)
    with viewing(pharmacist, at=SOON):
        if what == "accept":
            verbs.accept(action=action, by=pharmacist, at=SOON)
        if what == "decline":
            verbs.decline(action=action, reason="x", by=pharmacist, at=SOON)
        if what == "pass_on":
            verbs.pass_on(action=action, owner=owner_of(nurse), by=pharmacist, at=SOON)
        if what == "finish":
            verbs.finish(action=action, what_changed="x", by=pharmacist, at=SOON)

        back = verbs.undo_answer(action=action, by=pharmacist, at=SOON)

        assert (back.state, back.owner_account_id) == (ActionState.ASKED, pharmacist.account_id)
        assert queries.mine(viewer=pharmacist, at=SOON).count() == 1
        assert people.person(margaret.pk, viewer=pharmacist) == margaret
        with pytest.raises(Refused, match="Nothing has been answered"):
            verbs.undo_answer(action=action, by=pharmacist, at=SOON)


def test_what_somebody_owed_who_leaves_is_asked_of_their_team_at_once(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)
    with viewing(pharmacist, at=SOON):
        verbs.accept(action=action, by=pharmacist, at=SOON)

    with as_role(DatabaseRole.LOADER), viewing(facilitator, at=LATER):
        assert pharmacist.account_id is not None
        verbs.reassign(
            account_id=pharmacist.account_id, words="They left", by=facilitator, at=LATER
        )
        found = Action.objects.get(pk=action.pk)

    assert (found.state, found.owner_account_id) == (ActionState.ASKED, None)
    assert found.asked_id == pharmacist.team_ids[0]


def test_nobody_who_is_away_until_after_the_day_is_asked(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    other = somebody(Role.PHARMACIST, "Omar Reed")
    with viewing(pharmacist, at=AT):
        verbs.go_away(
            from_on=AT.date(),
            until_on=FRIDAY + timedelta(days=3),
            stands_in_id=other.account_id,
            by=pharmacist,
            at=AT,
        )

    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    assert action.owner_account_id == other.account_id
    with viewing(facilitator, at=AT):
        (step,) = queries.steps(action.pk, viewer=facilitator)
        assert step.words == "Priya Shah (pharmacist) is away until 16 March."


def test_nothing_is_asked_for_somebody_whose_record_does_not_open(
    pharmacist: Viewer, nurse: Viewer, margaret: Person
) -> None:
    with pytest.raises(Refused, match="whose record opens"):
        asked(nurse, owner_of(pharmacist), margaret.pk)


def test_nothing_is_asked_for_a_day_that_is_past(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    with pytest.raises(Refused, match="day is past"):
        asked(facilitator, owner_of(pharmacist), margaret.pk, due=AT.date() - timedelta(days=1))


def test_every_step_is_told_in_its_order_and_announced(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    told: list[ActionMoved] = []
    wire({ActionMoved: (told.append,)})
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)
    with viewing(pharmacist, at=SOON):
        verbs.accept(action=action, by=pharmacist, at=SOON)
        verbs.finish(action=action, what_changed="Sleeps", by=pharmacist, at=LATER)

        steps = list(queries.steps(action.pk, viewer=pharmacist))

    assert [(step.before, step.after) for step in steps] == [
        ("", ActionState.ASKED),
        (ActionState.ASKED, ActionState.ACCEPTED),
        (ActionState.ACCEPTED, ActionState.DONE),
    ]
    assert [each.state for each in told] == [
        ActionState.ASKED,
        ActionState.ACCEPTED,
        ActionState.DONE,
    ]
    assert isinstance(steps[0], Step)
