"""A demonstration's arrivals: as its clock moves, the partners' files waiting for then come in."""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from oneplace.access.viewer import system_viewer
from oneplace.config.finding import find_soon
from oneplace.feeds import demo_stopping
from oneplace.feeds.unpacking import LeftOut
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import Door, Purpose

_log = logging.getLogger(__name__)
_BRINGER: Final = system_viewer(
    "demo arrivals", purpose=Purpose.DIRECT_CARE, permissions=frozenset()
)

_ASKED_EVERY: Final = timedelta(days=7)
# Some 5 % of people have opted out nationally (published monthly counts; to verify).
_ONE_OUT_OF: Final = 19


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

    def left_out(self) -> tuple[LeftOut, ...]:
        """The files that could not be taken in so far, each with its reason."""
        try:
            rows = json.loads(self.note.read_text())["left_out"]
            return tuple(LeftOut(name, why) for name, why in rows)
        except (OSError, ValueError, KeyError, TypeError):
            return ()

    def note_brought(self, until: datetime, left_out: Iterable[LeftOut] = ()) -> None:
        """Write down how far it has come, and what more could not be taken in."""
        rows = dict([*self.left_out(), *left_out])
        draft = self.note.with_suffix(".draft")
        draft.write_text(json.dumps({"until": until.isoformat(), "left_out": sorted(rows.items())}))
        draft.replace(self.note)


@dataclass(frozen=True)
class Arrived:
    """What came of a demonstration's files."""

    received: int
    left_out: tuple[LeftOut, ...]
    """Files that partners sent and the door could not take, each with its reason."""


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


def bring_due() -> bool:
    """Bring in what has become due; whether the reader may read.

    Nothing outside a demonstration. Before the first load it waits: that one reads by itself.
    """
    if not settings.IS_DEMO:
        return True
    here = folder()
    since = here.brought_until()
    if since is None:
        return False
    now = clock.now()
    # A partner a visitor had stopped tells what it has to tell since.
    missed = demo_stopping.missed()
    if now > since or missed:
        left_out: tuple[LeftOut, ...] = ()
        if due() or missed:
            left_out = _bring(since=min([since, *missed.values()]), until=now).left_out
            if left_out:
                _log.warning("%s", in_words(left_out))
            # Who may need help is asked anew, once it is read.
            find_soon()
        here.note_brought(now, left_out)
        if clock.local_day(now) > clock.local_day(since):
            answer_as_the_national_service(now)
        if missed:
            demo_stopping.note_caught_up(missed)
    return True


def bring_all(tell: Callable[[float, str], None] = lambda done, what: None) -> Arrived:
    """The first load: everything that has arrived by now, read, and whose it is.

    Cut short, it goes on where it stopped.
    """
    from oneplace.config.intake import Progress, take_in_waiting

    here = folder()
    if here.brought_until() is not None:
        return Arrived(0, here.left_out())
    now = clock.now()
    _read_where_postcodes_lie(here.borough / "geography" / "postcodes.csv", at=now)

    def tell_received(done: int, name: str) -> None:
        tell(0.1 * done / (done + 500), f"received {done:,} files")

    arrived = _bring(since=None, until=now, tell=tell_received)
    waiting = max(_bytes_waiting(), 1)

    def tell_read(found: Progress) -> None:
        tell(
            0.1 + 0.8 * min(found.bytes / waiting, 1.0),
            f"{found.deliveries:,} files read, {found.entries_new:,} entries",
        )

    take_in_waiting(at=now, tell=tell_read)
    answer_as_the_national_service(now)
    here.note_brought(now, arrived.left_out)
    return arrived


def left_out() -> tuple[LeftOut, ...]:
    """What this demonstration's partners sent so far and the door could not take."""
    return folder().left_out()


def in_words(files: Sequence[LeftOut]) -> str:
    """How many files could not be taken in, the first, and why; empty where there are none."""
    if not files:
        return ""
    count = "1 file" if len(files) == 1 else f"{len(files):,} files"
    first = "" if len(files) == 1 else "the first is "
    return f"{count} could not be taken in: {first}{files[0].name}. {files[0].why}"


def _read_where_postcodes_lie(path: Path, *, at: datetime) -> None:
    from django.db import transaction

    from oneplace.access.viewer import tell_database
    from oneplace.directory.verbs import take_postcodes

    if path.exists():
        with transaction.atomic():
            tell_database(_BRINGER, at=at)
            take_postcodes(path=path, by=_BRINGER, at=at)


def answer_as_the_national_service(now: datetime) -> None:
    """Ask about opt-outs each week and answer it ourselves: one invented number in nineteen is out.

    A real place asks the real service (`oneplace access national-opt-out`).
    """
    from oneplace.access import verbs as access
    from oneplace.access.queries.national import national_standing
    from oneplace.access.viewer import viewing
    from oneplace.people import verbs as people

    with viewing(_BRINGER, at=now) as by:
        standing = national_standing(viewer=by, at=now)
        last = standing.answered if standing else None
        if last is not None and last.asked_at > now - _ASKED_EVERY:
            return
        try:
            numbers = people.ask_national_opt_out(by=by, at=now)
        except Refused:
            return
        back = [number for number in numbers if int(number) % _ONE_OUT_OF]
        access.answer_national_opt_out(numbers=back, by=by, at=now)


def _bytes_waiting() -> int:
    from oneplace.feeds import queries

    return queries.bytes_waiting(at_most=1 << 62)


def _bring(
    *,
    since: datetime | None,
    until: datetime,
    tell: Callable[[int, str], None] = lambda done, name: None,
) -> Arrived:
    """Bring in what arrives after `since` and up to `until`.

    What is left out counts where the manifest announces it: what lies beside the feeds is not for
    the door.
    """
    from oneplace.feeds.bringing import bring_in

    brought = bring_in(
        paths=[folder().borough],
        door=Door.FOLDER,
        by=_BRINGER,
        at=until,
        since=since,
        tell=tell,
        passes_over_known=True,
        but_not=demo_stopping.stopped(),
    )
    manifest = folder().borough / "manifest.json"
    announced = {path for _, path in _announced(manifest, manifest.stat().st_mtime_ns)}
    return Arrived(
        brought.fresh, tuple(each for each in brought.left_out if each.name in announced)
    )
