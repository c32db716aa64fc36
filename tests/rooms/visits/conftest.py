"""What tests of this room ask for: a broken audit, and the world around one visit."""

import pytest

from tests.rooms.people.conftest import broken_audit, read_from_memory  # noqa: F401 - fixtures
from tests.rooms.visits.around_a_visit import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """Margaret, her coordinator, and a visit of today."""
    return make_world()
