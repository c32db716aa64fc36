"""The same settings give the same bytes; another seed gives other lives."""

import numpy as np
import pytest

from oneplace.borough.lives.living import live
from oneplace.borough.lives.settings import settings_for
from oneplace.borough.lives.streams import stream
from oneplace.borough.tables import Lives
from oneplace.vocabulary.place import Place


def test_the_same_seed_gives_the_same_bytes(small: Lives, croydon: Place) -> None:
    again = live(settings_for(croydon, people=5_000, seed=1), place=croydon)

    assert again.digest() == small.digest()


def test_another_seed_gives_other_lives(small: Lives, croydon: Place) -> None:
    other = live(settings_for(croydon, people=5_000, seed=2), place=croydon)

    assert other.digest() != small.digest()


def test_a_stream_depends_on_seed_and_name_alone() -> None:
    first = stream(7, "falls").random(5)

    assert np.array_equal(first, stream(7, "falls").random(5))
    assert not np.array_equal(first, stream(8, "falls").random(5))
    assert not np.array_equal(first, stream(7, "stays").random(5))


def test_a_seed_beyond_32_bits_is_not_cut() -> None:
    assert not np.array_equal(stream(1, "falls").random(3), stream(1 + 2**32, "falls").random(3))


def test_progress_is_told_in_order(croydon: Place) -> None:
    told: list[float] = []

    live(
        settings_for(croydon, people=600, seed=3),
        place=croydon,
        progress=lambda words, done: told.append(done),
    )

    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 1


@pytest.mark.parametrize("people", [500, 1_500])
def test_a_tiny_borough_can_be_made(croydon: Place, people: int) -> None:
    tiny = live(settings_for(croydon, people=people, seed=5), place=croydon)

    assert tiny["networks"].num_rows == len(croydon.networks)
    assert tiny["practices"].num_rows >= len(croydon.networks)


def test_another_place_can_be_lived_in(northmere: Place) -> None:
    other = live(settings_for(northmere, people=3_000, seed=4), place=northmere)

    assert other["networks"].num_rows == len(northmere.networks)
    assert set(other.numpy("addresses", "town")) == {northmere.name}
