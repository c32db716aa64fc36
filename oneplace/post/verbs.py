"""What is done with messages: written, taken back, answered, read, sent, stopped."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from oneplace.access import audit
from oneplace.access.models import Account
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Network, Organisation, Team
from oneplace.post import links, rules
from oneplace.post.announcements import MessageAnswered, MessageFailed
from oneplace.post.links import LinkWanted
from oneplace.post.models import (
    MESSAGE,
    Address,
    Answer,
    Attachment,
    AttemptOutcome,
    Channel,
    Delivery,
    Message,
    MessageLink,
    MessageState,
    Reading,
    RecipientKind,
    Through,
)
from oneplace.post.papers import papers
from oneplace.post.partner_texts import laid_out, layout_for
from oneplace.post.recipients import Recipient
from oneplace.post.wording import FieldKind, Wording, wording
from oneplace.vocabulary.terms import AuditOutcome, Role

DELIVER: Final = "oneplace.post.jobs.deliver"
# Minutes to wait before the second, third … attempt: soon at first, then a day in all.
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 720))
_LONGEST_REASON: Final = 300
_CUT: Final = "The words of this email held a secret. They were cut when it had been sent.\n"


@dataclass(frozen=True)
class Cause:
    """The thing of a room that gave rise to a message."""

    room: str
    kind: str
    id: uuid.UUID | None = None


@transaction.atomic
def write_message(
    *,
    template: str,
    values: Mapping[str, Any],
    to: Recipient,
    cause: Cause,
    person_id: uuid.UUID | None = None,
    keep_out: Collection[str] = (),
    layout: str = "",
    is_large_print: bool = False,
    language: str = "en",
    opens: str = "",
    choices: Sequence[str] | None = None,
    link: LinkWanted | None = None,
    files: Sequence[uuid.UUID] = (),
    hold: bool | None = None,
    has_secret: bool = False,
    by: Viewer,
    at: datetime,
) -> Message:
    """Write a message into the outbox, in the transaction of what causes it.

    `template` names the words and the channel; `values` fills their fields. `person_id` is whom it
    is about; `keep_out` are that person's names, which may not stand in an email or text. `hold`
    False lets it go at once (concerns, emergency access); otherwise it waits for the place's time
    to take it back. `link` gives it a single-purpose link where the words say so. Raises `Refused`
    with a rule's reason and `WordingProblem` for a template or field that is wrong.
    """
    words = wording(template)
    refuse_if(rules.why_not_write(words, to, by=by))
    if link is not None:
        values = {**values, **dict.fromkeys(_link_fields(words, values), links.PLACEHOLDER)}
    subject, body = words.render(values, language=language)
    refuse_if(
        rules.why_not_email(
            words,
            values,
            f"{subject}\n{body}",
            to=to,
            known_names=_known_names(words, values),
            keep_out=keep_out,
        )
    )
    if words.channel is Channel.PARTNER_TEXT:
        body = laid_out(
            layout_for(settings.PLACE.partner_texts, to.organisation_kind),
            subject=subject,
            words=body,
            writer=by.name,
            organisation=by.organisation_name,
            on=local_day(at),
        )
    now = timezone.now()
    is_held = words.hold if hold is None else hold
    wait = settings.PLACE.thresholds.undo_hold.timedelta if is_held else timedelta(0)
    message = Message(
        channel=words.channel,
        recipient_kind=to.kind,
        recipient_id=to.id,
        recipient_name=to.name,
        person_id=person_id,
        subject=subject[:200],
        body=body,
        layout=layout,
        is_large_print=is_large_print,
        template=words.name,
        template_version=words.version,
        language=language if language in words.words else "en",
        cause_room=cause.room,
        cause_kind=cause.kind,
        cause_id=cause.id,
        opens=opens,
        choices=list(words.choices if choices is None else choices),
        writer_id=_writer(by),
        writer_name=rules.signed_by(by),
        written_at=at,
        not_before=now + wait,
        moved_at=now,
        has_secret=has_secret,
        is_invented=settings.IS_DEMO,
        state=MESSAGE.start,
    )
    _let_go(message, is_held=is_held)
    if link is not None:
        message.link_id = links.party_of(links.secret_of(message.pk))
    message.save(force_insert=True)
    if to.to:
        Address(message=message, to=to.to, is_secret=to.is_secret).save(force_insert=True)
    if link is not None:
        _write_link(message, link, now=now)
    _attach(message, files, by=by)
    audit.record(
        by=by,
        at=at,
        action="write_message",
        subject=("message", message.pk),
        person_id=person_id,
        detail={
            "channel": words.channel.value,
            "template": words.name,
            "version": words.version,
            "room": cause.room,
        },
    )
    if message.state in (MessageState.HELD, MessageState.QUEUED):
        _call_for_delivery(message)
    return message


def _writer(by: Viewer) -> uuid.UUID:
    if by.account_id is None:
        raise Refused("Sign in first: a message bears the name of whoever wrote it.")
    return by.account_id


def _link_fields(words: Wording, values: Mapping[str, Any]) -> list[str]:
    """The link fields the caller left for the single-purpose link."""
    return [
        field
        for field, kind in words.fields.items()
        if kind is FieldKind.LINK and field not in values
    ]


def _known_names(words: Wording, values: Mapping[str, Any]) -> set[str]:
    """Those of the names given that belong to colleagues, organisations, teams, networks, roles."""
    if words.channel not in (Channel.EMAIL, Channel.SMS):
        return set()
    asked = {
        kind: {str(values[field]) for field, k in words.fields.items() if k is kind}
        for kind in (FieldKind.COLLEAGUE_NAME, FieldKind.HOUSE_NAME)
    }
    found: set[str] = set()
    if colleagues := asked[FieldKind.COLLEAGUE_NAME]:
        found.update(Account.objects.filter(name__in=colleagues).values_list("name", flat=True))
    if houses := asked[FieldKind.HOUSE_NAME]:
        roles = {role.label for role in Role} | {settings.PLACE.title_of(role) for role in Role}
        found.update(houses & roles)
        if houses - roles:
            found.update(
                Organisation.objects.filter(name__in=houses)
                .values_list("name", flat=True)
                .union(
                    Team.objects.filter(name__in=houses).values_list("name", flat=True),
                    Network.objects.filter(name__in=houses).values_list("name", flat=True),
                )
            )
    return found


def _let_go(message: Message, *, is_held: bool) -> None:
    """Where a new message stands: a notice is there at once, a partner text waits for a hand."""
    if message.channel is Channel.NOTICE:
        _step(message, MessageState.QUEUED)
        _step(message, MessageState.DELIVERED)
    elif message.channel is Channel.PARTNER_TEXT or not is_held:
        _step(message, MessageState.QUEUED)


def _step(message: Message, state: MessageState) -> None:
    refuse_if(MESSAGE.why_not(message.state, state))
    message.state = state


def _write_link(message: Message, link: LinkWanted, *, now: datetime) -> None:
    secret = links.secret_of(message.pk)
    MessageLink(
        id=links.party_of(secret),
        message=message,
        secret_hash=links.hash_of(secret),
        purpose=link.purpose,
        expires_at=now + link.valid_for,
    ).save(force_insert=True)


def _attach(message: Message, files: Sequence[uuid.UUID], *, by: Viewer) -> None:
    for position, file_id in enumerate(files):
        name = papers().name_of(file_id, by=by)
        if name is None:
            raise Refused("You can attach only files you may open yourself.")
        Attachment(message=message, file_id=file_id, name=name, position=position).save(
            force_insert=True
        )


def _call_for_delivery(message: Message) -> None:
    """Ask for delivery once this transaction has committed; rolled back, nothing was asked."""
    if message.channel in (Channel.NOTICE, Channel.PARTNER_TEXT):
        return
    app.configure_task(
        DELIVER, queue="post", lock=f"message-{message.pk}", schedule_at=message.not_before
    ).defer(message_id=str(message.pk))


def _move(message: Message, state: MessageState, *, reason: str = "", **more: Any) -> None:
    """Move the message on, if nobody moved it meanwhile."""
    refuse_if(MESSAGE.why_not(message.state, state, reason=reason))
    changes = {
        "state": state,
        "reason": reason[:_LONGEST_REASON],
        "moved_at": timezone.now(),
        **more,
    }
    moved = Message.objects.filter(pk=message.pk, state=message.state).update(**changes)
    if moved != 1:
        raise Refused("Somebody, or the sending itself, was quicker: look at the message again.")
    for field, value in changes.items():
        setattr(message, field, value)


@transaction.atomic
def take_back(*, message: Message, by: Viewer, at: datetime) -> Message:
    """Take a message back while it is held; it never leaves."""
    refuse_if(rules.why_not_take_back(message, viewer=by, now=timezone.now()))
    _move(message, MessageState.TAKEN_BACK)
    _record("take_back", message, by=by, at=at)
    return message


@transaction.atomic
def answer_message(
    *,
    message: Message,
    choice: str = "",
    words: str = "",
    through: Through = Through.PAGE,
    link: MessageLink | None = None,
    by: Viewer,
    at: datetime,
) -> Answer:
    """Answer a message; the room that caused it hears of it in the same transaction."""
    refuse_if(
        rules.why_not_answer(
            message, viewer=by, choice=choice, words=words, link=link, now=timezone.now()
        )
    )
    answer = Answer(
        message=message,
        choice=choice,
        words=words.strip(),
        through=through,
        answered_by_id=_writer(by),
        answered_by_name=by.name,
        answered_at=at,
    )
    answer.save(force_insert=True)
    _record("answer_message", message, by=by, at=at, detail={"through": through.value})
    announce(
        MessageAnswered(
            message_id=message.pk,
            answer_id=answer.pk,
            cause_room=message.cause_room,
            cause_kind=message.cause_kind,
            cause_id=message.cause_id,
            person_id=message.person_id,
            choice=choice,
            at=at,
        )
    )
    return answer


@transaction.atomic
def open_link(*, link: MessageLink, by: Viewer, at: datetime) -> MessageLink:
    """Note that somebody opened a message by its link."""
    refuse_if(rules.why_link_is_closed(link, now=timezone.now()))
    if link.first_opened_at is None:
        link.first_opened_at = timezone.now()
        link.save(update_fields=["first_opened_at"])
    _record("open_link", link.message, by=by, at=at, detail={"purpose": link.purpose})
    return link


@transaction.atomic
def close_link(*, link: MessageLink, by: Viewer, at: datetime) -> MessageLink:
    """Let a link open nothing any more."""
    link.closed_at = timezone.now()
    link.save(update_fields=["closed_at"])
    _record("close_link", link.message, by=by, at=at)
    return link


@transaction.atomic
def mark_read(*, messages: Sequence[Message], by: Viewer, at: datetime) -> int:
    """Mark notices as read by this account; returns how many were not read before."""
    if by.account_id is None:
        raise Refused("Sign in first.")
    for message in messages:
        refuse_if(rules.why_not_mark_read(message, viewer=by))
    known = set(
        Reading.objects.filter(message__in=messages, account_id=by.account_id).values_list(
            "message_id", flat=True
        )
    )
    new = [message for message in messages if message.pk not in known]
    now = timezone.now()
    Reading.objects.bulk_create(
        [Reading(message=message, account_id=by.account_id, read_at=now) for message in new],
        ignore_conflicts=True,
    )
    persons = [message.person_id for message in new if message.person_id is not None]
    audit.record(
        by=by, at=at, action="mark_read", persons_shown=persons, detail={"notices": len(new)}
    )
    return len(new)


@transaction.atomic
def mark_copied(*, message: Message, by: Viewer, at: datetime) -> Message:
    """Note that a text has been copied into the partner's own system."""
    refuse_if(rules.why_not_copy(message, viewer=by))
    _move(message, MessageState.SENT)
    _record("mark_copied", message, by=by, at=at)
    return message


