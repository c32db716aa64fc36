"""Putting, keeping, opening and removing files: by a rule, audited, or not at all."""

import re
import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection

from oneplace.access import audit
from oneplace.access.models import AuditEntry
from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.config.database import Role
from oneplace.files import integrity, jobs, owners, queries, verbs
from oneplace.files.models import Content, File, FileName, ScanState, Sensitivity
from oneplace.files.store import NotKept, Store
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.ids import new_id
from tests.database import as_role
from tests.rooms.files.conftest import PDF, PNG, relate

pytestmark = pytest.mark.django_db


def _put(by: Viewer, at: datetime, content: bytes = PDF, **more: object) -> File:
    given = {
        "chunks": [content],
        "name": "Desmond Clarke discharge.pdf",
        "why": "Discharge letter",
        "room": "plans",
        "thing_kind": "plan",
        **more,
    }
    return verbs.put_file(by=by, at=at, **given)  # type: ignore[arg-type]


def test_a_file_put_here_says_who_when_why_and_what_it_is(colleague: Viewer, at: datetime) -> None:
    plan = new_id()

    with viewing(colleague, at=at):
        file = _put(colleague, at, thing_id=plan)

        found = queries.file(file.pk, viewer=colleague)

    assert found is not None
    assert (found.put_by_id, found.put_by_name) == (colleague.account_id, "Jo Bright")
    assert (found.put_at, found.why, found.thing_id) == (at, "Discharge letter", plan)
    assert (found.content.media_type, found.content.size) == ("application/pdf", len(PDF))
    assert found.original.name == "Desmond Clarke discharge.pdf"
    assert found.content.scan_state is ScanState.NOT_SCANNED


def test_two_files_share_one_content(colleague: Viewer, at: datetime) -> None:
    with viewing(colleague, at=at):
        first, second = _put(colleague, at), _put(colleague, at, name="other.pdf")

    assert first.content_id == second.content_id
    assert Content.objects.count() == 1


def test_a_broken_audit_saves_no_file(
    colleague: Viewer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(audit, "record", broken)

    with viewing(colleague, at=at):
        for attempt in (
            lambda: _put(colleague, at),
            lambda: verbs.keep_produced(
                content=PDF,
                name="a.pdf",
                why="x",
                room="plans",
                thing_kind="plan",
                by=colleague,
                at=at,
            ),
        ):
            with pytest.raises(RuntimeError, match="no audit"):
                attempt()

        assert File.objects.count() == FileName.objects.count() == Content.objects.count() == 0


def test_a_broken_audit_neither_opens_removes_nor_erases(
    colleague: Viewer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with viewing(colleague, at=at):
        file = _put(colleague, at)

        def broken(**_: object) -> None:
            raise RuntimeError("no audit")

        monkeypatch.setattr(audit, "record", broken)
        for attempt in (
            lambda: verbs.open_file(file=file, by=colleague, at=at),
            lambda: verbs.remove_file(file=file, why="wrong person", by=colleague, at=at),
            lambda: verbs.record_scan(
                content=file.content, state=ScanState.CLEAN, by=colleague, at=at
            ),
        ):
            with pytest.raises(RuntimeError, match="no audit"):
                attempt()

        kept = File.objects.get(pk=file.pk)
        assert kept.removed_at is None
        assert kept.content.scan_state is ScanState.NOT_SCANNED


def test_the_audit_never_holds_a_files_name(colleague: Viewer, at: datetime) -> None:
    with viewing(colleague, at=at):
        file = _put(colleague, at)
        verbs.open_file(file=file, by=colleague, at=at).close()

        entries = list(AuditEntry.objects.order_by("pk").values())

    assert [entry["action"] for entry in entries] == ["put_file", "open_file"]
    assert "Desmond" not in str(entries)


def test_a_program_is_refused_and_leaves_nothing(
    colleague: Viewer, at: datetime, store: Store
) -> None:
    with viewing(colleague, at=at), pytest.raises(Refused, match="program"):
        _put(colleague, at, b"MZ\x90")

    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": " "}, "no name"),
        ({"why": ""}, "Say why"),
        (
            {"person_id": new_id(), "sensitivity": Sensitivity.NOT_PERSONAL},
            "about a person is personal",
        ),
    ],
)
def test_particulars_that_make_no_sense_are_refused(
    colleague: Viewer, at: datetime, more: dict[str, object], words: str
) -> None:
    with viewing(colleague, at=at), pytest.raises(Refused, match=words):
        _put(colleague, at, **more)


def test_somebody_not_signed_in_puts_nothing_here(at: datetime) -> None:
    with viewing(NOBODY, at=at), pytest.raises(Refused, match="Sign in first"):
        _put(NOBODY, at)


