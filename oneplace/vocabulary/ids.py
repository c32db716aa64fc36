"""Identifiers: time-ordered UUIDs of version 7, and identifiers made from a key.

Version 7 (RFC 9562, section 5.7) begins with the Unix time in milliseconds, so rows written one
after another lie beside one another in an index, and an id says nothing of the person it names.
An id made from a namespace and a key is version 8 (section 5.8, "custom"): the first 122 free bits
of SHA-256, so that a synthetic borough or a repeated import makes the same ids every time.
"""

import hashlib
import os
import threading
import time
import uuid
from datetime import UTC, datetime
from typing import Final

_VERSION_7: Final = 0x7
_VERSION_8: Final = 0x8
_RFC_VARIANT: Final = 0b10
_COUNTER_BITS: Final = 12
_COUNTER_LIMIT: Final = 1 << _COUNTER_BITS
_TIME_LIMIT: Final = 1 << 48


class _LastIssued:
    """The time and counter of the last id, so that ids of one process never go backwards."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.milliseconds = 0
        self.counter = 0

    def next(self, now: int) -> tuple[int, int]:
        """The time and counter of the next id (RFC 9562, section 6.2, method 1)."""
        with self.lock:
            if now > self.milliseconds:
                self.milliseconds = now
                # Half the counter stays free above a random start, so that a burst within one
                # millisecond seldom borrows from the next.
                self.counter = int.from_bytes(os.urandom(2), "big") % (_COUNTER_LIMIT // 2)
            else:
                # The clock stood still or went back: keep our own time and count on.
                self.counter += 1
                if self.counter == _COUNTER_LIMIT:
                    self.milliseconds += 1
                    self.counter = 0
            return self.milliseconds, self.counter


_last_issued = _LastIssued()


def new_id() -> uuid.UUID:
    """A fresh UUID of version 7; later ones of the same process sort after earlier ones."""
    milliseconds, counter = _last_issued.next(time.time_ns() // 1_000_000)
    random_bits = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return _assemble(milliseconds, _VERSION_7, counter, random_bits)


def id_at(moment: datetime, *, namespace: str, key: str) -> uuid.UUID:
    """The same version 7 id every time for this moment, namespace and key.

    For synthetic rows that should lie in an index as if they had been written when they happened.
    `moment` must carry its time zone.
    """
    if moment.tzinfo is None:
        message = "A moment without a time zone cannot be placed in time: give it one."
        raise ValueError(message)
    milliseconds = int(moment.timestamp() * 1000)
    if not 0 <= milliseconds < _TIME_LIMIT:
        message = f"{moment.isoformat()} lies outside what a version 7 id can hold."
        raise ValueError(message)
    digest = int.from_bytes(_digest(namespace, key)[:16], "big")
    return _assemble(
        milliseconds,
        _VERSION_7,
        digest & (_COUNTER_LIMIT - 1),
        (digest >> _COUNTER_BITS) & ((1 << 62) - 1),
    )


def id_for(namespace: str, key: str) -> uuid.UUID:
    """The same id every time for this namespace and key, in every process and on every machine."""
    digest = int.from_bytes(_digest(namespace, key)[:16], "big")
    return _assemble(
        (digest >> 80) & (_TIME_LIMIT - 1),
        _VERSION_8,
        (digest >> 64) & (_COUNTER_LIMIT - 1),
        digest & ((1 << 62) - 1),
    )


def made_at(identifier: uuid.UUID) -> datetime:
    """When a version 7 id was made, to the millisecond, in UTC."""
    if identifier.version != _VERSION_7:
        message = f"{identifier} is not a version 7 id: it does not carry its time."
        raise ValueError(message)
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)


def _digest(namespace: str, key: str) -> bytes:
    # The length in front keeps ("a", "bc") and ("ab", "c") apart.
    text = f"{len(namespace)}:{namespace}:{key}"
    return hashlib.sha256(text.encode("utf-8")).digest()


def _assemble(first_48: int, version: int, next_12: int, last_62: int) -> uuid.UUID:
    value = first_48 << 80 | version << 76 | next_12 << 64 | _RFC_VARIANT << 62 | last_62
    return uuid.UUID(int=value)
