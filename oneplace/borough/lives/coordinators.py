"""Personal independence coordinators: cases, goals in people's own words, wellbeing answers."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.choosing import before_the_end, by_need, days_later, spaced
from oneplace.borough.lives.columns import NEVER, NONE, Coded
from oneplace.borough.lives.moments import (
    DAY,
    MINUTE,
    OFFICE_HOURS,
    Array,
    day_of,
    draw_minutes,
    moment,
    working_day,
)
from oneplace.borough.lives.world import Draft, World, draw, taken

PEOPLE_PER_YEAR: Final = 600
"""People referred to a coordinator a year, for 380,000."""

LEAST_PER_YEAR: Final = 24.0
"""Even a small borough's coordinators have something to do."""

GOALS_EACH: Final = 2.6
PEOPLE_PER_COORDINATOR: Final = 34
SURVEY_SHARE: Final = 0.02
"""Share of adults answering the residents' wellbeing survey in the window."""

SOURCES: Final = ("huddle", "gp", "hospital", "life", "council", "self")

GOAL_BANK: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    # category: (words, first step, I statement)
    "home_and_garden": (
        ("I want to sit in my garden again without worrying about the step",
         "Measure the step for a rail", "I2"),
        ("I'd like my front room back the way it was", "Sort one box a day with a volunteer", "I2"),
        ("I want to grow tomatoes like I used to", "Two pots on the balcony", "I1"),
        ("I'd like to be able to see out, the hedge has taken over",
         "Ask the garden volunteers", "I2"),
    ),
    "money": (
        ("I want to stop being frightened of the heating bill", "Benefits check on Tuesday", "I2"),
        ("I'd like to know what I'm entitled to", "Bring the letters to the advice desk", "I3"),
        ("I want to pay what I owe and be done with it", "List what is owed, together", "I2"),
    ),
    "people_and_belonging": (
        ("I want to get to church on Sundays", "Ask who can give a lift", "I4"),
        ("I'd like somebody to talk to who isn't paid to be here", "Meet a befriender", "I4"),
        ("I miss playing dominoes with the others", "Try the lunch club on Thursday", "I4"),
        ("I want to see my grandchildren more", "Video call on Saturday", "I4"),
    ),
    "moving_and_falls": (
        ("I want to walk to the shop on the corner by myself", "Walk to the gate each day", "I1"),
        ("I'd like to have a bath without being scared",
         "Try the bath board with the therapist", "I1"),
        ("I want to be steady on my feet for the wedding",
         "Join the strength and balance course", "I1"),
    ),
    "health_and_medicines": (
        ("I want to understand what all these tablets are for", "Pharmacist to visit", "I3"),
        ("I'd like to sleep through the night", "Keep a note of good and bad nights", "I5"),
        ("I want to eat properly again", "A meal with company twice a week", "I1"),
    ),
    "housing": (
        ("I want a flat without stairs", "Fill in the housing form together", "I2"),
        ("I'd like the damp seen to before winter", "Ring the landlord with photographs", "I2"),
    ),
    "caring": (
        ("I want one afternoon a week that's mine", "Ask for a carer's assessment", "I4"),
        ("I'd like to know what happens to him if I'm ill", "Write an emergency plan", "I3"),
    ),
    "confidence_and_mood": (
        ("I want to feel like myself again", "One thing a day that I used to like", "I4"),
        ("I'd like to go out without my heart racing", "Walk to the bus stop with someone", "I1"),
    ),
    "getting_about": (
        ("I want to get to the market on my own", "Apply for a travel card", "I2"),
        ("I'd like a scooter so I'm not always asking", "Try one at the centre", "I2"),
    ),
    "online": (
        ("I want to see my sister's face when we talk", "Borrow a tablet", "I4"),
        ("I'd like to order my own prescription", "One lesson at the library", "I3"),
    ),
    "bereavement": (
        ("I want to be able to talk about her without falling apart", "Meet the group once", "I4"),
        ("I'd like to sort his clothes when I'm ready", "Keep three things first", "I4"),
    ),
    "safety": (
        ("I want to feel safe when somebody knocks", "Door chain and viewer fitted", "I2"),
        ("I'd like to be found if I fall", "Pendant alarm on trial", "I2"),
    ),
}  # fmt: skip
"""Invented words; nobody's real goal."""

_CATEGORY_WEIGHTS: Final = (10, 13, 17, 15, 9, 6, 5, 9, 6, 3, 4, 3)


def make_coordinators(world: World) -> None:
    """Draft `pic_cases`, `goals`, `wellbeing_scores`, and remember who got benefits."""
    random = world.random("coordinators")
    referrals = _referrals(world, random)
    _cases(world, random, referrals)
    _goals(world, random)
    _wellbeing(world)


