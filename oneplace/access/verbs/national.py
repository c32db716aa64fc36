"""Asks about the national data opt-out and takes the answer: everybody at once, in sets.

Works as the loader. Whose number is whose, `people` knows; here a person is an opaque identifier
with the numbers that were asked about.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.models import NationalAsked, NationalCheck, NationalClearance
from oneplace.access.rules import national as rules
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import refuse_if

_ASK: Final = """
insert into access_nationalasked (check_of_id, person_id, numbers)
select %s, person, string_to_array(numbers, ',')
  from unnest(%s::uuid[], %s::text[]) as asked (person, numbers)
"""


@transaction.atomic
def open_national_check(
    *,
    asked: Sequence[tuple[uuid.UUID, Sequence[str]]],
    without_number: int,
    by: Viewer,
    at: datetime,
) -> NationalCheck:
    """Remember who is asked about, under which numbers; an earlier question is dropped."""
    numbers = {number for _, theirs in asked for number in theirs}
    refuse_if(rules.why_not_ask(numbers))
    check = NationalCheck(
        asked_at=at,
        asked_by_name=by.name,
        numbers_asked=len(numbers),
        without_number=without_number,
    )
    check.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="ask_national_opt_out",
        subject=("national_check", check.pk),
        detail={"numbers": len(numbers), "without_number": without_number},
    )
    NationalAsked.objects.all().delete()
    with connection.cursor() as cursor:
        persons = [person for person, _ in asked]
        cursor.execute(_ASK, [check.pk, persons, [",".join(theirs) for _, theirs in asked]])
    return check


_NOT_ASKED: Final = """
with back as materialized (select distinct number from unnest(%s::text[]) as given (number))
select count(*) from back
 where not exists (select from (select unnest(numbers) as number from access_nationalasked) asked
                    where asked.number = back.number)
"""
# Somebody known under two numbers is given back only where both come back.
_CLEAR: Final = """
with back as materialized (select distinct number from unnest(%s::text[]) as given (number))
insert into access_nationalclearance (person_id, check_of_id, asked_at)
select a.person_id, a.check_of_id, %s
  from access_nationalasked a cross join unnest(a.numbers) as one (number)
  left join back on back.number = one.number
 group by a.person_id, a.check_of_id having bool_and(back.number is not null)
"""


@transaction.atomic
def answer_national_opt_out(*, numbers: Collection[str], by: Viewer, at: datetime) -> NationalCheck:
    """Take the answer to what was asked last: these numbers came back and may be used.

    It takes the place of every earlier answer. Raises `Refused` where nothing was asked, where a
    number comes back that was not asked about, and for an empty answer.
    """
    check = NationalCheck.objects.select_for_update().first()
    if check is not None and check.answered_at is not None:
        check = None
    with connection.cursor() as cursor:
        cursor.execute(_NOT_ASKED, [list(numbers)])
        (not_asked,) = cursor.fetchone()
    refuse_if(rules.why_not_answer(check, numbers, not_asked=not_asked))
    assert check is not None  # noqa: S101 - the rule refused None
    check.answered_at, check.answered_by_name = at, by.name
    check.numbers_back = len(set(numbers))
    check.save(update_fields=["answered_at", "answered_by_name", "numbers_back"])
    NationalClearance.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, [list(numbers), check.asked_at])
        cleared = cursor.rowcount
    NationalAsked.objects.all().delete()
    audit.record(
        by=by,
        at=at,
        action="answer_national_opt_out",
        subject=("national_check", check.pk),
        detail={"numbers_back": check.numbers_back, "cleared": cleared},
    )
    return check


@transaction.atomic
def forget_old_clearances(*, by: Viewer, at: datetime) -> int:
    """Throw away an answer that is too old to count; returns how many people stood in it."""
    oldest = at - settings.PLACE.national_opt_out.holds_for.timedelta
    forgotten, _ = NationalClearance.objects.filter(asked_at__lte=oldest).delete()
    if forgotten:
        audit.record(by=by, at=at, action="forget_old_clearances", detail={"persons": forgotten})
    return forgotten
