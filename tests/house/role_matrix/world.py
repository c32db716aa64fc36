"""The world the truth table is held against: seats of every role, a person for each situation."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.test import Client

from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import Account, Barrier, Hat, Permit, Relationship
from oneplace.access.viewer import Viewer, load_viewer
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Organisation, Post
from oneplace.people.models import Finding, Person, SearchKey
from oneplace.records.models import Entry, Identity, Reach, Subject
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    AccountKind,
    EntryKind,
    OrganisationKind,
    ReachKind,
    Role,
)
from tests.database import as_role
from tests.factories import AT, bring_in_place, make_account
from tests.house.role_matrix.situations import SITUATIONS, Seats, barriers, permits, ties
from tests.house.role_matrix.truth import ITEMS, RECORDERS

SOURCES: Final = {
    "practice": "gp_history",
    "hospital": "community_services",
    "mental_health": "mental_health",
    "council": "council_cases",
    "charity": "charity_cases",
    "nobody": "nobody_knows_whose",
}
"""The feed of the place by which each recorder's items come."""
PRACTICE: Final = "ZZTH04"
CARE_HOME: Final = "a-care-home"
AT_WORK: Final = {
    Role.NETWORK_FACILITATOR: "gp_collaborative",
    Role.GP: PRACTICE,
    Role.PRACTICE_MANAGER: PRACTICE,
    Role.COMMUNITY_NURSE: "hospital_trust",
    Role.MENTAL_HEALTH_WORKER: "mental_health_trust",
    Role.PIC: "age_uk",
    Role.LIFE_COORDINATOR: "council",
    Role.THERAPIST: "hospital_trust",
    Role.DISCHARGE_NURSE: "hospital_trust",
    Role.SOCIAL_WORKER: "council",
    Role.PHARMACIST: "gp_collaborative",
    Role.CARE_HOME_MANAGER: CARE_HOME,
    Role.VOLUNTARY_ORGANISATION: "age_uk",
    Role.RECORD_STEWARD: "hospital_trust",
    Role.IG_OFFICER: "hospital_trust",
    Role.ANALYST: "commissioner",
    Role.FINANCE_LEAD: "council",
    Role.PROGRAMME_DIRECTOR: "council",
    Role.BOARD_CHAIR: "commissioner",
    Role.SCRUTINY_MEMBER: "council",
}
"""Where each role of the table works."""
_KINDS: Final = {
    "alerts": EntryKind.ALLERGY,
    "events": EntryKind.CONTACT,
    "health": EntryKind.CONDITION,
    "care": EntryKind.ASSESSMENT,
    "support": EntryKind.GOAL,
    "notes": EntryKind.NOTE,
    "safeguarding": EntryKind.CONCERN,
    "protected": EntryKind.CONDITION,
}


@dataclass
class World(Seats):
    """Who sits where, and who is in which situation."""

    persons: dict[str, UUID] = field(default_factory=dict)
    items: dict[tuple[str, str, str], object] = field(default_factory=dict)
    """The key of each row, by situation, recorder and item."""

    def viewer(self, role: Role) -> Viewer:
        """Whoever holds the seat of a role."""
        found = load_viewer(self.accounts[role], self.hats.get(role), at=AT)
        assert found is not None
        return found

    def browser(self, role: Role) -> Client:
        """A browser in which the seat's holder is signed in."""
        client = Client(raise_request_exception=False)
        client.force_login(Account.objects.get(pk=self.accounts[role]))
        if role in self.hats:
            session = client.session
            session[HAT_IN_SESSION] = str(self.hats[role])
            session[PROVEN_BY_PROVIDER] = True
            session.save()
        return client


def make_world() -> World:
    """The partners, a seat for each role, and a person in each situation."""
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        Organisation(
            id=new_id(),
            code=CARE_HOME,
            name="Elm Rise Care Home",
            short_word="Home",
            kind=OrganisationKind.CARE_HOME,
        ).save(force_insert=True)
        by_code = {each.code: each.pk for each in Organisation.objects.all()}
        world = World(by_code["council"], by_code["age_uk"], by_code[PRACTICE])
    for role in Role:
        _seat(world, role, by_code)
    with as_role(DatabaseRole.LOADER):
        _persons(world)
    return world


