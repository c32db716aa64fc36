"""A trained model as plain numbers: a chance for each person, and the parts that make it up."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import orjson

from oneplace.science.admission_risk.card import Card, Refused
from oneplace.science.admission_risk.features import FEATURES, IS_MALE, LABELS, Examples, basis

SHAPE: Final = 1
NOT_KNOWN: Final = "not known"


class Part(NamedTuple):
    """What one feature adds to a person's chance, against the average person of the training."""

    feature: str
    label: str
    value: Any
    log_odds: float

    @property
    def words(self) -> str:
        """The feature with its value."""
        if self.value is None:
            return f"{self.label}: {NOT_KNOWN}"
        is_whole = isinstance(self.value, float) and self.value.is_integer()
        return f"{self.label}: {int(self.value) if is_whole else self.value}"


class Effect(NamedTuple):
    """By how much a value multiplies the odds, against the average person of the training."""

    feature: str
    label: str
    value: str
    times: float


@dataclass(frozen=True)
class Model:
    """Coefficients, in the order of `features.basis`, calibration included."""

    intercept: float
    coefficients: tuple[float, ...]
    averages: tuple[float, ...]
    """Of each column of the basis in training, against which parts are told."""
    columns: tuple[str, ...]
    card: Card
    signed_by: str = ""
    signed_on: str = ""
    shape: int = SHAPE

    def log_odds(self, examples: Examples) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The log odds of each person."""
        matrix, names = basis(examples)
        self._check(names)
        found: np.ndarray[Any, np.dtype[np.float64]] = (
            matrix @ np.array(self.coefficients) + self.intercept
        )
        return found

    def risk(self, examples: Examples) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The chance of each person, 0 to 1."""
        found: np.ndarray[Any, np.dtype[np.float64]] = 1.0 / (
            1.0 + np.exp(-self.log_odds(examples))
        )
        return found

    def parts(self, examples: Examples) -> Sequence[Sequence[Part]]:
        """For each person what each feature adds, largest first; with `base` it is the whole."""
        matrix, names = basis(examples)
        self._check(names)
        added = (matrix - np.array(self.averages)) * np.array(self.coefficients)
        features = list(dict.fromkeys(names))
        columns = {name: [at for at, of in enumerate(names) if of == name] for name in features}
        sums = {name: added[:, places].sum(axis=1) for name, places in columns.items()}
        values = {
            name: examples.table.column("gender" if name == IS_MALE else name).to_pylist()
            for name in features
        }
        return [
            sorted(
                (
                    Part(name, LABELS[name], values[name][row], float(sums[name][row]))
                    for name in features
                ),
                key=lambda part: -abs(part.log_odds),
            )
            for row in range(len(examples))
        ]

    @property
    def base(self) -> float:
        """The log odds of the average person, to which parts are added."""
        return float(np.dot(self.averages, self.coefficients) + self.intercept)

    def effects(self) -> Sequence[Effect]:
        """What each value of each feature does to the odds: the whole model on one page."""
        found = []
        place = 0
        for feature in FEATURES:
            size = len(feature.knots)
            own = np.array(self.coefficients[place : place + size])
            usual = float(np.dot(own, self.averages[place : place + size]))
            sums = [0.0, *np.cumsum(own[1:])]
            told = [(NOT_KNOWN, own[0]), *zip(feature.knots, sums, strict=True)]
            found += [
                Effect(feature.name, feature.label, f"{value}", float(np.exp(added - usual)))
                for value, added in told
            ]
            place += size
        male, usual = self.coefficients[place], self.averages[place] * self.coefficients[place]
        return [
            *found,
            Effect(IS_MALE, LABELS[IS_MALE], "male", float(np.exp(male - usual))),
            Effect(IS_MALE, LABELS[IS_MALE], "others", float(np.exp(-usual))),
        ]

    @property
    def is_signed(self) -> bool:
        """Whether the clinical lead has put their name under its card."""
        return bool(self.signed_by and self.signed_on)

    def sign(self, *, by: str, on: str) -> "Model":
        """The same model, signed; raises `Refused` for one whose card is below quality."""
        if self.card.why_not:
            raise Refused(self.card.why_not)
        return replace(self, signed_by=by, signed_on=on)

    def as_plain(self) -> dict[str, Any]:
        """It as numbers, words, lists and mappings alone, for JSON."""
        said: dict[str, Any] = orjson.loads(orjson.dumps(asdict(self), default=list))
        return said

    @classmethod
    def from_plain(cls, said: Mapping[str, Any]) -> "Model":
        """From what `as_plain` made; raises `Refused` for another version."""
        found = cls(
            **{
                **said,
                "card": Card.from_plain(said["card"]),
                "coefficients": tuple(said["coefficients"]),
                "averages": tuple(said["averages"]),
                "columns": tuple(said["columns"]),
            }
        )
        if found.shape != SHAPE:
            raise Refused("The model is of another version. Train it anew.")
        return found

    def write(self, path: Path) -> None:
        """Write it as JSON: plain numbers that can be read and compared."""
        path.write_bytes(orjson.dumps(self.as_plain(), option=orjson.OPT_INDENT_2))

    def _check(self, names: Sequence[str]) -> None:
        if tuple(names) != self.columns:
            raise Refused("The model was trained on other features. Train it anew.")


def why_not_use(model: Model | None) -> str | None:
    """Why no chance is shown: the model is off until trained here and signed; None if it is on."""
    if model is None:
        return "No model was trained on this place's own data."
    if model.card.why_not:
        return model.card.why_not
    if not model.is_signed:
        return "The clinical lead has not signed the model's card."
    return None


def read_model(path: Path) -> Model:
    """A model from its file; raises `Refused` for one that cannot be read."""
    try:
        return Model.from_plain(orjson.loads(path.read_bytes()))
    except Refused as refused:
        raise Refused(f"{path}: {refused}") from refused
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"The model in {path} cannot be read. Train it anew.") from error
