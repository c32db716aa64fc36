"""The cache in the database keeps JSON: a row somebody planted there runs nothing."""

import base64
import pickle

import pytest
from django.core.cache import cache
from django.db import connection

pytestmark = pytest.mark.django_db


class _Harm:
    def __reduce__(self) -> tuple[object, ...]:
        return (pytest.fail, ("code from the cache was run",))


def test_counters_come_back_as_they_were_kept() -> None:
    cache.set("count", 3)
    cache.set("times", [1.5, 2.5])
    cache.incr("count")

    assert cache.get("count") == 4
    assert cache.get_many(["times", "none"]) == {"times": [1.5, 2.5]}


def test_a_planted_row_runs_nothing() -> None:
    cache.set("count", 3)
    planted = base64.b64encode(pickle.dumps(_Harm())).decode()
    with connection.cursor() as cursor:
        cursor.execute("update kit_counter set value = %s", [planted])

    assert cache.get("count") is None


def test_what_is_no_plain_value_is_not_kept() -> None:
    with pytest.raises(TypeError):
        cache.set("who", object())
