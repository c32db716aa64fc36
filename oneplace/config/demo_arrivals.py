"""A demonstration's arrivals: as its clock moves, the partners' files waiting for then come in."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from oneplace.access.viewer import system_viewer
from oneplace.kit import clock
from oneplace.vocabulary.terms import Door, Purpose

_BRINGER: Final = system_viewer(
    "demo arrivals", purpose=Purpose.DIRECT_CARE, permissions=frozenset()
)


@dataclass(frozen=True)
class _Folder:
    """The borough's folder, and the note of how far its files have come in."""

    borough: Path
    note: Path

    def brought_until(self) -> datetime | None:
        """Up to when everything has been brought in; None before the first time."""
        try:
            return datetime.fromisoformat(json.loads(self.note.read_text())["until"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def note_brought(self, until: datetime) -> None:
        """Write down how far it has come."""
        draft = self.note.with_suffix(".draft")
        draft.write_text(json.dumps({"until": until.isoformat()}))
        draft.replace(self.note)


def folder() -> _Folder:
    """The folder of this demonstration."""
    demo = Path(settings.DATA_FOLDER) / "demo"
    return _Folder(demo / "borough", demo / "arrived.json")


@cache
def _announced(manifest: Path, changed: int) -> tuple[tuple[datetime, str], ...]:
    """When each file of a feed arrives, in that order."""
    from oneplace.feeds.unpacking import read_manifest

    rows = read_manifest(manifest.read_bytes())
    return tuple(sorted((said.arrives_at, path) for path, said in rows.items() if said.arrives_at))


def due() -> list[str]:
    """The paths of the files that have become due since the last time."""
    here = folder()
    manifest = here.borough / "manifest.json"
    since = here.brought_until()
    if since is None or not manifest.exists():
        return []
    now = clock.now()
    if now <= since:
        return []
    announced = _announced(manifest, manifest.stat().st_mtime_ns)
    return [path for arrives, path in announced if since < arrives <= now]


def bring_due() -> None:
    """Bring in what has become due; nothing outside a demonstration, or before its first load."""
    if not settings.IS_DEMO:
        return
    here = folder()
    since, now = here.brought_until(), clock.now()
    if since is None or now <= since:
        return
    if due():
        bring(since=since, until=now)
    here.note_brought(now)


def bring(*, since: datetime | None, until: datetime) -> int:
    """Bring in what arrives after `since` and up to `until`; returns how many files came."""
    from oneplace.feeds.bringing import bring_in

    here = folder()
    brought = bring_in(paths=[here.borough], door=Door.FOLDER, by=_BRINGER, at=until, since=since)
    return brought.fresh
