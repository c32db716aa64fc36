"""A coordinator's work goes on and ends: pauses, notes, the last review, the summary."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.actions import verbs as actions
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.plans import queries, rules
from oneplace.plans.models import PicStep, PicWork, PicWorkEvent, WorkHappened
from oneplace.plans.verbs.plan import record, refuse
from oneplace.plans.verbs.work_writing import (
    THING,
    close_record,
    hold,
    move,
    open_record_again,
    referral_of,
    send_back,
    step,
    tell,
    tell_coordinator,
)
from oneplace.referrals import verbs as referrals
from oneplace.referrals.models import REFERRAL
from oneplace.vocabulary.terms import (
    ConnectionOutcome,
    ConnectionSentBack,
    ConnectionState,
    PicClosed,
    PicState,
    PicUnsuitable,
    PicWeight,
)

_OUTCOME: Final = {
    PicClosed.WANTS_NO_MORE: ConnectionOutcome.TRIED_IT,
    PicClosed.MOVED_AWAY: ConnectionOutcome.MOVED_AWAY,
    PicClosed.DIED: ConnectionOutcome.DIED,
}


@transaction.atomic
def pause_work(
    *, work: PicWork, why: str, until: date | None = None, by: Viewer, at: datetime
) -> PicWork:
    """Let the work rest, such as during a stay in hospital, with the reason."""
    if until is not None and until < local_day(at):
        raise Refused("This day is over. Choose one to come.", field="until")
    changes = {"paused_from": work.state, "paused_until": until}
    return move("pause_work", work, PicState.PAUSED, words=why, changes=changes, by=by, at=at)


@transaction.atomic
def resume_work(*, work: PicWork, words: str = "", by: Viewer, at: datetime) -> PicWork:
    """Let the work go on where it rested."""
    held = hold(work, by=by)
    if held.state != PicState.PAUSED:
        raise Refused("This work is not resting.")
    back_to = PicState(held.paused_from or PicState.ACTIVE)
    refuse(rules.why_not_move(held, back_to, at=at))
    held.state, held.state_at, held.paused_from, held.paused_until = back_to, at, "", None
    held.save()
    step(held, WorkHappened.RESUMED, words=words, by=by, at=at)
    record("resume_work", (THING, held.pk), person_id=held.person_id, by=by, at=at)
    return held


@transaction.atomic
def note_work(*, work: PicWork, words: str, by: Viewer, at: datetime) -> PicStep:
    """Write a note in the work, such as five minutes after a visit."""
    held = hold(work, by=by)
    refuse(rules.why_not_words(words, field="words", what="your note", at=at))
    written = step(held, WorkHappened.NOTE, words=words, by=by, at=at)
    record("note_work", (THING, held.pk), person_id=held.person_id, by=by, at=at)
    return written


@transaction.atomic
def weigh_work(*, work: PicWork, weight: PicWeight, by: Viewer, at: datetime) -> PicWork:
    """Say how much of a coordinator's week the person takes."""
    held = hold(work, by=by)
    held.weight = weight
    held.save(update_fields=["weight"])
    step(held, WorkHappened.WEIGHED, reason=weight.value, by=by, at=at)
    record("weigh_work", (THING, held.pk), person_id=held.person_id, by=by, at=at)
    return held


@transaction.atomic
def hold_exit_review(
    *, work: PicWork, reviewed_on: date, words: str = "", by: Viewer, at: datetime
) -> PicWork:
    """Write down the last review, held with the person."""
    if reviewed_on > local_day(at):
        raise Refused("This day is still to come.", field="reviewed_on")
    changes = {"exit_reviewed_on": reviewed_on}
    return move(
        "hold_exit_review",
        work,
        PicState.EXIT_REVIEW,
        words=words,
        changes=changes,
        by=by,
        at=at,
    )


@transaction.atomic
def close_work(
    *, work: PicWork, because: PicClosed, summary: str, by: Viewer, at: datetime
) -> PicWork:
    """End the work; the practice and whoever referred get the summary, in the same moment.

    Work that came to its end together needs the last review, and a last measure or why not.
    """
    held = hold(work, by=by)
    measures = queries.measures_of(held.person_id, viewer=by)
    refuse(rules.why_not_close(held, because, summary, measures, at=at))
    ended = move(
        "close_work",
        held,
        PicState.CLOSED,
        reason=because.value,
        words=summary,
        changes={"closed_because": because},
        by=by,
        at=at,
    )
    outcome = _OUTCOME.get(because, ConnectionOutcome.TOOK_PART)
    is_told = False
    if ended.referral_id:
        referral = referral_of(ended)
        if REFERRAL.may(referral.state, ConnectionState.ENDED):
            referrals.end_referral(referral=referral, outcome=outcome, words=summary, by=by, at=at)
            is_told = True
    if not is_told:
        tell(ended, summary, by=by, at=at)
    return ended


