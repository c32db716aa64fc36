"""Partners join and leave the alliance; people take seats on its bodies and leave them."""

import uuid
from datetime import date, datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.contracts import bodies, queries, rules
from oneplace.contracts.models import (
    Decision,
    Ratification,
    RatificationAnswer,
    Seat,
    Signatory,
)
from oneplace.contracts.verbs.deciding import complete_if_ratified
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Organisation
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import DecisionState


@transaction.atomic
def keep_signatories_in_step(*, place: Place, by: Viewer, at: datetime) -> int:
    """Bind the place's partners to the agreement where none is bound yet; how many were."""
    known = set(Signatory.objects.values_list("organisation_id", flat=True))
    codes = {each.code: each for each in place.partners}
    from_on = place.agreement.runs_from_on or local_day(at)
    new = [
        Signatory(
            organisation=organisation,
            own_board=codes[organisation.code].sovereign_board,
            joined_on=from_on,
        )
        for organisation in Organisation.objects.filter(code__in=codes)
        if organisation.pk not in known
    ]
    Signatory.objects.bulk_create(new)
    if new:
        audit.record(
            by=by, at=at, action="keep_signatories_in_step", detail={"signatories": len(new)}
        )
    return len(new)


@transaction.atomic
def join_alliance(
    *, organisation: Organisation, own_board: str, joined_on: date, by: Viewer, at: datetime
) -> Signatory:
    """Write down that a partner signed the agreement."""
    known = queries.signatories(viewer=by).filter(organisation=organisation, left_on=None).first()
    refuse_if(rules.why_not_join(known, joined_on=joined_on, by=by, at=at), field="joined_on")
    signatory = Signatory(organisation=organisation, own_board=own_board, joined_on=joined_on)
    signatory.save(force_insert=True)
    audit.record(by=by, at=at, action="join_alliance", subject=("signatory", signatory.pk))
    return signatory


@transaction.atomic
def leave_alliance(
    *, signatory: Signatory, left_on: date, why: str, by: Viewer, at: datetime
) -> Signatory:
    """Write down that a partner left: decisions under way no longer wait for its board."""
    held = Signatory.objects.select_for_update().get(pk=signatory.pk)
    if (refusal := rules.why_not_leave(held, left_on=left_on, why=why, by=by)) is not None:
        raise Refused(refusal[0], field=refusal[1])
    held.left_on, held.left_why = left_on, why.strip()
    held.save(update_fields=["left_on", "left_why"])
    waiting = Ratification.objects.filter(
        organisation_id=held.organisation_id,
        answer=RatificationAnswer.WAITING,
        decision__state=DecisionState.RATIFYING,
    )
    for ratification in waiting:
        ratification.answer = RatificationAnswer.NOT_NEEDED
        ratification.words = "It left the alliance before its board decided."
        ratification.recorded_by_name, ratification.recorded_at = by.name, at
        ratification.save(update_fields=["answer", "words", "recorded_by_name", "recorded_at"])
        decision = Decision.objects.select_for_update().get(pk=ratification.decision_id)
        complete_if_ratified(decision, on=left_on, by=by, at=at)
    audit.record(by=by, at=at, action="leave_alliance", subject=("signatory", held.pk))
    return held


@transaction.atomic
def take_seat(
    *,
    body: str,
    position: str,
    holder_id: uuid.UUID | None,
    holder_name: str,
    organisation: Organisation | None,
    from_on: date,
    by: Viewer,
    at: datetime,
) -> Seat:
    """Write down who holds a seat of a body from a day."""
    found = bodies.body(body)
    code = organisation.code if organisation else None
    refuse_if(rules.why_not_seat(found, position, organisation_code=code, by=by), field="position")
    refuse_if(None if holder_name.strip() else "Write who holds the seat.", field="holder_name")
    member = rules.member_of(found, position, code) if found else None
    if member is None:
        raise AssertionError
    seat = Seat(
        body=body,
        position=position,
        organisation=organisation,
        holder_id=holder_id,
        holder_name=holder_name.strip(),
        has_vote=member.has_vote,
        is_chair=not member.has_vote and "chair" in position.lower(),
        from_on=from_on,
    )
    seat.save(force_insert=True)
    audit.record(by=by, at=at, action="take_seat", subject=("seat", seat.pk))
    return seat


@transaction.atomic
def leave_seat(*, seat: Seat, until_on: date, by: Viewer, at: datetime) -> Seat:
    """Write down that somebody no longer holds a seat, after this day."""
    held = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    refuse_if(rules.why_not_keep(by, "", is_seated=False))
    refuse_if("This seat was left already." if held.until_on is not None else None)
    refuse_if(
        "They took the seat after this day." if until_on < held.from_on else None,
        field="until_on",
    )
    held.until_on = until_on
    held.save(update_fields=["until_on"])
    audit.record(by=by, at=at, action="leave_seat", subject=("seat", held.pk))
    return held
