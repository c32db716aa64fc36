"""Finds what was brought: a file, the files of a folder, the files inside a zip, safely opened.

A zip is looked at whole before anything is taken from it: names that lead elsewhere, more than it
says, or so little for so much that it must be a trap refuse all of it.
"""

import json
import lzma
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, NamedTuple

from oneplace.feeds.reading import HEAD_BYTES

_CHUNK: Final = 1024 * 1024
MOST_ENTRIES: Final = 100_000
MOST_BYTES: Final = 16 * 1024**3
# Text packs about tenfold, repetitive text fiftyfold; beyond this it is nobody's data.
MOST_RATIO: Final = 250
_RATIO_COUNTS_FROM: Final = 8 * 1024 * 1024
_BOMB: Final = "It unpacks to many hundred times its size, so nothing is unpacked."
# A zip inside a zip is opened; one inside that is not.
MOST_NESTED: Final = 2
MANIFEST: Final = "manifest.json"
_LARGEST_MANIFEST: Final = 64 * 1024 * 1024
_ZIP: Final = b"PK\x03\x04"
# What opening or reading a zip raises when it is cut, changed, or packed in an unknown way.
_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    RuntimeError,
)  # fmt: skip
# A workbook is a zip too, and a file to us.
_WORKBOOK_PARTS: Final = {"[Content_Types].xml", "mimetype"}


class Announced(NamedTuple):
    """What a manifest says of one file."""

    feed: str
    arrives_at: datetime | None
    covers_from: datetime | None
    covers_until: datetime | None
    declared: int | None
    sha256: str


@dataclass(frozen=True)
class Found:
    """A file that was found; its bytes are read when asked for."""

    name: str
    """With the folders it lies in below what was named."""
    size: int
    head: bytes
    chunks: Callable[[], Iterator[bytes]]
    announced: Announced | None = None


class LeftOut(NamedTuple):
    """Something that was found and not taken, and why."""

    name: str
    why: str


@dataclass
class _Budget:
    """How much may still come out of what was named, however zips lie in each other."""

    packed: int
    """Bytes of what was named itself."""
    entries: int = 0
    unpacked: int = 0

    def spend(self, entries: list[zipfile.ZipInfo]) -> None:
        """Count what one zip unpacks to; raises `Unsafe` where it is too much for all together."""
        self.entries += len(entries)
        self.unpacked += sum(entry.file_size for entry in entries)
        if self.entries > MOST_ENTRIES or self.unpacked > MOST_BYTES:
            raise Unsafe(
                f"With the zips inside it, it holds more than {MOST_ENTRIES:,} files or "
                f"{MOST_BYTES // 1024**3} GB, so no more of it is unpacked: unpack it first."
            )
        if _is_bomb(self.unpacked, self.packed):
            raise Unsafe(_BOMB)


class Unsafe(Exception):
    """This must not be opened; the message says why in one sentence."""


class Damaged(Exception):
    """The bytes end early or are not what they say; the message says so."""


def find(path: Path) -> Iterator[Found | LeftOut]:
    """Every file at this path, in the order in which it is to be read.

    Files announced in a `manifest.json` come in the order they arrive, others by name. Raises
    `FileNotFoundError` where there is nothing.
    """
    if path.is_dir():
        yield from _in_order(_announced_in(path / MANIFEST), _in_folder(path))
        return
    yield from _opened(path.name, path, _budget_of(path), depth=0)


def _in_order(
    announced: dict[str, Announced], found: Iterator[Found | LeftOut]
) -> Iterator[Found | LeftOut]:
    if not announced:
        yield from found
        return
    here: list[Found] = []
    seen: set[str] = set()
    for each in found:
        if each.name == MANIFEST:
            continue
        seen.add(each.name)
        said = announced.get(each.name)
        if isinstance(each, LeftOut):
            yield each
        elif said is None:
            yield LeftOut(each.name, "The manifest does not announce it.")
        else:
            here.append(Found(each.name, each.size, each.head, each.chunks, said))
    yield from sorted(here, key=_arrival)
    for name in sorted(set(announced) - seen):
        yield LeftOut(name, "It is announced in the manifest and is not here: ask for it.")


def _arrival(found: Found) -> tuple[float, str]:
    arrives = found.announced.arrives_at if found.announced else None
    return (arrives.timestamp() if arrives else 0.0, found.name)


def _announced_in(path: Path) -> dict[str, Announced]:
    if not path.is_file() or path.stat().st_size > _LARGEST_MANIFEST:
        return {}
    return read_manifest(path.read_bytes())


def read_manifest(content: bytes) -> dict[str, Announced]:
    """What a manifest announces, by path; nothing where it is no manifest of ours."""
    try:
        said = json.loads(content)
        rows = said["files"]
        return {
            str(row["path"]): Announced(
                str(row.get("feed", "")),
                _moment(row.get("arrives_at")),
                _moment(row.get("covers_from")),
                _moment(row.get("covers_until")),
                int(row["count"]) if row.get("count") is not None else None,
                str(row.get("sha256", "")),
            )
            for row in rows
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _moment(text: Any) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(str(text))
    return found if found.tzinfo is not None else None


def _in_folder(folder: Path) -> Iterator[Found | LeftOut]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in PurePosixPath(name).parts):
            continue
        if path.is_symlink():
            yield LeftOut(name, "It is a link to elsewhere, which is not followed.")
        elif path.is_file():
            yield from _opened(name, path, _budget_of(path), depth=0)
        elif not path.is_dir():
            yield LeftOut(name, "It is neither a file nor a folder.")


