"""What an instrument is: its items, how it is scored, what is known of its numbers, its licence.

A pack is one file in `packs/`: facts about scoring with their sources. Wording is in it only where
its licence allows everybody to use it; for the rest a place that has registered lays its own file
beside its data (`wording.py`).
"""

import csv
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

OWN: Final = Path(__file__).parent / "packs"


class PackRefused(ValueError):
    """A pack cannot be read; names the file and the key, and says what to do."""


class Method(StrEnum):
    """How answers become scores."""

    EACH = "each"
    SUM = "sum"
    CONVERTED_SUM = "converted_sum"
    INDEX = "index"
    GOAL_ATTAINMENT = "goal_attainment"


class ScoreKind(StrEnum):
    """What a number is; numbers of two kinds are never compared or averaged together."""

    ANSWER = "answer"
    TOTAL = "total"
    # A sum that means nothing until it is converted.
    RAW = "raw"
    CONVERTED = "converted"
    INDEX = "index"


@dataclass(frozen=True)
class Item:
    """One question: which whole numbers may answer it, and its words where they may be shown."""

    code: str
    words: str
    least: int
    most: int
    label: str = ""
    least_words: str = ""
    most_words: str = ""
    options: Mapping[int, str] | None = None
    is_optional: bool = False

    def takes(self, answer: int) -> bool:
        """Whether this number answers it."""
        return answer in self.options if self.options else self.least <= answer <= self.most


@dataclass(frozen=True)
class Band:
    """A range of a scale and what it is called; both ends belong to it."""

    least: float
    most: float
    words: str


@dataclass(frozen=True)
class Norm:
    """What a national survey found, to hold a group against: never one person."""

    group: str
    mean: float
    sd: float | None
    source: str


@dataclass(frozen=True)
class Scale:
    """One number an instrument gives, and what is known of it."""

    code: str
    label: str
    kind: ScoreKind
    least: float
    most: float
    is_higher_better: bool
    bands: tuple[Band, ...] = ()
    norms: tuple[Norm, ...] = ()
    # Standard error of measurement of one person's score, in points; None where nobody published.
    sem: float | None = None
    # From how many points on a change is called worth noticing.
    meaningful: float | None = None
    # Agreement of the same people asked twice without anything happening between, 0 to 1.
    retest: float | None = None
    change_source: str = ""

    def band_of(self, value: float) -> str:
        """What its band is called; empty where the scale has none."""
        return next((band.words for band in self.bands if band.least <= value <= band.most), "")


@dataclass(frozen=True)
class Instrument:
    """A measure as its pack tells it."""

    code: str
    name: str
    version: str
    about: str
    period: str
    source: str
    licence: str
    copyright_line: str
    needs_registration: bool
    register_with: str
    method: Method
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    conversion: Mapping[int, float]
    # By name: decrement of each dimension and level, and constants under a name and level 0.
    value_sets: Mapping[str, Mapping[tuple[str, int], float]]
    value_set: str = ""
    asks_for: str = "anybody"

    @property
    def has_words(self) -> bool:
        """Whether its questions come with the product."""
        return all(item.words for item in self.items)

    def scale(self, code: str) -> Scale:
        """One of its scales; raises `KeyError` for another's."""
        found = next((scale for scale in self.scales if scale.code == code), None)
        if found is None:
            raise KeyError(f"{self.code} has no scale {code}")
        return found

    def item(self, code: str) -> Item:
        """One of its items; raises `KeyError` for another's."""
        found = next((item for item in self.items if item.code == code), None)
        if found is None:
            raise KeyError(f"{self.code} has no item {code}")
        return found


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument the product knows, by code, in the order they are offered."""
    read = [read_pack(path) for path in sorted(OWN.glob("*.toml"))]
    return {one.code: one for one in read}


def instrument(code: str) -> Instrument:
    """One instrument; raises `KeyError` where no pack has this code."""
    try:
        return instruments()[code]
    except KeyError:
        known = ", ".join(instruments())
        raise KeyError(f"No instrument is called {code}. There are: {known}.") from None


def read_pack(path: Path) -> Instrument:
    """Read one file; raises `PackRefused` with the key that is wrong."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        made = _made(told, path)
    except KeyError as missing:
        raise PackRefused(f"{path.name}: {missing} is missing. Add it, or mend its name.") from None
    except (ValueError, TypeError) as wrong:
        raise PackRefused(f"{path.name}: {wrong}") from None
    _check(made, path)
    return made


