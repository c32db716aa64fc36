"""Carers, bereavements, what people chose about sharing."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.choosing import before_the_end
from oneplace.borough.lives.columns import NEVER, NO_DAY, Coded
from oneplace.borough.lives.concepts import CONDITIONS
from oneplace.borough.lives.moments import OFFICE_HOURS, day_of, draw_minutes, moment, working_day
from oneplace.borough.lives.world import World, pick

CARED_FOR_BASE: Final = 0.10
"""Chance that a relative of an adult with few deficits cares for them; rises with deficits."""

TOLD_SHARE: Final = 0.6
OBJECTS_TO_HUDDLE: Final = 0.004
OBJECTS_TO_CHARITY: Final = 0.003
OBJECTS_TO_ALL: Final = 0.003
RESEARCH_OPT_OUT: Final = 0.04


def make_carers(world: World) -> None:
    """Draft `carers` from close relatives of people who need help."""
    random = world.random("carers")
    people = world.family
    table = world["people"]
    ties = world["relationships"]
    kind = ties["kind"]
    # `other` is the spouse, child or parent of `person`; person is the one cared for.
    person, other = ties["person"], ties["other"]
    age = world.state["middle_age"]
    close = kind.isin("spouse") | (kind.isin("child") & (age[other] >= 18))
    close &= people.fate[other] == 0
    need = world.state["deficits"][person]
    onset = world.state["onset"]
    keys = [row.key for row in CONDITIONS]
    disabled = onset[keys.index("learning_disability"), person] != NO_DAY
    parent = kind.isin("parent") & disabled & (people.fate[other] == 0) & (age[other] >= 18)
    chance = np.clip((need - 3) * 0.08 + CARED_FOR_BASE, 0.0, 0.75) * (age[person] >= 50)
    chance = np.where(ties["lives_with"], chance, chance * 0.6)
    chance = np.where(parent, 0.6, chance * close)
    chance = np.where(people.in_home[person] >= 0, chance * 0.2, chance)
    chance = chance * people.ordinary[person] * people.ordinary[other]
    rows = np.flatnonzero(random.random(len(person)) < chance)
    cared, carer = person[rows], other[rows]
    # One carer may care for two; each pair once.
    _, once = np.unique(cared * 10_000_000 + carer, return_index=True)
    rows = rows[once]
    cared, carer = person[rows], other[rows]
    count = len(rows)
    load = need[rows]
    hours = np.clip(np.rint(random.gamma(1.5, 7, count) + load * 1.9
                            + 14 * ties["lives_with"][rows]), 1, 168)  # fmt: skip
    began = world.now_day - (random.exponential(1300, count) + 40).astype(np.int64)
    since = np.maximum(began, table["born_on"][carer] + 18 * 365)
    since = np.maximum(since, table["born_on"][cared] + 30)
    died = table["died_at"]
    ends = np.full(count, NO_DAY)
    for who in (cared, carer):
        dead = died[who] != NEVER
        day = np.where(dead, day_of(np.where(dead, died[who], 0)), NO_DAY)
        ends = np.where(dead & ((ends == NO_DAY) | (day < ends)), day, ends)
    since = np.where((ends != NO_DAY) & (since > ends - 20), ends - 200, since)
    strain = np.clip(np.rint(hours / 15 + random.normal(1.6, 1.8, count)), 0, 10)
    world["carers"] = {
        "carer": carer, "cared_for": cared, "hours_per_week": hours,
        "tasks": pick(random, count, {"personal_care": 18, "household": 26, "company": 20,
                                      "medicines": 12, "money": 8, "everything": 16}),
        "strain": strain, "from_on": since, "to_on": ends,
        "is_known_to_practice": random.random(count) < 0.42,
        "is_known_to_council": random.random(count) < np.interp(hours, [5, 50], [0.12, 0.5]),
    }  # fmt: skip


def make_bereavements(world: World) -> None:
    """Draft `bereavements` from deaths and relationships."""
    ties = world["relationships"]
    people = world.family
    died = world["people"]["died_at"]
    person, other = ties["person"], ties["other"]
    alive_then = (died[person] == NEVER) | (died[person] > died[other])
    rows = np.flatnonzero(
        (died[other] != NEVER) & alive_then & people.ordinary[person]
        & (world.state["middle_age"][person] >= 5)
        & ties["kind"].isin("spouse", "parent", "child", "sibling", "twin")
    )  # fmt: skip
    words = ["spouse", "parent", "child", "sibling"]
    kinds = ties["kind"].decoded()[rows]
    code = np.array([words.index({"twin": "sibling"}.get(word, word)) for word in kinds], dtype=int)
    on = day_of(died[other[rows]])
    inside = on <= world.state["last_day"][person[rows]]
    world["bereavements"] = {
        "person": person[rows][inside], "lost": other[rows][inside],
        "kind": Coded(code[inside], words), "on": on[inside],
    }  # fmt: skip


def make_sharing_choices(world: World) -> None:
    """Draft `sharing_choices`: told by the practice, and the few who object."""
    random = world.random("sharing choices")
    people = world.family
    table = world["people"]
    organisation = world["practices"]["organisation"]
    adults = np.flatnonzero(people.ordinary & (world.state["middle_age"] >= 16))
    words = ["told", "objects_to_huddle", "objects_to_charity", "objects_to_all",
             "research_opt_out"]  # fmt: skip
    parts = []
    for index, share in enumerate(
        (TOLD_SHARE, OBJECTS_TO_HUDDLE, OBJECTS_TO_CHARITY, OBJECTS_TO_ALL, RESEARCH_OPT_OUT)
    ):
        who = adults[random.random(len(adults)) < share]
        at = world.start + (random.random(len(who)) * (world.now - world.start)).astype(np.int64)
        at = moment(working_day(day_of(at)), draw_minutes(random, len(who), OFFICE_HOURS))
        fits = before_the_end(world, who, at) & (day_of(at) >= world.state["first_day"][who])
        parts.append((who[fits], at[fits], np.full(int(fits.sum()), index)))
    person, at, kind = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((at, person))
    person, at, kind = person[order], at[order], kind[order]
    world["sharing_choices"] = {
        "person": person, "at": at, "kind": Coded(kind, words),
        "organisation": organisation[table["practice"][person]],
    }  # fmt: skip
