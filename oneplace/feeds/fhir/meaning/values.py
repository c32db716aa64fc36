"""FHIR's data types into plain values: amounts, times, remarks, files; any of them in words."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from oneplace.feeds.fhir.exact import decimal_of
from oneplace.feeds.fhir.meaning.codes import coding_words, words, words_each
from oneplace.feeds.fhir.meaning.forms import (
    Reader,
    Say,
    column,
    detail,
    note_rest,
    part,
    place_of,
)
from oneplace.feeds.fhir.meaning.links import by, inside, linked, named
from oneplace.feeds.fhir.meaning.reading import Reading
from oneplace.feeds.fhir.meaning.times import coarser, moment
from oneplace.vocabulary.terms import Exactness


class Quantity(NamedTuple):
    """A measured amount."""

    value: Decimal | None = None
    unit: str = ""
    comparator: str = ""

    def __str__(self) -> str:
        number = "" if self.value is None else f"{self.value:f}"
        return f"{self.comparator}{number} {self.unit}".strip()


_QUANTITY_NAMES: Final = frozenset({"value", "unit", "comparator", "system", "code"})
_LARGEST_POWER: Final = 100


def quantity(value: Mapping[str, Any], reading: Reading) -> Quantity:
    """An amount with its places."""
    if not value.keys() <= _QUANTITY_NAMES:
        note_rest(value, _QUANTITY_NAMES, reading)
    number = value.get("value")
    found = None if number is None else amount(number, reading)
    return Quantity(found, value.get("unit") or value.get("code", ""), value.get("comparator", ""))


def amount(number: float | Decimal, reading: Reading) -> Decimal | None:
    """A decimal as it was sent; none whose size no measurement has."""
    found = decimal_of(number)
    if abs(found.adjusted()) > _LARGEST_POWER:
        reading.unmapped.append("value")
        return None
    return found


def amount_words(value: Mapping[str, Any], reading: Reading) -> str:
    """An amount in words."""
    return str(quantity(value, reading))


def _number(value: Any, reading: Reading) -> str:
    found = amount(value, reading)
    return "" if found is None else f"{found:f}"


def _range_words(value: Mapping[str, Any], reading: Reading) -> str:
    found = range_of(value, reading)
    return " to ".join(found[name] for name in ("low", "high") if name in found)


def _ratio_words(value: Mapping[str, Any], reading: Reading) -> str:
    note_rest(value, frozenset({"numerator", "denominator"}), reading)
    return " in ".join(
        amount_words(value[name], reading) for name in ("numerator", "denominator") if name in value
    )


range_of: Final = part(
    {
        "low": ("low", amount_words),
        "high": ("high", amount_words),
        "text": ("words", None),
        "type": ("applies_to", words),
        "appliesTo": ("applies_to", lambda value, reading: ", ".join(words_each(value, reading))),
    }
)


_STARTS, _ENDS = place_of("starts_at"), place_of("ends_at")
_EXACTNESS, _RECORDED = place_of("exactness"), place_of("recorded_at")


def _time(place: int, name: str) -> Say:
    def say(value: str, reading: Reading) -> None:
        found = moment(value)
        if found is None:
            # A year that no clock of ours holds: kept in words.
            remark(f"{name}: {value}", reading)
            return
        row = reading.row
        row[place] = found.at
        if found.exactness is not Exactness.SECOND:
            row[_EXACTNESS] = coarser(row[_EXACTNESS], found.exactness)

    return say


def _said(value: Any, reading: Reading) -> str:
    return str(value)


starts = _time(_STARTS, "began")
ends = _time(_ENDS, "ended")


def recorded(value: str, reading: Reading) -> None:
    """When it was taken down; its exactness is that of the words, not of what happened."""
    found = moment(value)
    if found is not None:
        reading.row[_RECORDED] = found.at


def period(value: Mapping[str, Any], reading: Reading) -> None:
    """From when to when."""
    for name, inner in value.items():
        if name == "start":
            starts(inner, reading)
        elif name == "end":
            ends(inner, reading)
        else:
            reading.unmapped.append(name)


def period_of(value: Mapping[str, Any], reading: Reading) -> dict[str, str]:
    """From when to when, as it was said."""
    note_rest(value, frozenset({"start", "end"}), reading)
    said = {"from": value.get("start", ""), "until": value.get("end", "")}
    return {name: text for name, text in said.items() if text}


def period_words(value: Mapping[str, Any], reading: Reading) -> str:
    """From when to when in words."""
    found = period_of(value, reading)
    return " to ".join(found.values())


def when(key: str = "", time: Say = starts) -> dict[str, Say]:
    """A `[x]` that says when: a time into the columns, words into the detail or a remark.

    `time` is where a single time belongs: the entry's start, or its end.
    """
    in_detail = _remark if not key else lambda reader: detail(key, reader)
    return {
        "DateTime": time,
        "Instant": time,
        "Date": time,
        "Period": period if time is starts else _last_of_period,
        "Age": in_detail(lambda value, reading: f"aged {amount_words(value, reading)}"),
        "Range": in_detail(lambda value, reading: f"aged {_range_words(value, reading)}"),
        "String": in_detail(_said),
        "Timing": in_detail(timing),
    }


def _last_of_period(value: Mapping[str, Any], reading: Reading) -> None:
    note_rest(value, frozenset({"start", "end"}), reading)
    ends(value.get("end") or value.get("start", ""), reading)


def _remark(reader: Reader) -> Say:
    def say(value: Any, reading: Reading) -> None:
        remark(reader(value, reading), reading)

    return say


def remark(text: str, reading: Reading) -> None:
    """A remark of ours on what has no place of its own."""
    if text:
        reading.detail.setdefault("notes", []).append({"text": text})


_TIMING_NAMES: Final = frozenset({"event", "code"})


def timing(value: Mapping[str, Any], reading: Reading) -> str:
    """How often, in words where they were given."""
    note_rest(value, _TIMING_NAMES, reading)
    said = [words(value["code"], reading)] if "code" in value else []
    return ", ".join([*said, *value.get("event", ())])


def _truth(value: bool, reading: Reading) -> str:
    return "yes" if value else "no"


ANY: Final[dict[str, Reader]] = {
    "Quantity": amount_words, "Age": amount_words, "Duration": amount_words, "Count": amount_words,
    "CodeableConcept": words, "Coding": coding_words, "Range": _range_words, "Ratio": _ratio_words,
    "Period": period_words, "Decimal": _number, "Boolean": _truth,
    "Reference": named,
    **dict.fromkeys(
        ("String", "Markdown", "Integer", "PositiveInt", "UnsignedInt", "DateTime", "Date",
         "Instant", "Time", "Code", "Uri", "Url", "Canonical", "Id", "Oid", "Uuid"), _said,
    ),
}  # fmt: skip
"""A `value[x]` in words, by its type; a type that is not here is noted as not mapped."""


def in_words(stem: str, key: str) -> dict[str, tuple[str, Reader | None]]:
    """`value[x]` in words, for a part."""
    return {stem + kind: (key, reader) for kind, reader in ANY.items()}


_NOTE: Final = part(
    {
        "text": ("text", None),
        "time": ("at", None),
        "authorString": ("by", None),
        "authorReference": ("by", named),
    }
)


def notes(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    """Remarks."""
    return [_NOTE(value, reading) for value in values]


def say_notes(values: list[dict[str, Any]], reading: Reading) -> None:
    """Remarks into the detail, the first one's text into the entry's own words too."""
    said = notes(values, reading)
    reading.detail.setdefault("notes", []).extend(said)
    if said and not reading.row[_WORDS]:
        reading.row[_WORDS] = said[0].get("text", "")


_WORDS = place_of("words")


def numbers(values: list[dict[str, Any]], reading: Reading) -> list[str]:
    """Business identifiers, as `authority|value`."""
    return [found for value in values if (found := number(value, reading))]


_IDENTIFIER_NAMES: Final = frozenset({"system", "value", "use", "type", "period", "assigner"})


def number(value: Mapping[str, Any], reading: Reading) -> str:
    """One business identifier."""
    if not value.keys() <= _IDENTIFIER_NAMES:
        note_rest(value, _IDENTIFIER_NAMES, reading)
    return f"{value.get('system', '')}|{value['value']}" if value.get("value") else ""


_FILE: Final = part(
    {
        "contentType": ("media_type", None),
        "url": ("address", None),
        "title": ("name", None),
        "size": ("size", None),
        "language": ("language", None),
        "creation": ("made_at", None),
    },
    frozenset({"data", "hash"}),
)


def file_of(value: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """A file, or where it is. Bytes that came with it stay in the delivery, under their hash."""
    found = _FILE(value, reading)
    if "data" in value:
        try:
            held = base64.b64decode(value["data"])
        except ValueError:
            reading.unmapped.append("data")
            return found
        found["sha256"] = hashlib.sha256(held).hexdigest()
        found["size"] = len(held)
        found["place"] = reading.place
    return found


def files(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    """Files."""
    return [file_of(value, reading) for value in values]


def subject(value: Mapping[str, Any], reading: Reading) -> None:
    """Whom it is about."""
    reading.row[_SUBJECT] = reading.pointer(value).subject


_SUBJECT = place_of("subject")


def reasons(values: list[dict[str, Any]], reading: Reading) -> None:
    """Why, in words."""
    reading.detail.setdefault("reason", []).extend(words_each(values, reading))


OF_ALL: Final[dict[str, Say]] = {
    "subject": subject,
    "identifier": detail("numbers", numbers),
    "status": detail("status_as_sent"),
    "note": say_notes,
    "basedOn": linked("based on"),
    "partOf": linked("part of"),
    "replaces": linked("replaces"),
    "encounter": inside,
    "reasonCode": reasons,
    "reasonReference": linked("because of"),
    "language": detail("language"),
}
"""Elements that many types share, under the same names."""
OF_PATIENTS: Final[dict[str, Say]] = {
    **{name: say for name, say in OF_ALL.items() if name != "subject"},
    "patient": subject,
}
CATEGORY: Final[dict[str, Say]] = {"category": detail("category", words_each)}
RECORDED: Final[dict[str, Say]] = {"recordedDate": recorded, "recorder": by}
DESCRIBED: Final[dict[str, Say]] = {"description": column("words")}