def _made(told: Mapping[str, Any], path: Path) -> Instrument:
    return Instrument(
        code=told["code"],
        name=told["name"],
        version=told["version"],
        about=told["about"],
        period=told.get("period", ""),
        source=told["source"],
        licence=told["licence"],
        copyright_line=told.get("copyright_line", ""),
        needs_registration=told["needs_registration"],
        register_with=told.get("register_with", ""),
        method=Method(told["method"]),
        items=tuple(_item(row) for row in _items(told)),
        scales=tuple(_scale(row) for row in told["scales"]),
        conversion=_conversion(path.parent / told["conversion"]) if "conversion" in told else {},
        value_sets=_value_sets(path.parent / "eq5d.csv", told.get("value_sets", ())),
        value_set=told.get("value_set", ""),
        asks_for=told.get("asks_for", "anybody"),
    )


def _items(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The items one by one; `same_items` stands for so many alike, named by their number."""
    if "same_items" in told:
        alike = told["same_items"]
        return [
            {**alike, "code": str(number), "label": f"Question {number}"}
            for number in range(1, alike["number"] + 1)
        ]
    return list(told.get("items", ()))


def _item(row: Mapping[str, Any]) -> Item:
    options = row.get("options")
    points = {int(value): str(words) for value, words in options.items()} if options else None
    return Item(
        code=row["code"],
        words=row.get("words", ""),
        least=min(points) if points else int(row["least"]),
        most=max(points) if points else int(row["most"]),
        label=row.get("label", ""),
        least_words=row.get("least_words", ""),
        most_words=row.get("most_words", ""),
        options=points,
        is_optional=row.get("is_optional", False),
    )


def _scale(row: Mapping[str, Any]) -> Scale:
    return Scale(
        code=row["code"],
        label=row["label"],
        kind=ScoreKind(row["kind"]),
        least=float(row["least"]),
        most=float(row["most"]),
        is_higher_better=row["is_higher_better"],
        bands=tuple(
            Band(float(band["least"]), float(band["most"]), band["words"])
            for band in row.get("bands", ())
        ),
        norms=tuple(
            Norm(norm["group"], float(norm["mean"]), norm.get("sd"), norm["source"])
            for norm in row.get("norms", ())
        ),
        sem=row.get("sem"),
        meaningful=row.get("meaningful"),
        retest=row.get("retest"),
        change_source=row.get("change_source", ""),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def _conversion(path: Path) -> dict[int, float]:
    return {int(row["raw_score"]): float(row["metric_score"]) for row in _rows(path)}


def _value_sets(path: Path, names: Collection[str]) -> dict[str, dict[tuple[str, int], float]]:
    found: dict[str, dict[tuple[str, int], float]] = {name: {} for name in names}
    for row in _rows(path) if names else ():
        if row["value_set"] not in found:
            continue
        level = int(row["level"]) if row["level"] else 0
        found[row["value_set"]][(row["term"], level)] = float(row["decrement"])
    return found


def _check(made: Instrument, path: Path) -> None:
    if made.needs_registration and made.has_words and made.items:
        raise PackRefused(
            f"{path.name}: wording of an instrument that needs a registration may not lie here."
        )
    for scale in made.scales:
        for low, high in zip(scale.bands, scale.bands[1:], strict=False):
            if high.least <= low.most:
                raise PackRefused(f"{path.name}: bands of {scale.code} overlap at {high.least}.")
    for name, decrements in made.value_sets.items():
        if not decrements:
            raise PackRefused(f"{path.name}: eq5d.csv has no value set {name}.")
    codes = [item.code for item in made.items]
    if len(set(codes)) != len(codes):
        raise PackRefused(f"{path.name}: two items have one code.")
