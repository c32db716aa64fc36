"""What was seen before, byte for byte, need not be worked out again.

Systems send the practice, the clinician and the patient with everything that is about them, most
often unchanged. Each process remembers a bounded number of what it made of such bytes.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final, Generic, TypeVar

Made = TypeVar("Made")

OFTEN_REPEATED: Final = frozenset(
    {"Location", "Organization", "Patient", "Practitioner", "PractitionerRole"}
)
"""Types that come along with others again and again."""
MOST: Final = 40_000


class Repeats(Generic[Made]):
    """Things made before, by what they were made of; the oldest is forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._made: dict[Hashable, Made] = {}

    def get(self, key: Hashable) -> Made | None:
        """What was made of it, or None."""
        return self._made.get(key)

    def keep(self, key: Hashable, made: Made) -> None:
        """Remember what was made of it."""
        if len(self._made) >= self.most:
            del self._made[next(iter(self._made))]
        self._made[key] = made


SOUND: Final[Repeats[Any]] = Repeats(4 * MOST)
"""Hashes of resources that were checked and had no fault at all."""
