"""Choosing who is taken on by a service, when: from events, or at random by need."""

from __future__ import annotations

import numpy as np

from oneplace.borough.lives.columns import NEVER
from oneplace.borough.lives.crises import days_between, season
from oneplace.borough.lives.moments import DAY, Array, day_of, draw_minutes, moment
from oneplace.borough.lives.world import World, within_group_index


def up_to(random: np.random.Generator, groups: Array, weights: Array, limits: Array) -> Array:
    """Rows chosen at random by weight, at most `limits[g]` of each group; indexes in row order."""
    race = random.exponential(1, len(groups)) / np.maximum(weights, 1e-9)
    order = np.lexsort((race, groups))
    rank = within_group_index(groups[order])
    chosen = order[(rank < limits[groups[order]]) & (weights[order] > 0)]
    return np.sort(chosen)


def spaced(person: Array, begins: Array, ends: Array, gap: int) -> Array:
    """Which rows to keep so that nobody's row begins within `gap` of an earlier one's end."""
    order = np.lexsort((begins, person))
    keep = np.ones(len(order), dtype=bool)
    while True:
        rows = order[keep[order]]
        clash = np.zeros(len(rows), dtype=bool)
        clash[1:] = (person[rows][1:] == person[rows][:-1]) & (
            begins[rows][1:] < ends[rows][:-1] + gap
        )
        if not clash.any():
            return keep
        clash[1:] &= ~clash[:-1]
        keep[rows[clash]] = False


def by_need(
    world: World, random: np.random.Generator, yearly: float, weights: Array, hours: Array,
    *, swing: float = 0.0, since: int | None = None,
) -> tuple[Array, Array]:  # fmt: skip
    """People and moments of `yearly` events a year for 380,000 people, drawn by weight.

    Nobody is drawn before arriving or after leaving or dying. `swing` is the winter's share;
    `since` the first day, else the window's start.
    """
    first = world.state["first_day"]
    if since is not None:
        first = np.maximum(first, since)
    last = world.state["last_day"]
    days = np.maximum(last - first + 1, 0)
    pull = weights * days * world.family.ordinary
    span = (world.end_day - (world.start_day if since is None else since)) / 365.25
    total = float(pull.sum())
    if total <= 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    wanted = yearly * world.scale * span
    person = np.repeat(np.arange(len(pull)), random.poisson(pull * (wanted / total)))
    day = days_between(random, world, season(world, swing), first[person], last[person])
    when = moment(day, draw_minutes(random, len(person), hours))
    alive = before_the_end(world, person, when)
    return person[alive], when[alive]


def before_the_end(world: World, person: Array, when: Array, margin: int = 0) -> Array:
    """Which moments lie in the window and before the person's death and leaving."""
    died = world["people"]["died_at"][person]
    fine = (died == NEVER) | (when + margin < died)
    fine &= (when >= world.start) & (when < world.end)
    return np.asarray(fine & (day_of(when) <= world.state["last_day"][person]))


def in_hospital(world: World, person: Array, when: Array) -> Array:
    """Whether each person is in hospital at each moment (of the lived stays)."""
    stays = world["hospital_stays"]
    order, begins = _stay_index(world)
    at = np.searchsorted(begins, person.astype(np.int64) * 2**42 + when // 1_000_000, "right") - 1
    row = order[np.maximum(at, 0)]
    left = stays["discharged_at"][row]
    same = (at >= 0) & (stays["person"][row] == person)
    return np.asarray(same & ((left == NEVER) | (when < left)))


def next_stay(world: World, person: Array, when: Array) -> Array:
    """The next emergency stay after each moment, or -1."""
    stays = world["hospital_stays"]
    emergency = np.flatnonzero(stays["is_emergency"])
    key = stays["person"][emergency].astype(np.int64) * 2**42 + (
        stays["admitted_at"][emergency] // 1_000_000
    )
    order = np.argsort(key, kind="stable")
    at = np.searchsorted(key[order], person.astype(np.int64) * 2**42 + when // 1_000_000, "right")
    row = emergency[order[np.minimum(at, len(order) - 1)]] if len(order) else np.zeros(0, int)
    if not len(order):
        return np.full(len(person), -1)
    same = (at < len(order)) & (stays["person"][row] == person)
    return np.where(same, row, -1)


def _stay_index(world: World) -> tuple[Array, Array]:
    stays = world["hospital_stays"]
    key = stays["person"].astype(np.int64) * 2**42 + stays["admitted_at"] // 1_000_000
    order = np.argsort(key, kind="stable")
    return order, key[order]


def age_at(world: World, person: Array, when: Array) -> Array:
    """Age in years at moments."""
    return np.asarray((day_of(when) - world["people"]["born_on"][person]) / 365.25)


def days_later(when: Array, days: Array | float) -> Array:
    """Moments some days later, whole minutes."""
    later = when + (np.asarray(days) * DAY).astype(np.int64)
    return np.asarray(later // 60_000_000 * 60_000_000)
