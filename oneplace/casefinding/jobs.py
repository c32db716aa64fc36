"""Background work of case finding: who leaves lists by themselves, what is kept long enough."""

import uuid
from collections.abc import Sequence
from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.viewer import system_viewer, viewing
from oneplace.casefinding import verbs
from oneplace.casefinding.aftermath import LOOK_AT, PUT_BACK, TAKE_OFF
from oneplace.casefinding.permissions import SEE_LOCAL_MODEL
from oneplace.kit import clock
from oneplace.kit.clock import local_day
from oneplace.people import queries as people
from oneplace.vocabulary.terms import Purpose

FINDER: Final = system_viewer(
    "case finder", purpose=Purpose.DIRECT_CARE, permissions=frozenset({"see_who_is_who"})
)
MODEL_KEEPER: Final = system_viewer(
    "keeper of the local model",
    purpose=Purpose.RISK_STRATIFICATION,
    permissions=frozenset({SEE_LOCAL_MODEL}),
)
_WHY: Final = {
    "objected": "The person’s choice about sharing keeps them off lists",
    "died": "The person has died",
}


@app.task(name=TAKE_OFF, pass_context=False)
def take_off(person_ids: Sequence[str], why: str) -> None:
    """Take these people off the suggestions and lists."""
    at = clock.now()
    with viewing(FINDER, at=at) as by:
        asked = [uuid.UUID(each) for each in person_ids]
        verbs.take_off(
            # A death taken back before this job was done takes nobody off.
            person_ids=people.those_dead(asked, viewer=by) if why == "died" else asked,
            why=_WHY[why],
            is_checked=why == "objected",
            by=by,
            at=at,
        )


@app.task(name=PUT_BACK, pass_context=False)
def put_back(person_ids: Sequence[str]) -> None:
    """Put people back on the suggestions and lists they left for a death that was a mistake."""
    at = clock.now()
    with viewing(FINDER, at=at) as by:
        asked = [uuid.UUID(each) for each in person_ids]
        dead = people.those_dead(asked, viewer=by)
        alive = [each for each in asked if each not in dead]
        verbs.put_back_all(person_ids=alive, why=_WHY["died"], by=by, at=at)


@app.task(name=LOOK_AT, pass_context=False)
def look_at(action_id: str) -> None:
    """Put whoever asked to be looked at before their practice."""
    at = clock.now()
    with viewing(FINDER, at=at) as by:
        verbs.suggest_who_asked(action_id=uuid.UUID(action_id), by=by, at=at)


@app.periodic(cron="41 2 * * *")
@app.task(name="oneplace.casefinding.jobs.keep_lists_in_step", pass_context=False)
def keep_lists_in_step(timestamp: int) -> None:
    """Each night: reasons that are too old lapse, and eligible lists past their day go."""
    at = clock.now()
    with viewing(FINDER, at=at) as by:
        verbs.let_lapse(by=by, at=at)
        verbs.forget_runs(by=by, at=at, on=local_day(at))
