"""What tests of the agreement ask for."""

from collections.abc import Callable

import pytest

from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import Role
from tests.rooms.contracts import board


@pytest.fixture
def office(db: None) -> Viewer:
    """The programme director, with the partners bound and the boards seated."""
    board.bind()
    by = board.somebody(Role.PROGRAMME_DIRECTOR, "council", "Programme director")
    for body in (board.BOARD, board.DELIVERY):
        board.seat_everybody(body, by)
    return by


@pytest.fixture
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", broken)
