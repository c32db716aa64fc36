"""Hospital stays in full: how admitted, where, when ready, what held them up, how they left."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.columns import NEVER, NO_DAY, NONE, Coded
from oneplace.borough.lives.concepts import CONCEPT, DIAGNOSES
from oneplace.borough.lives.illness import clinical_scale
from oneplace.borough.lives.moments import (
    DAY,
    HOUR,
    MINUTE,
    YEAR_DAYS,
    Array,
    day_of,
    moment,
)
from oneplace.borough.lives.staffing import Rota
from oneplace.borough.lives.world import Draft, World, draw, pick, taken
from oneplace.vocabulary.terms.work import OrganisationKind

OUT_OF_BOROUGH: Final = 0.13
THROUGH_EMERGENCY_DEPARTMENT_65: Final = 0.94
THROUGH_EMERGENCY_DEPARTMENT_UNDER_65: Final = 0.90

PATHWAYS: Final = ("P0", "P1", "P2", "P3")
PATHWAY_SHARES_65: Final = (0.50, 0.45, 0.04, 0.01)
PATHWAY_SHARES_UNDER_65: Final = (0.94, 0.052, 0.006, 0.002)
"""Shares of people leaving hospital alive (care-model section 7; under 65: our assumption)."""

DELAYED_SHARE: Final = (0.06, 0.34, 0.72, 0.85)
MEAN_DELAY_DAYS: Final = (1.3, 2.75, 6.0, 13.0)
"""Share of stays with a delay, and its mean days, by pathway: together about 9,600 bed days a
year for 380,000 people."""

_BLOCKERS: Final = {
    0: {"medicines": 34, "transport": 30, "assessment": 14, "choice": 12, "equipment": 10},
    1: {"home_package": 30, "assessment": 20, "equipment": 13, "transport": 6, "medicines": 5,
        "choice": 8, "housing": 6, "funding": 5, "dispute": 3, "capacity": 4},
    2: {"non_acute_nhs_care": 52, "assessment": 16, "choice": 12, "funding": 8, "transport": 6,
        "capacity": 6},
    3: {"care_home_place": 44, "funding": 18, "choice": 16, "assessment": 10, "capacity": 8,
        "dispute": 4},
}  # fmt: skip
_RESPONSIBLE: Final = {
    "assessment": OrganisationKind.COUNCIL, "funding": OrganisationKind.COMMISSIONER,
    "non_acute_nhs_care": OrganisationKind.ACUTE_TRUST, "care_home_place": OrganisationKind.COUNCIL,
    "home_package": OrganisationKind.COUNCIL, "equipment": OrganisationKind.COUNCIL,
    "medicines": OrganisationKind.ACUTE_TRUST, "transport": OrganisationKind.ACUTE_TRUST,
    "housing": OrganisationKind.COUNCIL, "choice": OrganisationKind.ACUTE_TRUST,
    "dispute": OrganisationKind.ACUTE_TRUST, "capacity": OrganisationKind.ACUTE_TRUST,
}  # fmt: skip
BLOCKER_NOTES: Final = {
    "assessment": "Care Act assessment asked for, date awaited",
    "funding": "Funding panel to decide",
    "non_acute_nhs_care": "Waiting for a rehabilitation bed",
    "care_home_place": "No home with a suitable place has answered",
    "home_package": "Home care hours being sourced",
    "equipment": "Bed and rails to be delivered",
    "medicines": "Take-home medicines not ready",
    "transport": "Transport booked for tomorrow",
    "housing": "Home not fit to return to",
    "choice": "Person and family weighing the options",
    "dispute": "Family disagree with the plan",
    "capacity": "Best interests meeting to be held",
}
_REASONS_TO_RESIDE: Final = ("oxygen", "intravenous_treatment", "close_monitoring",
                             "acute_confusion", "cannot_function_safely",
                             "recent_operation")  # fmt: skip
_NEVER_FALLS = ("fall_without_fracture", "hip_fracture", "head_injury_minor", "limb_fracture")


def partner_of_kind(world: World, kind: OrganisationKind) -> int:
    """The partner organisation of a kind; a place that lacks it lets its first partner answer."""
    for index, partner in enumerate(world.place.partners):
        if partner.kind is kind:
            return index
    return 0


def make_stays(world: World) -> None:
    """Draft `hospital_stays` and everything that hangs on a stay."""
    candidates: Draft = world.state["candidates"]
    happens = world.state["happens"]
    renumber = np.full(len(happens), NONE)
    renumber[happens] = np.arange(int(happens.sum()))
    world.state["stay_of_candidate"] = renumber
    core = world.state["stay_core"]
    stays = {name: values[happens] for name, values in core.items()}
    world.state["lived"] = taken(candidates, happens)
    random = world.random("stays")
    _draft(world, stays)
    _expected_dates(world)
    _residence_reviews(world)
    _ward_moves(world)
    _blockers(world)
    del random


def make_stay_core(world: World) -> None:
    """What later choices need to know of each candidate: diagnosis, pathway, ready moment."""
    stays: Draft = world.state["candidates"]
    people = world.family
    random = world.random("stay core")
    person, kind = stays["person"], stays["kind"]
    count = len(person)
    born = world["people"]["born_on"][person]
    admitted_day, ended_day = day_of(stays["admitted"]), day_of(stays["ended"])
    age = (admitted_day - born) / YEAR_DAYS
    nights = ended_day - admitted_day
    emergency = kind.isin("emergency", "terminal")
    resident = people.in_home[person] >= 0
    keys = list(DIAGNOSES)
    rows = list(DIAGNOSES.values())
    diagnosis = np.zeros(count, dtype=np.int64)
    for low, high, column in ((65, 200, 2), (18, 65, 3), (-1, 18, 4)):
        here = np.flatnonzero((age >= low) & (age < high))
        weights = np.array([float(row[column]) for row in rows])
        diagnosis[here] = draw(random, len(here), weights)
    pregnant = keys.index("pregnancy_related")
    unlikely = (diagnosis == pregnant) & (~people.woman[person] | (age > 48))
    diagnosis[unlikely] = keys.index("abdominal_pain_unspecified")
    concept = np.array([CONCEPT[key] for key in keys])[diagnosis]
    planned = np.array(
        [
            CONCEPT[key]
            for key in (
                "cataract_operation",
                "hip_replacement",
                "endoscopy",
                "hernia_repair",
                "chemotherapy",
            )
        ]
    )
    concept = np.where(kind.isin("planned"), planned[np.maximum(stays["hint"], 0)], concept)
    concept = np.where(kind.isin("maternity"), CONCEPT["childbirth"], concept)
    concept = np.where(kind.isin("newborn"), CONCEPT["newborn"], concept)
    is_fall = emergency & np.isin(diagnosis, [keys.index(key) for key in _NEVER_FALLS])
    is_fall &= (age >= 65) | (random.random(count) < 0.5)
    sensitive = emergency & np.array([bool(row[5]) for row in rows])[diagnosis]
    pathway = _pathways(world, random, stays, age, nights)
    delay = _delays(random, pathway, nights, kind.isin("terminal"))
    world.state["stay_core"] = {
        "age": age, "nights": nights, "concept": concept, "is_fall": is_fall,
        "sensitive": sensitive, "pathway": pathway, "delay": delay, "emergency": emergency,
        "diagnosis": np.where(emergency, diagnosis, NONE), "resident": resident,
    }  # fmt: skip


def _pathways(
    world: World, random: np.random.Generator, stays: Draft, age: Array, nights: Array
) -> Array:
    """Pathway of those leaving alive: the frailer and longer, the more help."""
    people = world.family
    person, kind = stays["person"], stays["kind"]
    resident = people.in_home[person] >= 0
    pathway = np.zeros(len(person), dtype=np.int64)
    score = (
        0.16 * world.state["deficits"][person]
        + 0.75 * np.log1p(np.maximum(nights, 0))
        + 0.03 * (age - 75)
        + random.normal(0, 0.9, len(person))
        - 3.0 * resident
    )
    alive = kind.isin("emergency")
    for group, shares in (
        (alive & (age >= 65), PATHWAY_SHARES_65),
        (alive & (age >= 18) & (age < 65), PATHWAY_SHARES_UNDER_65),
    ):
        rows = np.flatnonzero(group)
        order = np.argsort(score[rows], kind="stable")
        rank = np.empty(len(rows))
        rank[order] = (np.arange(len(rows)) + 0.5) / max(len(rows), 1)
        pathway[rows] = np.searchsorted(np.cumsum(shares)[:-1], rank, side="right")
    # Nobody goes to a bed elsewhere after no night in hospital.
    pathway[(nights < 1) & (pathway > 1)] = 1
    return pathway


def _delays(random: np.random.Generator, pathway: Array, nights: Array, died: Array) -> Array:
    """Whole days between ready and left."""
    delayed = random.random(len(pathway)) < np.array(DELAYED_SHARE)[pathway]
    mean = np.array(MEAN_DELAY_DAYS)[pathway]
    days = np.ceil(random.exponential(mean)).astype(np.int64)
    days = np.where(delayed, np.minimum(days, np.maximum(nights - 1, 0)), 0)
    return np.where(died, 0, days)


def _draft(world: World, core: Draft) -> None:
    random = world.random("hospital stays")
    lived: Draft = world.state["lived"]
    people = world.family
    person, kind = lived["person"], lived["kind"]
    count = len(person)
    admitted, ended = lived["admitted"], lived["ended"]
    terminal = kind.isin("terminal")
    emergency = core["emergency"]
    old = core["age"] >= 65
    open_still = ended > world.end
    left = np.where(open_still, NEVER, ended)
    through = np.where(old, THROUGH_EMERGENCY_DEPARTMENT_65, THROUGH_EMERGENCY_DEPARTMENT_UNDER_65)
    luck = random.random(count)
    other_door = np.array(["22", "24", "2D", "2B"])[draw(random, count, np.array([50, 30, 10, 10]))]
    method_words = ["11", "12", "13", "21", "22", "24", "2B", "2D", "31", "82"]
    method = np.where(luck < through, "21", other_door)
    planned = np.where(luck < 0.6, "11", np.where(luck < 0.9, "12", "13"))
    method = np.where(emergency, method, planned)
    method = np.where(kind.isin("maternity"), "31", np.where(kind.isin("newborn"), "82", method))
    method_code = np.searchsorted(method_words, method)
    source = np.select(
        [kind.isin("newborn"), core["resident"], (luck * 97 % 1) < 0.01], [2, 1, 3], 0
    )
    destination_words = ["19", "85", "54", "79", "29", "51", "88"]
    pathway = core["pathway"]
    to_home = np.select(
        [core["resident"] | (pathway == 3), pathway == 2, luck > 0.992, luck < 0.004],
        [1, 2, 4, 5], 0,
    )  # fmt: skip
    destination = np.where(terminal, 3, to_home)
    method_left = np.where(terminal, 1, np.where(luck * 31 % 1 < 0.012, 2, 0))
    ready = _ready(random, core["delay"], admitted, ended)
    hide = open_still & (ready > world.end)
    measured = emergency & (core["nights"] >= 1) & ~terminal & ~hide
    specialty = _specialties(random, core, kind)
    proposed = np.where(
        random.random(count) < 0.16, np.clip(pathway + random.integers(-1, 2, count), 0, 3), pathway
    )
    scale = clinical_scale(random, world.state["deficits"][person])
    judged = emergency & old & (random.random(count) < 0.82)
    error = np.exp(random.normal(-0.12, 0.38, count))
    guessed = np.maximum(1, np.rint((core["nights"] - 0.6 * core["delay"]) * error))
    admitted_day = day_of(admitted)
    expected = np.where(
        emergency & (core["nights"] >= 1) | kind.isin("planned"), admitted_day + guessed, NO_DAY
    )
    expected = np.where(kind.isin("planned"), admitted_day + core["nights"], expected)
    pathway_code = np.where(emergency & ~terminal & ~open_still, pathway, NONE)
    last_day = np.minimum(day_of(ended), world.end_day)
    delay = np.where(measured, np.maximum(last_day - day_of(ready), 0), 0)
    world["hospital_stays"] = {
        "stay": np.arange(count),
        "person": person,
        "admitted_at": admitted,
        "discharged_at": left,
        "method": Coded(method_code, method_words),
        "source_of_admission": Coded(source, ["19", "85", "79", "51"]),
        "specialty": specialty,
        "diagnosis": core["concept"],
        "is_emergency": emergency,
        "is_out_of_borough": (random.random(count) < OUT_OF_BOROUGH) & emergency,
        "is_fall": core["is_fall"],
        "ambulatory_sensitive": core["sensitive"],
        "clinical_frailty_scale": np.where(judged, scale, NONE),
        "expected_on": expected.astype(np.int64),
        "ready_at": np.where(measured, ready, NEVER),
        "proposed_pathway": Coded(np.where(measured, proposed, NONE), PATHWAYS),
        "pathway": Coded(pathway_code, PATHWAYS),
        "discharge_method": Coded(np.where(open_still, NONE, method_left), ["1", "4", "6"]),
        "discharge_destination": Coded(np.where(open_still, NONE, destination), destination_words),
        "consultant": Rota(world, "consultant").draw(random, np.full(count, -1)),
        "delay_days": delay,
    }
    del people
    deaths = world["deaths"]
    died_here = np.flatnonzero(terminal & ~open_still)
    place = np.searchsorted(deaths["person"], person[died_here])
    deaths["stay"][place] = died_here
    # A death meant for a ward whose stay could not be fitted in happened at home.
    nowhere = deaths["place"].isin("hospital") & (deaths["stay"] < 0)
    deaths["place"].codes[nowhere] = deaths["place"].words.index("home")
    world.state["stay_details"] = core


def _ready(random: np.random.Generator, delay: Array, admitted: Array, ended: Array) -> Array:
    """The moment somebody was ready: on an earlier day, or some hours before leaving."""
    day = day_of(ended) - delay
    morning = moment(day, 540 + random.random(len(delay)) * 300)
    same_day = ended - ((0.7 + random.random(len(delay)) * 4) * HOUR).astype(np.int64)
    ready = np.where(delay > 0, morning, same_day)
    # Not before an hour on the ward, whole minutes.
    ready = np.maximum(ready, admitted + np.minimum(HOUR, (ended - admitted) // 2))
    return np.asarray(ready // MINUTE * MINUTE)


def _specialties(random: np.random.Generator, core: Draft, kind: Coded) -> Coded:
    words = ["300", "430", "110", "100", "420", "501", "340", "320", "800", "130"]
    keys = list(DIAGNOSES)

    def among(*names: str) -> Array:
        return np.isin(core["diagnosis"], [keys.index(name) for name in names])

    age, luck = core["age"], random.random(len(core["age"]))
    code = np.select(
        [
            kind.isin("maternity", "newborn"),
            age < 16,
            among("hip_fracture", "limb_fracture"),
            among("appendicitis", "gallstones", "abdominal_pain_unspecified"),
            among("acute_coronary_syndrome", "heart_failure_acute") & (luck < 0.5),
            among("pneumonia", "copd_exacerbation", "asthma_attack") & (luck < 0.4),
            (core["emergency"] & (age >= 78)) | (core["emergency"] & (age >= 70) & (luck < 0.4)),
            core["concept"] == CONCEPT["chemotherapy"],
            core["concept"] == CONCEPT["cataract_operation"],
            core["concept"] == CONCEPT["hip_replacement"],
            kind.isin("planned"),
        ],
        [5, 4, 2, 3, 7, 6, 1, 8, 9, 2, 3],
        0,
    )
    return Coded(code, words)


def _expected_dates(world: World) -> None:
    """The first expected date within two days, and a change each time it proved wrong."""
    random = world.random("expected dates")
    stays = world["hospital_stays"]
    has = np.flatnonzero(stays["expected_on"] != NO_DAY)
    admitted = stays["admitted_at"][has]
    left = np.where(stays["discharged_at"][has] == NEVER, world.end, stays["discharged_at"][has])
    first_at = admitted + ((1 + random.random(len(has)) * 30) * HOUR).astype(np.int64)
    first_at = np.minimum(first_at, admitted + (left - admitted) // 2)
    parts = [(has, first_at, stays["expected_on"][has])]
    previous = stays["expected_on"][has]
    left_day = day_of(left)
    waiting = np.ones(len(has), dtype=bool)
    for _ in range(3):
        # On the morning it should have happened and did not, a new date is set.
        at = moment(previous, 600 + random.random(len(has)) * 240)
        waiting &= (previous < left_day) & (at > first_at) & (at < left)
        step = np.maximum(
            1, np.rint((left_day - previous) * np.exp(random.normal(-0.1, 0.4, len(has))))
        )
        new = previous + step.astype(np.int64)
        rows = np.flatnonzero(waiting)
        parts.append((has[rows], at[rows], new[rows]))
        previous = np.where(waiting, new, previous)
    stay, at, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    inside = at < world.end
    stay, at, day = stay[inside], at[inside] // MINUTE * MINUTE, day[inside]
    order = np.lexsort((at, stay))
    world["expected_dates"] = {
        "stay": stay[order], "person": stays["person"][stay[order]], "at": at[order],
        "expected_on": day[order],
    }  # fmt: skip


def _residence_reviews(world: World) -> None:
    """Each morning on the ward somebody says whether an acute bed is still needed."""
    random = world.random("residence reviews")
    stays = world["hospital_stays"]
    left = np.where(stays["discharged_at"] == NEVER, world.end, stays["discharged_at"])
    first, last = day_of(stays["admitted_at"]) + 1, day_of(left)
    days = np.where(stays["is_emergency"] & (last >= first), last - first + 1, 0)
    stay = np.repeat(np.arange(len(days)), days)
    offset = np.arange(len(stay)) - np.repeat(np.cumsum(days) - days, days)
    at = moment(first[stay] + offset, 555 + random.random(len(stay)) * 60)
    ready = np.where(stays["ready_at"] == NEVER, np.iinfo(np.int64).max, stays["ready_at"])
    is_met = at < ready[stay]
    # Wards forget some days; the day before leaving is rarely forgotten.
    keep = (at < left[stay]) & (random.random(len(stay)) < 0.93) & (at < world.end)
    stay, at, is_met = stay[keep], at[keep], is_met[keep]
    reason = draw(random, len(stay), np.array([18, 26, 22, 8, 20, 6.0]))
    world["residence_reviews"] = {
        "stay": stay, "person": stays["person"][stay], "at": at, "is_met": is_met,
        "reason": Coded(np.where(is_met, reason, len(_REASONS_TO_RESIDE)),
                        [*_REASONS_TO_RESIDE, "none"]),
    }  # fmt: skip


def _ward_moves(world: World) -> None:
    """First an assessment ward, then the specialty's; some are moved once more."""
    random = world.random("ward moves")
    stays = world["hospital_stays"]
    hospital = world.place.hospitals[0]
    codes = [ward.code for ward in hospital.wards]

    def wards(*kinds: str) -> Array:
        found = [i for i, ward in enumerate(hospital.wards) if ward.specialty.value in kinds]
        return np.array(found or [i for i, w in enumerate(hospital.wards) if w.beds > 0] or [0])

    by_specialty = {
        "300": wards("general_medicine", "acute_medicine"),
        "430": wards("older_people", "frailty"), "110": wards("orthopaedics"),
        "100": wards("surgery"), "340": wards("respiratory"), "320": wards("cardiology"),
        "420": wards("general_medicine"), "501": wards("surgery"), "800": wards("general_medicine"),
        "130": wards("surgery"),
    }  # fmt: skip
    assessment = wards("acute_medicine", "frailty")
    count = len(stays["person"])
    admitted = stays["admitted_at"]
    left = np.where(stays["discharged_at"] == NEVER, world.end, stays["discharged_at"])
    home_ward = np.zeros(count, dtype=np.int64)
    for index, word in enumerate(stays["specialty"].words):
        rows = np.flatnonzero(stays["specialty"].codes == index)
        home_ward[rows] = random.choice(by_specialty[word], len(rows))
    long_enough = left - admitted > 30 * HOUR
    two = stays["is_emergency"] & long_enough
    first_move = admitted + ((8 + random.random(count) * 20) * HOUR).astype(np.int64)
    third = two & (left - admitted > 5 * DAY) & (random.random(count) < 0.25)
    second_move = first_move + ((left - first_move) * (0.2 + 0.6 * random.random(count))).astype(
        np.int64
    )
    other_ward = random.choice(by_specialty["430"], count)
    start_ward = np.where(two, random.choice(assessment, count), home_ward)
    everyone, two_rows, three_rows = np.arange(count), np.flatnonzero(two), np.flatnonzero(third)
    stay = np.concatenate([everyone, two_rows, three_rows])
    ward = np.concatenate([start_ward, home_ward[two_rows], other_ward[three_rows]])
    from_at = np.concatenate([admitted, first_move[two_rows], second_move[three_rows]])
    end = stays["discharged_at"]
    to_at = np.concatenate([
        np.where(two, first_move, end), np.where(third, second_move, end)[two_rows],
        end[three_rows],
    ])  # fmt: skip
    from_at = from_at // MINUTE * MINUTE
    to_at = np.where(to_at == NEVER, NEVER, to_at // MINUTE * MINUTE)
    order = np.lexsort((from_at, stay))
    moves = len(stay)
    world["ward_moves"] = {
        "stay": stay[order], "person": stays["person"][stay[order]],
        "ward": Coded(ward[order], codes), "bay": random.integers(1, 7, moves),
        "bed": random.integers(1, 7, moves), "from_at": from_at[order], "to_at": to_at[order],
    }  # fmt: skip


def _blockers(world: World) -> None:
    """What delayed people waited for: one thing throughout, often others beside it."""
    random = world.random("blockers")
    stays = world["hospital_stays"]
    core = world.state["stay_details"]
    stay = np.flatnonzero((stays["delay_days"] >= 1) & (stays["ready_at"] != NEVER))
    words = list(_RESPONSIBLE)
    pathway = core["pathway"][stay]
    ready = stays["ready_at"][stay]
    left = stays["discharged_at"][stay]
    ending = np.where(left == NEVER, world.end, left)
    number = 1 + (random.random(len(stay)) < 0.42).astype(int)
    number += (number == 2) & (random.random(len(stay)) < 0.3)
    parts = []
    chosen: list[Array] = []
    for rank in range(3):
        kind = np.zeros(len(stay), dtype=np.int64)
        for index, weights in _BLOCKERS.items():
            rows = np.flatnonzero(pathway == index)
            drawn = pick(random, len(rows), {k: float(v) for k, v in weights.items()})
            kind[rows] = np.array([words.index(word) for word in drawn.words])[drawn.codes]
        again = np.zeros(len(stay), dtype=bool)
        for earlier in chosen:
            again |= earlier == kind
        here = (number > rank) & ~again
        chosen.append(np.where(here, kind, -1 - rank))
        span = ending - ready
        low = np.zeros(len(stay)) if rank == 0 else random.random(len(stay)) * 0.5
        high = np.ones(len(stay)) if rank == 0 else low + random.random(len(stay)) * (1 - low)
        opened = ready + (span * low).astype(np.int64)
        closed = ready + (span * high).astype(np.int64)
        closed = np.maximum(closed, opened + MINUTE)
        lasts = left == NEVER
        closed = np.where(lasts & (high > 0.97), NEVER, np.minimum(closed, ending))
        if rank == 0:
            closed = left
        rows = np.flatnonzero(here)
        parts.append((stay[rows], kind[rows], opened[rows], closed[rows]))
    stay, kind, opened, closed = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((opened, stay))
    stay, kind, opened, closed = stay[order], kind[order], opened[order], closed[order]
    responsible = np.array([partner_of_kind(world, _RESPONSIBLE[word]) for word in words])
    world["stay_blockers"] = {
        "blocker": np.arange(len(stay)), "stay": stay, "person": stays["person"][stay],
        "kind": Coded(kind, words), "organisation": responsible[kind],
        "opened_at": opened // MINUTE * MINUTE,
        "closed_at": np.where(closed == NEVER, NEVER, closed // MINUTE * MINUTE),
        "note": Coded(kind, [BLOCKER_NOTES[word] for word in words]),
    }  # fmt: skip
