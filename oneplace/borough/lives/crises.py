"""Emergencies: who is at risk, when it strikes, bad patches, last illnesses, deaths.

Stays are drawn first as *candidates*: what would happen if no service prevented anything. Later
`effects` thins them. A primary emergency comes from a steady personal rate and the season; each
may be followed by others while the patch is bad (so that people chosen after a crisis improve on
average by themselves), and many deaths are preceded by stays.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.columns import NEVER, NO_DAY, NONE, Coded
from oneplace.borough.lives.concepts import CONDITIONS
from oneplace.borough.lives.moments import (
    DAY,
    DISCHARGE_HOURS,
    EMERGENCY_HOURS,
    HOUR,
    MINUTE,
    YEAR_DAYS,
    Array,
    day_of,
    draw_minutes,
    moment,
    weekday,
)
from oneplace.borough.lives.world import Draft, World, appended, choose, draw, taken

EMERGENCY_STAYS_65: Final = 12_800
EMERGENCY_STAYS_UNDER_65: Final = 17_800
CARE_HOME_STAYS: Final = 2_000
"""Emergency stays a year for 380,000 people (care-model section 7: 30,400; ~12,000 of 65+, which
the 47 % of 30,400 attendances admitted would put nearer 14,000; between the two)."""

LATER_STAYS_65: Final = 0.24
LATER_STAYS_UNDER_65: Final = 0.13
"""Mean number of further stays each stay leads to while a patch is bad."""

LATER_AFTER_DAYS: Final = 38.0
"""Mean days from leaving hospital to such a further stay."""

KEPT_SHARE: Final = 0.975
"""Share of drawn stays that survive the rule that nobody is in hospital twice at once."""

DIES_IN_HOSPITAL: Final = 0.45
LAST_MONTHS_STAYS: Final = 0.45
"""Mean further emergency stays in the last four months of life."""

STAY_MEDIAN_65: Final = 4.2
STAY_SPREAD_65: Final = 1.24
"""Nights of emergency stays at 65 and over: log-normal, tuned to median 4, mean 9."""

LONGEST_STAY: Final = 150
PLANNED_STAYS_PER_ADULT: Final = 0.10
DAY_CASE_SHARE: Final = 0.74

WINTER_SWING_65: Final = 0.17
WINTER_SWING_UNDER_65: Final = 0.09
_MIDWINTER: Final = 15
"""Day of the year around which emergencies peak."""

_AGES = (0, 1, 4, 12, 20, 45, 60, 70, 80, 90, 100)
_YEARLY = (0.30, 0.12, 0.045, 0.03, 0.042, 0.047, 0.062, 0.095, 0.16, 0.25, 0.3)
"""Shape of the yearly rate of emergency stays by age, before frailty and scaling."""


def season(world: World, swing: float) -> Array:
    """Relative chance of an emergency on each day of the window: winter and days of the week."""
    days = np.arange(world.start_day, world.end_day)
    wave = 1 + swing * np.cos(2 * np.pi * ((days - _MIDWINTER) % YEAR_DAYS) / YEAR_DAYS)
    by_day = np.array([1.09, 1.04, 1.02, 1.01, 1.03, 0.91, 0.90])[weekday(days)]
    return np.asarray(wave * by_day)


def days_between(
    random: np.random.Generator, world: World, weights: Array, first: Array, last: Array
) -> Array:
    """A day for each row, weighted by the season, between its first and last day (included)."""
    edges = np.concatenate([[0.0], np.cumsum(weights)])
    low = edges[np.clip(first - world.start_day, 0, len(weights))]
    high = edges[np.clip(last + 1 - world.start_day, 0, len(weights))]
    drawn = low + random.random(len(low)) * (high - low)
    day = world.start_day + np.searchsorted(edges, drawn, side="right") - 1
    return np.asarray(np.clip(day, first, last))


def make_risk(world: World) -> None:
    """How likely each person is to need an emergency stay: the truth behind every score."""
    random = world.random("risk")
    people = world.family
    first, last = world.state["first_day"], world.state["last_day"]
    middle_age = ((first + last) / 2 - world["people"]["born_on"]) / YEAR_DAYS
    log_rate = np.log(np.interp(middle_age, _AGES, _YEARLY))
    onset = world.state["onset"]
    for number, row in enumerate(CONDITIONS):
        if row.urgency:
            log_rate += row.urgency * (onset[number] != NO_DAY) * (onset[number] <= last - 200)
    log_rate += 0.035 * np.minimum(world.state["deficits"], 14)
    log_rate += 0.035 * (5.5 - world["people"]["deprivation_decile"])
    log_rate += random.normal(0, 0.55, people.count)
    exposure = np.maximum(last - first + 1, 0) / YEAR_DAYS * people.ordinary
    rate = np.exp(log_rate)
    world.state["middle_age"], world.state["exposure"] = middle_age, exposure
    world.state["raw_rate"] = rate


def make_deaths(world: World) -> None:
    """Cause and place of each death; hospital deaths get their stay in `make_candidates`."""
    random = world.random("death places")
    table = world["people"]
    people = world.family
    who = np.flatnonzero((table["died_at"] != NEVER) & people.ordinary)
    died = table["died_at"][who]
    age = (day_of(died) - table["born_on"][who]) / YEAR_DAYS
    onset = world.state["onset"]
    keys = [row.key for row in CONDITIONS]

    def has(key: str) -> Array:
        return np.asarray(onset[keys.index(key), who] != NO_DAY)

    luck = random.random(len(who))
    cause = choose(
        [
            ((age < 45) & (luck < 0.45), "accident"),
            (has("cancer") & (luck < 0.62), "cancer"),
            (has("dementia") & (luck < 0.5), "dementia"),
            (has("heart_failure") & (luck < 0.6), "heart"),
            (has("coronary_heart_disease") & (luck < 0.45), "heart"),
            (has("copd") & (luck < 0.5), "respiratory"),
            (has("stroke_or_tia") & (luck < 0.4), "stroke"),
            (luck < 0.12, "infection"),
            (luck < 0.30, "heart"),
            (luck < 0.44, "respiratory"),
            (luck < 0.60, "cancer"),
            (luck < 0.68, "stroke"),
        ],
        "other",
        len(who),
    )
    resident = people.in_home[who] >= 0
    luck = random.random(len(who))
    place = choose(
        [
            (resident & (luck < 0.72), "care_home"),
            (luck < np.where(resident, 0.98, DIES_IN_HOSPITAL * 1.12), "hospital"),
            (cause.isin("cancer") & (luck < 0.72), "hospice"),
        ],
        "home",
        len(who),
    )
    # Babies and those who had only just come did not die on a ward of ours.
    lived = day_of(died) - np.maximum(world.start_day, table["born_on"][who])
    place.codes[place.isin("hospital") & (lived < 3)] = place.words.index("home")
    world["deaths"] = {
        "person": who, "died_at": died,
        "registered_on": day_of(died) + 2 + random.integers(0, 6, len(who)),
        "cause": cause, "place": place, "stay": np.full(len(who), NONE),
    }  # fmt: skip


def _lengths(world: World, random: np.random.Generator, person: Array, old: Array) -> Array:
    """Nights of emergency stays."""
    people = world.family
    deficits = world.state["deficits"][person]
    resident = people.in_home[person] >= 0
    child = world.state["middle_age"][person] < 18
    median = np.where(old, STAY_MEDIAN_65, np.where(child, 0.75, 1.25))
    spread = np.where(old, STAY_SPREAD_65, np.where(child, 0.85, 1.2))
    tilt = np.where(old, 0.035 * (np.minimum(deficits, 14) - 6.5), 0.03 * deficits)
    tilt = tilt + np.where(resident, 0.24, 0.0)
    nights = np.exp(np.log(median) + tilt + spread * random.normal(0, 1, len(person)))
    return np.asarray(np.minimum(nights, LONGEST_STAY))


def _ends(random: np.random.Generator, admitted: Array, nights: Array) -> Array:
    """When stays end: after their nights, at the hours wards let people go."""
    start = day_of(admitted)
    whole = np.floor(nights).astype(np.int64)
    minutes = draw_minutes(random, len(admitted), DISCHARGE_HOURS)
    left = moment(start + whole, minutes)
    least = admitted + 3 * HOUR + (random.random(len(admitted)) * 6 * HOUR).astype(np.int64)
    return np.asarray(np.maximum(left, least // MINUTE * MINUTE))


def make_candidates(world: World) -> None:
    """Every stay that would happen without planted effects, cleaned of overlaps."""
    random = world.random("candidates")
    primary = _primaries(world, random)
    later = _later(world, random, primary)
    latest = _later(world, random, later)
    terminal, before = _last_illnesses(world, random)
    planned = _planned(world)
    births = _births(world)
    stays = primary
    for part in (later, latest, before, terminal, planned, births):
        stays = appended(stays, part)
    world.state["candidates"] = _without_overlaps(world, stays)


_KINDS = ["emergency", "terminal", "planned", "maternity", "newborn"]


def _stay(person: Array, admitted: Array, ended: Array, kind: str, diagnosis: Array | None = None
          ) -> Draft:  # fmt: skip
    return {
        "person": person.astype(np.int64), "admitted": admitted.astype(np.int64),
        "ended": ended.astype(np.int64),
        "kind": Coded(np.full(len(person), _KINDS.index(kind)), _KINDS),
        "hint": np.full(len(person), NONE) if diagnosis is None else diagnosis,
    }  # fmt: skip


def _primaries(world: World, random: np.random.Generator) -> Draft:
    people = world.family
    rate, exposure = world.state["raw_rate"], world.state["exposure"]
    first, last = world.state["first_day"], world.state["last_day"]
    old = world.state["middle_age"] >= 65
    resident = people.in_home >= 0
    deaths = world["deaths"]
    in_hospital = deaths["place"].isin("hospital")
    scaled = np.zeros(people.count)
    groups = (
        (resident, CARE_HOME_STAYS, LATER_STAYS_65),
        (old & ~resident, EMERGENCY_STAYS_65 - CARE_HOME_STAYS, LATER_STAYS_65),
        (~old & ~resident, EMERGENCY_STAYS_UNDER_65, LATER_STAYS_UNDER_65),
    )
    for chosen, yearly, later in groups:
        wanted = yearly * world.scale * world.years
        dying = int((in_hospital & chosen[deaths["person"]]).sum())
        wanted = max(wanted - dying * (1 + LAST_MONTHS_STAYS), wanted * 0.3)
        primaries = wanted / KEPT_SHARE / (1 + later + later * later)
        person_years = float((rate * exposure)[chosen].sum())
        scaled[chosen] = rate[chosen] * (primaries / person_years if person_years else 0)
    adults = np.flatnonzero(people.ordinary & (world.state["middle_age"] >= 18) & (exposure > 0))
    world.state["yearly_rate"] = scaled
    world["truth_risk"] = {"person": adults, "yearly_rate": scaled[adults]}
    number = random.poisson(scaled * exposure)
    person = np.repeat(np.arange(people.count), number)
    is_old = old[person]
    low, high = first[person], last[person]
    day = np.where(
        is_old,
        days_between(random, world, season(world, WINTER_SWING_65), low, high),
        days_between(random, world, season(world, WINTER_SWING_UNDER_65), low, high),
    )
    admitted = moment(day, draw_minutes(random, len(person), EMERGENCY_HOURS))
    nights = _lengths(world, random, person, is_old)
    return _stay(person, admitted, _ends(random, admitted, nights), "emergency")


def _later(world: World, random: np.random.Generator, earlier: Draft) -> Draft:
    """Further stays while a patch is bad."""
    old = world.state["middle_age"][earlier["person"]] >= 65
    mean = np.where(old, LATER_STAYS_65, LATER_STAYS_UNDER_65)
    number = random.poisson(mean)
    person = np.repeat(earlier["person"], number)
    gap = random.exponential(LATER_AFTER_DAYS, len(person)) + 1
    admitted = np.repeat(earlier["ended"], number) + (gap * DAY).astype(np.int64)
    day = day_of(admitted)
    admitted = moment(day, draw_minutes(random, len(person), EMERGENCY_HOURS))
    nights = _lengths(world, random, person, np.repeat(old, number))
    stays = _stay(person, admitted, _ends(random, admitted, nights), "emergency")
    return taken(stays, day <= world.state["last_day"][person])


def _last_illnesses(world: World, random: np.random.Generator) -> tuple[Draft, Draft]:
    """The stay that ends in death, and those in the months before."""
    deaths = world["deaths"]
    chosen = deaths["place"].isin("hospital")
    person, died = deaths["person"][chosen], deaths["died_at"][chosen]
    first = np.maximum(world.state["first_day"][person], world.start_day)
    nights = np.minimum(np.exp(np.log(6.5) + 1.0 * random.normal(0, 1, len(person))), 70)
    nights = np.minimum(nights, np.maximum(day_of(died) - first - 1, 0.2))
    # On the ward at least an hour; the death itself ends the stay.
    admitted = died - np.maximum((nights * DAY).astype(np.int64), HOUR)
    admitted = admitted // 60_000_000 * 60_000_000
    terminal = _stay(person, admitted, died, "terminal")
    everybody, when = deaths["person"], deaths["died_at"]
    number = random.poisson(
        np.where(world.state["middle_age"][everybody] > 40, LAST_MONTHS_STAYS, 0.0)
    )
    who = np.repeat(everybody, number)
    before = np.repeat(when, number) - ((random.random(len(who)) * 110 + 12) * DAY).astype(np.int64)
    day = day_of(before)
    before = moment(day, draw_minutes(random, len(who), EMERGENCY_HOURS))
    nights = _lengths(world, random, who, world.state["middle_age"][who] >= 65)
    stays = _stay(who, before, _ends(random, before, nights), "emergency")
    return terminal, taken(stays, (day >= world.state["first_day"][who]) & (before >= world.start))


def _planned(world: World) -> Draft:
    """Operations and procedures: most of them day cases, on weekdays."""
    random = world.random("planned stays")
    age, exposure = world.state["middle_age"], world.state["exposure"]
    rate = PLANNED_STAYS_PER_ADULT * np.interp(age, [0, 18, 40, 60, 75, 90],
                                               [0.25, 0.3, 0.6, 1.3, 2.2, 1.4])  # fmt: skip
    number = random.poisson(rate * exposure)
    person = np.repeat(np.arange(len(age)), number)
    flat = np.ones(world.days)
    day = days_between(
        random, world, flat, world.state["first_day"][person], world.state["last_day"][person]
    )
    day = day + np.where(weekday(day) >= 5, 2, 0)
    admitted = moment(day, 420 + random.random(len(person)) * 300)
    nights = np.where(
        random.random(len(person)) < DAY_CASE_SHARE, 0.0,
        np.exp(np.log(2.2) + 0.7 * random.normal(0, 1, len(person))),
    )  # fmt: skip
    # 0 cataract, 1 hip, 2 endoscopy, 3 hernia, 4 chemotherapy: short ones first.
    short = nights == 0
    kind = np.where(
        short,
        np.where(age[person] > 65, draw(random, len(person), np.array([3, 0, 4, 1, 3.0])),
                 draw(random, len(person), np.array([0.3, 0, 5, 2, 2.0]))),
        np.where(age[person] > 55, 1, 3),
    )  # fmt: skip
    stays = _stay(person, admitted, _ends(random, admitted, nights), "planned", kind)
    return taken(stays, day <= world.state["last_day"][person])


def _births(world: World) -> Draft:
    """Mothers and babies: stays around each birth in the window."""
    random = world.random("births")
    people = world.family
    born = world["people"]["born_on"]
    baby = np.flatnonzero((born >= world.start_day) & (people.mother >= 0) & (people.fate == 0))
    mother = people.mother[baby]
    birth = moment(born[baby], random.random(len(baby)) * 1439)
    came = birth - (random.random(len(baby)) * 14 * HOUR).astype(np.int64)
    came = came // 60_000_000 * 60_000_000
    nights = np.minimum(np.exp(np.log(1.4) + 0.6 * random.normal(0, 1, len(baby))), 9)
    left = _ends(random, birth, nights)
    mothers = _stay(mother, came, left, "maternity")
    # Twins: one stay of the mother.
    _, once = np.unique(np.stack([mother, born[baby]]), axis=1, return_index=True)
    mothers = taken(mothers, once)
    here = world.state["first_day"][mothers["person"]] <= day_of(mothers["admitted"])
    newborn = _stay(baby, birth, left, "newborn")
    arrived_later = world.state["first_day"][baby] > born[baby]
    return appended(taken(mothers, here), taken(newborn, ~arrived_later))


def _without_overlaps(world: World, stays: Draft) -> Draft:
    """Nobody is in hospital twice at once, after leaving the borough, or after death."""
    table = world["people"]
    person = stays["person"]
    terminal = stays["kind"].isin("terminal")
    died = table["died_at"][person]
    fits = (died == NEVER) | terminal | (stays["ended"] < died - 6 * HOUR)
    left = table["left_on"][person]
    fits &= (left == NO_DAY) | (day_of(stays["ended"]) < left)
    fits &= stays["admitted"] < world.end - 2 * HOUR
    fits &= stays["admitted"] >= world.start
    stays = taken(stays, fits)
    order = np.lexsort((stays["admitted"], stays["person"]))
    stays = taken(stays, order)
    for _ in range(40):
        person, fixed = stays["person"], ~stays["kind"].isin("emergency", "planned")
        clash = np.zeros(len(person), dtype=bool)
        clash[1:] = (person[1:] == person[:-1]) & (
            stays["admitted"][1:] < stays["ended"][:-1] + 12 * HOUR
        )
        if not clash.any():
            break
        # In a chain of clashes only the first pair is settled in each round.
        clash[1:] &= ~clash[:-1]
        later = np.flatnonzero(clash)
        drop = np.where(fixed[later] & ~fixed[later - 1], later - 1, later)
        both = fixed[later] & fixed[later - 1]
        drop = np.where(both & stays["kind"].isin("terminal")[later], later - 1, drop)
        keep = np.ones(len(person), dtype=bool)
        keep[drop] = False
        stays = taken(stays, keep)
    world.state["kept_share"] = len(stays["person"])
    return stays
