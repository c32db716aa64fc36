"""The ways out of the house, and which of them this installation has."""

from oneplace.post.transports.configured import transport_for, why_not_set_up
from oneplace.post.transports.nowhere import Nowhere
from oneplace.post.transports.outgoing import (
    Outgoing,
    Receipt,
    Transport,
    TransportRefused,
    TryAgain,
    Whereabouts,
)

__all__ = [
    "Nowhere",
    "Outgoing",
    "Receipt",
    "Transport",
    "TransportRefused",
    "TryAgain",
    "Whereabouts",
    "transport_for",
    "why_not_set_up",
]
