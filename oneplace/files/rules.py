"""Why a file may not be put here, or opened: the reason in plain words, or None."""

from datetime import datetime

from django.conf import settings

from oneplace.access.viewer import Viewer
from oneplace.files.models import File, ScanState, Sensitivity
from oneplace.files.owners import Owner

# 25 MB holds a long scanned letter; a place changes it with the setting FILES_LARGEST_BYTES.
LARGEST_BYTES = 25_000_000


def largest() -> int:
    """The most bytes one file may have."""
    return int(getattr(settings, "FILES_LARGEST_BYTES", LARGEST_BYTES))


def why_not_put(
    *, name: str, why: str, sensitivity: Sensitivity, about_a_person: bool
) -> str | None:
    """Why a file may not be put here with these particulars."""
    if not name.strip():
        return "The file has no name: save it under one, then send it again."
    if not why.strip():
        return "Say why the file is kept."
    if about_a_person and sensitivity is Sensitivity.NOT_PERSONAL:
        return "A file about a person is personal: choose how carefully it must be kept."
    return None


def why_not_send(file: File) -> str | None:
    """Why the file may not leave the store for anybody."""
    if file.removed_at is not None:
        return "The file was removed."
    if file.content.scan_state is ScanState.INFECTED:
        return "The virus scanner found something harmful in the file, so it stays closed."
    if file.content.scan_state is ScanState.WAITING:
        return "The file is still being scanned for viruses: try again in a minute."
    return None


def why_not_open(file: File, *, viewer: Viewer, owner: Owner | None) -> str | None:
    """Why this viewer may not open the file; the room that owns its thing has the last word."""
    if reason := why_not_send(file):
        return reason
    if owner is None:
        return "Nobody has said who may open files of this kind."
    return owner.why_not_open(file, viewer=viewer)


def why_not_remove(file: File, *, viewer: Viewer, owner: Owner | None, at: datetime) -> str | None:
    """Why this viewer may not remove the file."""
    if file.removed_at is not None:
        return "The file was removed already."
    if owner is None:
        return "Nobody has said who may remove files of this kind."
    return owner.why_not_remove(file, viewer=viewer, at=at)
