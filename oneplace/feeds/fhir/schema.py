"""Holds a resource to the tables of FHIR R4: a JSON schema built from `data/`, checked in Rust.

We build our own schema, for HL7's published one accepts a second `value[x]`, an impossible day and
a reference to the wrong type. Ours is strict: elements, cardinalities, types, patterns of
primitives (days of the calendar too), required codes, one of each `value[x]`, types referred to.
What a schema cannot say is in `checking`.
"""

from __future__ import annotations

import csv
import functools
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import jsonschema_rs
import orjson

from oneplace.feeds.fhir.faults import Fault, IssueCode
from oneplace.feeds.fhir.supported import DESCRIBED

DATA: Final = Path(__file__).parent / "data"

MOST_FAULTS: Final = 20
"""How many faults of one resource are told; a resource that is all wrong needs no longer list."""

_YEAR = r"(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY = (
    rf"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    rf"|{_LEAP_YEAR}-02-29)"
)
_PART_OF_YEAR = rf"{_YEAR}(?:-(?:0[1-9]|1[0-2]))?"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]{1,9})?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

_PATTERNS: Final = {
    "base64Binary": r"^[0-9A-Za-z+/=\s]*$",
    "canonical": r"^\S+$",
    "code": r"^[^\s]+(?: [^\s]+)*$",
    "date": rf"^(?:{_PART_OF_YEAR}|{_DAY})$",
    "dateTime": rf"^(?:{_PART_OF_YEAR}|{_DAY}(?:T{_CLOCK}{_ZONE})?)$",
    "id": r"^[A-Za-z0-9.-]{1,64}$",
    "instant": rf"^{_DAY}T{_CLOCK}{_ZONE}$",
    "oid": r"^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$",
    "time": rf"^{_CLOCK}$",
    "uri": r"^\S+$",
    "url": r"^\S+$",
    "uuid": r"^urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
}
"""Primitives by pattern: R4's own, tightened to days that exist (R4, section 2.24.0.1)."""

_WORDS: Final = {
    "date": "a date like 1947, 1947-03 or 1947-03-07",
    "dateTime": "a date, or a date with time and zone like 2026-03-07T14:05:00+00:00",
    "instant": "a moment with time and zone like 2026-03-07T14:05:00Z",
    "time": "a time like 14:05:00",
    "id": "1 to 64 letters, digits, hyphens and full stops",
    "code": "a code without spaces before or after",
    "uri": "an address without spaces",
    "url": "an address without spaces",
    "canonical": "an address without spaces",
    "oid": "an OID like urn:oid:1.2.3",
    "uuid": "a UUID like urn:uuid:0a1b2c3d-...",
    "base64Binary": "base64",
}

_LARGEST: Final = 2_147_483_647
_LARGEST_TEXT: Final = 1_048_576
"""R4: a string is at most 1 MB; base64 and narrative are bounded by the bundle."""

_PRIMITIVES: Final[dict[str, dict[str, Any]]] = {
    **{name: {"type": "string", "pattern": pattern} for name, pattern in _PATTERNS.items()},
    "boolean": {"type": "boolean"},
    "decimal": {"type": "number", "minimum": -1e18, "maximum": 1e18},
    "integer": {"type": "integer", "minimum": -_LARGEST - 1, "maximum": _LARGEST},
    "markdown": {"type": "string", "minLength": 1, "maxLength": _LARGEST_TEXT},
    "positiveInt": {"type": "integer", "minimum": 1, "maximum": _LARGEST},
    "string": {"type": "string", "minLength": 1, "maxLength": _LARGEST_TEXT},
    "unsignedInt": {"type": "integer", "minimum": 0, "maximum": _LARGEST},
    "xhtml": {"type": "string", "minLength": 1},
}


class Element(NamedTuple):
    """A row of `data/elements.csv`."""

    path: str
    min: int
    is_list: bool
    is_forbidden: bool
    types: tuple[str, ...]
    targets: tuple[str, ...]
    value_set: str
    same_as: str

    @property
    def name(self) -> str:
        """The last part of its path, `[x]` left off."""
        return self.path.rpartition(".")[2].removesuffix("[x]")

    @property
    def is_choice(self) -> bool:
        """Whether it is a `value[x]`: one of several names, by type."""
        return self.path.endswith("[x]")

    def names(self) -> dict[str, str]:
        """Its names in JSON, each with the type it carries."""
        if self.is_choice:
            return {self.name + kind[0].upper() + kind[1:]: kind for kind in self.types}
        return {self.name: self.types[0] if self.types else ""}


