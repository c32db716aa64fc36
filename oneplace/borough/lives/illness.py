"""Conditions accruing over decades, medicines, frailty quarter by quarter, vaccines, allergies."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.columns import NEVER, NO_DAY, NONE, Coded
from oneplace.borough.lives.concepts import (
    ALLERGENS,
    CONCEPT,
    CONDITIONS,
    DEFICITS,
    DOSE_WORDS,
    MEDICINE_CONCEPTS,
    MEDICINES,
    draft_concepts,
)
from oneplace.borough.lives.families import CODES
from oneplace.borough.lives.moments import YEAR_DAYS, Array, day_of
from oneplace.borough.lives.world import World, draw, pick

DEFICIT_COUNT: Final = 36
FRAILTY_AGE: Final = 65
FRAILTY_CUTS: Final = (0.12, 0.24, 0.36)
"""Upper ends of fit, mild and moderate (electronic frailty index, Clegg 2016)."""

ILLNESS_SHIFT: Final = -1.8
"""Years by which all onsets are moved, tuned to the published shares of frailty over 65."""

LIABILITY_PULL: Final = 0.45
"""How strongly illnesses gather in the same people, tuned with the shift."""

QUARTER_DAYS: Final = 91
MANY_MEDICINES: Final = 5
"""Medicines that count as the deficit polypharmacy."""

_LAG_DAYS: Final = 160.0
"""Mean days from onset until a source writes it down."""

_EARLIER_DIABETES: Final = np.array([
    9.0 if code in "HJKL" else 6.0 if code in "MNP" else 0.0 for code in CODES
])  # fmt: skip
"""Years earlier that diabetes comes in Asian and Black groups (NICE PH46: risk at younger ages)."""


def present(world: World) -> tuple[Array, Array]:
    """First and last day each person can have events in the window (last before first: none)."""
    people = world["people"]
    first: Array = np.maximum(world.start_day, people["born_on"])
    # Before they arrived their life was elsewhere.
    first = np.where(people["arrived_on"] != NO_DAY, np.maximum(first, people["arrived_on"]), first)
    death = np.where(people["died_at"] != NEVER, day_of(people["died_at"]), world.end_day)
    last: Array = np.where(people["left_on"] != NO_DAY, np.minimum(death, people["left_on"]), death)
    return first.astype(np.int64), np.minimum(last, world.end_day - 1).astype(np.int64)


def make_illness(world: World) -> None:
    """Draft concepts, conditions, medicines, frailty, allergies and immunisations."""
    world["concepts"] = draft_concepts(world.place.words.huddle)
    first, last = present(world)
    world.state["first_day"], world.state["last_day"] = first, last
    onset = _conditions(world)
    _medicines(world, onset)
    _frailty(world)
    _allergies(world)
    _immunisations(world)


def _conditions(world: World) -> Array:
    """Onset day of each condition (rows) for each person (columns); NO_DAY when never."""
    random = world.random("conditions")
    people = world.family
    table = world["people"]
    count = people.count
    decile = table["deprivation_decile"]
    born, last = table["born_on"], world.state["last_day"]
    ordinary = people.ordinary
    older = (people.liability * LIABILITY_PULL).astype(np.float32)
    onset = np.full((len(CONDITIONS), count), NO_DAY, dtype=np.int32)
    parts: list[tuple[int, Array]] = []
    for place, row in enumerate(CONDITIONS):
        luck = random.random(count, dtype=np.float32)
        has = np.flatnonzero((luck < row.highest) & ordinary)
        odds = (luck[has] / row.highest).astype(np.float64)
        age: Array = row.half_age + ILLNESS_SHIFT + row.spread * np.log(odds / (1 - odds))
        age -= row.pull * older[has] + row.poverty * (5.5 - decile[has])
        if row.key == "type_2_diabetes":
            age -= _EARLIER_DIABETES[people.ethnicity[has]]
        if row.key in {"housebound", "requires_care", "activity_limitation"}:
            age -= np.where(people.in_home[has] >= 0, 14, 0)
        if row.key == "dementia":
            age -= np.where(people.in_home[has] >= 0, 9, 0)
        day = born[has] + np.maximum(age, 0.05) * YEAR_DAYS
        inside = (day < last[has]) & (age < 105)
        who = has[inside]
        onset[place, who] = day[inside].astype(np.int32)
        parts.append((place, who))
    person = np.concatenate([who for _, who in parts])
    number = np.concatenate([np.full(len(who), index) for index, who in parts])
    began = onset[number, person]
    lag = random.exponential(_LAG_DAYS, len(person)).astype(np.int64)
    recorded = began + lag
    keep = recorded <= np.minimum(world.state["last_day"][person], world.end_day - 1)
    person, number, began, recorded = person[keep], number[keep], began[keep], recorded[keep]
    keys = [row.key for row in CONDITIONS]
    mind = np.isin(number, [keys.index("serious_mental_illness"), keys.index("dementia")])
    writer = random.random(len(person))
    source = np.select([mind & (writer < 0.5), writer < 0.86, writer < 0.96], [2, 0, 1], 3)
    order = np.lexsort((began, person))
    concept = np.array([CONCEPT[key] for key in keys])
    world["conditions"] = {
        "person": person[order],
        "concept": concept[number[order]],
        "onset_on": began[order],
        "recorded_on": recorded[order],
        "source": Coded(source[order], ["gp", "hospital", "mental_health", "community"]),
        "resolved_on": np.full(len(order), NO_DAY),
    }
    table["is_housebound"] = (onset[keys.index("housebound")] != NO_DAY) & (
        onset[keys.index("housebound")] <= world.now_day
    )
    world.state["onset"] = onset
    return onset


def _medicines(world: World, onset: Array) -> None:
    random = world.random("medicines")
    last = world.state["last_day"]
    parts: list[tuple[Array, Array, Array, Array]] = []
    numbers = {name: index for index, name in enumerate(MEDICINES)}
    for number, row in enumerate(CONDITIONS):
        for name, share in row.medicines:
            has = np.flatnonzero(onset[number] != NO_DAY)
            takes = has[random.random(len(has)) < share]
            start = onset[number, takes] + 20 + random.exponential(220, len(takes))
            inside = start < last[takes]
            takes = takes[inside]
            parts.append((
                takes, np.full(len(takes), numbers[name]), start[inside].astype(np.int64),
                np.full(len(takes), CONCEPT[row.key]),
            ))  # fmt: skip
    age = (world.now_day - world["people"]["born_on"]) / YEAR_DAYS
    for name, low, high, share in (
        ("omeprazole", 50, 85, 0.2), ("senna", 70, 90, 0.16), ("atorvastatin", 50, 80, 0.22),
    ):  # fmt: skip
        chance = np.interp(age, [low - 10, low, high], [0, share / 2, share])
        takes = np.flatnonzero((random.random(len(age)) < chance) & world.family.ordinary)
        start = world.start_day - random.exponential(1500, len(takes)).astype(np.int64) + 300
        inside = start < last[takes]
        takes = takes[inside]
        parts.append((
            takes, np.full(len(takes), numbers[name]), start[inside], np.full(len(takes), NONE),
        ))  # fmt: skip
    person, medicine, start, reason = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    # One row per person and medicine, the earliest.
    order = np.lexsort((start, medicine, person))
    person, medicine, start, reason = person[order], medicine[order], start[order], reason[order]
    first = np.concatenate([
        [True], (person[1:] != person[:-1]) | (medicine[1:] != medicine[:-1])
    ])  # fmt: skip
    person, medicine, start, reason = person[first], medicine[first], start[first], reason[first]
    # About one in thirty is stopped each year.
    stopped = start + random.exponential(30 * YEAR_DAYS, len(start)).astype(np.int64) + 28
    stopped = np.where(stopped < last[person], stopped, NO_DAY)
    # Nobody's record keeps what was stopped long before the window.
    keep = (stopped == NO_DAY) | (stopped > world.start_day - 1100)
    repeat_rows = {
        "person": person[keep], "concept": MEDICINE_CONCEPTS[medicine[keep]],
        "started_on": start[keep], "stopped_on": stopped[keep],
        "dose": Coded(medicine[keep], DOSE_WORDS), "is_repeat": np.ones(int(keep.sum()), bool),
        "reason": reason[keep],
    }  # fmt: skip
    world["medicines"] = repeat_rows
    active = keep & (start <= world.now_day) & ((stopped == NO_DAY) | (stopped > world.now_day))
    world.state["medicine_count"] = np.bincount(person[active], minlength=len(age))
    # The day the fifth medicine began: from then on the deficit is there.
    rank_from = np.flatnonzero(np.concatenate([[True], person[1:] != person[:-1]]))
    by_start = np.lexsort((start, person))
    lengths = np.diff(np.concatenate([rank_from, [len(person)]]))
    enough = lengths >= MANY_MEDICINES
    fifth = np.full(len(age), NO_DAY, dtype=np.int32)
    fifth[person[rank_from[enough]]] = start[by_start[rank_from[enough] + MANY_MEDICINES - 1]]
    world.state["fifth_medicine"] = fifth


def deficit_days(world: World, who: Array) -> Array:
    """First day of each of the 36 deficits (rows) for some people (columns); far future: never."""
    onset = world.state["onset"]
    far = np.iinfo(np.int32).max
    days = np.full((DEFICIT_COUNT, len(who)), far, dtype=np.int32)
    for number, row in enumerate(CONDITIONS):
        if not row.deficit:
            continue
        when = onset[number, who]
        when = np.where(when == NO_DAY, far, when)
        place = DEFICITS.index(row.deficit)
        days[place] = np.minimum(days[place], when)
    fifth = world.state["fifth_medicine"][who]
    days[DEFICITS.index("polypharmacy")] = np.where(fifth == NO_DAY, far, fifth)
    return days


def _frailty(world: World) -> None:
    random = world.random("frailty")
    table = world["people"]
    people = world.family
    born = table["born_on"]
    # The deficits of every adult are needed for risk; the table keeps those of 65 and over.
    middle = np.zeros(len(born), dtype=np.int16)
    adults = np.flatnonzero(world.end_day - born >= 18 * YEAR_DAYS)
    days = deficit_days(world, adults)
    middle[adults] = (days <= world.now_day - 365).sum(axis=0)
    world.state["deficits"] = middle
    at_now = np.zeros(len(born), dtype=np.int16)
    at_now[adults] = (days <= world.now_day).sum(axis=0)
    world.state["deficits_now"] = at_now
    old = (world.end_day - born[adults] >= FRAILTY_AGE * YEAR_DAYS) & people.ordinary[adults]
    who, days = adults[old], days[:, old]
    first, last = world.state["first_day"][who], world.state["last_day"][who]
    judged_always = random.random(len(who))
    parts = []
    quarter = world.start_day
    while quarter < world.end_day:
        here = (first <= quarter) & (last >= quarter)
        here &= quarter - born[who] >= FRAILTY_AGE * YEAR_DAYS
        rows = np.flatnonzero(here)
        count = (days[:, rows] <= quarter).sum(axis=0)
        parts.append((who[rows], np.full(len(rows), quarter), count, judged_always[rows]))
        quarter += QUARTER_DAYS
    person, on, count, luck = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((on, person))
    person, on, count, luck = person[order], on[order], count[order], luck[order]
    index = count / DEFICIT_COUNT
    scale = clinical_scale(random, count)
    # The sicker somebody is, the likelier that a clinician has judged it.
    judged = luck < np.interp(index, [0.1, 0.25, 0.4], [0.03, 0.35, 0.7])
    world["frailty"] = {
        "person": person, "on": on, "deficits": count, "index": index,
        "category": Coded(np.searchsorted(FRAILTY_CUTS, index, side="left"),
                          ["fit", "mild", "moderate", "severe"]),
        "clinical_frailty_scale": np.where(judged, scale, NONE),
    }  # fmt: skip


def clinical_scale(random: np.random.Generator, deficits: Array) -> Array:
    """A judged Clinical Frailty Scale, 1 to 8, near what the deficits suggest."""
    expected = np.interp(
        deficits, [0, 2, 4, 6, 9, 12, 16, 22], [1.6, 2.5, 3.2, 4.2, 5.2, 6.1, 7, 8]
    )
    return np.clip(np.rint(expected + random.normal(0, 0.6, len(deficits))), 1, 8).astype(int)


def _allergies(world: World) -> None:
    random = world.random("allergies")
    people = world.family
    chance = np.interp(people.age, [0, 20, 60, 90], [0.04, 0.09, 0.16, 0.22])
    who = np.flatnonzero((random.random(people.count) < chance) & people.ordinary)
    lived = np.maximum(world.state["last_day"][who] - world["people"]["born_on"][who] - 30, 1)
    recorded = world["people"]["born_on"][who] + 1 + (random.random(len(who)) * lived).astype(int)
    allergen = draw(random, len(who), np.array([40, 10, 9, 4, 8, 6, 4, 5.0]))
    concepts = np.array([CONCEPT[key] for key in ALLERGENS])
    world["allergies"] = {
        "person": who, "concept": concepts[allergen], "recorded_on": recorded,
        "reaction": pick(random, len(who), {"rash": 55, "swelling": 14, "anaphylaxis": 6,
                                            "nausea": 18, "wheeze": 7}),
        "severity": pick(random, len(who), {"mild": 60, "moderate": 30, "severe": 10}),
    }  # fmt: skip


def _immunisations(world: World) -> None:
    """Flu and Covid vaccines each autumn by age and risk; shingles, pneumococcal, childhood."""
    random = world.random("immunisations")
    people = world.family
    table = world["people"]
    first, last, born = world.state["first_day"], world.state["last_day"], table["born_on"]
    at_risk = world.state["deficits"] >= 2
    parts = []
    first_year = 1970 + int(world.start_day // YEAR_DAYS) - 1
    last_year = 1970 + int(world.end_day // YEAR_DAYS)
    for year in range(first_year, last_year + 1):
        autumn = int((np.datetime64(f"{year}-09-20") - np.datetime64("1970-01-01")).astype(int))
        for vaccine, uptake_old, uptake_risk in (("flu_vaccine", 0.72, 0.38),
                                                 ("covid_vaccine", 0.55, 0.12)):  # fmt: skip
            day = autumn + random.gamma(2.5, 14, people.count).astype(int)
            age = (day - born) / YEAR_DAYS
            chance = np.where(age >= 65, uptake_old, np.where(at_risk & (age > 18), uptake_risk, 0))
            given = (random.random(people.count) < chance) & (day >= first) & (day < last)
            given &= people.ordinary & (day < world.end_day)
            rows = np.flatnonzero(given)
            parts.append((rows, np.full(len(rows), CONCEPT[vaccine]), day[rows]))
    for vaccine, years, uptake in (("shingles_vaccine", 70.3, 0.55),
                                   ("pneumococcal_vaccine", 65.4, 0.68),
                                   ("childhood_vaccines", 1.05, 0.86)):  # fmt: skip
        day = born + (years * YEAR_DAYS + random.exponential(90, people.count)).astype(int)
        given = (random.random(people.count) < uptake) & (day < last) & people.ordinary
        given &= (day > world.start_day - 3000) & (day > born)
        rows = np.flatnonzero(given)
        parts.append((rows, np.full(len(rows), CONCEPT[vaccine]), day[rows]))
    person, concept, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((day, person))
    person, concept, day = person[order], concept[order], day[order]
    world["immunisations"] = {
        "person": person, "concept": concept, "given_on": day,
        "practice": table["practice"][person],
    }  # fmt: skip
