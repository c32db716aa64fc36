"""People whose chance of an emergency stay is known, because it was planted."""

from typing import Any

import numpy as np
import pyarrow as pa

from oneplace.science.admission_risk import Examples, examples_of


def planted(people: int, *, seed: int, on: str) -> tuple[Examples, np.ndarray[Any, Any]]:
    """Examples with their outcome, and the true chance of each."""
    chance = np.random.default_rng(seed)
    age = np.where(
        chance.random(people) < 0.4, chance.normal(76, 8, people), chance.normal(38, 18, people)
    )
    age = np.clip(age, 0, 102).round()
    frailty = chance.gamma(1.2, 1.0, people) * (0.4 + age / 70)
    stays = chance.poisson(0.12 * frailty)
    attendances = stays + chance.poisson(0.3 + 0.1 * frailty)
    medicines = chance.poisson(1 + age / 18)
    deficits = np.where(
        (age >= 65) & (age <= 95), np.clip(chance.poisson(2.4 * frailty), 0, 36), -1
    )
    deprivation = chance.integers(1, 11, people)
    since = np.where(stays > 0, chance.integers(1, 365, people), -1)
    odds = (
        -4.6
        + 0.9 * np.minimum(stays, 3)
        + 0.22 * np.minimum(attendances, 6)
        + 0.035 * np.maximum(age - 65, 0)
        + 0.12 * np.where(deficits >= 0, np.minimum(deficits, 14), 0)
        + 0.05 * np.minimum(medicines, 12)
        + 0.6 * ((since > 0) & (since < 30))
        + 0.04 * (6 - deprivation)
    )
    true = 1 / (1 + np.exp(-odds))
    outcome = chance.random(people) < true
    unsaid = pa.nulls(people, pa.float64())
    table = pa.table(
        {
            "age": age,
            "gender": np.where(chance.random(people) < 0.49, "male", "female"),
            "ethnicity": chance.choice(list("ACHMN"), people, p=[0.5, 0.1, 0.15, 0.15, 0.1]),
            "deprivation": deprivation,
            "emergency_stays_12m": stays,
            "attendances_12m": attendances,
            "urgent_6m": chance.poisson(0.4 * attendances),
            "days_since_discharge": pa.array(since, mask=since < 0),
            "falls_12m": chance.poisson(0.05 * frailty),
            "medicines_now": medicines,
            "frailty_deficits": pa.array(deficits, mask=deficits < 0),
            "charlson": chance.poisson(0.4 * frailty),
            "long_term_conditions": chance.poisson(0.7 * frailty),
            "package_hours": unsaid,
        }
    )
    return examples_of(table, outcome, on), true
