"""Django's cache in the database, holding JSON: whoever can write a row there runs no code here.

Django's own backend pickles what it keeps, and unpickling is running. Its class offers no other
way to write a value, so its module is given a writer of JSON under the name it asks for. Numbers,
texts, lists and objects are all that counters need; anything else raises `TypeError` when kept.
"""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from django.core.cache.backends import db
from django.db import connection


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


_KEEP: Final = """
insert into {table} as kept (cache_key, value, expires)
values (%(key)s, %(value)s, %(until)s)
on conflict (cache_key) do update set value = excluded.value, expires = excluded.expires
"""


class JsonCache(db.DatabaseCache):
    """Django's database cache with JSON inside."""

    def keep(self, key: str, value: Any, *, seconds: float) -> None:
        """Keep a value so long, in one statement and without counting what else is kept."""
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(
                _KEEP.format(table=table),
                {
                    "key": self.make_and_validate_key(key),
                    "value": base64.b64encode(orjson.dumps(value)).decode(),
                    "until": datetime.now(UTC) + timedelta(seconds=seconds),
                },
            )
