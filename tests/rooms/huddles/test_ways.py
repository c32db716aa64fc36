"""The way of a case from state to state."""

import pytest

from oneplace.huddles import rules
from oneplace.vocabulary.terms import CaseState


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        (CaseState.ACTIVE, CaseState.ACTIVE, ()),
        (CaseState.LISTED, CaseState.ACTIVE, (CaseState.DISCUSSED, CaseState.ACTIVE)),
        (
            CaseState.STEPPED_DOWN,
            CaseState.ACTIVE,
            (CaseState.LISTED, CaseState.DISCUSSED, CaseState.ACTIVE),
        ),
    ],
)
def test_whoever_is_spoken_of_comes_to_the_state_that_was_decided(
    before: CaseState, after: CaseState, way: tuple[CaseState, ...]
) -> None:
    assert tuple(rules.way_to(before, after)) == way


def test_nobody_comes_back_from_a_closed_case() -> None:
    with pytest.raises(ValueError, match="no way from closed to active"):
        rules.way_to(CaseState.CLOSED, CaseState.ACTIVE)
