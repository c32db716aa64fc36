"""A fresh place file: complete, commented, and sound as it stands."""

import re
import unicodedata
from importlib import resources
from typing import Final

LONGEST_NAME: Final = 60


class PlaceNameError(ValueError):
    """A name no place can have; the message says why."""


def key_of(name: str) -> str:
    """The key a name gives: small letters, digits and _; raises `PlaceNameError`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    key = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    if not key or not key[0].isalpha():
        message = f'"{name}" gives no key: a place\'s name begins with a letter.'
        raise PlaceNameError(message)
    return key


def starter_text(name: str) -> str:
    """The text of a new place file for this name; raises `PlaceNameError`."""
    tidy = " ".join(name.split())
    if re.search(r"/|^\.|^[A-Za-z]:\\", tidy):
        message = (
            f'"{tidy}" reads as a path. Give the name alone, such as "Much Wenborough"; --out says '
            "where to write the file."
        )
        raise PlaceNameError(message)
    if len(tidy) > LONGEST_NAME or any(unicodedata.category(mark) == "Cc" for mark in tidy):
        message = (
            f"A place's name has at most {LONGEST_NAME} letters and nothing that cannot be seen."
        )
        raise PlaceNameError(message)
    key = key_of(tidy)
    quoted = tidy.replace("\\", "\\\\").replace('"', '\\"')
    template = resources.files("oneplace.vocabulary.place") / "starter.toml"
    text = template.read_text(encoding="utf-8")
    return text.replace("@KEY@", key).replace("@NAME@", quoted)
