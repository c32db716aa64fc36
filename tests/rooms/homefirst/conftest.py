"""What tests of this room ask for: a broken audit, and the world around one desk."""

import pytest

from tests.rooms.homefirst.around_a_desk import World, make_world
from tests.rooms.people.conftest import broken_audit, read_from_memory  # noqa: F401 - fixtures


@pytest.fixture
def world(db: None) -> World:
    """Margaret in her bed, the ward, the desk, and whoever goes out."""
    return make_world()
