"""Every indicator of the alliance, by key, in the order in which pages show them."""

from collections.abc import Mapping
from typing import Final

from oneplace.insight.indicators import (
    actions_in_time,
    deaths,
    delayed_bed_days,
    emergency_admissions,
    falls_admissions,
    goals_achieved,
    home_on_day_91,
    huddle_whole,
    life_two_hours,
    no_long_term_package,
    plans_in_own_words,
    readmission,
    told_before,
    wellbeing,
)
from oneplace.insight.indicators.definition import Definition, DefinitionRefused

DEFINITIONS: Final[Mapping[str, Definition]] = {
    each.DEFINITION.key: each.DEFINITION
    for each in (
        falls_admissions,
        goals_achieved,
        wellbeing,
        life_two_hours,
        home_on_day_91,
        no_long_term_package,
        delayed_bed_days,
        huddle_whole,
        actions_in_time,
        plans_in_own_words,
        told_before,
        emergency_admissions,
        readmission,
        deaths,
    )
}


def definition(key: str) -> Definition:
    """The definition of this key; raises `DefinitionRefused`."""
    if key not in DEFINITIONS:
        raise DefinitionRefused(
            f"There is no indicator '{key}'. There are: {', '.join(DEFINITIONS)}."
        )
    return DEFINITIONS[key]
