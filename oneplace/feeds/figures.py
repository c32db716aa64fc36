"""What later rooms can say of a feed on its page: how many were matched, how full its fields are.

`config.wiring` puts them here, so that this room need not know the rooms after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from oneplace.access.viewer import Viewer


@dataclass(frozen=True)
class Figure:
    """One figure of a feed: a share between 0 and 1, of how many, and what it is of."""

    label: str
    share: float
    of: int
    what: str = ""


class FeedFigures(Protocol):
    """Something that knows figures of feeds."""

    @property
    def title(self) -> str:
        """The heading above the figures, such as "Matched to a person"."""
        ...

    def figures(self, *, viewer: Viewer) -> Mapping[str, Sequence[Figure]]:
        """The figures by the code of the feed; one statement."""
        ...


_known: list[FeedFigures] = []


def put_on_feeds_page(*figures: FeedFigures) -> None:
    """Say whose figures stand on the feeds pages, all at once; called by `config.wiring` alone."""
    _known[:] = figures


def known_figures() -> Sequence[FeedFigures]:
    """Whose figures stand there."""
    return tuple(_known)
