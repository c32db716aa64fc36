"""The work that is done behind the pages: lists lock in time, meetings are planned ahead.

And what follows for those on a list when they die, object or turn out to be somebody else.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.conf import settings
from procrastinate.contrib.django import app

from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, system_viewer, viewing
from oneplace.huddles import aftermath, queries, verbs
from oneplace.huddles.permissions import RUN_HUDDLE, SEE_HUDDLES
from oneplace.huddles.verbs import behind
from oneplace.huddles.verbs.around import keep_around
from oneplace.huddles.verbs.series import PLANNED_AHEAD
from oneplace.kit import clock
from oneplace.kit.clock import local_day
from oneplace.kit.words import say
from oneplace.people import queries as people
from oneplace.vocabulary.terms import CaseClosed, Purpose

KEEPER: Final = system_viewer(
    "keeper of huddles",
    purpose=Purpose.DIRECT_CARE,
    permissions=frozenset({RUN_HUDDLE, SEE_HUDDLES}),
)

_STILL_TO_COME: Final = timedelta(hours=12)


def _keeper() -> Viewer:
    return replace(KEEPER, name=say("keeper of {huddles}"))


@app.periodic(cron="*/10 * * * *")
@app.task(name="oneplace.huddles.jobs.lock_lists", pass_context=False)
def lock_lists(timestamp: int) -> None:
    """Lock the list of each meeting that begins within the place's time, and nudge who is asked."""
    at = clock.now()
    lock = settings.PLACE.thresholds.huddle_lock.timedelta
    with viewing(_keeper(), at=at) as by:
        for meeting in queries.to_lock(before=at + lock, viewer=by):
            if meeting.starts_at > at - _STILL_TO_COME:
                verbs.lock_list(meeting=meeting, by=by, at=at)


@app.periodic(cron="41 4 * * *")
@app.task(name="oneplace.huddles.jobs.plan_ahead", pass_context=False)
def plan_ahead(timestamp: int) -> None:
    """Plan every series a quarter ahead; let cover begin and end; rebuild the next agenda."""
    at = clock.now()
    with viewing(_keeper(), at=at) as by:
        for series in queries.standing_series(viewer=by):
            verbs.plan_meetings(series=series, until=local_day(at) + PLANNED_AHEAD, by=by, at=at)
            keep_around(series=series, by=by, at=at)
            following = queries.next_planned(series, after=at, viewer=by)
            if following is not None:
                verbs.build_agenda(meeting=following, by=by, at=at)


@app.task(name=aftermath.CLOSE_FOR_DEATH, pass_context=False)
def close_for_death(person_ids: Sequence[str]) -> None:
    """Close the cases of who died; screens that show them say so at once."""
    at = clock.now()
    with viewing(_keeper(), at=at) as by:
        verbs.close_cases(
            person_ids=_ids(person_ids),
            reason=CaseClosed.DIED,
            why="Has died. Ring the family before anything is sent",
            by=by,
            at=at,
        )


@app.task(name=aftermath.REOPEN_AFTER_MISTAKE, pass_context=False)
def reopen_after_mistake(person_ids: Sequence[str]) -> None:
    """Take up again the cases closed because somebody was said to have died."""
    at = clock.now()
    with viewing(_keeper(), at=at) as by:
        verbs.reopen_cases(person_ids=_ids(person_ids), reason=CaseClosed.DIED, by=by, at=at)


@app.task(name=aftermath.CLOSE_FOR_OBJECTION, pass_context=False)
def close_for_objection(person_ids: Sequence[str]) -> None:
    """Close the cases of who objects to sharing between organisations, unless they agreed again."""
    at = clock.now()
    with viewing(_keeper(), at=at) as by:
        asked = _ids(person_ids)
        free = people.may_use(asked, Purpose.DIRECT_CARE, viewer=by)
        if objecting := [person for person in asked if person not in free]:
            verbs.close_cases(
                person_ids=objecting,
                reason=CaseClosed.OBJECTION,
                why="Objects to sharing between organisations",
                by=by,
                at=at,
            )


@app.task(name=aftermath.PUT_TOGETHER, pass_context=False)
def put_together(kept_id: str, given_up_id: str) -> None:
    """People found to be one are spoken of once."""
    at = clock.now()
    with viewing(_keeper(), at=at) as by:
        verbs.put_cases_together(
            kept_id=uuid.UUID(kept_id), given_up_id=uuid.UUID(given_up_id), by=by, at=at
        )


@app.task(name=aftermath.PART_AGAIN, pass_context=False)
def part_again(kept_id: str, given_up_id: str) -> None:
    """People found to be two after all are both on the agenda again."""
    at = clock.now()
    with viewing(_keeper(), at=at) as by:
        verbs.part_cases(
            kept_id=uuid.UUID(kept_id), given_up_id=uuid.UUID(given_up_id), by=by, at=at
        )


@app.task(name=aftermath.LEAVE_LEADS, pass_context=False)
def leave_leads(account_id: str, noted_by: str) -> None:
    """Cases somebody led who left wait for another lead; not if the leaving was taken back."""
    at = clock.now()
    with viewing(_keeper(), at=at) as by:
        account = Account.objects.filter(pk=account_id).first()
        if account is not None and not account.is_active:
            verbs.leave_leads(account_id=account.pk, noted_by=noted_by, by=by, at=at)


@app.task(name=behind.TAKE_UP_PRACTICES, pass_context=False)
def take_up_practices(series_id: str) -> None:
    """Bring who was listed before a series began onto its first agenda."""
    at = clock.now()
    with viewing(_keeper(), at=at) as by:
        series = next(
            (one for one in queries.standing_series(viewer=by) if str(one.pk) == series_id), None
        )
        if series is not None:
            verbs.take_up_practices(series=series, by=by, at=at)


@app.task(name=behind.LEAVE_NOBODY_BEHIND, pass_context=False)
def leave_nobody_behind(meeting_id: str) -> None:
    """Let who stood on the agenda of a meeting that is over, unseen by who ended it, go on."""
    at = clock.now()
    with viewing(_keeper(), at=at) as by:
        meeting = queries.any_meeting(uuid.UUID(meeting_id), viewer=by)
        if meeting is not None:
            verbs.leave_nobody_behind(meeting=meeting, by=by, at=at)


def _ids(words: Sequence[str]) -> list[uuid.UUID]:
    return [uuid.UUID(each) for each in words]
