"""Asks the data, through Splink, how much each agreement is worth; gives a `Model`.

How often strangers agree (u) is sampled, how often rows of one person do (m) is found by
expectation maximisation (Fellegi and Sunter, JASA 64, 1969; Linacre and others, Int. J. Population
Data Science 7(1), 2022), each comparison among pairs that were found by something else.
"""

# ruff: noqa: S608 - the SQL is put together from our own names, never from what is read

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import __version__ as splink_version

from oneplace.science.linkage.comparing import COMPARISONS, Comparison
from oneplace.science.linkage.model import LEAST, Model, Shares, counted, shipped_shares
from oneplace.science.linkage.settings import Settings

TABLE: Final = "subjects"
"""The table of prepared subjects, in the store that Splink is given."""

_ROUNDS: Final = (("nhs",), ("born", "family"), ("born", "given"), ("given", "family", "postcode"))
"""What pairs agree on in each round of EM, the surest first; each teaches the other comparisons."""

_ENOUGH_PAIRS: Final = 1_000
"""A round with fewer pairs than this teaches nothing."""

_LEAST_OF_SHIPPED: Final = 0.25
"""No error is believed to be rarer than this share of what routine records show: where those who
taught us never differ in something, those we have to decide about still may."""

_COMMON_FROM: Final = 10
"""A value borne by at least this many subjects is common enough to be known by itself."""

_RECALL: Final = 0.85
"""Of true pairs: the share we take to agree on what `_prior` counts, where no number does."""


def splink_settings(model: Model, settings: Settings) -> SettingsCreator:
    """The comparisons as Splink's settings, with the model's shares, naming no dialect."""
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_splink_comparison(each, model) for each in COMPARISONS],
        blocking_rules_to_generate_predictions=[block_on("nhs")],
        probability_two_random_records_match=model.match_share,
        em_convergence=0.001,
        max_iterations=settings.rounds,
        # Splink tells which level held only beside the values themselves.
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=False,
        unique_id_column_name="no",
    )


def _splink_comparison(comparison: Comparison, model: Model) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": comparison.silent_sql,
            "label_for_charts": "silent",
            "is_null_level": True,
        }
    ]
    for level in comparison.levels:
        shares = model.shares[comparison.name][level.name]
        told: dict[str, Any] = {
            "sql_condition": level.sql,
            "label_for_charts": level.name,
            "m_probability": shares.m,
            "u_probability": shares.u,
            "fix_u_probability": level.is_u_fixed,
        }
        if level.frequency:
            told |= {
                "tf_adjustment_column": level.frequency,
                "tf_adjustment_weight": 1.0,
                "tf_minimum_u_value": model.floors[level.frequency],
            }
        levels.append(told)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


@contextmanager
def quiet() -> Iterator[None]:
    """Splink's remarks are for somebody at a notebook; ours are in what we return."""
    log = logging.getLogger("splink")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def linker_for(connection: duckdb.DuckDBPyConnection, model: Model, settings: Settings) -> Linker:
    """A Splink linker over the prepared subjects in `TABLE`."""
    api = DuckDBAPI(connection)
    frame = api.table_to_splink_dataframe(TABLE, TABLE)
    return Linker(frame, splink_settings(model, settings), log_level=None)


