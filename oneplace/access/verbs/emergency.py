"""Emergency access opened, ended and reviewed; looks asked about; unusual looks kept and settled.

Pages may not write emergency access by themselves: functions of the database do, and they demand
the entry in the audit, so it is written first. The database must have been told that `by` acts.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import orjson
from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.announcements import (
    EmergencyOpened,
    EmergencyReviewed,
    LookAnswered,
    LookAsked,
)
from oneplace.access.models import (
    Account,
    EmergencyAccess,
    EmergencyGround,
    EmergencyOutcome,
    LookQuestion,
    UnusualAccess,
    UnusualKind,
    UnusualOutcome,
)
from oneplace.access.queries import emergency as emergency_queries
from oneplace.access.queries.looks import Look
from oneplace.access.rules import emergency as emergency_rules
from oneplace.access.rules.emergency import NOTHING_OPENS
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AuditOutcome, Purpose


def open_emergency(
    *,
    person_id: uuid.UUID | None,
    purpose: Purpose,
    ground: EmergencyGround,
    reason: str,
    lasts: timedelta,
    unsafe_why: str | None = None,
    by: Viewer,
    at: datetime,
) -> EmergencyAccess:
    """Open a record to this one worker for up to an hour; everybody who must hear of it does so.

    `person_id` is None where nobody was found: refused in the same words as a sealed record.
    `unsafe_why` says why the person must not be told; None where they will be. Raises `Refused`,
    and leaves an entry of the refusal that stands by itself.
    """
    problem = emergency_rules.why_not_open_emergency(
        purpose=purpose,
        reason=reason,
        lasts=lasts,
        unsafe_why=unsafe_why,
        refused_lately=emergency_queries.refused_lately(viewer=by),
        by=by,
    )
    if problem is not None:
        raise Refused(problem[0], field=problem[1])
    if by.account_id is None or by.role is None:
        raise Refused("Sign in first.")
    emergency = EmergencyAccess(
        id=new_id(),
        account_id=by.account_id,
        account_name=by.name,
        hat_id=by.hat_id,
        role=by.role,
        title=by.title,
        organisation_id=by.organisation_id,
        organisation_name=by.organisation_name,
        relationship_id=new_id(),
        purpose=purpose,
        ground=ground,
        reason=reason.strip(),
        starts_at=at,
        ends_at=at + lasts,
        from_address=by.from_address,
        request_id=by.request_id,
        is_unsafe_to_tell=unsafe_why is not None,
        unsafe_why=(unsafe_why or "").strip(),
    )
    try:
        with transaction.atomic():
            if person_id is None:
                raise Refused(NOTHING_OPENS)
            emergency.person_id = person_id
            return _open(emergency, by=by, at=at)
    except Refused:
        with transaction.atomic():
            audit.record(
                by=by,
                at=at,
                action="open_emergency",
                outcome=AuditOutcome.REFUSED,
                person_id=person_id,
                reason=ground.label,
            )
        raise


def _open(emergency: EmergencyAccess, *, by: Viewer, at: datetime) -> EmergencyAccess:
    audit.record(
        by=by,
        at=at,
        action="open_emergency",
        subject=("emergency", emergency.pk),
        person_id=emergency.person_id,
        reason=emergency.ground.label,
        detail={"purpose": emergency.purpose.value, "until": emergency.ends_at.isoformat()},
    )
    with connection.cursor() as cursor:
        cursor.execute("select access_open_emergency(%s::jsonb)", [_as_json(emergency)])
        is_opened = bool(cursor.fetchall()[0][0])
    if not is_opened:
        raise Refused(NOTHING_OPENS)
    opened = EmergencyAccess.objects.get(pk=emergency.pk)
    announce(EmergencyOpened(emergency=opened, by=by, at=at))
    return opened


def _as_json(emergency: EmergencyAccess) -> str:
    written = {
        field.column: getattr(emergency, field.attname)
        for field in EmergencyAccess._meta.concrete_fields
        if not field.name.startswith(("recorded", "review", "concerned"))
    }
    given = {key: value for key, value in written.items() if value is not None}
    return orjson.dumps(given).decode()


def concerned_by(emergency: EmergencyAccess) -> list[uuid.UUID]:
    """The parties connected with the person; known in the transaction that opens it and no later.

    Part of `open_emergency`, whose entry in the audit stands for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_emergency_concerned(%s, %s)", [emergency.pk, emergency.person_id]
        )
        return list(cursor.fetchall()[0][0] or ())


