"""The GP record: contacts, measurements, other coded entries."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.choosing import before_the_end, by_need, in_hospital
from oneplace.borough.lives.columns import NEVER, NO_DAY, Coded
from oneplace.borough.lives.concepts import (
    CONCEPT,
    CONDITIONS,
    DOSE_WORDS,
    MEDICINE_CONCEPTS,
    MEDICINES,
)
from oneplace.borough.lives.moments import (
    DAY,
    MINUTE,
    OFFICE_HOURS,
    YEAR_DAYS,
    Array,
    day_of,
    draw_minutes,
    moment,
    weekday,
    working_day,
)
from oneplace.borough.lives.staffing import Rota
from oneplace.borough.lives.world import World, appended, draw, taken

CONTACTS_PER_PERSON: Final = 4.4
"""Contacts with a practice a year (national appointment counts per patient, to verify)."""

_MODES = ["surgery", "telephone", "home_visit", "online", "did_not_attend"]
_ROLES = ["gp", "practice_nurse", "pharmacist", "receptionist"]
_REASONS: Final = {
    # reason: weight of children, adults, 65 and over
    "cough_or_cold": (22, 9, 6), "chest_infection": (6, 4, 7), "urinary_infection": (2, 4, 6),
    "pain": (4, 10, 9), "back_pain": (1, 9, 6), "skin": (14, 9, 7), "mental_health": (3, 12, 4),
    "medicines_review": (2, 6, 13), "long_term_review": (4, 9, 16), "test_results": (3, 10, 11),
    "dizzy_or_fall": (1, 2, 6), "abdominal_pain": (6, 6, 3), "child_fever": (24, 0, 0),
    "pregnancy": (0, 3, 0), "administration": (5, 12, 6), "breathless": (3, 2, 5),
    "memory": (0, 0.3, 2.5), "carer_worry": (0, 0.4, 1.5), "wound": (1, 1.5, 3),
}  # fmt: skip


_SHORT_COURSES: Final = (
    ("chest_infection", "amoxicillin", 0.42), ("chest_infection", "doxycycline", 0.16),
    ("chest_infection", "prednisolone", 0.08), ("urinary_infection", "nitrofurantoin", 0.6),
    ("skin", "prednisolone", 0.03), ("pain", "paracetamol", 0.1),
)  # fmt: skip
SHORT_COURSE_DAYS: Final = 7


def make_contacts(world: World) -> None:
    """Draft `gp_contacts`: a steady stream, more before and after crises."""
    random = world.random("gp contacts")
    people = world.family
    first, last = world.state["first_day"], world.state["last_day"]
    days = np.maximum(last - first + 1, 0)
    age = world.state["middle_age"]
    rate = np.interp(age, [0, 2, 10, 25, 45, 65, 80, 95], [6, 4, 1.8, 2.6, 3.4, 5.4, 7.6, 8.5])
    rate = rate * (1 + 0.06 * world.state["deficits"]) * np.exp(random.normal(-0.18, 0.6, len(age)))
    rate *= np.where(people.woman & (age > 16) & (age < 50), 1.25, 1.0)
    mean = float((rate * days * people.ordinary).sum() / max(days.sum(), 1))
    rate *= CONTACTS_PER_PERSON / mean
    number = random.poisson(rate * days / YEAR_DAYS * people.ordinary)
    person = np.repeat(np.arange(len(age), dtype=np.int32), number)
    day = first[person] + (random.random(len(person)) * days[person]).astype(np.int64)
    around, around_day, around_reason = _around_crises(world, random)
    extra = len(around)
    person = np.concatenate([person, around.astype(np.int32)])
    day = np.concatenate([day, around_day])
    day = working_day(day)
    # Mondays are busiest.
    shift = (weekday(day) == 3) & (random.random(len(day)) < 0.12)
    day = day - np.where(shift, 3, 0)
    day = np.clip(day, first[person], None)
    at = moment(day, draw_minutes(random, len(day), OFFICE_HOURS)) // MINUTE * MINUTE
    reason = _reasons(random, age[person], people.woman[person])
    if extra:
        reason[-extra:] = around_reason
    fits = before_the_end(world, person, at)
    rows = np.flatnonzero(fits)
    rows = rows[~in_hospital(world, person[rows], at[rows])]
    order = rows[np.argsort(person[rows].astype(np.int64) * 2**34 + at[rows] // 10**6 // 60)]
    person, at, reason = person[order], at[order], reason[order]
    _draft_contacts(world, random, person, at, reason)


def _reasons(random: np.random.Generator, age: Array, woman: Array) -> Array:
    concepts = np.array([CONCEPT[key] for key in _REASONS])
    weights = np.array(list(_REASONS.values()), dtype=float)
    reason = np.zeros(len(age), dtype=np.int32)
    for column, chosen in enumerate((age < 16, (age >= 16) & (age < 65), age >= 65)):
        here = np.flatnonzero(chosen)
        reason[here] = concepts[draw(random, len(here), weights[:, column])]
    cannot = (reason == CONCEPT["pregnancy"]) & (~woman | (age > 46))
    reason[cannot] = CONCEPT["test_results"]
    return reason


def _around_crises(world: World, random: np.random.Generator) -> tuple[Array, Array, Array]:
    """Contacts in the weeks before an emergency stay, and after one."""
    stays = world["hospital_stays"]
    rows = np.flatnonzero(stays["is_emergency"])
    before = np.repeat(rows, random.poisson(0.9, len(rows)))
    before_day = day_of(stays["admitted_at"][before]) - 1 - random.integers(0, 21, len(before))
    left = stays["discharged_at"][rows]
    home = rows[(left != NEVER) & stays["discharge_method"].isin("1", "6")[rows]]
    after = np.repeat(home, random.poisson(1.1, len(home)))
    after_day = day_of(stays["discharged_at"][after]) + 1 + random.integers(0, 24, len(after))
    words = np.array(
        [
            CONCEPT[key]
            for key in (
                "unwell_older",
                "breathless",
                "urinary_infection",
                "dizzy_or_fall",
                "carer_worry",
            )
        ]
    )
    reason = np.concatenate([
        words[draw(random, len(before), np.array([35, 22, 18, 18, 7.0]))],
        np.full(len(after), CONCEPT["after_discharge"]),
    ])  # fmt: skip
    person = np.concatenate([stays["person"][before], stays["person"][after]])
    day = np.concatenate([before_day, after_day])
    inside = day >= world.state["first_day"][person]
    return person[inside], day[inside], reason[inside]


def practice_at(world: World, person: Array, day: Array) -> Array:
    """The practice each person was registered with on a day."""
    rows = world["registrations"]
    key = rows["person"].astype(np.int64) * 2**20 + (rows["from_on"] + 200_000)
    at = np.searchsorted(key, person.astype(np.int64) * 2**20 + (day + 200_000), "right") - 1
    at = np.maximum(at, 0)
    found = rows["practice"][at]
    same = rows["person"][at] == person
    return np.asarray(np.where(same, found, world["people"]["practice"][person]))


def _draft_contacts(
    world: World, random: np.random.Generator, person: Array, at: Array, reason: Array
) -> None:
    rows = len(person)
    age = world.state["middle_age"][person]
    practice = practice_at(world, person, day_of(at)).astype(np.int32)
    visits = np.interp(age, [60, 75, 90], [0.0, 0.04, 0.22]) + 0.25 * world["people"][
        "is_housebound"][person]  # fmt: skip
    luck = random.random(rows, dtype=np.float32)
    mode = np.select([luck < visits, luck < 0.36, luck < 0.44, luck > 0.955], [2, 1, 3, 4], 0)
    role = draw(random, rows, np.array([56, 28, 7, 9.0])).astype(np.int8)
    role[np.isin(reason, [CONCEPT["medicines_review"]]) & (role == 1)] = 2
    staff = np.zeros(rows, dtype=np.int32)
    for index, word in enumerate(("gp", "practice_nurse", "pharmacist", "receptionist")):
        here = np.flatnonzero(role == index)
        rota = Rota(world, word, None if word == "pharmacist" else "practice")
        staff[here] = rota.draw(random, practice[here])
    minutes = np.clip(np.rint(random.gamma(5, 2.1, rows)), 2, 45)
    minutes[mode == 4] = 0
    world["gp_contacts"] = {
        "person": person, "practice": practice, "staff": staff, "at": at,
        "mode": Coded(mode, _MODES), "role": Coded(role, _ROLES), "reason": reason,
        "minutes": minutes,
    }  # fmt: skip


def make_short_courses(world: World) -> None:
    """Add courses of a few days to `medicines`: antibiotics and steroids after contacts."""
    random = world.random("short courses")
    contacts = world["gp_contacts"]
    parts: list[tuple[Array, Array, Array]] = []
    for reason, medicine, share in _SHORT_COURSES:
        rows = np.flatnonzero(
            (contacts["reason"] == CONCEPT[reason]) & ~contacts["mode"].isin("did_not_attend")
        )
        rows = rows[random.random(len(rows)) < share]
        parts.append((rows, np.full(len(rows), MEDICINES.index(medicine)),
                      np.full(len(rows), CONCEPT[reason])))  # fmt: skip
    rows, number, reasons = (np.concatenate(column) for column in zip(*parts, strict=True))
    day = day_of(contacts["at"][rows])
    person = contacts["person"][rows]
    ends = np.minimum(day + SHORT_COURSE_DAYS, world.state["last_day"][person])
    courses = {
        "person": person, "concept": MEDICINE_CONCEPTS[number], "started_on": day,
        "stopped_on": ends, "dose": Coded(number, DOSE_WORDS),
        "is_repeat": np.zeros(len(rows), dtype=bool), "reason": reasons,
    }  # fmt: skip
    both = appended(world["medicines"], courses)
    world["medicines"] = taken(both, np.lexsort((both["started_on"], both["person"])))


def make_observations(world: World) -> None:
    """Draft `observations`: yearly reviews, blood tests, weights that fall with frailty."""
    random = world.random("observations")
    people = world.family
    age, deficits = world.state["middle_age"], world.state["deficits"]
    onset = world.state["onset"]
    keys = [row.key for row in CONDITIONS]

    def has(key: str) -> Array:
        return np.asarray(onset[keys.index(key)] != NO_DAY)

    adult = (age >= 18).astype(float)
    parts: list[tuple[Array, Array, Array, Array, Array]] = []

    def add(
        key: str, yearly: Array, value: Array, spread: float, second: Array | None = None
    ) -> Array:
        total = float((yearly * world.state["exposure"]).sum())
        if total <= 0:
            return np.zeros(0, dtype=np.int64)
        rate = total / world.scale / world.years
        person, at = by_need(world, random, rate, yearly, OFFICE_HOURS)
        noise = random.normal(0, spread, len(person))
        other = np.full(len(person), np.nan)
        if second is not None:
            other = np.rint(second[person] + 0.5 * noise)
        parts.append((person, np.full(len(person), CONCEPT[key]), at,
                      value[person] + noise, other))  # fmt: skip
        return at

    own = random.normal(0, 1, people.count)
    systolic = np.clip(112 + 0.36 * age + 7 * has("hypertension") + 9 * own
                       - 1.2 * np.maximum(deficits - 8, 0), 88, 200)  # fmt: skip
    diastolic = np.clip(66 + 0.16 * age + 5 * own - 0.14 * np.maximum(age - 62, 0), 45, 115)
    add("blood_pressure", adult * np.interp(age, [18, 40, 65, 80], [0.25, 0.6, 1.5, 1.9])
        * (1 + 0.5 * has("hypertension")), systolic, 9.0, diastolic)  # fmt: skip
    weight = np.where(people.woman, 70, 83) + 12 * random.normal(0, 1, people.count)
    weight += 17 * has("obesity")
    weight = np.where(age < 18, 3.5 + 3.2 * age, weight)
    falling = has("weight_loss") * 6 + np.maximum(deficits - 6, 0) * 0.7
    base = np.clip(weight - falling, 3, 180)
    add("weight", 0.18 + adult * np.interp(age, [18, 65, 80], [0.12, 0.55, 0.9]), base, 1.4)
    _trend(world, parts, falling)
    hba1c = np.where(has("type_2_diabetes"), 58 + 9 * own, 37 + 2.5 * own)
    add("hba1c", np.where(has("type_2_diabetes"), 1.9, adult * 0.12), np.clip(hba1c, 26, 130), 4.0)
    kidney = np.clip(112 - 0.62 * age - 24 * has("chronic_kidney_disease") + 8 * own, 9, 120)
    add("egfr", adult * np.interp(age, [18, 50, 70], [0.1, 0.4, 1.1]), kidney, 3.5)
    blood = np.where(people.woman, 131, 145) - 20 * has("anaemia") - 0.1 * np.maximum(age - 60, 0)
    add(
        "haemoglobin", adult * np.interp(age, [18, 50, 70], [0.15, 0.35, 0.9]), blood + 7 * own, 4.0
    )
    add("oxygen_saturation", np.where(has("copd") | has("heart_failure"), 1.5, 0.03) * adult,
        np.clip(97.5 - 2.5 * has("copd") + 0.6 * own, 84, 100), 0.8)  # fmt: skip
    add("pulse", adult * np.interp(age, [18, 65, 80], [0.1, 0.5, 0.8]), 74 + 8 * own, 6.0)
    height = np.where(people.woman, 162.0, 175.5) + 6.5 * random.normal(0, 1, people.count)
    add("height", adult * 0.08, height, 0.4)
    person, concept, at, value, second = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    whole = ~np.isin(concept, [CONCEPT["weight"], CONCEPT["height"]])
    value = np.where(whole, np.rint(value), np.round(value, 1))
    source = draw(random, len(person), np.array([90, 4, 5, 1.0]))
    order = np.argsort(person.astype(np.int64) * 2**34 + at // 10**6 // 60, kind="stable")
    world["observations"] = {
        "person": person[order], "concept": concept[order], "at": at[order] // MINUTE * MINUTE,
        "value": value[order], "second_value": second[order],
        "source": Coded(source[order], ["gp", "hospital", "community", "life"]),
    }  # fmt: skip


def _trend(
    world: World, parts: list[tuple[Array, Array, Array, Array, Array]], falling: Array
) -> None:
    """Weights of people losing weight start higher and fall through the window."""
    person, concept, at, value, second = parts[-1]
    along = (at - world.start) / (world.end - world.start)
    parts[-1] = (person, concept, at, value + falling[person] * (0.5 - along), second)


def make_entries(world: World) -> None:
    """Draft `gp_entries`: what practices code beside conditions, values and medicines."""
    random = world.random("gp entries")
    people = world.family
    parts: list[tuple[Array, Array, Array]] = []

    def add(key: str, person: Array, at: Array) -> None:
        parts.append((person, np.full(len(person), CONCEPT[key]), at))

    frailty = world["frailty"]
    for word in ("mild", "moderate", "severe"):
        rows = np.flatnonzero(frailty["category"].isin(word))
        _, once = np.unique(frailty["person"][rows], return_index=True)
        rows = rows[once][random.random(len(once)) < 0.7]
        at = moment(frailty["on"][rows] + random.integers(0, 90, len(rows)),
                    draw_minutes(random, len(rows), OFFICE_HOURS))  # fmt: skip
        add(f"frailty_{word}", frailty["person"][rows], at)
    carers = world["carers"]
    known = np.flatnonzero(carers["is_known_to_practice"])
    at = moment(np.maximum(carers["from_on"][known] + 60, world.start_day + 1),
                draw_minutes(random, len(known), OFFICE_HOURS))  # fmt: skip
    add("carer_recorded", carers["carer"][known], at)
    add("has_carer_recorded", carers["cared_for"][known], at + DAY)
    falls = world["falls"]
    told = np.flatnonzero(falls["response"].isin("gp", "rapid_response", "ed"))
    told = told[random.random(len(told)) < 0.7]
    add("fall_recorded", falls["person"][told], falls["at"][told]
        + ((1 + random.random(len(told)) * 12) * DAY).astype(np.int64))  # fmt: skip
    lost = world["bereavements"]
    rows = np.flatnonzero(random.random(len(lost["person"])) < 0.35)
    add("bereaved_recorded", lost["person"][rows],
        moment(lost["on"][rows] + random.integers(3, 40, len(rows)),
               draw_minutes(random, len(rows), OFFICE_HOURS)))  # fmt: skip
    stays = world["hospital_stays"]
    home = np.flatnonzero(
        (stays["discharged_at"] != NEVER) & ~stays["discharge_method"].isin("4")
        & (stays["admitted_at"] != stays["discharged_at"])
    )  # fmt: skip
    home = home[random.random(len(home)) < 0.86]
    add("discharge_summary", stays["person"][home], stays["discharged_at"][home]
        + ((0.5 + random.exponential(2.2, len(home))) * DAY).astype(np.int64))  # fmt: skip
    talks = world["huddle_discussions"]
    rows = np.flatnonzero(random.random(len(talks["person"])) < 0.8)
    add("huddle_discussed", talks["person"][rows], talks["at"][rows] + DAY // 8)
    parts += _lasting_entries(world, random)
    choices = world["sharing_choices"]
    for kind, key in (("told", "told_about_sharing"), ("objects_to_huddle", "objects_to_sharing"),
                      ("objects_to_all", "objects_to_sharing"),
                      ("research_opt_out", "research_opt_out")):  # fmt: skip
        rows = np.flatnonzero(choices["kind"].isin(kind))
        add(key, choices["person"][rows], choices["at"][rows])
    plans = world["care_plans"]
    add("care_plan_agreed", plans["person"], plans["agreed_at"] + DAY // 6)
    concerns = world["safeguarding_concerns"]
    rows = np.flatnonzero(concerns["source"].isin("health"))
    add("safeguarding_concern_recorded", concerns["person"][rows], concerns["raised_at"][rows])
    person, concept, at = (np.concatenate(column) for column in zip(*parts, strict=True))
    fits = before_the_end(world, person, at) & people.ordinary[person]
    person, concept, at = person[fits], concept[fits], at[fits]
    order = np.lexsort((at, person))
    person, concept, at = person[order], concept[order], at[order] // MINUTE * MINUTE
    world["gp_entries"] = {
        "person": person, "practice": practice_at(world, person, day_of(at)), "concept": concept,
        "at": at,
    }  # fmt: skip


def _lasting_entries(world: World, random: np.random.Generator) -> list[tuple[Array, Array, Array]]:
    """Smoking, being housebound, living alone: written down once in a while."""
    table = world["people"]
    people = world.family
    parts: list[tuple[Array, Array, Array]] = []

    def add(key: str, person: Array, at: Array) -> None:
        parts.append((person, np.full(len(person), CONCEPT[key]), at))

    age = world.state["middle_age"]
    adults = np.flatnonzero(people.ordinary & (age >= 18) & (random.random(people.count) < 0.45))
    smoking = draw(random, len(adults), np.array([13, 29, 58.0]))
    at = world.start + (random.random(len(adults)) * (world.end - world.start)).astype(np.int64)
    at = moment(working_day(day_of(at)), draw_minutes(random, len(at), OFFICE_HOURS))
    for index, key in enumerate(("smoker", "ex_smoker", "never_smoked")):
        add(key, adults[smoking == index], at[smoking == index])
    house = np.flatnonzero(table["is_housebound"] & people.ordinary)
    onset = world.state["onset"][[row.key for row in CONDITIONS].index("housebound"), house]
    add("housebound_recorded", house, moment(np.maximum(onset + 40, world.start_day + 2),
        draw_minutes(random, len(house), OFFICE_HOURS)))  # fmt: skip
    alone = np.flatnonzero(
        table["lives_alone"] & (age >= 70) & people.ordinary & (random.random(people.count) < 0.5)
    )
    at = world.start + (random.random(len(alone)) * (world.now - world.start)).astype(np.int64)
    add("lives_alone_recorded", alone, moment(working_day(day_of(at)),
        draw_minutes(random, len(at), OFFICE_HOURS)))  # fmt: skip
    return parts
