"""The desk takes referrals on: looked at, waiting, accepted or not, sent elsewhere, closed."""

import uuid
from datetime import datetime

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.actions import running
from oneplace.actions import verbs as action_verbs
from oneplace.actions.models import Clock
from oneplace.homefirst import desks, rules
from oneplace.homefirst.announcements import PromiseRuns
from oneplace.homefirst.models import (
    ClosedBecause,
    DeskCase,
    DeskState,
    Package,
    Wait,
)
from oneplace.homefirst.verbs.filing import file_accepted, file_closed
from oneplace.homefirst.verbs.writing import (
    THING,
    change,
    held,
    move,
    note,
    refuse,
    start_clock,
    stop_clocks,
)
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import Referral
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import TO_COME, Visit
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    ConnectionOutcome,
    ConnectionSentBack,
    ConnectionState,
    LifeStream,
    Pathway,
    RapidResponseReason,
    ReferralRejected,
    Urgency,
)

_OUTCOME_OF = {
    ClosedBecause.DONE: ConnectionOutcome.TOOK_PART,
    ClosedBecause.HANDED_ON: ConnectionOutcome.TOOK_PART,
    ClosedBecause.DIED: ConnectionOutcome.DIED,
    ClosedBecause.IN_HOSPITAL: ConnectionOutcome.NOT_WELL_ENOUGH,
    ClosedBecause.PERSON_DECLINED: ConnectionOutcome.TRIED_IT,
    ClosedBecause.NOT_LEAVING: ConnectionOutcome.NEVER_STARTED,
    ClosedBecause.MISTAKE: ConnectionOutcome.NEVER_STARTED,
}


@transaction.atomic
def take_up(*, referral: Referral, by: Viewer, at: datetime) -> DeskCase | None:
    """Put a referral to one of the desk's services in its queue; None for any other.

    A two-hour response is promised from now: its clock starts with the referral.
    """
    desk = desks.desk_of(referral.answering_id)
    if desk is None or referral.service is None:
        return None
    known = DeskCase.objects.filter(referral=referral).first()
    if known is not None:
        return known
    stream = desks.stream_of(referral.service.category, Urgency(referral.urgency))
    case = DeskCase(
        id=new_id(),
        referral=referral,
        person_id=referral.person_id,
        desk_id=desk.id,
        stream=stream,
        zone=referral.district,
        received_at=at,
        moved_at=at,
        is_outside_hours=desks.is_outside_hours(desk.hours, at),
        responsible=_whoever_asked(referral),
        responsible_since=at,
    )
    case.save(force_insert=True)
    words = f"Asked by {referral.asked_by_name}"
    note("take_up", case, "Received", words=words, by=by, at=at)
    if stream is LifeStream.RAPID_RESPONSE and referral.urgency == Urgency.TWO_HOURS:
        start_clock(
            "two_hour_response", case, at, f"{words}: needs somebody within two hours", by=by, at=at
        )
    return case


def _whoever_asked(referral: Referral) -> str:
    return ", ".join(filter(None, (referral.asked_by_name, referral.asked_by_organisation)))


@transaction.atomic
def triage(*, case: DeskCase, by: Viewer, at: datetime) -> DeskCase:
    """Begin to look at a referral: everybody at the desk sees who has it."""
    seen = held(case)
    refuse_if(rules.why_not_move(seen, DeskState.TRIAGE, by=by))
    move(seen, DeskState.TRIAGE, at=at, decided_by_name=by.name)
    note("triage", seen, "Being looked at", by=by, at=at)
    return seen


@transaction.atomic
def wait_for_information(*, case: DeskCase, words: str, by: Viewer, at: datetime) -> DeskCase:
    """Ask whoever referred something first; the clock of the person runs on."""
    asked = held(case)
    if not words.strip():
        raise Refused("Write what you would like to know.", field="words")
    refuse_if(rules.why_not_move(asked, DeskState.WAITING, reason=words, by=by))
    referral_verbs.ask_back(referral=_referral(asked), words=words, by=by, at=at)
    move(asked, DeskState.WAITING, at=at, waits_for=words.strip(), waits_since=at)
    note("wait_for_information", asked, "Asked whoever referred", words=words, by=by, at=at)
    return asked


