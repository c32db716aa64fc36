"""What is done about requests of people about their own data, each step with its entry."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from oneplace.access import audit
from oneplace.access.announcements import CopyWanted, RightSigned
from oneplace.access.models import Right, RightCopy, RightHandover, RightItem, RightStep
from oneplace.access.models.right import (
    CLOSED,
    Covers,
    HandedHow,
    HowItCame,
    ItemDecision,
    RightKind,
    RightState,
    WhoAsks,
)
from oneplace.access.rules import rights as right_rules
from oneplace.access.verbs.right_parts import parts_of, share_out
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refuse_if

BEING_MADE: Final = "The copy is being made"
LINK_STANDS: Final = timedelta(days=14)
# No letter or digit that is taken for another on the telephone.
_CODE_LETTERS: Final = "ACDEFGHJKMNPRTUVWXY3479"
_CODE_LENGTH: Final = 8


@dataclass(frozen=True)
class FoundItem:
    """Something in the record that a request is about."""

    thing: str
    thing_id: uuid.UUID
    owner: str
    content_sha: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decided:
    """What an officer decides about an item."""

    decision: ItemDecision
    black: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Link:
    """A way to a copy: the secret of its address and the code told by another way, shown once."""

    handover: RightHandover
    secret: str
    code: str


@transaction.atomic
def receive_right(
    *,
    kind: RightKind,
    asker_name: str,
    asker_is: WhoAsks,
    asker_authority: str = "",
    reach: str = "",
    words: str,
    came_by: HowItCame,
    received_on: date,
    by: Viewer,
    at: datetime,
) -> Right:
    """Write down a request made to the officer's own partner; its month begins that day."""
    reason = right_rules.why_not_receive(
        by,
        asker_name=asker_name,
        asker_is=asker_is,
        authority=asker_authority,
        on=received_on,
        today=local_day(at),
    )
    refuse_if(reason)
    right = Right(
        kind=kind,
        organisation_id=_organisation(by),
        asker_name=asker_name.strip(),
        asker_is=asker_is,
        asker_authority=asker_authority.strip(),
        reach=reach.strip(),
        words=words.strip(),
        came_by=came_by,
        received_on=received_on,
        due_on=_due_on(received_on),
        handled_by_id=_account(by),
        handled_by_name=by.name,
        written_at=at,
    )
    right.save(force_insert=True)
    return note_step("receive_right", right, f"Received by {came_by.label.lower()}", by=by, at=at)


@transaction.atomic
def confirm_identity(
    *,
    right: Right,
    person_id: uuid.UUID,
    person_name: str,
    how: str,
    shown_on: date | None = None,
    covers: Covers = Covers.OWN,
    by: Viewer,
    at: datetime,
) -> Right:
    """Say whose record it is about and what showed that they may ask.

    `shown_on` is the day identity was shown, where it was in doubt and asked for at once: the
    month runs from then.
    """
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.IDENTIFIED))
    refuse_if(
        right_rules.why_not_reason(how, what="Say what was checked, and by whom."), field="how"
    )
    held.person_id, held.person_name = person_id, person_name
    refuse_if(right_rules.why_not_handle(by, held))
    if shown_on is not None and not held.received_on <= shown_on <= local_day(at):
        refuse_if("Identity was shown between the day of the request and today.", field="shown_on")
    held.identity_how, held.identity_shown_on, held.covers = how.strip(), shown_on, covers
    held.due_on = _due_on(shown_on or held.received_on)
    return move_right(
        held, RightState.IDENTIFIED, "confirm_identity", "Identity checked", how, by=by, at=at
    )


