"""When each visit of one round begins: ways, windows, breaks and the end of the shift, exactly.

Everything is as early as may be. A break is taken where it delays nobody, else as late as its
window lets it, else as soon as it opens; the first way that breaks no rule is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oneplace.science.routing.problem import Day


@dataclass(frozen=True)
class Timed:
    """One round in seconds of the day."""

    begins: tuple[int, ...]
    breaks: tuple[int, ...]
    ends: int
    travel: int


def timed(
    day: Day, worker: int, order: Sequence[int], fixed: Mapping[int, int] | None = None
) -> Timed | None:
    """The times of a round, or None where it breaks a rule.

    `fixed` holds stops that begin at one second and no other, such as halves of a pair.
    """
    held = fixed or {}
    lazy = _timed(day, worker, order, held, is_eager=False)
    if lazy is not None or not day.breaks[worker]:
        return lazy
    return _timed(day, worker, order, held, is_eager=True)


def _timed(
    day: Day, worker: int, order: Sequence[int], held: Mapping[int, int], *, is_eager: bool
) -> Timed | None:
    ways, place = day.ways[worker], day.place
    here, free, travel, carried = day.start_place[worker], day.since[worker], 0, 0
    owed, taken = day.breaks[worker], 0
    begins: list[int] = []
    rests: list[int] = []
    for stop in order:
        goes = ways[here][place[stop]]
        opens, closes = day.opens[stop], day.closes[stop]
        if stop in held:
            opens = closes = held[stop]
        while taken < len(owed):
            first, last, length = owed[taken]
            rest = max(free, first)
            without = max(free + goes, opens)
            within = max(rest + length + goes, opens)
            is_due = without + day.lasts[stop] > last
            if rest > last or (is_due and within > closes):
                return None
            if within > closes or not (is_due or within == without or (is_eager and rest == free)):
                break
            rests.append(rest)
            free, taken = rest + length, taken + 1
        begin = max(free + goes, opens)
        if begin > closes:
            return None
        begins.append(begin)
        carried += day.stops[stop].load
        free, here, travel = begin + day.lasts[stop], place[stop], travel + goes
    is_out = bool(order) or day.is_out[worker]
    home = ways[here][day.end_place[worker]] if is_out and day.end_place[worker] >= 0 else 0
    for first, last, length in owed[taken:]:
        if free + home <= first or not is_out:
            break
        rest = max(free, first)
        if rest > last:
            return None
        rests.append(rest)
        free = rest + length
    most = day.workers[worker].carries
    if free + home > day.until[worker] or (most is not None and carried > most):
        return None
    return Timed(tuple(begins), tuple(rests), free + home, travel + home)
