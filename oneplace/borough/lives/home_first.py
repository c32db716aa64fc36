"""LIFE: who is referred after a stay or in a crisis at home, and how each episode goes."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.choosing import (
    age_at,
    before_the_end,
    by_need,
    in_hospital,
    next_stay,
    spaced,
)
from oneplace.borough.lives.columns import NEVER, NONE, Coded
from oneplace.borough.lives.moments import (
    DAY,
    DAYTIME,
    HOUR,
    MINUTE,
    OFFICE_HOURS,
    Array,
    day_of,
    draw_minutes,
    hours_profile,
    minute_of_day,
    moment,
    month_of_year,
)
from oneplace.borough.lives.staffing import Rota
from oneplace.borough.lives.world import Draft, World, appended, draw, taken

STARTS_PER_YEAR: Final = 1_440
"""120 a month (care-model section 7), of all streams but rapid response."""

SHARE_80_AND_OVER: Final = 2 / 3
STREAM_SHARES: Final = {"discharge": 0.74, "reablement": 0.18, "rehab": 0.08}
RAPID_RESPONSE_PER_YEAR: Final = 12 * 365
ACCEPTED_SHARE: Final = 0.86
TO_HOSPITAL_SHARE: Final = 0.09
COME_BACK_SHARE: Final = 0.5
"""Crises that got worse within a month, as a share of those that ended in hospital at once."""

IN_TWO_HOURS: Final = 0.90
"""Share of people who left in time for a visit that day, visited within two hours."""

RAPID_IN_TWO_HOURS: Final = 0.88
"""Of crises that come while the service is open; those of the night wait for the morning."""

SIX_WEEKS_SUMMER: Final = 0.765
SIX_WEEKS_WINTER: Final = 0.43
"""Share of packages planned to end within six weeks; some that were not are cut short by a stay, so
that 80 % end in time at best and 50-60 % in winter."""

WINTER_MONTHS: Final = (12, 1, 2)
_CRISIS_HOURS = hours_profile({0: 0.02, 7: 0.1, 9: 1.3, 12: 1.3, 16: 1.1, 19: 0.5, 21: 0.05})
STREAMS: Final = ("rapid_response", "discharge", "reablement", "rehab")
_REASONS: Final = ("fall", "frailty", "reduced_function", "palliative_crisis", "urgent_equipment",
                   "confusion", "catheter", "diabetes", "carer_breakdown")  # fmt: skip
_SOURCES: Final = ("hospital_ward", "gp", "nhs_111", "ambulance", "self", "carer", "care_home",
                   "social_care", "emergency_department")  # fmt: skip


def choose_life(world: World) -> None:
    """Referrals and first visits, before any effect is planted: they follow crises."""
    random = world.random("life choice")
    after_stay = _after_stays(world, random)
    at_home = _from_home(world, random)
    rapid = _rapid(world, random)
    episodes = appended(appended(after_stay, at_home), rapid)
    starts = np.isin(episodes["stream"], [1, 2, 3]) & episodes["accepted"]
    last = world.state["last_day"][episodes["person"]]
    until = np.minimum(moment(last, np.full(len(last), 1439.0)), world.end)
    died = world["people"]["died_at"][episodes["person"]]
    until = np.where(died == NEVER, until, np.minimum(until, died))
    exposures = {
        "person": episodes["person"][starts], "origin": episodes["candidate"][starts],
        "from": episodes["visited"][starts], "until": until[starts],
    }  # fmt: skip
    world.state.setdefault("exposures", {})["life"] = exposures
    world.state["life_core"] = episodes


def _core(stream: int, person: Array, referred: Array, **more: Array) -> Draft:
    rows = len(person)
    draft: Draft = {
        "stream": np.full(rows, stream), "person": person, "referred": referred,
        "accepted": np.ones(rows, dtype=bool), "candidate": np.full(rows, NONE),
        "left": np.full(rows, NEVER), "visited": np.full(rows, NEVER),
        "reason": np.full(rows, _REASONS.index("reduced_function")),
        "source": np.zeros(rows, dtype=np.int64), "to_hospital": np.zeros(rows, dtype=bool),
        "fall": np.full(rows, NONE),
    }  # fmt: skip
    draft.update(more)
    return draft


def _quota(
    random: np.random.Generator, world: World, stays: Draft, wanted: int, weight: Array
) -> Array:  # fmt: skip
    """Rows so that two thirds are of 80 and over, at random by weight."""
    person = stays["person"]
    old = age_at(world, person, stays["ended"]) >= 80
    race = random.exponential(1, len(person)) / np.maximum(weight, 1e-9)
    chosen = []
    for group, share in ((old, SHARE_80_AND_OVER), (~old, 1 - SHARE_80_AND_OVER)):
        rows = np.flatnonzero(group & (weight > 0))
        chosen.append(rows[np.argsort(race[rows], kind="stable")[: round(wanted * share)]])
    return np.sort(np.concatenate(chosen))


def _first_visit(random: np.random.Generator, left: Array) -> Array:
    """When somebody comes: within two hours for most who left by day, else next morning."""
    rows = len(left)
    quick = np.minimum(np.exp(np.log(76) + 0.28 * random.normal(0, 1, rows)), 119)
    slow = 121 + random.exponential(70, rows)
    minutes = np.where(random.random(rows) < IN_TWO_HOURS, quick, slow)
    visited = left + (minutes * MINUTE).astype(np.int64)
    minute = minute_of_day(visited)
    too_late = (minute > 20.5 * 60) | (minute < 7.5 * 60)
    morning = moment(
        day_of(left) + (minute_of_day(left) > 7.5 * 60), 500 + random.random(rows) * 110
    )
    morning = np.where(morning < left + 20 * MINUTE, left + 90 * MINUTE, morning)
    return np.where(too_late, morning, visited) // MINUTE * MINUTE


def _after_stays(world: World, random: np.random.Generator) -> Draft:
    stays: Draft = world.state["candidates"]
    core = world.state["stay_core"]
    eligible = (core["pathway"] == 1) & core["emergency"] & ~stays["kind"].isin("terminal")
    eligible &= ~core["resident"] & (core["age"] >= 18) & (stays["ended"] < world.end - DAY)
    rows = np.flatnonzero(eligible)
    died = world["people"]["died_at"][stays["person"][rows]]
    rows = rows[(died == NEVER) | (died > stays["ended"][rows] + 2 * DAY)]
    keep = before_the_end(world, stays["person"][rows], stays["ended"][rows], DAY)
    rows = rows[keep]
    wanted = STARTS_PER_YEAR * STREAM_SHARES["discharge"] * world.scale * world.years
    weight = 1 + 0.1 * world.state["deficits"][stays["person"][rows]]
    chosen = rows[_quota(random, world, taken(stays, rows), round(wanted * 1.06), weight)]
    apart = spaced(
        stays["person"][chosen], stays["ended"][chosen], stays["ended"][chosen], 50 * DAY
    )
    chosen = chosen[apart]
    left = stays["ended"][chosen]
    before = ((6 + random.random(len(chosen)) * 60) * HOUR).astype(np.int64)
    referred = np.maximum(stays["admitted"][chosen] + HOUR, left - before)
    referred = np.minimum(referred, left - 30 * MINUTE)
    return _core(
        1, stays["person"][chosen], referred // MINUTE * MINUTE, candidate=chosen, left=left,
        visited=_first_visit(random, left),
    )  # fmt: skip


def _from_home(world: World, random: np.random.Generator) -> Draft:
    """Reablement and rehabilitation asked for by GPs, the council and families."""
    people = world.family
    age = world.state["middle_age"]
    parts = []
    for stream in ("reablement", "rehab"):
        yearly = STARTS_PER_YEAR * STREAM_SHARES[stream]
        weight = world.state["yearly_rate"] * (people.in_home < 0)
        old = age >= 80
        total_old = float((weight * old).sum()) or 1.0
        total_young = float((weight * ((age >= 40) & ~old)).sum()) or 1.0
        weight = np.where(old, weight / total_old * 2, np.where(age >= 40, weight / total_young, 0))
        person, at = by_need(world, random, yearly, weight, OFFICE_HOURS)
        at = at // MINUTE * MINUTE
        visited = at + (np.minimum(random.exponential(2.2, len(at)) + 0.15, 12) * DAY).astype(
            np.int64
        )
        visited = moment(day_of(visited) + 1, draw_minutes(random, len(at), DAYTIME))
        fits = before_the_end(world, person, visited)
        source = np.array([1, 7, 4, 5])[draw(random, len(at), np.array([40, 35, 10, 15.0]))]
        part = _core(STREAMS.index(stream), person, at, visited=visited, source=source)
        parts.append(taken(part, fits))
    return appended(*parts)


def _rapid(world: World, random: np.random.Generator) -> Draft:
    """Crises at home: from falls, from other crises, and some that end in hospital after all."""
    falls = world["falls"]
    fell = np.flatnonzero(falls["response"].isin("rapid_response"))
    at = falls["at"][fell] + ((10 + random.random(len(fell)) * 80) * MINUTE).astype(np.int64)
    from_falls = _core(
        0, falls["person"][fell], at, fall=fell,
        reason=np.zeros(len(fell), dtype=np.int64),
        source=np.array([3, 5, 2, 4, 6])[draw(random, len(fell), np.array([40, 22, 14, 12, 12.0]))],
    )  # fmt: skip
    stays: Draft = world.state["candidates"]
    core = world.state["stay_core"]
    admitted = np.flatnonzero(core["emergency"] & (core["age"] >= 65))
    wanted = round(RAPID_RESPONSE_PER_YEAR * TO_HOSPITAL_SHARE * world.scale * world.years)
    picked = np.sort(random.permutation(admitted)[:wanted])
    asked = stays["admitted"][picked] - (
        (2.5 + random.random(len(picked)) * 5) * HOUR
    ).astype(np.int64)  # fmt: skip
    in_vain = _core(
        0, stays["person"][picked], asked, candidate=picked,
        to_hospital=np.ones(len(picked), dtype=bool),
        reason=np.array([0, 1, 2, 5])[draw(random, len(picked), np.array([25, 40, 15, 20.0]))],
        source=np.array([1, 3, 2, 6, 5])[draw(random, len(picked), np.array([30, 25, 20, 15, 10]))],
    )  # fmt: skip
    accepted_falls = len(fell) * ACCEPTED_SHARE / (world.scale * world.years)
    rest = (
        RAPID_RESPONSE_PER_YEAR * (1 - TO_HOSPITAL_SHARE * (1 + COME_BACK_SHARE)) - accepted_falls
    )
    rest = max(rest, 300.0) / ACCEPTED_SHARE
    age = world.state["middle_age"]
    weight = world.state["yearly_rate"] ** 0.75 * np.interp(age, [17, 18, 60, 65, 80],
                                                            [0, 0.15, 0.5, 1, 1.3])  # fmt: skip
    person, at = by_need(world, random, rest, weight, _CRISIS_HOURS, swing=0.14)
    other = _core(
        0, person, at,
        reason=1 + draw(random, len(person), np.array([34, 18, 8, 8, 14, 7, 4, 7.0])),
        source=np.array([1, 2, 3, 5, 4, 6, 7, 8])[
            draw(random, len(person), np.array([34, 14, 12, 10, 8, 10, 6, 6.0]))
        ],
    )  # fmt: skip
    soon = np.sort(random.permutation(admitted)[: round(wanted * COME_BACK_SHARE)])
    asked = stays["admitted"][soon] - ((2 + random.random(len(soon)) * 26) * DAY).astype(np.int64)
    before_worse = _core(
        0, stays["person"][soon], moment(day_of(asked), draw_minutes(random, len(soon), DAYTIME)),
        reason=np.array([1, 2, 5])[draw(random, len(soon), np.array([50, 25, 25.0]))],
        source=np.array([1, 2, 5])[draw(random, len(soon), np.array([50, 25, 25.0]))],
    )  # fmt: skip
    rapid = appended(appended(from_falls, other), appended(in_vain, before_worse))
    rapid["referred"] = rapid["referred"] // MINUTE * MINUTE
    rows = len(rapid["person"])
    rapid["accepted"] = rapid["to_hospital"] | (random.random(rows) < ACCEPTED_SHARE)
    minutes = np.where(
        random.random(rows) < RAPID_IN_TWO_HOURS,
        np.minimum(np.exp(np.log(70) + 0.4 * random.normal(0, 1, rows)),
                                               119), 121 + random.exponential(110, rows),
    )  # fmt: skip
    # The service is open from eight to eight: what comes at night is seen in the morning.
    minute = minute_of_day(rapid["referred"])
    closed = (minute < 8 * 60) | (minute > 19.2 * 60)
    opens = moment(day_of(rapid["referred"]) + (minute > 12 * 60), np.full(rows, 8 * 60.0))
    begin = np.where(closed, np.maximum(opens, rapid["referred"]), rapid["referred"])
    minutes = np.where(rapid["to_hospital"], np.minimum(minutes, 100), minutes)
    visited = begin + (minutes * MINUTE).astype(np.int64)
    early = rapid["to_hospital"]
    visited = np.where(early, rapid["referred"] + (minutes * MINUTE).astype(np.int64), visited)
    rapid["visited"] = np.where(rapid["accepted"], visited // MINUTE * MINUTE, NEVER)
    fits = before_the_end(world, rapid["person"], rapid["referred"], 6 * HOUR)
    fits &= before_the_end(world, rapid["person"], visited, HOUR)
    return taken(rapid, fits)


def make_life(world: World) -> None:
    """Draft episodes and visits of the lives as lived."""
    random = world.random("life episodes")
    core: Draft = world.state["life_core"]
    happens, stay_of = world.state["happens"], world.state["stay_of_candidate"]
    origin = core["candidate"]
    core = taken(core, (origin < 0) | happens[np.maximum(origin, 0)])
    # Nobody in hospital is visited at home.
    order = np.lexsort((core["referred"], core["person"]))
    core = taken(core, order)
    _write_episodes(world, random, core, stay_of)
    _visits(world)


def _ends(world: World, random: np.random.Generator, core: Draft) -> tuple[Array, Array, Array]:
    """When episodes end, and whether by a hospital stay or death."""
    rows = len(core["person"])
    visited = core["visited"]
    rapid = core["stream"] == 0
    winter = np.isin(month_of_year(day_of(np.maximum(visited, world.start))), WINTER_MONTHS)
    in_time = random.random(rows) < np.where(winter, SIX_WEEKS_WINTER, SIX_WEEKS_SUMMER)
    days = np.where(
        in_time, 9 + 32 * random.beta(2.2, 1.6, rows), 43.5 + random.exponential(11, rows)
    )
    days = np.where(rapid, 0.05 + random.gamma(1.3, 1.6, rows), days)
    ended = np.where(core["accepted"], visited + (days * DAY).astype(np.int64), core["referred"])
    following = next_stay(world, core["person"], np.where(core["accepted"], visited, world.end))
    stays = world["hospital_stays"]
    admitted = np.where(
        following >= 0, stays["admitted_at"][np.maximum(following, 0)], world.end * 2
    )
    by_stay = core["accepted"] & (admitted < ended)
    ended = np.where(by_stay, admitted, ended)
    died = world["people"]["died_at"][core["person"]]
    by_death = core["accepted"] & (died != NEVER) & (died <= ended)
    ended = np.where(by_death, died, ended)
    left_on = world["people"]["left_on"][core["person"]]
    gone = (left_on > 0) & (day_of(ended) > left_on)
    ended = np.where(gone, moment(left_on, np.full(rows, 600.0)), ended)
    return np.maximum(ended, np.where(core["accepted"], visited, ended)), by_stay, by_death


def _write_episodes(world: World, random: np.random.Generator, core: Draft, stay_of: Array) -> None:
    rows = len(core["person"])
    rapid, accepted = core["stream"] == 0, core["accepted"]
    ended, by_stay, by_death = _ends(world, random, core)
    closed = accepted & (ended < world.end)
    luck = random.random(rows)
    # independent, community help, long-term home care, care home, declined, other
    planned = draw(random, rows, np.array([49, 18, 19, 4, 5, 5.0]))
    sequels = ["independent", "community_help", "long_term_home_care", "care_home", "declined",
               "other", "hospital", "died"]  # fmt: skip
    sequel = np.where(by_death, 7, np.where(by_stay, 6, planned))
    before = np.where(
        random.random(rows) < 0.58, 0.0, np.round(random.gamma(2.2, 2.6, rows) * 2) / 2
    )
    start = np.round((before * 0.5 + random.gamma(3.2, 2.6, rows)) * 2) / 2 + 1.5
    share = np.array([0.0, 0.12, 0.75, 0.0, 0.3, 0.4, 0.9, 0.0])[sequel]
    at_exit = np.round(np.maximum(start * share, np.where(sequel == 2, before, 0)) * 2) / 2
    function = np.clip(np.rint(random.normal(9.5, 3.2, rows)), 0, 19)
    gain = np.array([6, 3.5, 1.5, -1, 1, 1, -2, -4])[sequel] + random.normal(0, 1.6, rows)
    exit_function = np.clip(np.rint(function + gain), 0, 20)
    reject = draw(random, rows, np.array([30, 26, 18, 14, 12.0]))
    reject_words = ["not_our_service", "no_capacity", "needs_hospital", "person_declined",
                    "already_supported", "none"]  # fmt: skip
    hospital_now = core["to_hospital"]
    disposition = np.select([hospital_now, luck < 0.15, luck > 0.95], [2, 1, 3], 0)
    opinion = draw(random, rows, np.array([18, 34, 33, 15.0]))
    died = world["people"]["died_at"][core["person"]]
    left = core["left"]
    day_91 = left + 91 * DAY
    reached = (core["stream"] == 1) & (day_91 < world.end)
    alive = (died == NEVER) | (died > day_91)
    inside = in_hospital(world, core["person"], np.where(reached, day_91, world.start))
    homes = np.where(sequel == 3, 2, 0)
    status = np.where(~alive, 3, np.where(inside, 1, homes))
    source = np.where(core["stream"] == 1, 0, core["source"])
    providers = world.state["home_care"]
    decided = core["referred"] + ((4 + random.exponential(18, rows)) * MINUTE).astype(np.int64)
    decided = np.where(
        accepted,
        np.minimum(decided, np.maximum(core["visited"] - 5 * MINUTE, core["referred"])),
        decided,
    )
    world["life_episodes"] = {
        "life_episode": np.arange(rows),
        "person": core["person"],
        "stream": Coded(core["stream"], STREAMS),
        "source": Coded(source, _SOURCES),
        "reason": Coded(core["reason"], _REASONS),
        "referred_at": core["referred"],
        "decision": Coded(np.where(accepted, 0, np.where(luck < 0.45, 1, 2)),
                          ["accepted", "redirected", "rejected"]),
        "decision_reason": Coded(np.where(accepted, 5, reject), reject_words),
        "decided_at": decided // MINUTE * MINUTE,
        "stay": np.where((core["stream"] == 1), stay_of[np.maximum(core["candidate"], 0)], NONE),
        "left_hospital_at": left,
        "first_visit_at": core["visited"],
        "coordinator": Rota(world, "life_coordinator").draw(random, np.full(rows, -1)),
        "provider": np.where(rapid | ~accepted, NONE, random.choice(providers, rows)),
        "hours_before": before,
        "hours_at_start": np.where(accepted & ~rapid, start, 0.0),
        "hours_at_exit": np.where(closed & ~rapid, at_exit, np.nan),
        "function_at_start": function,
        "function_at_exit": np.where(closed & ~by_death, exit_function, NONE),
        "ended_at": np.where(closed, ended // MINUTE * MINUTE, NEVER),
        "sequel": Coded(np.where(closed & ~rapid, sequel, NONE), sequels),
        "disposition": Coded(np.where(rapid & accepted, disposition, NONE),
                             ["stay_home", "reablement", "hospital", "other"]),
        "admission_avoided": Coded(np.where(rapid & accepted & ~hospital_now, opinion, NONE),
                                   ["sure", "likely", "unsure", "not_avoided"]),
        "day_91_status": Coded(np.where(reached, status, NONE),
                               ["at_home", "hospital", "care_home", "died"]),
    }  # fmt: skip


def _visits(world: World) -> None:
    """Visits: the first by an assessor, then reablement by day, thinning out towards the end."""
    random = world.random("life visits")
    episodes = world["life_episodes"]
    taken_on = episodes["first_visit_at"] != NEVER
    rows = np.flatnonzero(taken_on)
    first = episodes["first_visit_at"][rows]
    ended = np.where(episodes["ended_at"][rows] == NEVER, world.end, episodes["ended_at"][rows])
    rapid = episodes["stream"].isin("rapid_response")[rows]
    days = (ended - first) / DAY
    number = np.where(rapid, random.poisson(np.minimum(days, 6) * 0.6), random.poisson(days * 0.95))
    episode = np.repeat(np.arange(len(rows)), number)
    # Denser at the beginning.
    along = random.random(len(episode)) ** 1.35
    day = day_of(first[episode]) + (along * days[episode]).astype(np.int64)
    at = moment(day, draw_minutes(random, len(episode), DAYTIME))
    inside = (at > first[episode] + 90 * MINUTE) & (at < ended[episode])
    episode, at = episode[inside], at[inside]
    kind_first = np.where(rapid, 0, 1)
    later = draw(random, len(episode), np.array([8, 16, 66, 0, 10.0]))
    later = np.where(
        rapid[episode], draw(random, len(episode), np.array([70, 30, 0, 0, 0.0])), later
    )
    all_rows = np.concatenate([np.arange(len(rows)), episode])
    all_at = np.concatenate([first, at])
    kind = np.concatenate([kind_first, later])
    outcome = np.concatenate([np.zeros(len(rows), int),
                              draw(random, len(episode), np.array([94, 4, 2.0]))])  # fmt: skip
    order = np.lexsort((all_at, all_rows))
    all_rows, all_at, kind, outcome = all_rows[order], all_at[order], kind[order], outcome[order]
    words = ["nurse", "therapist", "reablement", "assessment", "review"]
    areas = np.full(len(order), -1)
    by = {
        "nurse": Rota(world, "community_nurse"), "therapist": Rota(world, "therapist"),
        "reablement": Rota(world, "reablement_worker"), "review": Rota(world, "therapist"),
    }  # fmt: skip
    staff = np.zeros(len(order), dtype=np.int64)
    for index, word in enumerate(words):
        here = np.flatnonzero(kind == index)
        staff[here] = by.get(word, by["therapist"]).draw(random, areas[here])
    minutes = np.clip(np.rint(random.gamma(6, 7, len(order))), 10, 120)
    world["life_visits"] = {
        "life_episode": rows[all_rows], "person": episodes["person"][rows[all_rows]],
        "staff": staff, "at": all_at // MINUTE * MINUTE, "minutes": minutes,
        "kind": Coded(kind, words), "outcome": Coded(outcome, ["seen", "no_answer", "cancelled"]),
    }  # fmt: skip
