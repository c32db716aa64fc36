"""What the room keeps, one thing a file."""

from oneplace.post.models.answer import Answer, Through
from oneplace.post.models.delivery import AttemptOutcome, Delivery
from oneplace.post.models.message import Address, Attachment, Message, MessageLink, Reading
from oneplace.post.models.terms import MESSAGE, Channel, MessageState, RecipientKind

__all__ = [
    "MESSAGE",
    "Address",
    "Answer",
    "Attachment",
    "AttemptOutcome",
    "Channel",
    "Delivery",
    "Message",
    "MessageLink",
    "MessageState",
    "Reading",
    "RecipientKind",
    "Through",
]
