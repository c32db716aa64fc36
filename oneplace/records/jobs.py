"""Background work of the record: counts of fields; signed erasures and what keeps them so."""

import uuid
from typing import Final

from procrastinate.contrib.django import app

from oneplace.access import verbs as access_verbs
from oneplace.access.announcements import RightSigned
from oneplace.access.models import Right
from oneplace.access.viewer import system_viewer, viewing
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.records import verbs
from oneplace.vocabulary.terms import Purpose

COUNTER: Final = system_viewer(
    "field counter", purpose=Purpose.COMMISSIONING, permissions=frozenset()
)


@app.periodic(cron="41 */4 * * *")
@app.task(name="oneplace.records.jobs.count_fields", pass_context=False)
def count_fields(timestamp: int) -> None:
    """Count every four hours how full the fields of each feed are."""
    at = clock.now()
    with viewing(COUNTER, at=at) as by:
        verbs.count_fields(by=by, at=at)


ERASER: Final = system_viewer(
    "signed erasures", purpose=Purpose.DIRECT_CARE, permissions=frozenset({"handle_rights"})
)


def erase_what_was_signed(announced: RightSigned) -> None:
    """Call for the job once a second officer has signed an erasure."""
    if announced.is_erasure:
        app.configure_task(
            "oneplace.records.jobs.erase_entries", lock=f"erase-{announced.right_id}"
        ).defer(right_id=str(announced.right_id))


@app.task(name="oneplace.records.jobs.erase_entries")
def erase_entries(right_id: str) -> None:
    """Carry out one signed erasure."""
    at = clock.now()
    with viewing(ERASER, at=at) as by:
        try:
            verbs.erase_entries(right_id=uuid.UUID(right_id), by=by, at=at)
        except Refused as refused:
            access_verbs.send_back_right(
                right=Right(pk=uuid.UUID(right_id)), why=refused.reason, by=by, at=at
            )


@app.periodic(cron="*/5 * * * *")
@app.task(name="oneplace.records.jobs.apply_ledger", pass_context=False)
def apply_ledger(timestamp: int) -> None:
    """Keep erased what a restored backup or a late delivery would bring back.

    Raises `LedgerLost` or `LedgerDamaged` into the log of the jobs, and makes nothing.
    """
    at = clock.now()
    with viewing(ERASER, at=at) as by:
        verbs.apply_ledger(by=by, at=at)
