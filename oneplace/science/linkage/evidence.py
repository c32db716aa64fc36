"""Why two subjects were linked, kept apart or put aside, comparison by comparison, in words."""

from dataclasses import dataclass

from oneplace.science.linkage.comparing import (
    COMPARISONS,
    Comparison,
    Level,
    Pattern,
    pattern_of,
)
from oneplace.science.linkage.model import Model
from oneplace.science.linkage.prepared import Prepared, prepare
from oneplace.science.linkage.rules import RULES, circumstances_of, judge
from oneplace.science.linkage.settings import Settings
from oneplace.vocabulary.rows.linkage import SubjectRow
from oneplace.vocabulary.terms import MatchTier


@dataclass(frozen=True)
class Contribution:
    """What one comparison adds."""

    comparison: str
    level: str
    words: str
    weight: float
    """In bits; above nought it speaks for one person, below for two."""


@dataclass(frozen=True)
class Evidence:
    """All that was weighed of a pair."""

    tier: MatchTier
    weight: float
    """Of everything together, in bits; nought is even odds."""
    rule: str
    """A name of `rules.RULES`, or ""."""
    contributions: tuple[Contribution, ...]

    @property
    def words(self) -> str:
        """One sentence a person can read: what agrees, what does not, and the rule."""
        agrees = [each.words for each in self._by_weight() if each.weight > 0]
        differs = [each.words for each in self._by_weight() if each.weight <= 0]
        told = _capital(_listed(agrees)) if agrees else "Nothing agrees"
        if differs:
            told += f"; but {_listed(differs)}" if agrees else f"; {_listed(differs)}"
        return f"{told}. {RULES[self.rule]}" if self.rule else f"{told}."

    def _by_weight(self) -> list[Contribution]:
        return sorted(self.contributions, key=lambda each: -abs(each.weight))


@dataclass(frozen=True)
class Weighed:
    """What rules and weights say of one pair by itself."""

    tier: MatchTier
    weight: float
    rule: str
    pattern: Pattern
    parts: tuple[float, ...]


def weighed(left: Prepared, right: Prepared, model: Model, settings: Settings) -> Weighed:
    """Weigh two prepared subjects, exactly as the batch does."""
    pattern = pattern_of(left, right)
    parts = model.contributions(left, right, pattern)
    weight = model.prior + sum(parts)
    judgement = judge(pattern, circumstances_of(left, right, pattern, model))
    return Weighed(judgement.tier(weight, settings), weight, judgement.rule, pattern, parts)


def told(found: Weighed) -> Evidence:
    """What was weighed, in words."""
    contributions = tuple(
        _contribution(comparison, number, part)
        for comparison, number, part in zip(COMPARISONS, found.pattern, found.parts, strict=True)
        if number >= 0
    )
    return Evidence(found.tier, found.weight, found.rule, contributions)


def explain(left: SubjectRow, right: SubjectRow, model: Model, settings: Settings) -> Evidence:
    """Why a pair is decided so by itself; what stewards, sources and clusters say stands above."""
    return told(weighed(prepare(left), prepare(right), model, settings))


_RARE_FROM = 8.0
_COMMON_TO = 5.0


def _contribution(comparison: Comparison, number: int, weight: float) -> Contribution:
    level = comparison.levels[len(comparison.levels) - 1 - number]
    return Contribution(comparison.name, level.name, _words(level, weight), weight)


def _words(level: Level, weight: float) -> str:
    if level.frequency not in ("given", "family"):
        return level.words
    if weight >= _RARE_FROM:
        return level.words.replace("the same ", "the same rare ")
    if weight <= _COMMON_TO:
        return level.words.replace("the same ", "the same common ")
    return level.words


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
