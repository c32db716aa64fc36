"""What post asks of the room of files, which stands behind it and answers once it is ready."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from oneplace.access.viewer import Viewer


@dataclass(frozen=True)
class Paper:
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


class Papers(Protocol):
    """Files to attach, and a way to print."""

    def name_of(self, file_id: uuid.UUID, *, by: Viewer) -> str | None:
        """The name of a file this viewer may open, or None."""

    def read(self, file_id: uuid.UUID, *, by: Viewer, at: datetime) -> Paper:
        """The file as it leaves; audited. Raises `Refused`."""

    def pdf(self, html: str) -> bytes | None:
        """The PDF of a complete page, or None on a machine that cannot make one."""


class _NoPapers:
    """Before the room of files has answered, nothing can be attached or printed."""

    def name_of(self, file_id: uuid.UUID, *, by: Viewer) -> str | None:
        return None

    def read(self, file_id: uuid.UUID, *, by: Viewer, at: datetime) -> Paper:
        raise RuntimeError("The room of files has not said how to read a file.")

    def pdf(self, html: str) -> bytes | None:
        return None


_papers: Papers = _NoPapers()


def use(given: Papers) -> None:
    """Let the room of files answer; called once, when it is ready."""
    global _papers  # noqa: PLW0603 - one process, one room of files
    _papers = given


def papers() -> Papers:
    """Whoever answers about files."""
    return _papers
