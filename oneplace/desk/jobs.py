"""Background work of the desk: looks that stand out are found in sets, every two hours."""

from datetime import timedelta

from procrastinate.contrib.django import app

from oneplace.access import verbs as access_verbs
from oneplace.access.permissions import SEE_AUDIT
from oneplace.access.viewer import system_viewer, viewing
from oneplace.desk.queries.unusual import unusual_looks
from oneplace.kit import clock
from oneplace.vocabulary.terms import Purpose

WATCH = system_viewer(
    "watch over looks", purpose=Purpose.DIRECT_CARE, permissions=frozenset({SEE_AUDIT})
)
BACK = timedelta(days=2)
"""Days looked at again each time, so that a night without the job leaves no gap."""


@app.periodic(cron="23 */2 * * *")
@app.task(name="oneplace.desk.jobs.find_unusual_looks", pass_context=False)
def find_unusual_looks(timestamp: int) -> None:
    """Keep what stands out among the looks of the last days."""
    at = clock.now()
    since = clock.day_begins(clock.local_day(at - BACK))
    with viewing(WATCH, at=at) as by:
        found = unusual_looks(viewer=by, since=since, until=at)
        access_verbs.keep_unusual(found=found, by=by, at=at)