def _referrals(world: World, random: np.random.Generator) -> Draft:
    people = world.family
    wanted = max(PEOPLE_PER_YEAR * world.scale, LEAST_PER_YEAR) * world.years
    cases = world["huddle_cases"]
    age = world.state["middle_age"]
    of_huddle = np.flatnonzero((age[cases["person"]] >= 50) & (people.in_home[cases["person"]] < 0))
    chosen = random.permutation(of_huddle)[: round(wanted * 0.5)]
    at = days_later(cases["listed_at"][chosen], 5 + random.random(len(chosen)) * 30)
    weight = np.sqrt(world.state["yearly_rate"]) * np.interp(age, [49, 50, 65, 80],
                                                             [0, 0.4, 1, 1.5])  # fmt: skip
    weight = weight * (people.in_home < 0)
    person, when = by_need(
        world, random, (wanted - len(chosen)) / world.scale / world.years, weight, OFFICE_HOURS
    )
    who = np.concatenate([cases["person"][chosen], person])
    referred = np.concatenate([at, when])
    other = 1 + draw(random, len(person), np.array([42, 24, 16, 8, 10.0]))
    source = np.concatenate([np.zeros(len(chosen), int), other])
    minutes = draw_minutes(random, len(who), OFFICE_HOURS)
    referred = moment(working_day(day_of(referred)), minutes)
    fits = before_the_end(world, who, referred)
    referral = {"person": who, "at": referred, "source": source}
    referral = taken(referral, fits)
    apart = spaced(referral["person"], referral["at"], referral["at"], 150 * DAY)
    referral = taken(referral, apart)
    return taken(referral, np.lexsort((referral["at"], referral["person"])))


