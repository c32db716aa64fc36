"""The way home is planned: ready or not, what holds somebody up, what is arranged, who is told."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.directory.models import Service
from oneplace.homefirst import desks, rules
from oneplace.homefirst.models import (
    Arranged,
    Blocker,
    DeskCase,
    Discharge,
    FamilyView,
    ResidenceReview,
    Task,
    Transfer,
)
from oneplace.homefirst.verbs.writing import change, own, record, refuse
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.people.rules import account_of
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import Referral
from oneplace.visits.verbs.booking import is_connected
from oneplace.vocabulary.terms import (
    BlockerType,
    CriteriaToReside,
    Pathway,
    ReferralSource,
    ServiceCategory,
    Urgency,
)


@transaction.atomic
def plan_discharge(
    *, person_id: uuid.UUID, spell: str, hospital: str = "", by: Viewer, at: datetime
) -> Discharge:
    """The plan for the way home from one stay: the one there is, or a new one."""
    person = _person(person_id, by=by)
    refuse_if(rules.why_not_plan_discharge(is_connected=person is not None, by=by))
    assert person is not None  # noqa: S101 - the rule refused nobody's plan before
    if not spell.strip():
        raise Refused("Say from which stay they go home.")
    held = Discharge.objects.select_for_update(of=("self",)).filter(person=person, spell=spell)
    if (known := held.first()) is not None:
        return known
    made = Discharge(
        person=person,
        owner=own(by),
        spell=spell,
        hospital=hospital,
        opened_at=at,
        opened_by_name=by.name,
    )
    made.save(force_insert=True)
    record("plan_discharge", ("discharge", made.pk), person_id=person.pk, by=by, at=at)
    return made


@transaction.atomic
def set_ready(*, discharge: Discharge, ready_at: datetime, by: Viewer, at: datetime) -> Discharge:
    """Write since when no acute bed is needed."""
    planned = _held(discharge, by=by)
    refuse(rules.why_not_ready(planned, ready_at, at=at))
    return _changed("set_ready", planned, by=by, at=at, ready_at=ready_at)


@transaction.atomic
def clear_ready(*, discharge: Discharge, why: str, by: Viewer, at: datetime) -> Discharge:
    """Write that an acute bed is needed again: the ready day is cleared, and set anew later."""
    planned = _held(discharge, by=by)
    if planned.ready_at is None:
        raise Refused("Nobody wrote that the person was ready.")
    if not why.strip():
        raise Refused("Write why an acute bed is needed again.", field="why")
    _review(planned, CriteriaToReside.MET, why, on=local_day(at), by=by, at=at)
    return _changed("clear_ready", planned, by=by, at=at, ready_at=None)


@transaction.atomic
def review_residence(
    *,
    discharge: Discharge,
    found: CriteriaToReside,
    reason: str = "",
    by: Viewer,
    at: datetime,
) -> ResidenceReview:
    """Write today's look at whether an acute bed is needed."""
    planned = _held(discharge, by=by)
    if found is CriteriaToReside.MET and not reason.strip():
        raise Refused("Write which criterion is met.", field="reason")
    written = _review(planned, found, reason, on=local_day(at), by=by, at=at)
    record(
        "review_residence", ("discharge", planned.pk), person_id=planned.person_id, by=by, at=at,
        detail={"found": found.value},
    )  # fmt: skip
    return written


