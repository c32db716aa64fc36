"""How far two counted lists are apart, whole and within each practice or other group. Pure.

Two counts that were both told tell of whoever is in one list and not in the other. So no two may
differ by few people, whichever run each is of; nor may the counts of one practice within them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from oneplace.casefinding.coverage import small

Numbers = np.ndarray[Any, np.dtype[np.int64]]
GROUPS: Final = ("practice", "deprivation", "ethnicity")
"""By what a list's people are counted beside the list."""


@dataclass(frozen=True)
class Listed:
    """Whom a list found: their numbers in order, and of each key the group of each."""

    numbers: Numbers
    groups: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> "Listed":
        """From rows with a `pseudonym` and the columns of `GROUPS`."""
        ordered = sorted(rows, key=lambda row: row["pseudonym"])
        return cls(
            np.array([row["pseudonym"] for row in ordered], dtype="<i8"),
            {key: ["" if r[key] is None else str(r[key]) for r in ordered] for key in GROUPS},
        )

    def __len__(self) -> int:
        return len(self.numbers)

    def counts(self, key: str) -> Mapping[str, int]:
        """How many there are in each group of a key."""
        return Counter(self.groups[key])

    def within(self, key: str, group: str) -> Numbers:
        """The numbers of one group."""
        is_in: Numbers = self.numbers[np.array(self.groups[key], dtype=object) == group]
        return is_in

    def packed(self) -> tuple[bytes, bytes, dict[str, list[list[Any]]]]:
        """To be kept: the numbers, the place of each one's group, the groups with their counts."""
        counts = {key: sorted(self.counts(key).items()) for key in GROUPS}
        places = [
            [[group for group, _ in counts[key]].index(each) for each in self.groups[key]]
            for key in GROUPS
        ]
        return (
            self.numbers.astype("<i8").tobytes(),
            np.array(places, dtype="<i2").tobytes(),
            {key: [list(pair) for pair in pairs] for key, pairs in counts.items()},
        )


def unpacked(
    numbers: bytes, places: bytes, groups: Mapping[str, Sequence[Sequence[Any]]]
) -> Listed:
    """A list from what `packed` made of it; one kept without groups has none."""
    told = np.frombuffer(numbers, dtype="<i8")
    if not places:
        return Listed(told, {})
    of_key = np.frombuffer(places, dtype="<i2").reshape(len(GROUPS), len(told))
    return Listed(
        told,
        {
            key: [str(groups[key][place][0]) for place in row]
            for key, row in zip(GROUPS, of_key.tolist(), strict=True)
        },
    )


def differ_by_few(one: Numbers, other: Numbers, least: int) -> bool:
    """Whether somebody, but fewer than so many, is in one of two lists and not in the other."""
    return 0 < len(np.setxor1d(one, other, assume_unique=True)) < least


def may_differ_by_few(
    counts: Mapping[str, int], told: Iterable[Sequence[Any]], least: int
) -> list[str]:
    """Groups told in two lists whose counts are so near that their people may be nearly the same.

    Counts that are further apart than that cannot be of people who are not.
    """
    return [
        group
        for group, before in told
        if before >= least and counts.get(group, 0) >= least and abs(counts[group] - before) < least
    ]


def leaves_few(asked: Listed, told: Sequence[Listed], least: int) -> bool:
    """Whether lists told, with this one, make up all but few people of one of them.

    Taken greedily, the greatest first: a list, less those within it that share nobody.
    """
    parts = _parts(told, least)
    if _is_few_left(asked.numbers, parts, least):
        return True
    for whole in told:
        if len(whole) > len(asked) and np.isin(asked.numbers, whole.numbers).all():
            left = np.setdiff1d(whole.numbers, asked.numbers, assume_unique=True)
            if _is_few(left, least) or _is_few_left(left, parts, least):
                return True
    return False


def without_few_left(
    asked: Listed, keys: Sequence[str], told: Sequence[Listed], least: int
) -> tuple[str, ...]:
    """Those keys by whose groups a list may be counted: the groups left out stay left out.

    Where lists told before are nearly all of what is left out together, that key may not.
    """
    parts = _parts(told, least)
    return tuple(
        key for key in keys if not _is_few_left(_left_out(asked, key, least), parts, least)
    )


def _left_out(listed: Listed, key: str, least: int) -> Numbers:
    hidden = small(listed.counts(key), least)
    is_hidden = np.array([group in hidden for group in listed.groups[key]], dtype=bool)
    left: Numbers = listed.numbers[is_hidden]
    return left


def _parts(told: Sequence[Listed], least: int) -> list[Numbers]:
    """Every list that was told, and of each the groups that were, the greatest first."""
    parts = [each.numbers for each in told]
    for each in told:
        for key in each.groups:
            counts = each.counts(key)
            hidden = small(counts, least)
            parts += [each.within(key, group) for group in counts if group not in hidden]
    return sorted(parts, key=len, reverse=True)


def _is_few(left: Numbers, least: int) -> bool:
    return 0 < len(left) < least


def _is_few_left(whole: Numbers, parts: Sequence[Numbers], least: int) -> bool:
    """Whether parts of a whole that share nobody leave few of it."""
    left = whole
    for part in parts:
        if len(part) < len(left) and np.isin(part, left).all():
            left = np.setdiff1d(left, part, assume_unique=True)
            if _is_few(left, least):
                return True
    return False
