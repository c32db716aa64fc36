"""What was received, byte for byte: where each resource stands in it, and what its numbers say.

Parsing JSON loses things that matter: `1.10` becomes 1.1, and of two members of one name the last
wins. So each bundle is parsed quickly, written back, and compared with what came. Where the bytes
agree (compact JSON, as most systems send) nothing can have been lost and the places are known.
Where they do not, it is read again slowly, with decimals kept as written and double names refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

import orjson

from oneplace.feeds.fhir.faults import Fault


class Limits(NamedTuple):
    """How much is taken at once; a door may be given others."""

    bytes: int = 64 * 1024 * 1024
    """Bytes of one bundle or resource."""
    entries: int = 20_000
    """Entries of one bundle."""
    depth: int = 64
    """Objects and lists inside each other, in one resource."""
    digits: int = 40
    """Characters of one decimal number."""


LIMITS: Final = Limits()

_BOM: Final = b"\xef\xbb\xbf"
_XML: Final = re.compile(rb"\s*<(?:\?xml|!DOCTYPE|!--|[A-Za-z])")
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_ENVELOPE_DEPTH: Final = 4
"""A resource in a bundle stands inside the bundle, its list of entries, and an entry."""


class Span(NamedTuple):
    """Where a resource stands in what was received: `data[start:end]` are its exact bytes."""

    start: int
    end: int

    def of(self, data: bytes) -> bytes:
        """The exact bytes."""
        return data[self.start : self.end]


class NotReadable(Exception):
    """What was received is not JSON we can take; the fault says why and where."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Read(NamedTuple):
    """Something read: its value, and for a bundle where each entry's resource stands."""

    value: dict[str, Any]
    spans: tuple[Span | None, ...]
    """One per entry of a bundle (None where it carries no resource); one alone otherwise."""
    is_exact: bool
    """Whether floats are written here exactly as they came (else decimals stand in their place)."""


def read(data: bytes, limits: Limits = LIMITS) -> Read:
    """Read a bundle or a resource; raises `NotReadable`.

    In the value, a decimal number is a float whose shortest writing is what was sent, or a
    `Decimal` holding what was sent: `decimal_of` gives the number either way.
    """
    if len(data) > limits.bytes:
        raise _not(
            "too-long",
            f"This is {len(data):,} bytes; at most {limits.bytes:,} are taken at once. "
            "Send it in smaller bundles.",
        )
    if _XML.match(data):
        raise _not(
            "not-supported", "FHIR in XML is not yet supported here. Send application/fhir+json."
        )
    start = len(_BOM) if data.startswith(_BOM) else 0
    value = _parsed(data[start:] if start else data)
    if not isinstance(value, dict):
        raise _not("structure", "A FHIR resource is a JSON object, in curly brackets.")
    _check_entries(value, limits)
    spans = None if start else _compact_spans(data, value, limits)
    if spans is not None:
        return Read(value, spans, is_exact=True)
    _check_depth(data, value, limits)
    return _read_slowly(data, start, limits)


def decimal_of(number: float | Decimal) -> Decimal:
    """A decimal as it was sent, its places kept: 1.10 stays 1.10."""
    return number if isinstance(number, Decimal) else Decimal(repr(number))


def fingerprint(data: bytes) -> str:
    """SHA-256 of the bytes as received."""
    return hashlib.sha256(data).hexdigest()


