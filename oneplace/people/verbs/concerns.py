"""A worry about somebody's safety goes to the team on duty at once, and comes back as received.

Nothing here is written under the person: whoever reads who looked at their record, or whoever sits
beside them then, may be who does the harm.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from oneplace.access import audit
from oneplace.access.models import Account
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people import queries, rules
from oneplace.people.announcements import ConcernRaised
from oneplace.people.models import Concern, SafeNow
from oneplace.post import verbs as post
from oneplace.post.models import Message
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import CONCERN, ConcernState


@transaction.atomic
def raise_concern(
    *,
    what: str,
    who: str,
    is_safe_now: SafeNow,
    wishes: str = "",
    person_id: uuid.UUID | None = None,
    concern_id: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Concern:
    """Send a worry about somebody's safety to the team on duty, at once: nothing holds it back.

    `person_id` is kept only where the record opens to the writer; the words always go.
    `concern_id` is chosen by who writes: sent again after the network dropped, it goes once. Raises
    `Refused` for an empty answer, and where the place names no team: then with whom to ring.
    """
    known = None if concern_id is None else Concern.objects.filter(pk=concern_id).first()
    if known is not None and known.raised_by_id == by.account_id:
        return known
    refused = rules.why_not_raise_concern(what, who, is_safe_now)
    if refused is not None:
        raise Refused(refused[0], field=refused[1])
    duty = queries.duty_team(viewer=by)
    if duty is None:
        ring = settings.PLACE.identity.website.help_phone
        raise Refused(f"Nobody is named for this here. Ring {ring} now; in danger ring 999.")
    person = None if person_id is None else queries.person(person_id, viewer=by)
    concern = Concern(
        id=concern_id if concern_id and known is None else new_id(),
        person=person,
        what=what.strip(),
        who=who.strip(),
        is_safe_now=is_safe_now,
        wishes=wishes.strip(),
        team=duty.team,
        raised_by_id=rules.account_of(by),
        raised_by_name=by.name,
        raised_by_post=", ".join(filter(None, (by.title, by.organisation_name))),
        raised_at=at,
    )
    concern.save(force_insert=True)
    audit.record(by=by, at=at, action="raise_concern", subject=("concern", concern.pk))
    _tell_team(concern, duty, by=by, at=at)
    announce(ConcernRaised(concern.pk, duty.team.pk, by=by, at=at))
    return concern


@transaction.atomic
def receive_concern(*, concern: Concern, answer: str = "", by: Viewer, at: datetime) -> Concern:
    """Say for the team that it has this, with a word to the writer; they are told at once."""
    found = Concern.objects.select_for_update().filter(pk=concern.pk).first()
    if found is None:
        raise Refused("This is not yours to see.")
    refuse_if(rules.why_not_receive_concern(found, by))
    refuse_if(CONCERN.why_not(ConcernState(found.state), ConcernState.RECEIVED))
    found.state, found.answer = ConcernState.RECEIVED, answer.strip()
    found.received_at, found.received_by_name = at, by.name
    found.received_by_id = rules.account_of(by)
    found.save(
        update_fields=["state", "answer", "received_at", "received_by_name", "received_by_id"]
    )
    audit.record(by=by, at=at, action="receive_concern", subject=("concern", found.pk))
    writer = Account.objects.filter(pk=found.raised_by_id, is_active=True).first()
    if writer is not None:
        _notice(
            found,
            to=Recipient.account(writer),
            subject=f"{by.name} has received what worried you",
            words="The safeguarding team has it. Open it to read what they say.",
            by=by,
            at=at,
        )
    return found


@transaction.atomic
def tell_again(*, concern: Concern, by: Viewer, at: datetime) -> bool:
    """Tell the team once more of what nobody has received, and ask the writer to ring; once only.

    Returns whether anything was told. A job does it.
    """
    found = Concern.objects.select_for_update().select_related("team").get(pk=concern.pk)
    if not rules.is_concern_overdue(found, at=at):
        return False
    cause = Cause("people", "concern_again", found.pk)
    if Message.objects.filter(cause_kind=cause.kind, cause_id=found.pk).exists():
        return False
    duty = queries.duty_team(viewer=by)
    phone = duty.phone if duty is not None and duty.team.pk == found.team_id else ""
    post.write_message(
        template="notice",
        values={
            "subject": "A worry about a person’s safety still waits",
            "words": "Nobody of your team has said yet that it has it.",
        },
        to=Recipient.team(found.team),
        cause=cause,
        opens=_page(found),
        hold=False,
        by=by,
        at=at,
    )
    if duty is not None and duty.email:
        _email(found, duty, cause, by=by, at=at)
    writer = Account.objects.filter(pk=found.raised_by_id, is_active=True).first()
    if writer is not None:
        ring = f" Ring them on {phone}." if phone else " Ring them."
        post.write_message(
            template="notice",
            values={
                "subject": f"Nobody of {found.team.name} has read what worried you yet",
                "words": f"They have been told again.{ring} In danger ring 999.",
            },
            to=Recipient.account(writer),
            cause=cause,
            opens=_page(found),
            hold=False,
            by=by,
            at=at,
        )
    audit.record(by=by, at=at, action="tell_again", subject=("concern", found.pk))
    return True


def _tell_team(concern: Concern, duty: queries.DutyTeam, *, by: Viewer, at: datetime) -> None:
    """Tell the team, in the house and by email: that something waits, and nothing of whom."""
    _notice(
        concern,
        to=Recipient.team(duty.team),
        subject="Somebody is worried about a person’s safety",
        words="It waits for your team on My day. Say that you have it, so that the writer knows.",
        by=by,
        at=at,
    )
    if duty.email:
        _email(concern, duty, Cause("people", "concern", concern.pk), by=by, at=at)


def _email(
    concern: Concern, duty: queries.DutyTeam, cause: Cause, *, by: Viewer, at: datetime
) -> None:
    post.write_message(
        template="something_waits",
        values={"name": duty.team.name, "count": 1, "link": _page(concern)},
        to=Recipient.team(duty.team, to=duty.email),
        cause=cause,
        hold=False,
        by=by,
        at=at,
    )


def _notice(
    concern: Concern, *, to: Recipient, subject: str, words: str, by: Viewer, at: datetime
) -> None:
    post.write_message(
        template="notice",
        values={"subject": subject, "words": words},
        to=to,
        cause=Cause("people", "concern", concern.pk),
        opens=_page(concern),
        hold=False,
        by=by,
        at=at,
    )


def _page(concern: Concern) -> str:
    return reverse("people:concern", args=[concern.pk])
