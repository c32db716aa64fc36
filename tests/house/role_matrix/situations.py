"""The situations of the truth table: what connects everybody with the person, and what is between.

In each situation every seat of the table stands in the same relation to the same person, so that
one person serves all of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from oneplace.access.models import Barrier, Permit, Relationship
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import BarrierKind, DataCategory, RelationshipKind, Role
from tests.factories import AT

AFTER_THE_AGREEMENTS: Final = AT + timedelta(days=400)
"""Care time at which every agreement of the place has ended: 16 April 2027."""


@dataclass
class Seats:
    """Who holds which seat: ids of hats, accounts and organisations."""

    council: UUID
    charity: UUID
    practice: UUID
    hats: dict[Role, UUID] = field(default_factory=dict)
    accounts: dict[Role, UUID] = field(default_factory=dict)
    organisations: dict[Role, UUID] = field(default_factory=dict)


@dataclass(frozen=True)
class Situation:
    """How everybody stands to the person; `to` says by which of their parties."""

    tie: RelationshipKind | None = RelationshipKind.CASELOAD
    to: str = "hats"
    is_registered: bool = True
    starts: int = -30
    ends: int | None = None
    barrier: BarrierKind | None = None
    against: str = ""
    category: DataCategory | None = None
    lets_in: tuple[Role, ...] = ()
    says_yes: bool = False
    is_dead: bool = False
    born_in: int = 1943
    at: datetime = AT


_URGENT = RelationshipKind.ON_CALL
SITUATIONS: Final[Mapping[str, Situation]] = {
    "own_team": Situation(),
    "own_practice": Situation(tie=None),
    "other_partner": Situation(to="stranger", is_registered=False),
    "no_relationship": Situation(tie=None, is_registered=False),
    "ended": Situation(ends=-1, is_registered=False),
    "not_yet": Situation(starts=1, is_registered=False),
    "own_record_only": Situation(
        tie=RelationshipKind.OWN_RECORD, to="accounts", is_registered=False
    ),
    "on_call": Situation(tie=_URGENT),
    "one_request": Situation(tie=RelationshipKind.ACTION_OWNER, is_registered=False),
    "safeguarding_enquiry": Situation(
        tie=RelationshipKind.SAFEGUARDING_ENQUIRY, barrier=BarrierKind.OBJECTION
    ),
    "objection": Situation(barrier=BarrierKind.OBJECTION),
    "objection_urgent": Situation(tie=_URGENT, barrier=BarrierKind.OBJECTION),
    "objection_to_council": Situation(barrier=BarrierKind.OBJECTION, against="council"),
    "said_yes": Situation(says_yes=True),
    "said_yes_then_objected": Situation(says_yes=True, barrier=BarrierKind.OBJECTION),
    "sealed": Situation(barrier=BarrierKind.SEALED),
    "sealed_but_let_in": Situation(
        barrier=BarrierKind.SEALED, lets_in=(Role.GP, Role.SOCIAL_WORKER)
    ),
    "court_restriction": Situation(tie=_URGENT, barrier=BarrierKind.COURT_RESTRICTION),
    "staff_as_patient": Situation(
        to="organisations",
        is_registered=False,
        barrier=BarrierKind.COLLEAGUE,
        against="organisations",
    ),
    "staff_as_patient_own_care": Situation(barrier=BarrierKind.COLLEAGUE, against="organisations"),
    "named_person": Situation(barrier=BarrierKind.NAMED_PERSON, against="accounts"),
    "own_family": Situation(tie=_URGENT, barrier=BarrierKind.OWN_FAMILY, against="hats"),
    "excluded_council": Situation(barrier=BarrierKind.ORGANISATION_EXCLUDED, against="council"),
    "excluded_council_urgent": Situation(
        tie=_URGENT, barrier=BarrierKind.ORGANISATION_EXCLUDED, against="council"
    ),
    "limit_health": Situation(barrier=BarrierKind.LIMIT, category=DataCategory.HEALTH),
    "limit_health_urgent": Situation(
        tie=_URGENT, barrier=BarrierKind.LIMIT, category=DataCategory.HEALTH
    ),
    "limit_mental_health": Situation(
        barrier=BarrierKind.LIMIT, category=DataCategory.MENTAL_HEALTH
    ),
    "protected_address": Situation(
        barrier=BarrierKind.PROTECTED_ADDRESS, category=DataCategory.REACH
    ),
    "protected_address_urgent": Situation(
        tie=_URGENT, barrier=BarrierKind.PROTECTED_ADDRESS, category=DataCategory.REACH
    ),
    "deceased": Situation(is_dead=True),
    "child": Situation(born_in=2020),
    "agreement_over": Situation(at=AFTER_THE_AGREEMENTS),
}
"""Each situation by its name in the truth table."""


def ties(one: Situation, person: UUID, seats: Seats) -> Iterator[Relationship]:
    """The relationships of a situation."""
    parties: dict[UUID, RelationshipKind] = {}
    if one.tie is not None:
        chosen = [new_id()] if one.to == "stranger" else list(getattr(seats, one.to).values())
        parties = dict.fromkeys(chosen, one.tie)
    if one.is_registered:
        parties[seats.practice] = RelationshipKind.REGISTERED_PRACTICE
    for party, kind in parties.items():
        yield Relationship(
            person_id=person,
            party_id=party,
            kind=kind,
            source="test",
            starts_at=AT + timedelta(days=one.starts),
            ends_at=None if one.ends is None else AT + timedelta(days=one.ends),
        )


def barriers(one: Situation, person: UUID, seats: Seats) -> Iterator[Barrier]:
    """The barriers of a situation."""
    if one.barrier is None:
        return
    against: list[UUID | None] = [None]
    if one.against:
        found = getattr(seats, one.against)
        against = [found] if isinstance(found, UUID) else list(dict.fromkeys(found.values()))
    for party in against:
        yield Barrier(
            person_id=person,
            kind=one.barrier,
            party_id=party,
            category=one.category.value if one.category else "",
            lets_in=[seats.hats[role] for role in one.lets_in],
            source="test",
            starts_at=AT - timedelta(days=20),
        )


def permits(one: Situation, person: UUID, seats: Seats) -> Iterator[Permit]:
    """The person's yes to the charity, where they said it."""
    if one.says_yes:
        yield Permit(
            person_id=person,
            party_id=seats.charity,
            category="",
            source="test",
            starts_at=AT - timedelta(days=25),
        )
