"""From bits and counts to the columns of `SCORES`: the published scores for everybody at once.

The same scores one person at a time are in `science.scores`; their constants are used here, and a
test holds the two to the same answer for every person of generated boroughs.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

import ibis

from oneplace.insight import counting
from oneplace.insight.marks import IF_MALE, STAY, Marks, Topic
from oneplace.insight.shapes import SCORES
from oneplace.science.scores import charlson as charlson_score
from oneplace.science.scores import falls as falls_score
from oneplace.science.scores import frailty_index as frailty
from oneplace.science.scores import hospital_frailty as hospital
from oneplace.science.scores import lace as lace_score
from oneplace.science.scores.lately import STRAIN_DAYS
from oneplace.science.scores.life import Instrument
from oneplace.science.scores.recorded import (
    ACTIVATION,
    ACTIVATION_DAYS,
    CLINICAL_FRAILTY,
    FRAILTY_DAYS,
)

COMPLETE, INCOMPLETE = "complete", "incomplete"
OUTSIDE, NOT_RECORDED = "outside_ages", "not_recorded"
AGE_BANDS: Final = (
    (85, "85 and over"),
    (75, "75 to 84"),
    (65, "65 to 74"),
    (40, "40 to 64"),
    (18, "18 to 39"),
    (0, "0 to 17"),
)
NO_TEXT: Final = ibis.null("string")


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def bit_count(bits: int) -> int:  # type: ignore[empty-body]
    """How many bits of a number are set; the store's own function (DuckDB and Spark have it)."""


Keep = Callable[[str, Any], Any]
"""Keeps a table in the store for later statements, so that no pass is made twice."""


def scored(
    people: Any,
    happened: Any,
    slim: Any,
    *,
    marks: Marks,
    points: Any,
    keep: Keep,
    on: date,
) -> Any:
    """Every person alive on the day, with what was counted of them and their scores."""
    lately = keep("lately", counting.lately(slim, on=on))
    newest = partial(counting.newest_value, slim, on=on)
    parts = {
        "ever": counting.ever(happened),
        "deficits": counting.deficits(slim),
        "strain": newest(Topic.CARER_STRAIN, "strain", STRAIN_DAYS),
        "judged": newest(Topic.CLINICAL_FRAILTY, "judged", FRAILTY_DAYS),
        "activated": newest(Topic.ACTIVATION, "activated", ACTIVATION_DAYS),
        "packages": counting.packages(slim, on=on),
        "falls": counting.falls(slim, on=on),
        "urgent": counting.urgent(slim, on=on),
        "medicines": counting.medicines(happened, on=on),
        "hospital": counting.hospital_points(slim, points, on=on),
        "weights": counting.weight_loss(slim, on=on),
        "contacts": counting.contacts(happened, lately, on=on),
        "visits": counting.visits_before(slim, lately, on=on),
    }
    # One after another: together they would hold all their tables in memory at once.
    kept = [lately, *(keep(name, part) for name, part in parts.items())]
    table = alive(people, on=on)
    # One chain of joins and one choice of columns: each step between costs time to put in words.
    for place, part in enumerate(kept):
        table = table.left_join(part, "pseudonym", rname=f"{{name}}_{place}")
    table = table.drop(*(f"pseudonym_{place}" for place in range(len(kept))))
    table = _zeroes(table, _COUNTS)
    table = _with_frailty(table, marks)
    table = _with_hospital(table)
    table = _with_charlson_and_lace(table, marks)
    table = _with_recorded(table)
    table = _with_falls(table)
    table = _with_home(table, on=on)
    return table