def canonical_hash(value: Any) -> str:
    """SHA-256 of a resource's content: the same whatever the spaces and the order of members.

    The order of lists and the places of decimals count: 1.10 and 1.1 are two statements.
    """
    text = orjson.dumps(value, default=_as_sent, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def compact(value: Any) -> bytes:
    """A value written without spaces or needless escapes, decimals as they were sent."""
    return orjson.dumps(value, default=_as_sent)


def depth_of(value: Any) -> int:
    """How many objects and lists stand inside each other."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        found, depth = waiting.pop()
        if isinstance(found, dict):
            inner = found.values()
        elif isinstance(found, list):
            inner = found  # type: ignore[assignment]
        else:
            continue
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in inner if isinstance(child, dict | list)]
    return deepest


def _not(code: Any, words: str, path: str = "") -> NotReadable:
    return NotReadable(Fault("fatal", code, words, path))


def _parsed(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if "depth" in error.msg or "ecursion" in error.msg:
            raise _too_deep() from error
        if not data.strip():
            raise _not("structure", "Nothing was sent.") from error
        words = (
            f"This is not JSON: {error.msg} (line {error.lineno}, column {error.colno}, "
            f"byte {error.pos})."
        )
        raise _not("structure", words) from error


def _too_deep(limit: int = LIMITS.depth) -> NotReadable:
    return _not("too-costly", f"This is nested too deeply: more than {limit} levels in a resource.")


def _check_entries(value: dict[str, Any], limits: Limits) -> None:
    entries = value.get("entry")
    if isinstance(entries, list) and len(entries) > limits.entries:
        raise _not(
            "too-costly",
            f"This bundle has {len(entries):,} entries; at most {limits.entries:,} are taken at "
            "once. Send it in smaller bundles.",
            "Bundle.entry",
        )


def _check_depth(data: bytes, value: dict[str, Any], limits: Limits) -> None:
    """Refuse what is nested too deeply; few brackets cannot be deep, and counting them is quick."""
    allowed = limits.depth + _ENVELOPE_DEPTH
    if data.count(b"{") + data.count(b"[") > allowed and depth_of(value) > allowed:
        raise _too_deep(limits.depth)


def _compact_spans(
    data: bytes, value: dict[str, Any], limits: Limits
) -> tuple[Span | None, ...] | None:
    """The places, where writing the value back gives the very bytes received; else None."""
    length = len(data.rstrip())
    entries = value.get("entry")
    try:
        if value.get("resourceType") != "Bundle" or not isinstance(entries, list) or not entries:
            if orjson.dumps(value) != data[:length]:
                return None
            _check_depth(data, value, limits)
            return (Span(0, length),)
        return _compact_entries(data, length, value, entries, limits)
    except orjson.JSONEncodeError:
        return None


def _compact_entries(
    data: bytes, length: int, value: dict[str, Any], entries: list[Any], limits: Limits
) -> tuple[Span | None, ...] | None:
    names = list(value)
    place = names.index("entry")
    before = orjson.dumps({name: value[name] for name in names[:place]})
    opening = (before[:-1] + b',"entry":[') if place else b'{"entry":['
    if not data.startswith(opening):
        return None
    cursor = len(opening)
    allowed = limits.depth + _ENVELOPE_DEPTH
    spans: list[Span | None] = []
    write, starts_with, add, made = orjson.dumps, data.startswith, spans.append, tuple.__new__
    for entry in entries:
        text = write(entry)
        if not starts_with(text, cursor):
            return None
        end = cursor + len(text)
        if data[end : end + 1] not in b",]":
            return None
        if text.count(b"{") + text.count(b"[") > allowed and depth_of(entry) > allowed:
            raise _too_deep(limits.depth)
        if entry.__class__ is dict and "resource" in entry:
            head, tail = _around_resource(entry)
            add(made(Span, (cursor + head, end - tail)))
        else:
            add(None)
        cursor = end + 1
    after = orjson.dumps({name: value[name] for name in names[place + 1 :]})
    closing = b"]" + (b"," + after[1:] if len(after) > 2 else b"}")
    return tuple(spans) if data[cursor - 1 : length] == closing else None


def _around_resource(entry: dict[str, Any]) -> tuple[int, int]:
    """How many bytes of a compactly written entry stand before and after its resource."""
    if list(entry) == ["fullUrl", "resource", "request"]:
        head = len(orjson.dumps(entry["fullUrl"])) + 23
        return head, len(orjson.dumps(entry["request"])) + 12
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    filling = before
    for name, part in entry.items():
        if name == "resource":
            filling = after
        else:
            filling[name] = part
    # {"fullUrl":"..."} stands open before `,"resource":`; without anything before, `{"resource":`.
    head = len(orjson.dumps(before)) + 11 if before else 12
    return head, len(orjson.dumps(after)) if after else 1


class _Double(ValueError):
    """A name that stands twice in one object."""


class _TooManyDigits(ValueError):
    """A number longer than any measurement."""


def _exact_decoder(limits: Limits) -> json.JSONDecoder:
    def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            raise _Double(next(name for name in names if names.count(name) > 1))
        return found

    def number(kind: Callable[[str], Any]) -> Callable[[str], Any]:
        def as_written(text: str) -> Any:
            if len(text) > limits.digits:
                raise _TooManyDigits(text[:10])
            return kind(text)

        return as_written

    return json.JSONDecoder(
        object_pairs_hook=once_each, parse_float=number(Decimal), parse_int=number(int)
    )


def _read_slowly(data: bytes, start: int, limits: Limits) -> Read:
    """Read with every decimal as written, every name once, and the places of the resources."""
    try:
        value = _exact_decoder(limits).decode(data[start:].decode("utf-8"))
        spans = _Walk(data, start).spans()
    except _Double as error:
        name = error.args[0]
        words = f"The name {name!r} stands twice in one object, so its meaning is not certain."
        raise _not("structure", words) from error
    except _TooManyDigits as error:
        words = f"The number {error.args[0]}... has more than {limits.digits} digits."
        raise _not("value", words) from error
    except RecursionError as error:
        raise _too_deep(limits.depth) from error
    except (ValueError, InvalidOperation, StopIteration, IndexError) as error:
        raise _not("structure", f"This is not JSON: {error}.") from error
    return Read(value, spans, is_exact=False)


class _Walk:
    """Walks the outer members of a bundle; what stands inside is stepped over in C.

    The bytes are read as Latin-1, so that a character's place is its byte's place: in UTF-8 no byte
    of a longer character looks like a quote or a bracket.
    """

    def __init__(self, data: bytes, start: int) -> None:
        self.text = data.decode("latin-1")
        self.start = start
        self.decoder = json.JSONDecoder()

    def spans(self) -> tuple[Span | None, ...]:
        """The place of each entry's resource; of the whole where there are no entries."""
        begins = self._after_space(self.start)
        found: list[Span | None] = []
        kind = ""
        at = self._after_space(begins + 1)
        while self.text[at] != "}":
            name, at = self._name(at)
            value = at
            if name == "entry" and self.text[at] == "[":
                found, at = self._entries(at)
            else:
                at = self._end_of(at)
            if name == "resourceType":
                kind = self.text[value:at]
            at = self._after_comma(at)
        return tuple(found) if found and kind == '"Bundle"' else (Span(begins, at + 1),)

    def _entries(self, at: int) -> tuple[list[Span | None], int]:
        """The place of each entry's resource in the list that opens here, and the list's end."""
        found: list[Span | None] = []
        at = self._after_space(at + 1)
        while self.text[at] != "]":
            span = None
            if self.text[at] == "{":
                span, at = self._resource(at)
            else:
                at = self._end_of(at)
            found.append(span)
            at = self._after_comma(at)
        return found, at + 1

    def _resource(self, at: int) -> tuple[Span | None, int]:
        """The place of the resource in the entry that opens here, and the entry's end."""
        span = None
        at = self._after_space(at + 1)
        while self.text[at] != "}":
            name, begins = self._name(at)
            at = self._end_of(begins)
            if name == "resource":
                span = Span(begins, at)
            at = self._after_comma(at)
        return span, at + 1

    def _name(self, at: int) -> tuple[str, int]:
        """The name that stands here, and where its value begins."""
        name, at = self.decoder.raw_decode(self.text, at)
        return name, self._after_space(self._after_space(at) + 1)

    def _end_of(self, at: int) -> int:
        return self.decoder.raw_decode(self.text, at)[1]

    def _after_comma(self, at: int) -> int:
        at = self._after_space(at)
        return self._after_space(at + 1) if self.text[at] == "," else at

    def _after_space(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at


def _as_sent(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value).replace("E", "e"))
    raise TypeError
