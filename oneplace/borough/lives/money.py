"""What each person's care cost per month, from round prices of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from oneplace.borough.lives.columns import NEVER, NO_DAY, Coded, coded
from oneplace.borough.lives.moments import DAY, Array, day_of
from oneplace.borough.lives.world import World

_COUNCILS_PART: Final = 0.28
"""Of what adult social care costs, the part in the shared budget for older people: net of what
people pay themselves and of what stays outside the agreement. Chosen so that the budget has the
published size and division (care-model section 7); no source says the part itself."""
PRICES: Final[Mapping[str, tuple[str, str, int, float]]] = {
    # kind: payer, unit, price in pence, part of it in the shared budget. Round and invented:
    # published unit costs are licensed.
    "gp_contact": ("commissioner", "contact", 4_500, 1.0),
    "urgent_attendance": ("commissioner", "contact", 30_000, 1.0),
    "emergency_bed_day": ("commissioner", "day", 62_000, 1.0),
    "planned_stay": ("commissioner", "episode", 250_000, 1.0),
    "community_contact": ("commissioner", "contact", 7_500, 1.0),
    "mental_health_contact": ("commissioner", "contact", 18_000, 1.0),
    "life_visit": ("council", "contact", 5_000, _COUNCILS_PART),
    "home_care": ("council", "hour", 2_500, _COUNCILS_PART),
    "care_home": ("council", "week", 110_000, _COUNCILS_PART),
    "coordinator_contact": ("commissioner", "contact", 3_000, 1.0),
    "pharmacist_review": ("commissioner", "item", 8_000, 1.0),
}

Add = Callable[[str, Array, Array, Array], None]


def _month(days: Array) -> Array:
    """Months since 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def make_costs(world: World) -> None:
    """Draft `unit_prices` and `costs`: one row per person, month and kind."""
    kinds = list(PRICES)
    world["unit_prices"] = {
        "kind": coded(kinds), "payer": coded([PRICES[kind][0] for kind in kinds]),
        "unit": coded([PRICES[kind][1] for kind in kinds]),
        "price_pence": np.array([PRICES[kind][2] for kind in kinds]),
        "part_in_budget": np.array([PRICES[kind][3] for kind in kinds]),
    }  # fmt: skip
    parts: list[tuple[Array, Array]] = []

    def add(kind: str, person: Array, day: Array, units: Array) -> None:
        key = (person.astype(np.int64) * 4096 + _month(day)) * 16 + kinds.index(kind)
        unique, row = np.unique(key, return_inverse=True)
        parts.append((unique, np.bincount(row, weights=units)))

    contacts = world["gp_contacts"]
    came = ~contacts["mode"].isin("did_not_attend")
    ones = np.ones(len(came))
    add("gp_contact", contacts["person"][came], day_of(contacts["at"][came]), ones[came])
    for kind, table, moment_name in (
        ("urgent_attendance", "ed_attendances", "arrived_at"),
        ("community_contact", "community_contacts", "at"),
        ("mental_health_contact", "mental_health_contacts", "at"),
        ("life_visit", "life_visits", "at"),
        ("coordinator_contact", "voluntary_contacts", "at"),
    ):
        rows = world[table]
        add(kind, rows["person"], day_of(rows[moment_name]), np.ones(len(rows["person"])))
    reviews = world["pharmacist_reviews"]
    seen = reviews["visited_at"] != NEVER
    add("pharmacist_review", reviews["person"][seen], day_of(reviews["visited_at"][seen]),
        np.ones(int(seen.sum())))  # fmt: skip
    _stays(world, add)
    _services(world, add)
    key = np.concatenate([part[0] for part in parts])
    units = np.concatenate([part[1] for part in parts])
    order = np.argsort(key, kind="stable")
    key, units = key[order], units[order]
    kinds_of_rows = key % 16
    month = (key // 16) % 4096
    price = world["unit_prices"]["price_pence"]
    month_day = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    world["costs"] = {
        "person": key // 16 // 4096, "month": month_day, "kind": Coded(kinds_of_rows, kinds),
        "units": units, "cost_pence": np.rint(units * price[kinds_of_rows]).astype(np.int64),
    }  # fmt: skip


def _spread(
    world: World, person: Array, first: Array, last: Array, per_day: Array
) -> tuple[Array, Array, Array]:
    """Days from first to last (included) of the window, by month: person, a day in it, units."""
    first = np.maximum(first, world.start_day)
    last = np.minimum(last, world.end_day - 1)
    fits = last >= first
    person, first, last, per_day = person[fits], first[fits], last[fits], per_day[fits]
    begin, finish = _month(first), _month(last)
    number = finish - begin + 1
    row = np.repeat(np.arange(len(person)), number)
    month = begin[row] + np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    low = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    high = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    days = np.minimum(high, last[row]) - np.maximum(low, first[row]) + 1
    return person[row], low, days * per_day[row]


def _stays(world: World, add: Add) -> None:
    stays = world["hospital_stays"]
    left = np.where(stays["discharged_at"] == NEVER, world.end - DAY, stays["discharged_at"])
    emergency = np.flatnonzero(stays["is_emergency"])
    first = day_of(stays["admitted_at"][emergency])
    last = np.maximum(day_of(left[emergency]) - 1, first)
    add("emergency_bed_day", *_spread(world, stays["person"][emergency], first, last,
                                      np.ones(len(emergency))))  # fmt: skip
    planned = np.flatnonzero(stays["method"].isin("11", "12", "13"))
    add("planned_stay", stays["person"][planned], day_of(stays["admitted_at"][planned]),
        np.ones(len(planned)))  # fmt: skip


def _services(world: World, add: Add) -> None:
    services = world["council_services"]
    ended = np.where(services["ended_on"] == NO_DAY, world.end_day - 1, services["ended_on"])
    homes = np.flatnonzero(services["component"].isin("Nursing care", "Residential care"))
    add("care_home", *_spread(world, services["person"][homes], services["started_on"][homes],
                              ended[homes], np.full(len(homes), 1 / 7)))  # fmt: skip
    hourly = np.flatnonzero(services["component"].isin(
        "Home support or domiciliary care", "Direct payment"))  # fmt: skip
    add("home_care", *_spread(world, services["person"][hourly], services["started_on"][hourly],
                              ended[hourly], services["hours_per_week"][hourly] / 7))  # fmt: skip
