"""Asks the science of linkage who is who, for everybody or for a few beside what is known.

The few are decided with the weights learnt from everybody and by the same rules, so that one
arriving record ends where the next linkage of everybody would put it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from oneplace.people.models import LinkedBy, Risk
from oneplace.people.verbs.writing import How
from oneplace.science import linkage
from oneplace.science.linkage.clusters import Claim, Groups
from oneplace.science.linkage.comparing import GIVEN, level_named, pattern_of
from oneplace.science.linkage.evidence import Evidence, weighed
from oneplace.science.linkage.prepared import Prepared
from oneplace.science.linkage.rules import FORBIDS, RULES
from oneplace.vocabulary.rows.linkage import Known, SaidSame, SubjectRow
from oneplace.vocabulary.terms import MatchTier


class Doubtful(NamedTuple):
    """A pair for the record steward."""

    one: uuid.UUID
    other: uuid.UUID
    weight: float
    evidence: str
    risk: str


@dataclass(frozen=True)
class Decided:
    """Who belongs together, how each was decided, and which pairs a steward should look at."""

    groups: Sequence[Sequence[uuid.UUID]]
    how: Mapping[uuid.UUID, How]
    doubtful: Sequence[Doubtful]
    model: linkage.Model | None = field(default=None, repr=False)


_BY_NUMBER = frozenset({"number", "source_same"})
_RISKS = {
    "two_numbers": Risk.TWO_NUMBERS,
    "two_numbers_little": Risk.TWO_NUMBERS,
    "twins": Risk.TWINS,
    "number_twins": Risk.TWINS,
}


def risk_of(rule: str, one: SubjectRow, other: SubjectRow) -> str:
    """Why two readers must agree about a pair, the stored word of `Risk`, or ""."""
    if rule in _RISKS:
        return _RISKS[rule].value
    numbers = {one.nhs_number, other.nhs_number} - {""}
    if len(numbers) > 1:
        return Risk.TWO_NUMBERS.value
    return Risk.TWINS.value if one.is_multiple_birth or other.is_multiple_birth else ""


def decide_all(
    rows: Sequence[SubjectRow], same: Sequence[SaidSame], known: Sequence[Known]
) -> Decided:
    """Decide about everybody at once, learning the weights from them."""
    decisions = linkage.link(rows, said_same=same, known=known)
    pairs = decisions.pairs.to_pydict()
    best: dict[str, tuple[float, str]] = {}
    doubtful = []
    for one, other, tier, weight, rule in zip(
        pairs["subject_id"], pairs["other_id"], pairs["tier"], pairs["weight"], pairs["rule"],
        strict=True,
    ):  # fmt: skip
        if tier == MatchTier.LINKED:
            if decisions.clusters[one] != decisions.clusters[other]:
                continue
            for subject in (one, other):
                if subject not in best or best[subject] < (weight, rule):
                    best[subject] = (weight, rule)
        elif tier == MatchTier.REVIEW:
            doubtful.append(
                Doubtful(
                    uuid.UUID(one),
                    uuid.UUID(other),
                    weight,
                    decisions.evidence(one, other).words,
                    risk_of(rule, decisions.rows[one], decisions.rows[other]),
                )
            )
    groups: dict[str, list[uuid.UUID]] = {}
    for subject, cluster in decisions.clusters.items():
        groups.setdefault(cluster, []).append(uuid.UUID(subject))
    how = {uuid.UUID(subject): how_of(*found) for subject, found in best.items()}
    return Decided(list(groups.values()), how, doubtful, decisions.model)


def how_of(weight: float, rule: str) -> How:
    """How a link of this weight and rule was decided, in our words."""
    if rule in _BY_NUMBER:
        return How(LinkedBy.NUMBER, weight, RULES[rule])
    if rule == "steward_same":
        return How(LinkedBy.STEWARD, weight, RULES[rule])
    return How(LinkedBy.LIKENESS, weight, RULES.get(rule, ""))


def pairs_sharing(keys: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
    """Every two subjects that share a key, the smaller first; `keys` gives subjects by key."""
    return {pair for held in keys.values() for pair in combinations(sorted(held), 2)}


def decide_few(
    rows: Sequence[SubjectRow],
    *,
    keys: Mapping[str, Sequence[str]],
    same: Sequence[SaidSame],
    known: Sequence[Known],
    model: linkage.Model,
) -> Decided:
    """Decide about some subjects beside one another, with weights learnt before.

    `keys` gives the subjects that share each key: only they are compared, as in a linkage of all.
    """
    named = {row.subject_id: row for row in rows}
    ready = {subject: linkage.prepare(row) for subject, row in named.items()}
    certain = _certain(named, same, known)
    judged: list[_Judged] = []
    for one, other in sorted(pairs_sharing(keys) | certain.keys()):
        if one in ready and other in ready:
            evidence, _ = weighed(ready[one], ready[other], model, linkage.Settings())
            rule = certain.get((one, other), "")
            judged.append(_Judged(one, other, evidence, rule or evidence.rule, bool(rule)))
    groups, refused = _grouped(sorted(ready), ready, judged)
    best: dict[str, tuple[float, str]] = {}
    doubtful = []
    for pair in judged:
        is_one = groups[pair.one] == groups[pair.other]
        if is_one and pair.tier == MatchTier.LINKED:
            for subject in (pair.one, pair.other):
                best[subject] = max(
                    best.get(subject, (-1e9, "")), (pair.evidence.weight, pair.rule)
                )
        elif not is_one and (pair.tier == MatchTier.REVIEW or pair in refused):
            doubtful.append(_doubtful(pair, named))
    members: dict[int, list[uuid.UUID]] = {}
    for subject, group in groups.items():
        members.setdefault(group, []).append(uuid.UUID(subject))
    how = {uuid.UUID(subject): how_of(*found) for subject, found in best.items()}
    return Decided(list(members.values()), how, doubtful)


class _Judged(NamedTuple):
    """A pair with what was found of it."""

    one: str
    other: str
    evidence: Evidence
    rule: str
    is_certain: bool

    @property
    def tier(self) -> MatchTier:
        """Where it belongs; what a steward or a source says stands above the weight."""
        if not self.is_certain:
            return self.evidence.tier
        return MatchTier.APART if self.rule == "steward_apart" else MatchTier.LINKED


def _certain(
    named: Mapping[str, SubjectRow], same: Sequence[SaidSame], known: Sequence[Known]
) -> dict[tuple[str, str], str]:
    """Pairs somebody decided, the smaller first, with the rule that says so."""
    found = {}
    for one, other in same:
        found[min(one, other), max(one, other)] = "source_same"
    for one, other, is_same in known:
        pair = (min(one, other), max(one, other))
        found[pair] = "steward_same" if is_same else "steward_apart"
    return {
        pair: rule for pair, rule in found.items() if pair[0] != pair[1] and set(pair) <= set(named)
    }


def _grouped(
    subjects: Sequence[str], ready: Mapping[str, Prepared], judged: Sequence[_Judged]
) -> tuple[dict[str, int], set[_Judged]]:
    """Each subject's group, and the linked pairs that had to be refused."""
    places = {subject: place for place, subject in enumerate(subjects)}
    claims = [
        Claim(number, ready[subject].is_traced) if (number := ready[subject].nhs) else None
        for subject in subjects
    ]
    forbidden = [(places[pair.one], places[pair.other]) for pair in judged if pair.rule in FORBIDS]

    def are_unlike(one: int, other: int) -> bool:
        pattern = pattern_of(ready[subjects[one]], ready[subjects[other]])
        return level_named(pattern, GIVEN) == "rest"

    groups = Groups(claims, forbidden, are_unlike)
    linked = sorted(
        (pair for pair in judged if pair.tier == MatchTier.LINKED),
        key=lambda pair: (not pair.is_certain, -pair.evidence.weight, pair.one, pair.other),
    )
    refused = {
        pair
        for pair in linked
        if not groups.join(places[pair.one], places[pair.other], is_certain=pair.is_certain)
    }
    return {subject: groups.root(place) for subject, place in places.items()}, refused


def _doubtful(pair: _Judged, named: Mapping[str, SubjectRow]) -> Doubtful:
    return Doubtful(
        uuid.UUID(pair.one),
        uuid.UUID(pair.other),
        pair.evidence.weight,
        pair.evidence.words,
        risk_of(pair.rule, named[pair.one], named[pair.other]),
    )
