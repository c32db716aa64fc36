"""Files that go with messages: attached by who may open them, read by who reads the message."""

from datetime import datetime
from email import message_from_string
from pathlib import Path

import pytest
from django.utils import timezone

from oneplace.access.models import AuditEntry
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.files import pdf, queries, verbs
from oneplace.files.models import File
from oneplace.kit.refusals import Refused
from oneplace.post import jobs
from oneplace.post import verbs as post
from oneplace.post.models import Message, MessageState
from oneplace.post.recipients import Recipient
from oneplace.vocabulary.ids import new_id
from tests.database import as_role
from tests.rooms.files.conftest import PDF, relate
from tests.rooms.post.conftest import ENVELOPE, a_letter, account, an_email, staff
from tests.rooms.post.test_delivery import _MailServer, mail_server  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def jo(db: None) -> Viewer:
    return staff("Jo Bright")


@pytest.fixture
def sam(db: None) -> Viewer:
    return staff("Sam Reed")


def _file(by: Viewer, at: datetime, **more: object) -> File:
    given = {"name": "Plan.pdf", "why": "x", "room": "plans", "thing_kind": "plan", **more}
    return verbs.put_file(chunks=[PDF], by=by, at=at, **given)  # type: ignore[arg-type]


def _deliver(message: Message) -> Message:
    with as_role(Role.LOADER):
        Message.objects.filter(pk=message.pk).update(not_before=timezone.now())
        jobs.deliver(str(message.pk))
        return Message.objects.get(pk=message.pk)


def test_a_file_goes_with_an_email_and_its_leaving_is_audited(
    jo: Viewer,
    sam: Viewer,
    at: datetime,
    mail_server: type[_MailServer],  # noqa: F811
) -> None:
    with viewing(jo, at=at):
        file = _file(jo, at)
        message = an_email(jo, at, sam, files=[file.pk])

    sent = _deliver(message)

    mail = message_from_string(mail_server.taken[0])
    attached = mail.get_payload()[1]  # type: ignore[index]
    assert sent.state is MessageState.SENT
    assert attached.get_filename() == "Plan.pdf"  # type: ignore[union-attr]
    assert attached.get_payload(decode=True) == PDF  # type: ignore[union-attr]
    with as_role(Role.LOADER):
        entry = AuditEntry.objects.get(action="send_file")
    assert entry.subject_id == str(file.pk)


@pytest.mark.skipif(pdf.why_no_pdf() is not None, reason="this machine has no Pango")
def test_a_letter_is_printed_as_a_pdf_with_its_enclosure_beside_it(
    jo: Viewer, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEPLACE_LETTERS_FOLDER", str(tmp_path / "print"))
    with viewing(jo, at=at):
        message = a_letter(jo, at, files=[_file(jo, at).pk])

    _deliver(message)

    names = sorted(path.name for path in (tmp_path / "print").rglob("*.pdf"))
    assert names == [f"{message.pk}-1-Plan.pdf", f"{message.pk}.pdf"]
    letter = next((tmp_path / "print").rglob(f"{message.pk}.pdf"))
    assert letter.read_bytes().startswith(b"%PDF-")


def test_a_file_removed_meanwhile_stops_the_message_and_tells_its_writer(
    jo: Viewer,
    sam: Viewer,
    at: datetime,
    mail_server: type[_MailServer],  # noqa: F811
) -> None:
    with viewing(jo, at=at):
        file = _file(jo, at)
        message = an_email(jo, at, sam, files=[file.pk])
        verbs.remove_file(file=file, why="wrong person", by=jo, at=at)

    failed = _deliver(message)

    assert failed.state is MessageState.FAILED
    assert "removed" in failed.reason
    assert mail_server.taken == []


def test_a_file_of_a_message_opens_to_whoever_reads_the_message(
    jo: Viewer, sam: Viewer, stranger: Viewer, at: datetime
) -> None:
    person = new_id()
    for viewer in (jo, sam):
        relate(viewer, person, at)
    with viewing(jo, at=at):
        message = post.write_message(
            template="text_for_partner",
            values={"subject": "Visit", "words": "Seen."},
            to=Recipient.address(name="Council", to=ENVELOPE),
            cause=post.Cause("plans", "plan"),
            person_id=person,
            by=jo,
            at=at,
        )
        file = _file(
            jo, at, room="post", thing_kind="message", thing_id=message.pk, person_id=person
        )

    with viewing(sam, at=at):
        found = queries.file(file.pk, viewer=sam)
        assert found is not None
        verbs.open_file(file=found, by=sam, at=at).close()
        with pytest.raises(Refused, match="kept as it was sent"):
            verbs.remove_file(file=found, why="x", by=sam, at=at)
    with viewing(stranger, at=at):
        assert queries.file(file.pk, viewer=stranger) is None
        with pytest.raises(Refused, match="not yours to read"):
            verbs.open_file(file=file, by=stranger, at=at)
    assert account(jo).name == "Jo Bright"
