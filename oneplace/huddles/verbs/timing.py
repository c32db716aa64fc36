"""Starts and stops the place's clocks of a huddle: how early its list locked, when it comes back.

Kept by the job that follows a huddle, for whoever ended it need not see everybody it spoke of.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.actions import running
from oneplace.actions import verbs as action_verbs
from oneplace.huddles.models import OPEN_CASES, Case, Item, Meeting
from oneplace.kit.formats import day
from oneplace.kit.words import say

LIST: Final = "huddle_list"
REVIEW: Final = "huddle_review"
"""The clocks' keys in the place file; a place without them has none of them."""


def time_list(meeting: Meeting, *, by: Viewer, at: datetime) -> None:
    """How long before a huddle its list was locked; once, after it was held."""
    if running.rule_of(LIST) is None or not (meeting.locked_at and meeting.started_at):
        return
    if list(actions.clocks_of(meeting.pk, viewer=by)):
        return
    clock = action_verbs.start_clock(
        key=LIST,
        person_id=None,
        thing=("meeting", meeting.pk),
        party_id=meeting.series.host_id,
        started_at=min(meeting.locked_at, meeting.started_at),
        because=say("The list of the {huddle} of {day} was locked", day=day(meeting.starts_at)),
        by=by,
        at=at,
    )
    action_verbs.stop_clock(
        clock=clock,
        stopped_at=meeting.started_at,
        because=say("The {huddle} started"),
        by=by,
        at=at,
    )


def time_reviews(meeting: Meeting, spoken: Iterable[Item], *, by: Viewer, at: datetime) -> None:
    """From one discussion of somebody to the next: the clock before stops, another starts."""
    if running.rule_of(REVIEW) is None:
        return
    items = list(spoken)
    known = actions.clocks_of_many([item.case_id for item in items], viewer=by)
    for item in items:
        spoken_at = item.discussed_at or meeting.starts_at
        before = [one for one in known[item.case_id] if one.started_at >= spoken_at]
        if before:
            continue
        for clock in known[item.case_id]:
            if clock.stopped_at is None:
                said = say("Spoken of again in the {huddle} of {day}", day=day(meeting.starts_at))
                action_verbs.stop_clock(
                    clock=clock, stopped_at=spoken_at, because=said, by=by, at=at
                )
        if item.case.state in OPEN_CASES:
            _start_review(meeting, item.case, spoken_at, by=by, at=at)


def _start_review(
    meeting: Meeting, case: Case, spoken_at: datetime, *, by: Viewer, at: datetime
) -> None:
    action_verbs.start_clock(
        key=REVIEW,
        person_id=case.person_id,
        thing=("case", case.pk),
        party_id=case.practice_id,
        started_at=spoken_at,
        because=say("Spoken of in the {huddle} of {day}", day=day(meeting.starts_at)),
        by=by,
        at=at,
    )
