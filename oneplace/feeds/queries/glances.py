"""Feeds at a glance, and what is kept aside, for commands run as the loader."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet

from oneplace.feeds.models import Quarantined, Source
from oneplace.vocabulary.terms import DeliveryState, QuarantineState


class Glance(NamedTuple):
    """One feed in a line."""

    code: str
    name: str
    deliveries: int
    waiting: int
    kept_aside: int
    last_at: datetime | None


def feeds_at_a_glance() -> list[Glance]:
    """Every feed, with what came and what waits; counts only."""
    aside = dict(
        Quarantined.objects.filter(state=QuarantineState.OPEN)
        .values_list("delivery__source_id")
        .annotate(Count("pk"))
        .order_by()
    )
    waiting = Q(deliveries__state=DeliveryState.RECEIVED)
    sources = Source.objects.annotate(
        count=Count("deliveries"),
        waiting=Count("deliveries", filter=waiting),
        last=Max("deliveries__arrived_at"),
    ).order_by("code")
    return [
        Glance(
            source.code, source.name, source.count, source.waiting,
            aside.get(source.code, 0), source.last,
        )
        for source in sources
    ]  # fmt: skip


def kept_aside(feed: str = "") -> "QuerySet[Quarantined]":
    """What waits for somebody to look, newest first; policies open it to the steward alone."""
    found = Quarantined.objects.filter(state=QuarantineState.OPEN).select_related(
        "delivery__source"
    )
    return found.filter(delivery__source_id=feed) if feed else found
