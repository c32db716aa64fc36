"""How a message travels, to whom, and the table of its states."""

from typing import Final

from oneplace.vocabulary.terms import Term, Transitions


class Channel(Term):
    """By which way a message reaches somebody."""

    NOTICE = "notice", "Notice in the product"
    EMAIL = "email", "Email"
    SMS = "sms", "Text message"
    LETTER = "letter", "Letter"
    PARTNER_TEXT = "partner_text", "Text to copy into a partner's system"


class RecipientKind(Term):
    """Who a message is for."""

    ACCOUNT = "account", "Somebody who signs in here"
    TEAM = "team", "A team"
    ORGANISATION = "organisation", "An organisation"
    PERSON = "person", "A resident or somebody close to them"
    ADDRESS = "address", "An address outside"


class MessageState(Term):
    """How far a message has come."""

    HELD = "held", "Held, can be taken back"
    TAKEN_BACK = "taken_back", "Taken back"
    QUEUED = "queued", "Waiting to go"
    SENDING = "sending", "Going now"
    KEPT = "kept", "Kept here; it would have left"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Could not be delivered"
    STOPPED = "stopped", "Stopped"


MESSAGE: Final = Transitions(
    start=MessageState.HELD,
    allowed={
        MessageState.HELD: (
            MessageState.TAKEN_BACK,
            MessageState.QUEUED,
            MessageState.STOPPED,
        ),
        MessageState.QUEUED: (
            MessageState.SENDING,
            # A notice is delivered by being written; a partner's text is sent by being copied.
            MessageState.DELIVERED,
            MessageState.SENT,
            MessageState.STOPPED,
        ),
        MessageState.SENDING: (
            MessageState.SENT,
            MessageState.KEPT,
            # Put off: the gateway asks us to come again.
            MessageState.QUEUED,
            MessageState.FAILED,
        ),
        MessageState.SENT: (MessageState.DELIVERED, MessageState.FAILED),
        # Somebody mends the address or connects a gateway, and sends it again.
        MessageState.KEPT: (MessageState.QUEUED, MessageState.STOPPED),
        MessageState.FAILED: (MessageState.QUEUED, MessageState.STOPPED),
    },
    with_reason=frozenset({MessageState.FAILED, MessageState.STOPPED}),
)
"""Which state of a message may follow which."""
