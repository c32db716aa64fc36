"""Background work of visits: whoever should be out and says nothing; records opened for visits."""

import uuid
from collections.abc import Sequence
from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.viewer import system_viewer, viewing
from oneplace.kit import clock
from oneplace.people import queries as people
from oneplace.visits import verbs
from oneplace.visits.aftermath import START_AGAIN
from oneplace.visits.permissions import BOOK_VISIT, SEE_VISITS
from oneplace.vocabulary.terms import Purpose

KEEPER: Final = system_viewer(
    "keeper of visits",
    purpose=Purpose.DIRECT_CARE,
    permissions=frozenset({SEE_VISITS, BOOK_VISIT}),
)


@app.task(name=START_AGAIN, pass_context=False)
def start_again(person_ids: Sequence[str]) -> None:
    """Book again what a death cancelled, once it is known to be a mistake."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        asked = [uuid.UUID(each) for each in person_ids]
        dead = people.those_dead(asked, viewer=by)
        verbs.start_again(person_ids=[each for each in asked if each not in dead], by=by, at=at)


@app.periodic(cron="*/2 * * * *")
@app.task(name="oneplace.visits.jobs.ask_after_overdue", pass_context=False)
def ask_after_overdue(timestamp: int) -> None:
    """Ask after everybody who is in somebody's home alone and should be out."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        verbs.ask_after_overdue(by=by, at=at)


@app.periodic(cron="20 2 * * *")
@app.task(name="oneplace.visits.jobs.close_opened", pass_context=False)
def close_opened(timestamp: int) -> None:
    """Let records open no longer to whoever made a visit that was over yesterday."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        verbs.close_opened(by=by, at=at)