@transaction.atomic
def send_again(*, message: Message, by: Viewer, at: datetime) -> Message:
    """Send once more what failed, or was kept here because nothing was set up to send it."""
    refuse_if(rules.why_not_send_again(message, viewer=by))
    _move(message, MessageState.QUEUED, tries=0, not_before=timezone.now())
    _record("send_again", message, by=by, at=at)
    _call_for_delivery(message)
    return message


@transaction.atomic
def stop_messages_to(
    *,
    person_id: uuid.UUID | None = None,
    account_id: uuid.UUID | None = None,
    reason: str,
    by: Viewer,
    at: datetime,
) -> int:
    """Stop everything that has not left yet for somebody who died or left; returns how many."""
    if (person_id is None) == (account_id is None):
        raise ValueError("Say whose messages to stop: person_id or account_id, one of the two.")
    kind = RecipientKind.PERSON if person_id is not None else RecipientKind.ACCOUNT
    waiting = Message.objects.select_for_update().filter(
        recipient_kind=kind,
        recipient_id=person_id or account_id,
        state__in=(MessageState.HELD, MessageState.QUEUED),
    )
    stopped = 0
    for message in waiting:
        _move(message, MessageState.STOPPED, reason=reason)
        _record("stop_message", message, by=by, at=at, reason=reason)
        stopped += 1
    return stopped


