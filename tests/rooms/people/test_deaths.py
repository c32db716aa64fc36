"""Deaths: said by any source, taken back when nobody says so, stopping what was under way."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit import announcing
from oneplace.people import jobs, verbs
from oneplace.people.announcements import DeathsUndone, PeopleDied
from oneplace.people.models import Death
from oneplace.post import verbs as post
from oneplace.post.models import Message, MessageState
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.terms import EntryKind, EntryStatus
from tests.factories import make_account
from tests.rooms.people.saying import (
    AT,
    COUNCIL,
    GP,
    HOSPITAL,
    loader,
    margaret,
    person_of,
    say,
    stay,
    steward,
    subject_id,
    take_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_loader")]
DIED_AT = datetime(2026, 3, 11, 4, 20, tzinfo=UTC)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the room announces about deaths, besides who else listens."""
    told: list[object] = []
    known = dict(announcing._listeners)
    for kind in (PeopleDied, DeathsUndone):
        known[kind] = (*known.get(kind, ()), told.append)
    monkeypatch.setattr(announcing, "_listeners", known)
    return told


def a_death(**fields: object) -> object:
    return stay(
        **{
            "kind": EntryKind.DEATH,
            "key": "death 1",
            "starts_at": DIED_AT,
            "status": EntryStatus.ENDED,
            "title": "Died",
            **fields,
        }
    )


def test_an_entry_of_a_death_makes_the_person_dead_and_is_announced_once(
    heard: list[object],
) -> None:
    say(margaret(HOSPITAL, "H1"))
    verbs.keep_in_step(subject_ids=take_in(a_death()), by=loader(), at=AT)
    verbs.keep_in_step(subject_ids=[subject_id(HOSPITAL, "H1")], by=loader(), at=AT)

    found = person_of(HOSPITAL, "H1")
    assert (found.is_dead, found.died_at) == (True, DIED_AT)
    assert [type(each) for each in heard] == [PeopleDied]


def test_an_identity_that_says_dead_is_enough_and_taking_it_back_undoes_it(
    heard: list[object],
) -> None:
    say(margaret(COUNCIL, "C1", is_dead=True, died_at=DIED_AT))
    assert person_of(COUNCIL, "C1").is_dead

    say(margaret(COUNCIL, "C1", day=9, is_dead=False))

    assert not person_of(COUNCIL, "C1").is_dead
    assert [type(each) for each in heard] == [PeopleDied, DeathsUndone]


def test_a_death_cancelled_by_its_source_is_undone() -> None:
    say(margaret(HOSPITAL, "H1"))
    verbs.keep_in_step(subject_ids=take_in(a_death()), by=loader(), at=AT)

    cancelled = a_death(status=EntryStatus.CANCELLED, said_at=datetime(2026, 3, 12, tzinfo=UTC))
    verbs.keep_in_step(subject_ids=take_in(cancelled), by=loader(), at=AT)

    assert not person_of(HOSPITAL, "H1").is_dead


def test_taken_back_by_hand_it_stays_back_until_somebody_says_it_anew() -> None:
    say(margaret(COUNCIL, "C1", is_dead=True, died_at=DIED_AT))
    with viewing(steward(), at=AT):
        verbs.undo_death(death=Death.objects.get(), why="Another Okafor", by=steward(), at=AT)

    say(margaret(COUNCIL, "C1", day=9, is_dead=True, died_at=DIED_AT, title="Mrs"))
    assert not person_of(COUNCIL, "C1").is_dead
    say(margaret(GP, "1", day=10, is_dead=True, died_at=DIED_AT))

    assert person_of(COUNCIL, "C1").is_dead


def test_letters_under_way_are_stopped_and_helpers_told_to_ring_first() -> None:
    say(margaret(GP, "1", practice_code="ZZAS06"))
    person = person_of(GP, "1")
    with viewing(loader(), at=AT):
        letter = post.write_message(
            template="plain_letter",
            values={
                "salutation": "Dear Mrs Okafor",
                "subject": "Your visit on Friday",
                "words": "We will come on Friday.",
                "signed_by": "Jo Bright",
                "role": "Coordinator",
            },
            to=Recipient.person(person.pk, name="Mrs Okafor", to="14 Elm Rise\nCR7 9XX"),
            cause=Cause("plans", "plan"),
            person_id=person.pk,
            by=loader(),
            at=AT,
        )

    say(margaret(GP, "1", day=9, practice_code="ZZAS06", is_dead=True, died_at=DIED_AT))

    letter.refresh_from_db()
    assert letter.state == MessageState.STOPPED
    notice = Message.objects.get(channel="notice")
    assert "Ring the family" in notice.body
    assert notice.recipient_name


def _account() -> uuid.UUID:
    """An account somebody writes with; making one leaves the loader's role, which is taken up."""
    made = make_account(name="Stella Steward").pk
    with connection.cursor() as cursor:
        cursor.execute(f"set role {DatabaseRole.LOADER.value}")
    return made


def test_when_it_was_a_mistake_helpers_hear_and_whoever_wrote_is_asked_to_send_again() -> None:
    say(margaret(GP, "1", practice_code="ZZAS06"))
    person = person_of(GP, "1")
    writer = replace(steward(), account_id=_account())
    with viewing(writer, at=AT):
        post.write_message(
            template="plain_letter",
            values={
                "salutation": "Dear Mrs Okafor",
                "subject": "Your visit on Friday",
                "words": "We will come on Friday.",
                "signed_by": "Jo Bright",
                "role": "Coordinator",
            },
            to=Recipient.person(person.pk, name="Mrs Okafor", to="14 Elm Rise\nCR7 9XX"),
            cause=Cause("plans", "plan"),
            person_id=person.pk,
            by=writer,
            at=AT,
        )
    say(margaret(GP, "1", day=9, practice_code="ZZAS06", is_dead=True, died_at=DIED_AT))
    say(margaret(GP, "1", day=10, practice_code="ZZAS06", is_dead=False))

    jobs.tell_of_mistake([str(person.pk)])

    told = Message.objects.get(subject="Margaret Okafor has not died")
    assert "stand again as they were" in told.body
    asked = Message.objects.get(subject="Send it again?")
    assert asked.recipient_id == writer.account_id
    assert "Your visit on Friday" in asked.body


def test_nobody_is_told_of_a_mistake_while_another_source_still_says_it() -> None:
    say(margaret(GP, "1", practice_code="ZZAS06", is_dead=True, died_at=DIED_AT))
    before = Message.objects.count()

    jobs.tell_of_mistake([str(person_of(GP, "1").pk)])

    assert Message.objects.count() == before


def test_a_death_of_years_ago_tells_nobody_to_ring() -> None:
    long_ago = DIED_AT - timedelta(days=400)
    say(margaret(GP, "1", practice_code="ZZAS06"))
    say(margaret(GP, "1", day=9, practice_code="ZZAS06", is_dead=True, died_at=long_ago))

    assert person_of(GP, "1").is_dead
    assert not Message.objects.exists()