def note_told(
    *,
    emergency: EmergencyAccess,
    letter_id: uuid.UUID | None,
    not_told_why: str,
    officers: int,
    also_concerned: Sequence[uuid.UUID] = (),
) -> None:
    """Note with the emergency who was told: part of `open_emergency`, as for `concerned_by`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_note_told(%s, %s, %s, %s, %s, %s::uuid[])",
            [
                emergency.pk,
                emergency.person_id,
                letter_id,
                not_told_why,
                officers,
                list(also_concerned),
            ],
        )


@transaction.atomic
def end_emergency(*, emergency: EmergencyAccess, by: Viewer, at: datetime) -> EmergencyAccess:
    """End emergency access before its time; it still waits for its review."""
    refuse_if(emergency_rules.why_not_end_emergency(emergency, by=by, at=at))
    _record("end_emergency", emergency, by=by, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_end_emergency(%s, %s, %s)", [emergency.pk, emergency.person_id, at]
        )
        ended = cursor.fetchall()[0][0]
    refuse_if(None if ended else "This has already ended.")
    emergency.ended_at = at
    return emergency


@transaction.atomic
def review_emergency(
    *,
    emergency: EmergencyAccess,
    outcome: EmergencyOutcome,
    words: str,
    by: Viewer,
    at: datetime,
) -> EmergencyAccess:
    """Say what to make of an emergency access: only then is it closed, and never by its opener."""
    refuse_if(emergency_rules.why_not_review_emergency(emergency, words=words, by=by, at=at))
    _record("review_emergency", emergency, by=by, at=at, detail={"outcome": outcome.value})
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_review_emergency(%s, %s, %s, %s, %s, %s, %s)",
            [
                emergency.pk,
                emergency.person_id,
                by.account_id,
                by.name,
                outcome.value,
                words.strip(),
                at,
            ],
        )
        reviewed = cursor.fetchall()[0][0]
    refuse_if(None if reviewed else "Somebody else has reviewed this meanwhile.")
    found = EmergencyAccess.objects.get(pk=emergency.pk)
    announce(EmergencyReviewed(emergency=found, by=by, at=at))
    return found


def _record(
    action: str,
    emergency: EmergencyAccess,
    *,
    by: Viewer,
    at: datetime,
    detail: dict[str, str] | None = None,
) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("emergency", emergency.pk),
        person_id=emergency.person_id,
        detail=detail,
    )


# --- asking about a look --------------------------------------------------------------------------


@transaction.atomic
def ask_about_look(
    *,
    person_id: uuid.UUID,
    look: Look,
    looked_words: str,
    to: Sequence[Account],
    words: str,
    is_own: bool = False,
    by: Viewer,
    at: datetime,
) -> LookQuestion:
    """Ask those who answer for whoever looked why they did; they hear of it at once.

    `looked_words` say what was done, without naming the person: whoever answers need not know.
    """
    refuse_if(emergency_rules.why_not_ask_about_look(words=words, is_own=is_own, by=by))
    if by.account_id is None or look.account_id is None or not to:
        raise Refused("Nobody here answers for this look. Write to whoever runs the service.")
    question = LookQuestion(
        person_id=person_id,
        entry_id=look.entry_id,
        about_id=look.account_id,
        about_name=look.name,
        looked_at=look.first_at,
        looked_words=looked_words,
        asked_by_id=by.account_id,
        asked_by_name=by.name,
        is_own=is_own,
        asked_at=at,
        words=words.strip(),
        to_ids=[account.pk for account in to],
        to_names=", ".join(account.name for account in to),
    )
    question.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="ask_about_look",
        subject=("look_question", question.pk),
        person_id=person_id,
    )
    announce(LookAsked(question=question, by=by, at=at))
    return question


@transaction.atomic
def answer_look_question(
    *, question: LookQuestion, words: str, by: Viewer, at: datetime
) -> LookQuestion:
    """Answer a question about a look; whoever asked hears of it."""
    refuse_if(emergency_rules.why_not_answer_look(question, words=words, by=by))
    answered = LookQuestion.objects.filter(pk=question.pk, answered_at__isnull=True).update(
        answered_at=at, answered_by_id=by.account_id, answered_by_name=by.name, answer=words.strip()
    )
    refuse_if(None if answered else "Somebody else has answered this meanwhile.")
    audit.record(
        by=by,
        at=at,
        action="answer_look_question",
        subject=("look_question", question.pk),
        person_id=question.person_id,
    )
    question.refresh_from_db()
    announce(LookAnswered(question=question, by=by, at=at))
    return question


# --- looks out of the ordinary --------------------------------------------------------------------


_KEEP = """
with kept as (
    insert into access_unusualaccess as u
           (id, kind, account_id, account_name, title, organisation_id, organisation_name,
            person_id, on_day, first_at, last_at, looks, words, found_at, settled_by_name, outcome,
            settled_words)
    select n.id, n.kind, n.account_id, n.account_name, n.title, n.organisation_id,
           n.organisation_name, n.person_id, n.on_day, n.first_at, n.last_at, n.looks, n.words,
           n.found_at, '', '', ''
      from jsonb_populate_recordset(null::access_unusualaccess, %s::jsonb) n
    on conflict (kind, account_id, person_id, on_day) do update
       set last_at = excluded.last_at, looks = excluded.looks, words = excluded.words
     where u.settled_at is null and u.looks <> excluded.looks
 returning xmax = 0 as is_new
)
select count(*) filter (where is_new) from kept
"""


@dataclass(frozen=True)
class Unusual:
    """One day's looks of one account that stand out, as they were found."""

    kind: UnusualKind
    account_id: uuid.UUID
    account_name: str
    title: str
    organisation_id: uuid.UUID | None
    organisation_name: str
    person_id: uuid.UUID | None
    on_day: date
    first_at: datetime
    last_at: datetime
    looks: int
    words: str


