"""What tests of case finding ask for: the partners, the loader's role, a broken audit."""

from collections.abc import Callable

import pytest

from oneplace.feeds import reading
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
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", broken)
