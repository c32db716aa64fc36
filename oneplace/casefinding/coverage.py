"""Who is found and who is missed, by practice, deprivation and ethnicity: counts of a run. Pure.

Kept with the run, whole; how they may be said is decided where they are shown (`told_coverage`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

GROUPS: Final[Mapping[str, str]] = {
    "practice": "Practice",
    "deprivation": "Tenths of deprivation (1 is the most deprived)",
    "ethnicity": "Ethnic group",
    "age_band": "Age",
}
STAGES: Final = ("people", "eligible", "suggested", "listed")


def covered(
    rows: Iterable[Mapping[str, Any]],
    *,
    eligible: Collection[int],
    suggested: Collection[int],
    listed: Collection[int],
) -> dict[str, dict[str, dict[str, int]]]:
    """How many of each group live here, are eligible, were suggested or are on a list.

    `rows` have `pseudonym` and the columns of `GROUPS`.
    """
    found: dict[str, dict[str, dict[str, int]]] = {
        group: defaultdict(lambda: dict.fromkeys(STAGES, 0)) for group in GROUPS
    }
    sets = {"eligible": eligible, "suggested": suggested, "listed": listed}
    for row in rows:
        stages = ["people", *(name for name, held in sets.items() if row["pseudonym"] in held)]
        for group in GROUPS:
            value = "" if row[group] is None else str(row[group])
            for stage in stages:
                found[group][value][stage] += 1
    return {group: dict(values) for group, values in found.items()}


@dataclass(frozen=True)
class Line:
    """One group of people: how many at each stage, and of a thousand living here, as told."""

    name: str
    told: Mapping[str, str]
    per_thousand: str
    """On a list or suggested, of each thousand eligible; empty where a small number would show."""


def small(counts: Mapping[str, int], least: int) -> frozenset[str]:
    """Which counts of a group with a known total are not told.

    Those under `least`, and as many more, the smallest that will do, that the total less what is
    told leaves open for each small one every number from 1 to below `least`.
    """
    hidden = {key: n for key, n in counts.items() if 0 < n < least}
    if not hidden:
        return frozenset()
    few, others = len(hidden), sorted((n, key) for key, n in counts.items() if n >= least)
    more: list[tuple[int, str]] = []
    while not _is_open(few, sum(hidden.values()), [n for n, _ in more], least) and others:
        left = [each for each in others if _is_open_with(few, hidden, more, each, least)]
        taken = left[0] if left else others[-1]
        more.append(taken)
        others.remove(taken)
    return frozenset(hidden) | {key for _, key in more}


def _is_open_with(
    few: int,
    hidden: Mapping[str, int],
    more: Sequence[tuple[int, str]],
    another: tuple[int, str],
    least: int,
) -> bool:
    return _is_open(few, sum(hidden.values()), [n for n, _ in (*more, another)], least)


def _is_open(few: int, together: int, more: Sequence[int], least: int) -> bool:
    """Whether a small count may be any from 1 to below `least`, as far as the hidden sum tells."""
    most = least - 1
    if more:
        # Each of the others has `least` or more, and no bound above.
        return together + sum(more) - least * len(more) - (few - 1) >= most
    return together - (few - 1) >= most and together - most * (few - 1) <= 1


def rounded(count: int, step: int) -> int:
    """To the nearest `step`, so that two weeks apart nobody is told of who came between."""
    return round(count / step) * step


def told_total(count: int, least: int, step: int) -> str:
    """A total as it may be said beside groups that are rounded."""
    return f"fewer than {least}" if 0 < count < least else f"{rounded(count, step):,}"


def told_coverage(
    groups: Mapping[str, Mapping[str, Mapping[str, int]]],
    names: Mapping[str, str],
    least: int,
    step: int,
) -> dict[str, list[Line]]:
    """The counts as they may be said: none under `least`, none that gives another away, rounded."""
    return {
        group: _lines(group, values, names, least, step)
        for group, values in groups.items()
        if values
    }


def _lines(
    group: str,
    values: Mapping[str, Mapping[str, int]],
    names: Mapping[str, str],
    least: int,
    step: int,
) -> list[Line]:
    hidden = {
        stage: small({key: counts[stage] for key, counts in values.items()}, least)
        for stage in STAGES
    }
    lines = []
    for key, counts in sorted(values.items(), key=lambda item: _order(item[0])):
        told = {
            stage: "not told"
            if key in hidden[stage] and counts[stage] >= least
            else told_total(counts[stage], least, step)
            for stage in STAGES
        }
        found = rounded(counts["suggested"], step) + rounded(counts["listed"], step)
        eligible = rounded(counts["eligible"], step)
        is_small = key in hidden["suggested"] | hidden["listed"] | hidden["eligible"]
        rate = min(found / eligible, 1.0) * 1000 if eligible else 0.0
        per = "" if is_small else f"{rate:.0f}"
        lines.append(Line(_named(group, key, names), told, per))
    return lines


def _order(key: str) -> tuple[int, int, str]:
    return (0, int(key), "") if key.isdecimal() else (1 if key else 2, 0, key)


def _named(group: str, key: str, names: Mapping[str, str]) -> str:
    if not key:
        return "Not known"
    return names.get(key, key) if group in ("practice", "ethnicity") else key
