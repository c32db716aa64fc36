"""Decides about many subjects at once: candidates, training, scoring, rules, clusters.

DuckDB holds what is compared and Splink trains and scores; the rules and the clusters are ours.
"""

# ruff: noqa: S608 - the SQL is put together from our own names, never from what is read

import gc
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from oneplace.science.linkage.clusters import Claim, Edge, Groups, joined, keys_of_clusters, rivals
from oneplace.science.linkage.comparing import COMPARISONS, GIVEN
from oneplace.science.linkage.evidence import Evidence, explain
from oneplace.science.linkage.model import Model
from oneplace.science.linkage.prepared import Prepared, keys_of, prepare, prepared_table
from oneplace.science.linkage.rules import (
    ESTABLISHED,
    FORBIDS,
    RANK,
    RULES,
    TIERS,
    Circumstances,
    are_names_unlike,
    judge,
)
from oneplace.science.linkage.settings import Settings
from oneplace.science.linkage.training import TABLE, linker_for, quiet, tell_frequencies, train
from oneplace.vocabulary.rows.linkage import Known, SaidSame, SubjectRow, subject_rows
from oneplace.vocabulary.terms import MatchTier

_GAMMAS: Final = tuple(f"gamma_{each.name}" for each in COMPARISONS)
_AROUND: Final = ("is_unknown", "is_multiple", "is_established", "died_apart")


@dataclass(frozen=True)
class Decisions:
    """What was decided of everybody.

    `pairs` has one row per pair that is linked, to be reviewed or forbidden: `subject_id`,
    `other_id`, `tier`, `weight` (bits), `rule` (a name of `rules.RULES`, or ""). Every other pair
    is apart. `clusters` gives each subject its cluster's key.
    """

    pairs: pa.Table
    clusters: Mapping[str, str]
    model: Model
    settings: Settings
    rows: Mapping[str, SubjectRow] = field(repr=False)

    def evidence(self, subject_id: str, other_id: str) -> Evidence:
        """Why a pair was decided so, comparison by comparison, in words."""
        return explain(self.rows[subject_id], self.rows[other_id], self.model, self.settings)


def link(
    rows: Sequence[SubjectRow] | pa.Table,
    *,
    said_same: Iterable[SaidSame] = (),
    known: Iterable[Known] = (),
    model: Model | None = None,
    settings: Settings | None = None,
    previous: Mapping[str, str] | None = None,
) -> Decisions:
    """Decide who is who among the rows.

    `said_same` is what sources say themselves, `known` what stewards decided. With a `model`
    nothing is trained. `previous` are the clusters of before, whose keys are kept. The result is a
    function of its arguments alone: the order of the rows does not matter.
    """
    with _without_collecting():
        given = subject_rows(rows) if isinstance(rows, pa.Table) else list(rows)
        given.sort(key=lambda row: row.subject_id)
        places = {row.subject_id: place for place, row in enumerate(given)}
        if len(places) < len(given):
            message = "Two rows have the same subject_id; each subject may be given once."
            raise ValueError(message)
        certain = _certain(places, said_same, known)
        return _linked(given, certain, model, settings or Settings(), previous or {})


@contextmanager
def _without_collecting() -> Iterator[None]:
    """What is made here is much and forms no circles: looking for garbage in it takes minutes."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _linked(
    rows: Sequence[SubjectRow],
    certain: "_Certain",
    model: Model | None,
    settings: Settings,
    previous: Mapping[str, str],
) -> Decisions:
    ready = [prepare(row) for row in rows]
    names = [row.subject_id for row in rows]
    with duckdb.connect() as connection:
        _load(connection, ready, settings, certain)
        model = model or train(connection, settings)
        _score(connection, model, settings)
        decided = _decide(connection, settings, certain)
    groups = _groups(ready, decided, certain, settings)
    pairs = _pairs(names, decided, groups)
    clusters = _clusters(names, groups, previous)
    return Decisions(pairs, clusters, model, settings, dict(zip(names, rows, strict=True)))


@dataclass(frozen=True)
class _Certain:
    """Pairs somebody decided, by the subjects' numbers, the smaller first."""

    same: Mapping[tuple[int, int], str]
    """Each with the rule that says so."""
    apart: frozenset[tuple[int, int]]


def _certain(
    places: Mapping[str, int], said_same: Iterable[SaidSame], known: Iterable[Known]
) -> _Certain:
    def numbers(one: str, other: str) -> tuple[int, int] | None:
        if one == other or one not in places or other not in places:
            return None
        first, second = sorted((places[one], places[other]))
        return first, second

    same: dict[tuple[int, int], str] = {}
    for said in said_same:
        if pair := numbers(*said):
            same[pair] = "source_same"
    apart = set()
    for decision in known:
        pair = numbers(decision.subject_id, decision.other_id)
        if pair and decision.is_same:
            same[pair] = "steward_same"
        elif pair:
            apart.add(pair)
            same.pop(pair, None)
    return _Certain(same, frozenset(apart))


