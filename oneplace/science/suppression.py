"""Small numbers: the one gate through which counts of people leave for a page or a publication.

Source: NHS Digital's disclosure control for hospital statistics (2018): nought stays, 1 to 7 are
left out, 8 and over are rounded to the nearest 5; percentages come from the rounded numbers. A
second cell is left out where the first could be worked out from a total (the cohort-extractor
rule); and a publication that would differ from an earlier one by 1 to 7 people keeps the cell shut.
Ours: "few" and "none" are different states, and each hidden cell says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from oneplace.vocabulary.terms.term import Term

MOST_HIDDEN: Final = 7
ROUND_TO: Final = 5


class Why(Term):
    """Why a cell is not shown."""

    FEW = "few", "1 to 7 people: too few to show"
    FEW_WITHOUT = "few_without", "All but 1 to 7 of the people it is about: that would tell of them"
    SECOND = "second", "Left out so that a smaller number beside it cannot be worked out"
    DIFFERENCE = "difference", "Differs from an earlier publication by 1 to 7 people"


@dataclass(frozen=True)
class Cell:
    """A count of people as it may be shown."""

    shown: int | None
    """Rounded to 5; None where it is left out."""
    why: Why | None = None

    @property
    def words(self) -> str:
        """The count, or a star."""
        return "*" if self.shown is None else f"{self.shown:,}"


@dataclass(frozen=True)
class Share:
    """A numerator of a denominator as they may be shown."""

    numerator: Cell
    denominator: Cell

    @property
    def value(self) -> float | None:
        """The share of the rounded numbers; None where either is left out or nobody is counted."""
        top, bottom = self.numerator.shown, self.denominator.shown
        return None if top is None or not bottom else top / bottom

    @property
    def why(self) -> Why | None:
        """Why there is no share, where a number is left out."""
        return self.denominator.why or self.numerator.why


def rounded(count: int) -> int:
    """To the nearest 5; 12 is 10 and 13 is 15."""
    return (count + ROUND_TO // 2) // ROUND_TO * ROUND_TO


def is_few(count: int) -> bool:
    """Whether so many people are too few to show."""
    return 0 < count <= MOST_HIDDEN


def cell(count: int) -> Cell:
    """One count by itself."""
    if count < 0:
        raise ValueError(f"A count of people cannot be {count}.")
    return Cell(None, Why.FEW) if is_few(count) else Cell(rounded(count))


def row(counts: Mapping[str, int]) -> dict[str, Cell]:
    """Counts that add up to a known total: where what is hidden could be worked out, more goes.

    While the hidden cells together hold no more than the threshold, or only one is hidden, the next
    smallest goes too.
    """
    cells = {key: cell(count) for key, count in counts.items()}
    hidden = [key for key, each in cells.items() if each.shown is None]
    if not hidden:
        return cells
    others = sorted((count, key) for key, count in counts.items() if key not in hidden and count)
    total = sum(counts[key] for key in hidden)
    for count, key in others:
        if len(hidden) > 1 and total > MOST_HIDDEN:
            break
        cells[key] = Cell(None, Why.SECOND)
        hidden.append(key)
        total += count
    return cells


def share(numerator: int, denominator: int) -> Share:
    """A numerator and denominator of people; few in one, the other or between hide the share."""
    if numerator > denominator:
        raise ValueError(f"{numerator} of {denominator} is more than all.")
    whole = cell(denominator)
    if whole.shown is None:
        return Share(Cell(None, Why.FEW), whole)
    if is_few(denominator - numerator) and numerator:
        return Share(Cell(None, Why.FEW_WITHOUT), whole)
    return Share(cell(numerator), whole)


def shares(parts: Mapping[str, tuple[int, int]]) -> dict[str, Share]:
    """Shares of groups whose totals are known: what one group hides no other may give away."""
    found = {key: share(*each) for key, each in parts.items()}
    tops, bottoms = (row({key: each[place] for key, each in parts.items()}) for place in (0, 1))
    for key, each in list(found.items()):
        bottom = bottoms[key] if bottoms[key].why is Why.SECOND else each.denominator
        is_open = each.numerator.why is None and tops[key].why is Why.SECOND
        found[key] = replace(
            each, numerator=tops[key] if is_open else each.numerator, denominator=bottom
        )
    # A share hidden because few were without it is alone, too, if nothing else is hidden.
    hidden = [key for key, each in found.items() if each.numerator.shown is None]
    if len(hidden) == 1 and len(found) > 1:
        rest = [key for key in found if key != hidden[0] and parts[key][0]]
        if rest:
            least = min(rest, key=lambda key: (parts[key][0], key))
            found[least] = replace(found[least], numerator=Cell(None, Why.SECOND))
    return found


def guarded(
    cells: Mapping[str, Cell], counts: Mapping[str, int], earlier: Sequence[Mapping[str, int]]
) -> dict[str, Cell]:
    """Cells held against the true counts of earlier publications of the same cells.

    `earlier` holds, for each publication, the true count behind every cell that it showed.
    """
    held = dict(cells)
    for before in earlier:
        for key, was in before.items():
            if key in held and held[key].shown is not None and is_few(abs(counts[key] - was)):
                held[key] = Cell(None, Why.DIFFERENCE)
    return held
