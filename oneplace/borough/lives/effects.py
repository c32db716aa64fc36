"""Planted effects: which candidate stays do not happen, and the truth about every exposure."""

from __future__ import annotations

import numpy as np

from oneplace.borough.lives.columns import Coded
from oneplace.borough.lives.moments import DAY, Array
from oneplace.borough.lives.world import Draft, World

_MOST_ROUNDS = 30


def _inside(exposures: Draft, stays: Draft, live: Array) -> Array:
    """How many live exposures each stay begins inside of."""
    chosen = np.flatnonzero(live)
    person = exposures["person"][chosen]
    starts = np.sort(_key(person, exposures["from"][chosen]))
    stops = np.sort(_key(person, exposures["until"][chosen]))
    at = _key(stays["person"], stays["admitted"])
    return np.searchsorted(starts, at, "right") - np.searchsorted(stops, at, "right")


_PERSON_SHIFT = 2**42
"""Room for seconds of a century or two beside the person in one number."""


def _key(person: Array, moments: Array) -> Array:
    return np.asarray(person.astype(np.int64) * _PERSON_SHIFT + moments // 1_000_000)


def plant(world: World) -> None:
    """Thin the candidates by the scenario's effects; keeps `world.state["stays"]` and the truth.

    An exposure that itself began with a stay counts only if that stay happened, so the two are
    settled together: repeated until nothing changes, which takes as many rounds as the longest
    chain of stay, help, prevented stay.
    """
    stays: Draft = world.state["candidates"]
    random = world.random("effects")
    # One number per stay, whatever the scenario: the same stays are at stake in each of them.
    luck = {"life": random.random(len(stays["person"])),
            "huddle": random.random(len(stays["person"]))}  # fmt: skip
    effects = {"life": world.scenario.life, "huddle": world.scenario.huddle}
    exposures: dict[str, Draft] = world.state["exposures"]
    for name, effect in effects.items():
        begun = exposures[name]["from"] + effect.from_days * DAY
        exposures[name]["until"] = np.minimum(
            exposures[name]["until"], exposures[name]["from"] + effect.until_days * DAY
        )
        exposures[name]["from"] = np.minimum(begun, exposures[name]["until"])
    preventable = stays["kind"].isin("emergency")
    happens = np.ones(len(stays["person"]), dtype=bool)
    by = np.full(len(happens), -1)
    for _ in range(_MOST_ROUNDS):
        prevented = np.zeros(len(happens), dtype=bool)
        by = np.full(len(happens), -1)
        for number, (name, effect) in enumerate(effects.items()):
            if effect.rate_ratio >= 1:
                continue
            origin = exposures[name]["origin"]
            live = (origin < 0) | happens[np.maximum(origin, 0)]
            covered = _inside(exposures[name], stays, live) > 0
            stopped = preventable & covered & (luck[name] < 1 - effect.rate_ratio) & ~prevented
            by[stopped] = number
            prevented |= stopped
        if (prevented == ~happens).all():
            break
        happens = ~prevented
    world.state["happens"] = happens
    names = list(effects)
    stopped = np.flatnonzero(~happens)
    world["truth_prevented"] = {
        "person": stays["person"][stopped], "admitted_at": stays["admitted"][stopped],
        "effect": Coded(by[stopped], names),
    }  # fmt: skip
    _truth(world, stays, happens)


def _truth(world: World, stays: Draft, happens: Array) -> None:
    effects = {"life": world.scenario.life, "huddle": world.scenario.huddle}
    names = list(effects)
    world["truth_effects"] = {
        "effect": Coded(np.arange(len(names)), names),
        "outcome": Coded(np.zeros(len(names), dtype=int), ["emergency_stay"]),
        "rate_ratio": np.array([effect.rate_ratio for effect in effects.values()]),
        "from_days": np.array([effect.from_days for effect in effects.values()]),
        "until_days": np.array([effect.until_days for effect in effects.values()]),
        "note": Coded(np.arange(len(names)), [effect.note for effect in effects.values()]),
    }
    emergency = stays["kind"].isin("emergency", "terminal")
    at_stake = np.sort(_key(stays["person"][emergency], stays["admitted"][emergency]))
    lived = emergency & happens
    happened = np.sort(_key(stays["person"][lived], stays["admitted"][lived]))
    parts = []
    for number, name in enumerate(names):
        rows = world.state["exposures"][name]
        live = (rows["origin"] < 0) | happens[np.maximum(rows["origin"], 0)]
        live &= rows["until"] > rows["from"]
        chosen = np.flatnonzero(live)
        low = _key(rows["person"][chosen], rows["from"][chosen])
        high = _key(rows["person"][chosen], rows["until"][chosen])
        parts.append((
            rows["person"][chosen], np.full(len(chosen), number),
            rows["from"][chosen], rows["until"][chosen],
            np.searchsorted(at_stake, high) - np.searchsorted(at_stake, low),
            np.searchsorted(happened, high) - np.searchsorted(happened, low),
        ))  # fmt: skip
    person, effect, since, until, without, lived_with = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.lexsort((since, person))
    world["truth_exposure"] = {
        "person": person[order], "effect": Coded(effect[order], names), "from_at": since[order],
        "until_at": until[order], "stays_without": without[order],
        "stays_with": lived_with[order],
    }  # fmt: skip
