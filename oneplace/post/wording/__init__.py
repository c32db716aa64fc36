"""The words of messages: templates as data, one file each, in every room's `wording` folder."""

from oneplace.post.wording.reading import Audience, FieldKind, Wording, WordingProblem, read_wording
from oneplace.post.wording.shelf import all_wordings, wording

__all__ = [
    "Audience",
    "FieldKind",
    "Wording",
    "WordingProblem",
    "all_wordings",
    "read_wording",
    "wording",
]
