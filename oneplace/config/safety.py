"""Reads the hazard log and its signature, and says why real people may not be brought in yet.

The hazard log is data (`safety/hazards.toml`). Ratings are computed from severity and likelihood by
the grid in that file, never typed, because published copies of the grid differ and a place must be
able to use its own. A signature covers one version and the exact bytes of the log.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

HAZARDS = "hazards.toml"
SIGN_OFF = "sign-off.toml"
OPEN = "open"
STATUSES = ("open", "controlled", "accepted", "transferred")
_TEXTS = (
    "id",
    "hazard",
    "description",
    "impact",
    "owner",
    "evidence",
    "status",
    "requirement",
    "control",
    "arises_with",
)
_LISTS = ("causes", "existing_controls", "additional_controls")
_SIGN_OFF_KEYS = ("name", "registration", "organisation", "version", "sha256", "signed_on")


class HazardLogError(Exception):
    """The hazard log or its signature cannot be used; the message names file, key and remedy."""


@dataclass(frozen=True)
class Grid:
    """A risk grid: rows by likelihood, columns by severity, and the highest rating one may sign."""

    severities: tuple[str, ...]
    likelihoods: tuple[str, ...]
    ratings: tuple[tuple[int, ...], ...]
    highest_to_sign: int
    justify_from: int
    meanings: Mapping[int, str]

    def rating(self, severity: str, likelihood: str) -> int:
        """The rating of a risk, from 1; raises `KeyError` for a word the grid does not have."""
        if severity not in self.severities:
            raise KeyError(severity)
        if likelihood not in self.likelihoods:
            raise KeyError(likelihood)
        row = self.ratings[self.likelihoods.index(likelihood)]
        return row[self.severities.index(severity)]


@dataclass(frozen=True)
class Risk:
    """How bad and how likely, in the grid's words, and the rating that follows."""

    severity: str
    likelihood: str
    rating: int


@dataclass(frozen=True)
class Hazard:
    """One way in which somebody could come to harm, and what is done about it."""

    id: str
    hazard: str
    description: str
    impact: str
    causes: tuple[str, ...]
    existing_controls: tuple[str, ...]
    initial: Risk
    additional_controls: tuple[str, ...]
    owner: str
    evidence: str
    residual: Risk
    status: str
    requirement: str
    control: str
    arises_with: str
    tests: tuple[str, ...]
    justification: str

    @property
    def is_tested(self) -> bool:
        """Whether at least one test answers this hazard."""
        return bool(self.tests)


@dataclass(frozen=True)
class HazardLog:
    """The whole log of one version."""

    grid: Grid
    hazards: tuple[Hazard, ...]
    sha256: str


def read_hazard_log(folder: Path) -> HazardLog:
    """The hazard log in `folder`; raises `HazardLogError` naming file, entry, key and remedy."""
    file = folder / HAZARDS
    raw, content = _read(file)
    grid = _grid(file, content)
    hazards = tuple(
        _hazard(file, grid, number, entry)
        for number, entry in enumerate(content.get("hazards", []), start=1)
    )
    if not hazards:
        raise HazardLogError(f"{file}: there is no [[hazards]] entry. Write down the first hazard.")
    ids = [hazard.id for hazard in hazards]
    for identifier in ids:
        if ids.count(identifier) > 1:
            raise HazardLogError(f"{file}: id {identifier!r} is used twice. Give one another id.")
    return HazardLog(grid, hazards, hashlib.sha256(raw).hexdigest())


def why_not_live(folder: Path, version: str) -> str | None:
    """Why this version may not serve real people, in one sentence or two, or None if it may.

    `folder` holds the hazard log and the signature, `version` is what runs here.
    """
    try:
        log = read_hazard_log(folder)
        too_high = [
            hazard for hazard in log.hazards if hazard.residual.rating > log.grid.highest_to_sign
        ]
        if too_high:
            named = ", ".join(f"{hazard.id} ({hazard.hazard})" for hazard in too_high[:3])
            more = f" and {len(too_high) - 3} more" if len(too_high) > 3 else ""
            return (
                f"{folder / HAZARDS}: {len(too_high)} of {len(log.hazards)} hazards still have a "
                f"residual rating above {log.grid.highest_to_sign}, which no signature may cover: "
                f"{named}{more}. Reduce them, or keep invented people only."
            )
        return _why_not_signed(folder, version, log)
    except HazardLogError as error:
        return str(error)


