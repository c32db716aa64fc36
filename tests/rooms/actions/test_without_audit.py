"""Every verb of the room: with a broken audit nothing is saved."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from oneplace.access.models import AuditEntry, Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.actions import verbs
from oneplace.actions.models import Action, Away, Clock
from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import Person
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import ActionOrigin, NotNeeded
from tests.database import as_role
from tests.factories import AT
from tests.rooms.actions.asking import FRIDAY, asked, owner_of

pytestmark = pytest.mark.django_db
SOON = AT + timedelta(minutes=5)


@pytest.fixture
def world(facilitator: Viewer, pharmacist: Viewer, margaret: Person) -> None:
    """Something asked, somebody away later, and a clock that stands still."""
    asked(facilitator, owner_of(pharmacist), margaret.pk)
    with viewing(pharmacist, at=AT):
        verbs.go_away(
            from_on=FRIDAY + timedelta(days=20),
            until_on=FRIDAY + timedelta(days=30),
            by=pharmacist,
            at=AT,
        )
    with viewing(facilitator, at=AT):
        clock = verbs.start_clock(
            key="first_visit_home",
            person_id=margaret.pk,
            thing=("stay", new_id()),
            party_id=facilitator.organisation_id or new_id(),
            started_at=AT,
            because="He left",
            by=facilitator,
            at=AT,
        )
        verbs.pause_clock(
            clock=clock, rule="person_not_home", from_at=SOON, by=facilitator, at=SOON
        )


def _everything() -> list[object]:
    tables = [
        table for table in connection.introspection.table_names() if table.startswith("actions_")
    ]
    found: list[object] = [AuditEntry.objects.count(), Relationship.objects.count()]
    found.append(Relationship.objects.filter(ends_at__isnull=True).count())
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"select to_jsonb(t)::text from {table} t order by 1")
            found.append((table, cursor.fetchall()))
    return found


def _do(name: str, fran: Viewer, priya: Viewer, nell: Viewer, margaret: Person) -> None:
    action, away, clock = Action.objects.get(), Away.objects.get(), Clock.objects.get()
    acts: dict[str, Callable[[], object]] = {
        "ask": lambda: verbs.ask(
            person_id=margaret.pk,
            text="x",
            owner=owner_of(priya),
            due=FRIDAY,
            origin=ActionOrigin.RECORD,
            by=fran,
            at=SOON,
        ),
        "take_back": lambda: verbs.take_back(action=action, by=fran, at=SOON),
        "accept": lambda: verbs.accept(action=action, by=priya, at=SOON),
        "decline": lambda: verbs.decline(action=action, reason="x", by=priya, at=SOON),
        "pass_on": lambda: verbs.pass_on(action=action, owner=owner_of(nell), by=priya, at=SOON),
        "take_on": lambda: verbs.take_on(action=action, by=priya, at=SOON),
        "finish": lambda: verbs.finish(action=action, what_changed="x", by=priya, at=SOON),
        "no_longer_needed": lambda: verbs.no_longer_needed(
            action=action, why=NotNeeded.THINGS_CHANGED, by=priya, at=SOON
        ),
        "could_not_reach": lambda: verbs.could_not_reach(
            action=action, reason="x", by=priya, at=SOON
        ),
        "undo_answer": lambda: verbs.undo_answer(action=action, by=priya, at=SOON),
        "reassign": lambda: verbs.reassign(
            account_id=priya.account_id or new_id(), words="Left", by=fran, at=SOON
        ),
        "go_away": lambda: verbs.go_away(from_on=FRIDAY, until_on=FRIDAY, by=fran, at=SOON),
        "come_back": lambda: verbs.come_back(away=away, by=priya, at=SOON),
        "start_clock": lambda: verbs.start_clock(
            key="reablement_assessment",
            person_id=margaret.pk,
            thing=("stay", new_id()),
            party_id=fran.organisation_id or new_id(),
            started_at=AT,
            because="x",
            by=fran,
            at=SOON,
        ),
        "stop_clock": lambda: verbs.stop_clock(
            clock=clock, stopped_at=SOON, because="x", by=fran, at=SOON
        ),
        "pause_clock": lambda: (
            clock.pauses.update(until_at=SOON),
            verbs.pause_clock(clock=clock, rule="person_not_home", from_at=SOON, by=fran, at=SOON),
        ),
        "resume_clock": lambda: verbs.resume_clock(clock=clock, until_at=SOON, by=fran, at=SOON),
        "give_breach_reason": lambda: verbs.give_breach_reason(
            clock=clock, reason="x", by=fran, at=SOON
        ),
        "start_clocks_again": lambda: (
            Clock.objects.filter(pk=clock.pk).update(stopped_at=SOON, stopped_because="x"),
            verbs.start_clocks_again(
                thing_id=clock.thing_id, because="y", stopped_because="x", by=fran, at=SOON
            ),
        ),
        "stop_clocks_of": lambda: verbs.stop_clocks_of(
            person_ids=[margaret.pk], because="x", by=fran, at=SOON
        ),
    }
    acts[name]()


Everybody = tuple[Viewer, Viewer, Viewer, Person]


@pytest.fixture
def everybody(
    world: None, facilitator: Viewer, pharmacist: Viewer, nurse: Viewer, margaret: Person
) -> Everybody:
    """Who asks, who is asked, a colleague, and the person it is for."""
    return facilitator, pharmacist, nurse, margaret


@pytest.mark.parametrize(
    "name",
    [
        "ask", "take_back", "accept", "decline", "pass_on", "take_on", "finish",
        "no_longer_needed", "could_not_reach", "undo_answer", "reassign", "go_away", "come_back",
        "start_clock", "stop_clock", "pause_clock", "resume_clock", "give_breach_reason",
        "stop_clocks_of", "start_clocks_again",
    ],
)  # fmt: skip
def test_without_its_audit_nothing_is_saved(
    name: str, everybody: Everybody, broken_audit: Callable[[], None]
) -> None:
    facilitator, pharmacist, _, _ = everybody
    if name == "undo_answer":
        with viewing(pharmacist, at=AT):
            verbs.accept(action=Action.objects.get(), by=pharmacist, at=AT)
    with as_role(DatabaseRole.LOADER):
        before = _everything()
        broken_audit()

        with pytest.raises(RuntimeError, match="no audit"), viewing(facilitator, at=SOON):
            _do(name, *everybody)

        assert _everything() == before