@transaction.atomic
def decline_work(*, work: PicWork, words: str = "", by: Viewer, at: datetime) -> PicWork:
    """End the work because the person does not want it; whoever referred hears of it."""
    ended = move("decline_work", work, PicState.DECLINED, words=words, by=by, at=at)
    said = words.strip() or "They do not want a coordinator now."
    send_back(ended, ConnectionSentBack.NOT_SUITABLE, said, by=by, at=at)
    return ended


@transaction.atomic
def end_as_unsuitable(
    *, work: PicWork, because: PicUnsuitable, words: str = "", by: Viewer, at: datetime
) -> PicWork:
    """End the work because a coordinator is not what the person needs, with the reason."""
    ended = move(
        "end_as_unsuitable",
        work,
        PicState.UNSUITABLE,
        reason=because.value,
        words=words,
        changes={"unsuitable_because": because},
        by=by,
        at=at,
    )
    said = " ".join(filter(None, (f"{because.label}.", words.strip())))
    send_back(ended, ConnectionSentBack.NOT_SUITABLE, said, by=by, at=at)
    return ended


@transaction.atomic
def stop_works(
    *, person_ids: Sequence[uuid.UUID], because: PicClosed, by: Viewer, at: datetime
) -> int:
    """End what runs with people who have died, so that nobody rings; returns how many.

    A job may do it: whoever records a death need not keep the caseload.
    """
    theirs = PicWork.objects.select_for_update(of=("self",)).filter(
        person__current_id__in=list(person_ids), ended_at=None
    )
    stopped = 0
    for held in theirs:
        held.state, held.state_at, held.ended_at = PicState.CLOSED, at, max(at, held.referred_at)
        held.closed_because = because
        held.save()
        step(held, WorkHappened.CLOSED, reason=because.value, words=because.label, by=by, at=at)
        record("stop_works", (THING, held.pk), person_id=held.person_id, by=by, at=at)
        close_record(held, by=by, at=at)
        stopped += 1
    return stopped


@transaction.atomic
def start_works_again(*, person_ids: Sequence[uuid.UUID], by: Viewer, at: datetime) -> int:
    """Let work go on that a death ended by mistake, where it stood; returns how many.

    Its clocks run on as if they had never stopped, and the coordinator reads the person again.
    Where other work with the person began meanwhile, that goes on and this stays ended.
    """
    theirs = PicWork.objects.select_for_update(of=("self",)).filter(
        person__current_id__in=list(person_ids),
        state=PicState.CLOSED,
        closed_because=PicClosed.DIED,
    )
    started = 0
    for held in theirs.order_by("-referred_at", "-pk"):
        before = _before_it_ended(held)
        is_taken = PicWork.objects.filter(person_id=held.person_id, ended_at=None).exists()
        if before is None or is_taken:
            continue
        held.state, held.state_at = PicState(before.state), at
        held.ended_at, held.closed_because = None, ""
        held.save()
        open_record_again(held, before.relationship_id, by=by, at=at)
        actions.start_clocks_again(
            thing_id=held.pk,
            because=actions.DEATH_WAS_A_MISTAKE,
            stopped_because=actions.STOPPED_BY_DEATH,
            by=by,
            at=at,
        )
        step(held, WorkHappened.RESUMED, words=_GOES_ON, by=by, at=at)
        record("start_works_again", (THING, held.pk), person_id=held.person_id, by=by, at=at)
        tell_coordinator(held, "Your work with somebody goes on", _GOES_ON, by=by, at=at)
        started += 1
    return started


_GOES_ON: Final = (
    "It was ended when we were told of a death. That was a mistake and has been undone: "
    "the work goes on where it stood."
)


def _before_it_ended(work: PicWork) -> PicWorkEvent | None:
    past = PicWorkEvent.objects.filter(pgh_obj_id=work.pk, ended_at=None)
    found: PicWorkEvent | None = past.order_by("-pgh_id").first()
    return found
