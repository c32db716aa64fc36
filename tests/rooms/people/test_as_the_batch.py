"""One by one, in any order, people end where a linkage of everybody puts them."""

import random
import uuid
from collections import defaultdict
from datetime import date, timedelta

import pytest

from oneplace.records.models import Subject
from oneplace.vocabulary.nhs_number import as_text, synthetic_numbers
from oneplace.vocabulary.rows import IdentitySaid, ReachSaid
from oneplace.vocabulary.terms import Gender, NhsNumberStatus, ReachKind
from tests.rooms.people.saying import (
    COUNCIL,
    GP,
    HOSPITAL,
    margaret,
    place,
    relink,
    take_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_loader")]
GIVEN = ("Margaret", "Desmond", "Ada", "Bola", "Joyce", "Ahmed", "Zofia", "Tom", "Ivy", "Sana")
FAMILIES = ("Okafor", "Clarke", "Patel", "Nowak", "Khan", "Brown", "Mensah", "Singh", "Kelly")


def _borough(people: int, seed: int) -> list[IdentitySaid]:
    """Invented people in up to three sources each, with slips, moves, missing numbers, couples."""
    chance = random.Random(seed)
    numbers = as_text(synthetic_numbers(people, seed=seed))
    rows = []
    for number in range(people):
        family, given = chance.choice(FAMILIES), chance.choice(GIVEN)
        gender = chance.choice([Gender.FEMALE, Gender.MALE])
        born = date(1930, 1, 1) + timedelta(days=chance.randrange(25_000))
        home = ReachSaid(
            ReachKind.ADDRESS,
            f"{number // 2 + 1} Elm Rise, Thornton Heath",
            postcode=f"CR{number % 7} {number % 9}XX",
        )
        for authority in (GP, HOSPITAL, COUNCIL):
            if authority != GP and chance.random() < 0.4:
                continue
            knows = authority == GP or chance.random() < 0.6
            spelled = given[:-1] if authority != GP and chance.random() < 0.1 else given
            rows.append(
                margaret(
                    authority,
                    f"{number:04d}",
                    given=spelled,
                    family=family,
                    born_on=born,
                    gender=gender,
                    nhs_number=numbers[number] if knows else "",
                    is_nhs_number_sound=knows,
                    nhs_number_status=NhsNumberStatus.VERIFIED if authority == GP else "",
                    reach=(home,),
                )
            )
    return rows


def _partition() -> set[frozenset[uuid.UUID]]:
    held: dict[uuid.UUID | None, set[uuid.UUID]] = defaultdict(set)
    for subject, person in Subject.objects.values_list("pk", "person_id"):
        held[person].add(subject)
    assert None not in held
    return {frozenset(subjects) for subjects in held.values()}


def test_placed_in_any_order_they_end_as_linked_all_at_once() -> None:
    rows = _borough(60, seed=11)
    random.Random(5).shuffle(rows)
    for start in range(0, len(rows), 7):
        place(take_in(*rows[start : start + 7]))
    one_by_one = _partition()

    placed = relink()

    assert _partition() == one_by_one
    # A slip with no number to it may leave somebody apart, for the steward to see.
    assert 60 <= len(one_by_one) <= 70
    assert (placed.new_persons, placed.moved) == (0, 0)
