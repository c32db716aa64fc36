"""What earlier rooms announce moves cases on: stays, visits, referrals, deaths.

The ward's message starts the promise to the person, and the visit's arrival keeps it. Both rest on
what happened, not on somebody at the desk remembering to press a button.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from oneplace.access.viewer import Viewer, system_viewer
from oneplace.homefirst import desks, rules
from oneplace.homefirst.announcements import DeskMoved, FirstSeen, PromiseRuns, VisitInVain
from oneplace.homefirst.models import (
    NOT_DECIDED,
    NOT_STARTED,
    OPEN,
    ClosedBecause,
    DeskCase,
    DeskState,
    Episode,
    Wait,
)
from oneplace.homefirst.permissions import RUN_LIFE_DESK, SEE_LIFE_DESK
from oneplace.homefirst.verbs.desk import restart_clock
from oneplace.homefirst.verbs.writing import (
    change,
    move,
    note,
    start_clock,
    stop_clocks,
    tell_screens,
)
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time, moment
from oneplace.kit.kept_plans import kept_plans
from oneplace.kit.words import say
from oneplace.referrals.permissions import ANSWER_REFERRAL, SEE_REFERRALS
from oneplace.visits.models import Visit
from oneplace.vocabulary.terms import (
    ConnectionOutcome,
    ConnectionState,
    LifeStream,
    Pathway,
    Purpose,
    Sequel,
)

KEEPER: Final = system_viewer(
    "LIFE desk",
    purpose=Purpose.DIRECT_CARE,
    permissions=frozenset({RUN_LIFE_DESK, SEE_LIFE_DESK, SEE_REFERRALS, ANSWER_REFERRAL}),
)
SOMEBODY_CAME: Final = "Somebody of the team stood before the person"
FEW: Final = 64
"""Of up to so many people a plan made before serves."""
PROMISES: Final = ("first_visit_home", "two_hour_response")


def keeper() -> Viewer:
    """The desk itself by the place's own name, for what it does unasked."""
    return replace(KEEPER, name=say("{Home_first} desk"))


def keeper_of(case: DeskCase, by: Viewer | None = None) -> Viewer:
    """The desk of this case itself, for what it does without anybody pressing a button."""
    return replace(by or keeper(), team_ids=(case.desk_id,))


@dataclass(frozen=True)
class _Stay:
    spell: str
    organisation: str
    starts_at: datetime
    ends_at: datetime | None
    is_now: bool
    arrived_at: datetime
    source: str
    is_message: bool


# The stays of whoever has something open at a desk, the newest first; seldom anybody in a batch.
_STAYS: Final = """
select c.id, reverse(split_part(reverse(e.key), ':', 1)), e.organisation, e.starts_at, e.ends_at,
       e.status = 'current' and e.ends_at is null, e.arrived_at, coalesce(f.name, e.source),
       coalesce(f.kind, '') = 'hospital_messages'
  from homefirst_deskcase c
  join people_person p on p.id = c.person_id
  join records_subject s on s.person_id = p.current_id
  join records_entry e on e.subject_id = s.id and e.kind = 'stay'
   and e.status in ('current', 'ended', 'not_said')
  left join feeds_source f on f.code = e.source
 where p.current_id = any(%(persons)s) and c.state = any(%(open)s)
   and e.starts_at is not null and e.starts_at > c.received_at - interval '2 years'
 order by c.id, e.starts_at desc, e.id
"""


@transaction.atomic
def follow_stays(*, person_ids: Sequence[uuid.UUID], by: Viewer, at: datetime) -> int:
    """Bring cases in step with what hospitals say: left, not left after all, back in a bed.

    Speaks as the loader, in the transaction in which the message was read. Returns how many cases
    changed.
    """
    # Asked for every record that arrives: planning it anew would cost more than running it.
    with kept_plans() if len(person_ids) <= FEW else connection.cursor() as cursor:
        cursor.execute(
            _STAYS, {"persons": list(person_ids), "open": [state.value for state in OPEN]}
        )
        rows = cursor.fetchall()
    stays: dict[uuid.UUID, list[_Stay]] = {}
    for case_id, *told in rows:
        stays.setdefault(case_id, []).append(_Stay(*told))
    changed = 0
    for case in DeskCase.objects.select_for_update(of=("self",)).filter(pk__in=stays):
        changed += _follow(case, stays[case.pk], by=by, at=at)
    return changed


