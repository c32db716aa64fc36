"""Single-purpose links: the secret is reckoned from the message and never stored, only its hash."""

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from oneplace.vocabulary.ids import id_for

# Stands in the stored words where the link will be; filled in only as the message leaves.
PLACEHOLDER = "[[link]]"
_SALT = "oneplace.post.link"
_SECRET_BYTES = 24


@dataclass(frozen=True)
class LinkWanted:
    """That a message shall carry a link: what it is for, and how long it opens."""

    purpose: str
    valid_for: timedelta


def secret_of(message_id: uuid.UUID) -> str:
    """The secret of a message's link: whoever has only the database cannot reckon it."""
    digest = salted_hmac(_SALT, str(message_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:_SECRET_BYTES]).decode()


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def party_of(secret: str) -> uuid.UUID:
    """The party as which whoever holds this secret looks at its message."""
    return id_for("message-link", secret)


def is_secret_of(secret: str, secret_hash: str) -> bool:
    """Whether a secret is the one a hash was made of; takes the same time either way."""
    return hmac.compare_digest(hash_of(secret), secret_hash)


def address_of(message_id: uuid.UUID) -> str:
    """The whole address of a message's link."""
    return settings.PUBLIC_URL + reverse("post:answer_by_link", args=[secret_of(message_id)])


def fill_in(words: str, message_id: uuid.UUID, *, has_link: bool) -> str:
    """The words as they leave, with the link where it belongs."""
    return words.replace(PLACEHOLDER, address_of(message_id)) if has_link else words
