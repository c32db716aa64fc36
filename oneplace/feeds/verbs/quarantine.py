"""Settles what was kept aside: mended and read, read again as it stands, or left out."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.feeds import queries
from oneplace.feeds.hl7.senders import senders_in
from oneplace.feeds.models import Delivery, Quarantined, Source
from oneplace.feeds.permissions import SETTLE_QUARANTINE
from oneplace.feeds.queries.deliveries import alone
from oneplace.feeds.verbs.receiving import receive
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.terms import (
    AccountKind,
    DeliveryState,
    Door,
    QuarantineReason,
    QuarantineState,
)


def why_not_settle(quarantined: Quarantined, *, viewer: Viewer) -> str | None:
    """Why this viewer may not settle it, or None."""
    if viewer.kind is not AccountKind.BACKGROUND_JOB and not viewer.may(SETTLE_QUARANTINE):
        return "Your role does not settle what was kept aside: ask the record steward."
    if quarantined.state is not QuarantineState.OPEN:
        return f"This is settled already: {quarantined.state.label.lower()}."
    return None


@transaction.atomic
def keep_aside(
    *, delivery: Delivery, reason: QuarantineReason, words: str, by: Viewer, at: datetime
) -> Quarantined:
    """Keep a delivery aside whole before anybody reads it."""
    held = Quarantined(delivery=delivery, place="whole", reason=reason, words=words)
    held.save(force_insert=True)
    delivery.state = DeliveryState.KEPT_ASIDE
    delivery.save(update_fields=["state"])
    audit.record(
        by=by,
        at=at,
        action="keep_aside",
        subject=("delivery", delivery.pk),
        detail={"reason": reason.value, "source": delivery.source_id},
    )
    return held


@transaction.atomic
def dismiss(*, quarantined: Quarantined, why: str, by: Viewer, at: datetime) -> Quarantined:
    """Leave it out for good; its bytes stay where they are."""
    held = _held(quarantined, by)
    if not why.strip():
        raise Refused("Say why it is left out.", field="why")
    return _settled(held, QuarantineState.DISMISSED, why, None, by=by, at=at)


@transaction.atomic
def mend(
    *, quarantined: Quarantined, content: bytes, why: str = "", by: Viewer, at: datetime
) -> Delivery:
    """Put mended bytes in its place: they come in as a delivery of their own that refers to it."""
    held = _held(quarantined, by)
    if not content.strip():
        raise Refused("There is nothing in it: put in what should be read.", field="content")
    return _replayed(held, content, why or "Mended", by=by, at=at)


@transaction.atomic
def read_again(*, quarantined: Quarantined, why: str = "", by: Viewer, at: datetime) -> Delivery:
    """Read it again as it stands, because what stood in its way has changed since."""
    held = _held(quarantined, by)
    content = queries.content_of(held.delivery, held.offset, held.length)
    return _replayed(held, content, why or "Read again", by=by, at=at)


@transaction.atomic
def read_delivery_again(
    *, delivery: Delivery, declared: int | None = None, by: Viewer, at: datetime
) -> Delivery:
    """Read a whole delivery again, as after a mapping has been mended; rows find themselves.

    `declared` is how many units it is now said to hold, where that was announced wrongly before.
    """
    if by.kind is not AccountKind.BACKGROUND_JOB and not by.may(SETTLE_QUARANTINE):
        raise Refused("Your role does not read feeds again: ask the record steward.")
    for held in delivery.quarantined.select_for_update().filter(state=QuarantineState.OPEN):
        _settled(held, QuarantineState.REPLAYED, "Read again whole", None, by=by, at=at)
    with queries.open_delivery(delivery) as opened:
        return receive(
            source=delivery.source,
            door=Door.HAND,
            name=delivery.name,
            content=iter(lambda: opened.read(1 << 20), b""),
            covers=(delivery.covers_from, delivery.covers_until),
            declared=delivery.declared_count if declared is None else declared,
            replays=delivery,
            by=by,
            at=at,
        )


def _held(quarantined: Quarantined, by: Viewer) -> Quarantined:
    # Two stewards at one row: the second finds it settled.
    held = (
        Quarantined.objects.select_for_update(of=("self",))
        .select_related("delivery__source")
        .get(pk=quarantined.pk)
    )
    refuse_if(why_not_settle(held, viewer=by))
    return held


def _replayed(held: Quarantined, content: bytes, why: str, *, by: Viewer, at: datetime) -> Delivery:
    source = held.delivery.source if held.delivery.source.reader else _named_since(content)
    if held.length is not None:
        content = alone(held.delivery, content)
    delivery = receive(
        source=source,
        door=Door.HAND,
        name=f"{held.delivery.name} ({held.place})",
        content=content,
        # Said when its file was: a row put right late is no newer than its file.
        covers=(held.delivery.covers_from, held.delivery.covers_until),
        replays=held.delivery,
        by=by,
        at=at,
    )
    _settled(held, QuarantineState.REPLAYED, why, delivery, by=by, at=at)
    return delivery


def _named_since(content: bytes) -> Source:
    """The feed somebody has put these senders on since; raises `Refused` where nobody has."""
    sources: dict[str, Source] = {}
    for facility, application in senders_in([content]):
        source = queries.source_of_messages(facility, application)
        if source is None:
            raise Refused(
                f"Nobody has named the sender {facility!r} / {application!r} yet. Put it on the "
                "list of the feed it belongs to, then read the message again."
            )
        sources[source.code] = source
    if not sources:
        raise Refused("It has no message header that can be read, so its sender is not known.")
    if len(sources) > 1:
        raise Refused(
            f"Its messages belong to {', '.join(sorted(sources))}: cut it into one file for each "
            "and bring those in."
        )
    return next(iter(sources.values()))


def _settled(
    held: Quarantined,
    state: QuarantineState,
    why: str,
    replayed_as: Delivery | None,
    *,
    by: Viewer,
    at: datetime,
) -> Quarantined:
    held.state = state
    held.settled_at = timezone.now()
    held.settled_by_id = by.account_id
    held.settled_by_name = by.name[:160]
    held.settled_why = why.strip()[:300]
    held.replayed_as = replayed_as
    held.save(
        update_fields=[
            "state", "settled_at", "settled_by_id", "settled_by_name", "settled_why", "replayed_as",
        ]
    )  # fmt: skip
    audit.record(
        by=by,
        at=at,
        action="settle_quarantine",
        subject=("quarantined", held.pk),
        detail={"state": state.value, "source": held.delivery.source_id},
    )
    return held
