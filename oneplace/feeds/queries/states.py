"""How every feed stands, its days, and what was kept aside: what the feeds pages ask."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate

from oneplace.access.viewer import Viewer
from oneplace.feeds.models import (
    DayCount,
    Delivery,
    Quarantined,
    RefusedRequest,
    Source,
    UnmappedField,
)
from oneplace.feeds.rules import Agreed, Standing, standing
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.together import Asked, MadeOnce
from oneplace.vocabulary.terms import DeliveryState, QuarantineReason, QuarantineState

# The days the charts go back.
DAYS_SHOWN = 60
OWN_SOURCE = "oneplace"


@dataclass(frozen=True)
class FeedState:
    """One feed with how it stands."""

    source: Source
    standing: Standing

    @classmethod
    def of(cls, source: Any, *, at: datetime) -> "FeedState":
        """How a feed of `feed_states_asked` stands at that moment."""
        agreed = agreed_of(source)
        return cls(source, standing(agreed, last_at=source.last_at, until=source.until, at=at))


def feed_states(*, viewer: Viewer, at: datetime) -> list[FeedState]:
    """Every active feed with how it stands at `at`; one statement.

    How fresh a feed is says nothing of a person, so everybody who works here may know it: a page
    of a record must say what it does not know. What was kept aside whole told us nothing.
    """
    return [FeedState.of(source, at=at) for source in _sources(at)]


def feed_states_asked(*, viewer: Viewer, at: datetime) -> Asked:
    """The read behind `feed_states`, to be made with others; its rows become `FeedState.of`."""
    return _SOURCES.of(at)


def _sources(at: datetime) -> QuerySet[Source, Any]:
    come = Delivery.objects.filter(source=OuterRef("pk"), arrived_at__lte=at).exclude(
        state=DeliveryState.KEPT_ASIDE
    )
    speaks = come.filter(covers_until__isnull=False)
    return (
        Source.objects.filter(is_active=True)
        .exclude(reader="")
        .exclude(pk=OWN_SOURCE)
        .annotate(
            last_at=Subquery(come.order_by("-arrived_at").values("arrived_at")[:1]),
            until=Subquery(speaks.order_by("-covers_until").values("covers_until")[:1]),
        )
    )


_SOURCES: Final = MadeOnce(_sources)


def agreed_of(source: Source) -> Agreed:
    """What was agreed of this feed."""
    return Agreed(source.every, source.usual_time, source.agreed_lateness or timedelta(0))


def open_source(code: str, *, viewer: Viewer) -> Source | None:
    """The feed a partner's system sends for, while it is open; what it is called is no secret."""
    return Source.objects.filter(pk=code, is_active=True).first()


def feed_state(code: str, *, viewer: Viewer, at: datetime) -> FeedState | None:
    """One feed with how it stands; None where there is none of that code."""
    return next(
        (each for each in feed_states(viewer=viewer, at=at) if each.source.pk == code), None
    )


