"""A signal ends with evidence; limits begin anew for a named cause."""

from contextlib import suppress
from datetime import date, datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.actions import verbs as action_verbs
from oneplace.actions.models import Action
from oneplace.kit.refusals import Refused
from oneplace.outcomes import queries, rules
from oneplace.outcomes.models import Rebase, Signal
from oneplace.outcomes.models.terms import SignalEnd
from oneplace.vocabulary.ids import new_id


@transaction.atomic
def end_signal(
    *, signal: Signal, end: SignalEnd, evidence: str, by: Viewer, at: datetime
) -> Signal:
    """Close a signal with what shows that it is over; done in the ledger alone it stays open.

    Closed by whoever owes the answer, the ask in the ledger is done by the same evidence.
    """
    held = Signal.objects.select_for_update().filter(pk=signal.pk).first()
    if held is None:
        raise Refused("This signal is not yours to see.")
    refused = rules.why_not_end_signal(held, evidence, by)
    if refused is not None:
        raise Refused(refused[0], field=refused[1])
    held.ended_at, held.ended_by_name = at, by.name
    held.end, held.evidence = end, evidence.strip()
    held.save(update_fields=["ended_at", "ended_by_name", "end", "evidence"])
    duty = Action.objects.filter(pk=held.action_id).first() if held.action_id else None
    if duty is not None:
        # Somebody else's ask, or one answered already, is left to whoever it is asked of.
        with suppress(Refused):
            action_verbs.finish(action=duty, what_changed=held.evidence[:1000], by=by, at=at)
    audit.record(
        by=by,
        at=at,
        action="end_signal",
        subject=("signal", held.pk),
        detail={"indicator": held.indicator, "end": SignalEnd(end).value},
    )
    return held


@transaction.atomic
def keep_rebase(
    *, indicator: str, month: date, cause: str, decided_on: date, minute: str, by: Viewer,
    at: datetime,
) -> Rebase:  # fmt: skip
    """Begin an indicator's limits anew from a month, for a named cause with its minute."""
    measuring = queries.current(viewer=by)
    if measuring is None:
        raise Refused("Nothing has been measured yet: there are no limits to begin anew.")
    held = [each.month for each in queries.rebases(indicator, viewer=by)]
    refused = rules.why_not_rebase(month, measuring.first_month, measuring.last_month, held, by)
    if refused is not None:
        raise Refused(refused[0], field=refused[1])
    for field, said in (("cause", cause), ("minute", minute)):
        if not said.strip():
            raise Refused("Limits begin anew only for a named cause with its minute.", field=field)
    kept = Rebase.objects.create(
        id=new_id(),
        indicator=indicator,
        month=month,
        cause=cause.strip(),
        author=by.name,
        decided_on=decided_on,
        minute=minute.strip(),
        kept_at=at,
    )
    audit.record(
        by=by,
        at=at,
        action="keep_rebase",
        subject=("rebase", kept.pk),
        detail={"indicator": indicator, "month": month.isoformat()},
    )
    return kept
