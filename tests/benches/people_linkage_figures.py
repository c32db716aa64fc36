"""Figures of who is who: how right and how fast linkage is on a synthetic borough's feeds."""

from collections import Counter
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


def _pairs(counts: Counter) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def measured(feeds: Feeds, clusters: Mapping[str, str]) -> Rightness:
    """Our clusters beside the truth."""
    person = feeds.person
    ours: Counter = Counter(clusters[row.subject_id] for row in feeds.rows)
    true: Counter = Counter(person[row.subject_id] for row in feeds.rows)
    both: Counter = Counter((clusters[r.subject_id], person[r.subject_id]) for r in feeds.rows)
    right = _pairs(both)
    precision, recall = right / max(_pairs(ours), 1), right / max(_pairs(true), 1)
    exact = sum(1 for (key, who), n in both.items() if ours[key] == n == true[who])
    cluster_precision, cluster_recall = exact / len(ours), exact / len(true)
    main: dict[int, tuple[int, str]] = {}
    for (key, who), n in both.items():
        main[who] = max(main.get(who, (0, "")), (n, key))
    held: Counter = Counter()
    total: Counter = Counter()
    for row in feeds.rows:
        total[row.source] += 1
        held[row.source] += main[person[row.subject_id]][1] == clusters[row.subject_id]
    return Rightness(
        precision, recall, _f1(precision, recall), _f1(cluster_precision, cluster_recall),
        {source: held[source] / total[source] for source in sorted(total)},
        _pairs(ours) - right, _pairs(true) - right,
    )  # fmt: skip


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(precision + recall, 1e-12)