# --- delivery: what the job does, each step a transaction of its own ------------------------------


@dataclass(frozen=True)
class Begun:
    """An attempt that has been written down and may now leave."""

    message: Message
    delivery: Delivery
    # An earlier attempt was cut off: it may have left already.
    may_have_left: bool


@transaction.atomic
def begin_delivery(
    *, message_id: uuid.UUID, transport: str, by: Viewer, at: datetime
) -> Begun | None:
    """Write down that an attempt begins, before anything leaves; None when nothing is to be done.

    A message found in the middle of an attempt was cut off by a crash: that attempt is marked so,
    and the next says that the first may have left.
    """
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    now = timezone.now()
    if message is None or message.not_before > now:
        return None
    may_have_left = False
    if message.state in (MessageState.HELD, MessageState.QUEUED) and _has_left(message):
        _move(message, MessageState.STOPPED, reason="Whoever it was for does not work here now.")
        _record("stop_message", message, by=by, at=at, reason=message.reason)
        return None
    if message.state is MessageState.HELD:
        _move(message, MessageState.QUEUED)
    if message.state is MessageState.SENDING:
        cut_off = Delivery.objects.filter(message=message, ended_at__isnull=True)
        may_have_left = cut_off.update(ended_at=now, outcome=AttemptOutcome.INTERRUPTED) > 0
        if message.tries > len(WAITS):
            _give_up(message, "It was cut off each time it was sent.", by=by, at=at)
            return None
    elif message.state is MessageState.QUEUED:
        # An attempt cut off earlier may have left too, whatever came of the ones after it.
        may_have_left = Delivery.objects.filter(
            message=message, outcome=AttemptOutcome.INTERRUPTED
        ).exists()
        _move(message, MessageState.SENDING)
    else:
        return None
    number = Delivery.objects.filter(message=message).count() + 1
    delivery = Delivery(message=message, number=number, transport=transport, started_at=now)
    delivery.save(force_insert=True)
    Message.objects.filter(pk=message.pk).update(tries=message.tries + 1, moved_at=now)
    message.tries += 1
    return Begun(message, delivery, may_have_left)


