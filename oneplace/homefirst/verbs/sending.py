"""Somebody is sent: the offer the desk chose, the visit booked, what it moves told to the round."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.homefirst import offering, rules
from oneplace.homefirst.clocks import case_clock, first_of
from oneplace.homefirst.models import DeskCase, DeskState
from oneplace.homefirst.verbs.writing import held, hold_rounds, move, note
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import Referral
from oneplace.science.routing import Offer
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import Visit, VisitOrigin, VisitPurpose
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import ConnectionState, LifeStream

SAME: Final = timedelta(minutes=5)
"""An offer whose time has shifted by no more still stands when the button is pressed."""


@transaction.atomic
def allocate(
    *,
    case: DeskCase,
    worker_id: uuid.UUID,
    arrives_at: datetime,
    version: int | None = None,
    late_because: str = "",
    by: Viewer,
    at: datetime,
) -> DeskCase:
    """Send whoever was offered: their visit is booked, and visits it moves get their new times.

    The rounds are asked again as it is done. Raises `Refused` where the offer no longer stands,
    another was quicker, or it would be late and nobody said why that is right all the same.
    """
    sent = held(case)
    refuse_if(rules.why_not_allocate(sent, version, by=by))
    hold_rounds(sent.desk_id, local_day(at))
    clocks = [
        case_clock(each, sent.waits.all(), at=at) for each in actions.clocks_of(sent.pk, viewer=by)
    ]
    offered = offering.offers_for(sent, first_of(clocks), viewer=by, at=at)
    made = _chosen(offered, worker_id, arrives_at)
    assert offered is not None  # noqa: S101 - `_chosen` refused nothing
    if not made.is_in_time and not late_because.strip():
        raise Refused(
            "This is later than what was promised. Write why nobody can be there sooner.",
            field="late_because",
        )
    second = offered.second.get(made.worker)
    pair_id = new_id() if second is not None else None
    hat = offered.today.hats[made.worker]
    visit = _book(sent, offered, made, pair_id, by=by, at=at)
    if second is not None:
        _book(sent, offered, second, pair_id, by=by, at=at)
    move(
        sent,
        DeskState.ALLOCATED,
        at=at,
        worker_id=hat.account_id,
        worker_name=hat.account.name,
        visit_id=visit.pk,
        planned_at=made.arrives_at,
    )
    words = offering.sentence(made, second)
    if late_because.strip():
        words = f"{words} {late_because.strip()}"
    note(
        "allocate_case",
        sent,
        f"{_names(made, second)}, planned for {clock_time(made.arrives_at)}",
        words=words,
        by=by,
        at=at,
        detail={"moved": str(len(made.moved) + len(second.moved if second else ()))},
    )
    _tell_referral(sent, hat.account.name, by=by, at=at)
    return sent


def _names(made: Offer, second: Offer | None) -> str:
    return f"{made.name} goes" if second is None else f"{made.name} and {second.name} go"


def _book(
    sent: DeskCase,
    offered: offering.Offered,
    made: Offer,
    pair_id: uuid.UUID | None,
    *,
    by: Viewer,
    at: datetime,
) -> Visit:
    """Book the visit at the minute offered, and give what it moves its new times."""
    hat, stop = offered.today.hats[made.worker], offered.stop
    visit = visit_verbs.book(
        person_id=sent.person_id,
        purpose=VisitPurpose(offering.purpose_of(LifeStream(sent.stream))),
        opens_at=stop.opens_at,
        closes_at=max(stop.closes_at, made.arrives_at),
        worker=hat,
        minutes=stop.minutes,
        why=_need(sent),
        promised_by_at=stop.promised_by_at,
        pair_id=pair_id,
        origin=VisitOrigin.EPISODE,
        origin_id=sent.pk,
        by=by,
        at=at,
    )
    visit_verbs.plan_visit(visit=visit, worker=hat, planned_at=made.arrives_at, by=by, at=at)
    for each in made.moved:
        moved = offered.today.visits[each.key]
        visit_verbs.plan_visit(visit=moved, worker=hat, planned_at=each.after, by=by, at=at)
    return visit


def _chosen(offered: offering.Offered | None, worker_id: uuid.UUID, arrives_at: datetime) -> Offer:
    made = next(
        (each for each in (offered.offers if offered else ()) if each.worker == str(worker_id)),
        None,
    )
    if made is None or abs(made.arrives_at - arrives_at) > SAME:
        raise Refused(
            "The rounds have changed since you looked, and this offer no longer stands. Look at "
            "the new ones."
        )
    return made


def _need(case: DeskCase) -> str:
    return str(case.referral.need)


def _tell_referral(case: DeskCase, name: str, *, by: Viewer, at: datetime) -> None:
    referral = Referral.objects.filter(pk=case.referral_id).first()
    if referral is not None and referral.state == ConnectionState.ACCEPTED:
        referral_verbs.allocate(referral=referral, to=name, by=by, at=at)
