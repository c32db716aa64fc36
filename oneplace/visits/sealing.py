"""What a phone writes without signal is sealed for this house: nobody else can open it.

The phone keeps everything under its holder's PIN. Should the PIN be forgotten or guessed at five
times, that is gone; what was not yet sent is not, for it is kept sealed as well, and whoever wrote
it hands it over at their next sign-in.

A sealed box (as in ECIES, SEC 1 v2 section 5.1): an ephemeral P-256 key, ECDH with ours, HKDF
SHA-256 over it, AES-256-GCM with the entry's id as associated data. Our key is derived from the
installation's secret, so that every worker process has it and no table holds it.
"""

import base64
import binascii
import functools
import hashlib
from dataclasses import dataclass
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# The order of P-256 (SEC 2, section 2.4.2).
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_POINT: Final = 65
_NONCE: Final = 12
LARGEST: Final = 200_000
"""Characters of one sealed entry; a note of an hour has some ten thousand."""


class SealProblem(ValueError):
    """A sealed entry cannot be opened: damaged, or sealed for another installation."""


@dataclass(frozen=True)
class _Key:
    """Our half, its public point, and a short name for it."""

    private: ec.EllipticCurvePrivateKey
    point: bytes
    name: str


@functools.cache
def _key(secret: str) -> _Key:
    stream = HKDF(algorithm=SHA256(), length=48, salt=None, info=b"oneplace visits seal 1")
    number = int.from_bytes(stream.derive(secret.encode()), "big") % (_ORDER - 1) + 1
    private = ec.derive_private_key(number, ec.SECP256R1())
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return _Key(private, point, hashlib.sha256(point).hexdigest()[:16])


def public_half() -> dict[str, str]:
    """What a phone needs to seal: our public point (base64) and its name."""
    key = _key(settings.SECRET_KEY)
    return {"key": key.name, "point": base64.b64encode(key.point).decode()}


def open_sealed(sealed: str, *, entry_id: str) -> dict[str, Any]:
    """What was sealed under this id: the JSON object the phone wrote. Raises `SealProblem`."""
    if len(sealed) > LARGEST:
        raise SealProblem("This entry is too large to have been written on a phone.")
    try:
        box = base64.b64decode(sealed, validate=True)
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), box[:_POINT])
        shared = _key(settings.SECRET_KEY).private.exchange(ec.ECDH(), theirs)
        plain = AESGCM(_stretched(shared, box[:_POINT])).decrypt(
            box[_POINT : _POINT + _NONCE], box[_POINT + _NONCE :], entry_id.encode()
        )
        opened = orjson.loads(plain)
    except (ValueError, binascii.Error, InvalidTag) as problem:
        raise SealProblem(
            "This entry was damaged, or sealed for another installation."
        ) from problem
    if not isinstance(opened, dict):
        raise SealProblem("This entry is not one a phone of ours writes.")
    return opened


def seal(opened: dict[str, Any], *, entry_id: str, nonce: bytes) -> str:
    """The same from the other side, as the phone does it; for tests and tools."""
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    ours = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), _key(settings.SECRET_KEY).point
    )
    secret = AESGCM(_stretched(private.exchange(ec.ECDH(), ours), point))
    return base64.b64encode(
        point + nonce + secret.encrypt(nonce, orjson.dumps(opened), entry_id.encode())
    ).decode()


def _stretched(shared: bytes, point: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=point, info=b"oneplace visits entry 1").derive(
        shared
    )