def _budget_of(path: Path) -> _Budget:
    return _Budget(path.stat().st_size)


def _opened(name: str, path: Path, budget: _Budget, *, depth: int) -> Iterator[Found | LeftOut]:
    """A file, or what is inside it where it is a zip."""
    with path.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    if not head.startswith(_ZIP) or _is_workbook(path):
        yield Found(name, path.stat().st_size, head, lambda: _chunks_of(path))
        return
    try:
        yield from _in_zip(name, path, budget, depth=depth)
    except (Unsafe, Damaged) as error:
        yield LeftOut(name, str(error))
    except _DAMAGE as error:
        yield LeftOut(name, f"This zip cannot be opened ({type(error).__name__}): ask for it anew.")


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as opened:
            return bool(_WORKBOOK_PARTS & set(opened.namelist()[:50]))
    except _DAMAGE:
        return False


def _chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk


def _in_zip(name: str, path: Path, budget: _Budget, *, depth: int) -> Iterator[Found | LeftOut]:
    if depth >= MOST_NESTED:
        raise Unsafe("Zips lie in zips in zips here: unpack it first.")
    with zipfile.ZipFile(path) as opened:
        entries = opened.infolist()
        why = why_not_open(entries)
        if why is not None:
            raise Unsafe(why)
        budget.spend(entries)
        announced = _announced_inside(opened)
        yield from _in_order(announced, _entries(name, path, entries, budget, depth=depth))


def _announced_inside(opened: zipfile.ZipFile) -> dict[str, Announced]:
    try:
        entry = opened.getinfo(MANIFEST)
    except KeyError:
        return {}
    if entry.file_size > _LARGEST_MANIFEST:
        return {}
    return read_manifest(opened.read(entry))


def why_not_open(entries: list[zipfile.ZipInfo]) -> str | None:
    """Why nothing is taken from a zip with these entries, or None."""
    if len(entries) > MOST_ENTRIES:
        return f"It holds {len(entries):,} files; at most {MOST_ENTRIES:,} are opened."
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        return f"Unpacked it has {total / 1024**3:.1f} GB; at most {MOST_BYTES // 1024**3} GB are."
    if _is_bomb(total, sum(entry.compress_size for entry in entries)):
        return _BOMB
    return next((why for entry in entries if (why := _why_not_take(entry)) is not None), None)


def _is_bomb(unpacked: int, packed: int) -> bool:
    """Whether so much comes out of so little that it must be a trap."""
    return unpacked > _RATIO_COUNTS_FROM and unpacked / max(packed, 1) > MOST_RATIO


def _why_not_take(entry: zipfile.ZipInfo) -> str | None:
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    if entry.filename.startswith(("/", "\\")) or ".." in parts or ":" in entry.filename:
        return "A name in it leads outside of it, so nothing of it is taken."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "It holds a link to elsewhere, so nothing of it is taken."
    if entry.flag_bits & 0x1:
        return "It is locked with a password: send it without one, over a safe way."
    if _is_bomb(entry.file_size, entry.compress_size):
        return "A file in it unpacks to many hundred times its size, so nothing is unpacked."
    return None


def _entries(
    name: str, path: Path, entries: list[zipfile.ZipInfo], budget: _Budget, *, depth: int
) -> Iterator[Found | LeftOut]:
    for entry in sorted(entries, key=lambda each: each.filename):
        inside = entry.filename
        parts = PurePosixPath(inside).parts
        if entry.is_dir() or any(part.startswith((".", "__MACOSX")) for part in parts):
            continue
        with _reading(path, entry) as opened:
            head = opened.read(HEAD_BYTES)
        if head.startswith(_ZIP):
            yield from _nested(f"{name}/{inside}", path, entry, budget, depth=depth)
        else:
            yield Found(inside, entry.file_size, head, _chunks_in(path, entry))


def _nested(
    name: str, path: Path, entry: zipfile.ZipInfo, budget: _Budget, *, depth: int
) -> Iterator[Found | LeftOut]:
    # What lies in it is read while this goes on, so the spooled file outlives each of its files.
    with tempfile.NamedTemporaryFile(prefix="oneplace-", suffix=".zip") as spooled:
        for chunk in _chunks_in(path, entry)():
            spooled.write(chunk)
        spooled.flush()
        yield from _opened(name, Path(spooled.name), budget, depth=depth + 1)


@contextmanager
def _reading(path: Path, entry: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as opened, opened.open(entry) as inside:
        yield inside


def _chunks_in(path: Path, entry: zipfile.ZipInfo) -> Callable[[], Iterator[bytes]]:
    def chunks() -> Iterator[bytes]:
        size = 0
        try:
            with _reading(path, entry) as inside:
                while chunk := inside.read(_CHUNK):
                    size += len(chunk)
                    yield chunk
        except _DAMAGE as error:
            raise Damaged("It is damaged inside the zip: ask for it anew.") from error
        if size != entry.file_size:
            raise Damaged("It ends early inside the zip: ask for it anew.")

    return chunks
