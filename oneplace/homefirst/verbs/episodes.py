"""An episode of short-term help is written: how it began, each week's review, how it ended."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.actions import verbs as action_verbs
from oneplace.homefirst import rules
from oneplace.homefirst.models import DeskCase, Episode, FamilyView, ReviewView, WeeklyReview
from oneplace.homefirst.verbs.writing import own, record, refuse, start_clock
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people.rules import account_of
from oneplace.visits.verbs.booking import is_connected
from oneplace.vocabulary.terms import Sequel, StatusAt91Days, WeeklyDecision


@transaction.atomic
def open_episode(
    *,
    case: DeskCase,
    hours_before: Decimal | None = None,
    hours_at_start: Decimal | None = None,
    function_before: str = "",
    function_at_start: str = "",
    home_and_access: str = "",
    equipment: str = "",
    medicines: str = "",
    by: Viewer,
    at: datetime,
) -> Episode:
    """Begin an episode with the first visit: how things were, how they are, what is given.

    What reablement could do is assessed with it, and the six weeks run from now.
    """
    _may_keep(case, by=by)
    already = Episode.objects.filter(case=case).first()
    refuse_if(rules.why_not_open_episode(case, already=already))
    if not function_at_start.strip():
        raise Refused(
            "Write what they can do now: it is what is compared.", field="function_at_start"
        )
    episode = Episode(
        case=case,
        person_id=case.person_id,
        owner=own(by),
        started_on=local_day(case.first_seen_at or at),
        hours_before=hours_before,
        hours_at_start=hours_at_start,
        function_before=function_before.strip(),
        function_at_start=function_at_start.strip(),
        home_and_access=home_and_access.strip(),
        equipment=equipment.strip(),
        medicines=medicines.strip(),
    )
    episode.save(force_insert=True)
    record("open_episode", ("episode", episode.pk), person_id=case.person_id, by=by, at=at)
    begins = case.first_seen_at or at
    start_clock("reablement_length", case, begins, "Support at home started", by=by, at=at)
    for clock in actions.clocks_of(case.pk, viewer=by):
        if clock.key == "reablement_assessment" and clock.stopped_at is None:
            action_verbs.stop_clock(
                clock=clock, stopped_at=max(at, clock.started_at),
                because="What reablement could do was assessed", by=by, at=at,
            )  # fmt: skip
    return episode


@transaction.atomic
def review_week(
    *,
    episode: Episode,
    is_working: ReviewView,
    progress: str,
    decision: WeeklyDecision,
    decision_why: str = "",
    person_view: str = "",
    carer_view: str = "",
    who_did_what: str = "",
    issues: str = "",
    likely_needs: str = "",
    on: date | None = None,
    next_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> WeeklyReview:
    """Write one week's review, the whole form; to go on or to end has a reason."""
    held = _held(episode, by=by)
    day = on or local_day(at)
    refuse(rules.why_not_review(held, day, at=at))
    if not progress.strip():
        raise Refused("Write how far each thing has come.", field="progress")
    if decision is not WeeklyDecision.CONTINUE and not decision_why.strip():
        raise Refused("Write why it changes or ends.", field="decision_why")
    written = WeeklyReview(
        episode=held,
        on=day,
        is_working=is_working,
        progress=progress.strip(),
        person_view=person_view.strip(),
        carer_view=carer_view.strip(),
        who_did_what=who_did_what.strip(),
        issues=issues.strip(),
        decision=decision,
        decision_why=decision_why.strip(),
        likely_needs=likely_needs.strip(),
        next_on=next_on,
        by_id=account_of(by),
        by_name=by.name,
        written_at=at,
    )
    written.save(force_insert=True)
    record("review_week", ("episode", held.pk), person_id=held.person_id, by=by, at=at)
    return written


@transaction.atomic
def consult_carer(
    *, episode: Episode, view: FamilyView, by_whom: str, on: date, by: Viewer, at: datetime
) -> Episode:
    """Write whom of those close was asked, by whom and when."""
    held = _held(episode, by=by)
    if not by_whom.strip():
        raise Refused("Write who asked them.", field="by_whom")
    if on > local_day(at):
        raise Refused("This day is still to come.", field="on")
    return _changed(
        "consult_carer", held, by=by, at=at,
        carer_view=view, carer_asked_by=by_whom.strip()[:160], carer_asked_on=on,
    )  # fmt: skip


