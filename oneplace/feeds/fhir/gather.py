"""Gathers `elements.csv` and `codes.csv` from HL7's published definitions of FHIR R4.

Run once when the list of resource types grows; the tables it writes are shipped, so that nothing
has to be fetched to run or to test:

    python -m oneplace.feeds.fhir.gather FOLDER

FOLDER holds `profiles-resources.json`, `profiles-types.json`, `valuesets.json` and
`v3-codesystems.json` of FHIR 4.0.1 (HL7, CC0-1.0).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from oneplace.feeds.fhir.supported import DESCRIBED

DATA = Path(__file__).parent / "data"
ELEMENT_COLUMNS = ("path", "min", "max", "types", "targets", "value_set", "same_as")
CODE_COLUMNS = ("value_set", "system", "code")

_PRIMITIVE_URL = "http://hl7.org/fhirpath/"
_DEFINITION = "http://hl7.org/fhir/StructureDefinition/"


def gather(folder: Path, out: Path = DATA) -> None:
    """Write both tables for the types of `supported.DESCRIBED` and every data type they use."""
    definitions = {
        found["id"]: found
        for name in ("profiles-types.json", "profiles-resources.json")
        for found in _resources(folder / name)
        if found["resourceType"] == "StructureDefinition"
    }
    rows: list[tuple[str, str, str, str, str, str, str]] = []
    waiting, done = sorted(DESCRIBED), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in done:
            continue
        done.add(name)
        for row in _elements(definitions[name]):
            rows.append(row)
            waiting += sorted(t for t in row[3].split("|") if t[:1].isupper() and t not in done)
    _write(out / "elements.csv", ELEMENT_COLUMNS, rows)
    wanted = sorted({row[5] for row in rows if row[5]})
    shelf = _Codes(folder)
    codes = [(name, *pair) for name in wanted for pair in sorted(shelf.of_value_set(name) or ())]
    _write(out / "codes.csv", CODE_COLUMNS, codes)


def _resources(path: Path) -> Iterable[dict[str, Any]]:
    for entry in orjson.loads(path.read_bytes())["entry"]:
        yield entry["resource"]


def _elements(definition: dict[str, Any]) -> Iterable[tuple[str, str, str, str, str, str, str]]:
    for element in definition["snapshot"]["element"][1:]:
        binding = element.get("binding", {})
        required = binding.get("valueSet", "") if binding.get("strength") == "required" else ""
        types, targets = [], []
        for kind in element.get("type", ()):
            types.append(_type_name(kind))
            targets += [url.removeprefix(_DEFINITION) for url in kind.get("targetProfile", ())]
        yield (
            element["path"],
            str(element["min"]),
            element["max"],
            "|".join(types),
            "|".join(targets),
            required.split("|")[0],
            element.get("contentReference", "").removeprefix("#"),
        )


def _type_name(kind: dict[str, Any]) -> str:
    """A primitive's own parts are written as system types; the true name is in an extension."""
    if not kind["code"].startswith(_PRIMITIVE_URL):
        return str(kind["code"])
    for extension in kind.get("extension", ()):
        if "valueUrl" in extension:
            return str(extension["valueUrl"])
    return "string"


class _Codes:
    """Code systems and value sets by address."""

    def __init__(self, folder: Path) -> None:
        self.systems: dict[str, dict[str, Any]] = {}
        self.sets: dict[str, dict[str, Any]] = {}
        for name in ("valuesets.json", "v3-codesystems.json"):
            for found in _resources(folder / name):
                if found["resourceType"] == "CodeSystem":
                    self.systems[found["url"]] = found
                elif found["resourceType"] == "ValueSet":
                    self.sets[found["url"]] = found

    def of_value_set(self, url: str) -> set[tuple[str, str]] | None:
        """Every code of a set, or None where the definitions do not spell it out."""
        found = self.sets.get(url)
        codes: set[tuple[str, str]] = set()
        if found is None:
            return None
        for part in found["compose"]["include"]:
            if part.get("filter"):
                return None
            for inner in part.get("valueSet", ()):
                more = self.of_value_set(inner)
                if more is None:
                    return None
                codes |= more
            if "system" not in part:
                continue
            listed = part.get("concept") or self._concepts(part["system"])
            if listed is None:
                return None
            codes |= {(part["system"], concept["code"]) for concept in listed}
        for part in found["compose"].get("exclude", ()):
            codes -= {(part["system"], concept["code"]) for concept in part.get("concept", ())}
        return codes

    def _concepts(self, url: str) -> list[dict[str, Any]] | None:
        system = self.systems.get(url)
        if system is None or system.get("content") != "complete":
            return None
        found: list[dict[str, Any]] = []
        waiting = list(system.get("concept", ()))
        while waiting:
            concept = waiting.pop()
            found.append(concept)
            waiting += concept.get("concept", ())
        return found


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
