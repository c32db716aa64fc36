"""The rounds planned anew around somebody who is home within two hours: offered, then taken."""

import uuid
from datetime import datetime

from django.db import transaction

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.homefirst import desks, offering, rules
from oneplace.homefirst.days import Today, hats_going_out
from oneplace.homefirst.models import DeskCase, DeskState, PlannedVisit, RoundPlan, RoundState
from oneplace.homefirst.planning import Around
from oneplace.homefirst.verbs.writing import held, move, note, record
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time, plural
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people.rules import account_of
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import Referral
from oneplace.science.routing import Stop
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import VisitOrigin, VisitPurpose
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import ConnectionState, LifeStream


@transaction.atomic
def offer_better(
    *, case: DeskCase, around: Around, today: Today, by: Viewer, at: datetime
) -> RoundPlan | None:
    """Keep a plan of the whole day around the first visit of a case, for the desk to take or leave.

    None where the case has somebody meanwhile.
    """
    wanted = held(case)
    if wanted.state != DeskState.ACCEPTED:
        return None
    hat = today.hats[around.worker]
    plan = RoundPlan(
        id=new_id(),
        desk_id=wanted.desk_id,
        on=local_day(around.arrives_at),
        state=RoundState.OFFERED,
        asked_by_id=account_of(by),
        asked_by_name=by.name,
        asked_at=at,
        seconds=round(around.seconds, 2),
        why=around.why,
        case_id=wanted.pk,
        wanted_worker_id=hat.account_id,
        wanted_worker_name=hat.account.name,
        wanted_at=around.arrives_at,
        visits=1 + len(around.changes),
        changes=len(around.changes),
        minutes_of_way=around.minutes_of_way,
        minutes_before=around.minutes_before,
    )
    plan.save(force_insert=True)
    PlannedVisit.objects.bulk_create(
        PlannedVisit(
            id=new_id(),
            plan=plan,
            visit=today.visits[each.key],
            version=today.visits[each.key].version,
            worker_id=today.hats[each.worker].account_id,
            worker_name=today.hats[each.worker].account.name,
            planned_at=each.planned_at,
            why=each.why,
            is_change=True,
        )
        for each in around.changes
    )
    record("offer_better", ("round_plan", plan.pk), person_id=wanted.person_id, by=by, at=at)
    return plan


@transaction.atomic
def take_better_offer(*, plan: RoundPlan, stop: Stop, by: Viewer, at: datetime) -> DeskCase:
    """Send whoever the plan names, and give every visit it moves its new worker and minute.

    All of it or nothing: where a visit was changed meanwhile the plan no longer stands. `stop` is
    the first visit as it is wanted now. Raises `Refused` with what happened.
    """
    taken = RoundPlan.objects.select_for_update().get(pk=plan.pk)
    case = DeskCase.objects.filter(pk=taken.case_id).first() if taken.case_id else None
    if case is None:
        raise Refused("This is not open to you.")
    sent = held(case)
    refuse_if(rules.why_not_allocate(sent, None, by=by))
    refuse_if(rules.why_not_take_better(taken, stop))
    desk = desks.desk(sent.desk_id)
    hats = {hat.account_id: hat for hat in hats_going_out(desk, taken.on)} if desk else {}
    rows = list(PlannedVisit.objects.filter(plan=taken).select_related("visit"))
    if len(rows) != taken.changes:
        raise Refused("This plan moves a visit that is not open to you. Take one of the offers.")
    for each in rows:
        if each.visit.version != each.version:
            raise Refused("Somebody changed a visit of this plan meanwhile. Look at it again.")
    visit_id = _book(sent, stop, taken, _hat(hats, taken.wanted_worker_id), by=by, at=at)
    for each in rows:
        hat = _hat(hats, each.worker_id)
        visit_verbs.plan_visit(
            visit=each.visit, worker=hat, planned_at=each.planned_at, by=by, at=at
        )
    move(
        sent, DeskState.ALLOCATED, at=at, worker_id=taken.wanted_worker_id,
        worker_name=taken.wanted_worker_name, visit_id=visit_id, planned_at=taken.wanted_at,
    )  # fmt: skip
    note(
        "take_better_offer",
        sent,
        f"{taken.wanted_worker_name} goes, planned for {clock_time(taken.wanted_at)}",
        words=f"The day planned anew: changes {plural(len(rows), 'visit')}. {taken.why}".strip(),
        by=by,
        at=at,
        detail={"moved": str(len(rows))},
    )
    taken.state = RoundState.CONFIRMED
    taken.settled_by_name, taken.settled_at = by.name, at
    taken.save(update_fields=["state", "settled_by_name", "settled_at"])
    referral = Referral.objects.filter(pk=sent.referral_id).first()
    if referral is not None and referral.state == ConnectionState.ACCEPTED:
        referral_verbs.allocate(referral=referral, to=taken.wanted_worker_name, by=by, at=at)
    return sent


def _hat(hats: dict[uuid.UUID, Hat], account_id: uuid.UUID | None) -> Hat:
    hat = hats.get(account_id) if account_id is not None else None
    if hat is None:
        raise Refused("Somebody of this plan does not go out today any more. Look at it again.")
    return hat


def _book(
    sent: DeskCase, stop: Stop, plan: RoundPlan, hat: Hat, *, by: Viewer, at: datetime
) -> uuid.UUID:
    """Book the first visit at the minute of the plan."""
    assert plan.wanted_at is not None  # noqa: S101 - the rule refused it before
    visit = visit_verbs.book(
        person_id=sent.person_id,
        purpose=VisitPurpose(offering.purpose_of(LifeStream(sent.stream))),
        opens_at=min(stop.opens_at, plan.wanted_at),
        closes_at=max(stop.closes_at, plan.wanted_at),
        worker=hat,
        minutes=stop.minutes,
        why=str(sent.referral.need),
        promised_by_at=stop.promised_by_at,
        origin=VisitOrigin.EPISODE,
        origin_id=sent.pk,
        by=by,
        at=at,
    )
    visit_verbs.plan_visit(visit=visit, worker=hat, planned_at=plan.wanted_at, by=by, at=at)
    booked: uuid.UUID = visit.pk
    return booked
