"""Every coded idea a life uses: conditions, findings, medicines, vaccines, observations, reasons.

The codes are our own and open. They have the shape of SNOMED CT extension identifiers (eight-digit
item, seven-digit namespace, partition 10, Verhoeff check digit; SNOMED CT Release File
Specification, section 6) in a namespace assigned to nobody (to verify), so that software handles
them like real ones and no licence-bound content is shipped. Deficit keys are those of the
electronic frailty index (Clegg 2016); ICD-10 categories are the World Health Organization's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from oneplace.borough.lives.columns import Coded, coded

UNASSIGNED_NAMESPACE: Final = "9999999"

_D = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321",
    "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_F = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901",
    "2793806415", "7046913258",
)  # fmt: skip
_INVERSE = (0, 4, 3, 2, 1, 5, 6, 7, 8, 9)


def verhoeff_digit(digits: str) -> str:
    """The check digit that completes a number (Verhoeff 1969)."""
    check = 0
    for place, digit in enumerate(reversed(digits), start=1):
        check = int(_D[check][int(_F[place % 8][int(digit)])])
    return str(_INVERSE[check])


@dataclass(frozen=True)
class Condition:
    """A lasting condition and how it comes with age.

    Share of people having it at an age: `highest / (1 + exp(-(age - half_age) / spread))`; being
    prone to illness by one standard deviation makes somebody `pull` years older for it, and each
    deprivation decile below the middle `poverty` years.
    """

    key: str
    display: str
    deficit: str
    icd10: str
    highest: float
    half_age: float
    spread: float
    pull: float = 7.0
    poverty: float = 0.5
    medicines: tuple[tuple[str, float], ...] = ()
    kind: str = "condition"
    urgency: float = 0.0
    """How much it adds to the chance of an emergency stay (log rate)."""


def _medicines(text: str) -> tuple[tuple[str, float], ...]:
    pairs = (pair.rsplit(":", 1) for pair in text.split())
    return tuple((name, float(share)) for name, share in pairs)


def _condition(row: str) -> Condition:
    key, display, deficit, icd10, numbers, medicines, kind = (
        [part.strip() for part in row.split("|")] + ["", ""]
    )[:7]
    highest, half_age, spread, pull, urgency = (float(number) for number in numbers.split())
    return Condition(
        key, display, deficit, icd10, highest, half_age, spread, pull, 0.5,
        _medicines(medicines), kind or "condition", urgency,
    )  # fmt: skip


_CONDITION_ROWS = """
hypertension | High blood pressure | hypertension | I10 | .74 64 10 5 .03
    | amlodipine:.5 ramipril:.45 indapamide:.2
type_2_diabetes | Type 2 diabetes | diabetes | E11 | .25 60 10 7 .12
    | metformin:.72 gliclazide:.2 insulin_glargine:.1 empagliflozin:.15
coronary_heart_disease | Coronary heart disease | chd | I25 | .28 77 9 8 .18
    | aspirin:.6 atorvastatin:.8 bisoprolol:.5 glyceryl_trinitrate_spray:.3
heart_failure | Heart failure | heart-failure | I50 | .22 86 7 9 .35
    | furosemide:.75 bisoprolol:.55 spironolactone:.3
atrial_fibrillation | Atrial fibrillation | atrial-fibrillation | I48 | .26 84 7 6 .15
    | apixaban:.75 bisoprolol:.5
stroke_or_tia | Stroke or transient ischaemic attack | stroke-tia | I69 | .22 83 8 8 .2
    | clopidogrel:.75 atorvastatin:.75
chronic_kidney_disease | Chronic kidney disease stage 3 to 5 | ckd | N18 | .46 81 8 7 .14 |
copd | Chronic obstructive pulmonary disease | respiratory-disease | J44 | .14 73 9 9 .4
    | tiotropium:.6 salbutamol:.8
asthma | Asthma | respiratory-disease | J45 | .11 12 12 3 .12 | salbutamol:.8 beclometasone:.6
dementia | Dementia | cognitive-problems | F03 | .40 89 5 5 .3 | donepezil:.35 memantine:.15
memory_problem | Memory problem | cognitive-problems | R41 | .28 84 6 6 .08 || finding
parkinsons_disease | Parkinson's disease | parkinsons | G20 | .05 84 6 6 .25 | co_careldopa:.85
osteoarthritis | Osteoarthritis | arthritis | M15 | .68 73 9 6 .02
    | paracetamol:.55 codeine:.18 naproxen:.1
osteoporosis | Osteoporosis | osteoporosis | M81 | .34 83 7 6 .05
    | alendronic_acid:.6 colecalciferol:.6
fragility_fracture | Fragility fracture | fragility-fracture | M80 | .26 85 7 7 .1
    | colecalciferol:.3
