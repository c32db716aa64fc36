"""Whose the numbers of sources are: found by number and likeness, steady, written in step."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache

from oneplace.access.models import Relationship
from oneplace.people import queries, verbs
from oneplace.people.models import BlockKey, Finding, Household, Link, Match, Person, SearchKey
from oneplace.vocabulary.terms import EntryStatus, NhsNumberStatus, RelationshipKind
from tests.rooms.people.saying import (
    AT,
    GP,
    HOSPITAL,
    NUMBER,
    OTHER_NUMBER,
    loader,
    margaret,
    person_of,
    place,
    say,
    stay,
    steward,
    subject_id,
    take_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_loader")]


def test_two_sources_that_know_one_nhs_number_speak_of_one_person() -> None:
    say(margaret(GP, "1"))
    say(margaret(HOSPITAL, "H1", given="Peggy"))

    assert person_of(GP, "1") == person_of(HOSPITAL, "H1")
    assert Person.objects.count() == 1


def test_two_sources_without_a_number_are_linked_by_likeness() -> None:
    say(margaret(GP, "1", nhs_number="", is_nhs_number_sound=False))
    say(margaret(HOSPITAL, "H1", nhs_number="", is_nhs_number_sound=False))

    assert person_of(GP, "1") == person_of(HOSPITAL, "H1")
    (why,) = Link.objects.filter(linked_by="likeness").values_list("evidence", flat=True)
    assert "birth" in why and "name" in why


def test_the_counts_of_what_feeds_share_do_not_hang_on_the_cache_of_guess_counters() -> None:
    say(margaret(GP, "1"), margaret(HOSPITAL, "H1"))
    say(margaret(GP, "2", given="Ada", born_on=date(1970, 1, 2), nhs_number=OTHER_NUMBER))

    for _ in range(2):
        verbs.count_matched(by=loader(), at=AT)
    cache.clear()

    counted = queries.matched(viewer=steward())
    assert sorted(known_and_matched for _, *known_and_matched in counted) == [[1, 1], [2, 1]]


def test_two_people_of_one_home_stay_two() -> None:
    say(margaret(GP, "1"))
    say(margaret(GP, "2", given="Ada", born_on=date(1970, 1, 2), nhs_number=OTHER_NUMBER))

    assert person_of(GP, "1") != person_of(GP, "2")
    assert set(Household.objects.values_list("place", flat=True)) == {"CR79XX 14"}


def test_placing_the_same_again_writes_nothing_but_the_audit() -> None:
    say(margaret(GP, "1"), margaret(HOSPITAL, "H1"))
    before = [
        list(model.objects.order_by("pk").values())
        for model in (Person, Link, Match, BlockKey, SearchKey, Finding, Household, Relationship)
    ]

    place([subject_id(GP, "1"), subject_id(HOSPITAL, "H1")])

    assert before == [
        list(model.objects.order_by("pk").values())
        for model in (Person, Link, Match, BlockKey, SearchKey, Finding, Household, Relationship)
    ]


def test_a_summary_believes_the_practice_with_a_verified_number_first_and_then_the_newest() -> None:
    say(
        margaret(HOSPITAL, "H1", day=9, family="Okafer", organisation="Z03", practice_code=""),
        margaret(
            GP,
            "1",
            day=2,
            known_as="Peggy",
            organisation="ZZAS06",
            practice_code="ZZAS06",
            nhs_number_status=NhsNumberStatus.VERIFIED,
        ),
    )

    found = person_of(GP, "1")
    assert (found.given, found.family, found.known_as) == ("Margaret", "Okafor", "Peggy")
    assert (found.nhs_number, found.is_nhs_number_verified) == (NUMBER, True)
    assert (found.practice_code, found.subjects) == ("ZZAS06", 2)


def test_the_finding_shows_the_street_without_its_number_and_half_the_postcode() -> None:
    say(margaret(GP, "1"))

    found = Finding.objects.get(person=person_of(GP, "1"))
    assert found.part_of_address == "Elm Rise, CR7"
    assert (found.name, found.born_year) == ("Margaret Okafor", 1943)


def test_a_practice_and_a_hospital_may_open_whom_they_care_for_and_for_a_while_after() -> None:
    say(margaret(GP, "1", practice_code="ZZAS06"), margaret(HOSPITAL, "H1"))
    say(stay(organisation="hospital_trust"))
    say(
        stay(
            organisation="hospital_trust",
            said_at=datetime(2026, 3, 11, tzinfo=UTC),
            status=EntryStatus.ENDED,
            ends_at=datetime(2026, 3, 11, 9, tzinfo=UTC),
        )
    )

    held = {relationship.kind: relationship.ends_at for relationship in Relationship.objects.all()}
    assert set(held) == {RelationshipKind.REGISTERED_PRACTICE, RelationshipKind.STAY}
    assert held[RelationshipKind.REGISTERED_PRACTICE] is None
    assert held[RelationshipKind.STAY] == datetime(2026, 4, 10, 9, tzinfo=UTC)


def test_a_move_to_another_practice_ends_one_relationship_and_opens_another() -> None:
    say(margaret(GP, "1", practice_code="ZZAS06"))
    say(margaret(GP, "1", day=3, practice_code="ZZAS07"))

    ended = list(Relationship.objects.order_by("written_at").values_list("ends_at", flat=True))
    assert ended == [AT, None]


def test_a_number_whose_identity_changes_wholly_goes_to_a_person_of_its_own() -> None:
    say(margaret(GP, "1"), margaret(HOSPITAL, "H1"))
    kept = person_of(GP, "1")
    say(
        margaret(
            HOSPITAL,
            "H1",
            day=5,
            given="Desmond",
            family="Clarke",
            born_on=date(1939, 2, 3),
            nhs_number=OTHER_NUMBER,
            reach=(),
        )
    )

    assert person_of(GP, "1") == kept
    assert person_of(HOSPITAL, "H1") != kept
    assert person_of(HOSPITAL, "H1").family == "Clarke"
    assert Link.objects.filter(ended_at__isnull=False).count() == 1


def test_the_order_of_arrival_does_not_matter_for_who_is_whose() -> None:
    say(margaret(HOSPITAL, "H1"))
    say(margaret(GP, "1"))

    assert person_of(GP, "1") == person_of(HOSPITAL, "H1")


def test_taking_in_alone_links_nobody() -> None:
    take_in(margaret(GP, "1"))

    assert not Person.objects.exists()
