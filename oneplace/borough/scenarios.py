"""Scenarios with known truth: what is planted in the lives, and how dirty the files are.

An effect is planted by *thinning*: lives are drawn without it, and each emergency stay that falls
inside somebody's exposure is then prevented with probability `1 - rate_ratio`. So the life that
would have been is known exactly, person by person (`truth_prevented`, `truth_exposure`).
Selection is part of the truth too: people are taken on after crises, so they improve on average
even where nothing works (regression to the mean).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Effect:
    """What one service does to the rate of emergency stays, and for how long after its start."""

    rate_ratio: float
    """1 means no effect; 0.9 means one stay in ten does not happen."""
    from_days: int
    until_days: int
    note: str


@dataclass(frozen=True)
class Scenario:
    """One set of planted facts."""

    key: str
    title: str
    life: Effect
    huddle: Effect
    defects: float = 1.0
    """Multiplies every rate of defects in the sources' files; the lives stay clean."""
    selection_after_crisis: bool = True


_LIFE_NOTE = "from the first visit; stays that would have begun inside the span are thinned"
_HUDDLE_NOTE = "from the first discussion; stays inside the span are thinned"

NO_LIFE = Effect(1.0, 0, 91, _LIFE_NOTE)
SMALL_LIFE = Effect(0.92, 0, 91, _LIFE_NOTE)
CLEAR_LIFE = Effect(0.75, 0, 91, _LIFE_NOTE)
NO_HUDDLE = Effect(1.0, 0, 182, _HUDDLE_NOTE)
CLEAR_HUDDLE = Effect(0.80, 0, 182, _HUDDLE_NOTE)

SCENARIOS: Mapping[str, Scenario] = {
    scenario.key: scenario
    for scenario in (
        Scenario(
            "default", "Selected after a crisis; LIFE helps a little, huddles do not",
            SMALL_LIFE, NO_HUDDLE,
        ),
        Scenario("no_effect", "Selected after a crisis; nothing works", NO_LIFE, NO_HUDDLE),
        Scenario("true_effects", "LIFE and huddles both work", CLEAR_LIFE, CLEAR_HUDDLE),
        Scenario(
            "dirty", "As the default, with twice the defects in every file",
            SMALL_LIFE, NO_HUDDLE, defects=2.0,
        ),
    )
}  # fmt: skip


class UnknownScenario(ValueError):
    """There is no scenario of that name; the message lists those there are."""


def scenario_named(key: str) -> Scenario:
    """The scenario of that name; raises `UnknownScenario` naming the known ones."""
    try:
        return SCENARIOS[key]
    except KeyError:
        known = ", ".join(SCENARIOS)
        raise UnknownScenario(f"There is no scenario {key!r}; choose one of {known}.") from None
