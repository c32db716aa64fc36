"""Looks through deliveries: large ones in windows, many of them on two processors.

Looking at a message costs more than all that follows. Where much waits, other processes look at the
pieces ahead while this one folds and writes what they found.
"""

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final

from oneplace.feeds.hl7.looking import Looked, habits_of, look
from oneplace.feeds.reading import Received

WINDOW: Final = 16 * 1024 * 1024
"""A larger file is read in windows of so many bytes, cut between messages."""
_HEADERS: Final = (b"FHS", b"BHS")
# From so many bytes on it pays to start another process; each is given so many at once.
_WORTH_IT: Final = 3 * 1024 * 1024
_AT_ONCE: Final = 256 * 1024
_AHEAD: Final = 6

_Piece = tuple[Received, int, bytes]


def look_through(several: Sequence[Received]) -> Iterator[tuple[Received, int, list[Looked]]]:
    """What is in each piece of each delivery, in their order, with the piece's bytes."""
    size = sum(received.size for received in several)
    largest = max((received.size for received in several), default=0)
    if size < _WORTH_IT or largest > WINDOW or _processors() < 2 or not _can_fork():
        for received in several:
            yield from _one_by_one(received)
        return
    yield from _side_by_side(several)


def _one_by_one(received: Received) -> Iterator[tuple[Received, int, list[Looked]]]:
    habits = habits_of(received.habits)
    numbered = 0
    for offset, content in windows(received, WINDOW):
        looked = look(content, habits, offset, numbered)
        numbered += sum(each.counts for each in looked)
        yield received, len(content), looked


def _side_by_side(several: Sequence[Received]) -> Iterator[tuple[Received, int, list[Looked]]]:
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        ahead: deque[tuple[list[Received], Future[list[tuple[int, list[Looked]]]]]] = deque()
        for some in _portions(several):
            contents = [received.read() for received in some]
            ahead.append((some, pool.submit(_look_at, contents, dict(some[0].habits))))
            if len(ahead) >= _AHEAD:
                yield from _taken(*ahead.popleft())
        while ahead:
            yield from _taken(*ahead.popleft())


def _taken(
    some: list[Received], future: "Future[list[tuple[int, list[Looked]]]]"
) -> Iterator[tuple[Received, int, list[Looked]]]:
    try:
        found = future.result()
    except BrokenProcessPool:
        # Somebody ended the other process: this one can do its work.
        found = _look_at([received.read() for received in some], some[0].habits)
    for received, (length, looked) in zip(some, found, strict=True):
        yield received, length, looked


def _look_at(contents: list[bytes], habits: Mapping[str, Any]) -> list[tuple[int, list[Looked]]]:
    known = habits_of(habits)
    return [(len(content), look(content, known)) for content in contents]


def _portions(several: Sequence[Received]) -> Iterator[list[Received]]:
    some: list[Received] = []
    size = 0
    for received in several:
        some.append(received)
        size += received.size
        if size >= _AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


def _can_fork() -> bool:
    # Elsewhere a forked process may find the system's own libraries half way through something.
    return sys.platform == "linux"


def windows(received: Received, size: int) -> Iterator[tuple[int, bytes]]:
    """The content in pieces cut between messages; a file of declared batches in one piece."""
    with received.open() as opened:
        head = opened.read(min(received.size, size) or size)
        begins = head.lstrip(b"\xef\xbb\xbf\x0b\r\n \t")
        if received.size <= size or begins.startswith(_HEADERS):
            yield 0, head + opened.read()
            return
        offset, rest = 0, head
        while True:
            more = opened.read(size)
            if not more:
                break
            rest += more
            cut = rest.rfind(b"\rMSH")
            cut = max(cut, rest.rfind(b"\nMSH")) + 1
            if cut > 0:
                yield offset, rest[:cut]
                offset, rest = offset + cut, rest[cut:]
        yield offset, rest
