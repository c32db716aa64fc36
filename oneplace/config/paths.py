"""Where this installation keeps what it makes: one data folder, private to its user."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

# Root's database server runs as another account, which must be able to pass through the folder;
# what is secret inside is closed on its own.
PRIVATE = 0o711 if os.geteuid() == 0 else 0o700


NEEDED_GB = 3
"""Disk for a first start with the demo's people, packages included; said wherever it is short."""


class NotWritable(Exception):
    """The data folder cannot be used; the message says what to do."""


def data_folder() -> Path:
    """The folder of everything this installation makes, created on first use, mode 0700.

    `ONEPLACE_DATA` names another. Raises `NotWritable` with a sentence for the person at the
    keyboard when it cannot be made or written.
    """
    folder = Path(os.environ.get("ONEPLACE_DATA") or PROJECT / "data").resolve()
    try:
        _make_private(folder)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"probe")
        probe.unlink()
    except OSError as error:
        raise NotWritable(
            f"oneplace cannot write to its data folder {folder} ({error.strerror}). "
            "Free some space or give yourself write permission there, or choose another folder "
            "with ONEPLACE_DATA=/path/to/folder, then run the same command again."
        ) from error
    return folder


def _make_private(folder: Path) -> None:
    """Make the folder, and each missing one above it: `parents=True` leaves those open to all."""
    if not folder.parent.exists():
        _make_private(folder.parent)
    folder.mkdir(mode=PRIVATE, exist_ok=True)


def roll_file() -> Path:
    """Where the supervisor notes which processes it has started."""
    return data_folder() / "running.json"


def log_folder() -> Path:
    """Where the supervised processes write their logs."""
    folder = data_folder() / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
