"""A snapshot names nobody, says what the record says, reads only changes, and leads back home."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from oneplace.access.models import AuditEntry, ChoiceKind
from oneplace.access.viewer import NOBODY, Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.insight.explaining import explain_in
from oneplace.insight.snapshot import Snapshot, SnapshotRefused, newest
from oneplace.people import queries, verbs
from oneplace.people.models import Pseudonym
from oneplace.records.models import Entry, Identity
from oneplace.snapshot import Taken, take
from oneplace.snapshot.keeper import KEEPER
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.rows import EntrySaid
from oneplace.vocabulary.terms import AccountKind, EntryKind, EntryStatus, Role
from tests.database import as_role
from tests.rooms.people.saying import (
    AT,
    GP,
    HOSPITAL,
    OTHER_NUMBER,
    key,
    loader,
    margaret,
    person_of,
    say,
    stay,
)
from tests.rooms.people.test_choices import choose, doctor
from tests.rooms.snapshot.national import nobody_is_out

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("partners")]
WEIGHT = "100000779999999101"


def entry(kind: EntryKind, name: str, at: datetime, whose: str = "1", **more: object) -> EntrySaid:
    given: dict[str, object] = {
        "source": "practice",
        "kind": kind,
        "key": name,
        "subject": key(GP, whose),
        "said_at": at,
        "place": "row 1",
        "status": EntryStatus.ENDED,
        "starts_at": at,
        "title": "Somebody's own words that stay behind",
        "organisation": "ZZAS06",
    }
    return EntrySaid(**{**given, **more})  # type: ignore[arg-type]


@pytest.fixture
def lives(partners: None) -> uuid.UUID:
    """Margaret in two sources, with a stay, a fall and a medicine; and Ada."""
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1", practice_code="ZZAS06"), margaret(HOSPITAL, "H1"))
        say(margaret(GP, "2", given="Ada", born_on=date(1970, 1, 2), nhs_number=OTHER_NUMBER))
        say(
            stay(
                status=EntryStatus.ENDED,
                ends_at=datetime(2026, 3, 11, 9, tzinfo=UTC),
                detail={
                    "codes": [{"code": "21", "system": "nhs_admission_method"}],
                    "frailty": 6,
                    "diagnoses": [{"code": "S72.0", "system": "icd10", "words": "Hip"}],
                },
            ),
            entry(EntryKind.FALL, "f1", datetime(2026, 3, 9, 7, tzinfo=UTC)),
            entry(
                EntryKind.MEDICINE,
                "m1",
                datetime(2026, 1, 9, tzinfo=UTC),
                status=EntryStatus.CURRENT,
                code="111",
                code_system="dmd",
                detail={"last_issued": "2026-02-09"},
            ),
            entry(
                EntryKind.OBSERVATION,
                "o1",
                datetime(2026, 1, 9, tzinfo=UTC),
                code="222",
                code_system="snomed",
                value=Decimal("71.5"),
                unit="kg",
            ),
            entry(
                EntryKind.CONDITION,
                "c1",
                datetime(2026, 1, 9, tzinfo=UTC),
                code="333",
                code_system="snomed",
                labels=("R",),
            ),
            entry(
                EntryKind.APPOINTMENT,
                "a1",
                datetime(2026, 4, 9, tzinfo=UTC),
                status=EntryStatus.PLANNED,
            ),
        )
        nobody_is_out()
        return person_of(GP, "1").pk


def taken(folder: Path, **more: object) -> Taken:
    with as_role(DatabaseRole.LOADER):
        return take(folder=folder / "snapshots", by=KEEPER, at=AT, **more)  # type: ignore[arg-type]


def rows(found: Taken) -> list[tuple[object, ...]]:
    events = [str(found.folder / name) for name in found.manifest.files["events"]]
    with duckdb.connect() as store:
        return store.execute(
            "select w.kind, w.mark, w.system, w.code, e.happened_on, e.ended_on, e.value, s.name,"
            f" e.pseudonym, e.event from read_parquet({events}) e"
            f" join '{found.folder / 'whats.parquet'}' w using (what)"
            f" join '{found.folder / 'sources.parquet'}' s using (source) order by all"
        ).fetchall()


def test_what_happened_is_there_and_what_was_planned_or_protected_is_not(lives, tmp_path):
    found = rows(taken(tmp_path))

    assert [row[:8] for row in found] == [
        ("diagnosis", "emergency", "icd10", "S72.0", date(2026, 3, 9), date(2026, 3, 11), None,
         "hospital"),
        ("fall", "", "", "", date(2026, 3, 9), None, None, "practice"),
        ("issue", "", "dmd", "111", date(2026, 2, 9), None, None, "practice"),
        ("medicine", "", "dmd", "111", date(2026, 1, 9), None, None, "practice"),
        ("observation", "", "oneplace", "clinical-frailty", date(2026, 3, 9), None, 6.0,
         "hospital"),
        ("observation", "", "snomed", "222", date(2026, 1, 9), None, 71.5, "practice"),
        ("stay", "emergency", "", "", date(2026, 3, 9), date(2026, 3, 11), None, "hospital"),
    ]  # fmt: skip


def test_no_file_of_a_snapshot_names_anybody_or_quotes_free_text(lives, tmp_path):
    found = taken(tmp_path)

    with duckdb.connect() as store:
        said = ""
        for path in sorted(found.folder.glob("*.parquet")):
            said += str(store.execute(f"select * from '{path}'").fetchall())
    said += (found.folder / "manifest.json").read_text()
    for secret in (
        "Okafor", "Margaret", "9990000018", "CR7", "Elm Rise", "own words", str(lives), "020 7946",
        "1943, 5, 12",
    ):  # fmt: skip
        assert secret not in said
    assert "1943, 5, 1)" in said
    assert found.manifest.counts["people"] == 2
    assert sorted(path.suffix for path in found.folder.iterdir() if path.suffix != ".parquet") == [
        ".json"
    ]


def test_nothing_new_makes_no_new_snapshot(lives, tmp_path):
    first = taken(tmp_path)

    again = taken(tmp_path)

    assert not again.is_new
    assert again.folder == first.folder
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [first.folder.name]


def test_reading_only_changes_comes_to_the_same_as_reading_everybody(lives, tmp_path):
    first = taken(tmp_path)
    with as_role(DatabaseRole.LOADER):
        long_ago = datetime.fromisoformat(first.manifest.taken_at) - timedelta(days=2)
        Entry.objects.update(received_at=long_ago)
        Identity.objects.update(received_at=long_ago)
        say(entry(EntryKind.FALL, "f2", datetime(2026, 3, 11, tzinfo=UTC), whose="2"))

    changes = taken(tmp_path)
    whole = taken(tmp_path, everybody=True)

    assert changes.manifest.changed == 1
    assert changes.manifest.based_on == first.manifest.hash
    assert changes.manifest.hash == whole.manifest.hash != first.manifest.hash
    assert rows(changes) == rows(whole)


def test_parts_in_which_nobody_changed_are_shared_with_the_last(lives, tmp_path):
    first = taken(tmp_path)
    with as_role(DatabaseRole.LOADER):
        long_ago = datetime.fromisoformat(first.manifest.taken_at) - timedelta(days=2)
        Entry.objects.update(received_at=long_ago)
        say(entry(EntryKind.FALL, "f2", datetime(2026, 3, 11, tzinfo=UTC), whose="2"))

    second = taken(tmp_path)

    same = [
        name
        for name in second.manifest.files["events"]
        if (second.folder / name).stat().st_ino == (first.folder / name).stat().st_ino
    ]
    assert len(same) == len(second.manifest.files["events"]) - 1


def test_whoever_objects_is_not_in_it(lives, tmp_path):
    choose(lives, ChoiceKind.OBJECTION, doctor())

    found = taken(tmp_path)

    assert found.manifest.counts["people"] == 1
    assert rows(found) == []


def test_whoever_objects_later_is_gone_from_the_next(lives, tmp_path):
    first = taken(tmp_path)
    choose(lives, ChoiceKind.OBJECTION, doctor())

    second = taken(tmp_path)

    assert first.manifest.counts["people"] == 2
    assert second.manifest.counts["people"] == 1
    assert rows(second) == []


def test_a_merge_carries_both_records_under_the_survivors_number(lives, tmp_path):
    before = taken(tmp_path)
    with as_role(DatabaseRole.LOADER):
        say(entry(EntryKind.FALL, "f2", datetime(2026, 3, 11, tzinfo=UTC), whose="2"))
        keep, gone = person_of(GP, "1"), person_of(GP, "2")
        verbs.merge(kept=keep, given_up=gone, why="One and the same", by=loader(), at=AT)

    after = taken(tmp_path)

    assert before.manifest.counts["people"] == 2
    assert after.manifest.counts["people"] == 1
    assert len({row[8] for row in rows(after)}) == 1
    assert [row[0] for row in rows(after)].count("fall") == 2


def test_pseudonyms_lead_back_only_to_whom_the_viewer_may_open(lives, tmp_path):
    found = taken(tmp_path)
    number = next(row[8] for row in rows(found) if row[0] == "fall")
    event = next(row[9] for row in rows(found) if row[0] == "fall")
    gp = doctor()

    with viewing(gp, at=AT):
        opened = queries.people_behind([number], viewer=gp)
        entries = queries.entries_behind(lives, [event], viewer=gp)
        numbers = queries.pseudonyms_of([lives], viewer=gp)

    assert opened == {number: lives}
    assert numbers == {lives: number}
    with as_role(DatabaseRole.LOADER):
        assert Entry.objects.get(pk=entries[event]).kind is EntryKind.FALL


@pytest.mark.parametrize("name", ["people_behind", "pseudonyms_of", "entries_behind"])
def test_a_stranger_sees_nobody_behind_a_pseudonym(lives, tmp_path, name):
    found = rows(taken(tmp_path))
    number, event = found[0][8], found[0][9]
    stranger = Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Alex Other",
        role=Role.COMMUNITY_NURSE,
        permissions=permissions_of(Role.COMMUNITY_NURSE),
    )
    asks: dict[str, Callable[[Viewer], object]] = {
        "people_behind": lambda by: queries.people_behind([number], viewer=by),
        "pseudonyms_of": lambda by: queries.pseudonyms_of([lives], viewer=by),
        "entries_behind": lambda by: queries.entries_behind(lives, [event], viewer=by),
    }

    with viewing(stranger, at=AT):
        assert not asks[name](stranger)
        assert not Pseudonym.objects.exists()
    assert not asks[name](NOBODY)


def test_without_its_audit_nobody_is_given_a_pseudonym(lives, broken_audit):
    broken_audit()

    with as_role(DatabaseRole.LOADER):
        with pytest.raises(RuntimeError, match="no audit"):
            verbs.give_pseudonyms(by=KEEPER, at=AT)
        assert not Pseudonym.objects.exists()


def test_pseudonyms_are_given_once_and_told_in_the_audit(lives):
    with as_role(DatabaseRole.LOADER):
        assert verbs.give_pseudonyms(by=KEEPER, at=AT) == 2
        kept = set(Pseudonym.objects.values_list("person_id", "number"))

        assert verbs.give_pseudonyms(by=KEEPER, at=AT) == 0
        assert set(Pseudonym.objects.values_list("person_id", "number")) == kept
        assert AuditEntry.objects.filter(action="give_pseudonyms").count() == 1


def test_one_person_is_explained_from_a_snapshot(lives, tmp_path):
    found = taken(tmp_path)
    number = next(row[8] for row in rows(found) if row[0] == "fall")

    told = explain_in(Snapshot.open(newest(tmp_path / "snapshots")), number, on=date(2026, 3, 12))

    assert told is not None
    assert told.row["clinical_frailty"] == 6
    assert {row["code"] for row in told.reasons} >= {"recent_discharge", "falls"}


def test_a_folder_without_a_snapshot_says_how_to_make_one(tmp_path):
    with pytest.raises(SnapshotRefused, match="oneplace snapshot"):
        newest(tmp_path)


def test_a_snapshot_that_lacks_a_file_is_refused(lives, tmp_path):
    found = taken(tmp_path)
    (found.folder / found.manifest.files["events"][0]).unlink()

    with pytest.raises(SnapshotRefused, match="lacks its table 'events'"):
        Snapshot.open(found.folder)


def test_a_run_cut_short_leaves_the_last_snapshot_and_nothing_half(lives, tmp_path, monkeypatch):
    first = taken(tmp_path)

    def cut_short(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("oneplace.snapshot.taking._write_events", cut_short)
    with pytest.raises(KeyboardInterrupt):
        taken(tmp_path, everybody=True)

    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [first.folder.name]
