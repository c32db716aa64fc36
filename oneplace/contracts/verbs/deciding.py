"""A decision from its proposal to the day it binds: views, ratifications, refusal, replacement."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.contracts import bodies, queries, rules
from oneplace.contracts.announcements import DecisionMade, DecisionSentBack
from oneplace.contracts.models import (
    Decision,
    DecisionStep,
    Matter,
    Ratification,
    RatificationAnswer,
    Signatory,
)
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import DecisionState


@transaction.atomic
def propose_decision(
    *,
    body: str,
    matter: Matter,
    title: str,
    proposal: str,
    for_residents: str = "",
    rests_on: str = "",
    pence: int | None = None,
    wanted_from_on: date | None = None,
    until_on: date | None = None,
    extends_agreement_to_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Decision:
    """Put a proposal before a body; the professional cabinet and the residents see it first."""
    seated = body in queries.seated_in(viewer=by, on=local_day(at))
    refusal = rules.why_not_propose(
        body=body, matter=matter, title=title, proposal=proposal, by=by, is_seated=seated
    )
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    year = local_day(at).year
    last = Decision.objects.filter(body=body, year=year).aggregate(last=Max("number"))["last"]
    decision = Decision(
        body=body,
        year=year,
        number=(last or 0) + 1,
        only_body=body if bodies.is_among_few(body) else "",
        title=title.strip(),
        matter=matter,
        proposal=proposal.strip(),
        for_residents=for_residents.strip(),
        state=DecisionState.PROPOSED,
        proposed_by_id=rules.account_of(by),
        proposed_by_name=by.name,
        proposed_at=at,
        rests_on=rests_on,
        pence=pence,
        wanted_from_on=wanted_from_on,
        until_on=until_on,
        extends_agreement_to_on=extends_agreement_to_on,
    )
    decision.save(force_insert=True)
    _step(decision, None, said_on=local_day(at), words=proposal.strip(), by=by, at=at)
    _audit("propose_decision", decision, by=by, at=at)
    return decision


@transaction.atomic
def record_view(
    *,
    decision: Decision,
    body: str,
    words: str,
    said_on: date,
    minute: str = "",
    by: Viewer,
    at: datetime,
) -> Decision:
    """Write down what the professional cabinet, then the residents' group, said of a proposal."""
    held = _held(decision)
    after = _AFTER_VIEW.get(held.state)
    if after is None:
        raise Refused("The professional cabinet and the residents’ group have both given a view.")
    refuse_if(_why_not_move(held, after, by, at))
    refuse_if(None if words.strip() else "Write what they said, for and against.", field="words")
    _move(held, after, said_on=said_on, body=body, words=words, minute=minute, by=by, at=at)
    _audit("record_view", held, by=by, at=at)
    return held


_AFTER_VIEW: Mapping[DecisionState, DecisionState] = {
    DecisionState.PROPOSED: DecisionState.PROFESSIONAL_REVIEW,
    DecisionState.PROFESSIONAL_REVIEW: DecisionState.USER_GROUP_VIEW,
}


def recommend(
    held: Decision, *, said_on: date, words: str, minute: str, by: Viewer, at: datetime
) -> None:
    """Move a decision on to recommended; `meeting.recommend_decision` has asked who was there."""
    refuse_if(_why_not_move(held, DecisionState.BOARD_RECOMMENDED, by, at))
    _move(
        held,
        DecisionState.BOARD_RECOMMENDED,
        said_on=said_on,
        body=held.body,
        words=words,
        minute=minute,
        by=by,
        at=at,
    )


@transaction.atomic
def send_for_ratification(
    *,
    decision: Decision,
    expected: Mapping[str, date] | None = None,
    by: Viewer,
    at: datetime,
) -> Decision:
    """Ask each partner's own board; what needs none of them takes effect at once.

    `expected` is the day each board meets, by the partner's code.
    """
    held = _held(decision)
    refuse_if(_why_not_move(held, DecisionState.RATIFYING, by, at))
    today = local_day(at)
    held.round += 1
    _move(held, DecisionState.RATIFYING, said_on=today, by=by, at=at)
    if rules.needs_ratifying(held.matter):
        bound = [
            each
            for each in Signatory.objects.select_related("organisation")
            if each.was_bound(today)
        ]
        refuse_if(
            None if bound else "No partner is bound by the agreement: there is no one to ask."
        )
        Ratification.objects.bulk_create(
            Ratification(
                decision=held,
                organisation=each.organisation,
                own_board=each.own_board,
                round=held.round,
                expected_on=(expected or {}).get(each.organisation.code),
            )
            for each in bound
        )
    _audit("send_for_ratification", held, by=by, at=at)
    complete_if_ratified(held, on=today, by=by, at=at)
    return held


