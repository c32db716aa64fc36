"""Background work of the desk: looks that stand out are found in sets; long copies are made."""

import uuid
from dataclasses import replace
from datetime import timedelta

from procrastinate.contrib.django import app

from oneplace.access import verbs as access_verbs
from oneplace.access.announcements import CopyWanted
from oneplace.access.permissions import HANDLE_RIGHTS, SEE_AUDIT
from oneplace.access.queries import rights as right_queries
from oneplace.access.viewer import system_viewer, viewing
from oneplace.desk import rights_making
from oneplace.desk.queries.unusual import unusual_looks
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import Purpose

WATCH = system_viewer(
    "watch over looks", purpose=Purpose.DIRECT_CARE, permissions=frozenset({SEE_AUDIT})
)
COPIER = system_viewer(
    "copies of records", purpose=Purpose.DIRECT_CARE, permissions=frozenset({HANDLE_RIGHTS})
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


def make_wanted_copy(announced: CopyWanted) -> None:
    """Call for the job that makes a long copy of somebody's record."""
    app.configure_task("oneplace.desk.jobs.make_copy", lock=f"copy-{announced.right_id}").defer(
        right_id=str(announced.right_id), organisation_id=str(announced.organisation_id)
    )


@app.task(name="oneplace.desk.jobs.make_copy")
def make_copy(right_id: str, organisation_id: str) -> None:
    """Make a copy as the partner who was asked; a refusal sends the review back with its reason."""
    at = clock.now()
    maker = replace(COPIER, organisation_id=uuid.UUID(organisation_id))
    with viewing(maker, at=at) as by:
        made = right_queries.right(uuid.UUID(right_id), viewer=by)
        if made is None:
            return
        try:
            rights_making.make(made, by=by, at=at)
        except Refused as refused:
            access_verbs.send_back_right(right=made, why=refused.reason, by=by, at=at)