@transaction.atomic
def set_pathway(
    *,
    discharge: Discharge,
    proposed: Pathway | None = None,
    actual: Pathway | None = None,
    destination: str = "",
    expected_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Discharge:
    """Write the pathway as proposed or as it is, where to, and when they are expected to leave.

    A step up or down is a change like any other: what stood before is kept in its history.
    """
    planned = _held(discharge, by=by)
    changes: dict[str, object] = {}
    if proposed is not None:
        changes["pathway_proposed"] = proposed
    if actual is not None:
        if actual is Pathway.P3 and not planned.panel_decision:
            raise Refused("Pathway 3 needs the panel’s decision first.", field="actual")
        changes["pathway"] = actual
    if destination.strip():
        changes["destination"] = destination.strip()[:160]
    if expected_on is not None:
        changes["expected_on"] = expected_on
    if not changes:
        raise Refused("Nothing was changed.")
    return _changed("set_pathway", planned, by=by, at=at, **changes)


@transaction.atomic
def record_panel(
    *, discharge: Discharge, decision: str, on: date, by: Viewer, at: datetime
) -> Discharge:
    """Write what the panel decided about pathway 3."""
    planned = _held(discharge, by=by)
    if not decision.strip():
        raise Refused("Write what the panel decided.", field="decision")
    if on > local_day(at):
        raise Refused("This day is still to come.", field="on")
    return _changed(
        "record_panel", planned, by=by, at=at, panel_on=on, panel_decision=decision.strip()[:300]
    )


@transaction.atomic
def open_blocker(
    *,
    discharge: Discharge,
    kind: BlockerType,
    holder: str = "",
    holder_name: str,
    seen_to_by: str = "",
    words: str = "",
    opened_at: datetime | None = None,
    by: Viewer,
    at: datetime,
) -> Blocker:
    """Write what somebody waits for, who is to act, and who sees to it. Many run at once."""
    planned = _held(discharge, by=by)
    same = Blocker.objects.filter(
        discharge=planned, kind=kind, holder=holder, closed_at=None
    ).first()
    refuse(rules.why_not_block(planned, kind, holder_name, same=same))
    begins = opened_at or at
    if begins > at + rules.LEFT_AHEAD:
        raise Refused("This moment is still to come.", field="opened_at")
    blocker = Blocker(
        discharge=planned,
        kind=kind,
        holder=holder,
        holder_name=holder_name.strip()[:160],
        seen_to_by=seen_to_by.strip()[:160],
        words=words.strip(),
        opened_at=begins,
        opened_by_name=by.name,
    )
    blocker.save(force_insert=True)
    record("open_blocker", ("blocker", blocker.pk), person_id=planned.person_id, by=by, at=at)
    return blocker


@transaction.atomic
def close_blocker(
    *,
    blocker: Blocker,
    words: str = "",
    closed_at: datetime | None = None,
    by: Viewer,
    at: datetime,
) -> Blocker:
    """Write that something is no longer waited for."""
    held = Blocker.objects.select_for_update(of=("self",)).filter(pk=blocker.pk).first()
    if held is None:
        raise Refused("This is not open to you.")
    _held(held.discharge, by=by)
    ends = closed_at or at
    refuse(rules.why_not_unblock(held, ends, at=at))
    held.closed_at, held.closed_by_name = ends, by.name
    held.closed_words = words.strip()
    held.save(update_fields=["closed_at", "closed_by_name", "closed_words"])
    record("close_blocker", ("blocker", held.pk), person_id=held.discharge.person_id, by=by, at=at)
    return held


@transaction.atomic
def add_task(
    *,
    discharge: Discharge,
    kind: Arranged,
    words: str = "",
    whose: str = "",
    due_at: datetime | None = None,
    part_of: Task | None = None,
    by: Viewer,
    at: datetime,
) -> Task:
    """Write something to arrange before they go home."""
    planned = _held(discharge, by=by)
    if kind is Arranged.OTHER and not words.strip():
        raise Refused("Write what is to be arranged.", field="words")
    if part_of is not None and part_of.discharge_id != planned.pk:
        raise Refused("This belongs to another way home.", field="part_of")
    task = Task(
        discharge=planned,
        part_of=part_of,
        kind=kind,
        words=words.strip()[:300],
        whose=whose.strip()[:160],
        due_at=due_at,
        written_at=at,
        written_by_name=by.name,
    )
    task.save(force_insert=True)
    record("add_task", ("task", task.pk), person_id=planned.person_id, by=by, at=at)
    return task


@transaction.atomic
def finish_task(*, task: Task, by: Viewer, at: datetime) -> Task:
    """Write that something is arranged; what has parts is arranged when they all are."""
    held = Task.objects.select_for_update(of=("self",)).filter(pk=task.pk).first()
    if held is None:
        raise Refused("This is not open to you.")
    _held(held.discharge, by=by)
    if held.done_at is not None:
        raise Refused("This is arranged already.")
    if Task.objects.filter(part_of=held, done_at=None).exists():
        raise Refused("Something under it is not arranged yet.")
    held.done_at, held.done_by_name = at, by.name
    held.save(update_fields=["done_at", "done_by_name"])
    record("finish_task", ("task", held.pk), person_id=held.discharge.person_id, by=by, at=at)
    return held


@transaction.atomic
def tell_family(
    *, discharge: Discharge, view: FamilyView, name: str = "", by: Viewer, at: datetime
) -> Discharge:
    """Write who of those close was spoken with about going home, and what they say."""
    planned = _held(discharge, by=by)
    if view not in (FamilyView.NOT_ASKED, FamilyView.NOBODY_CLOSE) and not name.strip():
        raise Refused("Write whom you spoke with.", field="name")
    return _changed(
        "tell_family", planned, by=by, at=at,
        family_view=view, family_name=name.strip()[:160], family_at=at,
    )  # fmt: skip


@transaction.atomic
def write_transfer(
    *, discharge: Discharge, content: Mapping[str, str], by: Viewer, at: datetime
) -> Transfer:
    """Write the Transfer of Care form: a draft is written over, a sent one followed by another."""
    planned = _held(discharge, by=by)
    said = {key: str(words).strip() for key, words in content.items() if str(words).strip()}
    if not said:
        raise Refused("Nothing was written yet.")
    last = Transfer.objects.select_for_update().filter(discharge=planned).first()
    if last is not None and last.sent_at is None:
        last.content, last.written_at = said, at
        last.written_by_id, last.written_by_name = account_of(by), by.name
        last.save(update_fields=["content", "written_at", "written_by_id", "written_by_name"])
        form = last
    else:
        form = Transfer(
            discharge=planned,
            number=(last.number if last else 0) + 1,
            content=said,
            written_at=at,
            written_by_id=account_of(by),
            written_by_name=by.name,
        )
        form.save(force_insert=True)
    record("write_transfer", ("transfer", form.pk), person_id=planned.person_id, by=by, at=at)
    return form


@transaction.atomic
def ask_life(
    *,
    person_id: uuid.UUID,
    spell: str,
    hospital: str = "",
    need: str,
    home_from: datetime | None = None,
    pathway: Pathway | None = None,
    words: str = "",
    is_wanted: bool = True,
    safety: str = "",
    by: Viewer,
    at: datetime,
) -> DeskCase:
    """Ask the desk to bring somebody home today, by need and not by service; the form goes along.

    Nobody fills in anything twice: the Transfer of Care form as it stands is sent with it. An ask
    that is open already is named, not made again.
    """
    planned = plan_discharge(person_id=person_id, spell=spell, hospital=hospital, by=by, at=at)
    service = _way_home()
    if service is None:
        raise Refused("The directory has no service that brings people home from hospital.")
    if flag := rules.red_flag(need):
        raise Refused(f"“{flag}” rings 999 or the ward’s doctor, not the desk.", field="need")
    if home_from is not None and home_from < at:
        raise Refused("This moment is over.", field="home_from")
    made = referral_verbs.make_referral(
        person_id=person_id,
        service=service,
        need=need,
        words=words,
        urgency=Urgency.SAME_DAY,
        is_wanted=is_wanted,
        safety=safety,
        asked_from=ReferralSource.HOSPITAL_WARD,
        by=by,
        at=at,
    )
    case = _case_of(made)
    change(case, spell=spell, hospital=hospital, home_from=home_from, pathway=pathway or Pathway.P1)
    Transfer.objects.filter(discharge=planned, sent_at=None).update(sent_at=at)
    record("ask_life", ("desk_case", case.pk), person_id=case.person_id, by=by, at=at)
    return case


def _way_home() -> Service | None:
    """The directory's service that brings people home and is answered by a desk."""
    found = Service.objects.filter(category=ServiceCategory.HOME_FROM_HOSPITAL, is_listed=True)
    known = {desk.id for desk in desks.desks()}
    return next(
        (each for each in found.select_related("provider", "team") if each.team_id in known), None
    )


def _case_of(referral: Referral) -> DeskCase:
    case = DeskCase.objects.filter(referral=referral).first()
    if case is None:
        raise Refused("No desk takes these referrals here.")
    return case


def _review(
    planned: Discharge, found: CriteriaToReside, reason: str, *, on: date, by: Viewer, at: datetime
) -> ResidenceReview:
    written = ResidenceReview(
        discharge=planned,
        on=on,
        found=found,
        reason=reason.strip()[:200],
        by_name=by.name,
        written_at=at,
    )
    written.save(force_insert=True)
    return written


def _person(person_id: uuid.UUID, *, by: Viewer) -> Person | None:
    person = people.person(person_id, viewer=by)
    return person if person is not None and is_connected(person.pk, viewer=by) else None


def _held(discharge: Discharge, *, by: Viewer) -> Discharge:
    found = Discharge.objects.select_for_update(of=("self",)).filter(pk=discharge.pk).first()
    is_open = found is not None and is_connected(found.person_id, viewer=by)
    refuse_if(rules.why_not_plan_discharge(is_connected=is_open, by=by))
    assert found is not None  # noqa: S101 - the rule refused it before
    return found


def _changed(
    action: str, planned: Discharge, *, by: Viewer, at: datetime, **changes: object
) -> Discharge:
    for field, value in changes.items():
        setattr(planned, field, value)
    planned.version += 1
    planned.save(update_fields=[*changes, "version"])
    record(action, ("discharge", planned.pk), person_id=planned.person_id, by=by, at=at)
    return planned
