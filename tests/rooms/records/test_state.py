"""The record is a function of the set of all that was said, whatever its order and repeats."""

import random
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplace.records import verbs
from oneplace.records.models import Entry, Identity, Reach, Version
from oneplace.records.queries import state_hash
from oneplace.records.verbs import lines, merging
from oneplace.vocabulary.rows import AgentSaid, ReachSaid, Said, SameSaid
from oneplace.vocabulary.terms import EntryStatus, ReachKind
from tests.rooms.records.arriving import JOHN, MARY, SOURCE, arrive, entry, identity, loader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_loader")]

AT = datetime(2026, 3, 12, tzinfo=UTC)


class _Undo(Exception):
    """Ends an example, so that nothing of it stays."""


def _take(*rows: Said) -> verbs.TakenIn:
    return verbs.take_in(deliveries=[arrive(*rows)], by=loader(), at=AT)


@pytest.fixture
def as_of_a_large_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few lines are written as many are: looked up by their ids, then laid out, then copied."""
    monkeypatch.setattr(merging, "_FEW", 0)
    monkeypatch.setattr(merging, "_PIECE", 2)
    monkeypatch.setattr(merging, "_WORTH_COUNTING", 3)


def _state_after(deliveries: list[list[Said]]) -> str:
    found = ""
    try:
        with transaction.atomic():
            for rows in deliveries:
                _take(*rows)
            found = state_hash()
            raise _Undo
    except _Undo:
        return found


sayings = st.one_of(
    st.builds(
        lambda key, day, version, title, whose, value: entry(
            key, day=day, version=version, title=title, subject=whose, value=value
        ),
        st.sampled_from("ab"),
        st.integers(1, 4),
        st.sampled_from(["", "1", "2"]),
        st.sampled_from(["Asthma", "Gout"]),
        st.sampled_from([MARY, JOHN]),
        st.sampled_from([None, Decimal("7"), Decimal("7.0")]),
    ),
    st.builds(
        lambda day, family, phones: identity(
            day=day,
            family=family,
            reach=tuple(ReachSaid(ReachKind.MOBILE, phone) for phone in phones),
        ),
        st.integers(1, 4),
        st.sampled_from(["Okafor", "Obi"]),
        st.sampled_from([(), ("07700 900001",), ("07700 900002", "07700 900001")]),
    ),
    st.builds(
        lambda day, is_same: SameSaid(
            SOURCE, MARY, JOHN, datetime(2026, 3, day, tzinfo=UTC), "row 1", is_same=is_same
        ),
        st.integers(1, 4),
        st.booleans(),
    ),
    st.builds(
        lambda day, name: AgentSaid(
            SOURCE, "s1", name, datetime(2026, 3, day, tzinfo=UTC), "row 1"
        ),
        st.integers(1, 4),
        st.sampled_from(["Dr Ali", "Dr A Ali"]),
    ),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(said=st.lists(sayings, min_size=1, max_size=14), seed=st.integers(0, 2**32))
def test_any_order_any_repeats_and_any_parcels_end_in_one_state(
    said: list[Said], seed: int
) -> None:
    assert _state_after([said]) == _state_after(_mixed(said, seed))


@pytest.mark.usefixtures("as_of_a_large_file")
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(said=st.lists(sayings, min_size=1, max_size=14), seed=st.integers(0, 2**32))
def test_a_large_file_ends_in_the_state_of_its_rows_in_any_order_and_parcels(
    said: list[Said], seed: int
) -> None:
    whole = _state_after([said])

    assert whole == _state_after(_mixed(said, seed))
    with pytest.MonkeyPatch.context() as few:
        few.setattr(merging, "_FEW", 200)
        assert whole == _state_after([said])


def _mixed(said: list[Said], seed: int) -> list[list[Said]]:
    """The rows up to three times each, in some order, in some parcels."""
    chance = random.Random(seed)
    shuffled = [row for row in said for _ in range(chance.randint(1, 3))]
    chance.shuffle(shuffled)
    parcels: list[list[Said]] = [[]]
    for row in shuffled:
        if chance.random() < 0.4:
            parcels.append([])
        parcels[-1].append(row)
    return parcels


def test_the_latest_saying_stands_and_the_others_are_kept() -> None:
    _take(entry(day=2, title="Asthma"))
    _take(entry(day=1, title="Wheeze"))
    _take(entry(day=3, title="COPD", status=EntryStatus.CURRENT))

    stands = Entry.objects.get()
    assert (stands.title, stands.said_at.day) == ("COPD", 3)
    kept = Version.objects.order_by("said_at")
    assert [row.content["title"] for row in kept] == ["Wheeze", "Asthma"]


def test_a_saying_again_changes_nothing() -> None:
    _take(entry(), identity())
    before = state_hash()

    again = _take(entry(), identity())

    assert state_hash() == before
    assert (again.entries_new, again.entries_changed, again.subject_ids) == (0, 0, frozenset())


def test_an_old_content_that_is_said_anew_stands_again() -> None:
    for day, title in ((1, "Asthma"), (2, "COPD"), (3, "Asthma")):
        _take(entry(day=day, title=title))

    stands = Entry.objects.get()
    assert stands.title == "Asthma"
    assert (stands.first_said_at.day, stands.said_at.day) == (1, 3)


def test_an_entry_of_somebody_else_after_all_keeps_its_past_with_whom_it_was_about() -> None:
    _take(entry(day=1, subject=MARY))

    taken = _take(entry(day=2, subject=JOHN))

    stands, past = Entry.objects.get(), Version.objects.get()
    assert past.subject_id != stands.subject_id
    assert taken.subject_ids == {past.subject_id, stands.subject_id}


def test_ways_of_reach_go_with_the_words_they_were_said_in() -> None:
    first = ReachSaid(
        ReachKind.ADDRESS, "1 Wren Grove", "CR0 8JO", lines=("1 Wren Grove", "Croydon")
    )
    second = ReachSaid(ReachKind.MOBILE, "07700 900104")
    _take(identity(day=1, reach=(first,)))
    _take(identity(day=2, reach=(second,)))

    assert [way.text for way in Reach.objects.all()] == ["07700 900104"]
    assert Version.objects.get().content["reach"][0][3] == ["1 Wren Grove", "Croydon"]

    _take(identity(day=3, reach=(first,)))

    assert [way.lines for way in Reach.objects.all()] == [["1 Wren Grove", "Croydon"]]


def test_only_who_may_be_somebody_else_now_is_to_be_placed() -> None:
    new = _take(entry(), identity())
    more = _take(entry("2"))
    renamed = _take(identity(day=2, family="Obi"))

    mary = Identity.objects.get().subject_id
    assert new.to_place == {mary}
    assert more.to_place == frozenset()
    assert more.subject_ids == {mary}
    assert renamed.to_place == {mary}


def test_what_stands_is_compared_without_its_past_where_that_is_asked() -> None:
    _take(entry(day=1, title="Asthma"), entry(day=2, title="COPD"))
    whole, stands = state_hash(), state_hash(with_past=False)

    _take(entry(day=1, title="Wheeze"))
    assert (state_hash() == whole, state_hash(with_past=False) == stands) == (False, True)

    _take(entry(day=3, title="Gout"))
    assert state_hash(with_past=False) != stands


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, 5, 10, tzinfo=UTC),
        datetime(2026, 3, 29, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 120_000, tzinfo=UTC),
        datetime(2026, 7, 1, 1, 30, fold=1, tzinfo=ZoneInfo("Europe/London")),
    ],
)
def test_a_moment_is_written_as_it_always_was_for_contents_are_told_apart_by_it(
    moment: datetime,
) -> None:
    common = lines.from_delivery("d", moment)

    assert common.arrived_at == moment.astimezone(UTC).isoformat()
