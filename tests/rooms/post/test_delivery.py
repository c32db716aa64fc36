"""Delivery: at least once, recognised after a crash, put off, and given up at last."""

import email
import json
import socketserver
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.utils import timezone

from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.post import jobs, queries, verbs
from oneplace.post.models import AttemptOutcome, Channel, Delivery, Message, MessageState
from oneplace.post.transports import Nowhere, transport_for, why_not_set_up
from oneplace.post.transports.sms import SmsGateway
from oneplace.post.transports.smtp import Smtp, WrongAddress
from tests.database import as_role, connection_as
from tests.rooms.post.conftest import a_letter, a_text, an_email

pytestmark = pytest.mark.django_db


def _deliver(message: Message) -> Message:
    """What the queue does once the time has come, as the loader."""
    with as_role(Role.LOADER):
        Message.objects.filter(pk=message.pk, not_before__gt=timezone.now()).update(
            not_before=timezone.now()
        )
        jobs.deliver(str(message.pk))
        return Message.objects.get(pk=message.pk)


def _attempts(message: Message) -> list[Delivery]:
    with as_role(Role.LOADER):
        return list(Delivery.objects.filter(message=message))


def _calls() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where queue_name = 'post'")
        return int(cursor.fetchone()[0])


# --- nowhere --------------------------------------------------------------------------------------


def test_where_nothing_is_set_up_a_message_is_kept_and_says_so(jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)

    kept = _deliver(message)

    assert kept.state is MessageState.KEPT
    assert [attempt.outcome for attempt in _attempts(message)] == [AttemptOutcome.KEPT]


def test_a_message_still_held_is_not_delivered_however_often_the_queue_asks(
    jo: Viewer, at: datetime
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)

    with as_role(Role.LOADER):
        jobs.deliver(str(message.pk))

        assert Message.objects.get().state is MessageState.HELD


