"""Certified erasure of what came in: the bytes go for good, their hash and the reason stay."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.feeds.models import Delivery, Raw
from oneplace.feeds.permissions import MANAGE_FEEDS
from oneplace.feeds.shelf import shelf
from oneplace.feeds.verbs.receiving import hold
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import AccountKind, DeliveryState


@transaction.atomic
def erase_delivery(*, delivery: Delivery, why: str, by: Viewer, at: datetime) -> int:
    """Erase the bytes of a delivery; returns how many. The same bytes never come in again.

    The rows drawn from it are the record's to erase. What is still waiting is not read any more.
    """
    if by.kind is not AccountKind.BACKGROUND_JOB and not by.may(MANAGE_FEEDS):
        raise Refused("Your role does not erase what partners sent: ask the record steward.")
    if not why.strip():
        raise Refused("Say why it is erased, and on whose decision.", field="why")
    held = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if held.erased_at is not None:
        raise Refused(f"The bytes are erased already: {held.erased_why}.")
    hold(held.sha256)
    Raw.objects.filter(pk=held.pk).delete()
    held.erased_at = timezone.now()
    held.erased_why = why.strip()[:300]
    if held.state is DeliveryState.RECEIVED:
        held.state = DeliveryState.KEPT_ASIDE
    held.save(update_fields=["erased_at", "erased_why", "state"])
    # The entry before the bytes: gone without one would be gone without a trace.
    audit.record(
        by=by,
        at=at,
        action="erase_delivery",
        subject=("delivery", held.pk),
        reason=held.erased_why,
        detail={"sha256": held.sha256, "size": held.size},
    )
    same = Delivery.objects.filter(sha256=held.sha256, is_in_folder=True, erased_at__isnull=True)
    if held.is_in_folder and not same.filter(first__isnull=True).exclude(pk=held.pk).exists():
        shelf().erase(held.sha256)
    return held.size
