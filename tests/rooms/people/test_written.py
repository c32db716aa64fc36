"""What was written while two were taken for one shows on both until the steward places it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit import clock
from oneplace.people import jobs, queries, verbs
from oneplace.people.models import Merge, Person, WrittenMeanwhile
from oneplace.records import verbs as records
from oneplace.records.models import Entry
from oneplace.records.rules import Draft
from oneplace.vocabulary.terms import EntryKind, EntryStatus
from tests.database import as_role
from tests.rooms.people.saying import AT, COUNCIL, GP, loader, margaret, person_of, say, steward
from tests.rooms.people.test_pages import steward as signed_in  # noqa: F401 - a fixture
from tests.rooms.people.test_strangers import stranger
from tests.rooms.people.test_without_audit import _everything, gp

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOTE = Draft(EntryKind.NOTE, "Rang: no answer", starts_at=AT + HOUR)


@pytest.fixture
def undone(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Merge]:
    """Two put together, a note written meanwhile by their GP, and the merge undone."""
    from tests.factories import bring_in_place

    bring_in_place()
    monkeypatch.setattr(clock, "now", lambda: AT + 4 * HOUR)
    with as_role(DatabaseRole.LOADER):
        say(
            margaret(GP, "1", practice_code="ZZAS06"),
            margaret(COUNCIL, "C9", given="Agatha", nhs_number="", family="Adu"),
        )
        kept, given_up = person_of(GP, "1"), person_of(COUNCIL, "C9")
        with viewing(steward(), at=AT):
            merge = verbs.merge(
                kept=kept, given_up=given_up, why="She says so", by=steward(), at=AT
            )
        with viewing(gp(), at=AT + HOUR) as writer:
            records.enter_by_hand(person_id=kept.pk, draft=NOTE, by=writer, at=AT + HOUR)
        with viewing(steward(), at=AT + 2 * HOUR):
            verbs.undo_merge(merge=merge, why="Her sister", by=steward(), at=AT + 2 * HOUR)
        yield Merge.objects.get()


@pytest.fixture
def written(undone: Merge) -> WrittenMeanwhile:
    jobs.show_written(str(undone.pk))
    return WrittenMeanwhile.objects.get()


def _standing() -> dict[str, list[str]]:
    """What stands with whom, by the name they are given."""
    found: dict[str, list[str]] = {}
    for entry in Entry.objects.exclude(status=EntryStatus.IN_ERROR).select_related("subject"):
        who = Person.objects.get(pk=entry.subject.person_id or "")
        found.setdefault(who.given, []).append(entry.title)
    return found


def test_it_stands_on_both_records_in_its_writers_name_until_it_is_placed(
    written: WrittenMeanwhile,
) -> None:
    assert _standing() == {"Margaret": [NOTE.title], "Agatha": [NOTE.title]}
    first, second = Entry.objects.order_by("pk")
    assert first.by == second.by == "Dr Gray"
    assert first.first_said_at == second.first_said_at == AT + HOUR
    assert {each.detail["on_both"] for each in (first, second)} == {"waits"}


def test_asked_twice_it_stands_there_once(undone: Merge, written: WrittenMeanwhile) -> None:
    jobs.show_written(str(undone.pk))

    assert Entry.objects.count() == 2
    assert WrittenMeanwhile.objects.count() == 1


def test_what_was_written_before_the_merge_stays_where_it_is(undone: Merge) -> None:
    Entry.objects.update(first_said_at=AT - HOUR)

    jobs.show_written(str(undone.pk))

    assert Entry.objects.count() == 1


@pytest.mark.parametrize("whose", ["Margaret", "Agatha", "both"])
def test_placed_it_stands_with_whom_it_belongs_and_taken_back_with_both_again(
    written: WrittenMeanwhile, whose: str
) -> None:
    people = {each.given: each for each in (written.person, written.other)}
    with viewing(steward(), at=AT + 3 * HOUR) as by:
        verbs.place_written(
            written=written,
            belongs_to=people.get(whose),
            words="The GP remembers",
            by=by,
            at=AT + 3 * HOUR,
        )
    jobs.stand_where_placed(str(written.pk))

    expected = ["Agatha", "Margaret"] if whose == "both" else [whose]
    assert sorted(_standing()) == expected
    withdrawn = Entry.objects.filter(status=EntryStatus.IN_ERROR)
    assert [each.detail["why_changed"] for each in withdrawn] == ["The GP remembers"] * (
        2 - len(expected)
    )
    with viewing(steward(), at=AT + 3 * HOUR) as by:
        verbs.unplace_written(written=written, by=by, at=AT + 3 * HOUR)
    jobs.stand_where_placed(str(written.pk))
    assert sorted(_standing()) == ["Agatha", "Margaret"]
    assert all("why_changed" not in each.detail for each in Entry.objects.all())


def test_it_is_placed_once_and_with_one_of_the_two(written: WrittenMeanwhile) -> None:
    from oneplace.kit.refusals import Refused

    say(margaret(GP, "7", given="Ada", family="Other", nhs_number=""))
    with viewing(steward(), at=AT) as by:
        with pytest.raises(Refused, match="choose one of them"):
            verbs.place_written(
                written=written, belongs_to=person_of(GP, "7"), words="x", by=by, at=AT
            )
        verbs.place_written(written=written, belongs_to=None, words="x", by=by, at=AT)
        with pytest.raises(Refused, match="placed this already"):
            verbs.place_written(written=written, belongs_to=None, words="x", by=by, at=AT)


def test_the_steward_places_it_on_a_page_and_takes_it_back(
    written: WrittenMeanwhile,
    signed_in: Client,  # noqa: F811
) -> None:
    page, place = reverse("people:written"), reverse("people:place_written", args=[written.pk])

    with as_role(DatabaseRole.WEB):
        listed = signed_in.get(page).content.decode()
        empty = signed_in.post(place, {"csrfmiddlewaretoken": "token"}).content.decode()
        asked = signed_in.get(place).content.decode()
        signed_in.post(place, {"belongs_to": str(written.other_id), "words": "Her words"})
        placed = signed_in.get(page).content.decode()
        signed_in.post(reverse("people:unplace_written", args=[written.pk]))
        again = signed_in.get(page).content.decode()

    assert "1 entry written by hand" in listed
    assert "Choose whose it is, or both" in empty
    assert "Agatha Adu" in asked
    assert "Her words" in placed
    assert "Nothing waits to be placed" in placed
    assert "1 entry written by hand" in again


def test_a_stranger_sees_nothing(written: WrittenMeanwhile) -> None:
    with as_role(DatabaseRole.WEB), viewing(stranger(), at=AT) as looking:
        assert not queries.written_meanwhile(viewer=looking).exists()
        assert not queries.words_of_written([written], viewer=looking)
        assert not WrittenMeanwhile.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["show_written", "place_written", "unplace_written", "follow_placing", "show_on_both",
     "stand_where_placed"],
)  # fmt: skip
def test_without_its_audit_nothing_is_saved(
    name: str,
    undone: Merge,
    broken_audit: Callable[[], None],
) -> None:
    if not name.startswith("show"):
        jobs.show_written(str(undone.pk))
    if name == "unplace_written":
        with viewing(steward(), at=AT) as by:
            verbs.place_written(
                written=WrittenMeanwhile.objects.get(), belongs_to=None, words="x", by=by, at=AT
            )
    before = _everything()
    broken_audit()

    with pytest.raises(RuntimeError, match="no audit"), viewing(steward(), at=AT) as by:
        _do(name, undone)

    assert _everything() == before


def _do(name: str, merge: Merge) -> None:
    sue, written = steward(), WrittenMeanwhile.objects.first()
    if name == "show_written":
        verbs.show_written(merge=merge, by=loader(), at=AT)
    elif name == "show_on_both":
        records.show_on_both(
            person_ids=(merge.kept_id, merge.given_up_id),
            since=AT,
            until=AT + 2 * HOUR,
            by=loader(),
            at=AT,
        )
    assert name.startswith("show") or written is not None
    if written is None:
        return
    if name == "place_written":
        verbs.place_written(written=written, belongs_to=None, words="x", by=sue, at=AT)
    elif name == "unplace_written":
        verbs.unplace_written(written=written, by=sue, at=AT)
    elif name == "follow_placing":
        verbs.follow_placing(written_id=written.pk, by=loader(), at=AT)
    elif name == "stand_where_placed":
        stands = {written.entry_id: True, written.twin_id: False}
        records.stand_where_placed(stands=stands, is_placed=True, why="x", by=loader(), at=AT)