def _follow(  # noqa: PLR0911 - one happening after another
    case: DeskCase, stays: Sequence[_Stay], *, by: Viewer, at: datetime
) -> bool:
    stay = _its_stay(case, stays)
    if stay is None:
        return False
    if not case.spell:
        change(case, spell=stay.spell, hospital=stay.organisation)
    if case.left_at is None:
        if stay.ends_at is not None and case.first_seen_at is None and _comes_home(case):
            _left(case, stay, by=by, at=at)
            return True
        return False
    if stay.is_now and case.first_seen_at is None:
        _not_left(case, stay, by=by, at=at)
        return True
    again = next((each for each in stays if each.is_now and each.starts_at > case.left_at), None)
    if again is not None:
        return _back(case, again, by=by, at=at)
    if stay.ends_at is not None and _is_other_time(case, stay):
        _left_at_another_time(case, stay, by=by, at=at)
        return True
    return False


def _its_stay(case: DeskCase, stays: Sequence[_Stay]) -> _Stay | None:
    """The stay somebody comes home from: the one named, else the newest before the referral."""
    if case.spell:
        return next((each for each in stays if each.spell == case.spell), None)
    if case.stream != LifeStream.DISCHARGE:
        return None
    return next((each for each in stays if each.starts_at <= case.received_at), None)


def _comes_home(case: DeskCase) -> bool:
    return case.stream == LifeStream.DISCHARGE and case.pathway in ("", Pathway.P1)


def _told_left(stay: _Stay, at: datetime) -> rules.Left:
    """From when the promise counts, of a message that was read now."""
    source = "The ward system (A03)" if stay.is_message else stay.source
    return rules.left_at(stay.ends_at, at, source)


def _left(case: DeskCase, stay: _Stay, *, by: Viewer, at: datetime) -> None:
    told = _told_left(stay, at)
    desk = desks.desk(case.desk_id)
    change(
        case,
        left_at=told.at,
        left_because=told.because,
        is_left_doubtful=told.is_doubtful,
        # Leaving outside the hours of the service is counted apart.
        is_outside_hours=desks.is_outside_hours(desk.hours if desk else None, told.at),
        responsible=desk.name if desk is not None and case.decided_at else case.responsible,
        responsible_since=told.at,
        moved_at=at,
    )
    note("follow_left", case, "Left hospital", words=told.because, by=by, at=at)
    start_clock("first_visit_home", case, told.at, told.because, by=by, at=at)
    if case.state == DeskState.ACCEPTED:
        announce(PromiseRuns(case.pk, at))
    if case.stream == LifeStream.DISCHARGE:
        start_clock("reablement_assessment", case, told.at, told.because, by=by, at=at)
        start_clock("ninety_one_days", case, told.at, told.because, by=by, at=at)


def _not_left(case: DeskCase, stay: _Stay, *, by: Viewer, at: datetime) -> None:
    """The discharge was cancelled, also after a visit was booked: nobody is sent to an empty home.

    The visit stays booked; the desk is told and decides.
    """
    words = f"{stay.source} took it back: the person is in the bed still"
    # The words stay without a time, so that the desk sees why somebody sent would stand in vain.
    change(
        case, left_at=None, left_because=words, is_left_doubtful=False, home_from=None, moved_at=at
    )
    stop_clocks(case, (), at, words, by=by, at=at)
    note(
        "follow_not_left", case, "Has not left after all",
        words=words + _in_vain(case, words, at=at), by=by, at=at,
    )  # fmt: skip


def _in_vain(case: DeskCase, why: str, *, at: datetime) -> str:
    """That a visit is booked where nobody is at home; whoever goes, and the desk, are told."""
    if case.visit_id is None or case.first_seen_at is not None:
        return ""
    announce(VisitInVain(case.pk, case.person_id, why, at))
    return ". A visit is booked: cancel or move it."


def _is_other_time(case: DeskCase, stay: _Stay) -> bool:
    """Whether a later message gives another time of leaving than the clock counts from."""
    if case.is_left_doubtful or case.left_at is None or stay.ends_at is None:
        return False
    if "(confirmed by" in case.left_because:
        return False
    return abs(stay.ends_at - case.left_at).total_seconds() >= 60


