"""What every verb of a referral does: a line of what happened, the entry in the audit, the news."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.models import Account, Relationship
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Organisation
from oneplace.people.rules import account_of
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.referrals import rules
from oneplace.referrals.announcements import ReferralMoved
from oneplace.referrals.models import AnswerLink, Happened, Referral, ReferralStep, WaitsFor
from oneplace.vocabulary.terms import AccountKind, ConnectionState

_ANSWERS: Final = (ConnectionState.ACCEPTED, ConnectionState.DECLINED)


def held(referral: Referral) -> Referral:
    """The referral as it stands now, kept from others until this is done."""
    found = Referral.objects.select_for_update(of=("self",)).filter(pk=referral.pk).first()
    if found is None:
        raise Refused("This referral is not open to you.")
    return found


def refuse(reason: rules.Reason | None) -> None:
    """Raise `Refused` with a rule's reason and the field it is about."""
    if reason is not None:
        refuse_if(reason[0], field=reason[1])


def note(
    action: str,
    referral: Referral,
    happened: Happened,
    *,
    reason: str = "",
    words: str = "",
    by: Viewer,
    at: datetime,
    detail: Mapping[str, str] | None = None,
) -> ReferralStep:
    """A line of what happened, with its entry in the audit."""
    step = ReferralStep(
        referral=referral,
        happened=happened,
        reason=reason,
        words=words.strip(),
        by_id=account_of(by),
        by_name=by.name,
        by_organisation=by.organisation_name,
        is_by_link=by.kind is AccountKind.LINK,
        happened_at=at,
    )
    step.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("referral", referral.pk),
        person_id=referral.person_id,
        detail=detail,
    )
    return step


def move(
    referral: Referral,
    state: ConnectionState,
    *,
    waits_for: WaitsFor,
    by: Viewer,
    at: datetime,
    **more: str,
) -> None:
    """Put the referral where it stands now, and announce it."""
    before = referral.state
    changes: dict[str, object] = {
        "state": state,
        "waits_for": waits_for,
        "moved_at": at,
        **more,
    }
    if before == ConnectionState.OFFERED and state in _ANSWERS:
        changes["answered_at"] = at
    for field, value in changes.items():
        setattr(referral, field, value)
    referral.save(update_fields=list(changes))
    announce(
        ReferralMoved(
            referral.pk,
            referral.person_id,
            ConnectionState(before),
            state,
            referral.origin,
            referral.origin_id,
            by,
            at,
        )
    )


def close(referral: Referral, *, by: Viewer, at: datetime) -> None:
    """Let what was opened for this referral open no longer: the record, and the links."""
    if referral.relationship_id is not None:
        relationship = Relationship(pk=referral.relationship_id, person_id=referral.person_id)
        access_verbs.end_relationship(relationship=relationship, by=by, at=at)
        referral.relationship_id = None
        referral.save(update_fields=["relationship_id"])


def close_links(referral: Referral, *, now: datetime) -> None:
    """Let the links of a referral open nothing any more."""
    AnswerLink.objects.filter(referral_id=referral.pk, closed_at=None).update(closed_at=now)


def tell_asker(referral: Referral, subject: str, words: str, *, by: Viewer, at: datetime) -> None:
    """Let whoever asked hear of it, unless it was they who did it."""
    if referral.asked_by_id == by.account_id:
        return
    asker = Account.objects.filter(pk=referral.asked_by_id, is_active=True).first()
    if asker is not None:
        _tell(referral, Recipient.account(asker), subject, words, by=by, at=at)


def tell_practice(
    referral: Referral, subject: str, words: str, *, by: Viewer, at: datetime
) -> None:
    """Let the person's practice hear what came of it, unless they asked or did it themselves."""
    practice = Organisation.objects.filter(pk=referral.practice_id or uuid.UUID(int=0)).first()
    told = (referral.asked_by_organisation_id, by.organisation_id)
    if practice is not None and practice.pk not in told:
        _tell(referral, Recipient.organisation(practice), subject, words, by=by, at=at)


def _tell(
    referral: Referral, to: Recipient, subject: str, words: str, *, by: Viewer, at: datetime
) -> None:
    post.write_message(
        template="notice",
        values={"subject": subject, "words": words},
        to=to,
        cause=Cause("referrals", "referral", referral.pk),
        person_id=referral.person_id,
        by=by,
        at=at,
    )
