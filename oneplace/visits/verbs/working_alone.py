"""Whoever goes to people's doors alone says when they will be out again; who is not is asked after.

First the worker is asked, then whoever leads the team is told, with the address. Nobody is left to
notice by chance.
"""

from datetime import datetime

from django.db import transaction

from oneplace.access.models import Account
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Organisation, Team
from oneplace.people.rules import account_of
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.visits import rules
from oneplace.visits.announcements import WorkerOverdue
from oneplace.visits.models import Outing, Visit
from oneplace.visits.verbs.writing import held, record, refuse


@transaction.atomic
def check_in(
    *, visit: Visit, out_by_at: datetime, phone: str = "", by: Viewer, at: datetime
) -> Outing:
    """Say that one goes in alone, and when one expects to be out again."""
    going = held(visit)
    is_in = Outing.objects.filter(visit=going, worker_id=account_of(by), out_at=None).exists()
    refuse(rules.why_not_check_in(going, out_by_at=out_by_at, is_in=is_in, by=by, at=at))
    outing = Outing(
        visit=going,
        worker_id=account_of(by),
        worker_name=by.name,
        worker_phone=phone.strip(),
        in_at=at,
        out_by_at=out_by_at,
    )
    outing.save(force_insert=True)
    record("check_in", going, by=by, at=at)
    return outing


@transaction.atomic
def check_out(*, outing: Outing, by: Viewer, at: datetime) -> Outing:
    """Say that one is out again, and well."""
    found = _held(outing)
    refuse_if(rules.why_not_check_out(found))
    if found.worker_id != by.account_id:
        raise Refused("Only whoever is out can check themselves out; others settle it with words.")
    found.out_at = max(at, found.in_at)
    found.save(update_fields=["out_at"])
    record("check_out", found.visit, by=by, at=at)
    return found


@transaction.atomic
def settle_outing(*, outing: Outing, how: str, by: Viewer, at: datetime) -> Outing:
    """Say, for somebody overdue, that they are known to be well, and how that is known."""
    found = _held(outing)
    refuse_if(rules.why_not_check_out(found))
    if not how.strip():
        raise Refused("Write how you know that they are well.", field="how")
    found.out_at = max(at, found.in_at)
    found.settled_by_name = by.name
    found.settled_how = how.strip()
    found.save(update_fields=["out_at", "settled_by_name", "settled_how"])
    record("settle_outing", found.visit, by=by, at=at)
    return found


@transaction.atomic
def ask_after_overdue(*, by: Viewer, at: datetime) -> int:
    """Ask whoever should be out whether they are well; tell who leads of those who are silent.

    How many were asked after or told of. Each is asked once and told of once.
    """
    late = (
        Outing.objects.select_for_update(of=("self",)).select_related("visit").filter(out_at=None)
    )
    asked = 0
    for outing in late.filter(out_by_at__lte=at - rules.GRACE):
        if outing.asked_at is None:
            _ask(outing, by=by, at=at)
        elif outing.raised_at is None and outing.asked_at <= at - rules.ANSWERS_WITHIN:
            _raise(outing, by=by, at=at)
        else:
            continue
        asked += 1
    return asked


def _held(outing: Outing) -> Outing:
    found = (
        Outing.objects.select_for_update(of=("self",))
        .select_related("visit")
        .filter(pk=outing.pk)
        .first()
    )
    if found is None:
        raise Refused("This is not open to you.")
    return found


def _ask(outing: Outing, *, by: Viewer, at: datetime) -> None:
    outing.asked_at = at
    outing.save(update_fields=["asked_at"])
    record("ask_after_worker", outing.visit, by=by, at=at)
    account = Account.objects.filter(pk=outing.worker_id).first()
    if account is not None:
        _tell(
            Recipient.account(account),
            "Are you out, and well?",
            "You said you would be out by now. Check out on your phone, or ring your team.",
            outing,
            by=by,
            at=at,
        )


def _raise(outing: Outing, *, by: Viewer, at: datetime) -> None:
    to = _leads(outing)
    outing.raised_at = at
    outing.raised_to = ", ".join(each.name for each in to) or "nobody: no lead is known"
    outing.save(update_fields=["raised_at", "raised_to"])
    record("raise_overdue", outing.visit, by=by, at=at)
    for recipient in to:
        _tell(
            recipient,
            f"{outing.worker_name} is overdue from a visit",
            f"{outing.worker_name} went in alone and has not said that they are out. Ring them"
            f"{f' on {outing.worker_phone}' if outing.worker_phone else ''}; if nobody answers, "
            "ring 999 with the address of the visit.",
            outing,
            by=by,
            at=at,
        )
    announce(WorkerOverdue(outing.pk, outing.worker_id, at))


def _leads(outing: Outing) -> list[Recipient]:
    """Whoever booked the visit, if it was somebody else, and the team."""
    visit = outing.visit
    found = []
    booker = Account.objects.filter(pk=visit.booked_by_id, is_active=True).first()
    if booker is not None and booker.pk != outing.worker_id:
        found.append(Recipient.account(booker))
    team = Team.objects.filter(pk__in=[visit.team_id]).first()
    if team is not None:
        found.append(Recipient.team(team))
    organisation = Organisation.objects.filter(pk__in=[visit.organisation_id]).first()
    if not found and organisation is not None:
        found.append(Recipient.organisation(organisation))
    return found


def _tell(
    to: Recipient, subject: str, words: str, outing: Outing, *, by: Viewer, at: datetime
) -> None:
    post.write_message(
        template="notice",
        values={"subject": subject, "words": words},
        to=to,
        cause=Cause("visits", "outing", outing.pk),
        hold=False,
        by=by,
        at=at,
    )
