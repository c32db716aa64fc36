"""What is done with files: put here, kept when produced, opened, scanned, removed, erased."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.files import kinds, rules
from oneplace.files.models import Content, File, FileName, ScanState, Sensitivity
from oneplace.files.owners import owner_of
from oneplace.files.scanning import scanner
from oneplace.files.store import NotKept, Stored, store
from oneplace.kit.refusals import Refused, refuse_if

# Content nothing refers to may belong to a transaction that has not committed yet.
ERASE_AFTER = timedelta(days=1)


@transaction.atomic
def put_file(
    *,
    chunks: Iterable[bytes],
    name: str,
    why: str,
    room: str,
    thing_kind: str,
    thing_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    party_id: uuid.UUID | None = None,
    sensitivity: Sensitivity = Sensitivity.PERSONAL,
    by: Viewer,
    at: datetime,
) -> File:
    """Keep what somebody sent, for a thing of a room.

    `chunks` are its bytes, such as a Django upload's `chunks()`. Raises `Refused` for a kind that
    is not accepted and `NotKept` when it is too large or the disk refuses; nothing is left behind.
    """
    return _put(
        chunks,
        name=name,
        why=why,
        room=room,
        thing=(thing_kind, thing_id),
        person_id=person_id,
        party_id=party_id,
        sensitivity=sensitivity,
        is_produced=False,
        by=by,
        at=at,
    )


@transaction.atomic
def keep_produced(
    *,
    content: bytes,
    name: str,
    why: str,
    room: str,
    thing_kind: str,
    thing_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    party_id: uuid.UUID | None = None,
    sensitivity: Sensitivity = Sensitivity.PERSONAL,
    by: Viewer,
    at: datetime,
) -> File:
    """Keep what we made ourselves, such as a letter's PDF; raises as `put_file` does."""
    return _put(
        [content],
        name=name,
        why=why,
        room=room,
        thing=(thing_kind, thing_id),
        person_id=person_id,
        party_id=party_id,
        sensitivity=sensitivity,
        is_produced=True,
        by=by,
        at=at,
    )


def _put(
    chunks: Iterable[bytes],
    *,
    name: str,
    why: str,
    room: str,
    thing: tuple[str, uuid.UUID | None],
    person_id: uuid.UUID | None,
    party_id: uuid.UUID | None,
    sensitivity: Sensitivity,
    is_produced: bool,
    by: Viewer,
    at: datetime,
) -> File:
    refuse_if(
        rules.why_not_put(
            name=name, why=why, sensitivity=sensitivity, about_a_person=person_id is not None
        )
    )
    if by.account_id is None:
        raise Refused("Sign in first: a file is kept with the name of whoever put it here.")
    stored, media_type = _take_in(chunks, name)
    content = _content(stored, media_type, is_produced=is_produced)
    file = File(
        content=content,
        room=room,
        thing_kind=thing[0],
        thing_id=thing[1],
        person_id=person_id,
        party_id=party_id,
        sensitivity=sensitivity,
        is_open=sensitivity is Sensitivity.NOT_PERSONAL and person_id is None,
        is_produced=is_produced,
        why=why.strip(),
        put_by_id=by.account_id,
        put_by_name=by.name,
        put_at=at,
    )
    file.save(force_insert=True)
    FileName(file=file, name=kinds.safe_name(name, media_type)).save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="keep_produced" if is_produced else "put_file",
        subject=("file", file.pk),
        person_id=person_id,
        # The name may tell about a person, so the audit has the kind and size only.
        detail={"media_type": media_type, "size": stored.size, "room": room, "thing": thing[0]},
    )
    return file


def _take_in(chunks: Iterable[bytes], name: str) -> tuple[Stored, str]:
    shelf = store()
    received = shelf.receive(chunks, largest=rules.largest())
    try:
        look = kinds.look(received.path, name=name)
        refuse_if(look.refusal)
    except BaseException:
        shelf.forget(received)
        raise
    _hold_content(received.sha256)
    return shelf.keep(received), look.media_type


def _hold_content(sha256: str) -> None:
    # Keeping and erasing the same content must not overlap, or a file would lose its bytes.
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


