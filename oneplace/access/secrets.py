"""Secrets that are shown once and kept only as hashes: links, and the browser's own cookie."""

import hashlib
import secrets

from django.utils.crypto import salted_hmac

SECRET_BYTES = 32


def new_secret() -> str:
    """A secret nobody can guess, fit for an address or a cookie."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """How a secret is kept: SHA-256 suffices for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_of_login(login: str) -> str:
    """How a typed email is kept: keyed, because anybody could hash a list of addresses."""
    text = login.strip().lower()
    return salted_hmac("oneplace.access.login", text, algorithm="sha256").hexdigest()