def _cases(world: World, random: np.random.Generator, referrals: Draft) -> None:
    person, at = referrals["person"], referrals["at"] // MINUTE * MINUTE
    rows = len(person)
    outcome = draw(random, rows, np.array([76, 10, 6, 2, 0, 6.0]))
    declined, unsuitable = outcome == 1, outcome == 2
    contact = _office(random, days_later(at, random.exponential(4.5, rows) + 0.6))
    visit = _office(random, days_later(contact, 4 + random.exponential(5, rows)))
    plan = _office(random, days_later(visit, 7 + random.exponential(9, rows)))
    weeks = np.clip(random.normal(14.2, 2.0, rows), 8, 19)
    closed = _office(random, days_later(plan, weeks * 7))
    early = _office(random, days_later(plan, 10 + random.random(rows) * 50))
    closed = np.where(np.isin(outcome, [3, 5]), early, closed)
    closed = np.where(declined | unsuitable, _office(random, days_later(contact, 3)), closed)
    plan = np.where(declined | unsuitable, NEVER, plan)
    visit = np.where(declined, NEVER, visit)
    closed = np.where(unsuitable, np.maximum(closed, visit + DAY), closed)
    died = world["people"]["died_at"][person]
    last = moment(world.state["last_day"][person], np.full(rows, 1439.0))
    limit = np.minimum(np.where(died == NEVER, world.end, died), np.minimum(last, world.end))
    ends_early = closed >= limit
    by_death = ends_early & (died != NEVER) & (died < world.end)
    gone = ends_early & ~by_death & (limit < world.end - DAY)
    outcome = np.where(by_death, 4, np.where(gone, 3, outcome))
    closed = np.where(ends_early, np.where(by_death | gone, limit, NEVER), closed)

    def cut(moments: Array) -> Array:
        return np.where(moments < limit, moments, NEVER)

    still = closed == NEVER
    coordinators = world.staff_of("pic")
    busy = max(3, min(len(coordinators), round(len(coordinators) * min(1.0, world.scale * 1.3))))
    done = ~still & (outcome == 0)
    benefits = np.where(done & (random.random(rows) < 0.3),
                        np.rint(random.gamma(3.2, 800, rows) / 10) * 10, NONE)  # fmt: skip
    world["pic_cases"] = {
        "pic_case": np.arange(rows), "person": person,
        "staff": coordinators[random.integers(0, busy, rows)], "referred_at": at,
        "source": Coded(referrals["source"], SOURCES), "first_contact_at": cut(contact),
        "first_visit_at": cut(visit), "plan_agreed_at": cut(plan),
        "closed_at": np.where(still, NEVER, closed // MINUTE * MINUTE),
        "outcome": Coded(np.where(still, NONE, outcome),
                         ["completed", "declined", "unsuitable", "moved", "died", "disengaged"]),
        "benefits_gained_pounds": benefits,
    }  # fmt: skip


def _office(random: np.random.Generator, when: Array) -> Array:
    """The same working day at an office hour; never before the moment given."""
    day = working_day(day_of(when))
    at = moment(day, draw_minutes(random, len(when), OFFICE_HOURS))
    at = np.where(at <= when, moment(working_day(day + 1), np.full(len(when), 600.0)), at)
    return at // MINUTE * MINUTE


def _goals(world: World, random: np.random.Generator) -> None:
    cases = world["pic_cases"]
    planned = np.flatnonzero(cases["plan_agreed_at"] != NEVER)
    number = np.clip(1 + random.poisson(GOALS_EACH - 0.97, len(planned)), 1, 6)
    case = np.repeat(planned, number)
    rows = len(case)
    categories = list(GOAL_BANK)
    category = draw(random, rows, np.array(_CATEGORY_WEIGHTS, dtype=float))
    lost = np.zeros(len(world["people"]["person"]), dtype=bool)
    lost[world["bereavements"]["person"]] = True
    caring = np.zeros_like(lost)
    caring[world["carers"]["carer"]] = True
    person = cases["person"][case]
    luck = random.random(rows)
    category = np.where(lost[person] & (luck < 0.2), categories.index("bereavement"), category)
    category = np.where(caring[person] & (luck > 0.8), categories.index("caring"), category)
    entries = [entry for bank in GOAL_BANK.values() for entry in bank]
    sizes = np.array([len(bank) for bank in GOAL_BANK.values()])
    starts = np.cumsum(sizes) - sizes
    entry = starts[category] + (random.random(rows) * sizes[category]).astype(np.int64)
    closed = cases["closed_at"][case]
    complete = (closed != NEVER) & cases["outcome"].isin("completed")[case]
    result = draw(random, rows, np.array([54, 31, 15.0]))
    rating = np.clip(
        np.rint(np.array([8.1, 5.8, 3.2])[result] + random.normal(0, 1.3, rows)), 0, 10
    )
    world["goals"] = {
        "goal": np.arange(rows), "pic_case": case, "person": person,
        "set_at": cases["plan_agreed_at"][case],
        "words": Coded(entry, [row[0] for row in entries]),
        "category": Coded(category, categories),
        "i_statement": Coded(np.array([int(row[2][1]) - 1 for row in entries])[entry],
                             ["I1", "I2", "I3", "I4", "I5"]),
        "first_step": Coded(entry, [row[1] for row in entries]),
        "result": Coded(np.where(complete, result, NONE), ["achieved", "partly", "not"]),
        "own_rating": np.where(complete, rating, NONE),
        "reviewed_at": np.where(complete, closed - 40 * MINUTE, NEVER),
    }  # fmt: skip


def _wellbeing(world: World) -> None:
    """Answers at the start and end of cases, and a survey of residents."""
    random = world.random("wellbeing")
    cases = world["pic_cases"]
    begun = np.flatnonzero(cases["first_visit_at"] != NEVER)
    begun = begun[random.random(len(begun)) < 0.9]
    ended = np.flatnonzero((cases["closed_at"] != NEVER) & cases["outcome"].isin("completed"))
    ended = ended[random.random(len(ended)) < 0.78]
    age = world.state["middle_age"]
    adults = np.flatnonzero(world.family.here & world.family.ordinary & (age >= 18))
    asked = np.sort(random.permutation(adults)[: round(len(adults) * SURVEY_SHARE)])
    survey_day = world.start_day + random.integers(
        30, max(31, world.now_day - world.start_day), len(asked)
    )
    survey_at = moment(survey_day, 480 + random.random(len(asked)) * 700)
    fits = before_the_end(world, asked, survey_at)
    asked, survey_at = asked[fits], survey_at[fits]
    person = np.concatenate([cases["person"][begun], cases["person"][ended], asked])
    case = np.concatenate([begun, ended, np.full(len(asked), NONE)])
    at = np.concatenate([
        cases["first_visit_at"][begun] + 50 * MINUTE, cases["closed_at"][ended] - 30 * MINUTE,
        survey_at,
    ])  # fmt: skip
    moment_code = np.concatenate([np.zeros(len(begun), int), np.ones(len(ended), int),
                                  np.full(len(asked), 2)])  # fmt: skip
    # A person's own level stays with them: what changes is the change.
    own = random.normal(0, 1, len(age))[person]
    woman = world.family.woman[person]
    raw = np.select([moment_code == 0, moment_code == 1], [20.8, 23.1], 26.05 - 0.55 * woman)
    spread = np.where(moment_code == 2, 4.1, 3.6)
    raw = np.clip(
        np.rint(raw + spread * (0.8 * own + 0.6 * random.normal(0, 1, len(person)))), 7, 35
    )
    level = np.select([moment_code == 0, moment_code == 1], [5.4, 6.5], 7.5)

    def ons4(shift: float, sign: float = 1.0) -> Array:
        value = level * sign + shift + 1.5 * sign * own + random.normal(0, 1.1, len(person))
        return np.asarray(np.clip(np.rint(value), 0, 10))

    order = np.lexsort((at, person))
    world["wellbeing_scores"] = {
        "person": person[order], "pic_case": case[order], "at": at[order] // MINUTE * MINUTE,
        "moment": Coded(moment_code[order], ["baseline", "exit", "survey"]),
        "life_satisfaction": ons4(0.0)[order], "worthwhile": ons4(0.2)[order],
        "happiness": ons4(-0.1)[order], "anxiety": ons4(10.6, -1.0)[order],
        "swemwbs_raw": raw[order],
        "completed_by": Coded(np.where(moment_code == 2, 0, draw(
            random, len(person), np.array([44, 48, 8.0])))[order], ["self", "assisted", "proxy"]),
    }  # fmt: skip
