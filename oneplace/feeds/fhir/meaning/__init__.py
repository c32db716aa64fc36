"""Resources into statements, by table: which element says what; what no table names is listed.

Each type has one table, from an element's name to the statement's field and how it is read. An
element (at any depth) that no table names is reported in `Told.unmapped` by its path, so that
nothing is dropped in silence. Narrative is not read: it repeats what the elements say, and stays
in the source.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from oneplace.feeds.fhir import statements as said
from oneplace.feeds.fhir import uk_codes
from oneplace.feeds.fhir.bundles import Plan, Step, Target
from oneplace.feeds.fhir.exact import decimal_of
from oneplace.vocabulary import nhs_number


class Told(NamedTuple):
    """A statement, and the paths of what was sent and is not in it."""

    statement: said.Statement
    unmapped: tuple[str, ...]


class _Reading:
    """One resource being read: what its references name, and what was not mapped so far."""

    __slots__ = ("contained", "refs", "targets", "unmapped")

    def __init__(self, targets: Mapping[str, Target]) -> None:
        self.targets = targets
        self.contained: dict[str, Any] = {}
        self.unmapped: list[str] = []
        self.refs: dict[str, said.Ref] = {}


_Reader = Callable[[Any, _Reading], Any]
_Table = Mapping[str, tuple[str, _Reader | None]]
"""An element's name, to the field it fills and how it is read (None: as it is)."""


class _Form:
    """A table made ready: elements to places in a named tuple, and the tuple with nothing said."""

    __slots__ = ("empty", "make", "places", "silent")

    def __init__(self, make: type[Any], table: _Table, silent: frozenset[str]) -> None:
        fields = make._fields
        defaults = make._field_defaults
        self.make = make
        self.empty = [defaults.get(field) for field in fields]
        self.places = {
            name: (fields.index(field), reader) for name, (field, reader) in table.items()
        }
        self.silent = silent

    def read(self, value: dict[str, Any], reading: _Reading, source: Any = None) -> Any:
        """The tuple an object says; every element no table names is noted.

        The tuple is filled by place: by name it would cost as much as all the rest.
        """
        said_so_far = self.empty.copy()
        if source is not None:
            said_so_far[0] = source
        out = reading.unmapped
        places = self.places
        for name, inner in value.items():
            found = places.get(name)
            if found is None:
                if name == "extension":
                    self._extensions(inner, reading, said_so_far)
                elif name not in self.silent:
                    out.append(name)
                continue
            place, reader = found
            if reader is None:
                said_so_far[place] = inner
                continue
            before = len(out)
            said_so_far[place] = reader(inner, reading)
            if len(out) != before:
                _within(name, out, before)
        return tuple.__new__(self.make, said_so_far)

    def _extensions(
        self, extensions: list[dict[str, Any]], reading: _Reading, said_so_far: list[Any]
    ) -> None:
        """Extensions of the UK that the table names by our own name; others are noted."""
        out = reading.unmapped
        for extension in extensions:
            url = extension["url"]
            found = self.places.get(uk_codes.names().get(url, ""))
            name = next((name for name in extension if name.startswith("value")), "")
            value = _VALUES.get(name.removeprefix("value"))
            if found is None or value is None:
                out.append(f"extension('{url}')")
                continue
            place, reader = found
            before = len(out)
            said_so_far[place] = (reader or value)(extension[name], reading)
            if len(out) != before:
                _within(f"extension('{url}').{name}", out, before)


_NOT_READ: Final = frozenset({"resourceType", "id", "meta", "text"})
_REST: Final = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/.+)?")


def statements(plan: Plan) -> Iterator[Told]:
    """What each step of a plan says, in order."""
    reading = _Reading(plan.targets)
    for step in plan.steps:
        yield _told(step, reading)


def _told(step: Step, reading: _Reading) -> Told:
    resource = step.resource
    form, finish = _forms()[step.kind]
    out = reading.unmapped = []
    if "contained" in resource:
        reading.contained = {f"#{part.get('id')}": part for part in resource["contained"]}
        out += [
            f"contained[{place}]"
            for place, part in enumerate(resource["contained"])
            if part.get("resourceType") != "Medication"
        ]
    elif reading.contained:
        reading.contained = {}
    statement = form.read(resource, reading, _source(step, resource))
    if finish is not None:
        statement = finish(statement, reading)
    unmapped = tuple(f"{step.kind}.{path}" for path in out) if out else ()
    return Told(statement, unmapped)


def _source(step: Step, resource: dict[str, Any]) -> said.Source:
    meta = resource.get("meta")
    identifier = step.id or resource.get("id", "")
    if meta is None:
        return said.Source(step.kind, identifier, step.entry, step.full_url, step.span)
    labels = [*meta.get("security", ()), *meta.get("tag", ())]
    return said.Source(
        step.kind,
        identifier,
        step.entry,
        step.full_url,
        step.span,
        meta.get("versionId", ""),
        meta.get("lastUpdated", ""),
        tuple(meta.get("profile", ())),
        tuple(_code(label) for label in labels),
    )


def _within(name: str, out: list[str], before: int) -> None:
    """What a reader noted stands inside the element of this name."""
    out[before:] = [
        name + path if not path or path[0] == "[" else f"{name}.{path}" for path in out[before:]
    ]