recurrent_falls | Falls | falls | R29 | .52 87 7 8 .18 | colecalciferol:.2 | finding
hearing_loss | Hearing loss | hearing-loss | H91 | .72 83 8 4 .0 || finding
cataract_or_poor_vision | Visual impairment | vision-problems | H54 | .62 83 8 4 .02
    | latanoprost:.15 | finding
urinary_incontinence | Urinary incontinence | urinary-incontinence | R32 | .42 86 8 7 .06
    | solifenacin:.2 | finding
prostate_or_bladder_disease | Urinary system disease | urinary-system-disease | N40
    | .38 77 9 5 .08 | tamsulosin:.45
anaemia | Anaemia | anaemia | D64 | .42 85 8 8 .12 | ferrous_fumarate:.45
hypothyroidism | Thyroid disease | thyroid-disorders | E03 | .14 64 14 4 .02 | levothyroxine:.9
peptic_ulcer | Peptic ulcer | peptic-ulcer | K27 | .09 70 12 7 .06 | omeprazole:.85
peripheral_vascular_disease | Peripheral vascular disease | pvd | I73 | .11 81 8 9 .18
    | clopidogrel:.5 atorvastatin:.6
heart_valve_disease | Heart valve disease | heart-valve-disease | I35 | .13 85 7 6 .12 |
low_blood_pressure_or_faints | Hypotension or syncope | hypotension | I95
    | .22 86 8 8 .12 || finding
dizziness | Dizziness | dizziness | R42 | .38 84 9 8 .05 || finding
breathlessness | Dyspnoea | dyspnoea | R06 | .38 83 9 9 .1 || finding
foot_problem | Foot problem | foot-problems | M79 | .48 84 9 6 .02 || finding
leg_ulcer_or_pressure_sore | Skin ulcer | skin-ulcer | L97 | .17 88 7 9 .2 |
sleep_disturbance | Sleep disturbance | sleep-disturbance | G47 | .32 76 14 7 .03
    | zopiclone:.2 | finding
weight_loss | Weight loss | weight-loss | R63 | .18 89 7 9 .2 || finding
mobility_problem | Mobility and transfer problem | mobility-problems | Z74
    | .55 87 6 8 .12 || finding
activity_limitation | Needs help with daily activities | activity-limitation | Z73
    | .40 90 5.5 8 .12 || finding
housebound | Housebound | housebound | Z74 | .28 92 5 8 .15 || finding
requires_care | Has a carer or home care | care-requirement | Z74 | .36 90 5.5 8 .08 || finding
socially_vulnerable | Lives alone and isolated | social-vulnerability | Z60
    | .42 86 8 5 .05 || finding
depression | Depression || F32 | .22 36 14 5 .12 | sertraline:.4 mirtazapine:.15
anxiety | Anxiety || F41 | .16 32 13 5 .06 | propranolol:.15 sertraline:.2
cancer | Cancer || C80 | .24 78 9 3 .3 |
obesity | Obesity || E66 | .30 42 14 3 .05 || finding
epilepsy | Epilepsy || G40 | .011 22 16 2 .5 | lamotrigine:.6 levetiracetam:.3
serious_mental_illness | Serious mental illness || F20 | .013 28 7 2 .4
    | olanzapine:.5 risperidone:.2
