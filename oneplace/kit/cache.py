"""Django's cache in the database, holding JSON: whoever can write a row there runs no code here.

Django's own backend pickles what it keeps, and unpickling is running. Its class offers no other
way to write a value, so its module is given a writer of JSON under the name it asks for. Numbers,
texts, lists and objects are all that counters need; anything else raises `TypeError` when kept.
"""

from typing import Any

import orjson
from django.core.cache.backends import db


class _Json:
    """What Django's module asks of `pickle`, as JSON."""

    HIGHEST_PROTOCOL = 0

    @staticmethod
    def dumps(value: Any, protocol: int) -> bytes:
        """The value as JSON."""
        del protocol
        return orjson.dumps(value)

    @staticmethod
    def loads(kept: bytes) -> Any:
        """What was kept; what is no JSON counts as nothing kept."""
        try:
            return orjson.loads(kept)
        except orjson.JSONDecodeError:
            return None


db.pickle = _Json  # type: ignore[attr-defined]


class JsonCache(db.DatabaseCache):
    """Django's database cache with JSON inside."""