@transaction.atomic
def extend_right(*, right: Right, months: int, why: str, by: Viewer, at: datetime) -> Right:
    """Take up to two months more, with the reason the person is told."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_extend(held, months=months, why=why, today=local_day(at)))
    held.extended_by_months, held.extended_why = months, why.strip()
    held.due_on = _due_on(held.identity_shown_on or held.received_on, extended_by_months=months)
    held.save(update_fields=["extended_by_months", "extended_why", "due_on"])
    return note_step("extend_right", held, f"Extended by {months} months", why, by=by, at=at)


@transaction.atomic
def gather_right(*, right: Right, found: Sequence[FoundItem], by: Viewer, at: datetime) -> Right:
    """Set down what the copy is made of; gathered anew, decisions on what is unchanged stay."""
    held = held_right(right, by=by)
    if held.state != RightState.GATHERED:
        refuse_if(right_rules.why_not_move(held, RightState.GATHERED))
    known = {(item.thing, item.thing_id): item for item in held.items.all()}
    wanted = {(item.thing, item.thing_id): item for item in found}
    anew = {
        item.owner
        for key, item in wanted.items()
        if key not in known or known[key].content_sha != item.content_sha
    }
    held.items.filter(pk__in=[item.pk for key, item in known.items() if key not in wanted]).delete()
    RightItem.objects.bulk_create(
        RightItem(
            right=held,
            thing=item.thing,
            thing_id=item.thing_id,
            owner=item.owner,
            content_sha=item.content_sha,
            hints=list(item.hints),
        )
        for key, item in wanted.items()
        if key not in known
    )
    changed = []
    for key, item in known.items():
        if key in wanted and wanted[key].content_sha != item.content_sha:
            item.content_sha, item.hints = wanted[key].content_sha, list(wanted[key].hints)
            item.decision, item.black, item.reason = "", [], ""
            changed.append(item)
    RightItem.objects.bulk_update(changed, ["content_sha", "hints", "decision", "black", "reason"])
    share_out(held, {item.owner for item in found}, anew=anew, by=by, at=at)
    words = f"{len(wanted)} items"
    if held.state == RightState.GATHERED:
        held.save(update_fields=["source_ids"])
        return note_step("gather_right", held, "Gathered anew", words, by=by, at=at)
    return move_right(held, RightState.GATHERED, "gather_right", "Gathered", words, by=by, at=at)


@transaction.atomic
def decide_items(
    *, right: Right, decided: Mapping[uuid.UUID, Decided], by: Viewer, at: datetime
) -> int:
    """Decide what becomes of items in the copy; returns how many. The first refusal undoes all."""
    held = held_right(right, by=by, is_for_part=True)
    if held.state != RightState.GATHERED:
        refuse_if("Items are decided while the request is under review.")
    items = list(held.items.filter(pk__in=list(decided)))
    whose = parts_of(held)
    for item in items:
        part = whose.get(item.owner)
        named = part.organisation.name if part else held.organisation.name
        refuse_if(right_rules.why_not_decide_for(by, held, part, named=named))
        given = decided[item.pk]
        refuse_if(
            right_rules.why_not_decide(given.decision, black=given.black, reason=given.reason)
        )
        item.decision, item.reason = given.decision, given.reason.strip()
        is_black = given.decision is ItemDecision.BLACK_OUT
        item.black = [word.strip() for word in given.black if word.strip()] if is_black else []
        item.decided_by_id, item.decided_by_name, item.decided_at = by.account_id, by.name, at
    RightItem.objects.bulk_update(
        items, ["decision", "black", "reason", "decided_by_id", "decided_by_name", "decided_at"]
    )
    audit.record(
        by=by,
        at=at,
        action="decide_items",
        subject=("right", held.pk),
        person_id=held.person_id,
        detail={"items": len(items)},
    )
    return len(items)


@transaction.atomic
def finish_review(*, right: Right, by: Viewer, at: datetime) -> Right:
    """Say that every item was looked at; a second officer reads it then."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.REVIEWED))
    parts = held.parts.select_related("organisation")
    waiting = [part.organisation.name for part in parts if part.is_waiting]
    refuse_if(right_rules.why_not_all_reviewed(waiting))
    refuse_if(right_rules.why_not_finish_review(held.items.all()))
    held.reviewed_by_id = by.account_id
    return move_right(held, RightState.REVIEWED, "finish_review", "Reviewed", by=by, at=at)


@transaction.atomic
def sign_right(*, right: Right, by: Viewer, at: datetime) -> Right:
    """A second officer signs what another reviewed."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.SIGNED))
    refuse_if(right_rules.why_not_sign(by, held))
    held.signed_by_id, held.signed_by_name = by.account_id, by.name
    what = "Signed by a second officer"
    signed = move_right(held, RightState.SIGNED, "sign_right", what, by=by, at=at)
    announce(RightSigned(held.pk, is_erasure=held.kind == RightKind.ERASURE))
    return signed


@transaction.atomic
def send_back_right(*, right: Right, why: str, by: Viewer, at: datetime) -> Right:
    """Send a review back to be looked at again; what was signed or made before counts no more."""
    held = held_right(right, by=by)
    back = RightState.IDENTIFIED if held.kind is RightKind.ERASURE else RightState.GATHERED
    refuse_if(right_rules.why_not_move(held, back))
    refuse_if(right_rules.why_not_reason(why, what="Say what to look at again."), field="why")
    held.reviewed_by_id = held.signed_by_id = None
    held.signed_by_name = ""
    held.copies.update(is_superseded=True)
    # Every partner looks at its part again: what each decided stays until they change it.
    held.parts.update(reviewed_at=None, reviewed_by_id=None, reviewed_by_name="")
    return move_right(held, back, "send_back_right", "Sent back", why, by=by, at=at)


@transaction.atomic
def keep_copies(*, right: Right, copies: Mapping[str, bytes], by: Viewer, at: datetime) -> Right:
    """Keep the copy as it will be handed over, by form (`pdf` or `html`, and `json`)."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.MADE))
    held.copies.update(is_superseded=True)
    RightCopy.objects.bulk_create(
        RightCopy(
            right=held,
            form=form,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            made_at=at,
        )
        for form, content in copies.items()
    )
    return move_right(held, RightState.MADE, "keep_copies", "The copy is made", by=by, at=at)


