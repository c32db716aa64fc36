"""The example file of a mapping being made: kept for its steps in the files' temporary folder.

It lies there under a name nobody can guess, known to the session alone. Saving or beginning anew
removes it at once, and what somebody left behind goes after a day.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase
from django.core.files.uploadedfile import UploadedFile

from oneplace.feeds.reading import Received
from oneplace.files.store import Received as Taken
from oneplace.files.store import store

LARGEST: Final = 20_000_000
"""Bytes: a part of a partner's file is enough to make its mapping."""


@dataclass(frozen=True)
class Example:
    """An example file as the session knows it."""

    path: str
    sha256: str
    size: int
    name: str

    def received(self, at: datetime) -> Received:
        """The example as a reader sees a delivery that came at `at`."""
        return Received(
            id="example",
            source="example",
            organisation="",
            name=self.name,
            size=self.size,
            sha256=self.sha256,
            arrived_at=at,
            open=lambda: Path(self.path).open("rb"),
        )


def keep(upload: "UploadedFile[bytes]", session: SessionBase, slot: str) -> Example:
    """Keep an uploaded example in the place of the one before; raises `NotKept`."""
    taken = store().receive(upload.chunks(), largest=LARGEST)
    name = PurePosixPath((upload.name or "").replace("\\", "/")).name or "file"
    forget(session, slot)
    example = Example(str(taken.path), taken.sha256, taken.size, name[:200])
    session[slot] = vars(example)
    return example


def kept(session: SessionBase, slot: str) -> Example | None:
    """The example of this session; None where there is none, or it has been swept away."""
    known: dict[str, Any] | None = session.get(slot)
    example = Example(**known) if known else None
    return example if example is not None and Path(example.path).is_file() else None


def forget(session: SessionBase, slot: str) -> None:
    """Remove the example of this session, if it has one."""
    known: dict[str, Any] | None = session.pop(slot, None)
    if known:
        store().forget(Taken(Path(known["path"]), known["sha256"], known["size"]))


def remove_left() -> int:
    """Remove what has lain in the temporary folder for more than a day; returns how many files."""
    left = store().stale()
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