def train(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Model:
    """A model of the prepared subjects in `TABLE`; the shipped weights if they are too few."""
    rows = _count(connection, f"SELECT count(*) FROM {TABLE}")
    model = Model.shipped(_prior(connection, rows))
    trained: dict[str, Any] = {}
    if rows >= settings.least_to_train:
        with quiet():
            linker = linker_for(connection, model, settings)
            linker.training.estimate_u_using_random_sampling(
                max_pairs=settings.training_pairs * 5, seed=settings.seed, num_chunks=1
            )
            trained = dict(_learn(connection, linker, settings))
            model = _learnt(model, linker)
    frequencies, floors = _frequencies(connection)
    return Model(
        model.match_share,
        model.shares,
        frequencies,
        floors,
        rows=rows,
        software=f"splink {splink_version}",
        trained=trained,
    ).sealed()


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    # All of it is fetched: DuckDB allows one unfinished result per connection.
    return int(connection.execute(sql).fetchall()[0][0])


def _pairs_agreeing(connection: duckdb.DuckDBPyConnection, *columns: str) -> int:
    told = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return _count(
        connection,
        f"SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT count(*) AS n FROM {TABLE}"
        f" WHERE {told} GROUP BY {', '.join(columns)})",
    )


def _prior(connection: duckdb.DuckDBPyConnection, rows: int) -> float:
    """How likely two rows picked at random are one person, from pairs that surely are."""
    if rows < 2:
        return 1e-6
    numbered = _count(connection, f"SELECT count(nhs) FROM {TABLE}")
    by_number = _pairs_agreeing(connection, "nhs") * (rows / max(numbered, 1)) ** 2
    by_name = _pairs_agreeing(connection, "given", "family", "born") / _RECALL
    true_pairs = by_number if numbered > rows / 2 else max(by_number, by_name)
    share = max(true_pairs, 1.0) / (rows * (rows - 1) / 2)
    return min(max(share, LEAST / 10), 0.5)


def _learn(
    connection: duckdb.DuckDBPyConnection, linker: Linker, settings: Settings
) -> Iterator[tuple[str, int]]:
    """Rounds of EM until every comparison has been taught; which were held, on how many pairs."""
    untaught = {each.name for each in COMPARISONS}
    for columns in _ROUNDS:
        teaches = {
            each.name for each in COMPARISONS if not set(each.columns) & set(columns)
        } & untaught
        pairs = _pairs_agreeing(connection, *columns) if teaches else 0
        if pairs < _ENOUGH_PAIRS:
            continue
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns),
            estimate_without_term_frequencies=True,
            max_pairs=settings.training_pairs if pairs > settings.training_pairs else None,
        )
        untaught -= teaches
        yield "+".join(columns), pairs


def _learnt(model: Model, linker: Linker) -> Model:
    """The shares Splink found; a level it never saw keeps what is shipped, within bounds."""
    shares = shipped_shares()
    for told in linker.misc.save_model_to_json()["comparisons"]:
        name = told["output_column_name"]
        for level in told["comparison_levels"]:
            known = shares[name].get(level.get("label_for_charts", ""))
            if known is None:
                continue
            shares[name][level["label_for_charts"]] = Shares(
                _rounded(max(level.get("m_probability", known.m), known.m * _LEAST_OF_SHIPPED)),
                _rounded(max(level.get("u_probability", known.u), LEAST)),
            )
    return Model(model.match_share, shares, {})


def _rounded(share: float) -> float:
    """Six figures: the order in which a machine adds up must not make another model."""
    return float(f"{share:.6g}")


def _frequencies(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """How common each common value is, and how common every other is taken to be.

    A value counts as common when `_COMMON_FROM` subjects or more bear it. So among a few rows no
    name is common for standing twice, and a model holds nobody's own phone number or home.
    """
    shares: dict[str, dict[str, float]] = {}
    floors: dict[str, float] = {}
    for column, level in counted().items():
        borne = _count(connection, f"SELECT count({column}) FROM {TABLE}")
        floor = max(level.floor, min(_COMMON_FROM / max(borne, 1), level.u))
        rows = connection.execute(
            f"SELECT {column}, count(*) / {max(borne, 1)} AS share FROM {TABLE}"
            f" WHERE {column} IS NOT NULL GROUP BY {column}"
            f" HAVING count(*) >= {_COMMON_FROM} AND share > {floor} ORDER BY {column}"
        ).fetchall()
        shares[column] = {value: float(share) for value, share in rows}
        floors[column] = floor
    return shares, floors


def tell_frequencies(connection: duckdb.DuckDBPyConnection, linker: Linker, model: Model) -> None:
    """Let Splink score with the model's frequencies, whatever the data at hand would say."""
    api = linker._db_api
    for column in counted():
        known = model.frequencies.get(column, {})
        connection.register(
            f"known_{column}",
            pa.table({
                "value": pa.array(list(known), pa.string()),
                "share": pa.array(list(known.values()), pa.float64()),
            }),
        )  # fmt: skip
        table = f"frequency_of_{column}"
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT DISTINCT {column},"
            f" coalesce(share, {model.floors[column]}) AS tf_{column}"
            f" FROM {TABLE} LEFT JOIN known_{column} ON value = {column}"
            f" WHERE {column} IS NOT NULL"
        )
        linker.table_management.register_term_frequency_lookup(
            api.table_to_splink_dataframe(table, table), column
        )
