"""Worlds the tests share: one big enough for the figures, and small ones to compare."""

import pytest

from oneplace.borough.calibration import Reading, reading
from oneplace.borough.lives.living import live
from oneplace.borough.lives.settings import settings_for
from oneplace.borough.tables import Lives
from oneplace.vocabulary.place import Place, load_place, place_path

CALIBRATED_PEOPLE = 40_000


@pytest.fixture(scope="session")
def croydon() -> Place:
    """The place the demo shows."""
    return load_place(place_path("croydon"))


@pytest.fixture(scope="session")
def northmere() -> Place:
    """Another place: other networks, partners and pinned now."""
    return load_place(place_path("northmere"))


@pytest.fixture(scope="session")
def lives(croydon: Place) -> Lives:
    """The default scenario with people enough for the published figures."""
    return live(settings_for(croydon, people=CALIBRATED_PEOPLE, seed=11), place=croydon)


@pytest.fixture(scope="session")
def read(lives: Lives) -> Reading:
    """The same, ready for measuring."""
    return reading(lives)


@pytest.fixture(scope="session")
def untouched(croydon: Place) -> Lives:
    """The same people where nothing works."""
    settings = settings_for(croydon, people=CALIBRATED_PEOPLE, seed=11, scenario="no_effect")
    return live(settings, place=croydon)


@pytest.fixture(scope="session")
def helped(croydon: Place) -> Lives:
    """The same people where LIFE and huddles both work."""
    settings = settings_for(croydon, people=CALIBRATED_PEOPLE, seed=11, scenario="true_effects")
    return live(settings, place=croydon)


@pytest.fixture(scope="session")
def small(croydon: Place) -> Lives:
    """A borough of the demo's size."""
    return live(settings_for(croydon, people=5_000, seed=1), place=croydon)