learning_disability | Learning disability || F79 | .006 2 1 0 .35 |
autism | Autism || F84 | .015 8 6 0 .05 |
alcohol_dependence | Alcohol dependence || F10 | .02 38 8 4 .8 | thiamine:.6
"""

CONDITIONS: Final[tuple[Condition, ...]] = tuple(
    _condition(row) for row in _CONDITION_ROWS.strip().replace("\n    ", " ").splitlines()
)

DEFICITS: Final[tuple[str, ...]] = tuple(
    sorted({row.deficit for row in CONDITIONS if row.deficit} | {"polypharmacy"})
)
"""The 36 deficits of the electronic frailty index."""

MEDICINES: Final = tuple(
    dict.fromkeys(
        [
            *(name for row in CONDITIONS for name, _ in row.medicines),
            *("omeprazole", "senna", "paracetamol", "atorvastatin", "amoxicillin",
              "nitrofurantoin", "prednisolone", "doxycycline", "morphine", "midazolam"),
        ]
    )
)  # fmt: skip

_DOSES: Final[Mapping[str, str]] = {
    "amlodipine": "5 mg once a day", "ramipril": "5 mg once a day",
    "indapamide": "2.5 mg each morning", "metformin": "500 mg twice a day",
    "furosemide": "40 mg each morning", "bisoprolol": "2.5 mg once a day",
    "apixaban": "5 mg twice a day", "atorvastatin": "20 mg at night",
    "levothyroxine": "75 micrograms each morning", "omeprazole": "20 mg once a day",
    "sertraline": "50 mg once a day", "amoxicillin": "500 mg three times a day for 5 days",
    "nitrofurantoin": "100 mg twice a day for 3 days", "paracetamol": "1 g up to four times a day",
    "salbutamol": "2 puffs when needed", "alendronic_acid": "70 mg once a week",
}  # fmt: skip
DOSE_WORDS: Final = tuple(_DOSES.get(name, "as directed") for name in MEDICINES)

VACCINES: Final = ("flu_vaccine", "covid_vaccine", "shingles_vaccine", "pneumococcal_vaccine",
                   "childhood_vaccines")  # fmt: skip

ALLERGENS: Final = ("penicillin", "trimethoprim", "codeine_allergy", "latex", "nuts",
                    "aspirin_allergy",
                    "shellfish", "plasters")  # fmt: skip

OBSERVATIONS: Final = {
    "blood_pressure": ("Blood pressure", "mmHg"), "weight": ("Weight", "kg"),
    "hba1c": ("HbA1c", "mmol/mol"), "egfr": ("eGFR", "mL/min/1.73m2"),
    "haemoglobin": ("Haemoglobin", "g/L"), "height": ("Height", "cm"),
    "oxygen_saturation": ("Oxygen saturation", "%"), "pulse": ("Pulse", "beats/min"),
    "must": ("Malnutrition screening score", "score"),
}  # fmt: skip

CONTACT_REASONS: Final = {
    "cough_or_cold": "Cough or cold", "chest_infection": "Chest infection",
    "urinary_infection": "Urinary infection", "pain": "Pain", "back_pain": "Back pain",
    "skin": "Skin problem", "mental_health": "Mental health",
    "medicines_review": "Medicines review",
    "long_term_review": "Long-term condition review", "test_results": "Test results",
    "dizzy_or_fall": "Dizziness or a fall", "breathless": "Breathlessness",
    "chest_pain": "Chest pain", "abdominal_pain": "Abdominal pain", "fall": "Fall",
    "injury": "Injury", "stroke_symptoms": "Stroke symptoms", "confusion": "Confusion",
    "unwell_older": "Generally unwell", "child_fever": "Fever in a child", "pregnancy": "Pregnancy",
    "after_discharge": "After a hospital stay", "carer_worry": "A carer is worried",
    "administration": "Letters and forms", "head_injury": "Head injury", "seizure": "Seizure",
    "overdose": "Overdose or self-harm", "allergy": "Allergic reaction", "wound": "Wound",
    "bereavement_support": "Bereavement", "weight_falling": "Losing weight",
    "memory": "Memory worries",
}  # fmt: skip

DIAGNOSES: Final = {
    # key: (display, ICD-10, weight 65+, weight 18-64, weight under 18, ambulatory sensitive)
    "pneumonia": ("Pneumonia", "J18", 11, 4, 4, True),
    "urinary_tract_infection": ("Urinary tract infection", "N39", 9, 4, 2, True),
    "heart_failure_acute": ("Acute heart failure", "I50", 6, 1, 0, True),
    "copd_exacerbation": ("COPD exacerbation", "J44", 6, 2, 0, True),
    "hip_fracture": ("Fractured hip", "S72", 4, 0.4, 0.1, False),
    "fall_without_fracture": ("Fall without fracture", "R29", 8, 1, 0.5, False),
    "delirium": ("Delirium", "F05", 4, 0.3, 0, False),
    "acute_kidney_injury": ("Acute kidney injury", "N17", 4, 1, 0, False),
    "sepsis": ("Sepsis", "A41", 6, 3, 2, False),
    "acute_stroke": ("Stroke", "I63", 4, 1, 0, False),
    "acute_coronary_syndrome": ("Acute coronary syndrome", "I21", 5, 3, 0, False),
    "chest_pain_unspecified": ("Chest pain", "R07", 5, 9, 1, False),
    "abdominal_pain_unspecified": ("Abdominal pain", "R10", 4, 11, 8, False),
    "cellulitis": ("Cellulitis", "L03", 4, 3, 1, True),
    "gastrointestinal_bleed": ("Gastrointestinal bleed", "K92", 3, 2, 0, False),
    "syncope": ("Faint or collapse", "R55", 5, 3, 1, False),
    "reduced_mobility": ("Reduced mobility", "R26", 4, 0.3, 0, False),
    "constipation": ("Constipation", "K59", 2, 1, 2, True),
    "cancer_complication": ("Complication of cancer", "C80", 4, 3, 0.3, False),
    "head_injury_minor": ("Minor head injury", "S09", 3, 3, 6, False),
    "appendicitis": ("Appendicitis", "K35", 0.3, 3, 4, False),
    "asthma_attack": ("Asthma attack", "J45", 0.6, 3, 7, True),
    "viral_illness": ("Viral illness", "B34", 2, 5, 22, False),
    "bronchiolitis": ("Bronchiolitis", "J21", 0, 0, 12, False),
    "overdose_or_self_harm": ("Overdose or self-harm", "T50", 0.4, 6, 3, False),
    "alcohol_related": ("Alcohol-related illness", "F10", 0.6, 5, 0.2, False),
    "diabetes_emergency": ("Diabetes emergency", "E11", 1.5, 2, 0.6, True),
    "gallstones": ("Gallstones", "K80", 2, 4, 0.1, False),
    "limb_fracture": ("Broken limb", "S52", 2, 4, 7, False),
    "pregnancy_related": ("Pregnancy-related illness", "O26", 0, 7, 0.2, False),
}  # fmt: skip

PLANNED: Final = {
    "cataract_operation": ("Cataract operation", "H26"),
    "hip_replacement": ("Hip replacement", "M16"),
    "endoscopy": ("Endoscopy", "K21"), "hernia_repair": ("Hernia repair", "K40"),
    "chemotherapy": ("Chemotherapy", "Z51"), "childbirth": ("Childbirth", "O80"),
    "newborn": ("Newborn", "Z38"),
}  # fmt: skip

ADMINISTRATIVE: Final = {
    "carer_recorded": "Is a carer", "has_carer_recorded": "Has a carer",
    "frailty_mild": "Mild frailty", "frailty_moderate": "Moderate frailty",
    "frailty_severe": "Severe frailty", "housebound_recorded": "Housebound",
    "lives_alone_recorded": "Lives alone", "fall_recorded": "Fall recorded",
    "bereaved_recorded": "Bereavement recorded", "care_plan_agreed": "Care plan agreed",
    "told_about_sharing": "Told about sharing", "objects_to_sharing": "Objects to sharing",
    "research_opt_out": "Opted out of research use", "huddle_discussed": "Discussed in {huddle}",
    "social_prescribing_referral": "Referred for social prescribing",
    "safeguarding_concern_recorded": "Safeguarding concern",
    "end_of_life_register": "End-of-life register",
    "discharge_summary": "Discharge summary received", "home_visit_made": "Home visit made",
    "care_home_resident": "Lives in a care home", "smoker": "Smoker", "ex_smoker": "Ex-smoker",
    "never_smoked": "Never smoked",
}  # fmt: skip


@dataclass(frozen=True)
class _Concept:
    key: str
    display: str
    kind: str
    deficit: str = ""
    unit: str = ""
    icd10: str = ""


def _words(key: str) -> str:
    return key.replace("_allergy", "").replace("_", " ").capitalize()


def _all() -> list[_Concept]:
    rows = [
        _Concept(row.key, row.display, row.kind, row.deficit, "", row.icd10) for row in CONDITIONS
    ]
    rows += [_Concept(key, _words(key), "medicine") for key in MEDICINES]
    rows += [_Concept(key, _words(key), "vaccine") for key in VACCINES]
    rows += [_Concept(key, _words(key), "allergen") for key in ALLERGENS]
    rows += [_Concept(k, d, "observation", "", u) for k, (d, u) in OBSERVATIONS.items()]
    rows += [_Concept(key, words, "contact_reason") for key, words in CONTACT_REASONS.items()]
    rows += [_Concept(k, row[0], "finding", "", "", row[1]) for k, row in DIAGNOSES.items()]
    rows += [_Concept(k, row[0], "procedure", "", "", row[1]) for k, row in PLANNED.items()]
    rows += [_Concept(key, words, "administrative") for key, words in ADMINISTRATIVE.items()]
    return rows


_ROWS = _all()
CONCEPT: Final[Mapping[str, int]] = {row.key: index for index, row in enumerate(_ROWS)}
"""Index of a concept by its key."""

MEDICINE_CONCEPTS: Final = np.array([CONCEPT[key] for key in MEDICINES])


def concept_code(index: int) -> str:
    """The 18-digit code of the concept at an index."""
    stem = f"{index + 10_000_001}{UNASSIGNED_NAMESPACE}10"
    return stem + verhoeff_digit(stem)


def draft_concepts(huddle: str) -> dict[str, Any]:
    """The draft of table `concepts`; `huddle` is the place's word for it."""
    count = len(_ROWS)
    deficits = ["", *DEFICITS]
    icd = sorted({row.icd10 for row in _ROWS})
    return {
        "concept": np.arange(count),
        "key": coded([row.key for row in _ROWS]),
        "code": [concept_code(index) for index in range(count)],
        "display": coded([row.display.replace("{huddle}", huddle) for row in _ROWS]),
        "kind": coded([row.kind for row in _ROWS]),
        "deficit": Coded(np.array([deficits.index(row.deficit) for row in _ROWS]) - 1, DEFICITS),
        "unit": coded([row.unit for row in _ROWS]),
        "icd10": Coded(np.array([icd.index(row.icd10) for row in _ROWS]) - 1, icd[1:]),
    }
