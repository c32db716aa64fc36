"""What this room tells later rooms."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oneplace.access.viewer import Viewer


@dataclass(frozen=True)
class LeaverRecorded:
    """Somebody's access has ended; what is still open in their name needs another owner."""

    account_id: uuid.UUID
    by: Viewer
    at: datetime


@dataclass(frozen=True)
class LeaverTakenBack:
    """A leaving was recorded by mistake; access is as it was."""

    account_id: uuid.UUID
    by: Viewer
    at: datetime


Listener = Callable[[Any], None]
_listeners: dict[type, list[Listener]] = {}


def listen(announcement: type, listener: Listener) -> None:
    """Let `listener` hear an announcement of this room; called by `config.wiring` alone."""
    listeners = _listeners.setdefault(announcement, [])
    if listener not in listeners:
        listeners.append(listener)


def announce(announcement: object) -> None:
    """Tell everybody who listens, in the transaction of the verb that announces."""
    for listener in _listeners.get(type(announcement), ()):
        listener(announcement)