def alive(people: Any, *, on: date) -> Any:
    """Whoever was born and not dead on the day, with their age."""
    day = ibis.literal(on)
    lived = people.filter(
        (people.died_on.isnull() | (people.died_on > day))
        & (people.born_month.isnull() | (people.born_month <= day))
    )
    months = (on.year - lived.born_month.year()) * 12 + on.month - lived.born_month.month()
    age = (months // 12).cast("int16")
    bands = [(age >= least, words) for least, words in AGE_BANDS]
    return lived.mutate(age=age, age_band=ibis.cases(*bands, else_=NO_TEXT)).drop("died_on")


_COUNTS: Final = (
    "shown", "charlson_bits", "long_term_bits", "topic_bits", "emergency_stays_12m",
    "attendances_12m", "urgent_6m", "urgent_6m_before", "packages", "stays_2y",
    "diagnoses_2y", "falls_12m", "falls_90d",
    "medicines_12m", "medicines_now", "tenths", "visits",
)  # fmt: skip


def _zeroes(table: Any, names: Sequence[str]) -> Any:
    """Nobody counted is nought of a count; that a score may be told is decided apart from it."""
    return table.mutate({name: table[name].fill_null(0).cast("int64") for name in names})


def _state(table: Any, instrument: Instrument, *more: tuple[Any, str]) -> Any:
    """The state of a score: age first, then what else speaks against it, in order."""
    cases = [(table.age.isnull(), INCOMPLETE), (table.age < instrument.youngest, OUTSIDE)]
    if instrument.oldest is not None:
        cases.append((table.age > instrument.oldest, OUTSIDE))
    return ibis.cases(*cases, *more, else_=COMPLETE)


def _banded(value: Any, bands: Sequence[tuple[float, str]], state: Any) -> Any:
    """The band of a value, where the score is complete."""
    named = [((state == COMPLETE) & (value >= least), words) for least, words in bands]
    return ibis.cases(*named, else_=NO_TEXT)


def _where(met: Any, value: Any) -> Any:
    return met.ifelse(value, ibis.null(value.type()))


def _has(table: Any, topic: Topic) -> Any:
    return (table.topic_bits & int(topic)) != 0


def _with_frailty(table: Any, marks: Marks) -> Any:
    anaemia = marks.deficit("anaemia")
    low_for_a_man = ((table.shown & (1 << IF_MALE)) != 0) & (table.gender == "male")
    real = (1 << len(marks.deficits)) - 1
    polypharmacy = marks.deficit(frailty.POLYPHARMACY)
    shown = (
        (table.shown & real)
        | low_for_a_man.fill_null(False).ifelse(anaemia, 0)
        | (table.medicines_12m >= frailty.MANY_MEDICINES).ifelse(polypharmacy, 0)
    )
    uncovered = ibis.literal(not marks.covers_practice)
    state = _state(
        table,
        frailty.INSTRUMENT,
        (uncovered | ~_has(table, Topic.PRACTICE_CODED), INCOMPLETE),
    )
    table = table.mutate(frailty_state=state, deficits_shown=bit_count(shown))
    is_told = table.frailty_state == COMPLETE
    return table.mutate(
        frailty_deficits=_where(is_told, table.deficits_shown),
        frailty_index=_where(is_told, table.deficits_shown / float(frailty.DEFICITS)),
        frailty_band=_banded(table.deficits_shown, frailty.BANDS, table.frailty_state),
    )


def _with_hospital(table: Any) -> Any:
    state = _state(
        table,
        hospital.INSTRUMENT,
        (table.stays_2y == 0, NOT_RECORDED),
        (table.diagnoses_2y == 0, INCOMPLETE),
    )
    table = table.mutate(hospital_frailty_state=state)
    is_told = table.hospital_frailty_state == COMPLETE
    bands = ((hospital.HIGH + 1, "high"), (hospital.INTERMEDIATE, "intermediate"), (0, "low"))
    return table.mutate(
        hospital_frailty=_where(is_told, table.tenths / 10.0),
        hospital_frailty_band=_banded(table.tenths, bands, table.hospital_frailty_state),
    )


def weighed(bits: Any, weights: Mapping[str, int]) -> Any:
    """The sum of weights of the Charlson conditions in `bits`, a severer form before its milder."""
    keys = tuple(charlson_score.WEIGHTS)
    total: Any = ibis.literal(0)
    for key, weight in weights.items():
        is_counted = (bits & (1 << keys.index(key))) != 0
        if key in charlson_score.SEVERER:
            severer = 1 << keys.index(charlson_score.SEVERER[key])
            is_counted = is_counted & ((bits & severer) == 0)
        total = total + is_counted.ifelse(weight, 0)
    return total


def _with_charlson_and_lace(table: Any, marks: Marks) -> Any:
    coded = _has(table, Topic.CODED_CONDITION)
    table = table.mutate(
        charlson_state=_state(table, charlson_score.INSTRUMENT, (~coded, INCOMPLETE)),
        acuity=table.last_stay % counting.CAME,
        days=table.last_stay // counting.LEFT
        - (table.last_stay // counting.CAME) % (counting.LEFT // counting.CAME),
        illness=weighed(table.charlson_bits, lace_score.WEIGHTS),
    )
    table = table.mutate(
        charlson=_where(
            table.charlson_state == COMPLETE, weighed(table.charlson_bits, charlson_score.WEIGHTS)
        ),
        lace_state=_state(
            table,
            lace_score.INSTRUMENT,
            (table.last_stay.isnull(), NOT_RECORDED),
            (table.acuity == 1, INCOMPLETE),
            (~coded | ibis.literal(not marks.covers_attendances), INCOMPLETE),
        ),
    )
    length = ibis.cases(
        *[(table.days >= least, points) for least, points in lace_score.LENGTH], else_=0
    )
    points = (
        length
        + (table.acuity == 2).ifelse(lace_score.ACUTE, 0)
        + (table.illness > 3).ifelse(5, table.illness)
        + ibis.least(table.visits, lace_score.MOST_VISITS)
    )
    table = table.mutate(lace=_where(table.lace_state == COMPLETE, points))
    return table.mutate(lace_band=_banded(table.lace, lace_score.BANDS, table.lace_state))


def _with_recorded(table: Any) -> Any:
    for name, instrument, told, highest in (
        ("clinical_frailty", CLINICAL_FRAILTY, table.judged, 9),
        ("activation", ACTIVATION, table.activated, 4),
    ):
        level = told["value"]
        is_a_level = (level >= 1) & (level <= highest) & (level == level.floor())
        state = _state(table, instrument, (told.isnull(), NOT_RECORDED), (~is_a_level, INCOMPLETE))
        table = table.mutate(
            {
                f"{name}_state": state,
                name: _where(state == COMPLETE, level),
                f"{name}_on": _where(state == COMPLETE, told["on"]),
            }
        )
    return table


def _with_falls(table: Any) -> Any:
    known = (
        (table.falls_12m > 0).cast("int64")
        + (table.medicines_now >= falls_score.MEDICINES).cast("int64")
        + _has(table, Topic.STROKE_OR_PARKINSONS).cast("int64")
        + _has(table, Topic.BALANCE).cast("int64")
        + _has(table, Topic.CHAIR_RISE).cast("int64")
    )
    state = _state(table, falls_score.INSTRUMENT, (known < falls_score.QUESTIONS, INCOMPLETE))
    is_for = (table.age.notnull() & (table.age >= falls_score.INSTRUMENT.youngest)).fill_null(False)
    return table.mutate(
        falls_risk_state=state,
        falls_risk=_where(is_for, known),
        falls_risk_band=(is_for & (known >= falls_score.HIGHER)).ifelse("higher", NO_TEXT),
    )


def _with_home(table: Any, *, on: date) -> Any:
    has_package = table.packages > 0
    now, before = table.hours, table.hours_before
    day = ibis.literal(on)
    table = table.mutate(
        package_hours=now,
        package_hours_before=before,
        package_growth=now - before,
        package_state=ibis.cases(
            (~has_package, NOT_RECORDED),
            (now.isnull() | before.isnull(), INCOMPLETE),
            else_=COMPLETE,
        ),
        carer_strain=table.strain["value"].floor(),
        carer_strain_on=table.strain["on"],
        has_carer=_has(table, Topic.CARER),
        has_plan=table.has_plan.fill_null(False),
        days_since_discharge=day.delta(table.last_discharge_on, unit="day"),
        days_since_bereavement=day.delta(table.bereaved_on, unit="day"),
        days_since_medicines_review=day.delta(table.medicines_review_on, unit="day"),
        urgent_rise=table.urgent_6m - table.urgent_6m_before,
        long_term_conditions=bit_count(table.long_term_bits),
        admission_risk=ibis.null("float64"),
    )
    return table


_TYPES: Final = {
    "int8": "int8", "int16": "int16", "int32": "int32", "int64": "int64", "double": "float64",
    "string": "string", "date32[day]": "date", "bool": "boolean",
}  # fmt: skip


def as_scores(table: Any) -> Any:
    """Exactly the columns of `SCORES`, with their types."""
    return table.select(
        **{field.name: table[field.name].cast(_TYPES[str(field.type)]) for field in SCORES}
    )


__all__ = ["STAY", "alive", "as_scores", "bit_count", "scored", "weighed"]
