"""The shelf the files are put on: each is written once, counted, and remembered for the manifest.

A *parcel* is one file a partner sends: which moments it covers and when it arrives. A query gives
`parcel, counted, piece` in order of parcel; the pieces of a parcel, one after another, are the
file. Pieces are written straight from Arrow's buffers, so that a million lines cost no Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
import numpy.typing as npt

from oneplace.vocabulary.terms import FeedKind

LATER = "later"
"""The folder of files that have not arrived by the pinned now."""


_NOTHING = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True)
class Parcel:
    """One file to come: where it goes, what it covers, when it arrives (all times UK-aware)."""

    path: PurePosixPath
    feed: str
    """The kind of feed, or our own word for what is none: `geography`, `people_at_work`."""
    covers_from: datetime
    covers_until: datetime
    arrives_at: datetime
    is_late: bool = False
    """Sent weeks after it should have been: a planted defect."""


@dataclass(frozen=True)
class Shelved:
    """One file on the shelf."""

    parcel: Parcel
    path: str
    feed: str
    """What the place calls the feed this is of."""
    unit: str
    count: int
    size: int
    sha256: str
    repeated: int = 0
    """Rows sent twice: a planted defect."""


class Shelf:
    """Puts files below one folder and remembers them."""

    def __init__(self, root: Path, now: datetime, codes: Mapping[FeedKind, str]) -> None:
        """`root` exists; files arriving after `now` go below `later/`.

        `codes` is what the place calls its feed of each kind; a kind it has none of is not sent.
        """
        self.root = root
        self.now = now
        self.codes = codes
        self.files: list[Shelved] = []

    def takes(self, kind: FeedKind) -> bool:
        """Whether the place names a feed of this kind."""
        return kind in self.codes

    def feed_of(self, parcel: Parcel) -> str:
        """What the place calls the feed a parcel is of; our own word for what is no feed."""
        if parcel.feed not in FeedKind.stored_words():
            return parcel.feed
        return self.codes[FeedKind(parcel.feed)]

    def place_of(self, parcel: Parcel) -> str:
        """Where this parcel lies, relative to the root."""
        if parcel.arrives_at > self.now:
            return str(PurePosixPath(LATER) / parcel.path)
        return str(parcel.path)

    def put(self, parcel: Parcel, content: bytes, *, unit: str, count: int) -> Shelved:
        """Write one whole file."""
        path = self.place_of(parcel)
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        feed = self.feed_of(parcel)
        shelved = Shelved(parcel, path, feed, unit, count, len(content), digest)
        self.files.append(shelved)
        return shelved

    def filling(
        self, parcels: Sequence[Parcel], *, unit: str, head: str = "", keep_empty: bool = True
    ) -> Filling:
        """Open the parcels of one feed, to be filled in order by one or several queries."""
        return Filling(self, parcels, unit=unit, head=head.encode(), keep_empty=keep_empty)


class Filling:
    """Parcels being filled, each opened once, in order."""

    def __init__(
        self, shelf: Shelf, parcels: Sequence[Parcel], *, unit: str, head: bytes, keep_empty: bool
    ) -> None:
        """See `Shelf.filling`."""
        self._shelf = shelf
        self._parcels = parcels
        self._unit = unit
        self._head = head
        self._keep_empty = keep_empty
        self._next = 0
        self._open: _OpenFile | None = None
        self._open_number = -1

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the last file; after a failure leave things as they are, they are thrown away."""
        if kind is None:
            self._turn_to(len(self._parcels))
        elif self._open is not None:
            self._open.stream.close()

    def add(self, batches: Iterable[Any]) -> None:
        """Write the pieces of Arrow batches with columns `parcel, counted, piece`, in order."""
        for batch in batches:
            if batch.num_rows == 0:
                continue
            numbers = batch.column("parcel").to_numpy(zero_copy_only=False)
            counted = batch.column("counted").to_numpy(zero_copy_only=False)
            pieces = batch.column("piece")
            if pieces.null_count:
                row = int(np.flatnonzero(pieces.is_null().to_numpy(zero_copy_only=False))[0])
                raise ValueError(
                    f"a piece of {self._parcels[int(numbers[row])].path} is null: "
                    "a column that may be empty was joined into it without saying what to write"
                )
            edges = np.flatnonzero(np.diff(numbers)) + 1
            starts = [0, *edges.tolist()]
            ends = [*edges.tolist(), batch.num_rows]
            for start, end in zip(starts, ends, strict=True):
                self._turn_to(int(numbers[start]))
                if self._open is not None:
                    self._open.write(_bytes_of(pieces, start, end), counted[start:end])

    def _turn_to(self, number: int) -> None:
        if number == self._open_number:
            return
        if number < self._next:
            raise ValueError("pieces must come in the order of their parcels")
        if self._open is not None:
            self._close()
        if self._keep_empty:
            for empty in range(self._next, number):
                self._begin(empty)
                self._close()
        self._next = number + 1
        self._open_number = number
        if number < len(self._parcels):
            self._begin(number)

    def _begin(self, number: int) -> None:
        parcel = self._parcels[number]
        path = self._shelf.place_of(parcel)
        target = self._shelf.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self._open = _OpenFile(parcel, path, self._shelf.feed_of(parcel), target.open("wb"))
        self._open.write(memoryview(self._head), _NOTHING)

    def _close(self) -> None:
        if self._open is not None:
            self._shelf.files.append(self._open.shelved(self._unit))
            self._open = None


class _OpenFile:
    """One file being written."""

    def __init__(self, parcel: Parcel, path: str, feed: str, stream: IO[bytes]) -> None:
        self.parcel = parcel
        self.path = path
        self.feed = feed
        self.stream = stream
        self._digest = hashlib.sha256()
        self._size = 0
        self._count = 0
        self._repeated = 0

    def write(self, content: memoryview, counted: npt.NDArray[Any]) -> None:
        self.stream.write(content)
        self._digest.update(content)
        self._size += len(content)
        self._count += int(counted.sum())
        self._repeated += int((counted > 1).sum())

    def shelved(self, unit: str) -> Shelved:
        self.stream.close()
        digest = self._digest.hexdigest()
        return Shelved(
            self.parcel, self.path, self.feed, unit, self._count, self._size, digest, self._repeated
        )


def _bytes_of(pieces: Any, start: int, end: int) -> memoryview:
    """The bytes of consecutive strings of an Arrow array, which lie one after another already."""
    _, offsets_buffer, data = pieces.buffers()
    width = np.int64 if pieces.type == "large_string" else np.int32
    offsets = np.frombuffer(offsets_buffer, dtype=width)
    first = int(offsets[pieces.offset + start])
    last = int(offsets[pieces.offset + end])
    if data is None:
        return memoryview(b"")
    return memoryview(data)[first:last]


def manifest_rows(files: Iterable[Shelved]) -> list[Mapping[str, Any]]:
    """The manifest's row of each file, in order of path."""
    return [
        {
            "path": shelved.path,
            "feed": shelved.feed,
            "covers_from": shelved.parcel.covers_from.isoformat(),
            "covers_until": shelved.parcel.covers_until.isoformat(),
            "arrives_at": shelved.parcel.arrives_at.isoformat(),
            "unit": shelved.unit,
            "count": shelved.count,
            "bytes": shelved.size,
            "sha256": shelved.sha256,
        }
        for shelved in sorted(files, key=lambda shelved: shelved.path)
    ]
