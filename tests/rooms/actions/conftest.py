"""What tests of actions ask for: a facilitator who asks, a pharmacist who is asked."""

from collections.abc import Callable

import pytest

from oneplace.access.viewer import Viewer
from oneplace.people.models import Person
from oneplace.vocabulary.terms import Role
from tests.factories import bring_in_place
from tests.rooms.actions.asking import a_person, relate, somebody


@pytest.fixture
def place(db: None) -> None:
    """The partners, their teams and posts."""
    bring_in_place()


@pytest.fixture
def margaret(place: None) -> Person:
    """Somebody cared for."""
    return a_person()


@pytest.fixture
def facilitator(margaret: Person) -> Viewer:
    """Who asks: Margaret's record opens to her."""
    viewer = somebody(Role.NETWORK_FACILITATOR, "Fran Field")
    relate(viewer, margaret)
    return viewer


@pytest.fixture
def pharmacist(place: None) -> Viewer:
    """Who is asked: nothing connects him with Margaret."""
    return somebody(Role.PHARMACIST, "Priya Shah")


@pytest.fixture
def nurse(place: None) -> Viewer:
    """A nurse whom it does not concern."""
    return somebody(Role.COMMUNITY_NURSE, "Nell Okoro")


@pytest.fixture
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", broken)
