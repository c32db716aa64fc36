"""What a transport is given, and what it answers."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from oneplace.post.models import Channel
from oneplace.post.papers import Paper


class TryAgain(Exception):
    """The transport could not take it now; the message is tried again later."""


class TransportRefused(Exception):
    """The transport will never take it: the address is wrong, or it is not allowed."""


class Whereabouts(StrEnum):
    """What a gateway says when asked after a message."""

    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Outgoing:
    """One message as it leaves. `key` is the same at every attempt, so that a gateway which has
    taken it already can say so."""

    key: str
    message_id: uuid.UUID
    channel: Channel
    name: str
    to: str
    subject: str
    body: str
    print_page: str
    language: str
    written_at: datetime
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """That a transport has taken a message. `reference` is its own name for it.

    `is_kept` says that nothing left: there is nowhere to send it to.
    """

    reference: str = ""
    is_kept: bool = False


class Transport(Protocol):
    """A way out. `send` may be called again with the same key after a crash."""

    @property
    def name(self) -> str:
        """What it is called in the record of attempts."""

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand it over. Raises `TryAgain` or `TransportRefused`, each with a sentence."""

    def already_sent(self, key: str) -> Receipt | None:
        """The receipt of an earlier attempt of this key, where the transport can tell."""

    def whereabouts(self, reference: str) -> Whereabouts:
        """How far it has come."""
