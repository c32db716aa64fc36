"""A visit is made: set out, there, done; or nobody opens, and somebody looks for the person.

`at` is when it happened. What a phone wrote without signal comes later, and says when it was.
"""

from datetime import datetime, timedelta

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people.rules import account_of
from oneplace.visits import rules
from oneplace.visits.announcements import (
    NobodyAnswered,
    PersonFound,
    VisitArrived,
    VisitFinished,
    VisitSetOut,
)
from oneplace.visits.models import (
    AtTheDoor,
    DoorStep,
    Outing,
    Visit,
    VisitOrigin,
    VisitState,
)
from oneplace.visits.verbs.working_alone import check_out
from oneplace.visits.verbs.writing import change, held, record, refuse
from oneplace.vocabulary.ids import new_id


@transaction.atomic
def set_out(*, visit: Visit, by: Viewer, at: datetime) -> Visit:
    """Say that somebody is on the way; from then on no round moves this visit."""
    going = held(visit)
    refuse_if(rules.why_not_go_on(going, VisitState.SET_OUT, by=by))
    change(going, state=VisitState.SET_OUT, set_out_at=at, **_whoever_goes(going, by=by))
    record("set_out", going, by=by, at=at)
    announce(VisitSetOut(going.pk, going.person_id, going.worker_id, at))
    return going


@transaction.atomic
def arrive(*, visit: Visit, by: Viewer, at: datetime) -> Visit:
    """Say that somebody is at the door, or that the door opened after all."""
    going = held(visit)
    refuse_if(rules.why_not_go_on(going, VisitState.ARRIVED, by=by))
    change(going, state=VisitState.ARRIVED, arrived_at=at, **_whoever_goes(going, by=by))
    record("arrive", going, by=by, at=at)
    announce(
        VisitArrived(
            going.pk,
            going.person_id,
            going.worker_id,
            going.origin,
            going.origin_id,
            going.purpose,
            at,
        )
    )
    return going


@transaction.atomic
def finish(*, visit: Visit, note: str = "", by: Viewer, at: datetime) -> Visit:
    """Say that a visit is done, with its note if there is one; whoever went is checked out."""
    going = held(visit)
    refuse_if(rules.why_not_go_on(going, VisitState.FINISHED, by=by))
    ended_at = max(at, going.arrived_at) if going.arrived_at else at
    changes = {"note": note.strip()} if note.strip() else {}
    if note.strip():
        refuse(rules.why_not_write(going, note, by=by))
    change(going, state=VisitState.FINISHED, finished_at=ended_at, **changes)
    record("finish_visit", going, by=by, at=at)
    for outing in Outing.objects.filter(visit=going, out_at=None):
        check_out(outing=outing, by=by, at=ended_at)
    announce(
        VisitFinished(
            going.pk,
            going.person_id,
            going.worker_id,
            going.origin,
            going.origin_id,
            going.purpose,
            ended_at,
        )
    )
    return going


@transaction.atomic
def write_note(
    *, visit: Visit, words: str, based_on: str | None = None, by: Viewer, at: datetime
) -> Visit:
    """Write the note of a visit. `based_on` is the note as the writer last saw it.

    Raises `Refused` where somebody else wrote meanwhile: both are shown, none is lost.
    """
    going = held(visit)
    refuse(rules.why_not_write(going, words, by=by))
    if based_on is not None and going.note and going.note not in (based_on, words.strip()):
        raise Refused(
            "Somebody wrote this note while you were writing. Look at theirs, then write again "
            "what is missing.",
            field="words",
        )
    change(going, note=words.strip())
    record("write_note", going, by=by, at=at)
    return going


@transaction.atomic
def note_no_answer(*, visit: Visit, by: Viewer, at: datetime) -> Visit:
    """Say that nobody opened. It is over only once the person is found."""
    going = held(visit)
    refuse_if(rules.why_not_go_on(going, VisitState.NO_ANSWER, by=by))
    change(
        going,
        state=VisitState.NO_ANSWER,
        nobody_answered_at=at,
        **_whoever_goes(going, by=by),
    )
    record("note_no_answer", going, by=by, at=at)
    announce(
        NobodyAnswered(
            going.pk, going.person_id, going.worker_id, going.origin, going.origin_id, at
        )
    )
    return going


@transaction.atomic
def at_the_door(
    *, visit: Visit, step: DoorStep, words: str = "", by: Viewer, at: datetime
) -> AtTheDoor:
    """Write down one thing done because nobody opened; `FOUND` says where and how the person is."""
    going = held(visit)
    is_found = AtTheDoor.objects.filter(visit=going, step=DoorStep.FOUND).exists()
    refuse(rules.why_not_step(going, step, words, is_found=is_found, by=by))
    done = AtTheDoor(
        visit=going,
        step=step,
        words=words.strip(),
        done_at=at,
        by_id=account_of(by),
        by_name=by.name,
    )
    done.save(force_insert=True)
    record("at_the_door", going, by=by, at=at, detail={"step": step.value})
    if step is DoorStep.FOUND:
        if going.state == VisitState.NO_ANSWER:
            change(going, state=VisitState.FINISHED, finished_at=at)
        announce(
            PersonFound(going.pk, going.person_id, going.origin, going.origin_id, done.words, at)
        )
    return done


@transaction.atomic
def came_anyway(*, visit: Visit, by: Viewer, at: datetime) -> Visit:
    """Say that one was there although the visit had been cancelled or moved without one's knowing.

    What was cancelled stays cancelled; that somebody came is a visit of its own.
    """
    over = held(visit)
    if over.state not in (VisitState.CANCELLED, VisitState.MOVED):
        raise Refused("This visit was neither cancelled nor moved.")
    refuse_if(None if rules.goes(over, by=by) else "Only whoever was to go can say this.")
    came = Visit(
        id=new_id(),
        person_id=over.person_id,
        owner=over.owner,
        purpose=over.purpose,
        why=over.why,
        state=VisitState.ARRIVED,
        worker_id=account_of(by),
        worker_name=by.name,
        team_id=over.team_id,
        organisation_id=over.organisation_id,
        organisation_name=over.organisation_name,
        opens_at=at,
        closes_at=at + timedelta(minutes=over.minutes),
        minutes=over.minutes,
        arrived_at=at,
        origin=VisitOrigin.VISIT,
        origin_id=over.pk,
        booked_by_id=account_of(by),
        booked_by_name=by.name,
        booked_at=at,
    )
    came.save(force_insert=True)
    record("came_anyway", came, by=by, at=at)
    announce(
        VisitArrived(
            came.pk, came.person_id, came.worker_id, over.origin, over.origin_id, came.purpose, at
        )
    )
    return came


def _whoever_goes(visit: Visit, *, by: Viewer) -> dict[str, object]:
    """A visit of a team becomes that of whoever goes; two do not go on one."""
    if visit.worker_id is None:
        return {"worker_id": account_of(by), "worker_name": by.name}
    if visit.worker_id != by.account_id and visit.state != VisitState.BOOKED:
        raise Refused(f"{visit.worker_name} is on this visit already.")
    if visit.worker_id != by.account_id:
        return {"worker_id": account_of(by), "worker_name": by.name}
    return {}
