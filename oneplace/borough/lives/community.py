"""Community nursing and therapy, and the mental health trust."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.choosing import before_the_end, by_need, days_later, in_hospital
from oneplace.borough.lives.columns import NEVER, Coded
from oneplace.borough.lives.concepts import CONCEPT, CONDITIONS
from oneplace.borough.lives.moments import (
    DAY,
    DAYTIME,
    MINUTE,
    OFFICE_HOURS,
    day_of,
    draw_minutes,
    moment,
    working_day,
)
from oneplace.borough.lives.staffing import Rota
from oneplace.borough.lives.world import World, choose, draw, pick

COMMUNITY_REFERRALS: Final = 15_000
MENTAL_HEALTH_REFERRALS: Final = 11_500
"""Referrals a year for 380,000 people (our choice)."""

_SERVICES: Final = {
    # service: weight, mean contacts, mean days between, activity weights
    "district_nursing": (46, 16, 5.0), "therapy": (20, 5, 9.0), "podiatry": (12, 4, 40.0),
    "falls": (9, 5, 10.0), "community_matron": (6, 9, 14.0), "continence": (7, 2, 40.0),
}  # fmt: skip
_ACTIVITIES = ["wound", "injection", "catheter", "medicines", "assessment", "therapy", "bloods",
               "end_of_life"]  # fmt: skip
_TEAMS: Final = {
    # kind: weight, mean contacts, mean days between, lowest and highest age
    "talking_therapies": (46, 6, 9.0, 18, 75), "community": (17, 11, 13.0, 18, 66),
    "memory": (10, 3, 30.0, 62, 110), "older_adults": (8, 8, 14.0, 66, 110),
    "crisis": (9, 7, 2.0, 18, 80), "liaison": (10, 1, 1.0, 16, 100),
}  # fmt: skip


def make_community(world: World) -> None:
    """Draft `community_referrals` and `community_contacts`."""
    random = world.random("community")
    people = world.family
    age = world.state["middle_age"]
    weight = world.state["yearly_rate"] * np.interp(
        age, [17, 18, 60, 75, 90], [0, 0.2, 0.7, 1.6, 2.4]
    )
    weight *= 1 + 0.1 * world.state["deficits"]
    person, at = by_need(world, random, COMMUNITY_REFERRALS, weight, OFFICE_HOURS, swing=0.03)
    order = np.lexsort((at, person))
    person, at = person[order], at[order] // MINUTE * MINUTE
    rows = len(person)
    names = list(_SERVICES)
    service = draw(random, rows, np.array([float(row[0]) for row in _SERVICES.values()]))
    mean_contacts = np.array([row[1] for row in _SERVICES.values()], dtype=float)[service]
    gap = np.array([row[2] for row in _SERVICES.values()])[service]
    number = 1 + random.poisson(mean_contacts * random.gamma(1.2, 1 / 1.2, rows))
    reasons = np.array(
        [
            CONCEPT[key]
            for key in (
                "leg_ulcer_or_pressure_sore",
                "type_2_diabetes",
                "mobility_problem",
                "recurrent_falls",
                "urinary_incontinence",
                "heart_failure",
                "copd",
            )
        ]
    )
    likely = {
        "district_nursing": [45, 22, 4, 2, 8, 12, 7], "therapy": [0, 0, 70, 25, 0, 0, 5],
        "podiatry": [20, 75, 5, 0, 0, 0, 0], "falls": [0, 0, 15, 85, 0, 0, 0],
        "community_matron": [5, 10, 5, 5, 0, 40, 35], "continence": [0, 0, 0, 0, 100, 0, 0],
    }  # fmt: skip
    reason = np.zeros(rows, dtype=np.int64)
    for index, name in enumerate(names):
        here = np.flatnonzero(service == index)
        reason[here] = reasons[draw(random, len(here), np.array(likely[name], dtype=float))]
    referral = np.repeat(np.arange(rows), number)
    step = random.exponential(gap[referral]) + 0.6
    start = np.cumsum(number) - number
    running = np.cumsum(step)
    elapsed = running - (running[start] - step[start])[referral]
    day = day_of(at)[referral] + np.ceil(elapsed).astype(np.int64)
    clinic = (random.random(len(referral)) < 0.12) & ~world["people"]["is_housebound"][
        person[referral]
    ]
    day = np.where(service[referral] == 0, day, working_day(day))
    when = moment(day, draw_minutes(random, len(referral), DAYTIME)) // MINUTE * MINUTE
    fits = before_the_end(world, person[referral], when)
    kept = np.flatnonzero(fits)
    kept = kept[~in_hospital(world, person[referral[kept]], when[kept])]
    referral, when, clinic = referral[kept], when[kept], clinic[kept]
    last = np.full(rows, 0)
    np.maximum.at(last, referral, when)
    ended = np.where(last > 0, days_later(last, random.integers(1, 10, rows)), at + 3 * DAY)
    died = world["people"]["died_at"][person]
    ended = np.where((died != NEVER) & (ended > died), died, ended)
    world["community_referrals"] = {
        "community_referral": np.arange(rows), "person": person, "at": at,
        "source": pick(random, rows, {"gp": 42, "hospital": 30, "self": 8, "council": 6,
                                      "care_home": 6, "life": 8}),
        "service": Coded(service, names), "reason": reason,
        "ended_at": np.where(ended < world.end, ended // MINUTE * MINUTE, NEVER),
    }  # fmt: skip
    order = np.lexsort((when, referral))
    referral, when, clinic = referral[order], when[order], clinic[order]
    count = len(referral)
    kind = service[referral]
    activity = np.select(
        [np.isin(kind, [1, 3]), kind == 2, kind == 5],
        [5, 4, 2],
        draw(random, count, np.array([44, 20, 8, 8, 9, 0, 7, 4.0])),
    )
    network = world["people"]["network"][person[referral]]
    nurse = Rota(world, "community_nurse", "network").draw(random, network)
    therapist = Rota(world, "therapist", "network").draw(random, network)
    mode = np.where(clinic, 1, np.where(random.random(count) < 0.07, 2, 0))
    world["community_contacts"] = {
        "community_referral": referral, "person": person[referral],
        "staff": np.where(np.isin(kind, [1, 3]), therapist, nurse), "at": when,
        "minutes": np.clip(np.rint(random.gamma(7, 4.2, count)), 5, 120),
        "mode": Coded(mode, ["home", "clinic", "telephone"]),
        "outcome": pick(random, count, {"seen": 92, "no_answer": 4, "cancelled": 4}),
        "activity": Coded(activity, _ACTIVITIES),
    }  # fmt: skip
    del people


def make_mental_health(world: World) -> None:
    """Draft `mental_health_referrals` and `mental_health_contacts`."""
    random = world.random("mental health")
    age = world.state["middle_age"]
    onset = world.state["onset"]
    keys = [row.key for row in CONDITIONS]
    last = world.state["last_day"]

    def has(key: str) -> np.ndarray:
        when = onset[keys.index(key)]
        return np.asarray((when > -(10**9)) & (when < last))

    parts = []
    need = {
        "talking_therapies": 1 + 5 * has("depression") + 5 * has("anxiety"),
        "community": 0.2 + 40 * has("serious_mental_illness") + 4 * has("depression"),
        "memory": 0.05 + 5 * has("memory_problem") + 7 * has("dementia"),
        "older_adults": 0.3 + 4 * has("depression") + 5 * has("dementia"),
        "crisis": 0.3 + 25 * has("serious_mental_illness") + 3 * has("depression")
        + 10 * has("alcohol_dependence"),
        "liaison": world.state["yearly_rate"] * (1 + 4 * has("dementia") + 4 * has("depression")),
    }  # fmt: skip
    total = sum(row[0] for row in _TEAMS.values())
    for index, (team, (share, _, _, low, high)) in enumerate(_TEAMS.items()):
        weight = np.asarray(need[team], dtype=float) * ((age >= low) & (age <= high))
        person, at = by_need(
            world, random, MENTAL_HEALTH_REFERRALS * share / total, weight, OFFICE_HOURS
        )
        parts.append((person, at, np.full(len(person), index)))
    person, at, kind = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((at, person))
    person, at, kind = person[order], at[order] // MINUTE * MINUTE, kind[order]
    rows = len(person)
    names = list(_TEAMS)
    mean = np.array([row[1] for row in _TEAMS.values()], dtype=float)[kind]
    gap = np.array([row[2] for row in _TEAMS.values()])[kind]
    accepted = random.random(rows) < 0.86
    number = np.where(accepted, 1 + random.poisson(mean * random.gamma(1.3, 1 / 1.3, rows)), 0)
    referral = np.repeat(np.arange(rows), number)
    wait = np.array([18, 16, 38, 20, 0.4, 0.3])[kind]
    first = random.exponential(wait, rows)
    step = random.exponential(gap[referral]) + 0.3
    start = np.minimum(np.cumsum(number) - number, max(len(referral) - 1, 0))
    running = np.cumsum(step)
    elapsed = running - (running[start] - step[start])[referral] if len(referral) else running
    day = working_day(day_of(at)[referral] + np.ceil(first[referral] + elapsed).astype(np.int64))
    when = moment(day, draw_minutes(random, len(referral), OFFICE_HOURS)) // MINUTE * MINUTE
    fits = before_the_end(world, person[referral], when)
    referral, when = referral[fits], when[fits]
    latest = np.zeros(rows, dtype=np.int64)
    np.maximum.at(latest, referral, when)
    ended = np.where(latest > 0, days_later(latest, random.integers(1, 20, rows)), at + 9 * DAY)
    died = world["people"]["died_at"][person]
    ended = np.where((died != NEVER) & (ended > died), died, ended)
    reason_keys = np.array(
        [
            CONCEPT[key]
            for key in (
                "anxiety",
                "serious_mental_illness",
                "memory_problem",
                "depression",
                "depression",
                "depression",
            )
        ]
    )
    source = choose(
        [(kind == 5, "ward"), ((kind == 4) & (random.random(rows) < 0.5), "ed"),
         ((kind == 0) & (random.random(rows) < 0.55), "self"),
         (random.random(rows) < 0.05, "council"), ((kind == 4) & (random.random(rows) < 0.2),
                                                   "police")],
        "gp", rows,
    )  # fmt: skip
    world["mental_health_referrals"] = {
        "mental_health_referral": np.arange(rows), "person": person, "at": at, "source": source,
        "team_kind": Coded(kind, names), "reason": reason_keys[kind], "accepted": accepted,
        "ended_at": np.where(ended < world.end, ended // MINUTE * MINUTE, NEVER),
    }  # fmt: skip
    order = np.lexsort((when, referral))
    referral, when = referral[order], when[order]
    count = len(referral)
    network = world["people"]["network"][person[referral]]
    world["mental_health_contacts"] = {
        "mental_health_referral": referral, "person": person[referral],
        "staff": Rota(world, "mental_health_worker", "network").draw(random, network),
        "at": when, "minutes": np.clip(np.rint(random.gamma(9, 5, count)), 10, 120),
        "mode": pick(random, count, {"face_to_face": 62, "telephone": 24, "video": 14}),
        "attended": random.random(count) < 0.88,
    }  # fmt: skip
