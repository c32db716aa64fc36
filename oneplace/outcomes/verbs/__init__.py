"""What somebody does with measures: the only writers of the room."""

from oneplace.outcomes.verbs.measuring import keep_measures
from oneplace.outcomes.verbs.publishing import publish_figures
from oneplace.outcomes.verbs.signals import end_signal, keep_rebase
from oneplace.outcomes.verbs.stories import give_story, take_back_story

__all__ = [
    "end_signal",
    "give_story",
    "keep_measures",
    "keep_rebase",
    "publish_figures",
    "take_back_story",
]
