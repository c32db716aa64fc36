"""The run that measures: the newest snapshot is asked for every indicator, and that is kept.

It joins packages that do not know each other: `insight` below the rooms, and the rooms `outcomes`
and `finance`, whose promises follow the hours of care counted in the same snapshot.
The command `oneplace measure`, the nightly job and a demonstration run it.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from procrastinate.contrib.django import app

if TYPE_CHECKING:
    from oneplace.access.viewer import Viewer
    from oneplace.outcomes.models import Measuring

MEASURE: Final = "oneplace.config.measuring.measure_place"


def run(*, by: "Viewer", at: datetime, take_anew: bool = True) -> "Measuring":
    """Take a snapshot, measure it and keep the figures; as the loader.

    With `take_anew` false the newest snapshot there is serves.
    """
    from django.conf import settings

    from oneplace import snapshot
    from oneplace.access.viewer import viewing
    from oneplace.finance import verbs as finance
    from oneplace.insight.before_and_after import USES, before_and_after
    from oneplace.insight.indicators import measure
    from oneplace.insight.packages import package_hours
    from oneplace.insight.snapshot import Snapshot, newest
    from oneplace.insight.waiting import waited_longer
    from oneplace.outcomes import verbs
    from oneplace.snapshot.keeper import KEEPER

    folder = snapshot.folder_of(Path(settings.DATA_FOLDER))
    # Who may be found decides who is in it; who may be counted decides what is measured.
    if take_anew:
        snapshot.take(folder=folder, by=KEEPER, at=at)
    taken = newest(folder)
    opened = Snapshot.open(taken)
    try:
        networks = {each.code: each.network for each in settings.PLACE.practices}
        measures = measure(opened, networks=networks)
        around = {use: before_and_after(opened, use) for use in USES}
        waited = waited_longer(opened)
        hours = package_hours(opened)
    finally:
        opened.close()
    with viewing(by, at=at):
        finance.count_packages(
            hours=hours, snapshot=measures.snapshot, snapshot_made_at=measures.made_at, by=by,
            at=at,
        )  # fmt: skip
        return verbs.keep_measures(
            measures=measures, before_and_after=around, waited=waited, by=by, at=at
        )


@app.periodic(cron="11 5 * * *")
@app.task(name=MEASURE, pass_context=False)
def measure_place(timestamp: int = 0) -> None:
    """Each night: measure, so that a concern is known the next morning."""
    from oneplace.kit import clock
    from oneplace.outcomes.measurer import MEASURER

    run(by=MEASURER, at=clock.now())