def _many(reader: _Reader) -> _Reader:
    """A list, each item read the same way."""

    def read(values: list[Any], reading: _Reading) -> tuple[Any, ...]:
        if len(values) == 1:
            out = reading.unmapped
            before = len(out)
            only = reader(values[0], reading)
            if len(out) != before:
                _within("[0]", out, before)
            return (only,)
        return tuple(_each(values, reading))

    def _each(values: list[Any], reading: _Reading) -> Iterator[Any]:
        out = reading.unmapped
        for place, value in enumerate(values):
            before = len(out)
            yield reader(value, reading)
            if len(out) != before:
                _within(f"[{place}]", out, before)

    return read


def _part(make: type[Any], table: _Table, silent: frozenset[str] = frozenset()) -> _Reader:
    """A part with a table of its own."""
    return _Form(make, table, silent).read


def _plain(value: Any, reading: _Reading) -> Any:
    return value


def _texts(values: list[str | None], reading: _Reading) -> tuple[str, ...]:
    """A list of texts; a null among them holds the place of an extension."""
    return tuple(value or "" for value in values)


def _decimal(value: Any, reading: _Reading) -> Decimal:
    return decimal_of(value)


_PLAIN_CODE_NAMES: Final = frozenset({"system", "code", "display"})
_CODE_NAMES: Final = _PLAIN_CODE_NAMES | {"version", "userSelected"}


def _code(value: dict[str, Any]) -> said.Code:
    get = value.get
    return said.Code(
        get("system", ""), get("code", ""), get("display", ""), get("version", ""),
        get("userSelected"),
    )  # fmt: skip


def _coding(value: dict[str, Any], reading: _Reading) -> said.Code:
    if value.keys() <= _CODE_NAMES:
        return _code(value)
    display = value.get("display", "")
    for name in value:
        if name == "extension":
            for extension in value["extension"]:
                found = uk_codes.names().get(extension["url"])
                if found == "extension_description_display" and "valueString" in extension:
                    # What the person who coded it saw goes before the concept's own name.
                    display = extension["valueString"]
                else:
                    reading.unmapped.append(f"extension('{extension['url']}')")
        elif name not in _CODE_NAMES:
            reading.unmapped.append(name)
    return _code(value)._replace(display=display)


_codings = _many(_coding)


@functools.lru_cache(maxsize=16_384)
def _said_once(text: str, system: str, code: str, display: str) -> said.Concept:
    """A borough's records say the same few thousand concepts; each is kept once."""
    return said.Concept(text, (said.Code(system, code, display),))


def _concept(value: dict[str, Any], reading: _Reading) -> said.Concept:
    text = value.get("text", "")
    codings = value.get("coding")
    codes: tuple[said.Code, ...] = ()
    if codings is not None:
        if len(codings) == 1 and len(value) == 1 + ("text" in value):
            only = codings[0]
            if only.keys() <= _PLAIN_CODE_NAMES:
                get = only.get
                return _said_once(text, get("system", ""), get("code", ""), get("display", ""))
        before = len(reading.unmapped)
        codes = _codings(codings, reading)
        if len(reading.unmapped) != before:
            _within("coding", reading.unmapped, before)
    if len(value) > (codings is not None) + ("text" in value):
        _note_rest(value, _CONCEPT_NAMES, reading)
    return said.Concept(text, codes)


_CONCEPT_NAMES: Final = frozenset({"text", "coding"})


def _note_rest(value: dict[str, Any], names: frozenset[str], reading: _Reading) -> None:
    for name, inner in value.items():
        if name == "extension":
            reading.unmapped += [f"extension('{extension['url']}')" for extension in inner]
        elif name not in names:
            reading.unmapped.append(name)


_REF_NAMES: Final = frozenset({"reference", "display", "identifier", "type"})


def _ref(value: dict[str, Any], reading: _Reading) -> said.Ref:
    text = value.get("reference", "")
    if len(value) == 1 and text:
        known = reading.refs.get(text)
        if known is not None:
            return known
        found = reading.refs[text] = _named(text, value, reading)
        if text[0] == "#":
            del reading.refs[text]
        return found
    if not value.keys() <= _REF_NAMES:
        _note_rest(value, _REF_NAMES, reading)
    return _named(text, value, reading)


def _named(text: str, value: dict[str, Any], reading: _Reading) -> said.Ref:
    kind, identifier, entry = value.get("type", ""), "", None
    target = reading.targets.get(text)
    if target is not None:
        kind, identifier, entry = target.kind, target.id, target.entry
    elif text[:1] == "#":
        kind = reading.contained.get(text, {}).get("resourceType", kind)
    elif match := _REST.fullmatch(text):
        kind, identifier = match[1], match[2]
    business = value.get("identifier", {})
    return said.Ref(
        text, kind, identifier, entry, value.get("display", ""),
        business.get("system", ""), business.get("value", ""),
    )  # fmt: skip


