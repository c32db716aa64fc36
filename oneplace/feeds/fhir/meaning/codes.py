"""Codes and concepts: what was said in words, in codes, or both, by our short names."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from oneplace.feeds.fhir import uk_codes
from oneplace.feeds.fhir.meaning.forms import note_extensions, note_rest, place_of, within
from oneplace.feeds.fhir.meaning.reading import Reading

SNOMED: Final = "snomed"
_SYSTEMS: Final[dict[str, str]] = {
    "http://hl7.org/fhir/sid/icd-10": "icd10",
    "http://hl7.org/fhir/sid/icd-10-uk": "icd10",
    "urn:oid:2.16.840.1.113883.6.3": "icd10",
    "https://dmd.nhs.uk": "dmd",
    "https://fhir.nhs.uk/Id/opcs-4": "opcs4",
    "https://fhir.hl7.org.uk/Id/opcs-4": "opcs4",
    "https://fhir.nhs.uk/CodeSystem/OPCS-4": "opcs4",
}
_PLAIN_CODE_NAMES: Final = frozenset({"system", "code", "display"})
_CODE_NAMES: Final = _PLAIN_CODE_NAMES | {"version", "userSelected"}
_CONCEPT_NAMES: Final = frozenset({"text", "coding"})


class Code(NamedTuple):
    """One coding, its system by our short name where it has one."""

    system: str = ""
    code: str = ""
    display: str = ""
    is_chosen: bool | None = None

    def as_detail(self) -> dict[str, str]:
        """For the detail of an entry."""
        said = {"code": self.code, "system": self.system, "words": self.display}
        return {name: text for name, text in said.items() if text}


class Concept(NamedTuple):
    """Something said in words, in codes, or both."""

    text: str
    codes: tuple[Code, ...]
    words: str
    """What is shown: the text, else the chosen coding's display, else the first, else a code.

    A code alone is shown as it is: nothing is made up in its place.
    """
    main: Code
    """The coding we keep in columns: the chosen one, else SNOMED's, else the first."""

    @property
    def code(self) -> str:
        """The code alone."""
        return self.main.code


_NO_CODE: Final = Code()


def _concept(text: str, codes: tuple[Code, ...]) -> Concept:
    chosen = [code for code in codes if code.is_chosen]
    found = chosen or [code for code in codes if code.system == SNOMED] or codes
    shown = (code.display for code in (*chosen, *codes) if code.display)
    words = text or next(shown, "") or next((code.code for code in codes if code.code), "")
    return _made(Concept, (text, codes, words, found[0] if found else _NO_CODE))


_made: Final = tuple.__new__


@functools.lru_cache(maxsize=1_024)
def system_word(address: str) -> str:
    """Our short name of a code system; else the one address we send it under."""
    name = uk_codes.names().get(address)
    if name == SNOMED:
        return SNOMED
    return uk_codes.sent_address(name) if name else _SYSTEMS.get(address, address)


def _code(value: Mapping[str, Any], display: str) -> Code:
    system, code = value.get("system", ""), value.get("code", "")
    sent = uk_codes.emitted(system, code)
    chosen = value.get("userSelected")
    return _made(Code, (system_word(system), sent.code if sent else code, display, chosen))


def coding(value: Mapping[str, Any], reading: Reading) -> Code:
    """One coding; what its coder saw goes before the concept's own name."""
    display = value.get("display", "")
    if not value.keys() <= _CODE_NAMES:
        for extension in value.get("extension", ()):
            found = uk_codes.names().get(extension["url"])
            if found == "extension_description_display" and "valueString" in extension:
                display = extension["valueString"]
            else:
                note_extensions([extension], reading)
        reading.unmapped += [n for n in value if n not in _CODE_NAMES and n != "extension"]
    return _code(value, display)


@functools.lru_cache(maxsize=16_384)
def _said_once(text: str, system: str, code: str, display: str) -> Concept:
    """A borough's records say the same few thousand concepts; each is kept once."""
    sent = uk_codes.emitted(system, code)
    return _concept(text, (Code(system_word(system), sent.code if sent else code, display),))


def concept(value: Mapping[str, Any], reading: Reading) -> Concept:
    """A codeable concept."""
    text = value.get("text", "")
    codings = value.get("coding")
    codes: tuple[Code, ...] = ()
    if codings is not None:
        if len(codings) == 1 and len(value) == 1 + ("text" in value):
            only = codings[0]
            if only.keys() <= _PLAIN_CODE_NAMES:
                get = only.get
                return _said_once(text, get("system", ""), get("code", ""), get("display", ""))
        before = len(reading.unmapped)
        codes = tuple([coding(one, reading) for one in codings])
        if len(reading.unmapped) != before:
            within("coding", reading.unmapped, before)
    if len(value) > (codings is not None) + ("text" in value):
        note_rest(value, _CONCEPT_NAMES, reading)
    return _concept(text, codes)


def words(value: Mapping[str, Any], reading: Reading) -> str:
    """A concept in words."""
    return concept(value, reading).words


def code(value: Mapping[str, Any], reading: Reading) -> str:
    """A concept by its code, for the closed lists of the standard."""
    return concept(value, reading).code


def words_each(values: list[dict[str, Any]], reading: Reading) -> list[str]:
    """Concepts in words."""
    return [found for value in values if (found := words(value, reading))]


def coding_words(value: Mapping[str, Any], reading: Reading) -> str:
    """A coding in words."""
    found = coding(value, reading)
    return found.display or found.code


def codes_each(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, str]]:
    """Concepts with their codes."""
    return [coded(value, reading) for value in values]


def coded(value: Mapping[str, Any], reading: Reading) -> dict[str, str]:
    """A concept with its code."""
    found = concept(value, reading)
    return {**found.main.as_detail(), "words": found.words}


def texts(values: list[str | None], reading: Reading) -> list[str]:
    """A list of texts; a null among them holds the place of an extension."""
    return [value for value in values if value]


_TITLE, _CODE, _SYSTEM = place_of("title"), place_of("code"), place_of("code_system")


def what(value: Mapping[str, Any], reading: Reading) -> None:
    """What an entry is about: its title and code, its other codings into the detail."""
    say_what(concept(value, reading), reading)


def say_what(found: Concept, reading: Reading) -> None:
    """A concept into title and code."""
    row, main = reading.row, found.main
    row[_TITLE], row[_CODE], row[_SYSTEM] = found.words, main.code, main.system
    if len(found.codes) > 1:
        reading.detail["codes"] = [one.as_detail() for one in found.codes if one is not main]
