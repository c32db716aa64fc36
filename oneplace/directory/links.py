"""Secrets of links to an owner's own entry: only hashes of them are kept."""

import hashlib
import secrets

from django.conf import settings
from django.urls import reverse

_SECRET_BYTES = 24


def new_secret() -> str:
    """A secret nobody can guess, for one link."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def address_of(secret: str) -> str:
    """The whole address of the page a link opens."""
    return settings.PUBLIC_URL + reverse("directory:check_entry", args=[secret])
