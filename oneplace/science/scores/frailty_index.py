"""The electronic frailty index: how many of 36 deficits general practice has recorded.

Clegg A and others, Age and Ageing 2016;45(3):353-60, doi 10.1093/ageing/afw039, and its guidance
notes: each deficit counts once, ever recorded, but polypharmacy counts only while five or more
different medicines were prescribed within twelve months: begun, issued or ended in them, not only
never ended. Bands compare whole numbers: fit 0 to 4,
mild 5 to 8, moderate 9 to 12, severe 13 or more (13/36 = 0.361, over 0.36). The weighted second
version of 2024 is another model and is not mixed in.
"""

from collections import defaultdict
from typing import Final

from oneplace.science.scores.life import (
    Contribution,
    Happening,
    Instrument,
    Life,
    Score,
    State,
    contribution,
    outside,
)

INSTRUMENT: Final = Instrument(
    "frailty_index",
    "The electronic frailty index",
    "2016",
    "Clegg and others, Age and Ageing 2016, doi 10.1093/ageing/afw039",
    "Finds people who may live with frailty, to be confirmed by a clinician before it is coded. "
    "It does not diagnose and decides no service. A measurement counts only where a code list "
    "names its code.",
    65,
    95,
)
DEFICITS: Final = 36
POLYPHARMACY: Final = "polypharmacy"
MANY_MEDICINES: Final = 5
MEDICINE_DAYS: Final = 365
BANDS: Final = ((13, "severe"), (9, "moderate"), (5, "mild"), (0, "fit"))
KINDS: Final = ("condition", "observation", "procedure", "flag")
"""Kinds of entry whose codes count; a hospital's diagnoses of a stay do not, nor does a fall an
ambulance or a care service tells of, which general practice has not coded."""
MEDICINES: Final = ("medicine", "issue")
"""Kinds that tell of a medicine: `issue` is the last day one that goes on was issued."""

HAEMOGLOBIN_DIVIDE: Final = 25.0
"""Below this a haemoglobin is taken to be in g/dL."""
HAEMOGLOBIN_MALE: Final = 130.0
HAEMOGLOBIN_OTHER: Final = 115.0
EGFR_UNDER: Final = 60.0
TSH_UNDER, TSH_OVER = 0.36, 5.5
BARTHEL_MOST: Final = 18.0
SIX_CIT_LEAST: Final = 8.0
ABPI_UNDER: Final = 0.95
T_SCORE_MOST: Final = -2.5
MUST_LEAST: Final = 1.0
URINE_PROTEIN_OVER: Final = 150.0
"""Protein in urine, mg in 24 hours."""
URINE_ALBUMIN_OVER: Final = 20.0
"""Albumin in urine, mg in 24 hours."""
PROTEIN_CREATININE_OVER: Final = 50.0
ALBUMIN_CREATININE_OVER: Final = 3.0
"""Both ratios in mg/mmol."""
MICROALBUMIN_OVER: Final = 3.0
DAY_SYSTOLIC_OVER, DAY_DIASTOLIC_OVER = 135.0, 85.0
"""Means of blood pressure over 24 hours, mmHg."""
COPD_CONTACTS_LEAST: Final = 1.0
"""Unplanned contacts because of COPD, as a number recorded for twelve months."""


def band(deficits: int) -> str:
    """The band of a count of deficits."""
    return next(name for least, name in BANDS if deficits >= least)


def deficits_by_value(measure: str, value: float, gender: str | None) -> str | None:
    """The deficit a measurement meets, if it meets one."""
    if measure == "haemoglobin":
        grams = value * 10 if value < HAEMOGLOBIN_DIVIDE else value
        limit = HAEMOGLOBIN_MALE if gender == "male" else HAEMOGLOBIN_OTHER
        return "anaemia" if 0 < grams < limit else None
    met = {
        "egfr": ("ckd", 0 < value < EGFR_UNDER),
        "tsh": ("thyroid-disorders", value < TSH_UNDER or value > TSH_OVER),
        "barthel": ("activity-limitation", value <= BARTHEL_MOST),
        "six-cit": ("cognitive-problems", value >= SIX_CIT_LEAST),
        "abpi": ("pvd", 0 < value < ABPI_UNDER),
        "t-score": ("osteoporosis", value <= T_SCORE_MOST),
        "must": ("weight-loss", value >= MUST_LEAST),
        # Whoever was scored for the risks of atrial fibrillation has it, whatever the score.
        "atrial-fibrillation-risk": ("atrial-fibrillation", True),
        "urine-protein-24h": ("ckd", value > URINE_PROTEIN_OVER),
        "urine-albumin-24h": ("ckd", value > URINE_ALBUMIN_OVER),
        "protein-creatinine": ("ckd", value > PROTEIN_CREATININE_OVER),
        "albumin-creatinine": ("ckd", value > ALBUMIN_CREATININE_OVER),
        "microalbumin": ("ckd", value > MICROALBUMIN_OVER),
        "falls": ("falls", value > 0),
        "systolic-24h": ("hypertension", value > DAY_SYSTOLIC_OVER),
        "diastolic-24h": ("hypertension", value > DAY_DIASTOLIC_OVER),
        "copd-contacts-12m": ("respiratory-disease", value >= COPD_CONTACTS_LEAST),
    }.get(measure)
    return met[0] if met and met[1] else None


