"""Cuts one person's bytes out of what came in, where the law lets an entry be erased.

A row of a table, a hospital message or a resource is overwritten with blanks of the same length, so
that everything else stays where it was; the delivery's hash stays as it came. Where a place cannot
be found for sure, as within a workbook, all bytes of the delivery go: what was drawn from them
stands in the record, and only reading it again is lost.
"""

import os
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.feeds.models import Delivery, Message, Raw, Resource
from oneplace.feeds.queries.deliveries import content_of, open_delivery
from oneplace.feeds.reading import Received
from oneplace.feeds.shelf import shelf
from oneplace.feeds.tables.opening import open_tables
from oneplace.feeds.tables.refusing import Unopenable
from oneplace.feeds.verbs.erasing import erase_delivery
from oneplace.feeds.verbs.receiving import hold
from oneplace.files.store import NotKept
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import AccountKind

_ROW: Final = re.compile(r"^row (\d+)")
_MESSAGE: Final = re.compile(r"^message (\d+)")
_LINE_ENDS: Final = b"\r\n\x0b\x1c"


@dataclass(frozen=True)
class CutOut:
    """What was cut from a delivery."""

    delivery_id: str
    sha256: str
    """Of the bytes as they came."""
    spans: tuple[tuple[int, int], ...]
    """Offset and length of each; none where all of it went."""

    @property
    def is_whole(self) -> bool:
        """Whether all bytes of the delivery went."""
        return not self.spans


@transaction.atomic
def cut_out(
    *,
    delivery: Delivery,
    places: Collection[str],
    names: Collection[str],
    why: str,
    by: Viewer,
    at: datetime,
) -> CutOut | None:
    """Cut what lies at `places` of a delivery; `names` are numbers one of which must stand there.

    None where the bytes are gone already. Only a job does this, once an erasure was signed.
    """
    if by.kind is not AccountKind.BACKGROUND_JOB:
        raise Refused("Bytes are cut by the job that carries out a signed erasure.")
    held = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if held.erased_at is not None:
        return None
    hold(held.sha256)
    spans = _spans(held, places, names)
    if spans is None:
        erase_delivery(delivery=held, why=why, by=by, at=at)
        return CutOut(str(held.pk), held.sha256, ())
    audit.record(
        by=by,
        at=at,
        action="cut_out",
        subject=("delivery", held.pk),
        reason=why[:300],
        detail={"sha256": held.sha256, "spans": len(spans)},
    )
    blank(held, spans)
    return CutOut(str(held.pk), held.sha256, tuple(spans))


def _spans(
    delivery: Delivery, places: Collection[str], names: Collection[str]
) -> list[tuple[int, int]] | None:
    """Where the bytes lie; None where one place cannot be found for sure."""
    found: list[tuple[int, int]] = []
    for place in places:
        span = _span(delivery, place, names)
        if span is None:
            return None
        if span not in found:
            found.append(span)
    return found or None


def _span(delivery: Delivery, place: str, names: Collection[str]) -> tuple[int, int] | None:
    if match := _MESSAGE.match(place):
        rows = Message.objects.filter(delivery=delivery, number=int(match[1]))
        span = rows.values_list("offset", "length").first()
        return span if span and _is_theirs(delivery, span, names) else None
    if match := _ROW.match(place):
        span = _span_of_row(delivery, int(match[1]))
        return span if span and _is_theirs(delivery, span, names) else None
    resources = list(
        Resource.objects.filter(delivery=delivery, length__gt=0).values_list("offset", "length")
    )
    fitting = [span for span in resources if _is_theirs(delivery, span, names)]
    return fitting[0] if len(fitting) == 1 else None


def _span_of_row(delivery: Delivery, number: int) -> tuple[int, int] | None:
    with suppress(Unopenable, NotKept):
        for table in open_tables(_received(delivery)):
            for row in table.rows:
                if row.number == number:
                    offset, length = table.span(row)
                    return None if length is None else (offset, length)
    return None


def _received(delivery: Delivery) -> Received:
    return Received(
        id=str(delivery.pk),
        source=delivery.source.code,
        organisation=delivery.source.organisation_code,
        name=delivery.name,
        size=delivery.size,
        sha256=delivery.sha256,
        arrived_at=delivery.arrived_at,
        open=lambda: open_delivery(delivery),
    )


def _is_theirs(delivery: Delivery, span: tuple[int, int], names: Collection[str]) -> bool:
    content = content_of(delivery, *span)
    return any(name and name.encode() in content for name in names)


def blank(delivery: Delivery, spans: Collection[tuple[int, int]]) -> None:
    """Overwrite spans of a delivery with blanks; ends of lines stay, so that places stay too."""
    content = bytearray(content_of(delivery))
    for offset, length in spans:
        for position in _within(offset, length, len(content)):
            if content[position] not in _LINE_ENDS:
                content[position] = 0x20
    if not delivery.is_in_folder:
        Raw.objects.filter(pk=delivery.pk).update(content=bytes(content))
        return
    path = shelf().path_of(delivery.sha256)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    beside.chmod(0o400)
    beside.replace(path)


def _within(offset: int, length: int, size: int) -> Iterator[int]:
    return iter(range(offset, min(offset + length, size)))
