"""Secrets of links and codes: only hashes of them are kept."""

import hashlib
import secrets
import uuid

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from oneplace.vocabulary.ids import id_for

_SECRET_BYTES = 24
# No I, O, 0 or 1; no vowels, so that no word comes of it.
_SIGNS = "BCDFGHJKLMNPQRSTVWXZ23456789"


def new_secret() -> str:
    """A secret nobody can guess, for one link."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def party_of(secret: str) -> uuid.UUID:
    """The party as which whoever holds this secret looks."""
    return id_for("referral-link", secret)


def address_of(secret: str) -> str:
    """The whole address of the page a link opens."""
    return settings.PUBLIC_URL + reverse("referrals:answer_by_link", args=[secret])


def new_code() -> tuple[int, int]:
    """Two numbers of three digits, for the organisation's known address."""
    return 100 + secrets.randbelow(900), 100 + secrets.randbelow(900)


def hash_of_code(link_id: uuid.UUID, code: str) -> str:
    """What is kept of a code; with a key, for who has the database could guess six digits."""
    digits = "".join(sign for sign in code if sign.isdigit())
    digest = salted_hmac("oneplace.referrals.code", f"{link_id}:{digits}", algorithm="sha256")
    return digest.hexdigest()


def new_number() -> str:
    """What a referral is called on the telephone: eight letters and digits hard to mishear."""
    return "R-" + "".join(secrets.choice(_SIGNS) for _ in range(7))
