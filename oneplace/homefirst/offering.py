"""Who can go to somebody's door now: the rounds as they stand, asked for the best place in them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.homefirst import desks, rules
from oneplace.homefirst.clocks import CaseClock
from oneplace.homefirst.days import Today, rounds_of
from oneplace.homefirst.models import DeskCase
from oneplace.kit.clock import local_day
from oneplace.science.routing import (
    Offer,
    Plan,
    Point,
    Refusal,
    Stop,
    offer,
    refusals,
)
from oneplace.vocabulary.terms import LifeStream

WANTED: Final = "wanted"
_MOST_PAIRED: Final = 8
"""So many of the best single offers are tried two by two."""


@dataclass(frozen=True)
class Offered:
    """Offers for one case, the best first, and why the others cannot."""

    stop: Stop
    offers: tuple[Offer, ...]
    refused: tuple[Refusal, ...]
    today: Today
    second: Mapping[str, Offer]
    """For a double-handed visit, who comes with whoever is offered, by the first one's key."""


def offers_for(
    case: DeskCase, clock: CaseClock | None, *, viewer: Viewer, at: datetime
) -> Offered | None:
    """Who can make the first visit of a case, the best first; None where there is no such desk."""
    desk = desks.desk(case.desk_id)
    if desk is None:
        return None
    today = rounds_today(desk, also=[case.person_id], viewer=viewer, at=at)
    stop = wanted_stop(case, clock, point=today.points.get(case.person_id), at=at)
    found = offer(today.plan, stop, at)
    together = pairs_of(today.plan, stop, at, found) if case.is_double_handed else ()
    return Offered(
        stop,
        tuple(each.first for each in together) if case.is_double_handed else tuple(found),
        tuple(refusals(today.plan, stop, at)),
        today,
        {each.first.worker: each.second for each in together},
    )


def rounds_today(
    desk: desks.Desk, *, also: Sequence[uuid.UUID] = (), viewer: Viewer, at: datetime
) -> Today:
    """Today's rounds of a desk (`days.rounds_of`)."""
    return rounds_of(desk, local_day(at), also=also, viewer=viewer, at=at)


@dataclass(frozen=True)
class Together:
    """Two who can stand at a door at the same minute."""

    first: Offer
    second: Offer

    @property
    def order(self) -> tuple[object, ...]:
        """In time first, then the fewest moved, then the shortest ways."""
        both = (self.first, self.second)
        return (
            max(each.late_by for each in both),
            sum(len(each.moved) for each in both),
            sum(each.minutes_away for each in both),
            self.first.worker,
        )


def pairs_of(
    plan: Plan, stop: Stop, now: datetime, singles: Sequence[Offer]
) -> tuple[Together, ...]:
    """Two for a double-handed visit, the best first: both tried anew at the later one's minute."""
    found: dict[str, Together] = {}
    for one, other in combinations(singles[:_MOST_PAIRED], 2):
        begins = max(one.arrives_at, other.arrives_at)
        # A promise broken already leaves the window open until then, so that both are tried.
        held = replace(
            stop,
            opens_at=begins,
            closes_at=begins,
            promised_by_at=None,
        )
        rounds = {each.worker.key: each for each in plan.rounds}
        both = [
            next(iter(offer(Plan((rounds[key],)), held, now)), None)
            for key in (one.worker, other.worker)
        ]
        if all(each is not None and each.arrives_at == begins for each in both):
            late = max(timedelta(0), begins - stop.latest_at)
            first, second = (replace(each, late_by=late) for each in both if each is not None)
            pair = Together(first, second)
            if first.worker not in found or pair.order < found[first.worker].order:
                found[first.worker] = pair
    return tuple(sorted(found.values(), key=lambda each: each.order))


def wanted_stop(
    case: DeskCase, clock: CaseClock | None, *, point: Point | None, at: datetime
) -> Stop:
    """The first visit as it is wanted: not before the person is home, within what was promised."""
    opens = max(at, case.home_from or case.left_at or at)
    due = clock.due_at if clock is not None and clock.is_running else None
    closes = due or (case.home_from or opens) + rules.HOME_WITHIN
    return Stop(
        key=WANTED,
        opens_at=opens,
        # A promise that is broken already still leaves a window to be as little late as can be.
        closes_at=max(closes, opens),
        minutes=rules.FIRST_VISIT_MINUTES,
        point=point,
        promised_by_at=due,
        needs=frozenset(),
    )


def sentence(made: Offer, second: Offer | None = None) -> str:
    """`Sana is 12 minutes away; moves one visit, breaks nothing.`"""
    given = made.name.split(" ", 1)[0]
    far = f"{made.minutes_away} minutes away" if made.is_distance_known else "an unknown way away"
    number = len(made.moved)
    if second is not None:
        far = f"{far} and {second.name.split(' ', 1)[0]} {second.minutes_away}: both come together"
        number += len(second.moved)
    moved = (
        "moves no visit"
        if not number
        else f"moves {_NUMBERS.get(number, str(number))} visit{'' if number == 1 else 's'}"
    )
    if made.is_in_time:
        return f"{given} is {far}; {moved}, breaks nothing."
    late = -(-made.late_by // timedelta(minutes=1))
    return f"{given} is {far}; {moved}, and is {late} minutes late."


_NUMBERS: Final = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}


def purpose_of(stream: LifeStream) -> str:
    """The stored word of the purpose of a first visit, by stream."""
    return {
        LifeStream.RAPID_RESPONSE: "urgent",
        LifeStream.DISCHARGE: "life_first",
        LifeStream.REABLEMENT: "reablement",
    }.get(stream, "therapy")
