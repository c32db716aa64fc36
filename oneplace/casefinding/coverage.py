"""Who is found and who is missed, by practice, deprivation and ethnicity: counts of a run. Pure.

Kept with the run, whole; how they may be said is decided where they are shown (`told_coverage`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
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
    """Which counts of a group with a known total are not told: the small, and never one alone."""
    hidden = {key for key, n in counts.items() if 0 < n < least}
    others = sorted((n, key) for key, n in counts.items() if key not in hidden and n)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return frozenset(hidden)


def told_coverage(
    groups: Mapping[str, Mapping[str, Mapping[str, int]]], names: Mapping[str, str], least: int
) -> dict[str, list[Line]]:
    """The counts as they may be said: none under `least`, and none that gives another away."""
    return {
        group: _lines(group, values, names, least) for group, values in groups.items() if values
    }


def _lines(
    group: str, values: Mapping[str, Mapping[str, int]], names: Mapping[str, str], least: int
) -> list[Line]:
    hidden = {
        stage: small({key: counts[stage] for key, counts in values.items()}, least)
        for stage in STAGES
    }
    lines = []
    for key, counts in sorted(values.items(), key=lambda item: _order(item[0])):
        told = {
            stage: f"fewer than {least}"
            if key in hidden[stage] and counts[stage] < least
            else "not told"
            if key in hidden[stage]
            else f"{counts[stage]:,}"
            for stage in STAGES
        }
        found = counts["suggested"] + counts["listed"]
        is_small = key in hidden["suggested"] | hidden["listed"] | hidden["eligible"]
        rate = found / counts["eligible"] * 1000 if counts["eligible"] else 0.0
        per = "" if is_small else f"{rate:.0f}"
        lines.append(Line(_named(group, key, names), told, per))
    return lines


def _order(key: str) -> tuple[int, int, str]:
    return (0, int(key), "") if key.isdecimal() else (1 if key else 2, 0, key)


def _named(group: str, key: str, names: Mapping[str, str]) -> str:
    if not key:
        return "Not known"
    return names.get(key, key) if group in ("practice", "ethnicity") else key