def _load(
    connection: duckdb.DuckDBPyConnection,
    ready: Sequence[Prepared],
    settings: Settings,
    certain: _Certain,
) -> None:
    """Make the tables of subjects and of the pairs to compare."""
    connection.register("given_subjects", prepared_table(ready))
    connection.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM given_subjects")
    connection.register("keys", _shared_keys(ready, settings))
    also = [*certain.same, *certain.apart]
    connection.register(
        "given_pairs",
        pa.table({
            "join_key_l": pa.array([pair[0] for pair in also], pa.int32()),
            "join_key_r": pa.array([pair[1] for pair in also], pa.int32()),
        }),
    )  # fmt: skip
    connection.execute(
        """CREATE TABLE candidates AS SELECT DISTINCT '0' AS match_key, join_key_l, join_key_r
        FROM (SELECT l.no AS join_key_l, r.no AS join_key_r
            FROM keys l JOIN keys r ON l.key = r.key AND l.no < r.no
            UNION ALL SELECT * FROM given_pairs)"""
    )


def _score(connection: duckdb.DuckDBPyConnection, model: Model, settings: Settings) -> None:
    """Let Splink weigh every candidate pair; the table `scored` has patterns and weights."""
    with quiet():
        linker = linker_for(connection, model, settings)
        tell_frequencies(connection, linker, model)
        api = linker._db_api
        linker.table_management.register_blocked_pairs_for_predict(
            api.table_to_splink_dataframe("candidates", "candidates")
        )
        scored = linker.inference.predict()
    established = [
        name for name, share in model.frequencies.get("given", {}).items() if share >= ESTABLISHED
    ]
    connection.register("given_names", pa.table({"name": pa.array(established, pa.string())}))
    near = GIVEN.place("near")
    connection.execute(
        f"""CREATE TABLE scored AS
        SELECT no_l, no_r, match_weight AS weight, {", ".join(_GAMMAS)},
            l.is_unknown OR r.is_unknown AS is_unknown,
            l.is_multiple OR r.is_multiple AS is_multiple,
            gamma_given = {near} AND l.given IN (FROM given_names)
                AND r.given IN (FROM given_names) AS is_established,
            coalesce(substr(l.died, 1, 7) <> substr(r.died, 1, 7), false) AS died_apart
        FROM {scored.physical_name} p
        JOIN {TABLE} l ON l.no = p.no_l JOIN {TABLE} r ON r.no = p.no_r"""
    )


def _shared_keys(ready: Sequence[Prepared], settings: Settings) -> pa.Table:
    """Who holds which key, of the keys that find somebody; a key is a number within this run."""
    keys = [keys_of(each) for each in ready]
    counts = np.fromiter(map(len, keys), np.int32, len(keys))
    # Two keys of one hash would only have a pair compared in vain.
    hashed = np.fromiter(map(hash, itertools.chain.from_iterable(keys)), np.int64, counts.sum())
    _, places, held = np.unique(hashed, return_inverse=True, return_counts=True)
    shared = ((held >= 2) & (held <= settings.largest_block))[places]
    numbers = np.repeat(np.arange(len(keys), dtype=np.int32), counts)
    return pa.table({"no": numbers[shared], "key": places[shared]})