def test_a_stranger_sees_no_file_and_no_name(
    colleague: Viewer, stranger: Viewer, at: datetime
) -> None:
    person, plan = new_id(), new_id()
    relate(colleague, person, at)
    with viewing(colleague, at=at):
        about_person = _put(colleague, at, person_id=person, thing_id=plan)
        about_nobody = _put(colleague, at, PNG, name="x.png")

    with viewing(stranger, at=at):
        assert queries.file(about_person.pk, viewer=stranger) is None
        assert queries.file(about_nobody.pk, viewer=stranger) is None
        assert (
            queries.files_of(room="plans", thing_kind="plan", thing_id=plan, viewer=stranger) == []
        )
        assert File.objects.count() == FileName.objects.count() == 0

    with viewing(NOBODY, at=at):
        assert queries.file(about_person.pk, viewer=NOBODY) is None
        assert queries.files_of(room="plans", thing_kind="plan", thing_id=plan, viewer=NOBODY) == []


def test_who_cares_for_the_person_sees_a_file_somebody_else_put_there(
    colleague: Viewer, stranger: Viewer, at: datetime
) -> None:
    person, plan = new_id(), new_id()
    relate(stranger, person, at)
    with viewing(colleague, at=at):
        file = _put(colleague, at, person_id=person, thing_id=plan)

    with viewing(stranger, at=at):
        found = queries.files_of(room="plans", thing_kind="plan", thing_id=plan, viewer=stranger)

    assert found == [file]


def test_a_file_kept_for_a_team_is_seen_by_the_team(
    colleague: Viewer, stranger: Viewer, at: datetime
) -> None:
    with viewing(colleague, at=at):
        file = _put(colleague, at, party_id=stranger.account_id)

    with viewing(stranger, at=at):
        assert queries.file(file.pk, viewer=stranger) == file


def test_a_file_about_nobody_that_is_not_personal_is_open_to_everybody_signed_in(
    colleague: Viewer, stranger: Viewer, at: datetime
) -> None:
    with viewing(colleague, at=at):
        file = _put(colleague, at, sensitivity=Sensitivity.NOT_PERSONAL)

    with viewing(stranger, at=at):
        assert queries.file(file.pk, viewer=stranger) == file


def test_where_no_room_answers_for_a_file_it_stays_closed(colleague: Viewer, at: datetime) -> None:
    with viewing(colleague, at=at):
        file = _put(colleague, at, room="nowhere")

        with pytest.raises(Refused, match="Nobody has said"):
            verbs.open_file(file=file, by=colleague, at=at)


def test_the_owning_room_has_the_last_word(colleague: Viewer, at: datetime) -> None:
    class Strict:
        def why_not_open(self, file: File, *, viewer: Viewer) -> str | None:
            return "The plan is closed to you."

        def why_not_remove(self, file: File, *, viewer: Viewer, at: datetime) -> str | None:
            return "Nobody removes a plan's letters."

    owners.register("plans", Strict())
    with viewing(colleague, at=at):
        file = _put(colleague, at)

        with pytest.raises(Refused, match="closed to you"):
            verbs.open_file(file=file, by=colleague, at=at)
        with pytest.raises(Refused, match="Nobody removes"):
            verbs.remove_file(file=file, why="x", by=colleague, at=at)


def test_a_removed_file_opens_no_more_and_its_bytes_go_with_the_last_reference(
    colleague: Viewer, at: datetime, store: Store
) -> None:
    with viewing(colleague, at=at):
        first, second = _put(colleague, at), _put(colleague, at)
        verbs.remove_file(file=first, why="wrong person", by=colleague, at=at)

        with pytest.raises(Refused, match="removed"):
            verbs.open_file(file=first, by=colleague, at=at)
        with pytest.raises(Refused, match="still refers"):
            verbs.erase_content(sha256=first.content_id, by=colleague, at=at)

        verbs.remove_file(file=second, why="wrong person", by=colleague, at=at)
        freed = verbs.erase_content(sha256=first.content_id, by=colleague, at=at)

    assert freed == len(PDF)
    assert store.is_whole(first.content_id) is None


def test_the_integrity_check_finds_damage_loss_orphans_and_leftovers(
    colleague: Viewer, at: datetime, store: Store
) -> None:
    with viewing(colleague, at=at):
        good, lost, hurt = (_put(colleague, at, PDF + bytes([n])) for n in (1, 2, 3))
        gone = _put(colleague, at, PDF + b"gone")
        verbs.remove_file(file=gone, why="x", by=colleague, at=at)
    store.path_of(lost.content_id).unlink()
    store.path_of(hurt.content_id).chmod(0o600)
    store.path_of(hurt.content_id).write_bytes(b"bad")
    orphan = store.keep(store.receive([b"orphan"], largest=100))

    with as_role(Role.LOADER):
        found = integrity.check(store)

    assert (found.missing, found.damaged) == ((lost.content_id,), (hurt.content_id,))
    assert (found.orphans, found.unreferred) == ((orphan.sha256,), (gone.content_id,))
    assert not found.is_sound
    assert Content.objects.get(pk=good.content_id).verified_at is not None
    assert Content.objects.get(pk=hurt.content_id).damaged_at is not None


