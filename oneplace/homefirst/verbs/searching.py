"""A day's rounds are reckoned by a job: asked for, begun, and what was found kept.

While a search runs, and where it is slow or killed, the last good plan stands. How far it is, is
told by the real time since it was begun, for the time of the people cared for may stand still.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from oneplace.access.viewer import Viewer
from oneplace.homefirst import desks, rules
from oneplace.homefirst.days import Today
from oneplace.homefirst.models import RoundPlan, RoundState
from oneplace.homefirst.planning import Reckoned, seconds_for
from oneplace.homefirst.verbs.rounds import keep_reckoned
from oneplace.homefirst.verbs.writing import record, refuse
from oneplace.kit.refusals import Refused
from oneplace.people.rules import account_of
from oneplace.vocabulary.ids import new_id

RECKON_ROUNDS: Final = "oneplace.homefirst.jobs.reckon_rounds"


@transaction.atomic
def ask_for_rounds(
    *,
    desk: desks.Desk,
    on: date,
    seconds: float | None = None,
    seed: int = 0,
    by: Viewer,
    at: datetime,
) -> RoundPlan:
    """Ask that a day's rounds are reckoned anew; a job does it, and nobody waits for the page.

    It may take `seconds`; a day that has not begun is given a minute, one under way a few. A search
    that was killed, or never begun, is given up first. Raises `Refused` while one runs.
    """
    refuse(rules.why_not_plan_rounds(on, by=by, at=at))
    running = RoundPlan.objects.select_for_update().filter(
        desk_id=desk.id, on=on, state=RoundState.RECKONING
    )
    for each in running:
        if not rules.is_search_lost(each, now=timezone.now()):
            raise Refused("The rounds are being reckoned already. They stand here in a moment.")
        _give_up(each, by=by, at=at)
    plan = RoundPlan(
        id=new_id(),
        desk_id=desk.id,
        on=on,
        state=RoundState.RECKONING,
        asked_by_id=account_of(by),
        asked_by_name=by.name,
        asked_at=at,
        begun_at=timezone.now(),
        given_seconds=seconds_for(on, at=at) if seconds is None else seconds,
        seed=seed,
    )
    plan.save(force_insert=True)
    record("ask_for_rounds", ("round_plan", plan.pk), person_id=None, by=by, at=at)
    _defer(plan)
    return plan


def _defer(plan: RoundPlan) -> None:
    from procrastinate.contrib.django import app

    app.configure_task(RECKON_ROUNDS, lock=f"rounds-{plan.desk_id}").defer(plan_id=str(plan.pk))


def _give_up(plan: RoundPlan, *, by: Viewer, at: datetime) -> None:
    plan.state = RoundState.FAILED
    plan.why = "The search was ended from outside, or nobody took it up."
    plan.settled_by_name, plan.settled_at = by.name, at
    plan.save(update_fields=["state", "why", "settled_by_name", "settled_at"])


@transaction.atomic
def begin_search(*, plan: RoundPlan, by: Viewer, at: datetime) -> bool:
    """Take a search up; False where it was given up, or another job has it."""
    held = RoundPlan.objects.select_for_update().filter(pk=plan.pk).first()
    if held is None or held.state != RoundState.RECKONING:
        return False
    held.begun_at = timezone.now()
    held.save(update_fields=["begun_at"])
    record("begin_search", ("round_plan", held.pk), person_id=None, by=by, at=at)
    return True


@transaction.atomic
def keep_search(
    *, plan: RoundPlan, reckoned: Reckoned, today: Today, by: Viewer, at: datetime
) -> RoundPlan | None:
    """Keep what a search found; what failed is kept with its reason, and the plan before stands.

    None where the search was given up meanwhile: what stands is newer.
    """
    held = RoundPlan.objects.select_for_update().filter(pk=plan.pk).first()
    if held is None or held.state != RoundState.RECKONING:
        return None
    return keep_reckoned(held, reckoned, today, by=by, at=at)


def failed(why: str) -> Reckoned:
    """A search that came to nothing, with the reason."""
    return replace(Reckoned((), 0, 0, "", False, 0.0), why=why)