def deficits_of(happened: Happening, gender: str | None) -> set[str]:
    """The deficits one entry shows, by its code or by what was measured."""
    if happened.kind not in KINDS:
        return set()
    found = {name.split("/")[1] for name in happened.ideas if name.startswith("frailty/")}
    if happened.value is not None:
        for name in happened.ideas:
            folder, _, key = name.partition("/")
            if folder == "measures" and (met := deficits_by_value(key, happened.value, gender)):
                found.add(met)
    return found


def going_on(life: Life) -> dict[str, list[Happening]]:
    """Different medicines that nobody ended, by code."""
    found: dict[str, list[Happening]] = defaultdict(list)
    for each in life.of("medicine"):
        if each.ended_on is None or each.ended_on > life.on:
            found[each.code].append(each)
    return found


def prescribed_within(life: Life, days: int) -> dict[str, list[Happening]]:
    """Different medicines begun, issued or ended within so many days, by code.

    That a medicine was never ended does not say that it was prescribed lately: lists grow old.
    """
    found: dict[str, list[Happening]] = defaultdict(list)
    for each in life.of(*MEDICINES):
        if (life.on - max(each.happened_on, each.ended_on or each.happened_on)).days <= days:
            found[each.code].append(each)
    return found


def taken_now(life: Life) -> dict[str, list[Happening]]:
    """Different medicines that go on and were prescribed within the year, by code.

    Bounded as the index bounds polypharmacy: one begun years ago, and neither issued nor ended
    since, stands on many lists and is taken by nobody.
    """
    lately = prescribed_within(life, MEDICINE_DAYS)
    return {code: found for code, found in going_on(life).items() if code in lately}


def frailty_index(life: Life) -> Score:
    """How many deficits, each with the entries that show it; the value is the count, not /36."""
    if not INSTRUMENT.is_for(life.age):
        return outside(INSTRUMENT, life.age)
    if not life.covers_practice:
        return Score(
            INSTRUMENT,
            State.INCOMPLETE,
            why="No code list here knows the codes general practice records in.",
        )
    if not any(each.system not in ("", "icd10") for each in life.of("condition", "medicine")):
        return Score(INSTRUMENT, State.INCOMPLETE, why="Nothing coded by general practice is here.")
    shown: dict[str, list[Happening]] = defaultdict(list)
    for each in life.happenings:
        for deficit in deficits_of(each, life.gender):
            shown[deficit].append(each)
    parts = [contribution(deficit, 1, found) for deficit, found in sorted(shown.items())]
    parts += _polypharmacy(life)
    count = len(parts)
    why = _undated(life)
    return Score(INSTRUMENT, State.COMPLETE, count, band(count), why, contributions=tuple(parts))


def _undated(life: Life) -> str:
    """What is said where five medicines go on and fewer are known to have been issued lately."""
    lately = prescribed_within(life, MEDICINE_DAYS)
    either = lately.keys() | going_on(life).keys()
    if len(lately) >= MANY_MEDICINES or len(either) < MANY_MEDICINES:
        return ""
    return (
        f"{len(either)} medicines are on the list, but of {len(either) - len(lately)} no record "
        "says that it was issued in the last twelve months, so polypharmacy is not counted."
    )


def _polypharmacy(life: Life) -> list[Contribution]:
    medicines = prescribed_within(life, MEDICINE_DAYS)
    if len(medicines) < MANY_MEDICINES:
        return []
    every = [each for found in medicines.values() for each in found]
    return [contribution(POLYPHARMACY, 1, every)]