_concepts = _many(_concept)
_refs = _many(_ref)
_period = _part(said.Period, {"start": ("start", None), "end": ("end", None)})
_quantity = _part(
    said.Quantity,
    {
        "value": ("value", _decimal),
        "unit": ("unit", None),
        "comparator": ("comparator", None),
        "system": ("system", None),
        "code": ("code", None),
    },
)
_range = _part(said.Range, {"low": ("low", _quantity), "high": ("high", _quantity)})
_ratio = _part(
    said.Ratio, {"numerator": ("numerator", _quantity), "denominator": ("denominator", _quantity)}
)
_identifier = _part(
    said.Identifier,
    {
        "system": ("system", None),
        "value": ("value", None),
        "use": ("use", None),
        "type": ("type", _concept),
        "period": ("period", _period),
        "assigner": ("assigner", _ref),
        "extension_nhs_number_status": ("status", _concept),
    },
)
_identifiers = _many(_identifier)
_name = _part(
    said.Name,
    {
        "use": ("use", None),
        "family": ("family", None),
        "given": ("given", _texts),
        "prefix": ("prefix", _texts),
        "suffix": ("suffix", _texts),
        "text": ("text", None),
        "period": ("period", _period),
    },
)
_names = _many(_name)
_reach = _many(
    _part(
        said.Reach,
        {
            "system": ("system", None),
            "value": ("value", None),
            "use": ("use", None),
            "rank": ("rank", None),
            "period": ("period", _period),
        },
    )
)
_address = _part(
    said.Address,
    {
        "use": ("use", None),
        "type": ("type", None),
        "text": ("text", None),
        "line": ("lines", _texts),
        "city": ("town", None),
        "district": ("district", None),
        "state": ("county", None),
        "postalCode": ("postcode", None),
        "country": ("country", None),
        "period": ("period", _period),
    },
)
_addresses = _many(_address)
_notes = _many(
    _part(
        said.Note,
        {
            "text": ("text", None),
            "time": ("at", None),
            "authorString": ("by", None),
            "authorReference": ("by", _ref),
        },
    )
)
_attachment = _part(
    said.Attachment,
    {
        "contentType": ("content_type", None),
        "url": ("url", None),
        "title": ("title", None),
        "data": ("data", None),
        "hash": ("hash", None),
        "size": ("size", None),
        "language": ("language", None),
        "creation": ("created", None),
    },
)
_languages = _many(
    _part(
        said.Language,
        {"language": ("language", _concept), "preferred": ("is_preferred", None)},
    )
)

_VALUES: Final[dict[str, _Reader]] = {
    "Quantity": _quantity, "Age": _quantity, "Duration": _quantity, "Count": _quantity,
    "CodeableConcept": _concept, "Coding": _coding, "Reference": _ref, "Range": _range,
    "Ratio": _ratio, "Period": _period, "Decimal": _decimal, "String": _plain, "Markdown": _plain,
    "Boolean": _plain, "Integer": _plain, "PositiveInt": _plain, "UnsignedInt": _plain,
    "DateTime": _plain, "Date": _plain, "Instant": _plain, "Time": _plain, "Code": _plain,
    "Uri": _plain, "Url": _plain, "Canonical": _plain, "Id": _plain, "Oid": _plain, "Uuid": _plain,
}  # fmt: skip
"""How a `value[x]` of each type is read; a type that is not here is noted as not mapped."""


def _choice(stem: str, field: str) -> dict[str, tuple[str, _Reader | None]]:
    """`value[x]`, under each of the names it may have."""
    return {stem + kind: (field, reader) for kind, reader in _VALUES.items()}


def _same(*names: str) -> dict[str, tuple[str, _Reader | None]]:
    """Elements taken as they are, under their own name."""
    return {name: (name, None) for name in names}


_PERSON: Final = {"subject": ("person", _ref), "identifier": ("identifiers", _identifiers)}
_PATIENT: Final = {"patient": ("person", _ref), "identifier": ("identifiers", _identifiers)}
_STATUS_HISTORY = _many(
    _part(said.StatusThen, {"status": ("status", None), "period": ("period", _period)})
)
_DIAGNOSES = _many(
    _part(
        said.Diagnosis,
        {
            "condition": ("condition", _ref),
            "use": ("use", _concept),
            "role": ("use", _concept),
            "rank": ("rank", None),
        },
    )
)


def _taking_part(who: str, roles: str, *, many: bool) -> _Reader:
    table: dict[str, tuple[str, _Reader | None]] = {
        who: ("who", _ref),
        roles: ("roles", _concepts if many else _one_concept),
        "status": ("status", None),
        "required": ("required", None),
        "onBehalfOf": ("on_behalf_of", _ref),
        "period": ("period", _period),
    }
    return _many(_part(said.TakingPart, table))


def _one_concept(value: dict[str, Any], reading: _Reading) -> tuple[said.Concept, ...]:
    return (_concept(value, reading),)


_ranges = _many(
    _part(
        said.ReferenceRange,
        {
            "low": ("low", _quantity),
            "high": ("high", _quantity),
            "type": ("type", _concept),
            "appliesTo": ("applies_to", _concepts),
            "text": ("text", None),
        },
    )
)
_doses = _many(
    _part(
        said.Dose,
        {
            "sequence": ("sequence", None),
            "text": ("text", None),
            "additionalInstruction": ("instructions", _concepts),
            "patientInstruction": ("for_the_person", None),
            "asNeededBoolean": ("as_needed", None),
            "asNeededCodeableConcept": ("as_needed", _concept),
            "site": ("site", _concept),
            "route": ("route", _concept),
            "method": ("method", _concept),
        },
    )
)


def _medication(statement: Any, reading: _Reading) -> said.MedicationSaid:
    """Of a medicine that is contained, what it is."""
    found: said.MedicationSaid = statement
    held = reading.contained.get(found.medicine.text, {}) if found.medicine else {}
    if held.get("resourceType") != "Medication":
        return found
    before = len(reading.unmapped)
    _note_rest(held, _MEDICINE_NAMES, reading)
    concept = _concept(held["code"], reading) if "code" in held else None
    if found.medicine is not None:
        _within(f"contained('{found.medicine.text}')", reading.unmapped, before)
    return found._replace(what=concept)


_MEDICINE_NAMES: Final = frozenset({"resourceType", "id", "meta", "text", "code"})