@transaction.atomic
def record_assessment_talk(*, episode: Episode, on: date, by: Viewer, at: datetime) -> Episode:
    """Write that an assessment and what longer help costs were talked about: due by week four."""
    held = _held(episode, by=by)
    if not held.started_on <= on <= local_day(at):
        raise Refused("This day is not within the episode.", field="on")
    return _changed("record_assessment_talk", held, by=by, at=at, assessment_talk_on=on)


@transaction.atomic
def wait_for_care(
    *,
    episode: Episode,
    since: date,
    holder: str,
    pence_a_day: int | None = None,
    by: Viewer,
    at: datetime,
) -> Episode:
    """Write that longer help is not there yet: who pays for the days between, and how much."""
    held = _held(episode, by=by)
    if not holder.strip():
        raise Refused("Write who pays for the days between.", field="holder")
    if since > local_day(at):
        raise Refused("This day is still to come.", field="since")
    return _changed(
        "wait_for_care", held, by=by, at=at,
        waits_for_care_since=since, waits_for_care_holder=holder.strip()[:160],
        bridging_pence_a_day=pence_a_day,
    )  # fmt: skip


@transaction.atomic
def end_episode(
    *,
    episode: Episode,
    sequel: Sequel,
    function_at_exit: str = "",
    hours_at_exit: Decimal | None = None,
    words: str = "",
    on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Episode:
    """End an episode with what follows it; the six weeks stop."""
    held = _held(episode, by=by)
    day = on or local_day(at)
    refuse(rules.why_not_end_episode(held, day, at=at))
    if sequel is Sequel.OTHER and not words.strip():
        raise Refused("Write what follows.", field="words")
    ended = _changed(
        "end_episode", held, by=by, at=at,
        ended_on=day, sequel=sequel, sequel_words=words.strip(),
        function_at_exit=function_at_exit.strip(), hours_at_exit=hours_at_exit,
    )  # fmt: skip
    for clock in actions.clocks_of(held.case_id, viewer=by):
        if clock.key == "reablement_length" and clock.stopped_at is None:
            action_verbs.stop_clock(
                clock=clock, stopped_at=max(day_begins(day), clock.started_at),
                because=f"Ended: {sequel.label}", by=by, at=at,
            )  # fmt: skip
    return ended


@transaction.atomic
def record_status_at_91(
    *, episode: Episode, status: StatusAt91Days, said_by: str, by: Viewer, at: datetime
) -> Episode:
    """Write where the person was on day 91 after leaving hospital, and who says so.

    Dead, in hospital, in a care home and not known are each something else than at home.
    """
    held = _held(episode, by=by)
    if not said_by.strip():
        raise Refused("Write who says so.", field="said_by")
    written = _changed(
        "record_status_at_91", held, by=by, at=at,
        status_at_91_days=status, status_said_by=said_by.strip()[:160],
    )  # fmt: skip
    for clock in actions.clocks_of(held.case_id, viewer=by):
        if clock.key == "ninety_one_days" and clock.stopped_at is None:
            action_verbs.stop_clock(
                clock=clock, stopped_at=max(at, clock.started_at),
                because=f"Status recorded: {status.label}", by=by, at=at,
            )  # fmt: skip
    return written


def _may_keep(case: DeskCase, *, by: Viewer) -> None:
    connected = is_connected(case.person_id, viewer=by)
    refuse_if(rules.why_not_keep_episode(is_connected=connected, by=by))


def _held(episode: Episode, *, by: Viewer) -> Episode:
    found = Episode.objects.select_for_update(of=("self",)).filter(pk=episode.pk).first()
    is_open = found is not None and is_connected(found.person_id, viewer=by)
    refuse_if(rules.why_not_keep_episode(is_connected=is_open, by=by))
    assert found is not None  # noqa: S101 - the rule refused it before
    return found


def _changed(action: str, held: Episode, *, by: Viewer, at: datetime, **changes: object) -> Episode:
    for field, value in changes.items():
        setattr(held, field, value)
    held.version += 1
    held.save(update_fields=[*changes, "version"])
    record(action, ("episode", held.pk), person_id=held.person_id, by=by, at=at)
    return held
