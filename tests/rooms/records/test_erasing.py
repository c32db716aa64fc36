"""Erased for good: from the record, its past and what came in; after a restore too."""

import json
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection

from oneplace.access import verbs as access_verbs
from oneplace.access.models import RetentionHold, Right, RightItem, RightStep
from oneplace.access.models.right import HowItCame, RightKind, RightState, WhoAsks
from oneplace.access.rules.rights import ErasureGround
from oneplace.access.viewer import system_viewer
from oneplace.cli import database, erasures
from oneplace.cli.console import Stop
from oneplace.config.database import Role
from oneplace.feeds import queries as feeds
from oneplace.feeds import verbs as feeds_verbs
from oneplace.feeds.models import Delivery, Raw
from oneplace.kit.refusals import Refused
from oneplace.records import jobs, ledger, verbs
from oneplace.records.models import Entry, Erasure, Version
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.terms import AccountKind, Purpose
from tests.database import as_role
from tests.rooms.records.arriving import MARY, PRACTICE, arrive, entry, identity, loader
from tests.rooms.records.test_own_words import AT, OFFICER

pytestmark = pytest.mark.django_db

PERSON = new_id()
SECRET = "Zanzibar"
JOB = system_viewer("signed erasures", purpose=Purpose.DIRECT_CARE, permissions=frozenset())


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own."""
    monkeypatch.setattr(settings, "DATA_FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def held(db: None) -> Entry:
    """An entry that said a secret, and once said another."""
    with as_role(Role.LOADER):
        said = entry(words=f"She was in {SECRET}", title=f"Trip to {SECRET}")
        verbs.take_in(deliveries=[arrive(identity(), said)], by=loader(), at=AT)
        later = said._replace(
            words=f"She was in {SECRET} twice", said_at=said.said_at + timedelta(days=1)
        )
        verbs.take_in(deliveries=[arrive(later)], by=loader(), at=AT)
        mary = id_for("subject", f"{MARY.authority}|{MARY.value}")
        verbs.say_whose(whose={mary: PERSON}, by=loader(), at=AT)
        return Entry.objects.get()


@pytest.fixture
def signed(held: Entry) -> Right:
    """A signed request to erase it."""
    right = Right(
        kind=RightKind.ERASURE,
        state=RightState.SIGNED,
        organisation_id=PRACTICE,
        asker_name="Mary",
        asker_is=WhoAsks.PERSON,
        words="This was never me.",
        came_by=HowItCame.LETTER,
        received_on=date(2026, 3, 10),
        due_on=date(2026, 4, 10),
        person_id=PERSON,
        person_name="Mary",
        ground=ErasureGround.UNLAWFUL.value,
        decided_why="Recorded about the wrong person",
        handled_by_id=OFFICER.account_id,
        handled_by_name="Olive",
        signed_by_name="Sam",
        written_at=AT,
    )
    with as_role(Role.LOADER):
        right.save(force_insert=True)
        RightItem.objects.create(
            right=right, thing="entry", thing_id=held.pk, owner="x", content_sha="0" * 64
        )
    return right


def _erase(signed: Right) -> int:
    with as_role(Role.LOADER):
        return verbs.erase_entries(right_id=signed.pk, by=JOB, at=AT)


def _everywhere() -> str:
    """Every word the database keeps of entries, their past and what came in."""
    with as_role(Role.LOADER), connection.cursor() as cursor:
        found = []
        for table in ("records_entry", "records_version", "feeds_raw", "records_erasure"):
            cursor.execute(
                f"select coalesce(string_agg(to_jsonb(t)::text, ' '), '') from {table} t"
            )
            found.append(str(cursor.fetchone()[0]))
        return " ".join(found)


def test_an_erased_entry_leaves_a_certificate_and_no_word(held: Entry, signed: Right) -> None:
    assert SECRET in _everywhere()

    assert _erase(signed) == 1

    assert SECRET not in _everywhere()
    with as_role(Role.LOADER):
        one = Erasure.objects.get()
        assert Entry.objects.get(pk=held.pk).erased_at == AT
        assert Version.objects.filter(thing_id=held.pk).count() == 1
        assert len(one.content_shas) == 2
        assert (one.why, one.signed_by_name) == ("Recorded about the wrong person", "Sam")
        assert Right.objects.get(pk=signed.pk).state == RightState.DONE
        assert RightStep.objects.filter(right=signed, words__contains=one.certificate).exists()


def test_what_its_source_says_again_or_anew_brings_nothing_back(held: Entry, signed: Right) -> None:
    _erase(signed)

    with as_role(Role.LOADER):
        for words, days in ((f"She was in {SECRET}", 0), (f"{SECRET} for the third time", 5)):
            said = entry(words=words, title=f"Trip to {SECRET}")
            said = said._replace(said_at=said.said_at + timedelta(days=days))
            verbs.take_in(deliveries=[arrive(said)], by=loader(), at=AT)

        assert Entry.objects.get(pk=held.pk).words == ""
        assert not Version.objects.filter(content__words__contains=SECRET).exists()


def test_a_restored_backup_is_brought_into_step_with_the_ledger(held: Entry, signed: Right) -> None:
    with as_role(Role.LOADER), connection.cursor() as cursor:
        cursor.execute("create temporary table backup_entry as select * from records_entry")
        cursor.execute("create temporary table backup_version as select * from records_version")
        verbs.erase_entries(right_id=signed.pk, by=JOB, at=AT)
        # The backup comes back: what was erased stands again, and no certificate is known.
        Erasure.objects.all().delete()
        cursor.execute("alter table backup_entry drop column owner, drop column part,"
                       " drop column sorts_at")  # fmt: skip
        cursor.execute("delete from records_entry")
        cursor.execute(
            "select string_agg(quote_ident(attname), ', ') from pg_attribute"
            " where attrelid = 'backup_entry'::regclass and attnum > 0 and not attisdropped"
        )
        columns = cursor.fetchone()[0]
        cursor.execute(f"insert into records_entry ({columns}) select {columns} from backup_entry")
        assert Entry.objects.get(pk=held.pk).words

        emptied = verbs.apply_ledger(by=JOB, at=AT)

        assert emptied == 1
        assert Entry.objects.get(pk=held.pk).words == ""
        assert Erasure.objects.get().signed_by_name == "Sam"
        assert verbs.apply_ledger(by=JOB, at=AT) == 0


def test_a_ledger_that_was_lost_stops_the_job_and_nothing_is_made_in_its_place(
    held: Entry, signed: Right
) -> None:
    _erase(signed)
    ledger.ledger_file().unlink()
    ledger.ledger_file().parent.rmdir()
    with as_role(Role.OWNER):
        assert Erasure.objects.exists()  # whoever begins a ledger at a start asks as the owner

    with as_role(Role.LOADER), pytest.raises(ledger.LedgerLost, match="Bring the newest copy"):
        jobs.apply_ledger(0)

    assert not ledger.ledger_file().parent.exists()


def test_where_nothing_was_ever_erased_the_job_makes_the_folder_of_the_ledger(db: None) -> None:
    with as_role(Role.LOADER):
        jobs.apply_ledger(0)

    assert ledger.ledger_file().parent.is_dir()
    assert not ledger.ledger_file().exists()


def test_nothing_more_is_erased_while_the_ledger_is_lost(held: Entry, signed: Right) -> None:
    with as_role(Role.LOADER):
        Erasure(
            right_id=new_id(),
            certificate="E-1",
            entry_id=new_id(),
            subject=held.subject,
            source=held.source,
            kind=held.kind,
            content_shas=[],
            erased_at=AT,
        ).save(force_insert=True)

        jobs.erase_entries(str(signed.pk))

        assert Right.objects.get(pk=signed.pk).state == RightState.IDENTIFIED
        assert Entry.objects.get(pk=held.pk).words
        assert RightStep.objects.filter(right=signed, words__contains="bring it back").exists()
    assert not ledger.ledger_file().parent.exists()


def test_the_command_says_in_step_only_of_a_ledger_that_it_has_read(
    held: Entry, signed: Right, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneplace.config.installation.join", lambda role: None)

    def said() -> str:
        with as_role(Role.LOADER):
            done = CliRunner().invoke(
                erasures.erasures, ["apply"], help_option_names=["-h", "--help"]
            )
        return str(done.exception) if isinstance(done.exception, Stop) else done.output

    no_folder = said()
    ledger.begin(has_erased=False)
    no_file = said()
    _erase(signed)
    read = said()
    ledger.ledger_file().unlink()
    lost = said()

    assert "There is no folder" in no_folder
    assert "nothing was ever erased as far as this database knows" in no_file
    assert "Read 2 lines" in read
    assert "Bring the newest copy back" in lost
    assert ["in step" in words for words in (no_folder, no_file, read, lost)] == [
        False, False, True, False,
    ]  # fmt: skip
    assert not ledger.ledger_file().exists()


def test_a_ledger_made_anew_by_hand_is_written_again_from_the_database(
    held: Entry, signed: Right
) -> None:
    _erase(signed)
    ledger.ledger_file().write_text("")

    with as_role(Role.LOADER):
        verbs.apply_ledger(by=JOB, at=AT)

    (line,) = ledger.lines()
    assert line["entry_id"] == str(held.pk)


def test_a_damaged_ledger_stops_with_its_line(held: Entry, signed: Right) -> None:
    _erase(signed)
    with ledger.ledger_file().open("a") as file:
        file.write('{"entry_id": "half\n')

    with as_role(Role.LOADER), pytest.raises(ledger.LedgerDamaged, match="cannot be read"):
        verbs.apply_ledger(by=JOB, at=AT)


def test_the_ledger_tells_no_word_of_what_was_erased(held: Entry, signed: Right) -> None:
    _erase(signed)

    text = ledger.ledger_file().read_text()
    assert SECRET not in text
    assert json.loads(text.splitlines()[0])["content_shas"]
    assert ledger.ledger_file().stat().st_mode & 0o077 == 0


def test_nothing_is_erased_before_it_is_signed_or_while_a_hold_stands(
    held: Entry, signed: Right
) -> None:
    with as_role(Role.LOADER):
        Right.objects.filter(pk=signed.pk).update(state=RightState.REVIEWED)
        with pytest.raises(Refused, match="before a second officer"):
            verbs.erase_entries(right_id=signed.pk, by=JOB, at=AT)
        Right.objects.filter(pk=signed.pk).update(state=RightState.SIGNED)
        with pytest.raises(Refused, match="by its job"):
            verbs.erase_entries(right_id=signed.pk, by=OFFICER, at=AT)
        RetentionHold.objects.create(
            person_id=PERSON,
            organisation_id=PRACTICE,
            kind="inquiry",
            why="An inquest",
            placed_by_id=OFFICER.account_id,
            placed_by_name="Olive",
            placed_at=AT,
        )
        with pytest.raises(Refused, match="A hold stands"):
            verbs.erase_entries(right_id=signed.pk, by=JOB, at=AT)
        jobs.erase_entries(str(signed.pk))

        assert Right.objects.get(pk=signed.pk).state == RightState.IDENTIFIED
        assert Entry.objects.get(pk=held.pk).words


@pytest.mark.parametrize("name", ["erase_entries", "apply_ledger", "empty_copies"])
def test_without_its_audit_nothing_is_erased(
    name: str, held: Entry, signed: Right, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "apply_ledger":
        _erase(signed)
        with as_role(Role.LOADER), connection.cursor() as cursor:
            cursor.execute("delete from records_entry")
            said = entry(words=SECRET)
            verbs.take_in(deliveries=[arrive(said)], by=loader(), at=AT)
    if name == "empty_copies":
        with as_role(Role.LOADER):
            signed.copies.create(form="json", content=b"1", sha256="0" * 64, size=1, made_at=AT)

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    acts: dict[str, Callable[[], object]] = {
        "erase_entries": lambda: _erase(signed),
        "apply_ledger": lambda: verbs.apply_ledger(by=JOB, at=AT),
        "empty_copies": lambda: access_verbs.empty_copies(person_id=PERSON, by=JOB, at=AT),
    }
    monkeypatch.setattr("oneplace.access.audit.record", broken)
    with as_role(Role.LOADER), pytest.raises(RuntimeError, match="no audit"):
        acts[name]()

    with as_role(Role.LOADER):
        assert Entry.objects.get(pk=held.pk).words
        assert name != "empty_copies" or signed.copies.get().size == 1


def test_a_row_of_a_table_is_cut_out_and_the_others_stay() -> None:
    from tests.rooms.records.arriving import source

    rows = b'id,words\r\nM1,"lives in\r\nZanzibar"\r\nJ1,plain\r\n'
    with as_role(Role.LOADER):
        delivery = arrive(identity())
        delivery.sha256 = "a" * 64
        delivery.size = len(rows)
        delivery.source = source()
        delivery.save()
        Raw.objects.filter(pk=delivery.pk).delete()
        Raw.objects.create(delivery=delivery, content=rows)

        cut = feeds_verbs.cut_out(
            delivery=delivery, places=["row 2, column words"], names=["M1"], why="x", by=JOB, at=AT
        )
        left = feeds.content_of(delivery)
        again = feeds_verbs.cut_out(
            delivery=delivery, places=["row 3"], names=["Q9"], why="x", by=JOB, at=AT
        )

    assert cut is not None and not cut.is_whole
    assert b"Zanzibar" not in left and b"J1,plain" in left and len(left) == len(rows)
    # Where the number does not stand in the row, all of it goes: better too much than too little.
    assert again is not None and again.is_whole
    assert JOB.kind is AccountKind.BACKGROUND_JOB


def test_bytes_are_cut_by_the_job_of_a_signed_erasure_alone_and_never_unaudited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with as_role(Role.LOADER):
        delivery = arrive(identity())
        with pytest.raises(Refused, match="by the job"):
            feeds_verbs.cut_out(
                delivery=delivery, places=["row 1"], names=["M1"], why="x", by=OFFICER, at=AT
            )

        def broken(**_: object) -> None:
            raise RuntimeError("no audit")

        monkeypatch.setattr("oneplace.access.audit.record", broken)
        with pytest.raises(RuntimeError, match="no audit"):
            feeds_verbs.cut_out(
                delivery=delivery, places=["row 1"], names=["M1"], why="x", by=JOB, at=AT
            )

        assert Delivery.objects.get(pk=delivery.pk).erased_at is None


@pytest.mark.parametrize(("code", "says"), [(0, "2 entries were there again"), (1, "Line 3 of it")])
def test_preparing_the_database_erases_again_and_stops_where_it_cannot(
    code: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command[1:])
        words = f"{says} and are erased again."
        return subprocess.CompletedProcess(command, code, words if not code else "", words)

    monkeypatch.setattr(subprocess, "run", run)
    told: list[str] = []
    console = Mock(say=told.append)
    if code:
        with pytest.raises(Stop, match=r"nobody may be served.*Line 3"):
            database._keep_erased(console)
    else:
        database._keep_erased(console)

    assert asked == [["-m", "oneplace.cli", "erasures", "apply"]]
    assert told == ([] if code else ["2 entries were there again and are erased again."])
