"""A borough of about 35,000 records: the sibling of the figures in `make bench NAME=people`."""

import random
from collections import defaultdict
from pathlib import Path

import pytest

from oneplace.borough.lives.settings import settings_for
from oneplace.borough.make import make_borough
from oneplace.science.linkage import Candidate, Decisions, Settings, decide, keys_of_row, link
from oneplace.vocabulary.place import load_place, place_path
from tests.benches.people_linkage_feeds import Feeds, read_feeds
from tests.benches.people_linkage_rightness import rightness

pytestmark = pytest.mark.slow

PEOPLE, SEED = 17_500, 20


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Feeds:
    folder = tmp_path_factory.mktemp("linkage") / "borough"
    place = load_place(place_path(""))
    make_borough(settings_for(place, people=PEOPLE, seed=SEED), folder, place)
    return read_feeds(Path(folder))


@pytest.fixture(scope="module")
def decisions(feeds: Feeds) -> Decisions:
    return link(feeds.rows, said_same=feeds.said_same)


def test_a_borough_is_linked_as_rightly_as_promised(feeds: Feeds, decisions: Decisions) -> None:
    found = rightness(feeds, decisions.clusters)

    assert len(feeds.rows) > 33_000
    assert found.f1 >= 0.996
    assert found.precision >= 0.9985
    assert found.cluster_f1 >= 0.993
    assert found.found["gp"] >= 0.999
    assert found.found["hospital"] >= 0.995
    assert found.found["council"] >= 0.97
    assert found.twins > 20
    assert found.twins_merged == 0


def test_the_model_stays_small(decisions: Decisions, tmp_path: Path) -> None:
    decisions.model.write(tmp_path / "model.json")

    assert (tmp_path / "model.json").stat().st_size < 1_000_000


def test_single_arrivals_end_where_the_batch_put_them(feeds: Feeds, decisions: Decisions) -> None:
    rows = {row.subject_id: row for row in feeds.rows}
    decided = decisions.clusters
    members, holders = defaultdict(list), defaultdict(list)
    for subject, row in rows.items():
        members[decided[subject]].append(subject)
        for key in keys_of_row(row):
            holders[key].append(subject)
    said = {subject for pair in feeds.said_same for subject in pair}
    chosen = random.Random(2).sample(sorted(rows.keys() - said), 1500)
    differ = []
    for subject in chosen:
        near = [holders[key] for key in keys_of_row(rows[subject])]
        named = {each for held in near if len(held) <= Settings().largest_block for each in held}
        around = {decided[each] for each in named - {subject}}
        candidates = [
            Candidate(rows[each], key) for key in around for each in members[key] if each != subject
        ]
        found = decide(rows[subject], candidates, decisions.model)
        alone = members[decided[subject]] == [subject]
        if set(found.joins) != (set() if alone else {decided[subject]}):
            differ.append(subject)

    assert len(differ) <= len(chosen) * 0.001