def _has_left(message: Message) -> bool:
    """Whether the message is for an account that has ended since it was written."""
    return (
        message.recipient_kind is RecipientKind.ACCOUNT
        and Account.objects.filter(pk__in=[message.recipient_id], is_active=False).exists()
    )


@transaction.atomic
def record_sent(
    *, begun: Begun, reference: str, is_kept: bool, by: Viewer, at: datetime
) -> Message:
    """Write down that a message left, or was kept because there is nowhere to send it."""
    message = begun.message
    outcome = AttemptOutcome.KEPT if is_kept else AttemptOutcome.SENT
    _end(begun, outcome, reference=reference)
    more = {"body": _CUT} if message.has_secret and not is_kept else {}
    _move(message, MessageState.KEPT if is_kept else MessageState.SENT, **more)
    _record("deliver_message", message, by=by, at=at, detail={"outcome": outcome.value})
    return message


@transaction.atomic
def put_off(*, begun: Begun, reason: str, by: Viewer, at: datetime) -> Message:
    """Write down that the way out was closed; try again later, or give up after a day."""
    message = begun.message
    if message.tries > len(WAITS):
        return fail_delivery(begun=begun, reason=reason, by=by, at=at)
    _end(begun, AttemptOutcome.PUT_OFF, reason=reason)
    later = timezone.now() + WAITS[message.tries - 1]
    _move(message, MessageState.QUEUED, not_before=later)
    _record("put_off", message, by=by, at=at, reason=reason, outcome=AuditOutcome.FAILED)
    _call_for_delivery(message)
    return message


