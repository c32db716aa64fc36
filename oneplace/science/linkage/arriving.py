"""Decides about one arriving subject, in milliseconds and without a database, as the batch would.

Whoever calls looks up candidates by `keys_of`: every subject that shares a key, and with it all
members of that subject's cluster. A key that more than `Settings.largest_block` subjects hold finds
nobody.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from oneplace.science.linkage.clusters import Claim, Edge, Groups, joined, rivals
from oneplace.science.linkage.evidence import Evidence, Weighed, told, weighed
from oneplace.science.linkage.model import Model
from oneplace.science.linkage.prepared import Prepared, keys_of, prepare
from oneplace.science.linkage.rules import FORBIDS, are_names_unlike
from oneplace.science.linkage.settings import Settings
from oneplace.vocabulary.rows.linkage import SubjectRow
from oneplace.vocabulary.terms import MatchTier


@dataclass(frozen=True)
class Candidate:
    """Somebody already decided about: the row and the key of its cluster."""

    row: SubjectRow
    cluster: str


@dataclass(frozen=True)
class ArrivalPair:
    """What was decided of the arriving subject and one candidate."""

    other_id: str
    tier: MatchTier
    weight: float
    rule: str
    evidence: Evidence


@dataclass(frozen=True)
class Arrival:
    """Where the arriving subject belongs."""

    subject_id: str
    joins: tuple[str, ...]
    """The clusters it belongs to, the one whose key stays first; more than one where it shows that
    they are one person; none where it is somebody new."""
    pairs: tuple[ArrivalPair, ...]
    """Pairs linked or to be reviewed, the heaviest first."""

    @property
    def reviews(self) -> tuple[ArrivalPair, ...]:
        """The pairs a steward has to decide."""
        return tuple(pair for pair in self.pairs if pair.tier is MatchTier.REVIEW)


def decide(
    row: SubjectRow,
    candidates: Iterable[Candidate],
    model: Model,
    settings: Settings | None = None,
    *,
    same: Collection[str] = (),
    apart: Collection[str] = (),
) -> Arrival:
    """Decide where a row belongs among the candidates.

    `same` are the subjects the row's source, or a steward, calls one with it; `apart` those a
    steward told apart from it. The row itself among the candidates is passed over.
    """
    settings = settings or Settings()
    others = [each for each in candidates if each.row.subject_id != row.subject_id]
    others.sort(key=lambda each: each.row.subject_id)
    case = _Case([prepare(row), *(prepare(each.row) for each in others)], others, model, settings)
    overruled = {
        place: "source_same" if other.row.subject_id in same else "steward_apart"
        for place, other in enumerate(others, 1)
        if other.row.subject_id in same or other.row.subject_id in apart
    }
    found = case.weighed(overruled)
    groups = case.groups(found, overruled)
    return Arrival(
        row.subject_id, _clusters_of(groups, others), _pairs(groups, others, found, overruled)
    )


@dataclass(frozen=True)
class _Case:
    """The arriving row, number 0, and its candidates, numbered from 1."""

    ready: Sequence[Prepared]
    others: Sequence[Candidate]
    model: Model
    settings: Settings

    def weighed(self, named: Collection[int]) -> dict[int, Weighed]:
        """What each candidate weighs that shares a key with the row or is named with it."""
        keys = set(keys_of(self.ready[0]))
        return {
            place: weighed(self.ready[0], self.ready[place], self.model, self.settings)
            for place in range(1, len(self.ready))
            if place in named or not keys.isdisjoint(keys_of(self.ready[place]))
        }

    def groups(self, found: dict[int, Weighed], overruled: dict[int, str]) -> Groups:
        """The clusters as they stand, and the row joined to those it belongs to."""
        claims = [Claim(each.nhs, each.is_traced) if each.nhs else None for each in self.ready]
        edges = self._edges(found, overruled, claims)
        certain = [
            Edge(0, place, 0.0, is_certain=True)
            for place, rule in overruled.items()
            if rule == "source_same"
        ]
        forbidden = [(0, place) for place, rule in overruled.items() if rule == "steward_apart"]
        forbidden += [
            (0, place)
            for place, each in found.items()
            if place not in overruled and each.tier is MatchTier.APART and each.rule in FORBIDS
        ]
        wanted = {self.others[edge.right - 1].cluster for edge in (*edges, *certain)}
        if len(wanted) > 1:
            forbidden += self._at_odds(wanted)
        groups = Groups(claims, forbidden, self._are_unlike)
        first: dict[str, int] = {}
        for place, other in enumerate(self.others, 1):
            groups.join(first.setdefault(other.cluster, place), place, is_certain=True)
        joined(groups, (*certain, *edges))
        return groups

    def _are_unlike(self, one: int, other: int) -> bool:
        return are_names_unlike(self.ready[one], self.ready[other])

    def _edges(
        self,
        found: dict[int, Weighed],
        overruled: Collection[int],
        claims: Sequence[Claim | None],
    ) -> list[Edge]:
        """The pairs linked by themselves, the surest first, without rivals."""
        edges = [
            Edge(0, place, each.weight)
            for place, each in found.items()
            if each.tier is MatchTier.LINKED and place not in overruled
        ]
        edges.sort(key=lambda edge: (-edge.weight, edge.right))
        torn = rivals(edges, claims, self.settings.rival_within)
        return [edge for edge in edges if (edge.left, edge.right) not in torn]

    def _at_odds(self, wanted: set[str]) -> list[tuple[int, int]]:
        """The candidates of different clusters whom a rule keeps apart."""
        places = [place for place, other in enumerate(self.others, 1) if other.cluster in wanted]
        keys = {place: set(keys_of(self.ready[place])) for place in places}
        return [
            (one, other)
            for one, other in combinations(places, 2)
            if self.others[one - 1].cluster != self.others[other - 1].cluster
            and not keys[one].isdisjoint(keys[other])
            and weighed(self.ready[one], self.ready[other], self.model, self.settings).rule
            in FORBIDS
        ]


def _clusters_of(groups: Groups, others: Sequence[Candidate]) -> tuple[str, ...]:
    held = Counter(
        others[place - 1].cluster for place in groups.members(groups.root(0)) if place > 0
    )
    return tuple(sorted(held, key=lambda key: (-held[key], key)))


def _pairs(
    groups: Groups,
    others: Sequence[Candidate],
    found: dict[int, Weighed],
    overruled: dict[int, str],
) -> tuple[ArrivalPair, ...]:
    pairs = []
    for place, each in found.items():
        tier, rule = each.tier, each.rule
        is_together = groups.root(place) == groups.root(0)
        if place in overruled:
            rule = overruled[place]
            tier = MatchTier.LINKED if rule == "source_same" else MatchTier.APART
        elif tier is MatchTier.REVIEW and is_together:
            tier, rule = MatchTier.LINKED, "through"
        elif tier is MatchTier.LINKED and not is_together:
            tier, rule = MatchTier.REVIEW, "torn"
        if tier is not MatchTier.APART:
            name = others[place - 1].row.subject_id
            pairs.append(ArrivalPair(name, tier, each.weight, rule, told(each)))
    return tuple(sorted(pairs, key=lambda pair: (-pair.weight, pair.other_id)))
