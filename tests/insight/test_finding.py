"""What is found: the documented columns, whole, the same each time, with reasons that tell all."""

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from oneplace.insight.evidence import MOST_EVENTS
from oneplace.insight.finding import Found, find
from oneplace.insight.reasons import GAP, REASONS, words
from oneplace.insight.segments import SEGMENTS
from oneplace.insight.settings import Settings
from oneplace.insight.shapes import FOUND
from oneplace.insight.snapshot import Manifest, Snapshot, SnapshotRefused, read_manifest
from tests.benches.casefinding_world import ON, make


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("world")
    make(folder, people=1_500, events=120_000, seed=3)
    return Snapshot.open(folder, memory="1GB", threads=1)


@pytest.fixture(scope="module")
def found(snapshot) -> Found:
    return find(snapshot, on=ON)


def rows(table):
    return table.to_pyarrow().to_pylist()


def test_the_tables_have_the_columns_that_are_promised(found):
    for name, schema in FOUND.items():
        table = found.tables[name].to_pyarrow()
        assert table.column_names == schema.names
        assert table.schema.types == schema.types, name


def test_everybody_alive_is_in_one_segment_and_on_the_eligible_list_once(snapshot, found):
    people = rows(snapshot.table("people"))
    alive = {
        row["pseudonym"]
        for row in people
        if (row["died_on"] is None or row["died_on"] > ON)
        and (row["born_month"] is None or row["born_month"] <= ON)
    }

    scored = [row["pseudonym"] for row in rows(found.scores)]
    listed = [row["pseudonym"] for row in rows(found.eligible)]

    assert sorted(scored) == sorted(listed) == sorted(alive)
    assert {row["segment"] for row in rows(found.scores)} <= set(SEGMENTS)


def test_all_ages_are_there(found):
    assert {row["age_band"] for row in rows(found.scores)} >= {"0 to 17", "18 to 39", "75 to 84"}


def test_every_reason_says_why_in_words_with_a_number_and_its_events(found):
    for row in rows(found.reasons):
        reason = REASONS[row["code"]]
        said = words(row)
        assert said and "None" not in said and "–" not in said, row
        if reason.topics and row["code"] != "package_growing":
            assert row["event_ids"], row
            assert len(row["event_ids"]) <= (1 if reason.newest else MOST_EVENTS)
            assert row["source"] in ("gp", "hospital")
            assert row["on"] <= ON
        if row["leaves_on"] is not None:
            assert row["leaves_on"] > ON


def test_a_reason_leaves_on_the_day_it_says_if_nothing_new_happens(snapshot, found):
    leaving = [
        row
        for row in rows(found.reasons)
        if row["code"] in ("falls", "emergency_stays", "bereaved", "recent_discharge")
    ][:200]
    assert leaving
    days = sorted({row["leaves_on"] for row in leaving})[:2]

    # What happened after the day asked about is not known on it.
    for day in days:
        before = find_without_later(snapshot, day - timedelta(days=1))
        after = find_without_later(snapshot, day)
        for row in leaving:
            if row["leaves_on"] == day:
                key = (row["pseudonym"], row["code"])
                assert key in before
                assert key not in after


def find_without_later(snapshot: Snapshot, on: date) -> set[tuple[int, str]]:
    events = snapshot.table("events")
    known = events.filter(events.happened_on <= ON)

    class UpToThen(Snapshot):
        def table(self, name):
            return known if name == "events" else super().table(name)

    then = UpToThen(snapshot.folder, snapshot.manifest, snapshot.connection)
    return {(row["pseudonym"], row["code"]) for row in rows(find(then, on=on).reasons)}


def test_the_eligible_list_says_who_was_not_and_why(found):
    reasons = {}
    for row in rows(found.reasons):
        reasons.setdefault(row["pseudonym"], set()).add(row["code"])

    for row in rows(found.eligible):
        mine = reasons.get(row["pseudonym"], set())
        assert set(row["reasons"]) == mine
        assert row["needs"] + row["gaps"] == len(mine)
        assert row["gaps"] == sum(REASONS[code].kind == GAP for code in mine)
        assert row["is_eligible"] == (row["why_not"] is None)
        if row["practice"] is None:
            assert row["why_not"] == "no_practice"
        elif not mine:
            assert row["why_not"] == "no_reason"
        elif not row["needs"]:
            assert row["why_not"] == "too_few_reasons"


def test_the_reasons_of_one_person_stand_in_the_order_in_which_they_are_told(found):
    order = list(REASONS)

    for row in rows(found.eligible):
        places = [order.index(code) for code in row["reasons"]]
        assert places == sorted(places)


def test_no_small_segment_is_told(found):
    small = Settings().small_number

    for row in rows(found.segments):
        for name in ("people", "with_reasons"):
            assert row[name] is None or row[name] == 0 or row[name] >= small
        assert row["is_suppressed"] == (row["people"] is None or row["with_reasons"] is None)


def test_the_same_snapshot_and_day_find_the_same(snapshot, found):
    again = find(snapshot, on=ON)

    for name in FOUND:
        key = [column for column in found.tables[name].columns if column != "event_ids"][:2]
        one = found.tables[name].order_by(key).to_pyarrow()
        other = again.tables[name].order_by(key).to_pyarrow()
        assert one.equals(other), name


def test_another_threshold_is_another_version_and_finds_others(snapshot, found):
    strict = Settings(falls_in_year=5, stays_for_reason=4)

    fewer = find(snapshot, on=ON, settings=strict)

    assert fewer.settings != found.settings
    assert fewer.reasons.count().to_pyarrow().as_py() < found.reasons.count().to_pyarrow().as_py()


def test_a_chance_of_the_local_model_is_one_reason_and_moves_no_score(snapshot, found):
    numbers = found.scores.select("pseudonym").order_by("pseudonym").limit(20).to_pyarrow()
    risk = pa.table({"pseudonym": numbers.column(0), "risk": [0.9] * 10 + [0.1] * 10})

    with_model = find(snapshot, on=ON, admission_risk=risk)

    held = with_model.reasons.filter(with_model.reasons.code == "admission_risk")
    assert held.count().to_pyarrow().as_py() == 10
    for name in ("needs", "gaps", "is_eligible", "why_not"):
        order = ("pseudonym", name)
        before = found.eligible.select(*order).order_by("pseudonym").to_pyarrow()
        assert before.equals(with_model.eligible.select(*order).order_by("pseudonym").to_pyarrow())
    drop = "admission_risk"
    one = found.scores.drop(drop).order_by("pseudonym").to_pyarrow()
    assert one.equals(with_model.scores.drop(drop).order_by("pseudonym").to_pyarrow())


def test_what_was_found_is_written_and_read_again(found, tmp_path):
    found.write(tmp_path / "found")

    for name, schema in FOUND.items():
        table = pa.parquet.read_table(tmp_path / "found" / f"{name}.parquet")
        assert table.column_names == schema.names


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"made_at": 1}'])
def test_a_damaged_manifest_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)

    with pytest.raises(SnapshotRefused, match="cannot be read"):
        read_manifest(tmp_path)


def test_a_snapshot_of_another_version_is_refused(tmp_path, snapshot):
    Manifest(**{**snapshot.manifest.__dict__, "shape": 99}).write(tmp_path)

    with pytest.raises(SnapshotRefused, match="another version"):
        read_manifest(tmp_path)
