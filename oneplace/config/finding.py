"""The run that finds people: a snapshot is taken, asked, and what was found is kept and suggested.

It joins packages that do not know each other: `snapshot` above the rooms, `insight` below them and
the room `casefinding`. The command `oneplace find`, the weekly job and a demonstration run it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

if TYPE_CHECKING:
    from oneplace.access.viewer import Viewer
    from oneplace.casefinding.models import LocalModel
    from oneplace.casefinding.verbs import Kept
    from oneplace.casefinding.verbs.run_rows import Explain
    from oneplace.insight.settings import Settings
    from oneplace.insight.snapshot import Snapshot

FIND: Final = "oneplace.config.finding.find_people"
_LOOK_AGAIN: Final[Mapping[str, int]] = {"seconds": 3}


@dataclass(frozen=True)
class Run:
    """What a run came to: of which snapshot, and what was kept of it."""

    snapshot: Path
    kept: "Kept"


def run(*, by: "Viewer", at: datetime, everybody: bool = False) -> Run:
    """Take a snapshot, find who may need help, keep the list and suggest; as the loader."""
    from django.conf import settings

    from oneplace import snapshot
    from oneplace.access.viewer import viewing
    from oneplace.casefinding import queries, verbs
    from oneplace.insight.finding import find
    from oneplace.insight.reasons import reasons
    from oneplace.insight.snapshot import Snapshot
    from oneplace.kit.clock import local_day

    taken = snapshot.take(
        folder=snapshot.folder_of(Path(settings.DATA_FOLDER)), by=by, at=at, everybody=everybody
    )
    opened = Snapshot.open(taken.folder)
    try:
        with viewing(by, at=at):
            local = queries.model_in_use(viewer=by)
            here = settings_here(local)
            model = None if local is None else local.as_model()
            found = find(opened, on=local_day(at), settings=here, model=model)
            kept = verbs.keep_run(
                found=found,
                reasons=reasons(here),
                explain=_explaining(opened, local_day(at), here, local),
                model=local,
                by=by,
                at=at,
            )
    finally:
        opened.close()
    return Run(taken.folder, kept)


def settings_here(local: "LocalModel | None") -> "Settings":
    """The thresholds of reasons in this place, and the chance its local model was signed for."""
    from django.conf import settings

    from oneplace.insight.settings import Settings

    wanted = settings.PLACE.risk_model
    return Settings(high_risk=wanted.high_chance if local is None else local.high_chance)


def _explaining(
    opened: "Snapshot", on: date, here: "Settings", local: "LocalModel | None"
) -> "Explain":
    """Scores of a few people with what these were made of, from their own events."""
    from oneplace.insight.explaining import (
        Person,
        covers_attendances,
        covers_practice,
        explain,
        happenings_of,
    )
    from oneplace.science.code_lists import read_code_lists

    def explained(numbers: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        lists = read_code_lists()
        model = None if local is None else local.as_model()
        people = opened.table("people")
        asked = people.filter(people.pseudonym.isin(list(numbers))).to_pyarrow().to_pylist()
        held = happenings_of(opened, list(numbers)) if numbers else {}
        covers, attended = covers_practice(opened, lists), covers_attendances(opened)
        fields = Person.__dataclass_fields__
        return {
            row["pseudonym"]: explain(
                Person(**{name: row[name] for name in fields}),
                held.get(row["pseudonym"], ()),
                on=on,
                settings=here,
                code_lists=lists,
                covers_practice=covers,
                covers_attendances=attended,
                model=model,
                model_version="" if local is None else local.label,
            ).scores
            for row in asked
        }

    return explained


@app.periodic(cron="17 4 * * 1")
@app.task(name=FIND, pass_context=False)
def find_people(timestamp: int = 0, **_: Any) -> None:
    """Every Monday before work: find who may need help; first let what waits be read."""
    from oneplace.casefinding.jobs import FINDER
    from oneplace.feeds import queries
    from oneplace.kit import clock

    if queries.bytes_waiting(at_most=1):
        find_soon()
        return
    run(by=FINDER, at=clock.now())


def find_soon() -> None:
    """Ask for a run in a moment, once what waits has been read; one that is asked for serves."""
    try:
        app.configure_task(FIND, queueing_lock=FIND, schedule_in=dict(_LOOK_AGAIN)).defer()
    except AlreadyEnqueued:
        return