@transaction.atomic
def keep_unusual(*, found: Iterable[Unusual], by: Viewer, at: datetime) -> int:
    """Keep what a job found, once a day each; how many are new.

    What is known already is brought up to now, unless somebody has looked into it.
    """
    rows = [
        {**one.__dict__, "kind": one.kind.value, "id": str(new_id()), "found_at": at}
        for one in found
    ]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [orjson.dumps(rows).decode()])
        new = int(cursor.fetchall()[0][0])
    audit.record(by=by, at=at, action="keep_unusual", detail={"found": len(rows), "new": new})
    return new


@transaction.atomic
def settle_unusual(
    *, unusual: UnusualAccess, outcome: UnusualOutcome, words: str, by: Viewer, at: datetime
) -> UnusualAccess:
    """Say what came of looking into looks that stood out; never one's own."""
    refuse_if(emergency_rules.why_not_settle_unusual(unusual, words=words, by=by))
    settled = UnusualAccess.objects.filter(pk=unusual.pk, settled_at__isnull=True).update(
        settled_at=at,
        settled_by_id=by.account_id,
        settled_by_name=by.name,
        outcome=outcome,
        settled_words=words.strip(),
    )
    refuse_if(None if settled else "Somebody else has looked into this meanwhile.")
    audit.record(
        by=by,
        at=at,
        action="settle_unusual",
        subject=("unusual", unusual.pk),
        person_id=unusual.person_id,
        detail={"outcome": outcome.value},
    )
    unusual.refresh_from_db()
    return unusual