def _left_at_another_time(case: DeskCase, stay: _Stay, *, by: Viewer, at: datetime) -> None:
    told = _told_left(stay, at)
    if told.is_doubtful or (case.first_seen_at is not None and told.at > case.first_seen_at):
        return
    restart_clock(case, told.at, told.because, by=by, at=at)
    change(case, left_at=told.at, left_because=told.because)
    note("follow_left", case, "Left at another time", words=told.because, by=by, at=at)


def _back(case: DeskCase, stay: _Stay, *, by: Viewer, at: datetime) -> bool:
    """In hospital again: our part stands still, the person's clock does not.

    Whether it was so soon that the discharge failed, `verbs.failed` notices of every case.
    """
    if Wait.objects.filter(case=case, rule=rules.BACK_IN_HOSPITAL, until_at=None).exists():
        return False
    assert case.left_at is not None  # noqa: S101 - asked before
    Wait.objects.filter(case=case, until_at=None).update(until_at=stay.starts_at)
    Wait(
        case=case,
        rule=rules.BACK_IN_HOSPITAL,
        words=f"Since {moment(stay.starts_at)}",
        from_at=max(stay.starts_at, case.left_at),
        said_by_name=stay.source,
    ).save(force_insert=True)
    words = moment(stay.starts_at)
    words += _in_vain(case, f"Back in hospital since {words}", at=at)
    note("follow_back", case, "Back in hospital", words=words, by=by, at=at)
    return True


def follow_set_out(*, visit_id: uuid.UUID) -> None:
    """Somebody is on the way: nothing is written here, the screens of the desk are told."""
    for case_id in DeskCase.objects.filter(visit_id=visit_id).values_list("pk", flat=True):
        tell_screens(case_id)


@transaction.atomic
def follow_arrival(
    *,
    visit_id: uuid.UUID,
    origin_id: uuid.UUID | None,
    worker_name: str = "",
    by: Viewer,
    at: datetime,
) -> DeskCase | None:
    """Somebody stands before the person: the promise is kept or broken at this moment."""
    case = _of_visit(visit_id, origin_id)
    if case is None or case.first_seen_at is not None or not case.is_open:
        return None
    by = keeper_of(case, by)
    name = worker_name or case.worker_name
    seen_at = at if case.left_at is None else max(at, case.left_at)
    Wait.objects.filter(case=case, until_at=None).update(until_at=seen_at)
    change(case, first_seen_at=seen_at)
    if case.state in NOT_STARTED and case.state not in NOT_DECIDED:
        move(case, DeskState.STARTED, at=at)
    note("follow_arrival", case, f"{name} is there" if name else "Somebody is there", by=by, at=at)
    came = f"{SOMEBODY_CAME}: {name}" if name else SOMEBODY_CAME
    stop_clocks(case, PROMISES, seen_at, came, by=by, at=at)
    announce(FirstSeen(case.pk, case.person_id, case.stream, case.left_at, seen_at))
    return case


def _of_visit(visit_id: uuid.UUID, origin_id: uuid.UUID | None) -> DeskCase | None:
    held = DeskCase.objects.select_for_update(of=("self",))
    found = held.filter(visit_id=visit_id).first()
    return found or (held.filter(pk=origin_id).first() if origin_id else None)


@transaction.atomic
def follow_late(
    *,
    visit_id: uuid.UUID,
    origin_id: uuid.UUID | None,
    expected_at: datetime,
    by: Viewer,
    at: datetime,
) -> DeskCase | None:
    """Whoever goes runs late: the desk sees until when, and whether the promise still holds."""
    case = _of_visit(visit_id, origin_id)
    if case is None or case.state != DeskState.ALLOCATED:
        return None
    visit = Visit.objects.filter(pk=visit_id).first()
    promised = visit.promised_by_at if visit is not None else None
    words = ""
    if promised is not None:
        is_broken = expected_at > promised
        words = f"Promised by {clock_time(promised)}: that is {'broken' if is_broken else 'kept'}"
    change(case, planned_at=expected_at, moved_at=at)
    note(
        "follow_late", case, f"{case.worker_name} runs late: about {clock_time(expected_at)}",
        words=words, by=keeper_of(case, by), at=at,
    )  # fmt: skip
    announce(DeskMoved(case.pk, case.person_id, case.state, at))
    return case


