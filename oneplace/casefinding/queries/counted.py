"""A list held against every count its asker was or may be given: of lists, and of whole groups.

Lists are those counted before for the same organisation, of whatever run; groups those of the
pages on coverage and segments of this run, which count people the same as a list does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from oneplace.access.viewer import Viewer
from oneplace.casefinding import found_files
from oneplace.casefinding.apart import (
    GROUPS,
    Listed,
    differ_by_few,
    leaves_few,
    may_differ_by_few,
    unpacked,
    without_few_left,
)
from oneplace.casefinding.models import Counted, Run
from oneplace.casefinding.queries import published
from oneplace.casefinding.rules import FEWEST
from oneplace.kit.formats import day

_WHOLE: Final = (
    "This list and one counted on {on} differ by fewer than {least} people, so the two counts "
    "together would tell of them. On that day it was {count:,}. Change the list by more, or save "
    "it and ask the practice to open the names."
)
_WITHIN: Final = (
    "Within {what}, this list and one counted on {on} differ by fewer than {least} people, so the "
    "two counts together would tell of them. Change the list by more, or save it and ask the "
    "practice to open the names."
)
_PUBLISHED: Final = (
    "This list and a group counted on “Who is missed” or “Who lives here” differ by fewer than "
    "{least} people, so the two counts together would tell of them. Change the list by more, or "
    "save it and ask the practice to open the names."
)
_TOGETHER: Final = (
    "This list and others counted before make up all but fewer than {least} people of a list that "
    "was counted too, so the counts together would tell of them. Change the list by more, or save "
    "it and ask the practice to open the names."
)
_WORDS: Final = {
    "practice": "the same practice",
    "deprivation": "the same tenth of deprivation",
    "ethnicity": "the same ethnic group",
}


@dataclass(frozen=True)
class Against:
    """What may be told of a list beside those counted before."""

    why_not: str = ""
    """Why its count is not told, in a sentence or two; empty where it is."""
    by: tuple[str, ...] = GROUPS
    """The keys by whose groups it may be counted."""


def held_against(asked: Listed, *, run: Run, asking: found_files.Asking, viewer: Viewer) -> Against:
    """Hold a list against those its asker's organisation was given counts of, in every run.

    And against what is published of this run, and what several lists together leave of another.
    """
    before = Counted.objects.filter(asked_for_id__in=[viewer.organisation_id])
    near = before.filter(count__gt=len(asked) - FEWEST, count__lt=len(asked) + FEWEST)
    for row in near.order_by("-counted_at"):
        if differ_by_few(asked.numbers, _listed(row).numbers, FEWEST):
            return Against(_words(_WHOLE, row.counted_at, count=row.count), ())
    closed: set[str] = set()
    for key, row in _near_within(asked, viewer):
        if len(asked.counts(key)) == 1:
            what = _WORDS[key]
            return Against(_words(_WITHIN, row.counted_at, what=what), ())
        closed.add(key)
    for key in published.near(asked, run=run, asking=asking):
        if key not in GROUPS or len(asked.counts(key)) == 1:
            return Against(_PUBLISHED.format(least=FEWEST), ())
        closed.add(key)
    told = [_listed(row) for row in before.filter(run=run)]
    open_keys = tuple(key for key in GROUPS if key not in closed)
    if leaves_few(asked, told, FEWEST):
        return Against(_TOGETHER.format(least=FEWEST), ())
    return Against("", without_few_left(asked, open_keys, told, FEWEST))


def _near_within(asked: Listed, viewer: Viewer) -> Iterator[tuple[str, Counted]]:
    """Keys with a group in which the list and one told before differ by few, and that one."""
    counts = {key: asked.counts(key) for key in GROUPS}
    told = Counted.objects.filter(asked_for_id__in=[viewer.organisation_id]).exclude(told_by=[])
    for pk, told_by, groups in told.order_by("-counted_at").values_list("pk", "told_by", "groups"):
        near = {key: may_differ_by_few(counts[key], groups.get(key, ()), FEWEST) for key in told_by}
        if not any(near.values()):
            continue
        row = Counted.objects.get(pk=pk)
        before = _listed(row)
        for key, found in near.items():
            if any(
                differ_by_few(asked.within(key, group), before.within(key, group), FEWEST)
                for group in found
            ):
                yield key, row


def _listed(row: Counted) -> Listed:
    return unpacked(bytes(row.rows), bytes(row.places), row.groups)


def _words(template: str, counted_at: datetime, **more: Any) -> str:
    return template.format(on=day(counted_at), least=FEWEST, **more)
