"""Reads every content back and says what is damaged, missing or referred to by nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from oneplace.access.viewer import Viewer
from oneplace.files import queries, verbs
from oneplace.files.store import Store

_BATCH = 500


@dataclass(frozen=True)
class Found:
    """What the check found, by content hash."""

    checked: int = 0
    bytes_read: int = 0
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    # In the folder, unknown to the database: from a write whose transaction did not commit.
    orphans: tuple[str, ...] = ()
    # Known to the database, but every file that referred to it was removed.
    unreferred: tuple[str, ...] = ()
    leftovers: tuple[Path, ...] = field(default_factory=tuple)

    @property
    def is_sound(self) -> bool:
        """Whether every file that should open does."""
        return not self.missing and not self.damaged


def check(shelf: Store, *, advance: Callable[[float, str], None] | None = None) -> Found:
    """Read every content back against its hash and note the result on it.

    Run as the loader: a viewer's policies would hide files and make their content look unreferred.
    """
    known: set[str] = set()
    missing: list[str] = []
    damaged: list[str] = []
    unreferred: list[str] = []
    read = 0
    for batch in _batches(queries.contents()):
        whole: list[str] = []
        wrong: list[str] = []
        for row in batch:
            known.add(row.sha256)
            if not row.is_referred:
                unreferred.append(row.sha256)
                continue
            verdict = shelf.is_whole(row.sha256)
            if verdict:
                whole.append(row.sha256)
                read += row.size
            else:
                (missing if verdict is None else damaged).append(row.sha256)
                wrong.append(row.sha256)
        verbs.record_check(whole=whole, damaged=wrong)
        if advance is not None:
            advance(len(known), f"{len(known)} read")
    there = set(shelf.contents())
    return Found(
        checked=len(known),
        bytes_read=read,
        missing=tuple(missing),
        damaged=tuple(damaged),
        orphans=tuple(sorted(there - known)),
        unreferred=tuple(sha256 for sha256 in unreferred if sha256 in there),
        leftovers=tuple(shelf.stale()),
    )


@dataclass(frozen=True)
class Swept:
    """What was erased."""

    contents: int
    leftovers: int
    freed: int  # bytes


def sweep(shelf: Store, found: Found, *, by: Viewer, at: datetime) -> Swept:
    """Erase what nothing refers to and is older than a day, and what dead writers left behind."""
    freed = 0
    erased = 0
    for sha256 in (*found.orphans, *found.unreferred):
        if shelf.age_s(sha256) < verbs.ERASE_AFTER.total_seconds():
            continue
        freed += verbs.erase_content(sha256=sha256, by=by, at=at)
        erased += 1
    for path in found.leftovers:
        freed += path.stat().st_size
        path.unlink(missing_ok=True)
    return Swept(erased, len(found.leftovers), freed)


def _batches(rows: Iterator[queries.Referred]) -> Iterator[list[queries.Referred]]:
    batch: list[queries.Referred] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
