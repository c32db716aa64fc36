"""What the room answers: files of a thing, one file; always on behalf of a viewer."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.files import rules
from oneplace.files.models import Content, File, ScanState
from oneplace.files.owners import owner_of


def file(file_id: uuid.UUID, *, viewer: Viewer) -> File | None:
    """One file with its content and name, if the row may reach this viewer at all.

    Whether it may be opened is asked by `verbs.open_file`, of the room that owns its thing.
    """
    if viewer.account_id is None:
        return None
    return File.objects.select_related("content", "original").filter(pk=file_id).first()


def files_of(*, room: str, thing_kind: str, thing_id: uuid.UUID, viewer: Viewer) -> list[File]:
    """The files of one thing this viewer may open, newest first."""
    if viewer.account_id is None:
        return []
    found = File.objects.select_related("content", "original").filter(
        room=room, thing_kind=thing_kind, thing_id=thing_id, removed_at__isnull=True
    )
    return [
        row for row in found if rules.why_not_open(row, viewer=viewer, owner=owner_of(row)) is None
    ]


@dataclass(frozen=True)
class Referred:
    """One content as the database knows it, and whether a file still refers to it."""

    sha256: str
    size: int
    is_referred: bool


def contents() -> Iterator[Referred]:
    """Every content with whether a file that was not removed refers to it; for the integrity check.

    Says nothing about a person; asked as the loader, because a viewer's policies would hide files.
    """
    living = File.objects.filter(content=OuterRef("pk"), removed_at__isnull=True)
    rows = Content.objects.annotate(referred=Exists(living)).values_list(
        "sha256", "size", "referred"
    )
    for sha256, size, referred in rows.iterator(chunk_size=2000):
        yield Referred(sha256, size, referred)


def waiting_for_scan() -> QuerySet[Content]:
    """Content the scanner has not seen yet, oldest first."""
    return Content.objects.filter(scan_state=ScanState.WAITING).order_by("stored_at")
