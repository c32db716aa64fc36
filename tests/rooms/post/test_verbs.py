"""Messages are written with what caused them, held, taken back, answered, read and stopped."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from oneplace.access.models import AuditEntry
from oneplace.access.viewer import NOBODY, Viewer, system_viewer, viewing
from oneplace.config.database import Role
from oneplace.kit import announcing
from oneplace.kit.refusals import Refused
from oneplace.post import links, queries, verbs
from oneplace.post.announcements import MessageAnswered
from oneplace.post.links import LinkWanted
from oneplace.post.models import (
    MESSAGE,
    Address,
    Answer,
    Attachment,
    Channel,
    Delivery,
    Message,
    MessageLink,
    MessageState,
    Reading,
    Through,
)
from oneplace.post.queries import SentFilter
from oneplace.post.recipients import Recipient
from oneplace.post.rules import signed_by
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Purpose
from tests.database import as_role
from tests.rooms.post.conftest import (
    ENVELOPE,
    a_letter,
    a_notice,
    a_text,
    a_text_for_a_partner,
    an_email,
    relate,
)

pytestmark = pytest.mark.django_db


def _jobs() -> list[tuple[str, datetime | None]]:
    with connection.cursor() as cursor:
        cursor.execute("select args->>'message_id', scheduled_at from procrastinate_jobs")
        return cursor.fetchall()


def _let_the_hold_pass(message: Message) -> None:
    past = timezone.now() - timedelta(seconds=1)
    with as_role(Role.LOADER):
        Message.objects.filter(pk=message.pk).update(not_before=past)
    message.not_before = past


def test_a_letter_is_held_for_the_places_time_and_called_for_after_it(
    jo: Viewer, at: datetime
) -> None:
    before = timezone.now()

    with viewing(jo, at=at):
        message = a_letter(jo, at)

    hold = settings.PLACE.thresholds.undo_hold.timedelta
    assert message.state is MessageState.HELD
    assert hold <= message.not_before - before < hold + timedelta(seconds=5)
    assert _jobs() == [(str(message.pk), message.not_before)]
    assert (message.written_at, message.writer_name) == (at, "Jo Bright")
    assert (message.template, message.template_version) == ("plain_letter", 1)
    assert Address.objects.count() == 0 or message.address.to == ENVELOPE


def test_what_cannot_wait_goes_at_once(jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at, hold=False)

    assert message.state is MessageState.QUEUED
    assert message.not_before <= timezone.now()


def test_a_rolled_back_transaction_leaves_neither_message_nor_job(jo: Viewer, at: datetime) -> None:
    with pytest.raises(ZeroDivisionError), viewing(jo, at=at):
        a_letter(jo, at)
        raise ZeroDivisionError

    with as_role(Role.LOADER):
        assert Message.objects.count() == 0
    assert _jobs() == []


def test_a_notice_is_there_at_once_and_needs_no_job(jo: Viewer, sam: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        message = a_notice(jo, at, sam)

    assert message.state is MessageState.DELIVERED
    assert _jobs() == []


def test_a_broken_audit_writes_no_message(
    jo: Viewer, sam: Viewer, at: datetime, broken_audit: Callable[[], None]
) -> None:
    broken_audit()

    with viewing(jo, at=at):
        for write in (
            lambda: a_letter(jo, at),
            lambda: a_notice(jo, at, sam),
            lambda: an_email(jo, at, sam),
        ):
            with pytest.raises(RuntimeError, match="no audit"):
                write()

    with as_role(Role.LOADER):
        assert Message.objects.count() == Address.objects.count() == 0
    assert _jobs() == []


def test_a_broken_audit_changes_nothing(
    jo: Viewer, sam: Viewer, at: datetime, broken_audit: Callable[[], None]
) -> None:
    with viewing(jo, at=at):
        held = a_letter(jo, at, link=LinkWanted("answer", timedelta(days=1)), choices=["Yes"])
        link = MessageLink.objects.get()
        notice = a_notice(jo, at, jo)
        text = verbs.write_message(
            template="text_for_partner",
            values={"subject": "Visit", "words": "Seen today."},
            to=Recipient.address(name="Council", to=""),
            cause=verbs.Cause("plans", "plan"),
            by=jo,
            at=at,
        )
        mailed = an_email(jo, at, sam)
        an_email(jo, at, sam, hold=True)
        failed = a_letter(jo, at, hold=False)
        Message.objects.filter(pk=failed.pk).update(state=MessageState.FAILED, reason="x")
        failed.state = MessageState.FAILED
        begun = verbs.begin_delivery(message_id=mailed.pk, transport="t", by=jo, at=at)
        assert begun is not None

        def fresh() -> verbs.Begun:
            message = Message.objects.get(pk=mailed.pk)
            return verbs.Begun(message, Delivery.objects.get(), may_have_left=False)

        broken_audit()
        attempts: list[Callable[[], Any]] = [
            lambda: verbs.take_back(message=held, by=jo, at=at),
            lambda: verbs.answer_message(
                message=Message.objects.get(pk=held.pk), choice="Yes", by=jo, at=at
            ),
            lambda: verbs.open_link(link=link, by=jo, at=at),
            lambda: verbs.close_link(link=link, by=jo, at=at),
            lambda: verbs.mark_read(messages=[notice], by=jo, at=at),
            lambda: verbs.mark_copied(message=text, by=jo, at=at),
            lambda: verbs.send_again(message=failed, by=jo, at=at),
            lambda: verbs.stop_messages_to(account_id=sam.account_id, reason="x", by=jo, at=at),
            lambda: verbs.record_sent(begun=fresh(), reference="", is_kept=False, by=jo, at=at),
            lambda: verbs.put_off(begun=fresh(), reason="x", by=jo, at=at),
            lambda: verbs.fail_delivery(begun=fresh(), reason="x", by=jo, at=at),
        ]
        before = list(Message.objects.order_by("pk").values())
        for attempt in attempts:
            with pytest.raises(RuntimeError, match="no audit"):
                attempt()

        assert list(Message.objects.order_by("pk").values()) == before
        assert Answer.objects.count() == Reading.objects.count() == 0
        assert Delivery.objects.get().ended_at is None
        assert MessageLink.objects.get().closed_at is None


def test_a_held_message_can_be_taken_back_by_whoever_wrote_it(jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)
        verbs.take_back(message=message, by=jo, at=at)

        assert Message.objects.get().state is MessageState.TAKEN_BACK
        assert AuditEntry.objects.filter(action="take_back").count() == 1


def test_nobody_else_takes_it_back_and_nobody_too_late(
    jo: Viewer, sam: Viewer, at: datetime
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)

        with pytest.raises(Refused, match="Only whoever wrote"):
            verbs.take_back(message=message, by=sam, at=at)

    _let_the_hold_pass(message)
    with viewing(jo, at=at), pytest.raises(Refused, match="too late"):
        verbs.take_back(message=message, by=jo, at=at)


def test_a_message_taken_back_meanwhile_is_not_sent_and_the_other_way_round(
    jo: Viewer, at: datetime
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)
        stale = Message.objects.get()
        verbs.take_back(message=message, by=jo, at=at)

        with pytest.raises(Refused, match="was quicker"):
            verbs.take_back(message=stale, by=jo, at=at)
        assert verbs.begin_delivery(message_id=message.pk, transport="t", by=jo, at=at) is None


@pytest.mark.parametrize(
    ("to", "template", "words"),
    [
        (Recipient.address(name="X", to="not an address"), "account_email", "email address"),
        (Recipient.address(name="X", to="123"), "plain_text_message", "telephone number"),
        (Recipient.address(name="X", to="one line"), "plain_letter", "at least two lines"),
        (Recipient.address(name="X", to=""), "notice", "signs in here"),
        (Recipient.address(name=" ", to=ENVELOPE), "plain_letter", "who the message is for"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(
    jo: Viewer, at: datetime, to: Recipient, template: str, words: str
) -> None:
    values = {
        "account_email": {"subject": "s", "words": "w"},
        "plain_text_message": {"words": "w"},
        "notice": {"subject": "s", "words": "w"},
    }
    with viewing(jo, at=at), pytest.raises(Refused, match=words):
        if template == "plain_letter":
            a_letter(jo, at, to=to)
        else:
            verbs.write_message(
                template=template,
                values=values[template],
                to=to,
                cause=verbs.Cause("x", "x"),
                by=jo,
                at=at,
            )


def test_somebody_not_signed_in_writes_nothing(jo: Viewer, at: datetime) -> None:
    with viewing(NOBODY, at=at), pytest.raises(Refused, match="Sign in first"):
        a_letter(NOBODY, at)


def test_only_files_one_may_open_can_be_attached(jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at), pytest.raises(Refused, match="files you may open"):
        a_letter(jo, at, files=[new_id()])


# --- who sees what --------------------------------------------------------------------------------


def test_a_stranger_sees_nothing_of_a_message(
    jo: Viewer, sam: Viewer, stranger: Viewer, at: datetime
) -> None:
    person = new_id()
    relate(jo, person, at)
    with viewing(jo, at=at):
        about = a_letter(
            jo, at, person_id=person, link=LinkWanted("answer", timedelta(days=1)), choices=["Yes"]
        )
        verbs.answer_message(message=about, choice="Yes", by=jo, at=at)
        verbs.begin_delivery(message_id=about.pk, transport="t", by=jo, at=at)
        notice = a_notice(jo, at, sam)

    with viewing(stranger, at=at):
        assert queries.message(about.pk, viewer=stranger) is None
        assert queries.notice(notice.pk, viewer=stranger) is None
        assert list(queries.notices(viewer=stranger)) == []
        assert list(queries.unread_notices(viewer=stranger)) == []
        assert list(queries.held_messages(viewer=stranger)) == []
        assert list(queries.texts_to_copy(viewer=stranger)) == []
        assert list(queries.texts_for_us(viewer=stranger)) == []
        assert list(queries.texts_of("plans", "plan", person, viewer=stranger)) == []
        assert list(queries.own_messages(viewer=stranger)) == []
        assert list(queries.messages_about(person, viewer=stranger)) == []
        assert queries.answers(about, viewer=stranger) == []
        assert queries.deliveries(about, viewer=stranger) == []
        assert queries.attachments(about, viewer=stranger) == []
        assert queries.sent(SentFilter(), viewer=stranger).total == 0
        assert queries.sent_message(about.pk, viewer=stranger) is None
        assert queries.message_by_link("guess", viewer=stranger) is None
        for model in (Message, Address, Attachment, MessageLink, Delivery, Answer, Reading):
            assert model.objects.count() == 0

    with viewing(NOBODY, at=at):
        assert queries.message(about.pk, viewer=NOBODY) is None
        assert list(queries.notices(viewer=NOBODY)) == []
        assert queries.address(about, viewer=NOBODY) is None


def test_who_cares_for_the_person_reads_what_was_written_about_them(
    jo: Viewer, sam: Viewer, at: datetime
) -> None:
    person = new_id()
    relate(jo, person, at)
    relate(sam, person, at)
    with viewing(jo, at=at):
        message = a_letter(jo, at, person_id=person)

    with viewing(sam, at=at):
        found = queries.message(message.pk, viewer=sam)
        assert found == message
        assert queries.address(found, viewer=sam) is not None
        assert list(queries.messages_about(person, viewer=sam)) == [message]


def test_a_notice_about_a_person_is_closed_to_a_reader_who_has_lost_the_person(
    jo: Viewer, sam: Viewer, at: datetime
) -> None:
    person = new_id()
    relate(jo, person, at)
    with viewing(jo, at=at):
        a_notice(jo, at, sam, person_id=person)

    with viewing(sam, at=at):
        assert list(queries.unread_notices(viewer=sam)) == []


def test_an_address_kept_secret_is_hidden_from_everybody_but_its_writer(
    jo: Viewer, sam: Viewer, at: datetime
) -> None:
    person = new_id()
    relate(jo, person, at)
    relate(sam, person, at)
    with viewing(jo, at=at):
        message = a_letter(
            jo,
            at,
            person_id=person,
            to=Recipient.person(person, name="Ms Grey", to=ENVELOPE, is_secret=True),
        )
        mine = queries.message(message.pk, viewer=jo)
        assert mine is not None
        assert queries.address(mine, viewer=jo).to == ENVELOPE  # type: ignore[union-attr]

    with viewing(sam, at=at):
        theirs = queries.message(message.pk, viewer=sam)
        assert theirs is not None
        assert queries.address(theirs, viewer=sam) is None


# --- notices --------------------------------------------------------------------------------------


def test_a_notice_read_by_one_of_a_team_stays_unread_for_the_others(
    jo: Viewer, sam: Viewer, stranger: Viewer, at: datetime
) -> None:
    from dataclasses import replace

    team = new_id()
    sam_there, alex_there = (replace(v, team_ids=(team,)) for v in (sam, stranger))
    with viewing(jo, at=at):
        notice = a_notice(jo, at, sam, to=Recipient(verbs.RecipientKind.TEAM, "Night team", team))
    with viewing(sam_there, at=at):
        assert verbs.mark_read(messages=[notice], by=sam_there, at=at) == 1
        assert verbs.mark_read(messages=[notice], by=sam_there, at=at) == 0
        assert list(queries.unread_notices(viewer=sam_there)) == []

    with viewing(alex_there, at=at):
        assert list(queries.unread_notices(viewer=alex_there)) == [notice]
        assert Reading.objects.count() == 0


def test_nobody_marks_somebody_elses_notice_or_a_letter(
    jo: Viewer, sam: Viewer, at: datetime
) -> None:
    with viewing(jo, at=at):
        notice, sent = a_notice(jo, at, sam), a_letter(jo, at)

        with pytest.raises(Refused, match="for somebody else"):
            verbs.mark_read(messages=[notice], by=jo, at=at)
        with pytest.raises(Refused, match="Only notices"):
            verbs.mark_read(messages=[sent], by=jo, at=at)


# --- answers and links ----------------------------------------------------------------------------


def _link_viewer(message: Message) -> Viewer:
    from oneplace.vocabulary.terms import AccountKind

    secret = links.secret_of(message.pk)
    return Viewer(account_id=links.party_of(secret), kind=AccountKind.LINK, name="Garden charity")


def test_whoever_holds_the_link_reads_and_answers_that_message_alone(
    jo: Viewer, at: datetime
) -> None:
    person = new_id()
    relate(jo, person, at)
    heard: list[MessageAnswered] = []
    with viewing(jo, at=at):
        message = a_letter(
            jo,
            at,
            person_id=person,
            link=LinkWanted("answer", timedelta(days=7)),
            choices=["Yes", "Not us"],
        )
        a_letter(jo, at, person_id=person)
    holder = _link_viewer(message)

    announcing.wire({MessageAnswered: [heard.append]})
    try:
        with viewing(holder, at=at):
            link = queries.message_by_link(links.secret_of(message.pk), viewer=holder)
            assert link is not None
            assert Message.objects.count() == 1
            verbs.open_link(link=link, by=holder, at=at)
            verbs.answer_message(
                message=link.message,
                choice="Yes",
                words=" gladly ",
                through=Through.LINK,
                link=link,
                by=holder,
                at=at,
            )
    finally:
        announcing.wire({})

    with viewing(jo, at=at):
        (answer,) = queries.answers(message, viewer=jo)
    assert (answer.choice, answer.words, answer.answered_by_name) == (
        "Yes",
        "gladly",
        "Garden charity",
    )
    assert [(h.choice, h.cause_room, h.person_id) for h in heard] == [("Yes", "plans", person)]


def test_the_links_secret_is_nowhere_in_the_database(jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at, link=LinkWanted("answer", timedelta(days=7)), choices=["Yes"])
        rows = list(Message.objects.values()) + list(MessageLink.objects.values())

    secret = links.secret_of(message.pk)
    assert secret not in str(rows)
    assert links.hash_of(secret) in str(rows)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"expires_at": timezone.now()}, "expired"), ({"closed_at": timezone.now()}, "closed")],
)
def test_a_link_that_is_over_opens_and_answers_nothing(
    jo: Viewer, at: datetime, changes: dict[str, Any], words: str
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at, link=LinkWanted("answer", timedelta(days=7)), choices=["Yes"])
        MessageLink.objects.update(**changes)
    holder = _link_viewer(message)

    with viewing(holder, at=at):
        link = queries.message_by_link(links.secret_of(message.pk), viewer=holder)
        assert link is not None
        with pytest.raises(Refused, match=words):
            verbs.open_link(link=link, by=holder, at=at)
        with pytest.raises(Refused, match=words):
            verbs.answer_message(message=message, choice="Yes", link=link, by=holder, at=at)


@pytest.mark.parametrize(
    ("choice", "words", "reason"),
    [("", " ", "Choose an answer"), ("Perhaps", "", "one of the answers shown")],
)
def test_an_answer_is_one_of_those_offered(
    jo: Viewer, at: datetime, choice: str, words: str, reason: str
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at, choices=["Yes"])

        with pytest.raises(Refused, match=reason):
            verbs.answer_message(message=message, choice=choice, words=words, by=jo, at=at)


def test_nobody_answers_for_others_or_after_it_was_taken_back(
    jo: Viewer, sam: Viewer, at: datetime
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at, choices=["Yes"])

        with pytest.raises(Refused, match="Only those"):
            verbs.answer_message(message=message, choice="Yes", by=sam, at=at)
        verbs.take_back(message=message, by=jo, at=at)
        with pytest.raises(Refused, match="withdrawn"):
            verbs.answer_message(message=message, choice="Yes", by=jo, at=at)


# --- stopping -------------------------------------------------------------------------------------


def test_when_somebody_dies_nothing_more_is_sent_to_them(jo: Viewer, at: datetime) -> None:
    person, other = new_id(), new_id()
    relate(jo, person, at)
    relate(jo, other, at)
    with viewing(jo, at=at):
        letter_to = lambda p: a_letter(  # noqa: E731
            jo, at, person_id=p, to=Recipient.person(p, name="X", to=ENVELOPE)
        )
        held, elsewhere = letter_to(person), letter_to(other)
        queued = a_text(
            jo,
            at,
            person_id=person,
            hold=False,
            to=Recipient.person(person, name="X", to="020 7946 0018"),
        )
        about = a_letter(jo, at, person_id=person)

        stopped = verbs.stop_messages_to(person_id=person, reason="Died", by=jo, at=at)

        states = dict(Message.objects.values_list("pk", "state"))
    assert stopped == 2
    assert states[held.pk] is states[queued.pk] is MessageState.STOPPED
    assert states[elsewhere.pk] is states[about.pk] is MessageState.HELD


def test_when_a_colleague_leaves_their_emails_stop(jo: Viewer, sam: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        an_email(jo, at, sam)

    with as_role(Role.LOADER), viewing(jo, at=at):
        stopped = verbs.stop_messages_to(account_id=sam.account_id, reason="Left", by=jo, at=at)

    assert stopped == 1


def test_whose_messages_to_stop_must_be_said(jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at), pytest.raises(ValueError, match="one of the two"):
        verbs.stop_messages_to(reason="x", by=jo, at=at)


def test_what_a_keeper_of_a_room_writes_is_signed_by_the_place(at: datetime) -> None:
    keeper = system_viewer(
        "keeper of huddles", purpose=Purpose.DIRECT_CARE, permissions=frozenset()
    )
    desk = replace(keeper, name="LIFE desk")

    assert signed_by(keeper) == settings.PLACE.name
    assert signed_by(desk) == "LIFE desk"


def test_a_text_for_a_partner_waits_to_be_copied(jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        text = a_text_for_a_partner(jo, at)
        assert list(queries.texts_to_copy(viewer=jo)) == [text]

        verbs.mark_copied(message=text, by=jo, at=at)

        assert list(queries.texts_to_copy(viewer=jo)) == []
    assert _jobs() == []
    assert text.channel is Channel.PARTNER_TEXT


def test_every_state_can_be_reached_and_every_refusal_says_what_is_possible() -> None:
    assert MESSAGE.reachable() == frozenset(MessageState)
    assert "Taken back" in MessageState.TAKEN_BACK.label
    assert MESSAGE.why_not(MessageState.SENT, MessageState.HELD) is not None
