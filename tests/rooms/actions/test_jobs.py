"""What happens by itself: leavers, those away, clocks of the dead, the email that names nobody."""

from datetime import datetime, timedelta

import pytest

from oneplace.access import open_work
from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, viewing
from oneplace.actions import jobs, verbs
from oneplace.actions.models import Action, Clock
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit import clock as care_clock
from oneplace.people.models import Person
from oneplace.post.models import Message
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import ActionState, Role
from tests.database import as_role
from tests.factories import AT
from tests.rooms.actions.asking import FRIDAY, asked, owner_of, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Care time stands at `AT`."""
    monkeypatch.setattr(care_clock, "now", lambda: AT)
    return AT


def _now(action: Action) -> Action:
    with as_role(DatabaseRole.LOADER):
        return Action.objects.get(pk=action.pk)


def test_a_leavers_promises_are_asked_of_their_team(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)
    with as_role(DatabaseRole.LOADER):
        Account.objects.filter(pk=pharmacist.account_id or "").update(is_active=False)

        jobs.reassign_of_leaver(str(pharmacist.account_id))

    found = _now(action)
    assert (found.asked_id, found.state) == (pharmacist.team_ids[0], ActionState.ASKED)


def test_a_leaving_taken_back_changes_nothing(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    action = asked(facilitator, owner_of(pharmacist), margaret.pk)

    with as_role(DatabaseRole.LOADER):
        jobs.reassign_of_leaver(str(pharmacist.account_id))

    assert _now(action).owner_account_id == pharmacist.account_id


def test_what_is_due_while_somebody_is_away_goes_to_who_stands_in(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    other = somebody(Role.PHARMACIST, "Omar Reed")
    soon = asked(facilitator, owner_of(pharmacist), margaret.pk)
    later = asked(facilitator, owner_of(pharmacist), margaret.pk, due=FRIDAY + timedelta(days=30))
    with viewing(pharmacist, at=AT):
        verbs.go_away(
            from_on=AT.date(),
            until_on=FRIDAY,
            stands_in_id=other.account_id,
            by=pharmacist,
            at=AT,
        )

    with as_role(DatabaseRole.LOADER):
        jobs.reassign_of_those_away(0)
        jobs.reassign_of_those_away(0)

    assert _now(soon).owner_account_id == other.account_id
    assert _now(later).owner_account_id == pharmacist.account_id


def test_the_clocks_of_somebody_who_has_died_stop(facilitator: Viewer, margaret: Person) -> None:
    with viewing(facilitator, at=AT):
        verbs.start_clock(
            key="first_visit_home",
            person_id=margaret.pk,
            thing=("stay", new_id()),
            party_id=new_id(),
            started_at=AT,
            because="He left",
            by=facilitator,
            at=AT,
        )

    with as_role(DatabaseRole.LOADER):
        jobs.stop_clocks_of_the_dead([str(margaret.pk)])
        assert Clock.objects.get().stopped_at is None  # taken back before the job was done
        Person.objects.filter(pk=margaret.pk).update(is_dead=True)

        jobs.stop_clocks_of_the_dead([str(margaret.pk)])

        assert Clock.objects.get().stopped_because == "The person has died."


def test_clocks_stopped_by_mistake_run_on_from_their_own_start(
    facilitator: Viewer, margaret: Person
) -> None:
    stay, later = new_id(), AT + timedelta(hours=3)
    with viewing(facilitator, at=AT):
        clock = verbs.start_clock(
            key="first_visit_home",
            person_id=margaret.pk,
            thing=("stay", stay),
            party_id=new_id(),
            started_at=AT,
            because="He left",
            by=facilitator,
            at=AT,
        )
    with as_role(DatabaseRole.LOADER):
        Person.objects.filter(pk=margaret.pk).update(is_dead=True)
        jobs.stop_clocks_of_the_dead([str(margaret.pk)])
        with viewing(jobs.KEEPER, at=later) as by:
            again = verbs.start_clocks_again(
                thing_id=stay,
                because=verbs.DEATH_WAS_A_MISTAKE,
                stopped_because=verbs.STOPPED_BY_DEATH,
                by=by,
                at=later,
            )

        after = Clock.objects.get()
    assert again == 1
    assert (after.stopped_at, after.stopped_because, after.stopped_by_id) == (None, "", None)
    assert (after.started_at, after.due_at) == (AT, clock.due_at)
    assert "He left" in after.started_because
    assert "by mistake" in after.started_because


def test_the_email_says_how_much_waits_and_never_about_whom(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    asked(facilitator, owner_of(pharmacist), margaret.pk)
    accepted = asked(facilitator, owner_of(pharmacist), margaret.pk, text="Ring her daughter")
    with viewing(pharmacist, at=AT):
        verbs.accept(action=accepted, by=pharmacist, at=AT)

    with as_role(DatabaseRole.LOADER):
        jobs.send_digest(0)
        (sent,) = Message.objects.filter(cause_room="actions")

    assert "2 things wait for you" in sent.body
    assert (sent.recipient_id, sent.person_id) == (pharmacist.account_id, None)
    for word in ("Margaret", "Okafor", "tablets", "daughter"):
        assert word not in sent.subject + sent.body


def test_no_email_is_written_on_a_sunday(
    facilitator: Viewer,
    pharmacist: Viewer,
    margaret: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked(facilitator, owner_of(pharmacist), margaret.pk)
    monkeypatch.setattr(care_clock, "now", lambda: AT + timedelta(days=3))

    with as_role(DatabaseRole.LOADER):
        jobs.send_digest(0)

        assert Message.objects.filter(cause_room="actions").count() == 0


def test_whoever_records_a_leaver_reads_what_is_open_in_their_name(
    facilitator: Viewer, pharmacist: Viewer, margaret: Person
) -> None:
    asked(facilitator, owner_of(pharmacist), margaret.pk)
    assert pharmacist.account_id is not None

    with viewing(facilitator, at=AT):
        (work,) = open_work.open_work_of(pharmacist.account_id, viewer=facilitator)

    assert (work.kind, work.words, work.due_on) == ("Action", "Review BP tablets", FRIDAY)
