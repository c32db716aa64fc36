"""Figures of who is who: how right and how fast linkage is on a synthetic borough's six feeds.

The peer is Splink set up as its guides do, on the same rows in the same run. The borough has
380,000 people (about 700,000 records); `ONEPLACE_BENCH_PEOPLE` makes it smaller.
"""

import os
import random
import shutil
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oneplace.science.linkage import Candidate, Decisions, decide, keys_of_row, link
from oneplace.science.linkage.settings import Settings
from tests.benches import Figure, figure, run, world
from tests.benches.people_linkage_feeds import Feeds, read_feeds
from tests.benches.people_linkage_peer import standard
from tests.benches.people_linkage_rightness import Rightness, rightness

PEOPLE = int(os.environ.get("ONEPLACE_BENCH_PEOPLE", "380000"))
FEW = 20_000
UNSEEN = (11, 12, 13)
ARRIVALS = 5_000
PEER = "a standard Splink set-up"


@dataclass(frozen=True)
class _Both:
    feeds: Feeds
    decisions: Decisions
    ours: Rightness
    seconds: float
    peer: Rightness
    peer_seconds: float


@cache
def _both() -> _Both:
    feeds = read_feeds(world(PEOPLE))
    clusters, peer_seconds = standard(feeds.rows)
    peer = rightness(feeds, clusters)
    began = time.perf_counter()
    decisions = link(feeds.rows, said_same=feeds.said_same)
    seconds = time.perf_counter() - began
    ours = rightness(feeds, decisions.clusters)
    return _Both(feeds, decisions, ours, seconds, peer, peer_seconds)


def _share(bench: str, value: float, peer: float, least: float) -> Figure:
    goal = f">= {least}"
    return Figure(bench, round(value, 6), "share", PEER, round(peer, 6), goal, value >= least)


@figure("people.linkage_f1")
def f1() -> Figure:
    """Pair F1 on the whole borough."""
    both = _both()
    return _share("people.linkage_f1", both.ours.f1, both.peer.f1, 0.996)


@figure("people.linkage_precision")
def precision() -> Figure:
    """Pair precision on the whole borough."""
    both = _both()
    return _share("people.linkage_precision", both.ours.precision, both.peer.precision, 0.9985)


@figure("people.linkage_clusters")
def clusters() -> Figure:
    """Cluster F1 on the whole borough."""
    both = _both()
    return _share("people.linkage_clusters", both.ours.cluster_f1, both.peer.cluster_f1, 0.993)


def _found(source: str, least: float) -> Figure:
    both = _both()
    name = f"people.linkage_found_{source}"
    return _share(name, both.ours.found[source], both.peer.found[source], least)


@figure("people.linkage_found_gp")
def found_gp() -> Figure:
    """GP records that stand with their person."""
    return _found("gp", 0.999)


@figure("people.linkage_found_hospital")
def found_hospital() -> Figure:
    """Hospital records that stand with their person."""
    return _found("hospital", 0.995)


@figure("people.linkage_found_council")
def found_council() -> Figure:
    """Social care records that stand with their person."""
    return _found("council", 0.97)


@figure("people.linkage_twins")
def twins() -> Figure:
    """Twins merged, of all twins."""
    both = _both()
    ours = both.ours.twins_merged / max(both.ours.twins, 1)
    peer = both.peer.twins_merged / max(both.peer.twins, 1)
    return Figure(
        "people.linkage_twins", round(ours, 6), "share", PEER, round(peer, 6), "<= 0.001",
        ours <= 0.001,
    )  # fmt: skip


@figure("people.linkage_time")
def seconds() -> Figure:
    """From rows to clusters, training, vetoes and clusters included."""
    both = _both()
    return Figure(
        "people.linkage_time", round(both.seconds, 1), "s", PEER, round(both.peer_seconds, 1),
        "<= 1.2 x", both.seconds <= 1.2 * both.peer_seconds,
    )  # fmt: skip


@cache
def _arrivals() -> tuple[float, float]:
    """The share of single arrivals decided as the batch did, and the 99th percentile in ms."""
    both = _both()
    rows = {row.subject_id: row for row in both.feeds.rows}
    decided = both.decisions.clusters
    members: dict[str, list[str]] = defaultdict(list)
    holders: dict[str, list[str]] = defaultdict(list)
    for subject, row in rows.items():
        members[decided[subject]].append(subject)
        for key in keys_of_row(row):
            holders[key].append(subject)
    same: dict[str, set[str]] = defaultdict(set)
    for one, other in both.feeds.said_same:
        same[one].add(other)
        same[other].add(one)
    agree, took = 0, []
    for subject in random.Random(1).sample(sorted(rows), min(ARRIVALS, len(rows))):
        near = [holders[key] for key in keys_of_row(rows[subject])]
        named = {each for held in near if len(held) <= Settings().largest_block for each in held}
        around = {decided[each] for each in (named | same[subject]) - {subject}}
        candidates = [
            Candidate(rows[each], key) for key in around for each in members[key] if each != subject
        ]
        began = time.perf_counter()
        found = decide(rows[subject], candidates, both.decisions.model, same=same[subject])
        took.append(time.perf_counter() - began)
        alone = members[decided[subject]] == [subject]
        agree += set(found.joins) == (set() if alone else {decided[subject]})
    took.sort()
    return agree / len(took), took[int(len(took) * 0.99)] * 1000


@figure("people.linkage_arrivals_agree")
def arrivals_agree() -> Figure:
    """Single arrivals decided as the batch decided."""
    agree, _ = _arrivals()
    return Figure(
        "people.linkage_arrivals_agree", round(agree, 5), "share", "the batch", 1.0, ">= 0.999",
        agree >= 0.999,
    )  # fmt: skip


@figure("people.linkage_arrivals_ms")
def arrivals_ms() -> Figure:
    """99th percentile of deciding one arrival, without the database."""
    _, milliseconds = _arrivals()
    return Figure(
        "people.linkage_arrivals_ms", round(milliseconds, 2), "ms", "goal, database included",
        20.0, "<= 20 ms", milliseconds <= 20.0,
    )  # fmt: skip


def _small(seed: int, scenario: str = "default") -> Rightness:
    folder = Path(tempfile.mkdtemp(prefix="oneplace-bench-"))
    try:
        run(
            *(".venv/bin/oneplace", "borough", "--people", str(FEW), "--seed", str(seed)),
            *("--scenario", scenario, "--out", str(folder / "borough"), "--json"),
        )
        feeds = read_feeds(folder / "borough")
    finally:
        shutil.rmtree(folder)
    return rightness(feeds, link(feeds.rows, said_same=feeds.said_same).clusters)


@figure("people.linkage_unseen")
def unseen() -> Figure:
    """The least pair F1 of three boroughs of 20,000 that nothing was developed on."""
    least = min(_small(seed).f1 for seed in UNSEEN)
    return Figure(
        "people.linkage_unseen", round(least, 6), "share", "goal", 0.996, ">= 0.996",
        least >= 0.996,
    )  # fmt: skip


@figure("people.linkage_dirty")
def dirty() -> Figure:
    """Pair F1 of a borough of 20,000 with twice the errors."""
    found = _small(UNSEEN[0], "dirty").f1
    return Figure(
        "people.linkage_dirty", round(found, 6), "share", "goal at usual rates", 0.996,
        "reported", None,
    )  # fmt: skip
