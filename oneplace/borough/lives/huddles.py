"""Huddles: who is listed after what, what each meeting discussed, what was asked of whom."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.choosing import before_the_end, by_need, days_later, spaced, up_to
from oneplace.borough.lives.columns import NEVER, NO_DAY, NONE, Coded
from oneplace.borough.lives.moments import (
    DAY,
    HOUR,
    MINUTE,
    OFFICE_HOURS,
    Array,
    day_of,
    draw_minutes,
    moment,
    next_weekday,
    working_day,
)
from oneplace.borough.lives.staffing import Rota
from oneplace.borough.lives.world import Draft, World, appended, draw, taken
from oneplace.vocabulary.terms.huddle import Rhythm

ACTIVE_CASES: Final = 2_500
"""People on the huddles' lists at any time, for 380,000 (about 44 a practice)."""

MEAN_CASE_DAYS: Final = 150.0
MORE_THAN_NEEDED: Final = 1.8
_FILLING_DAYS = 85
"""Days of full lists that the slow filling of a new list costs."""

DISCUSSED_SHARE: Final = 0.33
"""Share of a practice's active people discussed at a meeting (about 15 of 44)."""

ACTIONS_PER_DISCUSSION: Final = 2.5
LATE_SHARE: Final = 0.21
CANCELLED_MEETINGS: Final = 0.03

TRIGGERS: Final = ("recent_discharge", "fall", "professional_worry", "risk_list", "home_first",
                   "frequent_contact", "carer_strain", "care_home")  # fmt: skip
_TRIGGER_SHARES: Final = (0.54, 0.10, 0.12, 0.09, 0.08, 0.04, 0.02, 0.01)

ACTION_KINDS: Final = {
    "medicines_review": (14, "pharmacist"), "home_visit": (10, "gp"),
    "social_care_referral": (11, "social_worker"), "pic_referral": (9, "pic"),
    "bloods": (8, "practice_nurse"), "falls_assessment": (9, "therapist"),
    "equipment": (7, "therapist"), "carer_assessment": (6, "social_worker"),
    "benefits": (6, "pic"), "call_family": (9, "network_facilitator"),
    "memory_referral": (4, "gp"), "care_plan": (7, "community_nurse"),
}  # fmt: skip


def _calendar(world: World) -> None:
    """First meeting day and step of each practice's huddle, kept as state."""
    practices = world["practices"]
    starts = world["networks"]["starts_on"][practices["network"]]
    first = next_weekday(np.maximum(starts, world.start_day), practices["huddle_weekday"])
    codes = practices["code"].decoded()
    fortnightly = np.array([
        world.place.practice(str(code)).huddle.rhythm is Rhythm.FORTNIGHTLY for code in codes
    ])  # fmt: skip
    minutes = np.array([int(t[:2]) * 60 + int(t[3:]) for t in practices["huddle_starts_at"]])
    world.state["huddle_first"] = first
    world.state["huddle_step"] = np.where(fortnightly, 14, 7)
    world.state["huddle_minute"] = minutes