@functools.lru_cache(maxsize=2_048)
def _is_sound(digits: str) -> bool:
    return nhs_number.is_valid(digits)


def _person(statement: Any, reading: _Reading) -> said.PersonSaid:
    """The NHS numbers among the identifiers, each with what is known of it."""
    found: said.PersonSaid = statement
    systems = uk_codes.addresses("nhs_number")
    numbers = []
    for identifier in found.identifiers:
        if identifier.system not in systems or not identifier.value:
            continue
        digits = nhs_number.tidy(identifier.value)
        status = ""
        for code in identifier.status.codes if identifier.status else ():
            sent = uk_codes.emitted(code.system, code.code)
            status = sent.code if sent else status
        numbers.append(said.NhsNumber(digits, status, _is_sound(digits), identifier.use == "old"))
    return found._replace(nhs_numbers=tuple(numbers)) if numbers else found


def _appointment(statement: Any, reading: _Reading) -> said.AppointmentSaid:
    """The person is the patient among those who take part."""
    found: said.AppointmentSaid = statement
    parts = found.participants
    person = next((part.who for part in parts if part.who and part.who.kind == "Patient"), None)
    return found._replace(person=person)


def _answers(items: list[dict[str, Any]], reading: _Reading) -> tuple[said.Answer, ...]:
    """Every item in the order it stands, those inside groups and answers after their own."""
    found: list[said.Answer] = []
    waiting = [(item, f"[{place}]") for place, item in enumerate(items)][::-1]
    while waiting:
        item, path = waiting.pop()
        inner: list[tuple[dict[str, Any], str]] = []
        values: list[said.Value] = []
        for number, answer in enumerate(item.get("answer", ())):
            where = f"{path}.answer[{number}]"
            for name, value in answer.items():
                reader = _VALUES.get(name.removeprefix("value"))
                if name == "item":
                    inner += [(one, f"{where}.item[{n}]") for n, one in enumerate(value)]
                elif reader is None:
                    reading.unmapped.append(f"{where}.{name}")
                else:
                    before = len(reading.unmapped)
                    values.append(reader(value, reading))
                    _within(f"{where}.{name}", reading.unmapped, before)
        before = len(reading.unmapped)
        _note_rest(item, _ITEM_NAMES, reading)
        _within(path, reading.unmapped, before)
        inner += [(one, f"{path}.item[{n}]") for n, one in enumerate(item.get("item", ()))]
        waiting += inner[::-1]
        if values or "text" in item or not inner:
            found.append(said.Answer(item["linkId"], item.get("text", ""), tuple(values)))
    return tuple(found)


_ITEM_NAMES: Final = frozenset({"linkId", "text", "answer", "item"})


def _sections(sections: list[dict[str, Any]], reading: _Reading) -> tuple[said.Section, ...]:
    """Every section, those inside others after their own; its narrative stays in the source."""
    found: list[said.Section] = []
    waiting = [(section, f"[{place}]") for place, section in enumerate(sections)][::-1]
    while waiting:
        section, path = waiting.pop()
        before = len(reading.unmapped)
        found.append(_section(section, reading))
        _within(path, reading.unmapped, before)
        inner = section.get("section", ())
        waiting += [(one, f"{path}.section[{n}]") for n, one in enumerate(inner)][::-1]
    return tuple(found)


_section = _part(
    said.Section,
    {
        "title": ("title", None),
        "code": ("what", _concept),
        "entry": ("items", _refs),
        "emptyReason": ("empty_reason", _concept),
    },
    frozenset({"section", "text", "id"}),
)

_DETAIL = _many(_part(said.Detail, {"type": ("type", _concept), **_choice("value", "value")}))
_ACTIVITY = _many(
    _part(
        said.Activity,
        {
            "reference": ("refers_to", _ref),
            "outcomeCodeableConcept": ("outcomes", _concepts),
            "progress": ("progress", _notes),
            "detail": (
                "detail",
                _part(
                    said.ActivityDetail,
                    {
                        "kind": ("kind", None),
                        "code": ("what", _concept),
                        "status": ("status", None),
                        "doNotPerform": ("must_not", None),
                        "location": ("location", _ref),
                        "performer": ("performers", _refs),
                        "description": ("description", None),
                        "goal": ("goals", _refs),
                        "reasonCode": ("reasons", _concepts),
                        "scheduledString": ("when", None),
                        "scheduledPeriod": ("when", _period),
                    },
                ),
            ),
        },
    )
)