@transaction.atomic
def call_for_copy(*, right: Right, by: Viewer, at: datetime) -> Right:
    """Have a long copy made in the background."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.MADE))
    note_step("call_for_copy", held, BEING_MADE, by=by, at=at)
    announce(CopyWanted(held.pk, held.organisation_id))
    return held


@transaction.atomic
def hand_over_right(
    *, right: Right, how: HandedHow, to: str, by: Viewer, at: datetime
) -> RightHandover | Link:
    """Say how the copy reached the person; a link is made here and told once."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.HANDED_OVER))
    refuse_if(right_rules.why_not_reason(to, what="Say to whom, and where."), field="to")
    handover = RightHandover(
        right=held, how=how, to=to.strip(), by_id=_account(by), by_name=by.name, at=at
    )
    secret = code = ""
    if how is HandedHow.LINK:
        secret = secrets.token_urlsafe(32)
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
        handover.secret_hash, handover.code_hash = hash_of(secret), hash_of(code)
        # Links end by the real clock.
        handover.expires_at = timezone.now() + LINK_STANDS
    handover.save(force_insert=True)
    move_right(held, RightState.HANDED_OVER, "hand_over_right", how.label, to, by=by, at=at)
    return Link(handover, secret, code) if secret else handover


@transaction.atomic
def close_right_link(*, handover: RightHandover, by: Viewer, at: datetime) -> RightHandover:
    """Close a link before it closes itself."""
    held = held_right(handover.right, by=by)
    handover.closed_at = timezone.now()
    handover.save(update_fields=["closed_at"])
    note_step("close_right_link", held, "Link closed", by=by, at=at)
    return handover


@transaction.atomic
def take_copy(*, right: Right, form: str, by: Viewer, at: datetime) -> RightCopy:
    """Open the copy to print or send it; each opening is in the audit."""
    held = held_right(right, by=by)
    found = held.copies.filter(form=form, is_superseded=False).order_by("-made_at").first()
    if found is None:
        refuse_if("There is no such copy; make it first.")
        raise AssertionError
    note_step("take_copy", held, f"Opened to print or send ({form})", by=by, at=at)
    return found


@transaction.atomic
def refuse_right(*, right: Right, why: str, by: Viewer, at: datetime) -> Right:
    """Refuse a request, with the reason the person is told and how they may complain."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.REFUSED, reason=why), field="why")
    held.decided_why = why.strip()
    return move_right(held, RightState.REFUSED, "refuse_right", "Refused", why, by=by, at=at)


@transaction.atomic
def withdraw_right(*, right: Right, why: str, by: Viewer, at: datetime) -> Right:
    """The person no longer asks."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.WITHDRAWN, reason=why), field="why")
    return move_right(held, RightState.WITHDRAWN, "withdraw_right", "Withdrawn", why, by=by, at=at)


def hash_of(secret: str) -> str:
    """What is kept of a secret or a code."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{secret.strip()}".encode()).hexdigest()


def _account(by: Viewer) -> uuid.UUID:
    assert by.account_id is not None  # noqa: S101 - the rule refused nobody's act before
    return by.account_id


def _organisation(by: Viewer) -> uuid.UUID:
    assert by.organisation_id is not None  # noqa: S101 - the rule refused a post without one
    return by.organisation_id


def _due_on(starts_on: date, *, extended_by_months: int = 0) -> date:
    return right_rules.due_on(
        starts_on,
        extended_by_months=extended_by_months,
        is_working_day=settings.PLACE.calendar.is_working_day,
    )


def held_right(right: Right, *, by: Viewer, is_for_part: bool = False) -> Right:
    """The request as it stands, kept for this transaction; refused to whoever may not handle it.

    `is_for_part` is for what a partner does who only reviews what it recorded itself.
    """
    held = Right.objects.select_for_update(of=("self",)).get(pk=right.pk)
    refuse_if(right_rules.why_not_handle(by, held))
    if not is_for_part:
        refuse_if(right_rules.why_not_answer_for(by, held))
    return held


def move_right(
    right: Right,
    to: RightState,
    action: str,
    what: str,
    words: str = "",
    *,
    by: Viewer,
    at: datetime,
) -> Right:
    right.state = to
    if to in CLOSED and right.closed_at is None:
        right.closed_at = at
    right.save()
    return note_step(action, right, what, words, by=by, at=at)


def note_step(
    action: str, right: Right, what: str, words: str = "", *, by: Viewer, at: datetime
) -> Right:
    RightStep(
        right=right,
        what=what,
        words=words.strip(),
        by_id=_account(by),
        by_name=by.name,
        by_title=by.title,
        at=at,
    ).save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("right", right.pk),
        person_id=right.person_id,
        detail={"kind": str(right.kind), "state": str(right.state)},
    )
    return right
