"""What tests of snapshots ask for: the same as those of who is who."""

from tests.rooms.people.conftest import as_loader, broken_audit, partners, read_from_memory

__all__ = ["as_loader", "broken_audit", "partners", "read_from_memory"]
