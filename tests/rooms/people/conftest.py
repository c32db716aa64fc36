"""What tests of who is who ask for: rows from memory, the loader's role, the partners, viewers."""

from collections.abc import Callable, Iterator

import pytest

from oneplace.config.database import Role as DatabaseRole
from oneplace.feeds import reading
from tests.database import as_role
from tests.factories import bring_in_place


@pytest.fixture(autouse=True)
def read_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know the tests' reader by its name."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)


@pytest.fixture
def partners(db: None) -> None:
    """The organisations of the place."""
    bring_in_place()


@pytest.fixture
def as_loader(partners: None) -> Iterator[None]:
    """Speak as the loader, which takes what arrives and links it."""
    with as_role(DatabaseRole.LOADER):
        yield


@pytest.fixture
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", broken)
