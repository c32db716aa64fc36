"""Background work of the record: counts of how full each source's fields are."""

from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.viewer import system_viewer, viewing
from oneplace.kit import clock
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
