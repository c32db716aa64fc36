"""Background work of plans: what a death ended goes on, once it is known to be a mistake."""

import uuid
from collections.abc import Sequence
from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.viewer import system_viewer, viewing
from oneplace.kit import clock
from oneplace.people import queries as people
from oneplace.plans import verbs
from oneplace.plans.aftermath import START_AGAIN
from oneplace.plans.permissions import KEEP_CASELOAD, SEE_CASELOAD
from oneplace.vocabulary.terms import Purpose

KEEPER: Final = system_viewer(
    "keeper of plans",
    purpose=Purpose.DIRECT_CARE,
    permissions=frozenset({SEE_CASELOAD, KEEP_CASELOAD}),
)


@app.task(name=START_AGAIN, pass_context=False)
def start_again(person_ids: Sequence[str]) -> None:
    """Let coordinators' work go on that a death ended by mistake."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        asked = [uuid.UUID(each) for each in person_ids]
        dead = people.those_dead(asked, viewer=by)
        alive = [each for each in asked if each not in dead]
        verbs.start_works_again(person_ids=alive, by=by, at=at)
