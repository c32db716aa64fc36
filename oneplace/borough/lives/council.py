"""Adult social care: requests, assessments, services, reviews, what is known, safeguarding.

Words are those of the national client-level data set (Release 2). Targets per head are those of a
comparator council with 200,000 people (care-model section 7).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.choosing import by_need
from oneplace.borough.lives.columns import NEVER, NO_DAY, NONE, Coded
from oneplace.borough.lives.concepts import CONDITIONS
from oneplace.borough.lives.families import People
from oneplace.borough.lives.moments import (
    OFFICE_HOURS,
    Array,
    day_of,
    working_day,
)
from oneplace.borough.lives.staffing import Rota
from oneplace.borough.lives.world import Draft, World, appended, draw, pick

REQUESTS: Final = 12_160
ASSESSMENTS: Final = 11_590
SUPPORTED: Final = 7_125
"""A year for 380,000 people: 6,400, 6,100 and 3,750 for 200,000."""

CARER_REQUESTS: Final = 1_500
CONCERNS: Final = 2_250
"""Safeguarding concerns a year: 2,000 and more are published."""

OUTCOMES: Final = (
    "Progress to reablement/ST-Max", "Progress to assessment, review or reassessment",
    "Progress to support planning or services", "Continuation of support or services",
    "Admitted to hospital", "NFA: Deceased", "NFA: Information and advice or signposting",
    "NFA: No services offered for other reason", "NFA: Other",
    "NFA: Referral to NHS services or NHS funded social care",
    "NFA: Referral to other service within the local authority",
    "NFA: Responsibility moved to another local authority",
    "NFA: Self-funded client or under 12wk disregard", "NFA: Support declined",
    "NFA: Support ended as planned", "NFA: Support ended for other reason",
)  # fmt: skip
CLIENTS: Final = ("Service user", "Unpaid carer")
SUPPORT_REASONS: Final = (
    "Physical Support: Access & mobility only", "Physical Support: Personal care support",
    "Sensory Support: Support for visual impairment",
    "Sensory Support: Support for hearing impairment", "Support with Memory & Cognition",
    "Learning Disability Support", "Mental Health Support",
    "Social Support: Substance misuse support",
    "Social Support: Support for Social Isolation/Other",
    "Social support: Support to unpaid carer",
)  # fmt: skip
SERVICE_TYPES: Final = (
    "Long term support: Community", "Long term support: Nursing care",
    "Long term support: Residential care", "Short term support: ST-Max",
    "Short term support: Ongoing low level", "Unpaid carer support: Direct to unpaid carer",
)  # fmt: skip
COMPONENTS: Final = (
    "Home support or domiciliary care", "Direct payment", "Extra care housing",
    "Community supported living", "Nursing care", "Residential care", "Reablement", "Equipment",
    "Carer support",
)  # fmt: skip
DELIVERY: Final = ("CASSR commissioned support", "Direct payment",
                   "CASSR managed personal budget")  # fmt: skip
FUNDING: Final = ("Fully social care funded", "Joint client and social care funded",
                  "Fully client funded")  # fmt: skip
HOME_CARE_HOUR_PENCE: Final = 2_500
CARE_HOME_WEEK_PENCE: Final = 110_000
NURSING_HOME_WEEK_PENCE: Final = 140_000
REABLEMENT_HOUR_PENCE: Final = 3_500
"""Our own round prices; no published unit cost."""


def make_council(world: World) -> None:
    """Draft requests, assessments, services, reviews and the list of clients."""
    random = world.random("council")
    reason = _support_reasons(world, random)
    requests = _requests(world, random, reason)
    world["council_requests"] = requests
    _assessments(world, random, reason)
    _services(world, random, reason)
    _reviews(world, random, reason)
    _clients(world, random)


def _has(world: World, key: str) -> Array:
    keys = [row.key for row in CONDITIONS]
    return np.asarray(world.state["onset"][keys.index(key)] != NO_DAY)


def _support_reasons(world: World, random: np.random.Generator) -> Array:
    """The one primary support reason of each person, should the council know them."""
    luck = random.random(len(world["people"]["person"]))
    return np.select(
        [
            _has(world, "learning_disability"), _has(world, "dementia"),
            _has(world, "serious_mental_illness"), _has(world, "alcohol_dependence") & (luck < 0.6),
            _has(world, "cataract_or_poor_vision") & (luck < 0.06),
            _has(world, "hearing_loss") & (luck > 0.97), luck < 0.22, luck < 0.9,
        ],
        [5, 4, 6, 7, 2, 3, 0, 1],
        8,
    )  # fmt: skip


def _need(world: World) -> Array:
    age = world.state["middle_age"]
    need = world.state["yearly_rate"] * np.interp(age, [17.9, 18, 60, 75, 88],
                                                  [0, 0.35, 0.9, 1.8, 3.0])  # fmt: skip
    need = need * (1 + 0.12 * world.state["deficits"])
    lasting = 1.2 * _has(world, "learning_disability")
    lasting = lasting + 0.5 * _has(world, "serious_mental_illness")
    return np.asarray(need + (age >= 18) * lasting)


def _requests(world: World, random: np.random.Generator, reason: Array) -> Draft:
    stays = world["hospital_stays"]
    ready = np.flatnonzero(
        stays["pathway"].isin("P1", "P2", "P3") & (stays["discharged_at"] != NEVER)
    )
    from_hospital = REQUESTS * 0.26 * world.scale * world.years
    ready = ready[random.random(len(ready)) < min(1.0, from_hospital / max(len(ready), 1))]
    asked = np.maximum(
        day_of(stays["admitted_at"][ready]) + 1,
        day_of(stays["discharged_at"][ready]) - random.integers(1, 9, len(ready)),
    )
    asked = np.minimum(asked, day_of(stays["discharged_at"][ready]))
    rest = REQUESTS - len(ready) / world.scale / world.years
    person, at = by_need(world, random, rest, _need(world), OFFICE_HOURS)
    day = working_day(day_of(at))
    carers = world["carers"]
    known = np.flatnonzero(carers["is_known_to_council"])
    weight = np.zeros(len(world["people"]["person"]))
    weight[carers["carer"][known]] = 1
    caring, carer_at = by_need(world, random, CARER_REQUESTS, weight, OFFICE_HOURS)
    who = np.concatenate([stays["person"][ready], person, caring])
    started = np.concatenate([asked, day, working_day(day_of(carer_at))])
    stay = np.concatenate([ready, np.full(len(person) + len(caring), NONE)])
    is_carer = np.concatenate([np.zeros(len(ready) + len(person), int), np.ones(len(caring), int)])
    rows = len(who)
    last = world.state["last_day"][who]
    fits = started <= last
    outcome = draw(random, rows, np.array([9, 34, 8, 3, 1, 0, 24, 6, 4, 3, 4, 0.5, 2, 3, 0, 0]))
    outcome = np.where(stay >= 0, draw(random, rows, np.array(
        [32, 26, 18, 8, 1, 0, 6, 2, 1, 2, 0, 0.3, 2, 2, 0, 0])), outcome)  # fmt: skip
    ended = working_day(started + random.integers(0, 12, rows))
    outcome = np.where(ended > last, 5, outcome)
    ended = np.minimum(ended, last)
    luck = random.random(rows)
    route = np.select([stay >= 0, luck < 0.05, luck < 0.07, luck < 0.12], [1, 2, 3, 4], 0)
    order = np.lexsort((started, who))
    order = order[fits[order]]
    support = np.where(is_carer == 1, 9, reason[who])
    return {
        "request": np.arange(len(order)), "person": who[order],
        "client_type": Coded(is_carer[order], CLIENTS), "started_on": started[order],
        "ended_on": ended[order],
        "route": Coded(route[order], ["community", "hospital", "self_funder", "transition",
                                      "safeguarding"]),
        "outcome": Coded(outcome[order], OUTCOMES), "hospital_stay": stay[order],
        "primary_support_reason": Coded(support[order], SUPPORT_REASONS),
    }  # fmt: skip


def _assessments(world: World, random: np.random.Generator, reason: Array) -> None:
    requests = world["council_requests"]
    ahead = requests["outcome"].isin(*OUTCOMES[:3])
    chosen = np.flatnonzero(ahead | (random.random(len(ahead)) < 0.08))
    users = requests["client_type"].isin(CLIENTS[0])[chosen].sum() / world.scale / world.years
    person, at = by_need(world, random, max(ASSESSMENTS - users, 300), _need(world), OFFICE_HOURS)
    who = np.concatenate([requests["person"][chosen], person])
    begun = np.concatenate([
        working_day(requests["ended_on"][chosen] + random.integers(0, 24, len(chosen))),
        working_day(day_of(at)),
    ])  # fmt: skip
    request = np.concatenate([chosen, np.full(len(person), NONE)])
    client = np.where(request >= 0, requests["client_type"].codes[np.maximum(request, 0)], 0)
    rows = len(who)
    last = world.state["last_day"][who]
    fits = begun <= last
    ended = working_day(begun + np.ceil(random.gamma(1.6, 13, rows)).astype(np.int64))
    cut = ended > last
    died = world["people"]["died_at"][who] != NEVER
    ended = np.where(cut & died, last, ended)
    open_still = ended >= world.end_day
    eligible = random.random(rows) < 0.66
    outcome = np.where(
        eligible,
        draw(random, rows, np.array([8, 0, 60, 18, 1, 0, 0, 3, 0, 2, 0, 0, 5, 3, 0, 0])),
        draw(random, rows, np.array([0, 0, 0, 0, 1, 0, 58, 14, 8, 5, 6, 0, 4, 4, 0, 0])),
    )
    outcome = np.where(cut & died, 5, outcome)
    kind = draw(random, rows, np.array([34, 52, 14.0]))
    network = world["people"]["network"][who]
    order = np.lexsort((begun, who))
    order = order[fits[order]]
    support = np.where(client == 1, 9, reason[who])
    world["council_assessments"] = {
        "assessment": np.arange(len(order)), "request": request[order], "person": who[order],
        "client_type": Coded(client[order], CLIENTS), "started_on": begun[order],
        "ended_on": np.where(open_still, NO_DAY, ended)[order],
        "assessment_type": Coded(kind[order], ["Short term assessment", "Long term assessment",
                                               "Financial assessment"]),
        "has_eligible_needs": (eligible & ~(cut & died))[order],
        "method": pick(random, len(order), {"face_to_face": 68, "telephone": 26, "video": 6}),
        "outcome": Coded(np.where(open_still, NONE, outcome)[order], OUTCOMES),
        "staff": Rota(world, "social_worker", "network").draw(random, network)[order],
        "primary_support_reason": Coded(support[order], SUPPORT_REASONS),
    }  # fmt: skip


def _service(person: Array, started: Array, ended: Array, kind: Array, component: Array) -> Draft:
    rows = len(person)
    return {
        "person": person, "started": started, "ended": ended, "kind": kind,
        "component": component, "client": np.zeros(rows, dtype=np.int64),
        "episode": np.full(rows, NONE), "hours": np.zeros(rows),
        "provider": np.full(rows, NONE), "outcome": np.full(rows, 14),
    }  # fmt: skip


def _services(world: World, random: np.random.Generator, reason: Array) -> None:
    people = world.family
    homes = world["care_homes"]
    last = world.state["last_day"]
    nursing = homes["kind"].isin("nursing")
    # Council-funded residents: just over half.
    resident = np.flatnonzero((people.in_home >= 0) & (random.random(people.count) < 0.58))
    home = people.in_home[resident]
    entered = np.maximum(people.extra["entered"][resident], people.extra["born"][resident] + 1)
    history = world["address_history"]
    moved = history["reason"].isin("care_home")
    entered_on = np.full(people.count, NO_DAY)
    entered_on[history["person"][moved]] = history["from_on"][moved]
    entered = np.where(entered_on[resident] != NO_DAY, entered_on[resident], entered)
    placed = _service(
        resident,
        entered,
        last[resident],
        np.where(nursing[home], 1, 2),
        np.where(nursing[home], 4, 5),
    )
    placed["provider"] = homes["organisation"][home]
    placed_now = float((people.fate[resident] == 0).sum())
    wanted = max(SUPPORTED * world.scale - placed_now, 10)
    community = _community_services(world, random, wanted, people)
    reablement = _reablement(world)
    carers = _carer_services(world, random)
    equipment = _equipment(world, random)
    services = placed
    for part in (community, reablement, carers, equipment):
        services = appended(services, part)
    _write_services(world, random, services, reason)


def _community_services(
    world: World, random: np.random.Generator, wanted: float, people: People
) -> Draft:
    """Long-term support at home: a standing group, people coming and going."""
    need = _need(world) * (people.in_home < 0) * people.ordinary
    need = need * np.where(_has(world, "requires_care"), 3.0, 1.0)
    mean_years = 2.2
    # So many begin that, at any time, about the wanted number are supported.
    window_years = world.years + 6
    first_start = world.start_day - round(6 * 365.25)
    standing = wanted / world.scale
    yearly = standing / mean_years * 1.88
    total = float(need.sum())
    count = random.poisson(need / total * yearly * world.scale * window_years)
    person = np.repeat(np.arange(people.count), count)
    started = first_start + (random.random(len(person)) * window_years * 365.25).astype(np.int64)
    length = (random.exponential(mean_years * 365.25, len(person)) + 20).astype(np.int64)
    ended = np.minimum(started + length, world.state["last_day"][person])
    first = np.maximum(world["people"]["born_on"] + 18 * 366, first_start)
    fits = (started >= first[person]) & (ended > started) & (ended >= world.start_day)
    arrived = world["people"]["arrived_on"][person]
    fits &= (arrived == NO_DAY) | (started >= arrived)
    person, started, ended = person[fits], started[fits], ended[fits]
    # One long-term service at a time.
    order = np.lexsort((started, person))
    person, started, ended = person[order], started[order], ended[order]
    clash = np.concatenate([[False], (person[1:] == person[:-1]) & (started[1:] <= ended[:-1] + 5)])
    person, started, ended = person[~clash], started[~clash], ended[~clash]
    rows = len(person)
    component = draw(random, rows, np.array([66, 20, 7, 7.0]))
    services = _service(person, started, ended, np.zeros(rows, dtype=np.int64), component)
    services["hours"] = np.where(
        component <= 1, np.round(random.gamma(2.4, 5.2, rows) * 2) / 2 + 2, 0
    )
    services["provider"] = np.where(
        component == 1, NONE, random.choice(world.state["home_care"], rows)
    )
    services["outcome"] = draw(random, rows, np.array(
        [0, 0, 0, 0, 12, 0, 0, 3, 3, 3, 2, 3, 0, 4, 22, 14]))  # fmt: skip
    return services


def _reablement(world: World) -> Draft:
    episodes = world["life_episodes"]
    rows = np.flatnonzero(
        ~episodes["stream"].isin("rapid_response") & (episodes["first_visit_at"] != NEVER)
    )
    began = day_of(episodes["first_visit_at"][rows])
    ended_at = episodes["ended_at"][rows]
    ended = np.where(ended_at == NEVER, world.end_day, day_of(np.maximum(ended_at, 0)))
    services = _service(
        episodes["person"][rows], began, ended, np.full(len(rows), 3), np.full(len(rows), 6)
    )
    services["episode"], services["hours"] = rows, episodes["hours_at_start"][rows]
    services["provider"] = episodes["provider"][rows]
    by_sequel = {"independent": 14, "community_help": 6, "long_term_home_care": 2, "care_home": 2,
                 "declined": 13, "other": 8, "hospital": 4, "died": 5}  # fmt: skip
    lookup = np.array([by_sequel[word] for word in episodes["sequel"].words] + [14])
    services["outcome"] = lookup[episodes["sequel"].codes[rows]]
    return services


def _carer_services(world: World, random: np.random.Generator) -> Draft:
    carers = world["carers"]
    rows = np.flatnonzero(
        carers["is_known_to_council"] & (random.random(len(carers["carer"])) < 0.4)
    )
    person = carers["carer"][rows]
    began = np.maximum(carers["from_on"][rows] + 90, world.start_day - 500)
    ended = np.minimum(began + random.integers(90, 900, len(rows)), world.state["last_day"][person])
    fits = ended > began
    services = _service(person[fits], began[fits], ended[fits], np.full(int(fits.sum()), 5),
                        np.full(int(fits.sum()), 8))  # fmt: skip
    services["client"] = np.ones(int(fits.sum()), dtype=np.int64)
    return services


def _equipment(world: World, random: np.random.Generator) -> Draft:
    person, at = by_need(world, random, 3_400, _need(world), OFFICE_HOURS)
    began = working_day(day_of(at))
    fits = began <= world.state["last_day"][person]
    person, began = person[fits], began[fits]
    return _service(person, began, began, np.full(len(person), 4), np.full(len(person), 7))


def _write_services(
    world: World, random: np.random.Generator, services: Draft, reason: Array
) -> None:
    rows = len(services["person"])
    person, component = services["person"], services["component"]
    ended = services["ended"]
    open_still = ended >= world.end_day - 1
    died = world["people"]["died_at"][person]
    by_death = (died != NEVER) & (day_of(np.maximum(died, 0)) <= ended)
    outcome = np.where(by_death, 5, services["outcome"])
    delivery = np.select([component == 1, random.random(rows) < 0.2], [1, 2], 0)
    price = np.select(
        [component == 4, component == 5, component == 6, component == 7, component <= 1],
        [NURSING_HOME_WEEK_PENCE, CARE_HOME_WEEK_PENCE, REABLEMENT_HOUR_PENCE, 18_000,
         HOME_CARE_HOUR_PENCE], 32_000,
    )  # fmt: skip
    unit = np.select([(component <= 1) | (component == 6), component == 7], [1, 2], 0)
    order = np.lexsort((services["started"], person))
    support = np.where(services["client"] == 1, 9, reason[person])
    world["council_services"] = {
        "service_event": np.arange(rows), "person": person[order],
        "client_type": Coded(services["client"][order], CLIENTS),
        "started_on": services["started"][order],
        "ended_on": np.where(open_still & (component != 7), NO_DAY, ended)[order],
        "service_type": Coded(services["kind"][order], SERVICE_TYPES),
        "component": Coded(component[order], COMPONENTS),
        "delivery": Coded(delivery[order], DELIVERY),
        "funding": Coded(np.where(services["kind"] == 3, 0, draw(random, rows, np.array(
            [45, 45, 10.0])))[order], FUNDING),
        "provider": services["provider"][order], "hours_per_week": services["hours"][order],
        "unit_price_pence": price[order],
        "price_unit": Coded(unit[order], ["per_week", "per_hour", "one_off"]),
        "outcome": Coded(np.where(open_still & (component != 7), NONE, outcome)[order], OUTCOMES),
        "primary_support_reason": Coded(support[order], SUPPORT_REASONS),
        "life_episode": services["episode"][order],
    }  # fmt: skip


def _reviews(world: World, random: np.random.Generator, reason: Array) -> None:
    """About yearly for long-term support; some unplanned; most reablement at its end."""
    services = world["council_services"]
    long = services["service_type"].isin(*SERVICE_TYPES[:3])
    ended = np.where(services["ended_on"] == NO_DAY, world.end_day - 1, services["ended_on"])
    low = np.maximum(services["started_on"], world.start_day)
    years = np.maximum(ended - low, 0) / 365.25
    number = np.where(long, random.poisson(years * 0.85), 0)
    row = np.repeat(np.arange(len(number)), number)
    day = low[row] + (random.random(len(row)) * (ended[row] - low[row])).astype(np.int64)
    short = np.flatnonzero(
        services["service_type"].isin(SERVICE_TYPES[3]) & (services["ended_on"] != NO_DAY)
        & ~services["outcome"].isin(OUTCOMES[5])
    )  # fmt: skip
    short = short[random.random(len(short)) < 0.8]
    row = np.concatenate([row, short])
    day = np.concatenate([day, services["ended_on"][short]])
    person = services["person"][row]
    day = np.minimum(working_day(day), world.state["last_day"][person])
    rows = len(row)
    words = ["Planned", "Unplanned: hospital", "Unplanned: safeguarding", "Unplanned: carer",
             "Unplanned: other", "Review of short term support"]  # fmt: skip
    kind = draw(random, rows, np.array([66, 16, 4, 5, 9, 0.0]))
    kind = np.where(long[row], kind, 5)
    outcome = draw(random, rows, np.array([0, 0, 12, 76, 2, 0, 2, 1, 1, 2, 1, 0, 1, 2, 0, 0.0]))
    own = services["outcome"].codes[row]
    outcome = np.where((kind == 5) & (own >= 0), own, outcome)
    network = world["people"]["network"][person]
    staff = Rota(world, "social_worker", "network").draw(random, network)
    order = np.lexsort((day, person))
    finished = np.minimum(day + random.integers(0, 8, rows), world.state["last_day"][person])
    inside = order[(day[order] >= world.start_day) & (day[order] < world.end_day)]
    world["council_reviews"] = {
        "review": np.arange(len(inside)), "person": person[inside],
        "client_type": Coded(np.zeros(len(inside), dtype=int), CLIENTS), "started_on": day[inside],
        "ended_on": finished[inside], "reason": Coded(kind[inside], words),
        "outcomes_achieved": pick(random, len(inside), {"fully": 46, "partly": 40, "not_met": 14}),
        "method": pick(random, len(inside), {"face_to_face": 62, "telephone": 38}),
        "outcome": Coded(outcome[inside], OUTCOMES), "staff": staff[inside],
    }  # fmt: skip
    del reason


def make_concerns(world: World) -> None:
    """Draft `safeguarding_concerns`."""
    random = world.random("safeguarding")
    people = world.family
    resident = people.in_home >= 0
    weight = _need(world) * (1 + 2.5 * _has(world, "dementia")) * np.where(resident, 2.0, 1.0)
    weight += (world.state["middle_age"] >= 18) * 0.4 * _has(world, "learning_disability")
    person, at = by_need(world, random, CONCERNS, weight, OFFICE_HOURS)
    rows = len(person)
    order = np.lexsort((at, person))
    person, at = person[order], at[order] // 60_000_000 * 60_000_000
    here = resident[person]
    luck = random.random(rows)
    meets = luck < 0.38
    died = world["people"]["died_at"][person]
    limit = np.where(died == NEVER, world.end_day, day_of(np.maximum(died, 0)) + 30)
    decided = working_day(day_of(at) + random.integers(0, 6, rows))
    ended = working_day(decided + np.ceil(random.gamma(2, 24, rows)).astype(np.int64))
    done = meets & (ended < np.minimum(limit, world.end_day))
    location = np.where(here, 1, draw(random, rows, np.array([66, 0, 8, 18, 8.0])))
    source = np.where(here & (luck < 0.5), 1, draw(random, rows, np.array(
        [30, 6, 16, 12, 16, 6, 8, 6.0])))  # fmt: skip
    world["safeguarding_concerns"] = {
        "concern": np.arange(rows), "person": person, "raised_at": at,
        "source": Coded(source, ["health", "care_home", "family", "police", "council", "self",
                                 "housing", "voluntary"]),
        "kind": pick(random, rows, {"neglect": 33, "self_neglect": 15, "physical": 15,
                                    "financial": 14, "psychological": 11, "domestic": 6,
                                    "sexual": 2, "organisational": 3, "discriminatory": 1}),
        "location": Coded(location, ["own_home", "care_home", "hospital", "community", "other"]),
        "meets_three_tests": meets,
        "wanted_outcomes": pick(random, rows, {"asked_and_expressed": 68, "asked_none": 17,
                                               "not_asked": 15}),
        "decided_on": np.where(decided < world.end_day, decided, NO_DAY),
        "enquiry_ended_on": np.where(done, ended, NO_DAY),
        "risk_after": Coded(np.where(done, draw(random, rows, np.array([28, 60, 12.0])), NONE),
                            ["removed", "reduced", "remained"]),
        "outcomes_met": Coded(np.where(done, draw(random, rows, np.array([62, 26, 6, 6.0])), NONE),
                              ["fully", "partly", "not_met", "not_expressed"]),
    }  # fmt: skip


def _clients(world: World, random: np.random.Generator) -> None:
    """One row per person the council knows."""
    earliest: dict[str, tuple[str, str]] = {
        "council_requests": ("person", "started_on"), "council_services": ("person", "started_on"),
        "council_assessments": ("person", "started_on"),
        "council_reviews": ("person", "started_on"),
    }  # fmt: skip
    who = np.concatenate([world[name][columns[0]] for name, columns in earliest.items()])
    day = np.concatenate([world[name][columns[1]] for name, columns in earliest.items()])
    order = np.lexsort((day, who))
    person, first = np.unique(who[order], return_index=True)
    since = day[order][first]
    people = world.family
    address = world["people"]["address"][person]
    all_tenure = world.of_addresses("tenure")
    all_kind = world.of_addresses("kind")
    words = ["Owner occupier or shared ownership scheme",
             "Tenant: Local authority or other social housing provider", "Tenant: Private landlord",
             "Settled mainstream housing with family or friends",
             "Sheltered housing, extra care housing or other sheltered housing",
             "Registered care home", "Registered nursing home", "Unknown"]  # fmt: skip
    nursing = world["care_homes"]["kind"].isin("nursing")
    home = people.in_home[person]
    status = np.select(
        [
            (home >= 0) & nursing[np.maximum(home, 0)], home >= 0,
            all_kind[address] == "sheltered", random.random(len(person)) < 0.04,
            all_tenure[address] == "owner", all_tenure[address] == "private_rent",
        ],
        [6, 5, 4, 7, 0, 2],
        1,
    )  # fmt: skip
    age = world.state["middle_age"][person]
    employment = np.where(age >= 66, 1, draw(random, len(person), np.array([10, 62, 6, 8, 14.0])))
    cared = np.zeros(people.count, dtype=bool)
    cared[world["carers"]["cared_for"]] = True
    world["council_clients"] = {
        "person": person, "known_since_on": since,
        "accommodation_status": Coded(status, words),
        "employment_status": Coded(employment, [
            "Paid: 16 or more hours a week",
            "Not in paid employment: Not actively seeking work or retired",
            "Paid: Less than 16 hours a week", "Not in paid employment: Seeking work", "Unknown"]),
        "has_unpaid_carer": cared[person],
        "visual_impairment": _has(world, "cataract_or_poor_vision")[person],
        "hearing_impairment": _has(world, "hearing_loss")[person],
        "dementia": _has(world, "dementia")[person], "autism": _has(world, "autism")[person],
    }  # fmt: skip