@transaction.atomic
def record_ratification(
    *,
    decision: Decision,
    organisation: Organisation,
    answer: RatificationAnswer,
    decided_on: date,
    minute: str,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> Decision:
    """Write down what a partner's own board said: the last yes brings it into force, a no sends it

    back to our board.
    """
    held = _held(decision)
    found = (
        Ratification.objects.select_related("organisation")
        .filter(decision=held, organisation=organisation, round=held.round)
        .first()
    )
    refusal = rules.why_not_ratify(
        found,
        held,
        queries.signatory_of(organisation.pk, viewer=by),
        answer=answer,
        decided_on=decided_on,
        minute=minute,
        words=words,
        by=by,
        at=at,
    )
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    if found is None:
        raise AssertionError
    found.answer, found.decided_on, found.minute = answer, decided_on, minute.strip()
    found.words, found.recorded_by_name, found.recorded_at = words.strip(), by.name, at
    found.save()
    _audit("record_ratification", held, by=by, at=at, detail={"answer": answer.value})
    if answer is RatificationAnswer.REFUSED:
        said = f"{organisation.name} refused: {words.strip()}"
        _move(
            held,
            DecisionState.BOARD_RECOMMENDED,
            said_on=decided_on,
            words=said,
            minute=minute,
            by=by,
            at=at,
        )
        announce(DecisionSentBack(held.pk, organisation.pk, at=at, by=by))
    else:
        complete_if_ratified(held, on=decided_on, by=by, at=at)
    return held


def complete_if_ratified(held: Decision, *, on: date, by: Viewer, at: datetime) -> None:
    """Bring a decision into force when no board is waited for any more.

    From the day of the last ratification, or the day it was meant to start if that is later.
    """
    latest = [each for each in held.ratifications.all() if each.round == held.round]
    if any(each.answer is not RatificationAnswer.RATIFIED for each in latest if _counts(each)):
        return
    days = [each.decided_on for each in latest if each.decided_on] or [on]
    held.in_force_from_on = max([*days, *([held.wanted_from_on] if held.wanted_from_on else [])])
    words = f"Ratified by all {sum(map(_counts, latest))}" if latest else "Needs no ratification"
    _move(held, DecisionState.IN_FORCE, said_on=max(days), words=words, by=by, at=at)
    announce(DecisionMade(held.pk, True, at=at, by=by))


def _counts(each: Ratification) -> bool:
    return each.answer is not RatificationAnswer.NOT_NEEDED


@transaction.atomic
def reject_decision(
    *, decision: Decision, why: str, said_on: date, minute: str = "", by: Viewer, at: datetime
) -> Decision:
    """Write down that a proposal was turned down for good, and why."""
    held = _held(decision)
    refuse_if(_why_not_move(held, DecisionState.REJECTED, by, at, reason=why.strip()), field="why")
    held.ended_why = why.strip()[:300]
    _move(held, DecisionState.REJECTED, said_on=said_on, words=why, minute=minute, by=by, at=at)
    _audit("reject_decision", held, by=by, at=at)
    announce(DecisionMade(held.pk, False, at=at, by=by))
    return held


@transaction.atomic
def replace_decision(
    *, old: Decision, new: Decision, on: date, by: Viewer, at: datetime
) -> Decision:
    """Write down that a decision in force replaces an older one from a day."""
    held = _held(old)
    refuse_if(rules.why_not_replace(held, new, by, on=on))
    held.replaced_by, held.replaced_on = new, on
    held.save(update_fields=["replaced_by", "replaced_on"])
    _step(held, held.state, said_on=on, words=f"Replaced by “{new.title}”", by=by, at=at)
    _audit("replace_decision", held, by=by, at=at)
    announce(DecisionMade(held.pk, False, at=at, by=by))
    return held


# --- how each is done ---


def _held(decision: Decision) -> Decision:
    return Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)


def _why_not_move(
    held: Decision, after: DecisionState, by: Viewer, at: datetime, *, reason: object = None
) -> str | None:
    seated = held.body in queries.seated_in(viewer=by, on=local_day(at))
    return rules.why_not_move(held, after, by, is_seated=seated, reason=reason)


def _move(held: Decision, after: DecisionState, **said: Any) -> None:
    before, held.state = held.state, after
    held.save()
    _step(held, before, **said)


def _step(
    held: Decision,
    before: DecisionState | None,
    *,
    said_on: date,
    body: str = "",
    words: str = "",
    minute: str = "",
    by: Viewer,
    at: datetime,
) -> None:
    DecisionStep(
        decision=held,
        before=before or "",
        after=held.state,
        body=body,
        words=words.strip(),
        minute=minute.strip(),
        said_on=said_on,
        by_id=rules.account_of(by),
        by_name=by.name,
        at=at,
    ).save(force_insert=True)


def _audit(
    action: str,
    held: Decision,
    *,
    by: Viewer,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("decision", held.pk),
        detail={"state": held.state.value, **(detail or {})},
    )