_TABLES: Final[dict[str, tuple[type[Any], _Table]]] = {
    "Patient": (
        said.PersonSaid,
        {
            "identifier": ("identifiers", _identifiers),
            "active": ("is_active", None),
            "name": ("names", _names),
            "telecom": ("reach", _reach),
            "gender": ("gender", None),
            "birthDate": ("born", None),
            "deceasedBoolean": ("is_dead", None),
            "deceasedDateTime": ("died", None),
            "address": ("addresses", _addresses),
            "maritalStatus": ("marital_status", _concept),
            "multipleBirthBoolean": ("is_multiple_birth", None),
            "multipleBirthInteger": ("birth_order", None),
            "contact": (
                "contacts",
                _many(
                    _part(
                        said.ContactPerson,
                        {
                            "relationship": ("relationships", _concepts),
                            "name": ("name", _name),
                            "telecom": ("reach", _reach),
                            "address": ("address", _address),
                            "gender": ("gender", None),
                            "organization": ("organisation", _ref),
                            "period": ("period", _period),
                            "extension_contact_rank": ("rank", None),
                        },
                    )
                ),
            ),
            "communication": ("languages", _languages),
            "generalPractitioner": ("general_practice", _refs),
            "managingOrganization": ("organisation", _ref),
            "link": (
                "links",
                _many(_part(said.PersonLink, {"other": ("other", _ref), "type": ("type", None)})),
            ),
            "extension_ethnic_category": ("ethnicity", None),
            "extension_interpreter": ("needs_interpreter", None),
            "extension_nhs_number_missing": ("nhs_number_missing", None),
            "extension_birth_sex": ("birth_sex", None),
            "extension_residential_status": ("residential_status", None),
        },
    ),
    "RelatedPerson": (
        said.RelatedPersonSaid,
        {
            **_PATIENT,
            "active": ("is_active", None),
            "relationship": ("relationships", _concepts),
            "name": ("names", _names),
            "telecom": ("reach", _reach),
            "gender": ("gender", None),
            "birthDate": ("born", None),
            "address": ("addresses", _addresses),
            "period": ("period", _period),
            "communication": ("languages", _languages),
        },
    ),
    "Practitioner": (
        said.StaffSaid,
        {
            "identifier": ("identifiers", _identifiers),
            "active": ("is_active", None),
            "name": ("names", _names),
            "telecom": ("reach", _reach),
            "address": ("addresses", _addresses),
            "gender": ("gender", None),
            "birthDate": ("born", None),
        },
    ),
    "PractitionerRole": (
        said.PostSaid,
        {
            "identifier": ("identifiers", _identifiers),
            "active": ("is_active", None),
            "period": ("period", _period),
            "practitioner": ("staff", _ref),
            "organization": ("organisation", _ref),
            "code": ("roles", _concepts),
            "specialty": ("specialties", _concepts),
            "location": ("locations", _refs),
            "healthcareService": ("services", _refs),
            "telecom": ("reach", _reach),
        },
    ),
    "Organization": (
        said.OrganisationSaid,
        {
            "identifier": ("identifiers", _identifiers),
            "active": ("is_active", None),
            "type": ("types", _concepts),
            "name": ("name", None),
            "alias": ("aliases", _texts),
            "telecom": ("reach", _reach),
            "address": ("addresses", _addresses),
            "partOf": ("part_of", _ref),
        },
    ),
    "Location": (
        said.PlaceSaid,
        {
            "identifier": ("identifiers", _identifiers),
            **_same("status", "mode", "name", "description"),
            "alias": ("aliases", _texts),
            "type": ("types", _concepts),
            "telecom": ("reach", _reach),
            "address": ("address", _address),
            "physicalType": ("physical_type", _concept),
            "managingOrganization": ("organisation", _ref),
            "partOf": ("part_of", _ref),
            "operationalStatus": ("operational_status", _coding),
        },
    ),
    "Encounter": (
        said.EncounterSaid,
        {
            **_PERSON,
            "status": ("status", None),
            "statusHistory": ("earlier_statuses", _STATUS_HISTORY),
            "class": ("setting", _coding),
            "type": ("types", _concepts),
            "serviceType": ("service", _concept),
            "priority": ("priority", _concept),
            "episodeOfCare": ("episodes", _refs),
            "basedOn": ("based_on", _refs),
            "partOf": ("part_of", _ref),
            "appointment": ("appointments", _refs),
            "participant": ("participants", _taking_part("individual", "type", many=True)),
            "period": ("period", _period),
            "length": ("length", _quantity),
            "reasonCode": ("reasons", _concepts),
            "reasonReference": ("reason_refs", _refs),
            "diagnosis": ("diagnoses", _DIAGNOSES),
            "hospitalization": (
                "stay",
                _part(
                    said.Stay,
                    {
                        "admitSource": ("admitted_from", _concept),
                        "dischargeDisposition": ("discharged_to", _concept),
                        "origin": ("origin", _ref),
                        "destination": ("destination", _ref),
                        "reAdmission": ("readmission", _concept),
                        "preAdmissionIdentifier": ("pre_admission", _identifier),
                        "extension_admission_method": ("admission_method", None),
                        "extension_discharge_method": ("discharge_method", None),
                    },
                ),
            ),
            "location": (
                "locations",
                _many(
                    _part(
                        said.Whereabouts,
                        {
                            "location": ("location", _ref),
                            "status": ("status", None),
                            "physicalType": ("physical_type", _concept),
                            "period": ("period", _period),
                        },
                    )
                ),
            ),
            "serviceProvider": ("organisation", _ref),
            "extension_discharge_method": ("discharge_method", None),
            "extension_delivery_channel": ("delivery_channel", None),
        },
    ),
    "EpisodeOfCare": (
        said.EpisodeSaid,
        {
            **_PATIENT,
            "status": ("status", None),
            "statusHistory": ("earlier_statuses", _STATUS_HISTORY),
            "type": ("types", _concepts),
            "diagnosis": ("diagnoses", _DIAGNOSES),
            "managingOrganization": ("organisation", _ref),
            "period": ("period", _period),
            "referralRequest": ("referrals", _refs),
            "careManager": ("manager", _ref),
            "team": ("team", _refs),
        },
    ),
    "Condition": (
        said.ConditionSaid,
        {
            **_PERSON,
            "clinicalStatus": ("clinical_status", _concept),
            "verificationStatus": ("certainty", _concept),
            "category": ("categories", _concepts),
            "severity": ("severity", _concept),
            "code": ("what", _concept),
            "bodySite": ("body_sites", _concepts),
            "encounter": ("encounter", _ref),
            **_choice("onset", "began"),
            **_choice("abatement", "ended"),
            "recordedDate": ("recorded", None),
            "recorder": ("recorder", _ref),
            "asserter": ("asserter", _ref),
            "note": ("notes", _notes),
        },
    ),
    "AllergyIntolerance": (
        said.AllergySaid,
        {
            **_PATIENT,
            "clinicalStatus": ("clinical_status", _concept),
            "verificationStatus": ("certainty", _concept),
            "type": ("type", None),
            "category": ("categories", _texts),
            "criticality": ("criticality", None),
            "code": ("what", _concept),
            "encounter": ("encounter", _ref),
            **_choice("onset", "began"),
            "recordedDate": ("recorded", None),
            "recorder": ("recorder", _ref),
            "asserter": ("asserter", _ref),
            "lastOccurrence": ("last_happened", None),
            "note": ("notes", _notes),
            "reaction": (
                "reactions",
                _many(
                    _part(
                        said.Reaction,
                        {
                            "substance": ("substance", _concept),
                            "manifestation": ("manifestations", _concepts),
                            "description": ("description", None),
                            "onset": ("began", None),
                            "severity": ("severity", None),
                            "exposureRoute": ("route", _concept),
                            "note": ("notes", _notes),
                        },
                    )
                ),
            ),
        },
    ),
    "Observation": (
        said.ObservationSaid,
        {
            **_PERSON,
            "basedOn": ("based_on", _refs),
            "partOf": ("part_of", _refs),
            "status": ("status", None),
            "category": ("categories", _concepts),
            "code": ("what", _concept),
            "focus": ("focus", _refs),
            "encounter": ("encounter", _ref),
            **_choice("effective", "at"),
            "issued": ("issued", None),
            "performer": ("performers", _refs),
            **_choice("value", "value"),
            "dataAbsentReason": ("absent", _concept),
            "interpretation": ("interpretations", _concepts),
            "note": ("notes", _notes),
            "bodySite": ("body_site", _concept),
            "method": ("method", _concept),
            "specimen": ("specimen", _ref),
            "device": ("device", _ref),
            "referenceRange": ("ranges", _ranges),
            "hasMember": ("members", _refs),
            "derivedFrom": ("derived_from", _refs),
            "component": (
                "parts",
                _many(
                    _part(
                        said.Part,
                        {
                            "code": ("what", _concept),
                            **_choice("value", "value"),
                            "dataAbsentReason": ("absent", _concept),
                            "interpretation": ("interpretations", _concepts),
                            "referenceRange": ("ranges", _ranges),
                        },
                    )
                ),
            ),
        },
    ),
    "Procedure": (
        said.ProcedureSaid,
        {
            **_PERSON,
            "basedOn": ("based_on", _refs),
            "partOf": ("part_of", _refs),
            "status": ("status", None),
            "statusReason": ("status_reason", _concept),
            "category": ("category", _concept),
            "code": ("what", _concept),
            "encounter": ("encounter", _ref),
            **_choice("performed", "at"),
            "recorder": ("recorder", _ref),
            "asserter": ("asserter", _ref),
            "performer": ("performers", _taking_part("actor", "function", many=False)),
            "location": ("location", _ref),
            "reasonCode": ("reasons", _concepts),
            "reasonReference": ("reason_refs", _refs),
            "bodySite": ("body_sites", _concepts),
            "outcome": ("outcome", _concept),
            "complication": ("complications", _concepts),
            "followUp": ("follow_up", _concepts),
            "note": ("notes", _notes),
        },
    ),
    "Immunization": (
        said.ImmunisationSaid,
        {
            **_PATIENT,
            "status": ("status", None),
            "statusReason": ("status_reason", _concept),
            "vaccineCode": ("vaccine", _concept),
            "encounter": ("encounter", _ref),
            **_choice("occurrence", "at"),
            "recorded": ("recorded", None),
            "primarySource": ("is_primary_source", None),
            "reportOrigin": ("origin", _concept),
            "location": ("location", _ref),
            "manufacturer": ("manufacturer", _ref),
            "lotNumber": ("lot", None),
            "expirationDate": ("expires", None),
            "site": ("site", _concept),
            "route": ("route", _concept),
            "doseQuantity": ("dose", _quantity),
            "performer": ("performers", _taking_part("actor", "function", many=False)),
            "note": ("notes", _notes),
            "reasonCode": ("reasons", _concepts),
        },
    ),
    "MedicationRequest": (
        said.MedicationSaid,
        {
            **_PERSON,
            "basedOn": ("based_on", _refs),
            "status": ("status", None),
            "statusReason": ("status_reasons", _one_concept),
            "intent": ("intent", None),
            "priority": ("priority", None),
            "doNotPerform": ("must_not", None),
            "category": ("categories", _concepts),
            "medicationCodeableConcept": ("what", _concept),
            "medicationReference": ("medicine", _ref),
            "encounter": ("encounter", _ref),
            "authoredOn": ("written", None),
            "requester": ("author", _ref),
            "reasonCode": ("reasons", _concepts),
            "reasonReference": ("reason_refs", _refs),
            "courseOfTherapyType": ("course", _concept),
            "note": ("notes", _notes),
            "dosageInstruction": ("doses", _doses),
            "reportedBoolean": ("reported", None),
            "reportedReference": ("reported", _ref),
            "dispenseRequest": (
                "supply",
                _part(
                    said.Supply,
                    {
                        "validityPeriod": ("valid", _period),
                        "numberOfRepeatsAllowed": ("repeats", None),
                        "quantity": ("quantity", _quantity),
                        "expectedSupplyDuration": ("duration", _quantity),
                        "performer": ("performer", _ref),
                    },
                ),
            ),
        },
    ),
    "MedicationStatement": (
        said.MedicationSaid,
        {
            **_PERSON,
            "basedOn": ("based_on", _refs),
            "status": ("status", None),
            "statusReason": ("status_reasons", _concepts),
            "category": ("categories", _one_concept),
            "medicationCodeableConcept": ("what", _concept),
            "medicationReference": ("medicine", _ref),
            "context": ("encounter", _ref),
            **_choice("effective", "at"),
            "dateAsserted": ("written", None),
            "informationSource": ("author", _ref),
            "reasonCode": ("reasons", _concepts),
            "reasonReference": ("reason_refs", _refs),
            "note": ("notes", _notes),
            "dosage": ("doses", _doses),
        },
    ),
    "DiagnosticReport": (
        said.ReportSaid,
        {
            **_PERSON,
            "basedOn": ("based_on", _refs),
            "status": ("status", None),
            "category": ("categories", _concepts),
            "code": ("what", _concept),
            "encounter": ("encounter", _ref),
            **_choice("effective", "at"),
            "issued": ("issued", None),
            "performer": ("performers", _refs),
            "resultsInterpreter": ("interpreters", _refs),
            "specimen": ("specimens", _refs),
            "result": ("results", _refs),
            "conclusion": ("conclusion", None),
            "conclusionCode": ("conclusion_codes", _concepts),
            "presentedForm": ("files", _many(_attachment)),
        },
    ),
    "DocumentReference": (
        said.DocumentSaid,
        {
            **_PERSON,
            "masterIdentifier": ("master", _identifier),
            "status": ("status", None),
            "docStatus": ("document_status", None),
            "type": ("type", _concept),
            "category": ("categories", _concepts),
            "date": ("at", None),
            "author": ("authors", _refs),
            "custodian": ("custodian", _ref),
            "description": ("description", None),
            "securityLabel": ("labels", _concepts),
            "content": (
                "content",
                _many(
                    _part(
                        said.Content,
                        {"attachment": ("file", _attachment), "format": ("format", _coding)},
                    )
                ),
            ),
            "context": (
                "context",
                _part(
                    said.DocumentContext,
                    {
                        "encounter": ("encounters", _refs),
                        "event": ("events", _concepts),
                        "period": ("period", _period),
                        "facilityType": ("facility", _concept),
                        "practiceSetting": ("setting", _concept),
                        "related": ("related", _refs),
                    },
                ),
            ),
        },
    ),
    "Composition": (
        said.DocumentSaid,
        {
            "subject": ("person", _ref),
            "identifier": ("identifiers", lambda value, reading: (_identifier(value, reading),)),
            "status": ("status", None),
            "type": ("type", _concept),
            "category": ("categories", _concepts),
            "encounter": ("encounter", _ref),
            "date": ("at", None),
            "author": ("authors", _refs),
            "title": ("title", None),
            "confidentiality": ("confidentiality", None),
            "custodian": ("custodian", _ref),
            "section": ("sections", _sections),
        },
    ),
    "CarePlan": (
        said.CarePlanSaid,
        {
            **_PERSON,
            "basedOn": ("based_on", _refs),
            "replaces": ("replaces", _refs),
            "partOf": ("part_of", _refs),
            **_same("status", "intent", "title", "description", "created"),
            "category": ("categories", _concepts),
            "encounter": ("encounter", _ref),
            "period": ("period", _period),
            "author": ("author", _ref),
            "contributor": ("contributors", _refs),
            "careTeam": ("teams", _refs),
            "addresses": ("addresses", _refs),
            "goal": ("goals", _refs),
            "activity": ("activities", _ACTIVITY),
            "note": ("notes", _notes),
        },
    ),
    "CareTeam": (
        said.CareTeamSaid,
        {
            **_PERSON,
            "status": ("status", None),
            "category": ("categories", _concepts),
            "name": ("name", None),
            "encounter": ("encounter", _ref),
            "period": ("period", _period),
            "participant": ("members", _taking_part("member", "role", many=True)),
            "reasonCode": ("reasons", _concepts),
            "managingOrganization": ("organisations", _refs),
            "telecom": ("reach", _reach),
            "note": ("notes", _notes),
        },
    ),
    "Goal": (
        said.GoalSaid,
        {
            **_PERSON,
            "lifecycleStatus": ("status", None),
            "achievementStatus": ("achievement", _concept),
            "category": ("categories", _concepts),
            "priority": ("priority", _concept),
            "description": ("what", _concept),
            **_choice("start", "began"),
            "target": (
                "targets",
                _many(
                    _part(
                        said.GoalTarget,
                        {
                            "measure": ("measure", _concept),
                            **_choice("detail", "value"),
                            **_choice("due", "due"),
                        },
                    )
                ),
            ),
            "statusDate": ("status_on", None),
            "statusReason": ("status_reason", None),
            "expressedBy": ("by", _ref),
            "addresses": ("addresses", _refs),
            "note": ("notes", _notes),
            "outcomeCode": ("outcomes", _concepts),
        },
    ),
    "Flag": (
        said.FlagSaid,
        {
            **_PERSON,
            "status": ("status", None),
            "category": ("categories", _concepts),
            "code": ("what", _concept),
            "period": ("period", _period),
            "encounter": ("encounter", _ref),
            "author": ("author", _ref),
        },
    ),
    "ServiceRequest": (
        said.ReferralSaid,
        {
            **_PERSON,
            "requisition": ("requisition", _identifier),
            "basedOn": ("based_on", _refs),
            "replaces": ("replaces", _refs),
            **_same("status", "intent", "priority"),
            "category": ("categories", _concepts),
            "doNotPerform": ("must_not", None),
            "code": ("what", _concept),
            "orderDetail": ("details", _concepts),
            "encounter": ("encounter", _ref),
            **_choice("occurrence", "when"),
            "authoredOn": ("authored", None),
            "requester": ("by", _ref),
            "performerType": ("performer_type", _concept),
            "performer": ("performers", _refs),
            "locationReference": ("locations", _refs),
            "reasonCode": ("reasons", _concepts),
            "reasonReference": ("reason_refs", _refs),
            "supportingInfo": ("supporting", _refs),
            "note": ("notes", _notes),
            "patientInstruction": ("for_the_person", None),
        },
    ),
    "Task": (
        said.TaskSaid,
        {
            "for": ("person", _ref),
            "identifier": ("identifiers", _identifiers),
            "groupIdentifier": ("group", _identifier),
            "basedOn": ("based_on", _refs),
            "partOf": ("part_of", _refs),
            **_same("status", "intent", "priority", "description"),
            "statusReason": ("status_reason", _concept),
            "businessStatus": ("business_status", _concept),
            "code": ("what", _concept),
            "focus": ("focus", _ref),
            "encounter": ("encounter", _ref),
            "executionPeriod": ("period", _period),
            "authoredOn": ("authored", None),
            "lastModified": ("modified", None),
            "requester": ("by", _ref),
            "performerType": ("performer_types", _concepts),
            "owner": ("owner", _ref),
            "location": ("location", _ref),
            "reasonCode": ("reason", _concept),
            "reasonReference": ("reason_ref", _ref),
            "note": ("notes", _notes),
            "restriction": (
                "restriction",
                _part(
                    said.Restriction,
                    {
                        "repetitions": ("repetitions", None),
                        "period": ("period", _period),
                        "recipient": ("recipients", _refs),
                    },
                ),
            ),
            "input": ("inputs", _DETAIL),
            "output": ("outputs", _DETAIL),
        },
    ),
    "Appointment": (
        said.AppointmentSaid,
        {
            "identifier": ("identifiers", _identifiers),
            "status": ("status", None),
            "cancelationReason": ("cancel_reason", _concept),
            "serviceCategory": ("categories", _concepts),
            "serviceType": ("services", _concepts),
            "specialty": ("specialties", _concepts),
            "appointmentType": ("type", _concept),
            "reasonCode": ("reasons", _concepts),
            "reasonReference": ("reason_refs", _refs),
            "priority": ("priority", None),
            "description": ("description", None),
            "start": ("starts", None),
            "end": ("ends", None),
            "minutesDuration": ("minutes", None),
            "slot": ("slots", _refs),
            "created": ("created", None),
            "comment": ("comment", None),
            "patientInstruction": ("for_the_person", None),
            "basedOn": ("based_on", _refs),
            "participant": ("participants", _taking_part("actor", "type", many=True)),
            "extension_delivery_channel": ("delivery_channel", None),
        },
    ),
    "Consent": (
        said.ConsentSaid,
        {
            **_PATIENT,
            "status": ("status", None),
            "scope": ("scope", _concept),
            "category": ("categories", _concepts),
            "dateTime": ("at", None),
            "performer": ("performers", _refs),
            "organization": ("organisations", _refs),
            "sourceAttachment": ("document", _attachment),
            "sourceReference": ("document_ref", _ref),
            "policyRule": ("policy_rule", _concept),
            "provision": (
                "provision",
                _part(
                    said.Provision,
                    {
                        "type": ("type", None),
                        "period": ("period", _period),
                        "actor": (
                            "actors",
                            _many(
                                _part(
                                    said.Actor,
                                    {"role": ("role", _concept), "reference": ("who", _ref)},
                                )
                            ),
                        ),
                        "action": ("actions", _concepts),
                        "securityLabel": ("labels", _codings),
                        "purpose": ("purposes", _codings),
                        "class": ("classes", _codings),
                        "code": ("codes", _concepts),
                        "dataPeriod": ("data_period", _period),
                    },
                ),
            ),
        },
    ),
    "QuestionnaireResponse": (
        said.AnswersSaid,
        {
            "subject": ("person", _ref),
            "identifier": ("identifiers", lambda value, reading: (_identifier(value, reading),)),
            "basedOn": ("based_on", _refs),
            "partOf": ("part_of", _refs),
            "questionnaire": ("questionnaire", None),
            "status": ("status", None),
            "encounter": ("encounter", _ref),
            "authored": ("authored", None),
            "author": ("author", _ref),
            "source": ("said_by", _ref),
            "item": ("answers", _answers),
        },
    ),
}


_Finish = Callable[[Any, _Reading], Any]
_FINISHED: Final[dict[str, _Finish]] = {
    "Appointment": _appointment,
    "MedicationRequest": _medication,
    "MedicationStatement": _medication,
    "Patient": _person,
}


@functools.cache
def _forms() -> dict[str, tuple[_Form, _Finish | None]]:
    return {
        kind: (_Form(make, table, _NOT_READ | {"contained"}), _FINISHED.get(kind))
        for kind, (make, table) in _TABLES.items()
    }
