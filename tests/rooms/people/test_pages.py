"""Who is who on the page: pairs side by side, answered, taken back, read by a second reader."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import (
    Match,
    MatchReading,
    MatchState,
    Merge,
    NotThisPerson,
    Person,
    Risk,
)
from oneplace.records.models import Entry
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import bring_in_place, signed_in
from tests.rooms.people.saying import (
    COUNCIL,
    GP,
    HOSPITAL,
    OTHER_NUMBER,
    margaret,
    person_of,
    say,
    stay,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(db: None) -> Client:
    bring_in_place()
    return signed_in(Role.RECORD_STEWARD)


def a_pair(**more: object) -> Match:
    """Two records likely, but not surely, one person's."""
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1"))
        say(
            margaret(
                COUNCIL,
                "C1",
                given="Maggie",
                nhs_number="",
                is_nhs_number_sound=False,
                born_on=date(1943, 5, 21),
                reach=(),
            )
        )
        match = Match.objects.first()
        if match is None:
            one, other = sorted(
                (person_of(GP, "1"), person_of(COUNCIL, "C1")),
                key=lambda person: person.links.get().subject_id,
            )
            match = Match.objects.create(
                one=one.links.get().subject,
                other=other.links.get().subject,
                weight=4.2,
                evidence="Same family name; birth dates differ.",
                found_at=one.made_at,
            )
        for field, value in more.items():
            setattr(match, field, value)
        match.save()
    return match


def answer(client: Client, match: Match, word: str) -> object:
    return client.post(
        reverse("people:settle_match", args=[match.pk]), {"answer": word}, follow=True
    )


def standing(match: Match) -> Match:
    with as_role(DatabaseRole.LOADER):
        return Match.objects.get(pk=match.pk)


def test_a_pair_stands_side_by_side_with_its_evidence_and_what_differs(steward: Client) -> None:
    match = a_pair()

    page = steward.get(reverse("people:who_is_who")).content.decode()

    assert "1 pair of records left" in page
    assert match.evidence in page
    assert '<tr class="is-different"><th scope="row">Born' in page
    assert '<tr class="is-same"><th scope="row">Family name' in page
    assert 'data-key="s"' in page


def test_same_makes_one_person_and_taking_it_back_makes_two(steward: Client) -> None:
    match = a_pair()

    answer(steward, match, "same")
    with as_role(DatabaseRole.LOADER):
        assert standing(match).state == MatchState.SAME
        assert person_of(GP, "1") == person_of(COUNCIL, "C1")
    page = steward.post(reverse("people:undo_reading"), follow=True).content.decode()

    assert "taken back" in page
    assert standing(match).state == MatchState.WAITING
    with as_role(DatabaseRole.LOADER):
        assert person_of(GP, "1") != person_of(COUNCIL, "C1")


def test_a_risky_pair_needs_a_second_reader_who_is_somebody_else(steward: Client) -> None:
    match = a_pair(risk=Risk.TWINS)

    answer(steward, match, "same")
    again = answer(steward, match, "same")
    assert "You were the first reader" in again.content.decode()  # type: ignore[attr-defined]
    assert standing(match).state == MatchState.SECOND_READER
    answer(signed_in(Role.RECORD_STEWARD), match, "same")

    assert standing(match).state == MatchState.SAME
    with as_role(DatabaseRole.LOADER):
        assert Merge.objects.count() == 1
        assert MatchReading.objects.count() == 2


def test_two_readers_who_disagree_leave_the_pair_open(steward: Client) -> None:
    match = a_pair(risk=Risk.TWO_NUMBERS)

    answer(steward, match, "same")
    answer(signed_in(Role.RECORD_STEWARD), match, "different")

    assert standing(match).state == MatchState.DISAGREED
    with as_role(DatabaseRole.LOADER):
        assert not Merge.objects.exists()


def test_different_stays_different_when_everybody_is_linked_again(steward: Client) -> None:
    match = a_pair()

    answer(steward, match, "different")
    with as_role(DatabaseRole.LOADER):
        say(margaret(COUNCIL, "C1", day=6, reach=()))

    with as_role(DatabaseRole.LOADER):
        assert person_of(GP, "1") != person_of(COUNCIL, "C1")
        assert standing(match).state == MatchState.DIFFERENT


def test_unsure_puts_a_pair_aside(steward: Client) -> None:
    match = a_pair()

    answer(steward, match, "unsure")
    page = steward.get(reverse("people:who_is_who")).content.decode()
    aside = steward.get(reverse("people:who_is_who"), {"state": "unsure"}).content.decode()

    assert "No pair is waiting" in page
    assert match.evidence in aside


