"""Urgent attendances: those that became stays, and the many that went home."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.choosing import age_at, by_need, in_hospital
from oneplace.borough.lives.columns import NONE, Coded
from oneplace.borough.lives.concepts import CONCEPT, DIAGNOSES
from oneplace.borough.lives.moments import EMERGENCY_HOURS, HOUR, MINUTE, Array
from oneplace.borough.lives.stays import OUT_OF_BOROUGH
from oneplace.borough.lives.world import World, draw

ATTENDANCES_PER_YEAR: Final = 132_000
SHARE_65: Final = 0.23
ADMITTED_65: Final = 0.47
"""Attendances a year, share of 65 and over, and of those admitted (care-model section 7)."""

_DISPOSALS = ["admitted", "home", "home_gp_follow_up", "left_before_seen", "transferred", "died",
              "life"]  # fmt: skip
_ARRIVALS = ["ambulance", "walk_in", "police", "care_home_transport"]
_COMPLAINT_OF = {
    "pneumonia": "breathless", "urinary_tract_infection": "urinary_infection",
    "heart_failure_acute": "breathless", "copd_exacerbation": "breathless", "hip_fracture": "fall",
    "fall_without_fracture": "fall", "delirium": "confusion", "acute_stroke": "stroke_symptoms",
    "acute_coronary_syndrome": "chest_pain", "chest_pain_unspecified": "chest_pain",
    "abdominal_pain_unspecified": "abdominal_pain", "cellulitis": "skin",
    "syncope": "dizzy_or_fall",
    "appendicitis": "abdominal_pain", "gallstones": "abdominal_pain",
    "asthma_attack": "breathless", "viral_illness": "child_fever", "bronchiolitis": "child_fever",
    "overdose_or_self_harm": "overdose", "limb_fracture": "injury",
    "head_injury_minor": "head_injury", "pregnancy_related": "pregnancy",
}  # fmt: skip
_OLD = {"fall": 18, "chest_pain": 10, "breathless": 10, "injury": 9, "abdominal_pain": 8,
        "unwell_older": 12, "urinary_infection": 6, "dizzy_or_fall": 8, "head_injury": 6, "skin": 4,
        "wound": 5, "confusion": 4}  # fmt: skip
_ADULT = {"injury": 22, "abdominal_pain": 14, "chest_pain": 11, "pain": 8, "back_pain": 6,
          "head_injury": 6, "skin": 5, "breathless": 5, "mental_health": 5, "wound": 6,
          "pregnancy": 5, "allergy": 3, "overdose": 2, "seizure": 2}  # fmt: skip
_CHILD = {"child_fever": 34, "injury": 26, "head_injury": 14, "abdominal_pain": 8, "breathless": 8,
          "skin": 5, "allergy": 3, "wound": 2}  # fmt: skip


def make_urgent(world: World) -> None:
    """Draft `ed_attendances`."""
    random = world.random("attendances")
    stays = world["hospital_stays"]
    through = np.flatnonzero(stays["method"].isin("21"))
    wait = ((1.5 + random.gamma(2.2, 1.6, len(through))) * HOUR).astype(np.int64)
    arrived = np.maximum(stays["admitted_at"][through] - wait, world.start)
    # Nobody arrives before their previous stay ended.
    order = np.lexsort((stays["admitted_at"], stays["person"]))
    previous_end = np.full(len(stays["person"]), world.start)
    same = stays["person"][order][1:] == stays["person"][order][:-1]
    previous_end[order[1:][same]] = stays["discharged_at"][order[:-1][same]]
    latest = stays["admitted_at"][through] - 20 * MINUTE
    arrived = np.maximum(arrived, np.minimum(previous_end[through] + HOUR, latest))
    old_stays = float((age_at(world, stays["person"][through], arrived) >= 65).sum())
    young_stays = len(through) - old_stays
    span = world.scale * world.years
    home_old = ATTENDANCES_PER_YEAR * SHARE_65 - old_stays / span
    home_young = ATTENDANCES_PER_YEAR * (1 - SHARE_65) - young_stays / span
    age = world.state["middle_age"]
    rate = np.sqrt(np.maximum(world.state["yearly_rate"], 1e-6))
    person, at = by_need(
        world, random, home_old / 0.985, np.where(age >= 65, rate, 0), EMERGENCY_HOURS, swing=0.06
    )
    younger, at_young = by_need(
        world, random, home_young, np.where(age < 65, rate, 0), EMERGENCY_HOURS, swing=0.02
    )
    person, at = np.concatenate([person, younger]), np.concatenate([at, at_young])
    outside = ~in_hospital(world, person, at)
    person, at = person[outside], at[outside] // MINUTE * MINUTE
    _draft(world, random, (through, arrived // MINUTE * MINUTE), (person, at))


def _draft(
    world: World, random: np.random.Generator, admitted: tuple[Array, Array],
    sent_home: tuple[Array, Array],
) -> None:  # fmt: skip
    stays = world["hospital_stays"]
    through, arrived = admitted
    person = np.concatenate([stays["person"][through], sent_home[0]])
    at = np.concatenate([arrived, sent_home[1]])
    stay = np.concatenate([through, np.full(len(sent_home[0]), NONE)])
    rows = len(person)
    age = age_at(world, person, at)
    is_stay = stay >= 0
    lasting = (0.7 + random.gamma(2.0, 1.35, rows)) * HOUR
    left = np.where(
        is_stay, stays["admitted_at"][np.maximum(stay, 0)], at + lasting.astype(np.int64)
    )
    died = world["people"]["died_at"][person]
    left = np.where((died > 0) & (left > died) & ~is_stay, died, left)
    left = np.minimum(left, world.end)
    # Enough of the old to reach the published share are admitted to same-day care without a bed.
    old = age >= 65
    missing = ADMITTED_65 * old.sum() - (old & is_stay).sum()
    same_day = missing / max(int((old & ~is_stay).sum()), 1)
    luck = random.random(rows)
    at_home = draw(random, rows, np.array([0, 66, 22, 6, 2, 0, 4.0]))
    at_home = np.where((at_home == 6) & (age < 18), 1, at_home)
    disposal = np.where(is_stay | (old & (luck < same_day)), 0, at_home)
    disposal = np.where(~is_stay & (left == died), 5, disposal)
    resident = world.family.in_home[person] >= 0
    ambulance = random.random(rows) < np.interp(
        age, [0, 18, 50, 65, 80], [0.1, 0.18, 0.28, 0.5, 0.75]
    )
    arrival = np.select([resident & (luck < 0.1), ambulance | is_stay & (luck < 0.6), luck > 0.99],
                        [3, 0, 2], 1)  # fmt: skip
    complaint = np.zeros(rows, dtype=np.int64)
    for chosen, weights in (
        (age >= 65, _OLD), ((age >= 18) & (age < 65), _ADULT), (age < 18, _CHILD),
    ):  # fmt: skip
        here = np.flatnonzero(chosen)
        concept = np.array([CONCEPT[key] for key in weights])
        complaint[here] = concept[draw(random, len(here), np.array(list(weights.values())) * 1.0)]
    people = world.family
    pregnant = complaint == CONCEPT["pregnancy"]
    cannot = pregnant & (~people.woman[person] | (age > 48))
    complaint[cannot] = CONCEPT["abdominal_pain"]
    by_diagnosis = {CONCEPT[key]: CONCEPT[_COMPLAINT_OF.get(key, "unwell_older")]
                    for key in DIAGNOSES}  # fmt: skip
    lookup = np.arange(len(CONCEPT))
    for diagnosis, reason in by_diagnosis.items():
        lookup[diagnosis] = reason
    of_stay = lookup[stays["diagnosis"][np.maximum(stay, 0)]]
    complaint = np.where(is_stay, of_stay, complaint)
    outside = np.where(is_stay, stays["is_out_of_borough"][np.maximum(stay, 0)],
                       random.random(rows) < OUT_OF_BOROUGH)  # fmt: skip
    order = np.lexsort((at, person))
    world["ed_attendances"] = {
        "attendance": np.arange(rows), "person": person[order], "arrived_at": at[order],
        "left_at": (left // MINUTE * MINUTE)[order], "arrival": Coded(arrival, _ARRIVALS)[order],
        "complaint": complaint[order], "disposal": Coded(disposal, _DISPOSALS)[order],
        "stay": stay[order], "is_out_of_borough": outside[order],
    }  # fmt: skip