@transaction.atomic
def fail_delivery(*, begun: Begun, reason: str, by: Viewer, at: datetime) -> Message:
    """Write down that a message will never arrive, and tell whoever wrote it."""
    _end(begun, AttemptOutcome.REFUSED, reason=reason)
    return _give_up(begun.message, reason, by=by, at=at)


@transaction.atomic
def record_whereabouts(
    *, message: Message, is_delivered: bool, reason: str = "", by: Viewer, at: datetime
) -> Message:
    """Write down what the gateway said of a message it had taken."""
    if not is_delivered:
        return _give_up(message, reason or "The gateway could not deliver it.", by=by, at=at)
    _move(message, MessageState.DELIVERED)
    _record("record_delivered", message, by=by, at=at)
    return message


def _give_up(message: Message, reason: str, *, by: Viewer, at: datetime) -> Message:
    more = {"body": _CUT} if message.has_secret else {}
    _move(message, MessageState.FAILED, reason=reason, **more)
    _record("fail_delivery", message, by=by, at=at, reason=reason, outcome=AuditOutcome.FAILED)
    announce(
        MessageFailed(
            message_id=message.pk,
            cause_room=message.cause_room,
            cause_kind=message.cause_kind,
            cause_id=message.cause_id,
            person_id=message.person_id,
            at=at,
        )
    )
    writer = Account.objects.filter(pk=message.writer_id, is_active=True).first()
    if writer is not None:
        write_message(
            template="delivery_failed",
            values={
                "what": message.channel.label.lower(),
                "recipient": message.recipient_name,
                "reason": reason,
            },
            to=Recipient.account(writer),
            cause=Cause("post", "message", message.pk),
            person_id=message.person_id,
            by=by,
            at=at,
        )
    return message


def _end(begun: Begun, outcome: AttemptOutcome, *, reason: str = "", reference: str = "") -> None:
    delivery = begun.delivery
    delivery.outcome = outcome
    delivery.reason = reason[:_LONGEST_REASON]
    delivery.reference = reference[:120]
    delivery.ended_at = timezone.now()
    delivery.save(update_fields=["outcome", "reason", "reference", "ended_at"])


def _record(
    action: str,
    message: Message,
    *,
    by: Viewer,
    at: datetime,
    reason: str = "",
    outcome: AuditOutcome = AuditOutcome.DONE,
    detail: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        outcome=outcome,
        subject=("message", message.pk),
        person_id=message.person_id,
        reason=reason,
        detail=detail,
    )
