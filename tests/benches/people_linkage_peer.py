"""The peer of linkage: Splink set up as its own guides do, without vetoes. Only benches use it."""

import logging
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from oneplace.vocabulary.rows.linkage import SubjectRow, subject_table

_CLEAN = """CREATE TABLE people AS SELECT subject_id AS unique_id,
    nullif(nhs_number, '') AS nhs_number, lower(nullif(trim(given), '')) AS given,
    lower(nullif(trim(family), '')) AS family, nullif(born_on, '') AS born_on,
    nullif(replace(upper(postcode), ' ', ''), '') AS postcode, nullif(mobile, '') AS mobile,
    nullif(phone, '') AS phone, nullif(lower(email), '') AS email,
    upper(substr(nullif(gender, ''), 1, 1)) AS gender FROM given_rows"""


def standard(rows: list[SubjectRow]) -> tuple[dict[str, str], float]:
    """Clusters of a standard set-up, and the seconds it took from rows to clusters."""
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    began = time.perf_counter()
    connection = duckdb.connect()
    connection.register("given_rows", subject_table(rows))
    connection.execute(_CLEAN)
    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("given"),
            cl.NameComparison("family"),
            cl.DateOfBirthComparison("born_on", input_is_string=True),
            cl.PostcodeComparison("postcode"),
            cl.ExactMatch("nhs_number"),
            cl.ExactMatch("mobile").configure(term_frequency_adjustments=True),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
            cl.ExactMatch("gender"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("nhs_number"),
            block_on("family", "born_on"),
            block_on("given", "born_on"),
            block_on("postcode", "born_on"),
            block_on("given", "family", "postcode"),
            block_on("given", "family", "substr(born_on, 1, 4)"),
        ],
        retain_intermediate_calculation_columns=True,
    )
    linker = Linker(api.register("people"), settings, log_level=None)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("nhs_number"), block_on("given", "family", "born_on")], recall=0.9
    )
    training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("given", "family"))
    training.estimate_parameters_using_expectation_maximisation(block_on("born_on", "postcode"))
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=0.95
    )
    found = connection.execute(
        f"SELECT unique_id, cluster_id FROM {clustered.physical_name}"
    ).fetchall()
    return dict(found), time.perf_counter() - began
