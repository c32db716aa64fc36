"""When a goal counts as achieved: the one definition for coordinator, huddle and board.

A goal is achieved when the person, or who speaks for them, said so at a review, and then only.
Partly achieved is told apart and never added to it; a goal nobody has reviewed is not known,
whatever its steps say; a goal no longer wanted was set, so it stays among those set.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from oneplace.vocabulary.terms import GoalState

ACHIEVED: Final = GoalState.ACHIEVED
NOT_KNOWN: Final = (GoalState.AGREED, GoalState.UNDER_WAY)
"""Nobody has asked yet what came of it."""

OF_PARTNERS: Final[Mapping[str, GoalState]] = {
    "done it!": GoalState.ACHIEVED,
    "achieved": GoalState.ACHIEVED,
    "part way": GoalState.PARTLY_ACHIEVED,
    "partly": GoalState.PARTLY_ACHIEVED,
    "partly achieved": GoalState.PARTLY_ACHIEVED,
    "not this time": GoalState.NOT_ACHIEVED,
    "not": GoalState.NOT_ACHIEVED,
    "not achieved": GoalState.NOT_ACHIEVED,
    "changed mind": GoalState.CHANGED_MIND,
}
"""What partners' files call what the person said, in small letters; other words are not known."""


@dataclass(frozen=True)
class GoalCount:
    """How goals stand: set, said to be achieved, partly, not, no longer wanted, and not known."""

    set: int
    achieved: int
    partly: int
    not_achieved: int
    changed_mind: int
    not_known: int

    @property
    def in_words(self) -> str:
        """As a sentence: what is not known is said, never left out."""
        parts = [f"{self.achieved} of {self.set} achieved"]
        for number, words in (
            (self.partly, "partly"),
            (self.not_achieved, "not"),
            (self.changed_mind, "no longer wanted"),
            (self.not_known, "not known yet"),
        ):
            if number:
                parts.append(f"{number} {words}")
        return ", ".join(parts)


def is_achieved(state: GoalState) -> bool:
    """Whether a goal counts as achieved."""
    return state is ACHIEVED


def count(states: Iterable[GoalState]) -> GoalCount:
    """Goals counted by what the person said of them."""
    said = [GoalState(state) for state in states]
    return GoalCount(
        set=len(said),
        achieved=sum(1 for state in said if is_achieved(state)),
        partly=said.count(GoalState.PARTLY_ACHIEVED),
        not_achieved=said.count(GoalState.NOT_ACHIEVED),
        changed_mind=said.count(GoalState.CHANGED_MIND),
        not_known=sum(1 for state in said if state in NOT_KNOWN),
    )
