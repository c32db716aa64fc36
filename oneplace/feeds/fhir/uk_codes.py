"""UK code systems through their generations: every one is accepted, one is sent on."""

from __future__ import annotations

import csv
import functools
from typing import Final, NamedTuple

from oneplace.feeds.fhir.schema import DATA

_ANY: Final = "*"
_FIRST_LETTER: Final = "first letter"


class Sent(NamedTuple):
    """What stands for a received code in the one generation we send."""

    what: str
    """Our name of the code system, like `ethnic_category`."""
    system: str
    code: str


@functools.cache
def names() -> dict[str, str]:
    """Our name of each system, identifier system or extension that is accepted, by address."""
    return {row["accepted"]: row["what"] for row in _rows("uk_systems.csv")}


@functools.cache
def addresses(what: str) -> frozenset[str]:
    """Every accepted address of one of our names."""
    return frozenset(found for found, name in names().items() if name == what)


@functools.cache
def sent_address(what: str) -> str:
    """The one address we send for one of our names."""
    return next(row["sent"] for row in _rows("uk_systems.csv") if row["what"] == what)


@functools.lru_cache(maxsize=4096)
def emitted(system: str, code: str) -> Sent | None:
    """The code we send for one received, or None where there is none (the code is kept as it is).

    Codes of systems the table does not know are sent on unchanged by whoever sends them.
    """
    what = names().get(system)
    if what is None:
        return None
    table = _codes()
    keys = ((what, system, code), (what, system, _ANY), (what, _ANY, _ANY))
    rule = next((table[key] for key in keys if key in table), "")
    if not rule:
        return None
    if rule == _FIRST_LETTER:
        rule = code[:1].upper() if code[:1].isalpha() else _ANY
    sent = code if rule == _ANY else rule
    return Sent(what, sent_address(what), sent) if sent else None


@functools.cache
def _codes() -> dict[tuple[str, str, str], str]:
    return {
        (row["what"], row["accepted_system"], row["accepted"]): row["sent"]
        for row in _rows("uk_codes.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))