def _why_not_signed(folder: Path, version: str, log: HazardLog) -> str | None:
    file = folder / SIGN_OFF
    if not file.exists():
        return (
            f"No clinical safety officer has signed the hazard log: there is no {file}. "
            "safety/README.md says who may sign and what the file holds."
        )
    _, content = _read(file)
    for key in _SIGN_OFF_KEYS:
        if not content.get(key):
            return f"{file}: {key!r} is missing or empty. safety/README.md says what it holds."
    if not isinstance(content["signed_on"], date):
        return f"{file}: 'signed_on' is not a date. Write it as 2026-03-12, without quotes."
    if content["version"] != version:
        return (
            f"{file}: version {content['version']} was signed, but this is {version}. The clinical "
            "safety officer reads what changed and signs this version."
        )
    if content["sha256"] != log.sha256:
        return (
            f"{file}: the hazard log was changed after it was signed (its SHA-256 is now "
            f"{log.sha256}). The clinical safety officer reads the change and signs again."
        )
    return None


def _read(file: Path) -> tuple[bytes, dict[str, Any]]:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise HazardLogError(
            f"{file} cannot be read ({error.strerror}). Restore it from this version's release."
        ) from error
    try:
        return raw, tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HazardLogError(f"{file} is not valid TOML: {error}. Mend that line.") from error


def _grid(file: Path, content: dict[str, Any]) -> Grid:
    try:
        table = content["grid"]
        grid = Grid(
            severities=tuple(table["severities"]),
            likelihoods=tuple(table["likelihoods"]),
            ratings=tuple(tuple(int(cell) for cell in row) for row in table["ratings"]),
            highest_to_sign=int(table["highest_to_sign"]),
            justify_from=int(table["justify_from"]),
            meanings={int(key): str(text) for key, text in table["meanings"].items()},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise HazardLogError(
            f"{file}: [grid] lacks or misspells {error}. It needs severities, likelihoods, ratings "
            "(a row per likelihood), meanings, highest_to_sign and justify_from."
        ) from error
    if len(grid.ratings) != len(grid.likelihoods) or any(
        len(row) != len(grid.severities) for row in grid.ratings
    ):
        raise HazardLogError(
            f"{file}: [grid] ratings must have {len(grid.likelihoods)} rows (likelihoods) of "
            f"{len(grid.severities)} numbers (severities)."
        )
    used = {cell for row in grid.ratings for cell in row}
    if missing := sorted(used - grid.meanings.keys()):
        raise HazardLogError(
            f"{file}: [grid.meanings] does not say what rating {missing[0]} means."
        )
    return grid


def _hazard(file: Path, grid: Grid, number: int, entry: dict[str, Any]) -> Hazard:
    where = f"{file}: hazard {entry.get('id') or number}"
    for key in _TEXTS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise HazardLogError(f"{where}: {key!r} is missing or empty. Write it in plain words.")
    for key in _LISTS:
        if not isinstance(entry.get(key), list):
            raise HazardLogError(f"{where}: {key!r} is not a list. Write [] if there is none.")
    if entry["status"] not in STATUSES:
        raise HazardLogError(
            f"{where}: status {entry['status']!r} is unknown. Choose one of {', '.join(STATUSES)}."
        )
    tests = entry.get("tests")
    if tests != OPEN and not (isinstance(tests, list) and tests):
        raise HazardLogError(
            f"{where}: 'tests' must be a list of tests or \"{OPEN}\" if none answers it yet."
        )
    residual = _risk(where, grid, entry, "residual")
    justification = str(entry.get("justification") or "").strip()
    if residual.rating >= grid.justify_from and not justification:
        raise HazardLogError(
            f"{where}: its residual rating is {residual.rating}, so 'justification' must say why "
            "it stands for now."
        )
    texts: dict[str, Any] = {key: entry[key].strip() for key in _TEXTS}
    lists: dict[str, Any] = {key: tuple(entry[key]) for key in _LISTS}
    return Hazard(
        **texts,
        **lists,
        initial=_risk(where, grid, entry, "initial"),
        residual=residual,
        tests=() if tests == OPEN else tuple(tests),
        justification=justification,
    )


def _risk(where: str, grid: Grid, entry: dict[str, Any], key: str) -> Risk:
    risk = entry.get(key)
    if not isinstance(risk, dict) or {"severity", "likelihood"} - risk.keys():
        raise HazardLogError(
            f"{where}: {key!r} needs severity and likelihood, such as {key} = "
            f'{{ severity = "{grid.severities[0]}", likelihood = "{grid.likelihoods[-1]}" }}.'
        )
    if set(risk) != {"severity", "likelihood"}:
        raise HazardLogError(
            f"{where}: {key!r} holds more than severity and likelihood; the rating is computed."
        )
    try:
        rating = grid.rating(risk["severity"], risk["likelihood"])
    except KeyError as error:
        raise HazardLogError(
            f"{where}: {key!r} says {error}, which the grid does not have. Severities: "
            f"{', '.join(grid.severities)}. Likelihoods: {', '.join(grid.likelihoods)}."
        ) from error
    return Risk(risk["severity"], risk["likelihood"], rating)
