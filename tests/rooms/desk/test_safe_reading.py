"""What a page of a record must never get wrong: what is taken, what goes on, what was measured."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from oneplace.feeds import reading
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Role
from tests.factories import bring_in_place, signed_in
from tests.rooms.desk.saying import AT, arrives, entry, margaret_arrives

pytestmark = pytest.mark.django_db
PARTS = ("", "health/", "summary/")


@pytest.fixture(autouse=True)
def read_from_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the tests' reader by its name, stop the clock, and have the partners."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    bring_in_place()
    yield


@pytest.fixture
def steward() -> Client:
    """A record steward's browser."""
    return signed_in(Role.RECORD_STEWARD)


def page(client: Client, person: object, part: str = "") -> str:
    """A page of a record."""
    answer = client.get(f"/person/{person}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


def between(text: str, first: str, last: str) -> str:
    """What stands from one text to the next."""
    return text.partition(first)[2].partition(last)[0]


# --- medicines ------------------------------------------------------------------------------------
def test_what_must_not_be_given_is_never_among_what_is_taken(steward: Client) -> None:
    person = margaret_arrives(
        entry(EntryKind.MEDICINE, "Penicillin V", detail={"must_not": True}),
        entry(EntryKind.MEDICINE, "Aspirin"),
    )

    said = {part: page(steward, person, part) for part in PARTS}

    for part, text in said.items():
        assert text.count("Penicillin V") == text.count("Do not give: Penicillin V") > 0, part
    taken = between(said["summary/"], "<h2>Medicines that go on</h2>", "</section>")
    assert "Aspirin" in taken and "Penicillin" not in taken
    forbidden = between(said["summary/"], "<h2>Medicines not to be given</h2>", "</section>")
    assert "Do not give: Penicillin V" in forbidden and "Aspirin" not in forbidden


def test_a_course_with_an_end_to_come_goes_on_and_one_whose_end_is_past_does_not(
    steward: Client,
) -> None:
    person = margaret_arrives(
        entry(EntryKind.MEDICINE, "Doxycycline", ends_at=AT + timedelta(days=3)),
        entry(EntryKind.MEDICINE, "Amoxicillin", ends_at=AT - timedelta(days=3)),
        entry(EntryKind.MEDICINE, "Codeine", status=EntryStatus.ENDED),
    )

    taken = between(page(steward, person, "summary/"), "Medicines that go on", "</section>")
    health = page(steward, person, "health/")

    assert "Doxycycline" in taken and "Amoxicillin" not in taken and "Codeine" not in taken
    assert "Stopped or finished (2)" in health


def test_care_with_an_end_to_come_stands_before_care_that_is_over(steward: Client) -> None:
    person = margaret_arrives(
        entry(EntryKind.CARE_PACKAGE, "Older care", ends_at=AT + timedelta(days=30)),
        entry(EntryKind.CARE_PACKAGE, "Newer care", day=5, ends_at=AT - timedelta(days=2)),
    )

    care = between(page(steward, person, "care/"), "Care packages", "Stays in hospital")

    assert care.index("Older care") < care.index("Newer care")


# --- what is new, how old and how sure ------------------------------------------------------------
def test_an_old_allergy_that_came_in_now_is_news_and_so_is_a_mistake(steward: Client) -> None:
    long_ago = AT - timedelta(days=9000)
    person = margaret_arrives(
        entry(EntryKind.ALLERGY, "Penicillin", starts_at=long_ago),
        entry(EntryKind.NOTE, "Old note", starts_at=long_ago),
        entry(EntryKind.CONDITION, "Epilepsy", status=EntryStatus.IN_ERROR, starts_at=long_ago),
    )

    new = page(steward, person).partition("What came in the last 30 days")[2][:6000]

    assert "Penicillin" in new and "Epilepsy" in new and "entered in error" in new
    assert "Old note" not in new.partition("Epilepsy")[0]


def test_what_its_source_corrected_says_so_among_what_is_new(steward: Client) -> None:
    person = margaret_arrives(entry(EntryKind.ALLERGY, "Penicilin", key="a1"))
    arrives(entry(EntryKind.ALLERGY, "Penicillin", key="a1", day=2))

    new = page(steward, person).partition("What came in the last 30 days")[2][:6000]

    assert "Penicillin" in new and "corrected" in new


def test_a_list_is_dated_from_its_oldest_line_to_its_newest(steward: Client) -> None:
    person = margaret_arrives(
        entry(EntryKind.CONDITION, "Asthma", detail={"certainty": "provisional"}),
        entry(EntryKind.CONDITION, "Gout", day=9),
    )

    for part in ("health/", "summary/"):
        text = page(steward, person, part)
        assert "1 March 2026 to 9 March 2026" in text
        assert "provisional" in text
