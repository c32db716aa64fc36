"""How far a search is, how old what stands is, and the day planned anew around one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from oneplace.homefirst import rules
from oneplace.homefirst.models import PlannedVisit, RoundPlan, RoundState
from oneplace.kit.formats import ago, clock_time, moment, plural

_STARTS_AND_ENDS = timedelta(seconds=3)
"""What a search takes beside the time it is given."""


@dataclass(frozen=True)
class SearchShown:
    """A search under way; `share` of a hundred, by real time."""

    share: int
    words: str
    is_lost: bool

    @classmethod
    def of(cls, plan: RoundPlan | None, *, now: datetime) -> "SearchShown | None":
        """Nothing where no search runs. `now` is real time."""
        if plan is None:
            return None
        given = timedelta(seconds=plan.given_seconds) + _STARTS_AND_ENDS
        gone = now - plan.begun_at if plan.begun_at is not None else timedelta(0)
        if rules.is_search_lost(plan, now=now):
            return cls(
                100,
                f"The search of {moment(plan.asked_at)} has not answered and is given up. What "
                "stands below is the last good plan. You can ask again.",
                True,
            )
        share = min(99, int(100 * gone / given))
        words = f"Being reckoned for {plan.asked_by_name}: {gone.seconds} of about {given.seconds} "
        return cls(share, words + "seconds. Until then what stands below is good.", False)


def stale_words(plan: RoundPlan | None, planned: Sequence[PlannedVisit], *, at: datetime) -> str:
    """How old a suggestion is, and how much of it no longer fits what happened since."""
    if plan is None:
        return ""
    changed = sum(1 for each in planned if each.visit.version != each.version)
    old = f"Reckoned {ago(plan.asked_at, at)}"
    if not changed:
        return f"{old}; no visit of it has been changed since."
    return (
        f"{old}; {plural(changed, 'visit')} of it {'was' if changed == 1 else 'were'} changed "
        "since and would be left as they are. Ask again for one that fits."
    )


@dataclass(frozen=True)
class BetterShown:
    """The day planned anew around one person, for the desk to take or leave."""

    plan_id: str
    sentence: str
    effect: str
    changes: tuple[str, ...]
    stands: bool
    """Whether it can be taken still."""

    @classmethod
    def of(
        cls, plan: RoundPlan, planned: Sequence[PlannedVisit], names: Mapping[UUID, str]
    ) -> "BetterShown":
        """Of a plan that was offered."""
        given = plan.wanted_worker_name.split(" ", 1)[0]
        more = plan.minutes_of_way - plan.minutes_before
        way = (
            f"{more} minutes more on the way for all together"
            if more > 0
            else f"{-more} minutes less on the way for all together"
            if more < 0
            else "as long on the way as before"
        )
        moved = "moves nobody" if not plan.changes else f"changes {plural(plan.changes, 'visit')}"
        fits = all(each.visit.version == each.version for each in planned)
        return cls(
            plan_id=str(plan.pk),
            sentence=f"{given} at {clock_time(plan.wanted_at)}: {moved}, no promise broken.",
            effect=f"{way}. Reckoned {clock_time(plan.asked_at)} in {plan.seconds:.1f} seconds.",
            changes=tuple(_change(each, names) for each in planned),
            stands=plan.state == RoundState.OFFERED and fits and len(planned) == plan.changes,
        )


def _change(each: PlannedVisit, names: Mapping[UUID, str]) -> str:
    visit = each.visit
    who = names.get(visit.person_id, "Somebody whose record is not open to you")
    had = clock_time(visit.planned_at) if visit.planned_at else "no time yet"
    if visit.worker_id == each.worker_id:
        return f"{who}: {clock_time(each.planned_at)} instead of {had}, {each.worker_name} as told"
    return (
        f"{who}: {each.worker_name} at {clock_time(each.planned_at)} instead of "
        f"{visit.worker_name or 'nobody'} at {had}"
    )
