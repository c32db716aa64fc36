"""Asks the science of linkage who is who, for everybody or for a few beside what is known.

The few are decided with the weights learnt from everybody and by the same rules, so that one
arriving record ends where the next linkage of everybody would put it.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from typing import NamedTuple

from oneplace.people.models import LinkedBy, Risk
from oneplace.people.verbs.writing import How
from oneplace.science import linkage
from oneplace.science.linkage.clusters import Claim, Edge, Groups, joined, rivals
from oneplace.science.linkage.evidence import Weighed, told, weighed
from oneplace.science.linkage.prepared import Prepared
from oneplace.science.linkage.rules import FORBIDS, RULES, are_names_unlike
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


_Pair = tuple[int, int]
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
    best: dict[str, tuple[float, str, str]] = {}
    doubtful = []
    for one, other, tier, weight, rule in zip(
        pairs["subject_id"], pairs["other_id"], pairs["tier"], pairs["weight"], pairs["rule"],
        strict=True,
    ):  # fmt: skip
        if tier == MatchTier.LINKED:
            if decisions.clusters[one] != decisions.clusters[other]:
                continue
            for subject, beside in ((one, other), (other, one)):
                if subject not in best or best[subject][:2] < (weight, rule):
                    best[subject] = (weight, rule, beside)
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
    words: dict[frozenset[str], str] = {}

    def why(one: str, other: str) -> str:
        pair = frozenset((one, other))
        if pair not in words:
            words[pair] = decisions.evidence(one, other).words
        return words[pair]

    how = {
        uuid.UUID(subject): how_of(weight, rule, partial(why, subject, beside))
        for subject, (weight, rule, beside) in best.items()
    }
    return Decided(list(groups.values()), how, doubtful, decisions.model)


def how_of(weight: float, rule: str, why: Callable[[], str]) -> How:
    """How a link of this weight and rule was decided, in our words; `why` tells a likeness's."""
    if rule in _BY_NUMBER:
        return How(LinkedBy.NUMBER, weight, RULES[rule])
    if rule == "steward_same":
        return How(LinkedBy.STEWARD, weight, RULES[rule])
    return How(LinkedBy.LIKENESS, weight, why())


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
    subjects = sorted(named)
    places = {subject: place for place, subject in enumerate(subjects)}
    ready = [linkage.prepare(named[subject]) for subject in subjects]
    certain = _certain(places, same, known)
    pairs = {(places[one], places[other]) for one, other in pairs_sharing(keys)}
    settings = linkage.Settings()
    found = {
        pair: weighed(ready[pair[0]], ready[pair[1]], model, settings)
        for pair in sorted(pairs | certain.keys())
    }
    groups, torn = _grouped(ready, found, certain, settings)
    best: dict[int, tuple[float, str, _Pair]] = {}
    doubtful = []
    for pair, each in found.items():
        rule = certain.get(pair, each.rule)
        is_linked = (each.tier is MatchTier.LINKED and pair not in certain) or rule in _SAME
        if groups.root(pair[0]) == groups.root(pair[1]):
            for place in pair if is_linked else ():
                best[place] = max(best.get(place, (-1e9, "", pair)), (each.weight, rule, pair))
        elif is_linked or (each.tier is MatchTier.REVIEW and pair not in certain):
            rule = "rivals" if pair in torn else "torn" if is_linked else rule
            one, other = (named[subjects[place]] for place in pair)
            doubtful.append(
                Doubtful(
                    uuid.UUID(one.subject_id),
                    uuid.UUID(other.subject_id),
                    each.weight,
                    told(replace(each, rule=rule)).words,
                    risk_of(each.rule, one, other),
                )
            )
    members: dict[int, list[uuid.UUID]] = {}
    for place, subject in enumerate(subjects):
        members.setdefault(groups.root(place), []).append(uuid.UUID(subject))
    how = {
        uuid.UUID(subjects[place]): how_of(weight, rule, partial(_told, found[pair]))
        for place, (weight, rule, pair) in best.items()
    }
    return Decided(list(members.values()), how, doubtful)


_SAME = frozenset({"source_same", "steward_same"})


def _told(each: Weighed) -> str:
    return told(each).words


def _certain(
    places: Mapping[str, int], same: Sequence[SaidSame], known: Sequence[Known]
) -> dict[_Pair, str]:
    """Pairs somebody decided, the smaller first, with the rule that says so."""
    said = [(one, other, "source_same") for one, other in same]
    said += [
        (one, other, "steward_same" if is_same else "steward_apart")
        for one, other, is_same in known
    ]
    found = {}
    for one, other, rule in said:
        if one in places and other in places and one != other:
            first, second = sorted((places[one], places[other]))
            found[first, second] = rule
    return found


def _grouped(
    ready: Sequence[Prepared],
    found: Mapping[_Pair, Weighed],
    certain: Mapping[_Pair, str],
    settings: linkage.Settings,
) -> tuple[Groups, set[_Pair]]:
    """Join what is linked, the surest first; also the pairs that could as well be another."""
    claims = [Claim(each.nhs, each.is_traced) if each.nhs else None for each in ready]
    linked = [
        Edge(*pair, each.weight)
        for pair, each in found.items()
        if each.tier is MatchTier.LINKED and pair not in certain
    ]
    linked.sort(key=lambda edge: (-edge.weight, edge.left, edge.right))
    torn = rivals(linked, claims, settings.rival_within)
    linked = [edge for edge in linked if (edge.left, edge.right) not in torn]
    forbidden = [
        pair
        for pair, each in found.items()
        if certain.get(pair) == "steward_apart"
        or (pair not in certain and each.tier is not MatchTier.LINKED and each.rule in FORBIDS)
    ]
    groups = Groups(
        claims, forbidden, lambda one, other: are_names_unlike(ready[one], ready[other])
    )
    sure = [
        Edge(*pair, 0.0, is_certain=True) for pair, rule in sorted(certain.items()) if rule in _SAME
    ]
    joined(groups, (*sure, *linked))
    return groups, torn
