"""Emergency stays in hospital of people of 65 and over."""

from typing import Final

from oneplace.insight.indicators.definition import OLDER, Counted, Definition
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role

DEFINITION: Final = Definition(
    key="emergency_admissions",
    version=2,
    changed="Second version, March 2026: stays of people registered with no practice of the place"
    " no longer count, because the denominator never held them.",
    statement="clinical",
    title="Emergency stays in hospital, people of 65 and over",
    sentence="Emergency stays a month for each 1,000 registered people of 65 and over",
    cohort="Registered people of 65 and over, alive at the beginning of the month",
    numerator="Their stays that began in the month by an emergency admission method (2x)",
    denominator="People of 65 and over registered with a practice of the place at the beginning of"
    " the month",
    unit=MeasureUnit.RATE,
    better=BetterDirection.LOWER,
    source="Better Care Fund 2025-26 core metric, monthly here; to be verified with the year's"
    " planning requirements",
    owner=Role.PROGRAMME_DIRECTOR,
    refresh="Each night, from the hospital's messages",
    provisional_months=1,
    provisional_because="Late messages of the last month are still to come",
    counts="people of 65 and over",
    does_not_say="Fewer stays may mean fewer beds. People who moved away are counted where they are"
    " registered today",
    counted=Counted(("stay",), ("emergency",), from_age=OLDER),
    per_people_from_age=OLDER,
)
