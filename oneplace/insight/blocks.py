"""Plain blocks of which lists and reasons are built: one column, how it compares, with what.

A block says the same of a whole borough (`as_expression`) and of one row (`holds`). What is not
known never satisfies a block, except the one that asks for exactly that.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import ibis

from oneplace.insight.shapes import SCORES

COMPARISONS: Final[Mapping[str, str]] = {
    "is": "is",
    "is_not": "is not",
    "at_least": "at least",
    "at_most": "at most",
    "one_of": "is one of",
    "is_true": "yes",
    "is_false": "no",
    "is_known": "is recorded",
    "is_unknown": "is not recorded",
}


class BlockRefused(ValueError):
    """A block names a column or a comparison that is not there."""


@dataclass(frozen=True)
class Block:
    """One plain condition on a column of `SCORES`."""

    column: str
    comparison: str
    value: Any = None

    def __post_init__(self) -> None:
        if self.column not in SCORES.names:
            raise BlockRefused(
                f"There is no column '{self.column}' to ask of. Choose one of those listed."
            )
        if self.comparison not in COMPARISONS:
            raise BlockRefused(
                f"'{self.comparison}' is no comparison. There are: {', '.join(COMPARISONS)}."
            )
        if self.comparison == "one_of" and (
            isinstance(self.value, str) or not isinstance(self.value, Iterable)
        ):
            raise BlockRefused(f"'{self.column}' is one of: give a list of values.")

    def as_expression(self, table: Any) -> Any:
        """The condition over a table with the columns of `SCORES`; never null."""
        column = table[self.column]
        match self.comparison:
            case "is":
                met = column == self.value
            case "is_not":
                met = column != self.value
            case "at_least":
                met = column >= self.value
            case "at_most":
                met = column <= self.value
            case "one_of":
                met = column.isin(list(self.value))
            case "is_true":
                met = column
            case "is_false":
                met = ~column
            case "is_known":
                return column.notnull()
            case _:
                return column.isnull()
        return met.fill_null(False)

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether one row of `SCORES` satisfies it."""
        found = row[self.column]
        if self.comparison == "is_unknown":
            return found is None
        if found is None:
            return False
        return _HOLDS[self.comparison](found, self.value)


_HOLDS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "is": lambda found, value: bool(found == value),
    "is_not": lambda found, value: bool(found != value),
    "at_least": lambda found, value: bool(found >= value),
    "at_most": lambda found, value: bool(found <= value),
    "one_of": lambda found, value: found in value,
    "is_true": lambda found, _: bool(found),
    "is_false": lambda found, _: not found,
    "is_known": lambda *_: True,
}


@dataclass(frozen=True)
class Blocks:
    """Blocks of which every one must hold; `others` are further sets of which one is enough."""

    every: tuple[Block, ...]
    others: tuple[tuple[Block, ...], ...] = ()

    def as_expression(self, table: Any) -> Any:
        """Whether the row satisfies one of the sets."""
        met = _all_of(self.every, table)
        for other in self.others:
            met = met | _all_of(other, table)
        return met

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether one row satisfies one of the sets."""
        return any(all(block.holds(row) for block in each) for each in (self.every, *self.others))


def _all_of(blocks: tuple[Block, ...], table: Any) -> Any:
    met = ibis.literal(True)
    for block in blocks:
        met = met & block.as_expression(table)
    return met


def matching(scores: Any, blocks: Blocks) -> Any:
    """The pseudonyms of a table of scores that satisfy the blocks, as a one-column table."""
    return scores.filter(blocks.as_expression(scores)).select("pseudonym")
