"""Hidden facts: what is added to a world that somebody of a role, in a situation, must not notice.

Each fact says for whom it is hidden by the truth table, never by the rule.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from oneplace.access import audit
from oneplace.access.models import Barrier, Permit, Relationship
from oneplace.access.viewer import Viewer, permissions_of
from oneplace.people.models import Household, Link, Person
from oneplace.people.models.terms import LinkedBy
from oneplace.records.models import Entry, Identity, Reach, Subject
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    AccountKind,
    BarrierKind,
    DataCategory,
    EntryKind,
    ReachKind,
    RelationshipKind,
    Role,
)
from tests.factories import AT
from tests.house.role_matrix.truth import RECORDERS, truth
from tests.house.role_matrix.world import SOURCES, World

SECRET: Final = "Xylograph"
"""A word that stands in every hidden fact and nowhere else."""
KINDS_OF: Final = {
    "alerts": (EntryKind.ALLERGY, EntryKind.HAZARD, EntryKind.FLAG, EntryKind.TIE),
    "events": (EntryKind.STAY, EntryKind.CONTACT, EntryKind.APPOINTMENT, EntryKind.FALL),
    "health": (EntryKind.CONDITION, EntryKind.MEDICINE, EntryKind.OBSERVATION),
    "care": (EntryKind.ASSESSMENT, EntryKind.CARE_PACKAGE, EntryKind.REQUEST),
    "support": (EntryKind.REFERRAL, EntryKind.CARE_PLAN, EntryKind.GOAL),
    "notes": (EntryKind.NOTE, EntryKind.DOCUMENT),
    "safeguarding": (EntryKind.CONCERN,),
    "protected": (EntryKind.CONDITION, EntryKind.NOTE, EntryKind.FLAG),
}


@dataclass(frozen=True)
class Fact:
    """A fact hidden from a role in a situation; `add` writes it, as the loader does."""

    kind: str
    role: Role
    situation: str
    words: str
    add: Callable[[World, random.Random], None]


def hidden(role: Role, situation: str) -> Iterator[Fact]:
    """Every kind of fact that is hidden from a role in a situation."""
    known = truth()[role, situation]
    may = permissions_of(role)

    def fact(kind: str, words: str, add: Callable[[World, random.Random], None]) -> Fact:
        return Fact(kind, role, situation, words, add)

    for recorder in RECORDERS:
        for item in KINDS_OF:
            if (recorder, item) not in known.opens:
                yield fact(
                    "entry", f"{item} of {recorder}", of_a_recorder(situation, recorder, item)
                )
        if (recorder, "reach") not in known.opens:
            yield fact("reach", f"reach of {recorder}", _reach(situation, recorder))
        if (recorder, "who") not in known.opens and "see_who_is_who" not in may:
            yield fact("source", f"known to {recorder}", _source(situation, recorder))
    if "keep_protections" not in may:
        yield fact("barrier", "somebody else is kept out", _barrier(situation))
        yield fact("permit", "a yes to somebody else", _permit(situation))
    yield fact("tie", "somebody else is connected", _tie(situation))
    if "see_audit" not in may:
        yield fact("look", "somebody else looked", _look(situation))
    if not known.is_record_open:
        yield fact("person", "another number and birthday", _person(situation))
    if "see_who_is_who" not in may:
        yield fact("household", "somebody lives there too", _household(situation))


def _said(source: str) -> dict[str, object]:
    return {
        "source": source,
        "said_at": AT - timedelta(days=2),
        "first_said_at": AT - timedelta(days=2),
        "arrived_at": AT - timedelta(hours=2),
        "content_sha": new_id().bytes * 2,
    }


def _subject_of(world: World, situation: str, recorder: str) -> Subject:
    return Subject.objects.get(
        authority=f"matrix:{recorder}", person_id=world.persons[situation], value=situation
    )


def _entry_of(subject: Subject, recorder: str, item: str, chance: random.Random) -> Entry:
    starts = AT - timedelta(days=chance.randint(0, 900), hours=chance.randint(0, 23))
    return Entry(
        id=new_id(),
        subject=subject,
        kind=chance.choice(KINDS_OF[item]),
        key=f"{SECRET} {new_id()}",
        status=chance.choice(["current", "ended", "cancelled", "planned", "in_error"]),
        starts_at=chance.choice([starts, None]),
        ends_at=chance.choice([None, AT]),
        title=f"{SECRET} {chance.randint(1, 10**6)}",
        words=SECRET,
        value=chance.choice([None, 7]),
        labels=[chance.choice(["R", "V", "sexual_health"])] if item == "protected" else [],
        **_said(SOURCES[recorder]),
    )


def of_a_recorder(
    situation: str, recorder: str, item: str
) -> Callable[[World, random.Random], None]:
    """An entry of a recorder about the person of a situation."""

    def add(world: World, chance: random.Random) -> None:
        subject = _subject_of(world, situation, recorder)
        _entry_of(subject, recorder, item, chance).save(force_insert=True)

    return add


def _reach(situation: str, recorder: str) -> Callable[[World, random.Random], None]:
    def add(world: World, chance: random.Random) -> None:
        identity = Identity.objects.get(subject=_subject_of(world, situation, recorder))
        Reach(
            identity=identity,
            position=chance.randint(1, 9),
            kind=chance.choice(list(ReachKind)),
            text=f"{chance.randint(1, 99)} {SECRET} Road",
            postcode="CR0 1XX",
        ).save(force_insert=True)

    return add


def _source(situation: str, recorder: str) -> Callable[[World, random.Random], None]:
    def add(world: World, chance: random.Random) -> None:
        person = world.persons[situation]
        subject = Subject(
            id=new_id(), authority=f"{SECRET}:{recorder}", value=SECRET, person_id=person
        )
        subject.save(force_insert=True)
        Identity(
            id=new_id(), subject=subject, family=SECRET, given="Ada", **_said(SOURCES[recorder])
        ).save(force_insert=True)
        Link(
            id=new_id(),
            subject=subject,
            person_id=person,
            linked_by=LinkedBy.NUMBER,
            evidence=f"The same {SECRET}.",
            since_at=AT,
        ).save(force_insert=True)
        for item in KINDS_OF:
            if (recorder, item) not in truth()[Role.GP, "own_team"].opens or recorder == "nobody":
                _entry_of(subject, "nobody", item, chance).save(force_insert=True)

    return add


def _barrier(situation: str) -> Callable[[World, random.Random], None]:
    def add(world: World, chance: random.Random) -> None:
        Barrier(
            person_id=world.persons[situation],
            kind=chance.choice(
                [BarrierKind.NAMED_PERSON, BarrierKind.LIMIT, BarrierKind.OWN_FAMILY]
            ),
            party_id=new_id(),
            category=chance.choice(["", DataCategory.HEALTH.value]),
            source="test",
            starts_at=AT - timedelta(days=1),
        ).save(force_insert=True)

    return add


def _permit(situation: str) -> Callable[[World, random.Random], None]:
    def add(world: World, chance: random.Random) -> None:
        Permit(
            person_id=world.persons[situation],
            party_id=new_id(),
            category="",
            source="test",
            starts_at=AT - timedelta(days=1),
        ).save(force_insert=True)

    return add


def _tie(situation: str) -> Callable[[World, random.Random], None]:
    def add(world: World, chance: random.Random) -> None:
        Relationship(
            person_id=world.persons[situation],
            party_id=new_id(),
            kind=chance.choice(list(RelationshipKind)),
            source="test",
            starts_at=AT - timedelta(days=1),
        ).save(force_insert=True)

    return add


def _look(situation: str) -> Callable[[World, random.Random], None]:
    def add(world: World, chance: random.Random) -> None:
        audit.record(
            by=Viewer(
                account_id=new_id(),
                kind=AccountKind.STAFF,
                name=SECRET,
                role=chance.choice(list(Role)),
            ),
            at=AT,
            action="see_record",
            person_id=world.persons[situation],
        )

    return add


def _person(situation: str) -> Callable[[World, random.Random], None]:
    def add(world: World, chance: random.Random) -> None:
        Person.objects.filter(pk=world.persons[situation]).update(
            born_on=AT.date() - timedelta(days=chance.randint(1, 30_000)),
            nhs_number="9990000018",
            known_as=SECRET,
            practice_code="ZZTH04",
        )

    return add


def _household(situation: str) -> Callable[[World, random.Random], None]:
    def add(world: World, chance: random.Random) -> None:
        other = next(each for name, each in world.persons.items() if name == "no_relationship")
        place = f"cr0|{chance.randint(1, 99)} {SECRET.lower()} road"
        for person in {world.persons[situation], other}:
            Household(person_id=person, place=place).save(force_insert=True)

    return add
