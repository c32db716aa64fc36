"""Tables of elements: what becomes of each element of a resource, and what no table names.

A resource is read element by element through one table, straight into the row it becomes. An
element (at any depth) that no table names is noted by its path, so that nothing is dropped in
silence. Narrative is not read: it repeats what the elements say, and stays in the source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from oneplace.feeds.fhir import uk_codes
from oneplace.feeds.fhir.meaning.reading import Reading
from oneplace.vocabulary.rows import EntrySaid

Reader = Callable[[Any, Reading], Any]
"""Reads an element into a value of ours."""
Part = Callable[[Mapping[str, Any], Reading], dict[str, Any]]
"""Reads an element into an object of the detail."""
Say = Callable[[Any, Reading], None]
"""Reads an element and puts it where it belongs in the row being made."""
Table = Mapping[str, Say]
"""An element's name, or our name of a UK extension, to what becomes of it."""

NOT_READ: Final = frozenset({"resourceType", "id", "meta", "text", "contained"})
"""Read elsewhere (`rows`), or not at all because it repeats the elements."""

EMPTY_ENTRY: Final[list[Any]] = [EntrySaid._field_defaults.get(name) for name in EntrySaid._fields]


def place_of(name: str) -> int:
    """Where a column stands in an entry; raises for one that is not there."""
    return EntrySaid._fields.index(name)


def column(name: str, reader: Reader | None = None) -> Say:
    """The element fills a column of the entry."""
    place = place_of(name)

    def say(value: Any, reading: Reading) -> None:
        reading.row[place] = value if reader is None else reader(value, reading)

    return say


def detail(name: str, reader: Reader | None = None) -> Say:
    """The element stands in the entry's detail, unless it says nothing."""

    def say(value: Any, reading: Reading) -> None:
        found = value if reader is None else reader(value, reading)
        if found or found is False or found == 0:
            reading.detail[name] = found

    return say


def read(table: Table, resource: Mapping[str, Any], reading: Reading) -> None:
    """Every element of a resource by its table; what the table does not name is noted."""
    unmapped = reading.unmapped
    get = table.get
    for name, value in resource.items():
        say = get(name)
        if say is None:
            if name == "extension":
                _extensions(table, value, reading)
            elif name not in NOT_READ:
                unmapped.append(name)
            continue
        before = len(unmapped)
        say(value, reading)
        if len(unmapped) != before:
            within(name, unmapped, before)


def _extensions(table: Table, extensions: list[dict[str, Any]], reading: Reading) -> None:
    """Extensions of the UK that the table names by our own name; others are noted."""
    unmapped = reading.unmapped
    for extension in extensions:
        url = extension["url"]
        say = table.get(uk_codes.names().get(url, ""))
        name = next((name for name in extension if name.startswith("value")), "")
        if say is None or not name:
            unmapped.append(f"extension('{url}')")
            continue
        before = len(unmapped)
        say(extension[name], reading)
        if len(unmapped) != before:
            within(f"extension('{url}').{name}", unmapped, before)


def within(name: str, unmapped: list[str], before: int) -> None:
    """What was noted since `before` stands inside the element of this name."""
    unmapped[before:] = [f"{name}.{path}" for path in unmapped[before:]]


def many(reader: Reader) -> Reader:
    """A list, each item read the same way."""

    def read_all(values: list[Any], reading: Reading) -> list[Any]:
        return [reader(value, reading) for value in values]

    return read_all


def part(
    table: Mapping[str, tuple[str, Reader | None]], silent: frozenset[str] = frozenset()
) -> Part:
    """A part with elements of its own, read into an object for the detail."""

    def read_part(value: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
        found: dict[str, Any] = {}
        unmapped = reading.unmapped
        for name, inner in value.items():
            known = table.get(name)
            if known is None:
                if name == "extension":
                    note_extensions(inner, reading)
                elif name not in silent:
                    unmapped.append(name)
                continue
            key, reader = known
            before = len(unmapped)
            said = inner if reader is None else reader(inner, reading)
            if len(unmapped) != before:
                within(name, unmapped, before)
            if said or said is False or said == 0:
                found[key] = said
        return found

    return read_part


def note_extensions(extensions: list[dict[str, Any]], reading: Reading) -> None:
    """Extensions that are not read."""
    reading.unmapped += [f"extension('{extension['url']}')" for extension in extensions]


def note_rest(value: Mapping[str, Any], names: frozenset[str], reading: Reading) -> None:
    """Every element besides these is noted."""
    for name, inner in value.items():
        if name == "extension":
            note_extensions(inner, reading)
        elif name not in names:
            reading.unmapped.append(name)


def choice(stem: str, say: Mapping[str, Say]) -> dict[str, Say]:
    """`value[x]`, under each of the names it may have."""
    return {stem + kind: found for kind, found in say.items()}
