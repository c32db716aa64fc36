"""A stranger, and nobody at all, sees nothing of any person."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from oneplace.access.viewer import NOBODY, Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.people import queries
from oneplace.people.models import Match, Merge, Person
from oneplace.people.queries.review import ReviewFilter
from oneplace.records.models import Entry
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, Role
from tests.database import as_role
from tests.rooms.people.saying import AT, GP, HOSPITAL, person_of, steward, subject_id
from tests.rooms.people.test_without_audit import world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def stranger() -> Viewer:
    """A nurse whom nothing connects to anybody here."""
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Alex Other",
        role=Role.COMMUNITY_NURSE,
        permissions=permissions_of(Role.COMMUNITY_NURSE),
    )


def _asked(name: str, viewer: Viewer) -> object:
    with as_role(DatabaseRole.LOADER):
        person = person_of(GP, "1")
        pair = Match.objects.select_related("one", "other").get(state="waiting")
        merge, entry = Merge.objects.get(), Entry.objects.get()
        if name == "those_dead":
            Person.objects.filter(pk=person.pk).update(is_dead=True)
    asks: dict[str, Callable[[], object]] = {
        "deaths": lambda: list(queries.deaths(person.pk, viewer=viewer)),
        "doubts": lambda: list(queries.doubts(person.pk, viewer=viewer)),
        "entry_of": lambda: queries.entry_of(person, entry.pk, viewer=viewer),
        "household": lambda: list(queries.household(person.pk, viewer=viewer)),
        "last_read": lambda: queries.last_read(viewer=viewer),
        "match": lambda: queries.match(pair.pk, viewer=viewer),
        "merge": lambda: queries.merge(merge.pk, viewer=viewer),
        "merges": lambda: list(queries.merges(person.pk, viewer=viewer)),
        "next_match": lambda: queries.next_match(ReviewFilter(), viewer=viewer),
        "open_doubts": lambda: list(queries.open_doubts(viewer=viewer)),
        "person": lambda: queries.person(person.pk, viewer=viewer),
        "persons": lambda: list(queries.persons([person.pk], viewer=viewer)),
        "recent_merges": lambda: list(queries.recent_merges(viewer=viewer)),
        "review": lambda: queries.review(ReviewFilter(), viewer=viewer).pairs,
        "sides": lambda: queries.sides(pair, viewer=viewer),
        "subject": lambda: queries.subject(subject_id(HOSPITAL, "H1"), viewer=viewer),
        "subjects": lambda: list(queries.subjects(person.pk, viewer=viewer)),
        "those_dead": lambda: queries.those_dead([person.pk], viewer=viewer),
        "undecided": lambda: list(queries.undecided(person.pk, viewer=viewer)),
    }
    return asks[name]()


_NAMES = [
    "deaths", "doubts", "entry_of", "household", "last_read", "match", "merge", "merges",
    "next_match", "open_doubts", "person", "persons", "recent_merges", "review", "sides",
    "subject", "subjects", "those_dead", "undecided",
]  # fmt: skip


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("name", _NAMES)
def test_a_stranger_sees_nothing(name: str) -> None:
    with viewing(stranger(), at=AT) as looking:
        assert not _asked(name, looking)
    with viewing(NOBODY, at=AT) as nobody:
        assert not _asked(name, nobody)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("name", [name for name in _NAMES if name not in {"deaths", "last_read"}])
def test_the_steward_sees_what_is_to_be_put_together(name: str) -> None:
    with viewing(steward(), at=AT) as looking:
        assert _asked(name, looking)


@pytest.mark.usefixtures("world")
def test_a_stranger_counts_only_their_own_searches() -> None:
    with viewing(stranger(), at=AT) as looking:
        assert queries.found_lately(viewer=looking, within=timedelta(hours=1)) == 0


@pytest.mark.usefixtures("world")
def test_a_person_merged_away_opens_as_whoever_it_is_now() -> None:
    with as_role(DatabaseRole.LOADER):
        given_up = Merge.objects.get().given_up_id

    with viewing(steward(), at=AT) as looking:
        found = queries.person(given_up, viewer=looking)

    assert isinstance(found, Person)
    assert found.pk != given_up
