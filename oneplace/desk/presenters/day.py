"""My day of somebody at work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from oneplace.access.viewer import Viewer
from oneplace.desk.cards import Row, Section
from oneplace.desk.words import DayWords, Nothing
from oneplace.kit.formats import plural, weekday

_NOON = 12


@dataclass(frozen=True)
class DaySection:
    """One section of My day: its rows, or what will come there."""

    title: str
    nothing: Nothing
    rows: tuple[Row, ...]
    key: str


@dataclass(frozen=True)
class DayLink:
    """Something to do here today."""

    label: str
    address: str
    why: str


@dataclass(frozen=True)
class MyDay:
    """My day of somebody at work."""

    viewer: Viewer
    at: datetime
    words: DayWords
    rows: Mapping[Section, tuple[Row, ...]]

    @property
    def head_line(self) -> str:
        """Thursday 12 March · 3 things need you before noon."""
        what = self._what_needs_you()
        return f"{weekday(self.at)} · {what}" if what else weekday(self.at)

    def _what_needs_you(self) -> str:
        waiting = [row for row in self.rows.get(Section.NOW, ()) if row.needs_you]
        if not waiting:
            # What no room counts yet may well need somebody: then the day says nothing of it.
            said = self.words.sections.get(Section.NOW)
            return "" if said is not None and said.is_later else "nothing needs you yet"
        now = timezone.localtime(self.at)
        noon = now.replace(hour=_NOON, minute=0, second=0, microsecond=0)
        soon = [row for row in waiting if row.until is not None and row.until <= noon]
        if now < noon and soon:
            return f"{_things(len(soon))} you before noon"
        return f"{_things(len(waiting))} you today"

    @property
    def sections(self) -> tuple[DaySection, ...]:
        """Now, next, since yesterday."""
        return tuple(
            DaySection(nothing.title, nothing, self.rows.get(section, ()), section.value)
            for section, nothing in self.words.sections.items()
        )

    @property
    def today(self) -> tuple[DayLink, ...]:
        """What can be done here today."""
        return _links(self.words)


def _things(count: int) -> str:
    return f"{plural(count, 'thing')} {'needs' if count == 1 else 'need'}"


def _links(words: DayWords) -> tuple[DayLink, ...]:
    found = []
    for link in words.today:
        try:
            found.append(DayLink(link.label, reverse(link.route), link.why))
        except NoReverseMatch:
            continue
    return tuple(found)
