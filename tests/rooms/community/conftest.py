"""What tests of this room ask for: rows from memory, and a broken audit."""

from tests.rooms.people.conftest import broken_audit, read_from_memory  # noqa: F401 - fixtures
