"""What linkage has learnt of the data: weights and how common each value is, as a small JSON.

A model scores one pair without a database, exactly as the batch does.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from oneplace.science.linkage.comparing import COMPARISONS, Level, Pattern, pattern_of
from oneplace.science.linkage.prepared import Prepared

FORMAT: Final = 1
"""Of the JSON; a model of another format is refused."""

LEAST: Final = 1e-7
"""No share is believed to be smaller than this, whatever the sample shows."""


class ModelRefused(ValueError):
    """What was given is no model this version can use; the message says why."""


@dataclass(frozen=True)
class Shares:
    """How often one level holds: among rows of one person (m), among strangers (u)."""

    m: float
    u: float


def shipped_shares() -> dict[str, dict[str, Shares]]:
    """The shares used where the data is too small to be asked: of routine British records."""
    return {
        each.name: {level.name: Shares(level.m, level.u) for level in each.levels}
        for each in COMPARISONS
    }


def counted() -> dict[str, Level]:
    """The columns whose values are counted, each with the level that asks for it."""
    levels = [level for each in COMPARISONS for level in each.levels if level.frequency]
    return {level.frequency: level for level in levels}


def usual_shares() -> dict[str, float]:
    """By column counted: the share of a value of which nothing is known but that it is usual."""
    return {column: level.u for column, level in counted().items()}


@dataclass(frozen=True)
class Model:
    """Shares for every level, how common each frequent value is, and the odds before any evidence.

    `match_share` is the probability that two rows picked at random are one person.
    """

    match_share: float
    shares: Mapping[str, Mapping[str, Shares]]
    frequencies: Mapping[str, Mapping[str, float]]
    floors: Mapping[str, float] = field(default_factory=usual_shares)
    """By column: the share of every value that is not among the frequencies."""
    rows: int = 0
    """How many subjects it was trained on."""
    version: str = ""
    """Made of its content: two models of one version decide alike."""
    software: str = ""
    trained: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def shipped(cls, match_share: float = 1e-6) -> Self:
        """A model for data too small to train on."""
        return cls(match_share, shipped_shares(), {}).sealed()

    def sealed(self) -> Self:
        """The same with its version, made of its content."""
        content = {key: value for key, value in self.plain().items() if key != "version"}
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return replace(self, version=digest[:12])

    @cached_property
    def prior(self) -> float:
        """The weight before any evidence, in bits; far below nought."""
        return math.log2(self.match_share / (1 - self.match_share))

    @cached_property
    def weights(self) -> tuple[tuple[float, ...], ...]:
        """Per comparison, per level number, the weight in bits before rarity is looked at."""
        return tuple(
            tuple(self._weight(each.name, level) for level in reversed(each.levels))
            for each in COMPARISONS
        )

    def _weight(self, comparison: str, level: Level) -> float:
        shares = self.shares[comparison][level.name]
        return math.log2(shares.m / shares.u)

    def contributions(self, left: Prepared, right: Prepared, pattern: Pattern) -> tuple[float, ...]:
        """What each comparison adds to the weight, in bits; 0 where one side is silent."""
        found = []
        for place, (comparison, number) in enumerate(zip(COMPARISONS, pattern, strict=True)):
            if number < 0:
                found.append(0.0)
                continue
            weight = self.weights[place][number]
            level = comparison.levels[len(comparison.levels) - 1 - number]
            if level.frequency:
                weight += self._rarity(comparison.name, level, left, right)
            found.append(weight)
        return tuple(found)

    def _rarity(self, comparison: str, level: Level, left: Prepared, right: Prepared) -> float:
        known = self.frequencies.get(level.frequency, {})
        value = getattr(left, level.frequency)
        other = getattr(right, level.frequency)
        floor = self.floors[level.frequency]
        common = max(known.get(value, 0.0), known.get(other, 0.0), floor)
        return math.log2(self.shares[comparison][level.name].u) - math.log2(common)

    def weight(self, left: Prepared, right: Prepared) -> float:
        """The whole weight of a pair, in bits."""
        pattern = pattern_of(left, right)
        return self.prior + sum(self.contributions(left, right, pattern))

    def plain(self) -> dict[str, Any]:
        """The model as plain JSON values."""
        return {
            "format": FORMAT,
            "version": self.version,
            "software": self.software,
            "rows": self.rows,
            "match_share": self.match_share,
            "shares": {
                name: {level: [shares.m, shares.u] for level, shares in levels.items()}
                for name, levels in self.shares.items()
            },
            "frequencies": {
                column: dict(sorted(known.items())) for column, known in self.frequencies.items()
            },
            "floors": dict(self.floors),
            "trained": dict(self.trained),
        }

    def write(self, path: Path) -> None:
        """Write the model as JSON."""
        path.write_text(json.dumps(self.plain(), ensure_ascii=False), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a model; raises `ModelRefused` with what is wrong with it."""
        try:
            return cls.from_plain(json.loads(path.read_text("utf-8")))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            message = f"{path}: not a model, because it is not JSON ({error})."
            raise ModelRefused(message) from error
        except ModelRefused as error:
            message = f"{path}: {error}"
            raise ModelRefused(message) from error

    @classmethod
    def from_plain(cls, given: Mapping[str, Any]) -> Self:
        """The model of plain JSON values; raises `ModelRefused` with what is wrong with them."""
        if not isinstance(given, Mapping) or given.get("format") != FORMAT:
            message = f"a model of format {FORMAT} was expected. Train it anew."
            raise ModelRefused(message)
        for name, levels in shipped_shares().items():
            known = given.get("shares", {}).get(name, {})
            if set(known) != set(levels):
                message = f"its comparison {name!r} is not the one known here. Train it anew."
                raise ModelRefused(message)
        return cls(
            match_share=float(given["match_share"]),
            shares={
                name: {level: Shares(*shares) for level, shares in levels.items()}
                for name, levels in given["shares"].items()
            },
            frequencies={name: dict(known) for name, known in given["frequencies"].items()},
            floors={name: float(given["floors"][name]) for name in usual_shares()},
            rows=int(given["rows"]),
            software=str(given["software"]),
            trained=dict(given["trained"]),
        ).sealed()
