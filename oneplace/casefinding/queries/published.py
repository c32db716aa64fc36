"""A list held against the groups that the pages on coverage and segments count, of the same run.

Counts that lie apart cannot be of nearly the same people, so only near ones are looked at whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from oneplace.casefinding import found_files
from oneplace.casefinding.apart import GROUPS, Listed, Numbers, differ_by_few
from oneplace.casefinding.coverage import STAGES, small
from oneplace.casefinding.models import Eligible, NotChosen, Run
from oneplace.casefinding.rules import FEWEST
from oneplace.insight.blocks import Block, Blocks

WHOLE: Final = "whole"
_WAITS: Final = (NotChosen.WAITING, NotChosen.NOT_NOW)


@dataclass(frozen=True)
class _Cell:
    """One count that is published: of which columns with which values, at which stage."""

    among: tuple[tuple[str, str], ...]
    stage: str
    count: int


def near(asked: Listed, *, run: Run, asking: found_files.Asking) -> Iterator[str]:
    """`whole`, or the key within a group of which, where the list is near to what is published."""
    counts = {key: asked.counts(key) for key in GROUPS}
    people = _People(run, asking)
    for cell in _cells(run, asking):
        if cell.count < FEWEST:
            continue
        if _is_near(cell.count, len(asked)) and differ_by_few(
            asked.numbers, people.of(cell), FEWEST
        ):
            yield WHOLE
            return
        for key, group in cell.among:
            # A group of the list is counted itself: beside the published one it would tell as much.
            if key in counts and _is_near(cell.count, counts[key].get(group, 0)):
                within = asked.within(key, group)
                if differ_by_few(within, people.of(cell), FEWEST):
                    yield key


def _is_near(count: int, other: int) -> bool:
    return other >= FEWEST and abs(count - other) < FEWEST


def _cells(run: Run, asking: found_files.Asking) -> Iterator[_Cell]:
    for stage in ("people", "eligible"):
        yield _Cell((), stage, getattr(run, stage))
    for key, values in run.coverage.items():
        for stage in STAGES:
            counts = {value: stages[stage] for value, stages in values.items()}
            hidden = small(counts, FEWEST)
            for value in counts.keys() - hidden:
                yield _Cell(((key, value),), stage, counts[value])
    for row in asking.everything("segments"):
        among: tuple[tuple[str, str], ...] = (("segment", row["segment"]),)
        if row["practice"] is not None:
            among += (("practice", row["practice"]),)
        for column, stage in (("people", "people"), ("with_reasons", "with_reasons")):
            if row[column] is not None:
                yield _Cell(among, stage, row[column])


class _People:
    """Who stands behind published counts, each looked up once."""

    def __init__(self, run: Run, asking: found_files.Asking) -> None:
        self._run, self._asking = run, asking
        self._known: dict[Any, Numbers] = {}

    def of(self, cell: _Cell) -> Numbers:
        """The numbers behind a count, in order."""
        among = self._among(cell.among)
        if cell.stage == "people":
            return among
        at_stage: Numbers = np.intersect1d(among, self._stage(cell.stage), assume_unique=True)
        return at_stage

    def _among(self, among: tuple[tuple[str, str], ...]) -> Numbers:
        if among not in self._known:
            blocks = Blocks(tuple(_block(column, value) for column, value in among))
            self._known[among] = _numbers(self._asking.matching(blocks))
        return self._known[among]

    def _stage(self, stage: str) -> Numbers:
        if stage not in self._known:
            self._known[stage] = _numbers(self._at(stage))
        return self._known[stage]

    def _at(self, stage: str) -> Any:
        if stage == "with_reasons":
            return self._asking.with_reasons()
        rows = Eligible.objects.filter(run=self._run)
        if stage == "suggested":
            chosen = rows.filter(is_chosen=True) | rows.filter(not_chosen__in=_WAITS)
            return chosen.values_list("pseudonym", flat=True)
        if stage == "listed":
            rows = rows.filter(not_chosen=NotChosen.ON_THE_LIST)
        return rows.values_list("pseudonym", flat=True)


def _block(column: str, value: str) -> Block:
    if not value:
        return Block(column, "is_unknown")
    return Block(column, "is", int(value) if column == "deprivation" else value)


def _numbers(found: Any) -> Numbers:
    return np.array(sorted(set(found)), dtype="<i8")