def _seat(world: World, role: Role, by_code: dict[str, UUID]) -> None:
    if role is Role.RESIDENT:
        world.accounts[role] = make_account(AccountKind.RESIDENT, "A resident").pk
        return
    account = make_account(name=f"Holder of {role.value}")
    organisation = by_code[AT_WORK[role]]
    with as_role(DatabaseRole.LOADER):
        post = Post(
            id=new_id(),
            key=f"matrix-{role.value}",
            role=role,
            title=role.label,
            organisation_id=organisation,
        )
        post.save(force_insert=True)
        hat = Hat(
            account=account,
            post=post,
            employer_id=organisation,
            starts_on=date(2024, 1, 1),
            source="test",
        )
        hat.save(force_insert=True)
    world.accounts[role] = account.pk
    world.hats[role], world.organisations[role] = hat.pk, organisation


def _persons(world: World) -> None:
    subjects, identities, reach, entries = [], [], [], []
    relationships, before, yeses = [], [], []
    for number, (name, situation) in enumerate(SITUATIONS.items()):
        person = Person(
            id=new_id(),
            given="Zebedee",
            family=f"Quill{name.title().replace('_', '')}",
            born_on=date(situation.born_in, 5, 12),
            nhs_number=f"99900{number:05d}",
            is_dead=situation.is_dead,
            died_at=AT - timedelta(days=9) if situation.is_dead else None,
            made_at=AT,
        )
        person.current_id = person.pk
        person.save(force_insert=True)
        Finding(person=person, name=f"{person.family}, Zebedee", born_year=1943).save(
            force_insert=True
        )
        SearchKey(person=person, key=f"n:{person.family.lower()}").save(force_insert=True)
        world.persons[name] = person.pk
        relationships += list(ties(situation, person.pk, world))
        before += list(barriers(situation, person.pk, world))
        yeses += list(permits(situation, person.pk, world))
        for recorder in RECORDERS:
            subject = Subject(
                id=new_id(), authority=f"matrix:{recorder}", value=name, person_id=person.pk
            )
            subjects.append(subject)
            identity = _identity(subject, recorder, person)
            identities.append(identity)
            reach.append(_reach(identity, recorder, name))
            world.items[name, recorder, "who"] = identity.pk
            for item, kind in _KINDS.items():
                entry = _entry(subject, recorder, item, kind)
                entries.append(entry)
                world.items[name, recorder, item] = entry.pk
    Subject.objects.bulk_create(subjects)
    Identity.objects.bulk_create(identities)
    for one in Reach.objects.bulk_create(reach):
        _, recorder, name = one.note.split()
        world.items[name, recorder, "reach"] = one.pk
    Entry.objects.bulk_create(entries)
    Relationship.objects.bulk_create(relationships)
    Barrier.objects.bulk_create(before)
    Permit.objects.bulk_create(yeses)


def _said(recorder: str) -> dict[str, object]:
    return {
        "source": SOURCES[recorder],
        "said_at": AT - timedelta(days=3),
        "first_said_at": AT - timedelta(days=3),
        "arrived_at": AT - timedelta(days=3),
        "content_sha": new_id().bytes * 2,
    }


def _identity(subject: Subject, recorder: str, person: Person) -> Identity:
    return Identity(
        id=new_id(),
        subject=subject,
        family=person.family,
        given="Zebedee",
        born_on=person.born_on,
        nhs_number=person.nhs_number,
        is_nhs_number_sound=True,
        **_said(recorder),
    )


def canary(recorder: str, item: str) -> str:
    """The words by which an item is known again wherever it appears."""
    return f"Qz{recorder}-{item}zQ"


CANARY: Final = re.compile(f"Qz({'|'.join(RECORDERS)})-({'|'.join(ITEMS)})zQ")
"""Who and what of each canary; a token that is made at random can look much like one."""


def _reach(identity: Identity, recorder: str, name: str) -> Reach:
    return Reach(
        identity=identity,
        position=0,
        kind=ReachKind.ADDRESS,
        text=canary(recorder, "reach"),
        postcode="CR7 9XX",
        note=f"of {recorder} {name}",
    )


def _entry(subject: Subject, recorder: str, item: str, kind: EntryKind) -> Entry:
    return Entry(
        id=new_id(),
        subject=subject,
        kind=kind,
        key=f"{item} {subject.pk}",
        status="current",
        starts_at=AT - timedelta(days=4 + ITEMS.index(item)),
        title=canary(recorder, item),
        labels=["R"] if item == "protected" else [],
        **_said(recorder),
    )