@functools.cache
def elements() -> dict[str, tuple[Element, ...]]:
    """Every element by the path of what it stands in (`Patient`, `Patient.contact`, `Period`)."""
    found: dict[str, list[Element]] = defaultdict(list)
    with (DATA / "elements.csv").open(newline="", encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            element = Element(
                path=row["path"],
                min=int(row["min"]),
                is_list=row["max"] not in {"0", "1"},
                is_forbidden=row["max"] == "0",
                types=tuple(row["types"].split("|")) if row["types"] else (),
                targets=tuple(dict.fromkeys(row["targets"].split("|"))) if row["targets"] else (),
                value_set=row["value_set"],
                same_as=row["same_as"],
            )
            found[element.path.rpartition(".")[0]].append(element)
    return {path: tuple(rows) for path, rows in found.items()}


@functools.cache
def required_codes() -> dict[str, dict[str, tuple[str, ...]]]:
    """The codes of each required value set that R4 spells out, by code system."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with (DATA / "codes.csv").open(newline="", encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            found[row["value_set"]][row["system"]].append(row["code"])
    return {
        value_set: {system: tuple(codes) for system, codes in systems.items()}
        for value_set, systems in found.items()
    }


def schema_of(kind: str, *, tells: bool = True) -> dict[str, Any]:
    """The JSON schema (2020-12) of one resource type, with the data types it uses.

    One that need not tell every fault accepts the same and is quicker: that only one of a
    `value[x]` is given is asked only where an object has members enough to have two and all that it
    must have. An extension may have any of fifty, and mostly has its address and one of them.
    """
    building = _Building(tells=tells)
    root = building.object_of(kind, resource=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **root,
        "$defs": building.finished(),
    }


class _Building:
    """Collects the definitions that a resource type needs, each once."""

    def __init__(self, *, tells: bool) -> None:
        self.tells = tells
        self.definitions: dict[str, dict[str, Any]] = {}
        self.waiting: list[str] = []
        self.asked: set[str] = set()

    def finished(self) -> dict[str, dict[str, Any]]:
        """Every definition asked for, and those they ask for in turn."""
        while self.waiting:
            name = self.waiting.pop()
            self.definitions[name] = self.object_of(name)
        return self.definitions

    def refer(self, name: str) -> dict[str, Any]:
        """A reference to a definition, noting that it is needed."""
        if name not in self.asked:
            self.asked.add(name)
            if name in _PRIMITIVES:
                self.definitions[name] = _PRIMITIVES[name]
            else:
                self.waiting.append(name)
        return {"$ref": f"#/$defs/{name}"}

    def object_of(self, path: str, *, resource: bool = False) -> dict[str, Any]:
        """The schema of what has children: a resource, a data type, a part of either."""
        properties: dict[str, Any] = {}
        required: list[str] = []
        one_of: list[dict[str, Any]] = []
        alone: dict[str, Any] = {}
        if resource:
            properties["resourceType"] = {"const": path}
            required.append("resourceType")
        for element in elements()[path]:
            if element.is_forbidden:
                continue
            names = element.names()
            primitives = []
            for name, kind in names.items():
                is_primitive = kind in _PRIMITIVES
                properties[name] = self._property(element, kind, resource=resource)
                if is_primitive:
                    primitives.append(f"_{name}")
                    properties[f"_{name}"] = self._beside(element)
            if element.min and (primitives or len(names) > 1):
                # A primitive may be missing for a reason told in an extension beside it.
                one_of.append({"anyOf": [{"required": [n]} for n in (*names, *primitives)]})
            elif element.min:
                required += names
            if element.is_choice and len(names) > 1:
                alone |= {name: _without(names, name) for name in names}
        schema: dict[str, Any] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        if not resource:
            schema["minProperties"] = 1
        if required:
            schema["required"] = required
        if one_of:
            schema["allOf"] = one_of
        if alone:
            schema |= self._one_alone(alone, path)
        return schema

    def _one_alone(self, alone: dict[str, Any], path: str) -> dict[str, Any]:
        """Of a choice only one is given."""
        if self.tells:
            return {"dependentSchemas": alone}
        # With fewer members one that must be there is missing, where two of a choice are there.
        needed = sum(1 for one in elements()[path] if one.min and not one.is_choice)
        return {"if": {"minProperties": needed + 2}, "then": {"dependentSchemas": alone}}

    def _property(self, element: Element, kind: str, *, resource: bool) -> dict[str, Any]:
        if element.same_as:
            one = self.refer(element.same_as)
        elif kind in {"BackboneElement", "Element"} and element.path in elements():
            one = self.refer(element.path)
        elif kind == "Resource" or kind in DESCRIBED:
            one = {"type": "object", "required": ["resourceType"]}
        elif resource and element.name == "id":
            one = self.refer("id")
        elif element.value_set in required_codes():
            one = self._coded(element, kind)
        elif kind == "Reference" and element.targets and "Resource" not in element.targets:
            one = self._pointing(element)
        else:
            one = self.refer(kind)
        if not element.is_list:
            return one
        if kind in _PRIMITIVES:
            one = {"anyOf": [one, {"type": "null"}]}
        return {"type": "array", "minItems": 1, "items": one}

    def _beside(self, element: Element) -> dict[str, Any]:
        """The `_name` that carries a primitive's id and extensions."""
        one = self.refer("Element")
        if not element.is_list:
            return one
        return {"type": "array", "minItems": 1, "items": {"anyOf": [one, {"type": "null"}]}}

    def _coded(self, element: Element, kind: str) -> dict[str, Any]:
        systems = required_codes()[element.value_set]
        if kind == "CodeableConcept":
            coding = [
                {
                    "type": "object",
                    "properties": {"system": {"const": system}, "code": {"enum": list(codes)}},
                    "required": ["system", "code"],
                }
                for system, codes in systems.items()
            ]
            fits = coding[0] if len(coding) == 1 else {"anyOf": coding}
            return {
                **self.refer(kind),
                "required": ["coding"],
                "properties": {"coding": {"contains": fits}},
            }
        if kind in _PRIMITIVES:
            return {"enum": sorted({code for codes in systems.values() for code in codes})}
        return self.refer(kind)

    def _pointing(self, element: Element) -> dict[str, Any]:
        """A reference; one that names its target's type may only name a type allowed here."""
        kinds = "|".join(sorted(element.targets))
        pattern = rf"^(?:#|urn:|[A-Za-z][A-Za-z0-9+.-]*://|(?:{kinds})[/?])"
        name = "Reference." + ".".join(sorted(element.targets))
        if name not in self.asked:
            self.asked.add(name)
            plain = self.object_of("Reference")
            plain["properties"] = {
                **plain["properties"],
                "reference": {"type": "string", "pattern": pattern},
            }
            self.definitions[name] = plain
        return {"$ref": f"#/$defs/{name}"}


def _without(names: Iterable[str], kept: str) -> dict[str, Any]:
    others = [name for name in names if name != kept]
    return {"propertyNames": {"not": {"enum": others}}}


@functools.cache
def validator(kind: str, *, tells: bool = True) -> jsonschema_rs.Draft202012Validator:
    """The compiled validator of a type of `supported.DESCRIBED`; see `schema_of`."""
    return jsonschema_rs.Draft202012Validator(
        schema_of(kind, tells=tells), pattern_options=jsonschema_rs.RegexOptions()
    )


@functools.cache
def is_valid(kind: str) -> Callable[[Any], bool]:
    """Whether a resource of that type has no fault by the tables; the quickest way to ask."""
    return validator(kind, tells=False).is_valid


def faults_of(kind: str, resource: Any, *, entry: int | None = None) -> list[Fault]:
    """What is wrong with a resource by the tables of R4; empty where nothing is.

    `kind` is a type of `supported.DESCRIBED`. A resource nested deeper than the validator follows
    is a fault too.
    """
    try:
        if is_valid(kind)(resource):
            return []
        errors = _leaves(validator(kind).iter_errors(resource))
        told = (_told(error, kind, resource, entry) for error in errors)
        return list(dict.fromkeys(itertools.islice(told, MOST_FAULTS)))
    except (ValueError, OverflowError, RecursionError) as error:
        words = f"This cannot be checked: {error}."
        return [Fault("error", "too-costly", words, kind, entry, kind, _id_of(resource))]


def path_of(kind: str, steps: Iterable[str | int]) -> str:
    """An element's path as FHIR writes it: `Patient.name[0].family`."""
    written = kind
    for step in steps:
        written += f"[{step}]" if isinstance(step, int) else f".{step}"
    return written


def _id_of(resource: Any) -> str:
    found = resource.get("id", "") if isinstance(resource, dict) else ""
    return found if isinstance(found, str) else ""


def _leaves(
    errors: Iterable[jsonschema_rs.ValidationError],
) -> Iterator[jsonschema_rs.ValidationError]:
    """The faults that say something: what lies under an `anyOf` instead of the `anyOf`."""
    for error in errors:
        context = getattr(error.kind, "context", None)
        inner = [one for branch in context or () for one in branch]
        # Of two ways to give a value (`status`, `_status`) the first tells what was meant; a null
        # among primitives is never what was meant.
        telling = [one for one in inner if not _says_null(one)]
        yield telling[0] if telling else error


def _says_null(error: jsonschema_rs.ValidationError) -> bool:
    return error.kind.name == "type" and "null" in str(error.kind.as_dict())


def _told(
    error: jsonschema_rs.ValidationError, kind: str, resource: Any, entry: int | None
) -> Fault:
    code, words, further = _said(error)
    path = path_of(kind, [*error.instance_path, *further])
    return Fault("error", code, words, path, entry, kind, _id_of(resource))


def _said(error: jsonschema_rs.ValidationError) -> tuple[IssueCode, str, tuple[str, ...]]:
    """Issue code, plain words, and a further step of the path."""
    keyword = error.kind.name
    if keyword == "required":
        found = str(error.kind.as_dict()["property"])
        name = _choice_names().get(found, found)
        return "required", f"{name} is missing; it must be given.", (name,)
    if keyword == "pattern":
        pattern = _PATTERN_NAMES.get(str(error.kind.as_dict()["pattern"]))
        shown = _shown(error.instance)
        if pattern is None:
            return "structure", f"{shown} refers to a type that may not stand here.", ()
        return "value", f"{shown} is not {_WORDS[pattern]}.", ()
    code, words = _SAID.get(keyword, ("structure", lambda found: f"{found.message}."))
    return code, words(error), ()


def _unexpected(error: jsonschema_rs.ValidationError) -> str:
    names = ", ".join(sorted(map(str, error.kind.as_dict()["unexpected"])))
    return f"R4 has no element of this name here: {names}."


def _not_of_type(error: jsonschema_rs.ValidationError) -> str:
    wanted = " or ".join(_types(error.kind.as_dict()))
    return f"{_shown(error.instance)} stands where {wanted} is expected."


def _not_listed(error: jsonschema_rs.ValidationError) -> str:
    detail = error.kind.as_dict()
    allowed = detail.get("options", [detail.get("expected_value")])
    listed = ", ".join(str(option) for option in allowed)
    return f"{_shown(error.instance)} is not one of: {listed}."


def _together(error: jsonschema_rs.ValidationError) -> str:
    return "Only one of these may be given: " + _doubles(error) + "."


def _out_of_range(error: jsonschema_rs.ValidationError) -> str:
    return f"{_shown(error.instance)} is out of range: {error.message}."


def _is_empty(error: jsonschema_rs.ValidationError) -> str:
    return "This is empty; FHIR leaves out what is not known."


_Words = Callable[[jsonschema_rs.ValidationError], str]
_SAID: Final[dict[str, tuple[IssueCode, _Words]]] = {
    "additionalProperties": ("structure", _unexpected),
    "type": ("structure", _not_of_type),
    "enum": ("code-invalid", _not_listed),
    "const": ("code-invalid", _not_listed),
    "contains": (
        "code-invalid",
        lambda error: "None of its codings is of the value set R4 requires here.",
    ),
    "propertyNames": ("invariant", _together),
    "dependentSchemas": ("invariant", _together),
    "not": ("invariant", _together),
    "minItems": ("structure", _is_empty),
    "minLength": ("structure", _is_empty),
    "minProperties": ("structure", _is_empty),
    "minimum": ("value", _out_of_range),
    "maximum": ("value", _out_of_range),
    "maxLength": (
        "too-long",
        lambda error: f"This text is longer than {_LARGEST_TEXT:,} characters.",
    ),
}


@functools.cache
def _choice_names() -> dict[str, str]:
    """`medicationReference` to `medication[x]`, for every element of several types."""
    return {
        name: f"{row.name}[x]"
        for rows in elements().values()
        for row in rows
        if row.is_choice
        for name in row.names()
    }


_PATTERN_NAMES: Final = {pattern: name for name, pattern in _PATTERNS.items()}
_SHOWN: Final = 60
_KINDS: Final = {
    "object": "an object {...}",
    "array": "a list [...]",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "nothing",
}


def _types(detail: Mapping[str, Any]) -> list[str]:
    found = detail.get("types", detail.get("type"))
    names = [found] if isinstance(found, str) else list(found or ())
    return [_KINDS.get(str(name), str(name)) for name in names] or ["something else"]


def _doubles(error: jsonschema_rs.ValidationError) -> str:
    """The names of the choice that were given together."""
    instance = error.instance
    if not isinstance(instance, dict):
        return str(instance)
    place = ".".join(str(step) for step in error.schema_path)
    stems = {name for name in instance if f".{name}." in f".{place}."}
    stem = min(stems, default="value")
    prefix = _choice_names().get(stem, stem).removesuffix("[x]")
    return ", ".join(sorted(name for name in instance if name.startswith(prefix)))


def _shown(instance: Any) -> str:
    """What stood there, short enough for a message; of an object or a list only what it is."""
    if isinstance(instance, dict):
        return "An object"
    if isinstance(instance, list):
        return "A list"
    text = instance if isinstance(instance, str) else orjson.dumps(instance, default=str).decode()
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return f"“{short}”"
