"""Who belongs together: from linked pairs to clusters, without joining what must stay apart.

Joining everything that is linked to something linked would let one wrong pair join two people. So
pairs join in the order of their weight, the surest first, and a join is refused that would bring
together two subjects a rule forbids, or two different verified NHS numbers; the pair refused, the
weakest of its chain, goes to the steward.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple


class Edge(NamedTuple):
    """Two subjects, by number, that a pair's decision would join."""

    left: int
    right: int
    weight: float
    is_certain: bool = False
    """Said by a steward or by their source: joined first, and against the rules."""


class Claim(NamedTuple):
    """A sound NHS number somebody bears, and whether it is verified."""

    number: str
    is_verified: bool


class Groups:
    """Subjects joined so far. `join` refuses what must stay apart."""

    def __init__(
        self,
        claims: Sequence[Claim | None],
        forbidden: Iterable[tuple[int, int]] = (),
        are_unlike: Callable[[int, int], bool] = lambda _, __: False,
    ) -> None:
        self._root = list(range(len(claims)))
        self._members: dict[int, list[int]] = {}
        # Nearly every group bears one number or none: only where there are more is a list kept.
        self._claim = list(claims)
        self._bearer = list(range(len(claims)))
        self._more: dict[int, list[tuple[Claim, int]]] = {}
        self._foes: dict[int, set[int]] = {}
        """By group: those who may not come in."""
        for left, right in forbidden:
            self._foes.setdefault(left, set()).add(right)
            self._foes.setdefault(right, set()).add(left)
        self._are_unlike = are_unlike

    def root(self, subject: int) -> int:
        """The group of a subject, by the number of one of its members."""
        root = self._root
        while root[subject] != subject:
            root[subject] = root[root[subject]]
            subject = root[subject]
        return subject

    def members(self, group: int) -> list[int]:
        """The subjects of a group."""
        return self._members.get(group, [group])

    def join(self, left: int, right: int, *, is_certain: bool = False) -> bool:
        """Join the groups of two subjects; False where they must stay apart."""
        one, other = self.root(left), self.root(right)
        if one == other:
            return True
        if not is_certain and self._must_stay_apart(one, other):
            return False
        ours, theirs = self.members(one), self.members(other)
        if len(ours) < len(theirs):
            one, other, ours, theirs = other, one, theirs, ours
        self._root[other] = one
        self._members[one] = ours + theirs
        self._members.pop(other, None)
        if other in self._foes:
            self._foes.setdefault(one, set()).update(self._foes.pop(other))
        self._take_claims(one, other)
        return True

    def _take_claims(self, one: int, other: int) -> None:
        """The numbers of a group that joined another; of one number the verified claim stands."""
        theirs = self._claims_of(other)
        if not theirs:
            return
        ours = self._claims_of(one)
        held = {claim.number: (claim, bearer) for claim, bearer in ours}
        for claim, bearer in theirs:
            if claim.number not in held or claim.is_verified > held[claim.number][0].is_verified:
                held[claim.number] = (claim, bearer)
        first, *more = held.values()
        self._claim[one], self._bearer[one] = first
        if more:
            self._more[one] = more

    def _claims_of(self, group: int) -> list[tuple[Claim, int]]:
        claim = self._claim[group]
        if claim is None:
            return []
        return [(claim, self._bearer[group]), *self._more.get(group, ())]

    def _must_stay_apart(self, one: int, other: int) -> bool:
        ours, theirs = self._claim[one], self._claim[other]
        if ours is not None and theirs is not None:
            is_plain = one not in self._more and other not in self._more
            if not (is_plain and ours.number == theirs.number) and self._are_at_odds(one, other):
                return True
        return any(self.root(foe) == other for foe in self._foes.get(one, ()))

    def _are_at_odds(self, one: int, other: int) -> bool:
        for claim, bearer in self._claims_of(one):
            for known, known_bearer in self._claims_of(other):
                if claim.number == known.number:
                    continue
                if claim.is_verified and known.is_verified:
                    return True
                if self._are_unlike(bearer, known_bearer):
                    return True
        return False


def rivals(
    edges: Iterable[Edge], claims: Sequence[Claim | None], within: float
) -> set[tuple[int, int]]:
    """The pairs between one without a number and those it could as well be another than.

    `within` is how far apart the weights may lie, in bits.
    """
    best: dict[int, dict[str, float]] = {}
    between: list[tuple[int, int, int, float]] = []
    for edge in edges:
        left, right = claims[edge.left], claims[edge.right]
        if (left is None) == (right is None):
            continue
        bearer = left or right
        if bearer is None or not bearer.is_verified:
            continue
        alone = edge.left if left is None else edge.right
        held = best.setdefault(alone, {})
        held[bearer.number] = max(held.get(bearer.number, edge.weight), edge.weight)
        between.append((alone, edge.left, edge.right, edge.weight))
    torn = set()
    for alone, held in best.items():
        if len(held) > 1:
            first, second, *_ = sorted(held.values(), reverse=True)
            if first - second < within:
                torn.add(alone)
    return {(left, right) for alone, left, right, _ in between if alone in torn}


def joined(groups: Groups, edges: Iterable[Edge]) -> list[Edge]:
    """Join what the edges say, the surest first; returns those refused.

    Edges must come in their order: certain ones, then by falling weight; equal ones in any order
    that does not change between runs.
    """
    return [
        edge for edge in edges if not groups.join(edge.left, edge.right, is_certain=edge.is_certain)
    ]


def keys_of_clusters(clusters: Sequence[Sequence[str]], previous: Mapping[str, str]) -> list[str]:
    """A key for each cluster of subject ids, kept from before wherever it can be.

    A key goes to the cluster that holds most of those who had it; a cluster without one is named
    after the first of its members by text. So the same clusters have the same keys whatever the
    order, and a run with no new evidence changes none.
    """
    if not previous:
        return [min(cluster) for cluster in clusters]
    wanted = []
    for place, cluster in enumerate(clusters):
        held = Counter(previous[subject] for subject in cluster if subject in previous)
        wanted += [(-count, key, min(cluster), place) for key, count in held.items()]
    found: dict[int, str] = {}
    used = set(previous.values())
    given: set[str] = set()
    for _, key, _, place in sorted(wanted):
        if place not in found and key not in given:
            found[place] = key
            given.add(key)
    keys = []
    for place, cluster in enumerate(clusters):
        key = found.get(place, "")
        if not key:
            names = [name for name in sorted(cluster) if name not in used and name not in given]
            key = names[0] if names else f"{min(cluster)}+{len(cluster)}"
            given.add(key)
        keys.append(key)
    return keys
