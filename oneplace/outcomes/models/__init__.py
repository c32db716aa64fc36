"""What the room keeps, one thing a file."""

from oneplace.outcomes.models.measured import Measured, Measuring
from oneplace.outcomes.models.publication import Behind, Publication
from oneplace.outcomes.models.signal import Rebase, Signal
from oneplace.outcomes.models.story import StoryGiven, StoryTold

__all__ = [
    "Behind",
    "Measured",
    "Measuring",
    "Publication",
    "Rebase",
    "Signal",
    "StoryGiven",
    "StoryTold",
]
