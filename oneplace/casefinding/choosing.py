"""Whom a run suggests: at most a few for each practice, whose reasons are new, by what can be done.

Pure. No score is part of the order, and no model: who has most reasons the team can act on comes
first, then who has most reasons of need, then whose newest reason is newest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oneplace.casefinding.models.terms import NotChosen


@dataclass(frozen=True)
class Choosing:
    """How many wait for a practice at most, and what makes somebody worth its time now."""

    most_waiting: int = 5
    least_needs: int = 2
    # Something must have happened within these days: why *now*.
    new_within_days: int = 120
    # Whoever was declined is not suggested again within these days without anything new.
    quiet_days: int = 180


DEFAULT: Final = Choosing()


@dataclass(frozen=True)
class Candidate:
    """One eligible pseudonym as the rule of choosing sees it."""

    pseudonym: int
    practice: str
    needs: int
    gaps: int
    newest_on: date | None
    hints: int = 0
    """Reasons of a model: beside one of need they count as another, and never in the order."""


@dataclass(frozen=True)
class Known:
    """What a practice did with somebody before."""

    state: NotChosen
    # For whoever was declined: when.
    decided_on: date | None = None


def choose(
    candidates: Iterable[Candidate],
    *,
    known: Mapping[int, Known],
    waiting: Mapping[str, int],
    practices: frozenset[str],
    on: date,
    by: Choosing = DEFAULT,
) -> tuple[Sequence[int], Mapping[int, NotChosen]]:
    """The pseudonyms to suggest, in order, and for each other one why not.

    `known` tells who is on a list, waits, objected or was declined; `waiting` how many wait for
    each practice already.
    """
    why_not: dict[int, NotChosen] = {}
    free: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        reason = _why_not(candidate, known.get(candidate.pseudonym), practices, on=on, by=by)
        if reason is None:
            free[candidate.practice].append(candidate)
        else:
            why_not[candidate.pseudonym] = reason
    chosen: list[int] = []
    for practice, group in sorted(free.items()):
        group.sort(key=_first)
        places = max(by.most_waiting - waiting.get(practice, 0), 0)
        chosen += [each.pseudonym for each in group[:places]]
        why_not |= {each.pseudonym: NotChosen.BEYOND_PLACES for each in group[places:]}
    return chosen, why_not


def _why_not(
    candidate: Candidate, known: Known | None, practices: frozenset[str], *, on: date, by: Choosing
) -> NotChosen | None:
    if candidate.practice not in practices:
        return NotChosen.UNKNOWN
    if known is not None and known.state is not NotChosen.NOT_NEW:
        return known.state
    if known is not None and known.decided_on is not None:
        is_quiet = on - known.decided_on < timedelta(days=by.quiet_days)
        has_new = candidate.newest_on is not None and candidate.newest_on > known.decided_on
        if is_quiet and not has_new:
            return NotChosen.NOT_NEW
    oldest = on - timedelta(days=by.new_within_days)
    is_new = candidate.newest_on is not None and candidate.newest_on >= oldest
    is_enough = candidate.needs > 0 and candidate.needs + candidate.hints >= by.least_needs
    return None if is_enough and is_new else NotChosen.BELOW_RULE


def _first(candidate: Candidate) -> tuple[int, int, int, int]:
    newest = candidate.newest_on.toordinal() if candidate.newest_on else 0
    return (-candidate.gaps, -candidate.needs, -newest, candidate.pseudonym)
