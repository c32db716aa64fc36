"""How right clusters are, beside the truth of a synthetic borough."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tests.benches.people_linkage_feeds import Feeds


@dataclass(frozen=True)
class Rightness:
    """How clusters compare with the truth. Shares between 0 and 1."""

    precision: float
    """Of pairs put together, those that are one person."""
    recall: float
    """Of pairs that are one person, those put together."""
    f1: float
    cluster_f1: float
    """Of whole clusters: those that are exactly one person's, among ours and among the true."""
    found: Mapping[str, float]
    """By source: the share of its subjects that stand with the most of their person."""
    false_pairs: int
    missed_pairs: int
    twins: int
    """Twins of whom both are known."""
    twins_merged: int


def rightness(feeds: Feeds, clusters: Mapping[str, str]) -> Rightness:
    """Our clusters beside the truth."""
    person = feeds.person
    names = [row.subject_id for row in feeds.rows]
    ours: Counter[str] = Counter(clusters[name] for name in names)
    true: Counter[int] = Counter(person[name] for name in names)
    both: Counter[tuple[str, int]] = Counter((clusters[name], person[name]) for name in names)
    right = _pairs(both)
    precision, recall = right / max(_pairs(ours), 1), right / max(_pairs(true), 1)
    exact = sum(ours[key] == n == true[who] for (key, who), n in both.items())
    held: dict[int, set[str]] = defaultdict(set)
    for key, who in both:
        held[who].add(key)
    known = [pair for pair in feeds.twins if pair[0] in held and pair[1] in held]
    return Rightness(
        precision,
        recall,
        _f1(precision, recall),
        _f1(exact / max(len(ours), 1), exact / max(len(true), 1)),
        _found(feeds, clusters, both),
        _pairs(ours) - right,
        _pairs(true) - right,
        len(known),
        sum(bool(held[one] & held[other]) for one, other in known),
    )


def _pairs(counts: Mapping[object, int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(precision + recall, 1e-12)


def _found(
    feeds: Feeds, clusters: Mapping[str, str], both: Mapping[tuple[str, int], int]
) -> dict[str, float]:
    main: dict[int, tuple[int, str]] = {}
    for (key, who), count in both.items():
        main[who] = max(main.get(who, (0, "")), (count, key))
    held: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for row in feeds.rows:
        total[row.source] += 1
        held[row.source] += main[feeds.person[row.subject_id]][1] == clusters[row.subject_id]
    return {source: held[source] / total[source] for source in sorted(total)}