def _content(stored: Stored, media_type: str, *, is_produced: bool) -> Content:
    known = Content.objects.filter(pk=stored.sha256).first()
    if known is not None:
        if stored.is_new and known.damaged_at is not None:
            # The same bytes came again and mended what the disk had lost.
            known.damaged_at = None
            known.save(update_fields=["damaged_at"])
        return known
    # What we made ourselves needs no scan.
    waits = scanner() is not None and not is_produced
    state = ScanState.NOT_SCANNED if scanner() is None else ScanState.CLEAN
    Content.objects.bulk_create(
        [
            Content(
                sha256=stored.sha256,
                size=stored.size,
                media_type=media_type,
                scan_state=ScanState.WAITING if waits else state,
            )
        ],
        # Two people may send the same file at once.
        ignore_conflicts=True,
    )
    if waits:
        app.configure_task("oneplace.files.jobs.scan", lock=f"scan-{stored.sha256}").defer(
            sha256=stored.sha256
        )
    return Content.objects.get(pk=stored.sha256)


@transaction.atomic
def open_file(*, file: File, by: Viewer, at: datetime) -> BinaryIO:
    """Open a file for reading; the room that owns its thing decides, and each opening is audited.

    Raises `Refused` with the reason, and `NotKept` when the bytes are missing.
    """
    refuse_if(rules.why_not_open(file, viewer=by, owner=owner_of(file)))
    audit.record(
        by=by,
        at=at,
        action="open_file",
        subject=("file", file.pk),
        person_id=file.person_id,
        detail={"room": file.room, "thing": file.thing_kind},
    )
    return store().open(file.content_id)


@transaction.atomic
def send_file(*, file: File, by: Viewer, at: datetime) -> BinaryIO:
    """Open a file that goes out with a message; whoever attached it had leave to open it then.

    Raises `Refused` for a file removed, harmful or not scanned yet; audited with the job's name.
    """
    refuse_if(rules.why_not_send(file))
    audit.record(
        by=by,
        at=at,
        action="send_file",
        subject=("file", file.pk),
        person_id=file.person_id,
        detail={"room": file.room, "thing": file.thing_kind},
    )
    return store().open(file.content_id)


@transaction.atomic
def remove_file(*, file: File, why: str, by: Viewer, at: datetime) -> File:
    """Take a file away: nobody opens it again, and its bytes go once nothing refers to them."""
    refuse_if(rules.why_not_remove(file, viewer=by, owner=owner_of(file), at=at))
    if not why.strip():
        raise Refused("Say why the file is removed.")
    file.removed_at = at
    file.removed_why = why.strip()[:200]
    file.save(update_fields=["removed_at", "removed_why"])
    audit.record(
        by=by,
        at=at,
        action="remove_file",
        subject=("file", file.pk),
        person_id=file.person_id,
        reason=file.removed_why,
    )
    return file


@transaction.atomic
def record_scan(*, content: Content, state: ScanState, by: Viewer, at: datetime) -> Content:
    """Write down what the scanner said of some content."""
    content.scan_state = state
    content.scanned_at = timezone.now()
    content.save(update_fields=["scan_state", "scanned_at"])
    audit.record(
        by=by, at=at, action="record_scan", subject=("content", content.pk), reason=state.value
    )
    return content


def record_check(*, whole: list[str], damaged: list[str]) -> None:
    """Write down which contents were read back right and which were not."""
    now = timezone.now()
    with transaction.atomic():
        Content.objects.filter(pk__in=whole).update(verified_at=now, damaged_at=None)
        Content.objects.filter(pk__in=damaged).update(damaged_at=now)


@transaction.atomic
def erase_content(*, sha256: str, by: Viewer, at: datetime) -> int:
    """Erase bytes nothing refers to any more; returns the bytes freed.

    The removed files keep their rows (who, when, why), pointing at content that is gone.
    """
    _hold_content(sha256)
    if File.objects.filter(content_id=sha256, removed_at__isnull=True).exists():
        raise Refused("A file still refers to this content.")
    # The entry first: bytes gone without one would be gone without a trace, and a disk undoes
    # nothing when a transaction does.
    audit.record(
        by=by,
        at=at,
        action="erase_content",
        subject=("content", sha256),
        detail={"size": store().size_of(sha256)},
    )
    return store().erase(sha256)


__all__ = [
    "ERASE_AFTER",
    "NotKept",
    "Refused",
    "erase_content",
    "keep_produced",
    "open_file",
    "put_file",
    "record_check",
    "record_scan",
    "remove_file",
    "send_file",
]
