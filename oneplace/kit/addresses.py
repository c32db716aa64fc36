"""Addresses of our own pages, each made once in this process: a page of a record has fifty."""

import uuid
from functools import lru_cache
from typing import Final

from django.urls import get_script_prefix, get_urlconf, reverse

_MARK: Final = 0xADD7E55 << 100
"""Beyond every id that is given: ids begin with the time they were made at."""


def address_of(route: str, *parts: object) -> str:
    """What `reverse` answers for these parts; raises `NoReverseMatch` as it does."""
    for part in parts:
        if type(part) is not uuid.UUID:
            return reverse(route, args=parts or None)
    first, *others = _between(route, len(parts), get_script_prefix(), get_urlconf())
    return first + "".join(f"{part}{other}" for part, other in zip(parts, others, strict=True))


@lru_cache(maxsize=1024)
def _between(route: str, number: int, _prefix: str, _routes: str | None) -> tuple[str, ...]:
    """An address without its ids: what stands before, between and after them."""
    marks = [uuid.UUID(int=_MARK + place) for place in range(number)]
    left = reverse(route, args=marks or None)
    found = []
    for mark in marks:
        before, is_there, left = left.partition(str(mark))
        if not is_there:
            raise RuntimeError(f"{route} does not show its parts in their order.")
        found.append(before)
    return (*found, left)