def test_merges_are_listed_and_undone_on_their_page(steward: Client) -> None:
    answer(steward, a_pair(), "same")
    with as_role(DatabaseRole.LOADER):
        merge = Merge.objects.get()

    page = steward.get(reverse("people:merges")).content.decode()
    address = reverse("people:undo_merge", args=[merge.pk])
    empty = steward.post(address, {"why": ""}).content.decode()
    done = steward.post(address, {"why": "Her sister"}, follow=True).content.decode()

    assert "Margaret Okafor" in page
    assert "Say why" in empty
    assert "two people again" in done
    with as_role(DatabaseRole.LOADER):
        assert person_of(GP, "1") != person_of(COUNCIL, "C1")


def test_a_doubted_entry_warns_and_goes_to_the_steward_who_settles_it(steward: Client) -> None:
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1", practice_code="ZZAS06"), margaret(HOSPITAL, "H1"))
        say(stay(organisation="hospital_trust"))
        person, entry = person_of(GP, "1"), Entry.objects.get()

    address = reverse("people:mark_not_this_person", args=[person.pk, entry.pk])
    assert steward.get(address).status_code == 200
    steward.post(address, {"words": "She was abroad"})
    with as_role(DatabaseRole.LOADER):
        doubt = NotThisPerson.objects.get()
    listed = steward.get(reverse("people:doubts")).content.decode()
    settle = reverse("people:settle_doubt", args=[doubt.pk])
    steward.post(settle, {"is_right": "no", "words": "The ward agrees"})

    assert "She was abroad" in listed
    with as_role(DatabaseRole.LOADER):
        doubt.refresh_from_db()
    assert doubt.is_right_after_all is False
    assert doubt.settled_at is not None


def test_a_death_is_recorded_and_taken_back_by_hand(steward: Client) -> None:
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1"))
        person = person_of(GP, "1")

    said = {"died_on_day": "3", "died_on_month": "3", "died_on_year": "2026"}
    steward.post(reverse("people:record_death", args=[person.pk]), said)
    with as_role(DatabaseRole.LOADER):
        person.refresh_from_db()
    assert person.is_dead
    steward.post(reverse("people:undo_death", args=[person.pk]), {"why": "Another Okafor"})

    with as_role(DatabaseRole.LOADER):
        person.refresh_from_db()
    assert not person.is_dead


def test_others_find_no_such_pages(steward: Client) -> None:
    match = a_pair()
    gp = signed_in(Role.GP)

    assert gp.get(reverse("people:who_is_who")).status_code == 404
    assert gp.get(reverse("people:match", args=[match.pk])).status_code == 404
    assert steward.get(reverse("people:match", args=[match.pk])).status_code == 200


def test_numbers_and_people_are_put_apart_or_together_outside_the_queue(steward: Client) -> None:
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1"), margaret(HOSPITAL, "H1"))
        say(margaret(GP, "2", given="Ada", nhs_number=OTHER_NUMBER, born_on=date(1970, 1, 2)))
        one, other = person_of(GP, "1"), person_of(GP, "2")
        number = one.links.get(subject__authority=HOSPITAL).subject_id

    steward.post(reverse("people:separate", args=[number]), {"why": "Wrong card"})
    steward.post(reverse("people:merge", args=[one.pk, other.pk]), {"why": "She says so"})

    with as_role(DatabaseRole.LOADER):
        assert person_of(HOSPITAL, "H1") != person_of(GP, "1")
        assert person_of(GP, "2") == person_of(GP, "1")


def _newcomer(**more: str) -> dict[str, str]:
    return {
        "given": "Margret",
        "family": "Okafor",
        "born_on_day": "12",
        "born_on_month": "5",
        "born_on_year": "1943",
        "postcode": "cr79xx",
        "address": "14 Elm Rise, Thornton Heath",
        **more,
    }


def test_somebody_is_added_only_after_those_who_may_be_meant_were_looked_at(
    steward: Client,
) -> None:
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1"))
    gp = signed_in(Role.GP)

    # Somebody the GP may not open is found by an exact name and birth date, and not by less.
    exactly = _newcomer(given="Margaret")
    first = gp.post(reverse("people:add_person"), exactly).content.decode()
    with as_role(DatabaseRole.LOADER):
        assert Person.objects.count() == 1
    gp.post(reverse("people:add_person"), _newcomer(is_somebody_else="on"))

    assert "Is it one of these?" in first
    assert "Margaret Okafor" in first
    with as_role(DatabaseRole.LOADER):
        added = Person.objects.get(given="Margret")
        assert added.links.get().linked_by == "hand"
        assert added.search_keys.filter(key="c:CR79XX").exists()


def test_somebody_with_a_number_known_here_is_not_added_twice(steward: Client) -> None:
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1"))

    said = _newcomer(nhs_number="999 000 0018", is_somebody_else="on")
    page = signed_in(Role.GP).post(reverse("people:add_person"), said).content.decode()

    assert "Somebody with this NHS number is here already" in page


def test_whoever_was_added_by_hand_is_found_again_when_a_feed_tells_of_them(
    steward: Client,
) -> None:
    signed_in(Role.GP).post(reverse("people:add_person"), _newcomer(given="Margaret"))

    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1"))
        assert Person.objects.count() == 1
