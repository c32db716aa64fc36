"""The folder of contents: whole or not at all, once each, and clear when the disk says no."""

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from oneplace.files.store import NotKept, Store, in_words


def _everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_content_lies_under_its_own_hash(store: Store) -> None:
    stored = store.keep(store.receive([b"one ", b"place"], largest=100))

    sha256 = hashlib.sha256(b"one place").hexdigest()
    assert stored.path == store.folder / sha256[:2] / sha256[2:4] / sha256
    assert store.open(sha256).read() == b"one place"
    assert stored.size == 9


def test_the_same_content_is_kept_once(store: Store) -> None:
    first = store.keep(store.receive([b"same"], largest=100))
    second = store.keep(store.receive([b"same"], largest=100))

    assert (first.is_new, second.is_new) == (True, False)
    assert _everything(store.folder) == [first.path]


def test_too_large_a_file_is_refused_while_it_arrives_and_leaves_nothing(store: Store) -> None:
    taken = []

    def endless() -> Iterator[bytes]:
        while True:
            taken.append(1)
            yield bytes(1000)

    with pytest.raises(NotKept, match="must be smaller than 10 kB"):
        store.receive(endless(), largest=10_000)

    assert len(taken) == 11
    assert _everything(store.folder) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "is full"), (errno.EACCES, "may not write"), (errno.EIO, "check that disk")],
)
def test_a_disk_that_refuses_is_one_clear_sentence_with_nothing_half_written(
    store: Store, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(NotKept, match=words) as caught:
        store.receive([b"x"], largest=100)

    assert "nothing was saved" in caught.value.reason
    assert caught.value.reason.count(". ") == 0
    assert _everything(store.folder) == []


def test_a_disk_that_refuses_the_move_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = store.receive([b"x"], largest=100)

    def refuse(_self: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)

    with pytest.raises(NotKept, match="is full"):
        store.keep(received)

    assert _everything(store.folder) == []


def test_a_sender_who_goes_away_leaves_nothing(store: Store) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(NotKept):
        store.receive(broken(), largest=100)

    assert _everything(store.folder) == []


def test_damaged_content_is_noticed_and_mended_when_it_comes_again(store: Store) -> None:
    stored = store.keep(store.receive([b"whole"], largest=100))
    stored.path.chmod(0o600)
    stored.path.write_bytes(b"cut")

    assert store.is_whole(stored.sha256) is False

    again = store.keep(store.receive([b"whole"], largest=100))

    assert again.is_new
    assert store.is_whole(stored.sha256) is True


def test_a_hash_from_outside_cannot_lead_out_of_the_folder(store: Store) -> None:
    with pytest.raises(ValueError, match="64"):
        store.path_of("../../etc/passwd")


def test_sizes_are_said_as_a_reader_says_them() -> None:
    assert [in_words(n) for n in (12, 1_500, 25_000_000, 2_400_000_000)] == [
        "12 bytes",
        "1.5 kB",
        "25 MB",
        "2.4 GB",
    ]
