"""Every verb of the room: with a broken audit nothing is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.outcomes import verbs
from oneplace.outcomes.models import Signal, StoryGiven
from oneplace.outcomes.models.terms import SignalEnd
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import AT, LOADER
from tests.rooms.outcomes.conftest import keep, somebody, two_hours
from tests.rooms.people.conftest import as_loader, broken_audit, partners, read_from_memory
from tests.rooms.people.saying import GP, margaret, person_of, say
from tests.rooms.plans.test_without_audit import kept

__all__ = ["as_loader", "broken_audit", "partners", "read_from_memory"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("partners")]


@dataclass(frozen=True)
class World:
    """Figures with one signal, and somebody who told their story."""

    director: Viewer
    signal: Signal
    given: StoryGiven


@pytest.fixture
def world(partners: None) -> World:
    keep(two_hours(last_top=10))
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        say(margaret(GP, "1", practice_code="ZZAS06"))
        given = verbs.give_story(
            person_id=person_of(GP, "1").pk, indicator="life_two_hours", called="M.", words="Well.",
            by=LOADER, at=AT,
        )  # fmt: skip
        signal = Signal.objects.get(indicator="life_two_hours")
    return World(somebody(Role.PROGRAMME_DIRECTOR), signal, given)


ACTS: dict[str, Callable[[World], object]] = {
    "end_signal": lambda w: verbs.end_signal(
        signal=w.signal, end=SignalEnd.DATA_WRONG, evidence="The export of 9 March was cut short",
        by=w.director, at=AT,
    ),
    "keep_rebase": lambda w: verbs.keep_rebase(
        indicator="life_two_hours", month=date(2025, 6, 1), cause="A second team",
        decided_on=date(2025, 5, 1), minute="Board, minute 4", by=w.director, at=AT,
    ),
    "publish_figures": lambda w: verbs.publish_figures(by=w.director, at=AT),
}  # fmt: skip
AS_LOADER: dict[str, Callable[[World], object]] = {
    "keep_measures": lambda w: keep(two_hours(), snapshot="c" * 64),
    "give_story": lambda w: verbs.give_story(
        person_id=w.given.person_id, indicator="life_two_hours", called="M.", words="Again.",
        by=LOADER, at=AT,
    ),
    "take_back_story": lambda w: verbs.take_back_story(given=w.given, by=LOADER, at=AT),
}  # fmt: skip


@pytest.mark.parametrize("name", list(ACTS))
def test_without_its_audit_nothing_is_saved(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    before = kept("outcomes")
    broken_audit()

    with viewing(world.director, at=AT), pytest.raises(RuntimeError, match="no audit"):
        ACTS[name](world)

    assert kept("outcomes") == before


@pytest.mark.parametrize("name", list(AS_LOADER))
def test_without_its_audit_the_job_saves_nothing(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    before = kept("outcomes")
    broken_audit()

    with (
        as_role(DatabaseRole.LOADER),
        viewing(LOADER, at=AT),
        pytest.raises(RuntimeError, match="no audit"),
    ):
        AS_LOADER[name](world)

    assert kept("outcomes") == before