@transaction.atomic
def follow_no_answer(*, visit_id: uuid.UUID, by: Viewer, at: datetime) -> DeskCase | None:
    """Nobody opened: the desk sees it first of all, until the person is found."""
    case = _of_visit(visit_id, None)
    if case is None:
        return None
    words = "Ring, somebody close, key safe, then a welfare check: it ends when they are found"
    note(
        "follow_no_answer",
        case,
        "No answer at the door",
        words=words,
        by=keeper_of(case, by),
        at=at,
    )
    change(case, moved_at=at)
    return case


@transaction.atomic
def follow_found(*, visit_id: uuid.UUID, words: str, by: Viewer, at: datetime) -> DeskCase | None:
    """Whoever did not answer has been found."""
    case = _of_visit(visit_id, None)
    if case is not None:
        note("follow_found", case, "Found", words=words, by=keeper_of(case, by), at=at)
    return case


@transaction.atomic
def follow_cancelled(
    *, visit_id: uuid.UUID, moved_to_id: uuid.UUID | None, by: Viewer, at: datetime
) -> DeskCase | None:
    """A visit will not happen, or another stands in its place: the case knows which."""
    case = _of_visit(visit_id, None)
    if case is None or case.state != DeskState.ALLOCATED:
        return None
    if moved_to_id is not None:
        return change(case, visit_id=moved_to_id, planned_at=None)
    note(
        "follow_cancelled", case, "The visit was cancelled",
        words="Somebody else must go", by=keeper_of(case, by), at=at,
    )  # fmt: skip
    return move(
        case, DeskState.ACCEPTED, at=at, worker_id=None, worker_name="", visit_id=None,
        planned_at=None,
    )  # fmt: skip


_BY_REFERRAL: Final = {
    ConnectionState.ACCEPTED: DeskState.ACCEPTED,
    ConnectionState.DECLINED: DeskState.REJECTED,
    ConnectionState.ENDED: DeskState.WITHDRAWN,
}


@transaction.atomic
def follow_referral(
    *, referral_id: uuid.UUID, after: ConnectionState, by: Viewer, at: datetime
) -> DeskCase | None:
    """A referral was answered or taken back on its own page: the desk follows, once."""
    wanted = _BY_REFERRAL.get(after)
    held = DeskCase.objects.select_for_update(of=("self",)).select_related("referral")
    case = held.filter(referral_id=referral_id).first()
    if case is None or wanted is None or not case.is_open:
        return None
    if case.referral.outcome == ConnectionOutcome.DIED:
        return _died(case, by=keeper_of(case, by), at=at)
    if wanted is DeskState.ACCEPTED and case.state not in NOT_DECIDED:
        return None
    if wanted is DeskState.WITHDRAWN and case.state == DeskState.STARTED:
        return None
    by = keeper_of(case, by)
    more = {} if wanted is DeskState.WITHDRAWN else {"decided_at": at}
    move(case, wanted, at=at, **more)
    note("follow_referral", case, wanted.label, words="On the referral’s page", by=by, at=at)
    if wanted is not DeskState.ACCEPTED:
        stop_clocks(case, (), at, wanted.label, by=by, at=at)
    return case


@transaction.atomic
def close_for_deaths(*, person_ids: Sequence[uuid.UUID], by: Viewer, at: datetime) -> None:
    """Close what is open for people who have died, so that nobody stands at their door."""
    held = DeskCase.objects.select_for_update(of=("self",))
    for case in held.filter(person__current_id__in=person_ids, state__in=OPEN):
        _died(case, by=by, at=at)


def _died(case: DeskCase, *, by: Viewer, at: datetime) -> DeskCase:
    """The case is over, its clocks stand, and the episode ends with what happened."""
    died = ClosedBecause.DIED
    move(case, DeskState.CLOSED, at=at, closed_because=died, closed_at=at)
    note("close_for_deaths", case, died.label, by=by, at=at)
    stop_clocks(case, (), at, died.label, by=by, at=at)
    Wait.objects.filter(case=case, until_at=None, from_at__lte=at).update(until_at=at)
    for episode in Episode.objects.select_for_update(of=("self",)).filter(case=case, ended_on=None):
        episode.ended_on = max(local_day(at), episode.started_on)
        episode.sequel = Sequel.DIED
        episode.version += 1
        episode.save(update_fields=["ended_on", "sequel", "version"])
    return case
