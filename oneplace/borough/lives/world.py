"""The workbench on which a borough's lives are made: settings, streams, and draft tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from oneplace.borough.lives.columns import NEVER, NO_DAY, Coded
from oneplace.borough.lives.moments import Array, day_number, microseconds
from oneplace.borough.lives.settings import Settings
from oneplace.borough.lives.streams import stream
from oneplace.borough.scenarios import Scenario
from oneplace.vocabulary.place import Place

if TYPE_CHECKING:
    from oneplace.borough.lives.families import People

Draft = dict[str, Any]
"""One table being made: column name -> numpy array, `Coded` words or list."""

REFERENCE_POPULATION = 380_000
"""The borough that the calibration figures describe."""


class World:
    """Everything known so far about a borough in the making.

    Later steps read what earlier steps drafted; nothing is ever changed behind a reader's back
    except by `living.live`, in the order written there.
    """

    family: People
    """Who belongs to whom; there once `families` has made them."""

    def __init__(self, settings: Settings, place: Place, scenario: Scenario) -> None:
        """Lay out an empty bench."""
        self.settings = settings
        self.place = place
        self.scenario = scenario
        self.drafts: dict[str, Draft] = {}
        self.state: dict[str, Any] = {}
        """Arrays that are no table: risks, capacities, who is exposed."""
        self.start = microseconds(settings.starts_at)
        self.now = microseconds(settings.now)
        self.end = microseconds(settings.ends_at)
        self.start_day = day_number(settings.starts_at.date())
        self.now_day = day_number(settings.now.date())
        self.end_day = day_number(settings.ends_at.date())
        self.scale = settings.people / REFERENCE_POPULATION
        self.days = self.end_day - self.start_day
        self.years = self.days / 365.25

    def random(self, name: str) -> np.random.Generator:
        """The named stream."""
        return stream(self.settings.seed, name)

    def __getitem__(self, table: str) -> Draft:
        """A drafted table."""
        return self.drafts[table]

    def __setitem__(self, table: str, draft: Draft) -> None:
        """Draft a table."""
        self.drafts[table] = draft

    def of_addresses(self, column: str) -> Array:
        """A column of every address drafted so far, words written out."""
        parts = [part[column] for part in self.state["address_parts"]]
        return np.concatenate([
            part.decoded() if isinstance(part, Coded) else part for part in parts
        ])  # fmt: skip

    def staff_of(self, role: str) -> Array:
        """Indexes of the staff with a role."""
        staff = self["staff"]
        return np.flatnonzero(staff["role"].isin(role))


Progress = Callable[[str, float], None]
"""Told what is being made and how much is done (0 ... 1)."""


def rows(draft: Draft) -> int:
    """How many rows a draft has."""
    return len(next(iter(draft.values())))


def pick(random: np.random.Generator, count: int, words: dict[str, float]) -> Coded:
    """Draw words by weight."""
    weights = np.array(list(words.values()), dtype=float)
    edges = np.cumsum(weights / weights.sum())
    edges[-1] = 1.0
    drawn = np.searchsorted(edges, random.random(count), side="right")
    return Coded(np.minimum(drawn, len(weights) - 1).astype(np.int32), list(words))


def draw(random: np.random.Generator, count: int, weights: Array) -> Array:
    """Draw indexes by weight."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    drawn = np.searchsorted(edges, random.random(count) * edges[-1], side="right")
    return np.asarray(np.minimum(drawn, len(edges) - 1), dtype=np.int32)


def choose(conditions: list[tuple[Array, str]], otherwise: str, count: int) -> Coded:
    """Word by first true condition."""
    words = list(dict.fromkeys([*(word for _, word in conditions), otherwise]))
    numbers = [np.full(count, words.index(word)) for _, word in conditions]
    codes = np.select([test for test, _ in conditions], numbers, words.index(otherwise))
    return Coded(codes.astype(np.int32), words)


def within_group_index(groups: Array) -> Array:
    """0, 1, 2 ... inside each run of equal, sorted values."""
    if len(groups) == 0:
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
    lengths = np.diff(np.concatenate([starts, [len(groups)]]))
    return np.arange(len(groups)) - np.repeat(starts, lengths)


def never_after(moments: Array, limit: Array | int) -> Array:
    """Moments, with those beyond the limit made never."""
    return np.where(moments > limit, NEVER, moments)


def no_day_after(days: Array, limit: Array | int) -> Array:
    """Dates, with those beyond the limit made none."""
    return np.where(days > limit, NO_DAY, days).astype(np.int32)


def appended(draft: Draft, more: Draft) -> Draft:
    """Two drafts of one table, one after the other."""
    joined: Draft = {}
    for name, values in draft.items():
        extra = more[name]
        if isinstance(values, Coded):
            known = set(values.words)
            words = [*values.words, *(word for word in extra.words if word not in known)]
            numbers = {word: number for number, word in enumerate(words)}
            renumber = np.array([*(numbers[word] for word in extra.words), -1])
            joined[name] = Coded(np.concatenate([values.codes, renumber[extra.codes]]), words)
        elif isinstance(values, list):
            joined[name] = [*values, *extra]
        else:
            joined[name] = np.concatenate([values, np.asarray(extra, dtype=values.dtype)])
    return joined


def taken(draft: Draft, chosen: Array) -> Draft:
    """Some rows of a draft, by mask or by order."""
    where = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
    return {
        name: [values[row] for row in where] if isinstance(values, list) else values[where]
        for name, values in draft.items()
    }
