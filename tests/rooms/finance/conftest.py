"""What tests of the shared money ask for."""

import pytest

from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import Role
from tests.rooms.contracts import board
from tests.rooms.contracts.conftest import broken_audit, office

__all__ = ["broken_audit", "council", "nhs", "office"]


@pytest.fixture
def council(office: Viewer) -> Viewer:
    """The council's finance lead."""
    return board.somebody(Role.FINANCE_LEAD, "council", "Council finance lead")


@pytest.fixture
def nhs(office: Viewer) -> Viewer:
    """The NHS commissioner's finance lead."""
    return board.somebody(Role.FINANCE_LEAD, "commissioner", "NHS finance lead")