def meeting_after(world: World, practice: Array, when: Array) -> Array:
    """Number of the practice's first meeting whose list was still open at each moment."""
    first, step = world.state["huddle_first"][practice], world.state["huddle_step"][practice]
    # The list locks 24 hours before.
    day = day_of(when) + 2
    return np.asarray(np.maximum(0, -((first - day) // step)))


def meeting_moment(world: World, practice: Array, number: Array) -> Array:
    """When a practice's meeting of that number starts."""
    first, step = world.state["huddle_first"][practice], world.state["huddle_step"][practice]
    return moment(first + number * step, world.state["huddle_minute"][practice].astype(float))


def choose_cases(world: World) -> None:
    """Who is listed, when and why, before any effect is planted: mostly after a crisis."""
    _calendar(world)
    random = world.random("huddle choice")
    practices = world["practices"]
    shares = world.state["practice_shares"]
    target = ACTIVE_CASES * world.scale * shares
    show = practices["is_show_practice"]
    target = np.where(show, np.maximum(target, world.place.demo.show_active_people), target)
    first = world.state["huddle_first"]
    days = np.maximum(world.end_day - first, 1)
    # More are drawn than needed: some fall away because their person is on the list already.
    wanted = target * days / MEAN_CASE_DAYS * MORE_THAN_NEEDED
    cases = _events(world, random)
    practice = world["people"]["practice"][cases["person"]]
    cases["practice"] = practice
    fits = before_the_end(world, cases["person"], cases["listed"], DAY)
    fits &= day_of(cases["listed"]) >= first[practice] - 3
    cases = taken(cases, fits)
    chosen = []
    for index, share in enumerate(_TRIGGER_SHARES):
        rows = np.flatnonzero(cases["trigger"] == index)
        limits = np.floor(wanted * share + random.random(len(wanted))).astype(int)
        picked = up_to(random, cases["practice"][rows], cases["weight"][rows], limits)
        chosen.append(rows[picked])
    some = np.concatenate(chosen)
    # Where crises do not fill the list, the risk list does.
    have = np.bincount(cases["practice"][some], minlength=len(wanted))
    spare = np.setdiff1d(np.flatnonzero(cases["trigger"] == TRIGGERS.index("risk_list")), some)
    more = spare[
        up_to(random, cases["practice"][spare], cases["weight"][spare],
              np.maximum(np.rint(wanted - have), 0).astype(int))
    ]  # fmt: skip
    cases = taken(cases, np.sort(np.concatenate([some, more])))
    _close(world, random, cases)
    cases = taken(cases, spaced(cases["person"], cases["listed"], cases["closed"], 45 * DAY))
    cases = taken(
        cases, _within(world, random, cases, target * np.maximum(days - _FILLING_DAYS, 0))
    )
    number = meeting_after(world, cases["practice"], cases["listed"])
    discussed = meeting_moment(world, cases["practice"], number)
    cases["first_meeting"] = number
    world.state["case_core"] = cases
    world.state.setdefault("exposures", {})["huddle"] = {
        "person": cases["person"], "origin": cases["candidate"], "from": discussed,
        "until": np.maximum(np.minimum(cases["closed"], world.end), discussed),
    }  # fmt: skip


def _within(world: World, random: np.random.Generator, cases: Draft, allowed: Array) -> Array:
    """Cases kept at random so that each practice's days on the list come to what is allowed."""
    until = np.minimum(cases["closed"], world.end)
    days = np.maximum(until - cases["listed"], 0) / DAY
    order = np.lexsort((random.random(len(days)), cases["practice"]))
    practice = cases["practice"][order]
    running = np.cumsum(days[order])
    first = np.searchsorted(practice, practice)
    used = running - (running[first] - days[order][first])
    return np.sort(order[used <= allowed[practice]])


def _events(world: World, random: np.random.Generator) -> Draft:
    """Everything that may bring somebody to a huddle, with its weight."""
    stays: Draft = world.state["candidates"]
    core = world.state["stay_core"]
    people = world.family
    deficits = world.state["deficits"]
    after = np.flatnonzero(
        core["emergency"] & ~stays["kind"].isin("terminal") & (core["age"] >= 18)
        & (stays["ended"] < world.end)
    )  # fmt: skip
    parts = [_event(
        0, stays["person"][after], _office(random, stays["ended"][after], 2, 18), after,
        np.interp(core["age"][after], [18, 60, 70], [0.12, 0.5, 1.0])
        * (1 + 0.12 * deficits[stays["person"][after]]) * (1 + 0.03 * core["nights"][after]),
    )]  # fmt: skip
    falls = world["falls"]
    fell = np.flatnonzero(~falls["response"].isin("not_reported"))
    parts.append(_event(
        1, falls["person"][fell], _office(random, falls["at"][fell], 3, 25), None,
        1 + 0.1 * deficits[falls["person"][fell]],
    ))  # fmt: skip
    life = world.state["life_core"]
    rapid = np.flatnonzero((life["stream"] == 0) & life["accepted"] & ~life["to_hospital"])
    parts.append(_event(
        4, life["person"][rapid], _office(random, life["visited"][rapid], 2, 14), None,
        1 + 0.1 * deficits[life["person"][rapid]],
    ))  # fmt: skip
    old = np.interp(world.state["middle_age"], [18, 45, 65, 80], [0.0, 0.15, 1, 2.2])
    rate = world.state["yearly_rate"]
    share = world.settings.people / 380_000
    for trigger, yearly, weight in (
        ("professional_worry", 5_000, old * rate), ("risk_list", 14_000, old * (1 + deficits**1.5)),
        ("frequent_contact", 1_500, np.sqrt(old) * rate),
        ("carer_strain", 900, old * (1 + deficits)),
        ("care_home", 600, (people.in_home >= 0).astype(float)),
    ):  # fmt: skip
        # A small borough's show practice needs more people to choose from.
        extra = 1.0 + min(6.0, 0.06 / max(share, 0.01))
        person, at = by_need(world, random, yearly * extra, weight, OFFICE_HOURS)
        at = moment(working_day(day_of(at)), draw_minutes(random, len(at), OFFICE_HOURS))
        parts.append(_event(TRIGGERS.index(trigger), person, at, None, np.ones(len(person))))
    events = parts[0]
    for part in parts[1:]:
        events = appended(events, part)
    return events


def _event(
    trigger: int, person: Array, listed: Array, candidate: Array | None, weight: Array
) -> Draft:
    rows = len(person)
    return {
        "person": person, "listed": listed, "trigger": np.full(rows, trigger),
        "candidate": np.full(rows, NONE) if candidate is None else candidate,
        "weight": np.asarray(weight, dtype=float),
    }  # fmt: skip


def _office(random: np.random.Generator, when: Array, least: int, most: int) -> Array:
    """An office hour some days after a moment."""
    day = day_of(when) + random.integers(least, most + 1, len(when))
    return moment(working_day(day), draw_minutes(random, len(when), OFFICE_HOURS))


def _close(world: World, random: np.random.Generator, cases: Draft) -> None:
    rows = len(cases["person"])
    spread = 0.55
    middle = np.log(MEAN_CASE_DAYS) - spread**2 / 2
    days = np.clip(np.exp(middle + spread * random.normal(0, 1, rows)), 16, 420)
    closed = days_later(cases["listed"], days)
    died = world["people"]["died_at"][cases["person"]]
    left = world["people"]["left_on"][cases["person"]]
    # goals met, moved to another service, declined, moved away, died, objection
    reason = draw(random, rows, np.array([62, 22, 9, 0, 0, 2.0]))
    by_death = (died != NEVER) & (died < closed)
    closed = np.where(by_death, died, closed)
    gone = (left != NO_DAY) & (left <= day_of(closed)) & ~by_death
    closed = np.where(gone, moment(left, np.full(rows, 600.0)), closed)
    cases["closed"] = np.maximum(closed, cases["listed"] + HOUR)
    cases["reason"] = np.where(by_death, 4, np.where(gone, 3, reason))


def make_huddles(world: World) -> None:
    """Draft meetings, cases, discussions, actions of the lives as lived."""
    random = world.random("huddles")
    cases: Draft = world.state["case_core"]
    happens = world.state["happens"]
    origin = cases["candidate"]
    cases = taken(cases, (origin < 0) | happens[np.maximum(origin, 0)])
    cases = taken(cases, np.lexsort((cases["listed"], cases["person"])))
    _show_list(world, cases)
    _meetings(world)
    _draft_cases(world, random, cases)
    _discussions(world, cases)
    _actions(world)


def _show_list(world: World, cases: Draft) -> None:
    """Give the show practice exactly its number of active people at now (less the scripted one)."""
    show = int(np.flatnonzero(world["practices"]["is_show_practice"])[0])
    # Desmond is listed by hand and makes the last of them once he is.
    wanted = world.place.demo.show_active_people
    alive = world["people"]["died_at"][cases["person"]]
    possible = (cases["practice"] == show) & (cases["listed"] < world.now - DAY)
    possible &= (alive == NEVER) | (alive > world.now + 40 * DAY)
    left = world["people"]["left_on"][cases["person"]]
    possible &= (left == NO_DAY) | (left > world.now_day)
    rows = np.flatnonzero(possible)
    rows = rows[np.argsort(-cases["closed"][rows], kind="stable")]
    # One case a person: the latest to close.
    _, first = np.unique(cases["person"][rows], return_index=True)
    rows = rows[np.sort(first)]
    active, rest = rows[:wanted], rows[wanted:]
    late = cases["closed"][active] < world.now + 10 * DAY
    stretch = (cases["listed"][active] // DAY * 7919 % 90 + 12) * DAY
    cases["closed"][active] = np.where(late, world.now + stretch, cases["closed"][active])
    early = cases["closed"][rest] > world.now
    back = np.maximum(cases["listed"][rest] + 10 * DAY, world.now - 20 * DAY)
    cases["closed"][rest] = np.where(
        early, np.minimum(back, world.now - HOUR), cases["closed"][rest]
    )
    doomed = np.flatnonzero(
        (cases["practice"] == show) & (cases["closed"] > world.now)
        & (cases["listed"] < world.now)
    )  # fmt: skip
    others = np.setdiff1d(doomed, active)
    cases["closed"][others] = np.maximum(
        np.minimum(cases["closed"][others], world.now - HOUR), cases["listed"][others] + HOUR
    )


def _meetings(world: World) -> None:
    random = world.random("huddle meetings")
    practices = world["practices"]
    first, step = world.state["huddle_first"], world.state["huddle_step"]
    number = np.maximum((world.end_day - 1 - first) // step + 1, 0)
    practice = np.repeat(practices["practice"], number)
    order = np.arange(len(practice)) - np.repeat(np.cumsum(number) - number, number)
    starts = meeting_moment(world, practice, order)
    show = practices["is_show_practice"][practice]
    cancelled = (random.random(len(practice)) < CANCELLED_MEETINGS) & (order > 0)
    # The demo's next meeting of the show practice takes place.
    cancelled &= ~(show & (np.abs(starts - world.now) < 30 * DAY))
    status = np.where(cancelled, 1, np.where(starts > world.now, 2, 0))
    world.state["meeting_offset"] = np.cumsum(number) - number
    world.state["meeting_count"] = number
    rota = Rota(world, "network_facilitator", "network")
    world["huddle_meetings"] = {
        "meeting": np.arange(len(practice)), "practice": practice, "starts_at": starts,
        "locked_at": starts - DAY,
        "status": Coded(status, ["held", "cancelled", "planned"]),
        "facilitator": rota.draw(random, practices["network"][practice]),
    }  # fmt: skip
    # What will not be held is not discussed, in the future too.
    world.state["meeting_takes_place"] = ~cancelled


def _draft_cases(world: World, random: np.random.Generator, cases: Draft) -> None:
    rows = len(cases["person"])
    shut = cases["closed"] < world.end
    closed_now = cases["closed"] <= world.now
    lead_role = draw(random, rows, np.array([35, 30, 15, 20.0]))
    network = world["practices"]["network"][cases["practice"]]
    lead = np.zeros(rows, dtype=np.int64)
    for index, (role, by, area) in enumerate((
        ("gp", "practice", cases["practice"]), ("community_nurse", "network", network),
        ("social_worker", "network", network), ("pic", "network", network),
    )):  # fmt: skip
        here = np.flatnonzero(lead_role == index)
        lead[here] = Rota(world, role, by).draw(random, area[here])
    told = cases["listed"] - ((0.1 + random.random(rows) * 4) * DAY).astype(np.int64)
    luck = random.random(rows)
    first = meeting_moment(world, cases["practice"], cases["first_meeting"])
    stepped = cases["reason"] == 0
    # listed, active, review_due, stepped_down, closed
    status = np.select(
        [closed_now & stepped, closed_now, first > world.now, luck < 0.18], [3, 4, 0, 2], 1
    )
    review = working_day(
        day_of(np.maximum(cases["listed"], world.now)) + random.integers(3, 60, rows)
    )
    open_now = ~closed_now & (cases["listed"] <= world.now)
    world["huddle_cases"] = {
        "huddle_case": np.arange(rows), "person": cases["person"], "practice": cases["practice"],
        "listed_at": cases["listed"], "trigger": Coded(cases["trigger"], TRIGGERS), "lead": lead,
        "told_at": np.where(luck < 0.94, told // MINUTE * MINUTE, NEVER),
        "status": Coded(status, ["listed", "active", "review_due", "stepped_down", "closed"]),
        "closed_at": np.where(shut, cases["closed"], NEVER),
        "close_reason": Coded(np.where(shut, cases["reason"], NONE),
                              ["goals_met", "moved_to_another_service", "declined", "moved_away",
                               "died", "objection"]),
        "next_review_on": np.where(open_now, review, NO_DAY),
    }  # fmt: skip


def _discussions(world: World, cases: Draft) -> None:
    """At the first meeting, then at about every third, then when stepping down."""
    random = world.random("huddle discussions")
    practice = cases["practice"]
    step = world.state["huddle_step"][practice]
    first = cases["first_meeting"]
    limit = world.state["meeting_count"][practice]
    last_day = day_of(np.minimum(cases["closed"], world.end - 1))
    final = (last_day - world.state["huddle_first"][practice]) // step
    final = np.minimum(final, limit - 1)
    number = np.maximum(final - first + 1, 0)
    case = np.repeat(np.arange(len(number)), number)
    offset = np.arange(len(case)) - np.repeat(np.cumsum(number) - number, number)
    meeting_number = first[case] + offset
    keep = (offset == 0) | (random.random(len(case)) < DISCUSSED_SHARE * step[case] / 7)
    is_last = offset == number[case] - 1
    stepping = is_last & (cases["reason"][case] == 0) & (cases["closed"][case] < world.end)
    keep |= stepping
    at = meeting_moment(world, practice[case], meeting_number)
    keep &= (at < cases["closed"][case]) & (at < world.end)
    keep &= before_the_end(world, cases["person"][case], at)
    meeting = world.state["meeting_offset"][practice[case]] + meeting_number
    meeting = np.minimum(meeting, len(world.state["meeting_takes_place"]) - 1)
    keep &= world.state["meeting_takes_place"][meeting]
    _show_agenda(world, practice[case], at, offset, keep)
    case, meeting, at = case[keep], meeting[keep], at[keep]
    offset, stepping = offset[keep], stepping[keep]
    rows = len(case)
    # new, hospital, late actions, reviews, step-down
    kind = draw(random, rows, np.array([0, 30, 14, 56, 0.0]))
    kind = np.where(offset == 0, 0, np.where(stepping, 4, kind))
    minutes = np.clip(np.rint(random.gamma(4, 1.2, rows)) + (kind == 0) * 3, 1, 20)
    world["huddle_discussions"] = {
        "discussion": np.arange(rows), "huddle_case": case, "meeting": meeting,
        "person": cases["person"][case], "at": at,
        "kind": Coded(kind, ["new_cases", "in_and_out_of_hospital", "overdue_actions",
                             "due_reviews", "step_downs"]),
        "minutes": minutes,
    }  # fmt: skip


def _show_agenda(world: World, practice: Array, at: Array, offset: Array, keep: Array) -> None:
    """The show practice's next agenda has exactly its number of people, Desmond included."""
    show = int(np.flatnonzero(world["practices"]["is_show_practice"])[0])
    coming = at[(practice == show) & (at > world.now)]
    if not len(coming):
        return
    rows = np.flatnonzero((practice == show) & (at == coming.min()))
    rows = rows[np.argsort(~((offset[rows] == 0) | keep[rows]), kind="stable")]
    wanted = world.place.demo.show_agenda - 1
    keep[rows[:wanted]] = True
    keep[rows[wanted:]] = False


def _actions(world: World) -> None:
    random = world.random("huddle actions")
    talks = world["huddle_discussions"]
    number = 1 + random.poisson(ACTIONS_PER_DISCUSSION - 1, len(talks["person"]))
    talk = np.repeat(np.arange(len(number)), number)
    rows = len(talk)
    words = list(ACTION_KINDS)
    kind = draw(random, rows, np.array([float(weight) for weight, _ in ACTION_KINDS.values()]))
    case = talks["huddle_case"][talk]
    practice = world["huddle_cases"]["practice"][case]
    network = world["practices"]["network"][practice]
    owner = np.zeros(rows, dtype=np.int64)
    roles = {role for _, role in ACTION_KINDS.values()}
    for role in sorted(roles):
        kinds = [words.index(word) for word, (_, owner_role) in ACTION_KINDS.items()
                 if owner_role == role]  # fmt: skip
        here = np.flatnonzero(np.isin(kind, kinds))
        by = "practice" if role in {"gp", "practice_nurse"} else "network"
        area = practice if by == "practice" else network
        owner[here] = Rota(world, role, by).draw(random, area[here])
    asked = talks["at"][talk] + ((2 + random.random(rows) * 8) * MINUTE).astype(np.int64)
    asked = asked // MINUTE * MINUTE
    allowed = random.choice(np.array([3, 7, 7, 14, 14, 21, 28]), rows)
    due = working_day(day_of(asked) + allowed)
    late = random.random(rows) < LATE_SHARE
    share = random.random(rows)
    days_to_due = due - day_of(asked)
    done_day = day_of(asked) + np.where(
        late, days_to_due + 1 + random.exponential(9, rows), 0.3 + share * (days_to_due - 0.4)
    ).astype(np.int64)
    done = moment(working_day(done_day), draw_minutes(random, rows, OFFICE_HOURS))
    done = np.where(~late & (day_of(done) > due), moment(due, np.full(rows, 990.0)), done)
    done = np.maximum(done, asked + 20 * MINUTE)
    accepted = asked + (random.exponential(1.1, rows) * DAY).astype(np.int64)
    accepted = np.minimum(accepted, done - 5 * MINUTE) // MINUTE * MINUTE
    accepted = np.maximum(accepted, asked)
    person = talks["person"][talk]
    died = world["people"]["died_at"][person]
    cut = (died != NEVER) & (died < done)
    cancelled = (random.random(rows) < 0.05) | cut
    cancelled_at = np.where(cut, np.maximum(died + DAY, asked + HOUR), done)

    def never(moments: Array) -> Array:
        return np.where(moments >= world.end, NEVER, moments)

    world["huddle_actions"] = {
        "action": np.arange(rows), "discussion": talk, "huddle_case": case, "person": person,
        "kind": Coded(kind, words), "owner": owner, "asked_at": asked, "due_on": due,
        "accepted_at": never(np.where(cut & (accepted > died), NEVER, accepted)),
        "done_at": np.where(cancelled, NEVER, never(done)),
        "cancelled_at": np.where(cancelled, never(cancelled_at), NEVER),
        "is_late": late & ~cancelled,
    }  # fmt: skip