def days(
    codes: Sequence[str], *, viewer: Viewer, at: datetime, back: int = DAYS_SHOWN
) -> Mapping[str, Mapping[date, DayCount]]:
    """What each feed brought on each of the last days, up to `at`; two statements.

    A day on which only what was known already came stands here too: the feed was not silent.
    """
    since = local_day(at) - timedelta(days=back - 1)
    found: dict[str, dict[date, DayCount]] = {code: {} for code in codes}
    came = (
        Delivery.objects.filter(source__in=codes, arrived_at__gte=day_begins(since))
        .filter(arrived_at__lte=at)
        .annotate(day=TruncDate("arrived_at"))
        .values_list("source_id", "day")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for code, on, number in came:
        found[code][on] = DayCount(source_id=code, day=on, deliveries=number)
    for count in DayCount.objects.filter(source__in=codes, day__gte=since, day__lte=local_day(at)):
        found[count.source_id][count.day] = count
    return found


def open_quarantine_counts(*, viewer: Viewer) -> Mapping[str, int]:
    """How much is kept aside and waits for somebody, by feed; nothing for who may not settle it."""
    rows = (
        Quarantined.objects.filter(state=QuarantineState.OPEN)
        .values_list("delivery__source_id")
        .annotate(number=Count("pk"))
    )
    return dict(rows)


@dataclass(frozen=True)
class QuarantineFilter:
    """Which of what was kept aside is wanted; empty: all of it."""

    source: str = ""
    reason: QuarantineReason | None = None
    state: QuarantineState | None = QuarantineState.OPEN


def quarantined(wanted: QuarantineFilter, *, viewer: Viewer) -> QuerySet[Quarantined]:
    """What was kept aside, newest first, as far as the viewer may see it."""
    rows = Quarantined.objects.select_related("delivery__source").order_by("-id")
    if wanted.source:
        rows = rows.filter(delivery__source_id=wanted.source)
    if wanted.reason is not None:
        rows = rows.filter(reason=wanted.reason)
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    return rows


def quarantined_of(delivery: Delivery, *, viewer: Viewer) -> QuerySet[Quarantined]:
    """What was kept aside of one delivery, as far as the viewer may see it."""
    return delivery.quarantined.select_related("delivery__source").order_by("-id")


def one_quarantined(key: uuid.UUID, *, viewer: Viewer) -> Quarantined | None:
    """One thing kept aside, or None where there is none the viewer may see."""
    rows = Quarantined.objects.select_related("delivery__source", "replayed_as")
    return rows.filter(pk=key).first()


def deliveries(source: Source, *, viewer: Viewer) -> QuerySet[Delivery]:
    """What a feed brought, newest first; a receipt of something seen before stands there too."""
    return Delivery.objects.filter(source=source).select_related("source").order_by("-id")


def one_delivery(key: uuid.UUID, *, viewer: Viewer) -> Delivery | None:
    """One delivery, or None."""
    return Delivery.objects.select_related("source", "first", "replays").filter(pk=key).first()


def unmapped(source: Source, *, viewer: Viewer) -> QuerySet[UnmappedField]:
    """Fields this feed sends that the record has no place for, most frequent first."""
    return UnmappedField.objects.filter(source=source).order_by("-times", "path")


def refused_requests(source: Source, *, viewer: Viewer) -> QuerySet[RefusedRequest]:
    """Why requests of this feed's system were refused, the latest first; no word of theirs."""
    return RefusedRequest.objects.filter(source=source)


def refused_counts(*, viewer: Viewer, since: datetime) -> Mapping[str, int]:
    """For how many reasons requests were refused since then, by feed."""
    late = RefusedRequest.objects.filter(last_at__gte=since).order_by()
    return dict(late.values_list("source_id").annotate(number=Count("pk")))


def unmapped_counts(*, viewer: Viewer) -> Mapping[str, int]:
    """How many such fields there are, by feed."""
    return dict(UnmappedField.objects.values_list("source_id").annotate(number=Count("pk")))


def being_read(keys: Sequence[uuid.UUID], *, viewer: Viewer) -> list[Delivery]:
    """Deliveries of these keys with how far each has been taken, for the page that waits."""
    return list(Delivery.objects.filter(pk__in=keys).select_related("source").order_by("id"))


def volume(source: Source, *, viewer: Viewer) -> Mapping[str, int]:
    """What a feed has brought in all: deliveries, units, rows and kept aside."""
    found = DayCount.objects.filter(source=source).aggregate(
        deliveries=Sum("deliveries"), units=Sum("units"), rows=Sum("rows"), aside=Sum("kept_aside")
    )
    return {name: int(value or 0) for name, value in found.items()}


def waiting_count(*, viewer: Viewer) -> int:
    """How many deliveries have not been read into the record yet."""
    return Delivery.objects.filter(state=DeliveryState.RECEIVED).exclude(source__reader="").count()
