"""What tests of the record ask for: a reader from memory, and the loader's role."""

from collections.abc import Iterator

import pytest

from oneplace.config.database import Role
from oneplace.feeds import reading
from tests.database import as_role


@pytest.fixture(autouse=True)
def read_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know the tests' reader by its name."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)


@pytest.fixture
def as_loader(db: None) -> Iterator[None]:
    """Speak as the loader, which takes what arrives."""
    with as_role(Role.LOADER):
        yield
