"""Background work of access: close who left at midnight, forget what is too old to count."""

from procrastinate.contrib.django import app

from oneplace.access import verbs
from oneplace.access.viewer import system_viewer, viewing
from oneplace.kit import clock
from oneplace.vocabulary.terms import Purpose

CARETAKER = system_viewer(
    "access caretaker", purpose=Purpose.DIRECT_CARE, permissions=frozenset({"record_leaver"})
)


@app.periodic(cron="*/5 * * * *")
@app.task(name="oneplace.access.jobs.close_due_leavers", pass_context=False)
def close_due_leavers(timestamp: int) -> None:
    """End the access of everybody whose last day is past."""
    at = clock.now()
    with viewing(CARETAKER, at=at) as by:
        verbs.close_due_leavers(by=by, at=at)


@app.periodic(cron="17 3 * * *")
@app.task(name="oneplace.access.jobs.forget_old_guesses", pass_context=False)
def forget_old_guesses(timestamp: int) -> None:
    """Forget guesses, places and sessions that are past use."""
    at = clock.now()
    with viewing(CARETAKER, at=at) as by:
        verbs.forget_old_guesses(by=by, at=at)


@app.periodic(cron="41 3 * * *")
@app.task(name="oneplace.access.jobs.forget_old_clearances", pass_context=False)
def forget_old_clearances(timestamp: int) -> None:
    """Throw away what the national service answered once it is too old to count."""
    at = clock.now()
    with viewing(CARETAKER, at=at) as by:
        verbs.forget_old_clearances(by=by, at=at)