@dataclass(frozen=True)
class _Decided:
    """Pairs by number, in their order of weight, with tier and rule by place in `rules`."""

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64]
    tier: npt.NDArray[np.int8]
    rule: npt.NDArray[np.int16]
    rules: tuple[str, ...]

    def edges(self, chosen: npt.NDArray[np.bool_]) -> Iterator[Edge]:
        """The pairs chosen, as edges in their order."""
        columns = (self.left[chosen], self.right[chosen], self.weight[chosen])
        return itertools.starmap(Edge, zip(*(each.tolist() for each in columns), strict=True))

    def pairs_of(self, chosen: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
        """The pairs chosen, as numbers."""
        return list(zip(self.left[chosen].tolist(), self.right[chosen].tolist(), strict=True))


def _decide(
    connection: duckdb.DuckDBPyConnection, settings: Settings, certain: _Certain
) -> _Decided:
    """Ask the rules once per pattern, then choose each pair's tier by its weight."""
    columns = (*_GAMMAS, *_AROUND)
    patterns = connection.execute(f"SELECT DISTINCT {', '.join(columns)} FROM scored").fetchall()
    judged = [
        judge(tuple(values[: len(_GAMMAS)]), Circumstances(*values[len(_GAMMAS) :]))
        for values in patterns
    ]
    rules = ("", *RULES)
    told: dict[str, Any] = {
        name: pa.array([values[place] for values in patterns], _arrow_type(name))
        for place, name in enumerate(columns)
    }
    told["least"] = pa.array([RANK[each.least] for each in judged], pa.int8())
    told["most"] = pa.array([RANK[each.most] for each in judged], pa.int8())
    told["rule"] = pa.array([rules.index(each.rule) for each in judged], pa.int16())
    told["forbids"] = pa.array([each.rule in FORBIDS for each in judged], pa.bool_())
    connection.register("judged", pa.table(told))
    same = " AND ".join(f"s.{name} = j.{name}" for name in columns)
    found = connection.execute(
        f"""SELECT no_l, no_r, weight, rule, tier::TINYINT AS tier FROM (
            SELECT no_l, no_r, weight, rule, forbids,
                least(most, greatest(least, (weight >= {settings.review_from})::INTEGER
                    + (weight >= {settings.linked_from})::INTEGER)) AS tier
            FROM scored s JOIN judged j ON {same})
        WHERE tier > 0 OR forbids OR (no_l, no_r) IN (FROM given_pairs)
        ORDER BY weight DESC, no_l, no_r"""
    ).fetchnumpy()
    tier, rule = found["tier"], found["rule"]
    if certain.same or certain.apart:
        pairs = zip(found["no_l"].tolist(), found["no_r"].tolist(), strict=True)
        for place, pair in enumerate(pairs):
            if pair in certain.same:
                tier[place] = RANK[MatchTier.LINKED]
                rule[place] = rules.index(certain.same[pair])
            elif pair in certain.apart:
                tier[place] = RANK[MatchTier.APART]
                rule[place] = rules.index("steward_apart")
    return _Decided(found["no_l"], found["no_r"], found["weight"], tier, rule, rules)


def _arrow_type(name: str) -> pa.DataType:
    return pa.bool_() if name in _AROUND else pa.int32()


def _groups(
    ready: Sequence[Prepared], decided: _Decided, certain: _Certain, settings: Settings
) -> Groups:
    """Join what is linked, the surest first, and keep apart what a rule keeps apart."""
    claims = [Claim(each.nhs, each.is_traced) if each.nhs else None for each in ready]
    linked = _without_rivals(decided, claims, settings)
    forbids = [decided.rules.index(rule) for rule in FORBIDS]
    groups = Groups(
        claims,
        decided.pairs_of(~linked & np.isin(decided.rule, forbids)),
        lambda one, other: are_names_unlike(ready[one], ready[other]),
    )
    sure = [Edge(*pair, 0.0, is_certain=True) for pair in sorted(certain.same)]
    joined(groups, itertools.chain(sure, decided.edges(linked)))
    return groups


def _without_rivals(
    decided: _Decided, claims: Sequence[Claim | None], settings: Settings
) -> npt.NDArray[np.bool_]:
    """Which pairs are linked, once those have been put aside that could as well be another."""
    linked: npt.NDArray[np.bool_] = decided.tier == RANK[MatchTier.LINKED]
    numberless = np.fromiter((claim is None for claim in claims), np.bool_, len(claims))
    said = [decided.rules.index(rule) for rule in ("source_same", "steward_same")]
    half = linked & (numberless[decided.left] != numberless[decided.right])
    half &= ~np.isin(decided.rule, said)
    torn = rivals(decided.edges(half), claims, settings.rival_within)
    if torn:
        for place in np.flatnonzero(half).tolist():
            if (int(decided.left[place]), int(decided.right[place])) in torn:
                decided.tier[place] = RANK[MatchTier.REVIEW]
                decided.rule[place] = decided.rules.index("rivals")
                linked[place] = False
    return linked


def _pairs(names: Sequence[str], decided: _Decided, groups: Groups) -> pa.Table:
    """The pairs as told: what the clusters made of a pair stands above what it was by itself."""
    roots = np.fromiter((groups.root(each) for each in range(len(names))), np.int32, len(names))
    together = roots[decided.left] == roots[decided.right]
    tier, rule = decided.tier.copy(), decided.rule.copy()
    linked, review = RANK[MatchTier.LINKED], RANK[MatchTier.REVIEW]
    through = together & (tier == review)
    tier[through], rule[through] = linked, decided.rules.index("through")
    torn = ~together & (tier == linked)
    tier[torn], rule[torn] = review, decided.rules.index("torn")
    words = pa.array(names, pa.string())
    return pa.table({
        "subject_id": words.take(pa.array(decided.left)),
        "other_id": words.take(pa.array(decided.right)),
        "tier": pa.DictionaryArray.from_arrays(pa.array(tier), [each.value for each in TIERS]),
        "weight": pa.array(decided.weight),
        "rule": pa.DictionaryArray.from_arrays(pa.array(rule), list(decided.rules)),
    })  # fmt: skip


def _clusters(names: Sequence[str], groups: Groups, previous: Mapping[str, str]) -> dict[str, str]:
    held: dict[int, list[str]] = {}
    for place, name in enumerate(names):
        held.setdefault(groups.root(place), []).append(name)
    clusters = list(held.values())
    keys = keys_of_clusters(clusters, previous)
    return {name: key for cluster, key in zip(clusters, keys, strict=True) for name in cluster}
