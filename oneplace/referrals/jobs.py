"""Background work of referrals: whoever does not answer in time is asked again."""

from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.viewer import system_viewer, viewing
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.referrals import queries, verbs
from oneplace.vocabulary.terms import Purpose

KEEPER: Final = system_viewer(
    "keeper of referrals", purpose=Purpose.DIRECT_CARE, permissions=frozenset()
)


@app.periodic(cron="7,37 * * * *")
@app.task(name="oneplace.referrals.jobs.remind_unanswered", pass_context=False)
def remind_unanswered(timestamp: int) -> None:
    """Ask again wherever an answer is late; after three times nobody is asked any more."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        for referral in queries.to_remind(viewer=by, at=at):
            try:
                verbs.remind(referral=referral, by=by, at=at)
            except Refused:
                # Answered, or asked again by somebody, in the meantime.
                continue
