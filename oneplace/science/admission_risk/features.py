"""What the model may look at: a few columns everybody understands, and where each bends.

Neither ethnicity nor practice is looked at; both are only used to see whether the model is fair. A
value that is not known is a column of its own, never a quiet nought.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class Feature:
    """A column, what it is called, and the knots between which its effect is a straight line."""

    name: str
    label: str
    knots: tuple[float, ...]


FEATURES: Final = (
    Feature("age", "Age", (0, 18, 50, 65, 75, 85, 100)),
    Feature("emergency_stays_12m", "Emergency stays in a year", (0, 1, 2, 4, 8)),
    Feature("attendances_12m", "Emergency attendances in a year", (0, 1, 3, 6, 12)),
    Feature("urgent_6m", "Days with urgent care in half a year", (0, 1, 3, 6)),
    Feature("days_since_discharge", "Days since leaving hospital", (0, 30, 90, 365)),
    Feature("falls_12m", "Falls in a year", (0, 1, 3)),
    Feature("medicines_now", "Medicines", (0, 4, 8, 15)),
    Feature("frailty_deficits", "Frailty deficits", (0, 4, 8, 12, 20)),
    Feature("charlson", "Comorbidity (Charlson)", (0, 1, 3, 6, 10)),
    Feature("long_term_conditions", "Long-term conditions", (0, 1, 3, 6)),
    Feature("package_hours", "Hours of care a week", (0, 7, 21)),
    Feature("deprivation", "Decile of deprivation", (1, 4, 7, 10)),
)
IS_MALE: Final = "is_male"
LABELS: Final[Mapping[str, str]] = {
    **{feature.name: feature.label for feature in FEATURES},
    IS_MALE: "Sex",
}
LOOKED_AT: Final = (*(feature.name for feature in FEATURES), "gender")
"""The columns of `SCORES` a chance is worked out from."""
GROUPS: Final = ("gender", "ethnicity", "deprivation")
"""By what fairness is looked at."""


@dataclass(frozen=True)
class Examples:
    """People on one day: what was known of each, and what happened afterwards where it is past."""

    table: pa.Table
    """Columns of `SCORES`."""
    outcome: np.ndarray[Any, np.dtype[np.int8]] | None = None
    """1 for an emergency stay that began within the horizon after the day."""
    on: str = ""
    """The day, as ISO 8601."""

    def __len__(self) -> int:
        return int(self.table.num_rows)


def examples_of(
    table: pa.Table, outcome: np.ndarray[Any, np.dtype[Any]] | None = None, on: str = ""
) -> Examples:
    """Examples from a table with the columns of `SCORES`."""
    return Examples(table, None if outcome is None else outcome.astype(np.int8), on)


def basis(examples: Examples) -> tuple[np.ndarray[Any, np.dtype[np.float64]], list[str]]:
    """One row a person: pieces of straight lines between knots; and the feature of each column.

    The piece of a value between two knots is how far it has come from the one to the other, 0 to 1.
    """
    columns: list[np.ndarray[Any, np.dtype[np.float64]]] = []
    names: list[str] = []
    for feature in FEATURES:
        values = _numbers(examples.table, feature.name)
        unknown = np.isnan(values)
        columns.append(unknown.astype(np.float64))
        names.append(feature.name)
        for low, high in zip(feature.knots, feature.knots[1:], strict=False):
            piece = np.clip((values - low) / (high - low), 0.0, 1.0)
            columns.append(np.where(unknown, 0.0, piece))
            names.append(feature.name)
    gender = np.array(examples.table.column("gender").to_pylist(), dtype=object)
    columns.append((gender == "male").astype(np.float64))
    names.append(IS_MALE)
    return np.column_stack(columns), names


def _numbers(table: pa.Table, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = table.column(name).cast(pa.float64()).fill_null(float("nan"))
    found: np.ndarray[Any, np.dtype[np.float64]] = values.to_numpy(zero_copy_only=False)
    return found.astype(np.float64)