def test_a_demonstration_sends_nothing_even_where_everything_is_set_up(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ONEPLACE_SMTP_URL", "smtp://localhost")
    monkeypatch.setenv("ONEPLACE_LETTERS_FOLDER", str(tmp_path))
    settings.IS_DEMO = True

    assert all(isinstance(transport_for(channel), Nowhere) for channel in Channel)


def test_what_was_written_to_a_colleague_who_left_meanwhile_is_stopped(
    jo: Viewer, sam: Viewer, at: datetime
) -> None:
    with viewing(jo, at=at):
        message = an_email(jo, at, sam)
    Account.objects.filter(pk=sam.account_id).update(is_active=False)

    stopped = _deliver(message)

    assert stopped.state is MessageState.STOPPED
    assert "does not work here now" in stopped.reason


# --- letters --------------------------------------------------------------------------------------


@pytest.fixture
def print_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONEPLACE_LETTERS_FOLDER", str(tmp_path / "print"))
    return tmp_path / "print"


def test_a_letter_comes_to_lie_in_the_print_folder_once(
    jo: Viewer, at: datetime, print_folder: Path
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)

    sent = _deliver(message)
    again = _deliver(message)

    (file,) = print_folder.rglob("*.*")
    assert file.name.startswith(str(message.pk))
    assert file.parent.name == "2026-03-12"
    assert sent.state is again.state is MessageState.SENT
    assert len(_attempts(message)) == 1


def test_a_worker_killed_between_sending_and_writing_it_down_sends_no_second_letter(
    jo: Viewer, at: datetime, print_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)

    def die(**_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(verbs, "record_sent", die)
        with pytest.raises(SystemExit):
            _deliver(message)
    with as_role(Role.LOADER):
        assert Message.objects.get().state is MessageState.SENDING
    (file,) = print_folder.rglob("*.*")
    written = file.stat().st_mtime_ns

    sent = _deliver(message)

    assert sent.state is MessageState.SENT
    assert [attempt.outcome for attempt in _attempts(message)] == [
        AttemptOutcome.INTERRUPTED,
        AttemptOutcome.SENT,
    ]
    assert [f.stat().st_mtime_ns for f in print_folder.rglob("*.*")] == [written]


def test_a_worker_killed_before_sending_sends_it_the_next_time(
    jo: Viewer, at: datetime, print_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "_outgoing", die)
        with pytest.raises(SystemExit):
            _deliver(message)
    assert list(print_folder.rglob("*.*")) == []

    assert _deliver(message).state is MessageState.SENT
    assert len(list(print_folder.rglob("*.*"))) == 1


def test_a_print_folder_that_cannot_be_written_puts_the_letter_off(
    jo: Viewer, at: datetime, print_folder: Path
) -> None:
    print_folder.write_text("a file where the folder should be")
    with viewing(jo, at=at):
        message = a_letter(jo, at)
    before = _calls()

    waiting = _deliver(message)

    assert waiting.state is MessageState.QUEUED
    assert timedelta(0) < waiting.not_before - timezone.now() <= verbs.WAITS[0]
    assert _calls() == before + 1
    assert "could not be written" in _attempts(message)[0].reason


def test_after_a_day_of_trying_the_writer_is_told(
    jo: Viewer, at: datetime, print_folder: Path
) -> None:
    print_folder.write_text("a file where the folder should be")
    with viewing(jo, at=at):
        message = a_letter(jo, at)

    for _ in range(len(verbs.WAITS) + 1):
        message = _deliver(message)

    assert message.state is MessageState.FAILED
    assert sum(verbs.WAITS, timedelta(0)) > timedelta(hours=23)
    with viewing(jo, at=at):
        (notice,) = queries.unread_notices(viewer=jo)
    assert notice.subject == "Not delivered: letter to Mr Desmond Clarke"


def test_a_fault_of_ours_is_put_off_and_seen_in_the_log(
    jo: Viewer, at: datetime, print_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)

    def broken(*_: object, **__: object) -> None:
        raise KeyError("bug")

    monkeypatch.setattr(jobs, "_outgoing", broken)

    with pytest.raises(KeyError):
        _deliver(message)

    with as_role(Role.LOADER):
        assert Message.objects.get().state is MessageState.QUEUED


def test_two_workers_never_deliver_one_message_at_once(
    jo: Viewer, at: datetime, print_folder: Path
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)
    key = int.from_bytes(message.pk.bytes[-4:], "big", signed=True)

    with connection_as(Role.LOADER) as other:
        other.execute("select pg_advisory_lock(%s, %s)", [jobs._LOCK_CLASS, key])
        blocked = _deliver(message)
        # Closing the connection would free it too, but only once the server has noticed.
        other.execute("select pg_advisory_unlock(%s, %s)", [jobs._LOCK_CLASS, key])
    freed = _deliver(message)

    assert blocked.state is MessageState.HELD
    assert freed.state is MessageState.SENT


def test_what_a_lost_job_left_lying_is_called_for_again(jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        lost, fresh = a_letter(jo, at), a_letter(jo, at)
        cut_off = a_letter(jo, at)
    long_ago = timezone.now() - timedelta(hours=1)
    with as_role(Role.LOADER):
        Message.objects.filter(pk=lost.pk).update(not_before=long_ago)
        Message.objects.filter(pk=cut_off.pk).update(state=MessageState.SENDING, moved_at=long_ago)
        with connection.cursor() as cursor:
            cursor.execute("delete from procrastinate_jobs")

        jobs.send_what_lies(0)

        with connection.cursor() as cursor:
            cursor.execute("select args->>'message_id' from procrastinate_jobs")
            called = {row[0] for row in cursor.fetchall()}
    assert called == {str(lost.pk), str(cut_off.pk)}
    assert str(fresh.pk) not in called


# --- email ----------------------------------------------------------------------------------------


class _MailServer(socketserver.StreamRequestHandler):
    """Just enough SMTP to take a message, or refuse it."""

    taken: ClassVar[list[str]] = []
    answer_to_recipient: ClassVar[str] = "250 ok"

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line.strip().upper().split(b" ")[0]
            if word == b"DATA":
                self.wfile.write(b"354 go\r\n")
                content = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    content += line
                self.taken.append(content.decode())
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            said = self.answer_to_recipient.encode() if word == b"RCPT" else b"250 ok"
            self.wfile.write(said + b"\r\n")


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_MailServer]]:
    monkeypatch.setattr(_MailServer, "taken", [])
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _MailServer)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv(
        "ONEPLACE_SMTP_URL", f"smtp://127.0.0.1:{server.server_address[1]}?from=post@example.org"
    )
    yield _MailServer
    server.shutdown()
    server.server_close()