@transaction.atomic
def accept(
    *,
    case: DeskCase,
    package: Package,
    pathway: Pathway | None = None,
    reason: RapidResponseReason | None = None,
    is_double_handed: bool = False,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> DeskCase:
    """Take a referral on. The first question is whether there is a package to restart.

    From now the desk answers for the person's way home; whoever asked is told.
    """
    taken = held(case)
    refuse(rules.why_not_accept(taken, package, pathway, by=by))
    if taken.stream == LifeStream.RAPID_RESPONSE and reason is None and not taken.reason:
        raise Refused("Say what the crisis at home is.", field="reason")
    desk = desks.desk(taken.desk_id)
    move(
        taken,
        DeskState.ACCEPTED,
        at=at,
        package=package,
        pathway=pathway or taken.pathway or (Pathway.P1 if _comes_home(taken) else ""),
        reason=reason or taken.reason,
        is_double_handed=is_double_handed,
        waits_for="",
        decided_at=at,
        decided_by_name=by.name,
        responsible=", ".join(filter(None, (by.name, desk.name if desk else ""))),
        responsible_since=at,
    )
    note("accept_case", taken, "Accepted", words=words, by=by, at=at)
    # After the case has moved: what the referral then announces finds it where it is.
    referral = _referral(taken)
    if referral.state == ConnectionState.OFFERED:
        referral_verbs.accept(referral=referral, words=words, by=by, at=at)
    file_accepted(taken, referral, words, by=by, at=at)
    if taken.left_at is not None or referral.urgency == Urgency.TWO_HOURS:
        announce(PromiseRuns(taken.pk, at))
    return taken


def _comes_home(case: DeskCase) -> bool:
    return bool(case.stream == LifeStream.DISCHARGE)


@transaction.atomic
def redirect(*, case: DeskCase, to: str, words: str = "", by: Viewer, at: datetime) -> DeskCase:
    """Send a referral on to a better place; whoever asked hears where, and why."""
    sent = held(case)
    if not to.strip():
        raise Refused("Write where it is sent on to.", field="to")
    refuse_if(rules.why_not_move(sent, DeskState.REDIRECTED, reason=to, by=by))
    said = f"Sent on to {to.strip()}. {words.strip()}".strip()
    move(sent, DeskState.REDIRECTED, at=at, sent_on_to=to.strip()[:200], decided_at=at)
    note("redirect_case", sent, f"Sent on to {to.strip()}"[:200], words=words, by=by, at=at)
    stop_clocks(sent, (), at, f"Sent on to {to.strip()}", by=by, at=at)
    _send_away(sent, ReferralRejected.NOT_OUR_SERVICE, said, by=by, at=at)
    return sent


@transaction.atomic
def reject(
    *, case: DeskCase, because: ReferralRejected, words: str = "", by: Viewer, at: datetime
) -> DeskCase:
    """Say no, naming capacity or criteria. No capacity counts as need nobody met."""
    refused = held(case)
    refuse_if(rules.why_not_move(refused, DeskState.REJECTED, reason=because, by=by))
    if not words.strip():
        raise Refused("Write which criterion, or which capacity is missing.", field="words")
    move(refused, DeskState.REJECTED, at=at, rejected_because=because, decided_at=at)
    note("reject_case", refused, f"Not accepted: {because.label}", words=words, by=by, at=at)
    stop_clocks(refused, (), at, f"Not accepted: {because.label}", by=by, at=at)
    _send_away(refused, because, words, by=by, at=at)
    return refused


def _send_away(
    case: DeskCase, because: ReferralRejected, words: str, *, by: Viewer, at: datetime
) -> None:
    referral = _referral(case)
    if referral.state == ConnectionState.OFFERED:
        referral_verbs.decline(referral=referral, because=because, words=words, by=by, at=at)
    else:
        full = because is ReferralRejected.NO_CAPACITY
        referral_verbs.send_back(
            referral=referral,
            because=ConnectionSentBack.FULL if full else ConnectionSentBack.NOT_SUITABLE,
            words=words,
            by=by,
            at=at,
        )


@transaction.atomic
def close(
    *, case: DeskCase, because: ClosedBecause, words: str = "", by: Viewer, at: datetime
) -> DeskCase:
    """Close a case: visits still to come are cancelled, its clocks stop, everybody is told."""
    done = held(case)
    refuse_if(rules.why_not_move(done, DeskState.CLOSED, reason=because, by=by))
    referral = _referral(done)
    move(
        done, DeskState.CLOSED, at=at, closed_because=because, closed_words=words.strip(),
        closed_at=at,
    )  # fmt: skip
    note("close_case_at_desk", done, f"Closed: {because.label}", words=words, by=by, at=at)
    _cancel_visit(done.visit_id, f"Closed: {because.label.lower()}", by=by, at=at)
    keys = () if done.first_seen_at is None else ("first_visit_home", "two_hour_response")
    stop_clocks(done, keys, at, f"Closed: {because.label}", by=by, at=at)
    if referral.state not in (ConnectionState.DECLINED, ConnectionState.ENDED):
        if referral.state in (ConnectionState.ACCEPTED, ConnectionState.ALLOCATED):
            referral = referral_verbs.first_contact(referral=referral, by=by, at=at)
        referral_verbs.end_referral(
            referral=referral, outcome=_OUTCOME_OF[because], words=words, by=by, at=at
        )
    if because is not ClosedBecause.MISTAKE:
        file_closed(done, referral, words, by=by, at=at)
    return done


@transaction.atomic
def take_back_allocation(*, case: DeskCase, why: str, by: Viewer, at: datetime) -> DeskCase:
    """Take back who was to go: the visit is cancelled and the case waits for somebody again."""
    freed = held(case)
    if not why.strip():
        raise Refused("Write why somebody else must go.", field="why")
    refuse_if(rules.why_not_move(freed, DeskState.ACCEPTED, by=by))
    was, visit_id = freed.worker_name, freed.visit_id
    move(
        freed, DeskState.ACCEPTED, at=at, worker_id=None, worker_name="", visit_id=None,
        planned_at=None,
    )  # fmt: skip
    note("take_back_allocation", freed, f"{was} does not go after all", words=why, by=by, at=at)
    _cancel_visit(visit_id, why, by=by, at=at)
    return freed


def _cancel_visit(visit_id: uuid.UUID | None, why: str, *, by: Viewer, at: datetime) -> None:
    """Once the case no longer waits for it, so that it is told once and not twice."""
    visit = Visit.objects.filter(pk=visit_id).first() if visit_id else None
    if visit is not None and visit.state in TO_COME:
        visit_verbs.cancel(visit=visit, why=why, by=by, at=at)


@transaction.atomic
def expect_home(*, case: DeskCase, home_from: datetime, by: Viewer, at: datetime) -> DeskCase:
    """Write when the person is expected home: nobody is sent before."""
    expected = held(case)
    refuse_if(None if rules.runs_desk(expected, by=by) else "Only the desk itself can do this.")
    if home_from < at:
        raise Refused("This moment is over.", field="home_from")
    change(expected, home_from=home_from)
    note("expect_home", expected, "Expected home", by=by, at=at)
    return expected


@transaction.atomic
def begin_wait(
    *, case: DeskCase, rule: str, words: str = "", from_at: datetime, by: Viewer, at: datetime
) -> Wait:
    """Leave a time out of our part, by a wait the place lists; the person's clock runs on."""
    waiting = held(case)
    refuse_if(None if rules.runs_desk(waiting, by=by) else "Only the desk itself can do this.")
    is_waiting = Wait.objects.filter(case=waiting, until_at=None).exists()
    refuse_if(
        rules.why_not_wait(waiting, rule, allowed=_listed_waits(waiting), is_waiting=is_waiting)
    )
    if from_at > at:
        raise Refused("A wait cannot begin in the time to come.", field="from_at")
    wait = Wait(case=waiting, rule=rule, words=words.strip(), from_at=from_at, said_by_name=by.name)
    wait.save(force_insert=True)
    note("begin_wait", waiting, "A listed wait began", words=words, by=by, at=at)
    return wait


@transaction.atomic
def end_wait(*, case: DeskCase, until_at: datetime, by: Viewer, at: datetime) -> Wait:
    """End the wait that our part leaves out."""
    waiting = held(case)
    refuse_if(None if rules.runs_desk(waiting, by=by) else "Only the desk itself can do this.")
    wait = Wait.objects.select_for_update().filter(case=waiting, until_at=None).first()
    if wait is None:
        raise Refused("Nothing is left out at the moment.")
    if until_at < wait.from_at or until_at > at:
        raise Refused("A wait ends after it began, and not in the time to come.", field="until_at")
    wait.until_at = until_at
    wait.save(update_fields=["until_at"])
    note("end_wait", waiting, "The wait is over", by=by, at=at)
    return wait


def _listed_waits(case: DeskCase) -> tuple[str, ...]:
    """The waits the place lists for the clocks that run for a case."""
    keys = Clock.objects.filter(thing_id=case.pk, thing_kind=THING, stopped_at=None).values_list(
        "key", flat=True
    )
    rules_of = [running.rule_of(key) for key in keys]
    return tuple(pause for rule in rules_of if rule is not None for pause in rule.pauses)


@transaction.atomic
def confirm_left(
    *, case: DeskCase, left_at: datetime, because: str, by: Viewer, at: datetime
) -> DeskCase:
    """Say when the person truly left, after asking: the promise counts from then on from there."""
    known = held(case)
    refuse_if(None if rules.runs_desk(known, by=by) else "Only the desk itself can do this.")
    if not because.strip():
        raise Refused("Write who said so, and how they know.", field="because")
    if left_at > at:
        raise Refused("This moment is still to come.", field="left_at")
    if known.first_seen_at is not None and left_at > known.first_seen_at:
        raise Refused("The person was seen at home before this moment.", field="left_at")
    said = f"{because.strip()} (confirmed by {by.name})"
    restart_clock(known, left_at, said, by=by, at=at)
    change(known, left_at=left_at, left_because=said, is_left_doubtful=False)
    note("confirm_left", known, "When they left is confirmed", words=because, by=by, at=at)
    return known


def restart_clock(
    case: DeskCase, left_at: datetime, because: str, *, by: Viewer, at: datetime
) -> None:
    """Let the promise count from another moment; the clock as it ran before stays to be read."""
    stop_clocks(
        case, ("first_visit_home",), at, "Counted anew: another time of leaving was given",
        by=by, at=at,
    )  # fmt: skip
    clock = start_clock("first_visit_home", case, left_at, because, by=by, at=at)
    if case.first_seen_at is not None:
        action_verbs.stop_clock(
            clock=clock,
            stopped_at=case.first_seen_at,
            because="Somebody of the team stood before the person",
            by=by,
            at=at,
        )


@transaction.atomic
def say_why_late(*, case: DeskCase, reason: str, by: Viewer, at: datetime) -> DeskCase:
    """Say why a promise was not kept: kept with the clock, and counted by reason."""
    known = held(case)
    refuse_if(None if rules.runs_desk(known, by=by) else "Only the desk itself can do this.")
    found = Clock.objects.filter(
        thing_id=known.pk, key__in=("first_visit_home", "two_hour_response")
    )
    clock = found.order_by("-started_at").first()
    if clock is None:
        raise Refused("No promise ran for this referral.")
    action_verbs.give_breach_reason(clock=clock, reason=reason, by=by, at=at)
    note("say_why_late", known, "Why it took longer", words=reason, by=by, at=at)
    return known


def _referral(case: DeskCase) -> Referral:
    found = Referral.objects.filter(pk=case.referral_id).first()
    if found is None:
        raise Refused("This referral is not open to you.")
    return found
