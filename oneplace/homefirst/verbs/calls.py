"""Somebody rings the desk: what they ask is in the queue, with its clock, before they hang up."""

import uuid
from datetime import datetime

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.directory.models import Service
from oneplace.homefirst import desks, rules
from oneplace.homefirst.models import DeskCase, Package
from oneplace.homefirst.verbs.writing import change, note, refuse
from oneplace.kit.refusals import Refused
from oneplace.people.rules import account_of
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import Referral, ReferralOrigin
from oneplace.vocabulary.terms import (
    ConnectionState,
    Pathway,
    RapidResponseReason,
    ReferralSource,
    ServiceCategory,
    Urgency,
)


@transaction.atomic
def take_phone_referral(
    *,
    person_id: uuid.UUID,
    need: str,
    package: Package,
    urgency: Urgency,
    is_in_hospital: bool,
    source: ReferralSource,
    rang: str,
    ring_back: str = "",
    reason: RapidResponseReason | None = None,
    safety: str = "",
    is_wanted: bool = True,
    is_flag_ruled_out: bool = False,
    by: Viewer,
    at: datetime,
) -> DeskCase:
    """Put what somebody asks by telephone in the queue, by need and not by service.

    Where it belongs follows from how soon it is needed and where the person is. Raises `Refused`
    for a word that rings 999 until it has been asked about, and for what is open already.
    """
    refuse(
        rules.why_not_take_phone_referral(
            need, package, rang, is_flag_ruled_out=is_flag_ruled_out, by=by
        )
    )
    made = referral_verbs.make_referral(
        person_id=person_id,
        service=_service(_category(urgency, is_in_hospital=is_in_hospital), by=by),
        need=need,
        words=_words(rang, ring_back),
        urgency=urgency,
        is_wanted=is_wanted,
        safety=safety,
        asked_from=source,
        rang=rang,
        by=by,
        at=at,
    )
    case = DeskCase.objects.filter(referral=made).first()
    if case is None:
        raise Refused("No desk takes these referrals here.")
    change(
        case,
        package=package,
        reason=reason or "",
        **({"pathway": Pathway.P1} if is_in_hospital else {}),
    )
    _end_call(case, by=by, at=at)
    flag = rules.red_flag(need)
    asked = f"Asked about “{flag}”: it is not that." if flag else ""
    note(
        "take_phone_referral",
        case,
        f"By telephone: {package.label.lower()}",
        words=" ".join(filter(None, (_words(rang, ring_back), asked))),
        by=by,
        at=at,
    )
    return case


def _end_call(case: DeskCase, *, by: Viewer, at: datetime) -> None:
    """The call by which somebody was taken on is over once the desk has their referral."""
    calls = Referral.objects.filter(
        person__current_id=case.person.current_id,
        origin=ReferralOrigin.CALL,
        asked_by_id=account_of(by),
        state=ConnectionState.ACCEPTED,
    )
    for call in calls:
        referral_verbs.take_back(
            referral=call, why=f"Asked of {case.referral.service_name} now", by=by, at=at
        )


def _words(rang: str, ring_back: str) -> str:
    number = f", {ring_back.strip()}" if ring_back.strip() else ""
    return f"{rang.strip()} rang{number}."


def _category(urgency: Urgency, *, is_in_hospital: bool) -> ServiceCategory:
    """What is asked for, of how soon it is needed and where the person is."""
    if is_in_hospital:
        return ServiceCategory.HOME_FROM_HOSPITAL
    if urgency in (Urgency.TWO_HOURS, Urgency.SAME_DAY):
        return ServiceCategory.CRISIS_AT_HOME
    return ServiceCategory.REABLEMENT


def _service(category: ServiceCategory, *, by: Viewer) -> Service:
    """The service of the viewer's own desk for it, or another of that desk's."""
    ours = [each for each in desks.desks() if each.id in by.parties]
    teams = {team for each in ours for team in (each.id, *each.going_out)}
    found = list(
        Service.objects.filter(category__in=desks.STREAM_OF, is_listed=True, team_id__in=teams)
        .select_related("provider", "team")
        .order_by("category", "name", "pk")
    )
    wanted = [each for each in found if each.category == category]
    if not found:
        raise Refused("The directory has no service that this desk answers for. Add one first.")
    return (wanted or found)[0]
