"""Interests are declared and ruled on; questions are asked in public and answered."""

from datetime import date, datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.contracts import queries, rules
from oneplace.contracts.announcements import QuestionAnswered
from oneplace.contracts.models import (
    WITHHELD,
    Interest,
    InterestKind,
    InterestState,
    Item,
    ItemRuling,
    Question,
    Ruling,
    Seat,
)
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Organisation


@transaction.atomic
def declare_interest(
    *,
    kind: InterestKind,
    state: InterestState,
    what: str,
    organisation: Organisation | None = None,
    began_on: date,
    by: Viewer,
    at: datetime,
) -> Interest:
    """Put an interest of one's own in the register."""
    refusal = rules.why_not_declare(what=what, began_on=began_on, by=by, at=at)
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    interest = Interest(
        holder_id=rules.account_of(by),
        holder_name=by.name,
        kind=kind,
        state=state,
        what=what.strip(),
        organisation=organisation,
        began_on=began_on,
        declared_at=at,
    )
    interest.save(force_insert=True)
    audit.record(by=by, at=at, action="declare_interest", subject=("interest", interest.pk))
    return interest


@transaction.atomic
def end_interest(*, interest: Interest, by: Viewer, at: datetime) -> Interest:
    """Write down that one's own interest is over; it stays in the register."""
    refuse_if(rules.why_not_end_interest(interest, by))
    interest.ended_on = local_day(at)
    interest.save(update_fields=["ended_on"])
    audit.record(by=by, at=at, action="end_interest", subject=("interest", interest.pk))
    return interest


@transaction.atomic
def rule_on_interest(
    *,
    item: Item,
    seat: Seat,
    what: str,
    ruling: Ruling,
    why: str,
    interest: Interest | None = None,
    by: Viewer,
    at: datetime,
) -> ItemRuling:
    """The chair's word on an interest in an item: with it papers are withheld, or not."""
    seats = queries.seats_of(item.meeting.body, viewer=by, on=local_day(at))
    is_chair = any(each.is_chair and each.holder_id == by.account_id for each in seats)
    refusal = rules.why_not_rule(item.meeting, seat, ruling, why, by, is_chair=is_chair)
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    made, _ = ItemRuling.objects.update_or_create(
        item=item,
        seat=seat,
        defaults={
            "decision_id": item.decision_id,
            "holder_id": seat.holder_id,
            "interest": interest,
            "what": what.strip(),
            "ruling": ruling,
            "is_withheld": ruling in WITHHELD,
            "why": why.strip(),
            "ruled_by_name": by.name,
            "ruled_at": at,
        },
    )
    audit.record(by=by, at=at, action="rule_on_interest", subject=("item", item.pk))
    return made


@transaction.atomic
def ask_question(
    *, question: str, promised_on: date, body: str = "", by: Viewer, at: datetime
) -> Question:
    """Ask the alliance in public; the day of the answer is promised with it."""
    refusal = rules.why_not_ask(question=question, promised_on=promised_on, by=by, at=at)
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    asked = Question(
        asked_by_id=by.account_id,
        asked_by_name=by.name,
        body=body,
        question=question.strip(),
        asked_at=at,
        promised_on=promised_on,
    )
    asked.save(force_insert=True)
    audit.record(by=by, at=at, action="ask_question", subject=("question", asked.pk))
    return asked


@transaction.atomic
def answer_question(*, question: Question, answer: str, by: Viewer, at: datetime) -> Question:
    """Answer what was asked, for everybody to read."""
    held = Question.objects.select_for_update().get(pk=question.pk)
    refusal = rules.why_not_answer(held, answer, by)
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    held.answer, held.answered_at, held.answered_by_name = answer.strip(), at, by.name
    held.save(update_fields=["answer", "answered_at", "answered_by_name"])
    audit.record(by=by, at=at, action="answer_question", subject=("question", held.pk))
    announce(QuestionAnswered(held.pk, held.asked_by_id, at=at, by=by))
    return held
