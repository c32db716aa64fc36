"""Who goes out and when is written down; whom somebody wants at their door."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.homefirst import rules
from oneplace.homefirst.models import CarerWish, GoesBy, RoundSkill, RoundWorker, Shift, ShiftLead
from oneplace.homefirst.verbs.writing import record, refuse
from oneplace.people import queries as people
from oneplace.people.rules import account_of
from oneplace.visits.verbs.booking import is_connected
from oneplace.vocabulary.terms import Gender


@transaction.atomic
def keep_round_worker(
    *,
    hat: Hat,
    skills: Sequence[RoundSkill] = (),
    goes_by: GoesBy = GoesBy.CAR,
    gender: Gender | None = None,
    base: str = "",
    is_back_at_base: bool = False,
    by: Viewer,
    at: datetime,
) -> RoundWorker:
    """Write what matters of somebody who goes to people's doors; once each, then changed."""
    refuse(rules.why_not_keep_roster(by=by))
    kept, _ = RoundWorker.objects.update_or_create(
        account_id=hat.account_id,
        defaults={
            "name": hat.account.name,
            "skills": sorted(each.value for each in skills),
            "goes_by": goes_by,
            "gender": gender or "",
            "base": " ".join(base.upper().split()),
            "is_back_at_base": is_back_at_base,
        },
    )
    record("keep_round_worker", ("round_worker", kept.pk), person_id=None, by=by, at=at)
    return kept


@transaction.atomic
def lead_shift(*, desk_id: uuid.UUID, by: Viewer, at: datetime) -> ShiftLead:
    """Take the lead of a desk's shift: the last warning of each promise comes to whoever has it.

    Whoever led until now hands it over by this.
    """
    before = ShiftLead.objects.select_for_update().filter(desk_id=desk_id, until_at=None).first()
    is_over = before is not None and before.from_at <= at - rules.LONGEST_SHIFT
    refuse(rules.why_not_lead_shift(desk_id, leads=None if is_over else before, by=by))
    if before is not None:
        before.until_at = max(at, before.from_at)
        before.save(update_fields=["until_at"])
    lead = ShiftLead(desk_id=desk_id, account_id=account_of(by), name=by.name, from_at=at)
    lead.save(force_insert=True)
    record("lead_shift", ("shift_lead", lead.pk), person_id=None, by=by, at=at)
    return lead


@transaction.atomic
def set_shift(
    *,
    worker: RoundWorker,
    on: date,
    from_at: datetime,
    until_at: datetime,
    break_from_at: datetime | None = None,
    break_until_at: datetime | None = None,
    break_minutes: int = 0,
    by: Viewer,
    at: datetime,
) -> Shift:
    """Say when somebody works on a day; said again it replaces what was said."""
    refuse(rules.why_not_keep_roster(by=by))
    refuse(rules.why_not_shift(from_at, until_at, break_from_at, break_until_at, break_minutes))
    shift, _ = Shift.objects.update_or_create(
        worker=worker,
        on=on,
        defaults={
            "from_at": from_at,
            "until_at": until_at,
            "break_from_at": break_from_at if break_minutes else None,
            "break_until_at": break_until_at if break_minutes else None,
            "break_minutes": break_minutes,
            "said_by_name": by.name,
            "said_at": at,
        },
    )
    record("set_shift", ("shift", shift.pk), person_id=None, by=by, at=at)
    return shift


@transaction.atomic
def take_off_shift(*, shift: Shift, by: Viewer, at: datetime) -> RoundWorker:
    """Somebody does not work on a day after all; whose shift it was. Their visits stay theirs."""
    refuse(rules.why_not_keep_roster(by=by))
    record("take_off_shift", ("shift", shift.pk), person_id=None, by=by, at=at)
    worker = shift.worker
    shift.delete()
    return worker


@transaction.atomic
def wish_for_carer(
    *,
    person_id: uuid.UUID,
    gender: Gender | None,
    is_must: bool = True,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> CarerWish | None:
    """Write whether somebody wants a woman or a man at their door; None ends what was wished."""
    person = people.person(person_id, viewer=by)
    refuse(
        rules.why_not_wish(
            is_connected=person is not None and is_connected(person.pk, viewer=by), by=by
        )
    )
    assert person is not None  # noqa: S101 - the rule refused nobody's wish before
    CarerWish.objects.filter(person__current=person.current_id, ended_at=None).update(ended_at=at)
    wish = None
    if gender is not None:
        wish = CarerWish(
            person=person, gender=gender, is_must=is_must, words=words.strip(),
            said_by_name=by.name, said_at=at,
        )  # fmt: skip
        wish.save(force_insert=True)
    record("wish_for_carer", ("person", person.pk), person_id=person.pk, by=by, at=at)
    return wish
