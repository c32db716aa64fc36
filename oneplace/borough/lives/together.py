"""Social prescribing, the charity's contacts, pharmacists at home, and plans held."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.choosing import before_the_end, by_need, days_later
from oneplace.borough.lives.columns import NEVER, NONE, Coded
from oneplace.borough.lives.concepts import MEDICINE_CONCEPTS
from oneplace.borough.lives.moments import (
    DAY,
    MINUTE,
    OFFICE_HOURS,
    Array,
    day_of,
    draw_minutes,
    moment,
    next_weekday,
    working_day,
)
from oneplace.borough.lives.world import World, draw, pick

SOCIAL_PRESCRIBING_PER_YEAR: Final = 3_600
PLACES_IN_TWO_YEARS: Final = 30_000
"""Activity places taken (care-model section 7: 30,000 in total; we take it as two years')."""

PHARMACIST_REVIEWS: Final = 1_500
RECOMMENDATIONS_EACH: Final = 2.7
REPLIES: Final = {"accepted": 85, "modified": 7, "rejected": 8}
CARE_PLANS_PER_YEAR: Final = 2_600

NEEDS: Final = {"loneliness": 24, "money": 20, "housing": 9, "low_mood": 14, "keeping_active": 13,
                "bereavement": 5, "caring": 5, "food": 4, "getting_online": 3,
                "home_and_garden": 3}  # fmt: skip
_OFFERS_FOR: Final = {
    "loneliness": ("befriending", "lunch_club", "arts", "men_shed", "faith"),
    "money": ("benefits_advice", "debt_advice"), "housing": ("housing_help", "handyperson"),
    "low_mood": ("arts", "walking", "volunteering"),
    "keeping_active": ("exercise", "walking", "falls_prevention"), "bereavement": ("bereavement",),
    "caring": ("carers", "dementia"), "food": ("food", "lunch_club"),
    "getting_online": ("digital",), "home_and_garden": ("garden", "handyperson"),
}  # fmt: skip


def _office(random: np.random.Generator, when: Array) -> Array:
    day = working_day(day_of(when))
    return moment(day, draw_minutes(random, len(when), OFFICE_HOURS)) // MINUTE * MINUTE


def make_social_prescribing(world: World) -> None:
    """Draft referrals of practices that take part, and places taken at activities."""
    random = world.random("social prescribing")
    age = world.state["middle_age"]
    people = world.family
    codes = world["practices"]["code"].decoded()
    takes_part = np.array([world.place.practice(str(code)).social_prescribing for code in codes])
    joined = takes_part[world["people"]["practice"]]
    weight = np.sqrt(world.state["yearly_rate"]) * np.interp(age, [17, 18, 50, 70, 85],
                                                             [0, 0.6, 1, 1.4, 1.2])  # fmt: skip
    weight = weight * joined * (people.in_home < 0)
    weight *= 1 + 0.08 * (5.5 - world["people"]["deprivation_decile"])
    person, at = by_need(world, random, SOCIAL_PRESCRIBING_PER_YEAR, weight, OFFICE_HOURS)
    order = np.lexsort((at, person))
    person, at = person[order], at[order] // MINUTE * MINUTE
    rows = len(person)
    luck = random.random(rows)
    declined, sent_back = luck < 0.12, (luck >= 0.12) & (luck < 0.18)
    accepted = days_later(at, random.exponential(1.5, rows))
    contact = _office(random, days_later(accepted, 2 + random.exponential(7, rows)))
    connected = _office(random, days_later(contact, 3 + random.exponential(14, rows)))
    ended = _office(random, days_later(connected, 30 + random.exponential(50, rows)))
    need = pick(random, rows, {key: float(value) for key, value in NEEDS.items()})
    service = _service_for(world, random, need, world["people"]["network"][person])
    died = world["people"]["died_at"][person]
    last = moment(world.state["last_day"][person], np.full(rows, 1439.0))
    limit = np.minimum(np.where(died == NEVER, world.end, died), np.minimum(last, world.end))

    def cut(moments: Array) -> Array:
        return np.where(moments < limit, moments, NEVER)

    accepted = np.where(declined, NEVER, cut(accepted))
    contact = np.where(declined | (accepted == NEVER), NEVER, cut(contact))
    connected = np.where(declined | sent_back | (contact == NEVER), NEVER, cut(connected))
    end = np.where(declined, days_later(at, 1), np.where(sent_back, days_later(contact, 6), ended))
    end = np.where((contact == NEVER) & ~declined, limit, end)
    end = cut(end)
    helped = random.random(rows)
    outcome = np.select(
        [declined, sent_back & (end != NEVER), end == NEVER, connected == NEVER, helped < 0.62,
         helped < 0.85],
        [0, 1, 5, 0, 3, 4], 2,
    )  # fmt: skip
    workers = world.staff_of("link_worker")
    practice = world["people"]["practice"][person]
    world["social_prescribing_referrals"] = {
        "referral": np.arange(rows), "person": person, "practice": practice,
        "staff": np.where(declined, NONE, workers[practice % len(workers)]),
        "source": pick(random, rows, {"gp": 64, "huddle": 10, "pic": 8, "self": 12, "hospital": 6}),
        "need": need, "at": at, "accepted_at": accepted, "first_contact_at": contact,
        "service": np.where(connected == NEVER, NONE, service), "connected_at": connected,
        "ended_at": end,
        "outcome": Coded(outcome, ["declined", "sent_back", "connected", "helped", "not_helped",
                                   "open"]),
    }  # fmt: skip
    _attendances(world, random)


def _service_for(world: World, random: np.random.Generator, need: Coded, network: Array) -> Array:
    """A service that answers the need, in the person's network where there is one."""
    services = world["voluntary_services"]
    category = services["category"]
    found = np.zeros(len(network), dtype=np.int64)
    for index, word in enumerate(need.words):
        offers = np.flatnonzero(category.isin(*_OFFERS_FOR[word]))
        for area in range(len(world.place.networks)):
            here = np.flatnonzero((need.codes == index) & (network == area))
            near = offers[np.isin(services["network"][offers], [-1, area])]
            choices = near if len(near) else offers
            found[here] = choices[random.integers(0, len(choices), len(here))]
    return found


def _attendances(world: World, random: np.random.Generator) -> None:
    referrals = world["social_prescribing_referrals"]
    services = world["voluntary_services"]
    joined = np.flatnonzero(referrals["connected_at"] != NEVER)
    wanted = PLACES_IN_TWO_YEARS / 2 * world.scale * world.years
    mean = wanted / max(len(joined), 1) * 1.06
    number = random.poisson(mean * random.gamma(1.4, 1 / 1.4, len(joined)))
    row = np.repeat(joined, number)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    service = referrals["service"][row]
    weekday = np.where(services["weekday"][service] < 0, 2, services["weekday"][service])
    start = day_of(referrals["connected_at"][row]) + 2
    day = next_weekday(start, weekday) + 7 * offset
    person = referrals["person"][row]
    fits = (day < world.end_day) & (day <= world.state["last_day"][person])
    row, day, person, service = row[fits], day[fits], person[fits], service[fits]
    order = np.lexsort((day, row))
    world["social_prescribing_attendances"] = {
        "referral": row[order], "person": person[order], "service": service[order],
        "on": day[order], "attended": random.random(len(row)) < 0.84,
    }  # fmt: skip


def make_voluntary_contacts(world: World) -> None:
    """The charity's calls and visits to people it knows."""
    random = world.random("voluntary contacts")
    cases = world["pic_cases"]
    begun = np.flatnonzero(cases["first_contact_at"] != NEVER)
    first = cases["first_contact_at"][begun]
    end = np.where(cases["closed_at"][begun] == NEVER, world.end, cases["closed_at"][begun])
    weeks = np.maximum((end - first) / (7 * DAY), 0)
    number = 1 + random.poisson(weeks * 0.9)
    row = np.repeat(np.arange(len(begun)), number)
    at = first[row] + (random.random(len(row)) * np.maximum(end - first, DAY)[row]).astype(np.int64)
    at = _office(random, at)
    person = cases["person"][begun][row]
    fits = before_the_end(world, person, at) & (at > first[row])
    row, at, person = row[fits], at[fits], person[fits]
    count = len(row)
    order = np.lexsort((at, person))
    notes = ["Rang, spoke for ten minutes", "Visited at home", "No answer, will try again",
             "Went through letters together", "Talked about the plan",
             "Met at the group"]  # fmt: skip
    note = draw(random, count, np.array([30, 22, 12, 12, 16, 8.0]))
    kind = np.array([0, 1, 0, 1, 1, 2])[note]
    world["voluntary_contacts"] = {
        "person": person[order], "service": np.full(count, NONE),
        "staff": cases["staff"][begun][row][order], "at": at[order],
        "kind": Coded(kind[order], ["call", "visit", "group"]), "note": Coded(note[order], notes),
    }  # fmt: skip


def make_pharmacist_reviews(world: World) -> None:
    """Draft home medicines reviews and what was recommended."""
    random = world.random("pharmacists")
    many = np.maximum(world.state["medicine_count"] - 4, 0) * (world.state["middle_age"] >= 50)
    weight = many * np.sqrt(world.state["yearly_rate"])
    wanted = PHARMACIST_REVIEWS - 0.0
    person, at = by_need(world, random, wanted, weight, OFFICE_HOURS)
    actions = world["huddle_actions"]
    asked = np.flatnonzero(
        actions["kind"].isin("medicines_review") & (actions["accepted_at"] != NEVER)
    )
    asked = asked[random.random(len(asked)) < 0.1]
    person = np.concatenate([person, actions["person"][asked]])
    at = np.concatenate([at, actions["accepted_at"][asked]])
    from_huddle = np.concatenate(
        [np.zeros(len(person) - len(asked), bool), np.ones(len(asked), bool)]
    )
    order = np.lexsort((at, person))
    person, at, from_huddle = person[order], at[order] // MINUTE * MINUTE, from_huddle[order]
    rows = len(person)
    visited = _office(random, days_later(at, 3 + random.exponential(10, rows)))
    closed = _office(random, days_later(visited, 20 + random.exponential(18, rows)))
    seen = before_the_end(world, person, visited)
    shut = seen & before_the_end(world, person, closed)
    other = draw(random, rows, np.array([0, 52, 22, 14, 12.0]))
    pharmacists = world.staff_of("pharmacist")
    count = np.maximum(world.state["medicine_count"][person] + random.integers(-1, 3, rows), 1)
    world["pharmacist_reviews"] = {
        "pharmacist_review": np.arange(rows), "person": person,
        "staff": pharmacists[world["people"]["network"][person] % len(pharmacists)],
        "requested_at": at,
        "source": Coded(np.where(from_huddle, 0, other),
                        ["huddle", "gp", "hospital", "life", "care_home"]),
        "visited_at": np.where(seen, visited, NEVER), "medicines_count": count,
        "adherence": pick(random, rows, {"good": 56, "some_missed": 33, "poor": 11}),
        "closed_at": np.where(shut, closed, NEVER),
    }  # fmt: skip
    _recommendations(world, random)


def _recommendations(world: World, random: np.random.Generator) -> None:
    reviews = world["pharmacist_reviews"]
    seen = np.flatnonzero(reviews["visited_at"] != NEVER)
    number = random.poisson(RECOMMENDATIONS_EACH, len(seen))
    review = np.repeat(seen, number)
    rows = len(review)
    person = reviews["person"][review]
    medicines = world["medicines"]
    starts = np.searchsorted(medicines["person"], person)
    stops = np.searchsorted(medicines["person"], person, "right")
    has = stops > starts
    chosen = starts + (random.random(rows) * np.maximum(stops - starts, 1)).astype(np.int64)
    chosen = np.minimum(chosen, len(medicines["person"]) - 1)
    own = medicines["concept"][chosen]
    new = MEDICINE_CONCEPTS[random.integers(0, len(MEDICINE_CONCEPTS), rows)]
    kinds = ["stop", "reduce", "start", "change", "monitor", "compliance_aid"]
    kind = draw(random, rows, np.array([30, 18, 14, 14, 16, 8.0]))
    medicine = np.where(kind == 5, NONE, np.where((kind == 2) | ~has, new, own))
    sent = days_later(reviews["visited_at"][review], random.random(rows) * 2)
    replied = _office(random, days_later(sent, 1 + random.exponential(7, rows)))
    known = before_the_end(world, person, replied)
    reply = draw(random, rows, np.array(list(REPLIES.values()), dtype=float))
    fits = before_the_end(world, person, sent)
    order = np.flatnonzero(fits)
    world["pharmacist_recommendations"] = {
        "pharmacist_review": review[order], "person": person[order], "medicine": medicine[order],
        "kind": Coded(kind[order], kinds), "sent_at": sent[order],
        "reply": Coded(np.where(known, reply, NONE)[order], list(REPLIES)),
        "replied_at": np.where(known, np.maximum(replied, sent + MINUTE), NEVER)[order],
        "harm_before": pick(random, len(order), {"none": 34, "low": 42, "moderate": 20,
                                                 "severe": 4}),
    }  # fmt: skip


def make_care_plans(world: World) -> None:
    """Draft `care_plans`: practice plans, My Life plans, care home plans."""
    random = world.random("care plans")
    people = world.family
    weight = np.maximum(world.state["deficits"] - 5, 0) * (world.state["middle_age"] >= 60)
    person, at = by_need(
        world, random, CARE_PLANS_PER_YEAR, weight * (people.in_home < 0), OFFICE_HOURS
    )
    home, home_at = by_need(world, random, 1_700, (people.in_home >= 0).astype(float), OFFICE_HOURS)
    cases = world["pic_cases"]
    planned = np.flatnonzero(cases["plan_agreed_at"] != NEVER)
    nurses = world.staff_of("community_nurse")
    who = np.concatenate([person, home, cases["person"][planned]])
    when = np.concatenate([at, home_at, cases["plan_agreed_at"][planned]])
    kind = np.repeat([0, 1, 2], [len(person), len(home), len(planned)])
    owner = np.concatenate([
        nurses[random.integers(0, len(nurses), len(person) + len(home))], cases["staff"][planned],
    ])  # fmt: skip
    order = np.lexsort((when, who))
    world["care_plans"] = {
        "person": who[order], "agreed_at": when[order] // MINUTE * MINUTE,
        "kind": Coded(kind[order], ["care_plan", "care_home_plan", "my_life_plan"]),
        "owner": owner[order],
    }  # fmt: skip
