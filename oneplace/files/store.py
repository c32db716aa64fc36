"""The folder of contents: each under its own hash, written whole or not at all."""

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from oneplace.kit.refusals import Refused

_CHUNK_BYTES = 1024 * 1024
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
# A writer that died left its temporary file behind; a living one finishes long before this.
STALE_AFTER_S = 24 * 3600
# Enough of the beginning to tell every kind of file we know apart.
HEAD_BYTES = 8192


class NotKept(Refused):
    """A file could not be kept or read; the reason is one sentence for the person waiting."""


@dataclass(frozen=True)
class Stored:
    """Where some content came to lie."""

    sha256: str
    size: int  # bytes
    path: Path
    is_new: bool


@dataclass(frozen=True)
class Received:
    """Bytes taken in under a temporary name: hashed, synced to disk, not yet kept."""

    path: Path
    sha256: str
    size: int  # bytes


def store() -> "Store":
    """This installation's store: the setting `FILES_FOLDER`, else `ONEPLACE_DATA`/files."""
    chosen = getattr(settings, "FILES_FOLDER", None)
    if chosen is None:
        data = os.environ.get("ONEPLACE_DATA")
        if not data:
            raise NotKept(
                "This process was not told where its data folder is: set ONEPLACE_DATA, or start "
                "it with the oneplace command, then try again."
            )
        chosen = Path(data) / "files"
    return Store(Path(chosen))


class Store:
    """Contents in a folder: `ab/cd/<sha256>`, beside `tmp/` for what is being written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._temporary = folder / "tmp"

    def path_of(self, sha256: str) -> Path:
        """Where content of this hash lies; raises `ValueError` for what is not a hash."""
        if not _SHA256.match(sha256):
            raise ValueError("Content is found by 64 lower-case hexadecimal digits.")
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def receive(self, chunks: Iterable[bytes], *, largest: int) -> Received:
        """Take bytes in under a temporary name, hashing as they come; nothing stays on failure.

        `largest` is in bytes. Raises `NotKept` when they are too many, the disk is full or the
        folder may not be written.
        """
        temporary = self._temporary / secrets.token_hex(16)
        digest = hashlib.sha256()
        size = 0
        try:
            self._temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as target:
                for chunk in chunks:
                    size += len(chunk)
                    if size > largest:
                        raise NotKept(f"The file must be smaller than {in_words(largest)}.")
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise NotKept(_sentence(error, self.folder)) from error
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return Received(temporary, digest.hexdigest(), size)

    def keep(self, received: Received) -> Stored:
        """Move received bytes to their place; content that is there already is not written twice.

        Content found damaged (of another size) is replaced. Raises `NotKept` as `receive` does.
        """
        path = self.path_of(received.sha256)
        try:
            if path.exists() and path.stat().st_size == received.size:
                received.path.unlink(missing_ok=True)
                return Stored(received.sha256, received.size, path, is_new=False)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            received.path.chmod(0o400)
            received.path.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            self.forget(received)
            raise NotKept(_sentence(error, self.folder)) from error
        return Stored(received.sha256, received.size, path, is_new=True)

    def forget(self, received: Received) -> None:
        """Drop bytes that were received and then refused."""
        received.path.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        """The bytes of this hash, for reading; raises `NotKept` when they are not there."""
        try:
            return self.path_of(sha256).open("rb")
        except OSError as error:
            raise NotKept(
                "The content of this file is not in the data folder. Tell whoever runs this "
                "service to run: oneplace files check."
            ) from error

    def is_whole(self, sha256: str) -> bool | None:
        """Whether the bytes still have their hash; None when they are missing or unreadable."""
        digest = hashlib.sha256()
        try:
            with self.path_of(sha256).open("rb") as source:
                while chunk := source.read(_CHUNK_BYTES):
                    digest.update(chunk)
        except OSError:
            return None
        return digest.hexdigest() == sha256

    def contents(self) -> Iterator[str]:
        """The hashes of everything in the folder."""
        for path in self.folder.glob("??/??/*"):
            if _SHA256.match(path.name):
                yield path.name

    def age_s(self, sha256: str) -> float:
        """Seconds since this content was written."""
        return time.time() - self.path_of(sha256).stat().st_mtime

    def size_of(self, sha256: str) -> int:
        """The bytes this content takes on the disk; none if it is not there."""
        try:
            return self.path_of(sha256).stat().st_size
        except FileNotFoundError:
            return 0

    def erase(self, sha256: str) -> int:
        """Erase content for good; returns the bytes freed."""
        path = self.path_of(sha256)
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            return 0
        return size

    def stale(self) -> list[Path]:
        """Temporary files whose writer died."""
        oldest = time.time() - STALE_AFTER_S
        return [path for path in self._temporary.glob("*") if path.stat().st_mtime < oldest]


def in_words(size: int) -> str:
    """A size in bytes as a reader says it: "25 MB"."""
    for unit, bytes_in in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size >= bytes_in:
            shown = f"{size / bytes_in:.1f}".removesuffix(".0")
            return f"{shown} {unit}"
    return f"{size} bytes"


def _sync_folder(folder: Path) -> None:
    # A rename survives a power cut only once the folder itself is on the disk.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sentence(error: OSError, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk of the data folder {folder} is full, so nothing was saved: free some space "
            "there, then try again."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"This service may not write to its data folder {folder}, so nothing was saved: give "
            "its user write permission there, then try again."
        )
    return (
        f"The file could not be written to {folder} ({error.strerror}), so nothing was saved: "
        "check that disk, then try again."
    )
