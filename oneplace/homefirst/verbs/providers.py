"""Providers of care at home: what they can take on, who was asked, and what they answered."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.homefirst import rules
from oneplace.homefirst.models import DeskCase, ProviderAsk, ZoneCapacity
from oneplace.homefirst.permissions import KEEP_PROVIDERS
from oneplace.homefirst.verbs.writing import held, note, record
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.terms import DeclaredCapacity


@transaction.atomic
def declare_capacity(
    *,
    provider: str,
    provider_name: str,
    zone: str,
    on: date,
    hours: Decimal,
    by: Viewer,
    at: datetime,
) -> ZoneCapacity:
    """Write how many hours a provider says it can give in a zone on a day; the last word stands."""
    refuse_if(None if by.may(KEEP_PROVIDERS) else "Your role does not keep providers’ capacity.")
    if on < local_day(at):
        raise Refused("This day is over.", field="on")
    if hours < 0:
        raise Refused("Hours are none or more.", field="hours")
    if not zone.strip():
        raise Refused("Say for which district.", field="zone")
    said, _ = ZoneCapacity.objects.select_for_update().get_or_create(
        provider=provider,
        zone=zone.strip(),
        on=on,
        defaults={
            "provider_name": provider_name,
            "hours": hours,
            "said_by_name": by.name,
            "said_at": at,
        },
    )
    said.hours, said.said_by_name, said.said_at = hours, by.name, at
    said.save(update_fields=["hours", "said_by_name", "said_at"])
    record("declare_capacity", ("zone_capacity", said.pk), person_id=None, by=by, at=at)
    return said


@transaction.atomic
def ask_provider(
    *,
    case: DeskCase,
    provider: str,
    provider_name: str,
    hours: Decimal,
    by: Viewer,
    at: datetime,
) -> ProviderAsk:
    """Ask a provider to take somebody on, for so many hours a week."""
    taken = held(case)
    refuse_if(None if rules.runs_desk(taken, by=by) else "Only the desk itself can do this.")
    if not taken.is_open:
        raise Refused("This is over.")
    if hours <= 0:
        raise Refused("Say how many hours a week.", field="hours")
    settled = (DeclaredCapacity.ACCEPTED, DeclaredCapacity.STARTED)
    if other := ProviderAsk.objects.filter(case=taken, state__in=settled).first():
        raise Refused(f"{other.provider_name} has taken this on already.")
    ask = ProviderAsk(
        case=taken,
        provider=provider,
        provider_name=provider_name.strip()[:160],
        zone=taken.zone,
        hours=hours,
        asked_at=at,
        asked_by_name=by.name,
    )
    ask.save(force_insert=True)
    note("ask_provider", taken, f"Asked {ask.provider_name}", by=by, at=at)
    return ask


@transaction.atomic
def answer_ask(
    *,
    ask: ProviderAsk,
    answer: DeclaredCapacity,
    why: str = "",
    starts_at: datetime | None = None,
    by: Viewer,
    at: datetime,
) -> ProviderAsk:
    """Write a provider's yes, no with the reason, or that it made its first visit.

    A yes twice is one; a yes after another's is refused and told.
    """
    taken = ProviderAsk.objects.select_for_update(of=("self",)).filter(pk=ask.pk).first()
    if taken is None:
        raise Refused("This is not open to you.")
    # Of two providers who say yes at once the second waits here, and reads the first one's yes.
    DeskCase.objects.select_for_update(of=("self",)).filter(pk=taken.case_id).first()
    settled = (DeclaredCapacity.ACCEPTED, DeclaredCapacity.STARTED)
    others = ProviderAsk.objects.filter(case=taken.case_id, state__in=settled).exclude(pk=ask.pk)
    refuse_if(rules.why_not_answer_ask(taken, answer, reason=why, has_other=others.exists(), by=by))
    taken.state, taken.why = answer, why.strip()
    if answer is DeclaredCapacity.STARTED:
        taken.first_visit_at = at
    else:
        taken.answered_at, taken.answered_by_name = at, by.name
        taken.starts_at = starts_at
    taken.save(
        update_fields=[
            "state", "why", "first_visit_at", "answered_at", "answered_by_name", "starts_at",
        ]
    )  # fmt: skip
    note(
        "answer_ask", taken.case, f"{taken.provider_name}: {answer.label.lower()}",
        words=why, by=by, at=at,
    )  # fmt: skip
    return taken
