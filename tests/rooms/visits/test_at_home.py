"""Before a door: whether somebody is in hospital, and whom to ring if nobody answers."""

from collections.abc import Iterator

import pytest

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.feeds import reading
from oneplace.people.models import Person
from oneplace.visits import queries
from oneplace.visits.own_part import OwnPart
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Role
from tests.database import as_role
from tests.factories import bring_in_place
from tests.rooms.desk.test_record import HOSPITAL, entry, margaret_arrives
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import connected

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the tests' reader by its name."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    yield


def test_the_phone_says_who_is_in_hospital_and_whom_to_ring(db: None) -> None:
    bring_in_place()
    at = {"authority": HOSPITAL, "value": "H1"}
    person_id = margaret_arrives(
        entry(EntryKind.TIE, "Bo Okafor", detail={"name": "Bo Okafor", "kinds": ["friend"]}, **at),
        entry(
            EntryKind.TIE,
            "Ada Okafor",
            detail={
                "name": "Ada Okafor",
                "kinds": ["child", "next_of_kin"],
                "as_sent": "Daughter",
                "phones": ["020 7946 0001"],
            },
            **at,
        ),
        entry(EntryKind.STAY, "Ward 3", status=EntryStatus.CURRENT, starts_at=AT, **at),
    )
    with as_role(DatabaseRole.LOADER):
        person = Person.objects.get(pk=person_id)
    pic = connected(Role.PIC, person, "Sam Blake")

    with as_role(DatabaseRole.LOADER), viewing(pic, at=AT):
        home = queries.at_home([person.pk], viewer=pic)[person.pk]
        leaf = OwnPart().rows([person.pk], viewer=pic, at=AT)[person.pk]

    assert [one.name for one in home.close] == ["Ada Okafor", "Bo Okafor"]
    first, second, third = leaf["lines"]
    assert (first["text"], first["mark"]) == (
        "In hospital now: ring before you go",
        "in hospital",
    )
    assert second["text"] == "If nobody answers: Ada Okafor"
    assert second["facts"] == "daughter, 020 7946 0001"
    assert "no number known" in third["facts"]
