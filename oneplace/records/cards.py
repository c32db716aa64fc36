"""The small face of the record on other pages: one entry in a line, as evidence of something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from oneplace.access.viewer import Viewer
from oneplace.feeds.figures import Figure
from oneplace.kit.formats import day, moment
from oneplace.records import queries
from oneplace.records.queries import EntryShown
from oneplace.vocabulary.terms import Exactness


@dataclass(frozen=True)
class Face:
    """One entry in a line."""

    what: str
    kind: str
    when: str
    """No more exact than its source said; empty where it has no date."""
    who: str
    source: str
    is_withdrawn: bool


def face_of(entry: EntryShown) -> Face:
    """The line of an entry."""
    return Face(
        entry.title or entry.kind.label,
        entry.kind.label,
        when_of(entry.starts_at or entry.sorts_at, entry.exactness),
        entry.by or entry.where or entry.organisation,
        entry.source,
        entry.is_withdrawn,
    )


def when_of(at: datetime | None, exactness: Exactness) -> str:
    """A time in words, as exactly as it was said and no more."""
    if at is None:
        return ""
    local = localtime(at)
    if exactness == Exactness.YEAR:
        return f"{local:%Y}"
    if exactness == Exactness.MONTH:
        return f"{local:%B %Y}"
    return day(at) if exactness == Exactness.DAY else moment(at)


class Filled:
    """How full a feed's fields are, for the feeds pages."""

    title = "Fields filled in"

    def figures(self, *, viewer: Viewer) -> dict[str, Sequence[Figure]]:
        """By the code of the feed; one statement."""
        found: dict[str, list[Figure]] = {}
        for count in queries.filling(viewer=viewer):
            if count.of:
                figure = Figure(count.field, count.filled / count.of, count.of, count.what)
                found.setdefault(count.source, []).append(figure)
        return dict(found)
