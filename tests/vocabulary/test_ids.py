"""Identifiers against RFC 9562, and their order."""

import threading
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplace.vocabulary import ids

SECONDS_OF_TWO_CENTURIES = 7_258_118_400
MOMENTS = st.floats(86_400, SECONDS_OF_TWO_CENTURIES).map(
    lambda seconds: datetime.fromtimestamp(seconds, tz=UTC)
)


def test_a_new_id_is_a_version_7_of_the_right_variant() -> None:
    made = ids.new_id()

    assert made.version == 7
    assert made.variant == uuid.RFC_4122


def test_a_new_id_carries_the_time_it_was_made() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)

    made = ids.made_at(ids.new_id())

    assert before <= made <= datetime.now(UTC) + timedelta(seconds=1)


def test_later_ids_sort_after_earlier_ones_even_within_one_millisecond() -> None:
    made = [ids.new_id() for _ in range(20_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_made_by_several_threads_never_come_twice() -> None:
    made: list[list[uuid.UUID]] = [[] for _ in range(4)]

    def make(into: list[uuid.UUID]) -> None:
        into.extend(ids.new_id() for _ in range(3_000))

    threads = [threading.Thread(target=make, args=(into,)) for into in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(one == sorted(one) for one in made)
    assert len({identifier for one in made for identifier in one}) == 12_000


def test_a_clock_set_back_does_not_turn_the_order_round(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ids.new_id()
    monkeypatch.setattr("oneplace.vocabulary.ids.time.time_ns", lambda: 1_000_000_000)

    second = ids.new_id()

    assert second > first


def test_the_rfcs_example_of_version_7_is_read_rightly() -> None:
    # RFC 9562, appendix A.6: 22 February 2022, 19:22:22 GMT.
    example = uuid.UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")

    assert ids.made_at(example) == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


def test_the_time_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="does not carry its time"):
        ids.made_at(uuid.uuid4())


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_same_namespace_and_key_always_give_the_same_id(namespace: str, key: str) -> None:
    made = ids.id_for(namespace, key)

    assert made == ids.id_for(namespace, key)
    assert made.version == 8
    assert made.variant == uuid.RFC_4122


def test_an_id_from_a_key_never_changes_between_releases() -> None:
    assert str(ids.id_for("person", "42")) == "be2fdc4f-5227-8520-96ac-dd50194816d5"


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_different_namespaces_or_keys_give_different_ids(
    namespace: str, key: str, other_namespace: str, other_key: str
) -> None:
    is_same = (namespace, key) == (other_namespace, other_key)

    assert (ids.id_for(namespace, key) == ids.id_for(other_namespace, other_key)) == is_same


def test_namespace_and_key_cannot_be_shifted_into_each_other() -> None:
    assert ids.id_for("a", "bc") != ids.id_for("ab", "c")


@given(MOMENTS, MOMENTS)
def test_ids_at_moments_sort_as_the_moments_do(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    if second - first < timedelta(milliseconds=2):
        return

    earlier = ids.id_at(first, namespace="visit", key="1")
    later = ids.id_at(second, namespace="visit", key="0")

    assert earlier < later
    assert earlier.version == 7


def test_an_id_at_a_moment_is_the_same_in_every_time_zone() -> None:
    in_utc = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    in_summer_time = in_utc.astimezone(timezone(timedelta(hours=1)))

    assert ids.id_at(in_utc, namespace="a", key="1") == ids.id_at(
        in_summer_time, namespace="a", key="1"
    )


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        ids.id_at(datetime(2026, 3, 12, 9, 40), namespace="a", key="1")  # noqa: DTZ001


def test_a_moment_before_1970_is_refused() -> None:
    with pytest.raises(ValueError, match="lies outside"):
        ids.id_at(datetime(1950, 1, 1, tzinfo=UTC), namespace="a", key="1")
