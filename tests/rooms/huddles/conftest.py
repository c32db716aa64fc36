"""What tests of huddles ask for: a practice's team, three people on its list, a meeting."""

from collections.abc import Callable

import pytest

from oneplace.huddles.models import Meeting, Series
from tests.factories import bring_in_place
from tests.rooms.huddles.around_the_table import Team, a_meeting, a_series, a_team


@pytest.fixture
def team(db: None) -> Team:
    """The people around the table of one practice."""
    bring_in_place()
    return a_team()


@pytest.fixture
def series(team: Team) -> Series:
    """Their weekly huddle, Thursdays at eight."""
    return a_series(team)


@pytest.fixture
def meeting(team: Team, series: Series) -> Meeting:
    """The huddle of 12 March with three people listed."""
    return a_meeting(team, series)


@pytest.fixture
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", broken)
