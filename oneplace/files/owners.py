"""Who decides who may open a file: the room that owns the thing the file belongs to."""

from datetime import datetime
from typing import Protocol

from oneplace.access.viewer import Viewer
from oneplace.files.models import File


class Owner(Protocol):
    """What a room answers about the files of its things."""

    def why_not_open(self, file: File, *, viewer: Viewer) -> str | None:
        """Why this viewer may not open the file, or None."""

    def why_not_remove(self, file: File, *, viewer: Viewer, at: datetime) -> str | None:
        """Why this viewer may not remove the file, or None."""


_owners: dict[str, Owner] = {}


def register(room: str, owner: Owner) -> None:
    """Let a room answer for its files; called once, when the room is ready."""
    _owners[room] = owner


def owner_of(file: File) -> Owner | None:
    """The room that answers for a file; None, and so closed to everybody, where none registered."""
    return _owners.get(file.room)
