"""Others are told: whoever asked, that help began; whoever goes or leads, that time runs out."""

import uuid
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.homefirst import rules
from oneplace.homefirst.models import DeskCase, Warned
from oneplace.homefirst.verbs.following import keeper
from oneplace.homefirst.verbs.writing import change, held, note
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import AvoidedAdmissionOpinion, ConnectionState, Disposition


def keeper_at(desk_id: uuid.UUID) -> Viewer:
    """One desk itself, for what it does without anybody pressing a button."""
    return replace(keeper(), team_ids=(desk_id,))


@transaction.atomic
def tell_started(*, case: DeskCase, by: Viewer, at: datetime) -> Referral | None:
    """Write in the referral that help has begun, so that whoever asked and the practice hear it."""
    referral = Referral.objects.filter(pk=case.referral_id).first()
    begun = (ConnectionState.CONNECTED, ConnectionState.ATTENDED)
    if referral is None or not referral.is_open or referral.state in begun:
        return None
    if referral.state == ConnectionState.OFFERED:
        referral = referral_verbs.accept(referral=referral, by=by, at=at)
    words = f"{case.worker_name} has been there." if case.worker_name else ""
    return referral_verbs.connect(referral=referral, words=words, by=by, at=at)


@transaction.atomic
def note_warning(
    *, case: DeskCase, clock_id: uuid.UUID, minutes: int, told: str, by: Viewer, at: datetime
) -> bool:
    """Keep that somebody was warned so many minutes before; False where they were already."""
    if Warned.objects.filter(clock_id=clock_id, minutes_before=minutes).exists():
        return False
    Warned(case=case, clock_id=clock_id, minutes_before=minutes, told=told[:200], told_at=at).save(
        force_insert=True
    )
    note("note_warning", case, f"Warned {minutes} minutes before", words=told, by=by, at=at)
    return True


@transaction.atomic
def record_disposition(
    *,
    case: DeskCase,
    disposition: Disposition,
    opinion: AvoidedAdmissionOpinion | None = None,
    by: Viewer,
    at: datetime,
) -> DeskCase:
    """Write where the person was after the visit, and a clinician's opinion about an admission.

    The opinion is kept as one, with whose it is; nothing anywhere adds it up as a saving.
    """
    seen = held(case)
    if seen.first_seen_at is None:
        raise Refused("Nobody has been there yet.")
    is_ours = rules.runs_desk(seen, by=by) or seen.worker_id == by.account_id
    refuse_if(None if is_ours else "Only whoever went, or the desk, writes this.")
    change(
        seen,
        disposition=disposition,
        opinion=opinion or "",
        opinion_by_name=by.name if opinion else "",
    )
    note("record_disposition", seen, disposition.label, by=by, at=at)
    return seen
