"""Announcements: an early room says what happened; `config.wiring` says who listens.

A listener runs in the announcer's transaction and only writes rows or defers a job: if it fails,
what was announced did not happen either. Slow or outward work belongs to the job. We do not use
Django's signals, which can be connected from anywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection

Listener = Callable[[Any], None]
_listeners: dict[type, tuple[Listener, ...]] = {}


def wire(listeners: Mapping[type, Sequence[Listener]]) -> None:
    """Say who listens to what, all at once; called by `config.wiring` alone."""
    _listeners.clear()
    _listeners.update({what: tuple(who) for what, who in listeners.items()})


def announce(announcement: object) -> None:
    """Tell everybody who listens, in the order wired, in the transaction of the verb."""
    if not connection.in_atomic_block:
        raise RuntimeError("An announcement belongs to the transaction of what it announces.")
    for listener in _listeners.get(type(announcement), ()):
        listener(announcement)


def listeners_of(announcement: type) -> tuple[Listener, ...]:
    """Who listens to an announcement, for the documents and the tests."""
    return _listeners.get(announcement, ())
