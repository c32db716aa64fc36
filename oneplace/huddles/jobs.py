"""The work that is done behind the pages: lists lock in time, meetings are planned ahead."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.conf import settings
from procrastinate.contrib.django import app

from oneplace.access.announcements import ChoicesChanged
from oneplace.access.models import ChoiceKind
from oneplace.access.viewer import system_viewer, viewing
from oneplace.huddles import aftermath, queries, verbs
from oneplace.huddles.permissions import RUN_HUDDLE, SEE_HUDDLES
from oneplace.huddles.verbs.around import keep_around
from oneplace.huddles.verbs.series import PLANNED_AHEAD
from oneplace.kit import clock
from oneplace.kit.clock import local_day
from oneplace.vocabulary.terms import Purpose

KEEPER: Final = system_viewer(
    "keeper of huddles",
    purpose=Purpose.DIRECT_CARE,
    permissions=frozenset({RUN_HUDDLE, SEE_HUDDLES}),
)
_STILL_TO_COME: Final = timedelta(hours=12)


@app.periodic(cron="*/10 * * * *")
@app.task(name="oneplace.huddles.jobs.lock_lists", pass_context=False)
def lock_lists(timestamp: int) -> None:
    """Lock the list of each meeting that begins within the place's time, and nudge who is asked."""
    at = clock.now()
    lock = settings.PLACE.thresholds.huddle_lock.timedelta
    with viewing(KEEPER, at=at) as by:
        for meeting in queries.to_lock(before=at + lock, viewer=by):
            if meeting.starts_at > at - _STILL_TO_COME:
                verbs.lock_list(meeting=meeting, by=by, at=at)


@app.periodic(cron="41 4 * * *")
@app.task(name="oneplace.huddles.jobs.plan_ahead", pass_context=False)
def plan_ahead(timestamp: int) -> None:
    """Plan every series a quarter ahead; let cover begin and end; rebuild the next agenda."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        for series in queries.standing_series(viewer=by):
            verbs.plan_meetings(series=series, until=local_day(at) + PLANNED_AHEAD, by=by, at=at)
            keep_around(series=series, by=by, at=at)
            following = queries.next_planned(series, after=at, viewer=by)
            if following is not None:
                verbs.build_agenda(meeting=following, by=by, at=at)


@app.task(name=aftermath.CLOSE_OBJECTING, pass_context=False)
def close_objecting(person_ids: Sequence[str]) -> None:
    """Close the cases of people who objected on their own page."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        aftermath.close_objecting(
            ChoicesChanged(
                tuple(uuid.UUID(each) for each in person_ids),
                ChoiceKind.OBJECTION.value,
                by=by,
                at=at,
            )
        )