def test_a_sweep_erases_only_what_is_old_and_referred_to_by_nothing(
    colleague: Viewer, at: datetime, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with viewing(colleague, at=at):
        kept = _put(colleague, at)
        gone = _put(colleague, at, PNG, name="x.png")
        verbs.remove_file(file=gone, why="x", by=colleague, at=at)
    with as_role(Role.LOADER), viewing(jobs.SCANNER, at=at):
        young = integrity.sweep(store, integrity.check(store), by=jobs.SCANNER, at=at)
        monkeypatch.setattr(Store, "age_s", lambda _self, _sha256: 100_000.0)
        old = integrity.sweep(store, integrity.check(store), by=jobs.SCANNER, at=at)

    assert (young.contents, old.contents) == (0, 1)
    assert store.is_whole(kept.content_id)
    assert store.is_whole(gone.content_id) is None


def test_bytes_missing_from_the_disk_are_one_clear_sentence(
    colleague: Viewer, at: datetime, store: Store
) -> None:
    with viewing(colleague, at=at):
        file = _put(colleague, at)
        store.path_of(file.content_id).unlink()

        with pytest.raises(NotKept, match="oneplace files check"):
            verbs.open_file(file=file, by=colleague, at=at)


class _Clamd(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        stream = self.request.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", stream.read(4))[0]:
            content += stream.read(size)
        bad = b"EICAR" in content
        self.request.sendall(b"stream: Test-Signature FOUND\0" if bad else b"stream: OK\0")


@pytest.fixture
def clamd(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("ONEPLACE_CLAMD", f"127.0.0.1:{server.server_address[1]}")
    yield
    server.shutdown()
    server.server_close()


def _jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select args->>'sha256' from procrastinate_jobs")
        return [sha256 for (sha256,) in cursor.fetchall()]


@pytest.mark.parametrize(
    ("content", "state"),
    [(PDF, ScanState.CLEAN), (PDF + b"EICAR", ScanState.INFECTED)],
)
def test_where_there_is_a_scanner_a_file_waits_for_it(
    clamd: None, colleague: Viewer, at: datetime, content: bytes, state: ScanState
) -> None:
    with viewing(colleague, at=at):
        file = _put(colleague, at, content)
        with pytest.raises(Refused, match="still being scanned"):
            verbs.open_file(file=file, by=colleague, at=at)
    queued = _jobs()

    with as_role(Role.LOADER):
        jobs.scan(file.content_id)

    assert queued == [file.content_id]
    assert Content.objects.get(pk=file.content_id).scan_state is state


def test_a_harmful_file_never_opens(colleague: Viewer, at: datetime) -> None:
    with viewing(colleague, at=at):
        file = _put(colleague, at)
        verbs.record_scan(content=file.content, state=ScanState.INFECTED, by=colleague, at=at)

        with pytest.raises(Refused, match="harmful"):
            verbs.open_file(file=file, by=colleague, at=at)


def test_what_the_house_made_itself_is_kept_and_marked_so(colleague: Viewer, at: datetime) -> None:
    with viewing(colleague, at=at):
        file = verbs.keep_produced(
            content=PDF,
            name="plan.pdf",
            why="Printed plan",
            room="plans",
            thing_kind="plan",
            by=colleague,
            at=at,
        )

    assert file.is_produced


def test_no_update_or_delete_of_a_stranger_reaches_a_file(
    colleague: Viewer, stranger: Viewer, at: datetime
) -> None:
    with viewing(colleague, at=at):
        _put(colleague, at)

    with viewing(stranger, at=at):
        changed = File.objects.update(why="mine now")

    assert changed == 0


def test_a_rolled_back_putting_leaves_an_orphan_the_check_finds(
    colleague: Viewer, at: datetime, store: Store
) -> None:
    with pytest.raises(ZeroDivisionError), viewing(colleague, at=at):
        _put(colleague, at)
        raise ZeroDivisionError

    with as_role(Role.LOADER):
        found = integrity.check(store)

    assert len(found.orphans) == 1
    assert found.is_sound


def test_every_sentence_of_a_refusal_ends_in_a_full_stop() -> None:
    source = Path(verbs.__file__).with_name("rules.py").read_text()

    sentences = re.findall(r'return "([^"]+)"', source)

    assert sentences
    assert all(sentence.endswith(".") for sentence in sentences)