def test_an_email_leaves_with_the_message_as_its_id(
    jo: Viewer, sam: Viewer, at: datetime, mail_server: type[_MailServer]
) -> None:
    with viewing(jo, at=at):
        message = an_email(jo, at, sam)

    sent = _deliver(message)

    (raw,) = mail_server.taken
    mail = email.message_from_string(raw)
    assert sent.state is MessageState.SENT
    assert mail["Message-ID"] == f"<{message.pk}@example.org>"
    assert mail["To"] == "sam@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "3 things wait for you" in mail.get_payload()


@pytest.mark.parametrize(
    ("answer", "state"),
    [("550 no such user", MessageState.FAILED), ("451 later", MessageState.QUEUED)],
)
def test_a_mail_servers_no_is_for_good_and_its_later_is_not(  # noqa: PLR0917
    jo: Viewer,
    sam: Viewer,
    at: datetime,
    mail_server: type[_MailServer],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    state: MessageState,
) -> None:
    monkeypatch.setattr(mail_server, "answer_to_recipient", answer)
    with viewing(jo, at=at):
        message = an_email(jo, at, sam)

    assert _deliver(message).state is state


def test_a_mail_server_out_of_reach_puts_the_email_off(
    jo: Viewer, sam: Viewer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEPLACE_SMTP_URL", "smtp://127.0.0.1:1")
    with viewing(jo, at=at):
        message = an_email(jo, at, sam)

    assert _deliver(message).state is MessageState.QUEUED


def test_the_words_of_a_secret_are_cut_once_it_has_been_sent(
    jo: Viewer, sam: Viewer, at: datetime, mail_server: type[_MailServer]
) -> None:
    with viewing(jo, at=at):
        message = an_email(jo, at, sam, has_secret=True)

    sent = _deliver(message)

    assert "3 things wait" in mail_server.taken[0]
    assert "3 things wait" not in sent.body
    with viewing(jo, at=at), pytest.raises(verbs.Refused):
        verbs.send_again(message=sent, by=jo, at=at)


# --- text messages --------------------------------------------------------------------------------


class _Gateway(BaseHTTPRequestHandler):
    """A text gateway of the usual shape, with a memory of references."""

    texts: ClassVar[dict[str, dict[str, Any]]] = {}
    asked: ClassVar[list[dict[str, str]]] = []
    status: ClassVar[str] = "delivered"
    code: ClassVar[int] = 201

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(dict(self.headers))
        if self.code < 300:
            self.texts[order["reference"]] = order
        self._answer({"id": f"id-{order['reference']}"}, self.code)

    def do_GET(self) -> None:
        if "reference=" in self.path:
            reference = self.path.rsplit("=", 1)[-1]
            known = [{"id": f"id-{reference}"}] if reference in self.texts else []
            self._answer({"notifications": known}, 200)
        else:
            self._answer({"status": self.status}, 200)

    def _answer(self, content: dict[str, Any], code: int) -> None:
        raw = json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Gateway]]:
    monkeypatch.setattr(_Gateway, "texts", {})
    monkeypatch.setattr(_Gateway, "asked", [])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("ONEPLACE_SMS_URL", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("ONEPLACE_SMS_KEY", "a key")
    monkeypatch.setenv("ONEPLACE_SMS_TEMPLATE", "plain")
    yield _Gateway
    server.shutdown()
    server.server_close()


def test_a_text_goes_to_the_gateway_and_its_arrival_comes_back(
    jo: Viewer, at: datetime, gateway: type[_Gateway]
) -> None:
    with viewing(jo, at=at):
        message = a_text(jo, at)

    sent = _deliver(message)
    with as_role(Role.LOADER):
        jobs.ask_after_texts(0)
        arrived = Message.objects.get()

    order = gateway.texts[str(message.pk)]
    assert (order["phone_number"], order["template_id"]) == ("02079460018", "plain")
    assert order["personalisation"]["body"].startswith("Jo comes on Friday")
    assert gateway.asked[0]["Idempotency-Key"] == str(message.pk)
    assert gateway.asked[0]["Authorization"] == "Bearer a key"
    assert (sent.state, arrived.state) == (MessageState.SENT, MessageState.DELIVERED)


def test_a_text_the_network_could_not_deliver_comes_back_to_its_writer(
    jo: Viewer, at: datetime, gateway: type[_Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "status", "permanent-failure")
    with viewing(jo, at=at):
        message = a_text(jo, at)
    _deliver(message)

    with as_role(Role.LOADER):
        jobs.ask_after_texts(0)

    with viewing(jo, at=at):
        assert queries.message(message.pk, viewer=jo).state is MessageState.FAILED  # type: ignore[union-attr]
        assert queries.unread_notices(viewer=jo).count() == 1


def test_after_a_crash_the_gateway_is_asked_before_a_text_is_sent_twice(
    jo: Viewer, at: datetime, gateway: type[_Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    with viewing(jo, at=at):
        message = a_text(jo, at)

    def die(**_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(verbs, "record_sent", die)
        with pytest.raises(SystemExit):
            _deliver(message)
    sent = _deliver(message)

    assert sent.state is MessageState.SENT
    assert len(gateway.asked) == 1
    assert _attempts(message)[-1].reference == f"id-{message.pk}"


@pytest.mark.parametrize(
    ("code", "state"),
    [(400, MessageState.FAILED), (429, MessageState.QUEUED), (503, MessageState.QUEUED)],
)
def test_a_gateways_no_is_for_good_and_its_later_is_not(  # noqa: PLR0917
    jo: Viewer,
    at: datetime,
    gateway: type[_Gateway],
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    state: MessageState,
) -> None:
    monkeypatch.setattr(gateway, "code", code)
    with viewing(jo, at=at):
        message = a_text(jo, at)

    assert _deliver(message).state is state


def test_a_text_sent_again_on_purpose_is_not_taken_for_the_old_one(
    jo: Viewer, at: datetime, gateway: type[_Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    with viewing(jo, at=at):
        message = a_text(jo, at)
    with monkeypatch.context() as patched:
        patched.setattr(gateway, "code", 400)
        failed = _deliver(message)

    with viewing(jo, at=at):
        verbs.send_again(message=failed, by=jo, at=at)
    sent = _deliver(message)

    assert sent.state is MessageState.SENT
    assert [headers["Idempotency-Key"] for headers in gateway.asked] == [
        str(message.pk),
        f"{message.pk}-1",
    ]


def test_a_gateway_that_wants_signed_tokens_gets_them() -> None:
    gateway = SmsGateway(url="https://gateway.invalid", key="secret", issuer="service")

    head, claims, signed = gateway._token().split(".")

    assert head and claims and signed
    assert "secret" not in gateway._token()


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"ONEPLACE_SMS_URL": "http://gateway.invalid", "ONEPLACE_SMS_KEY": "x"}, "https://"),
        ({"ONEPLACE_SMS_URL": "https://gateway.invalid"}, "ONEPLACE_SMS_KEY"),
        (
            {
                "ONEPLACE_SMS_URL": "https://gateway.invalid",
                "ONEPLACE_SMS_KEY_FILE": "/nowhere/key",
            },
            "cannot be read",
        ),
    ],
)
def test_a_wrong_setting_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(WrongAddress, match=words):
        transport_for(Channel.SMS)


def test_the_doctor_hears_of_every_wrong_setting_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert why_not_set_up() == []

    monkeypatch.setenv("ONEPLACE_LETTERS_FOLDER", str(tmp_path / "not there"))
    assert "there is no folder" in why_not_set_up()[0]

    monkeypatch.setenv("ONEPLACE_SMTP_URL", "imap://host")
    monkeypatch.setenv("ONEPLACE_SMS_URL", "ftp://host")
    assert len(why_not_set_up()) == 2


def test_a_mail_address_that_is_none_is_refused_without_repeating_its_password() -> None:
    with pytest.raises(WrongAddress) as caught:
        Smtp.at("imap://user:hunter2@host")

    assert "hunter2" not in str(caught.value)


def test_every_wait_is_longer_than_the_one_before() -> None:
    assert list(verbs.WAITS) == sorted(verbs.WAITS)
