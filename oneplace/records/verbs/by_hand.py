"""What people at work write down here: entered, corrected and cancelled, with who and why.

It is said by the source `oneplace`, with the writer as the agent, of a number by which the person
is known; what stood before is kept as a version, exactly as of any other source.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, Q, Value, When

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import refuse_if
from oneplace.records import rules
from oneplace.records.announcements import SubjectsTouched
from oneplace.records.models import Agent, Entry, Identity, Subject
from oneplace.records.rules import BY_HAND, Draft, Reason
from oneplace.records.verbs import lines, merging
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.rows import AgentSaid, EntrySaid, IdentitySaid, SubjectKey
from oneplace.vocabulary.terms import EntryStatus, NhsNumberStatus

# Where among what was received: nowhere.
PLACE: Final = "by hand"
_AUTHORITY: Final = "oneplace:person"


@transaction.atomic
def enter_by_hand(*, person_id: uuid.UUID, draft: Draft, by: Viewer, at: datetime) -> Entry:
    """Write an entry into somebody's record; raises `Refused` with the reason why not."""
    _refuse_if(rules.why_not_enter(draft, by=by, at=at))
    subject = subject_of(person_id)
    if subject is None:
        _refuse_if(Reason("You may not write into this person's record, or nobody knows them yet."))
        raise AssertionError
    # Who reads every record for another reason, as the record steward does, does not write in it.
    if not _is_related_to(subject.person_id or person_id, at=at):
        _refuse_if(Reason("Nothing connects you with this person now, so you do not write here."))
    detail = {**draft.detail, "written_by_hand": True, "written_for": str(person_id)}
    said = _said(draft, subject, key=str(new_id()), detail=detail, by=by, at=at)
    _keep_writer(by, at=at)
    access_verbs.own_by_hand(by=by)
    entry = Entry(**columns(said, first_said_at=at, subject=subject))
    entry.save(force_insert=True)
    return _noted("enter_by_hand", entry, person_id=person_id, by=by, at=at)


@transaction.atomic
def correct_by_hand(*, entry: Entry, draft: Draft, why: str, by: Viewer, at: datetime) -> Entry:
    """Let an entry made here say something else; what it said is kept, with why it was wrong."""
    held = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    _refuse_if(rules.why_not_correct(held, draft, why=why, by=by, at=at))
    detail = {**draft.detail, **_kept(held.detail), "why_changed": why}
    _change(held, draft, detail=detail, by=by, at=at)
    return _noted("correct_by_hand", held, person_id=held.subject.person_id, by=by, at=at)


@transaction.atomic
def cancel_by_hand(*, entry: Entry, why: str, is_mistake: bool, by: Viewer, at: datetime) -> Entry:
    """Take back an entry made here: it no longer holds, or it was a mistake from the beginning."""
    held = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    _refuse_if(rules.why_not_change(held, why=why, by=by))
    status = EntryStatus.IN_ERROR if is_mistake else EntryStatus.CANCELLED
    detail = {
        **held.detail,
        "why_changed": why,
        "cancelled_at": at.isoformat(),
        "cancelled_by": by.name,
    }
    stood = {name: getattr(held, name) for name in Draft.__dataclass_fields__}
    draft = Draft(**{**stood, "status": status, "labels": tuple(held.labels)})
    _change(held, draft, detail=detail, by=by, at=at)
    return _noted("cancel_by_hand", held, person_id=held.subject.person_id, by=by, at=at)


@transaction.atomic
def identify_by_hand(
    *, person_id: uuid.UUID, said: Mapping[str, Any], by: Viewer, at: datetime
) -> Subject:
    """Write down who somebody is whom no partner has told us of; gives back the number made here.

    `said` are fields of `IdentitySaid`. Only `people` calls it, once it has made the person and
    opened it to whoever adds them.
    """
    key = SubjectKey(_AUTHORITY, str(person_id))
    row = IdentitySaid(
        **{
            "organisation": by.organisation_name,
            **said,
            "source": BY_HAND,
            "subject": key,
            "said_at": at,
            "place": PLACE,
        }
    )
    access_verbs.own_by_hand(by=by)
    line = lines.identity_line(row, lines.from_delivery("", at))
    subject = Subject(
        id=uuid.UUID(line.concerns[0]),
        authority=key.authority,
        value=key.value,
        person_id=person_id,
    )
    subject.save(force_insert=True)
    fields = row._asdict()
    ways, others = fields.pop("reach"), fields.pop("identifiers")
    for gone in ("place", "version"):
        fields.pop(gone)
    identity = Identity(
        **{
            **fields,
            "id": uuid.UUID(line.id),
            "subject": subject,
            "gender": row.gender or "",
            "previous_families": list(row.previous_families),
            "communication_needs": list(row.communication_needs),
            "detail": dict(row.detail),
            "identifiers": [list(other) for other in others],
            "identifier_ids": [uuid.UUID(lines.subject_text(*other)) for other in others],
            "content_sha": bytes.fromhex(line.sha),
            "first_said_at": at,
            "arrived_at": at,
            "place": PLACE,
        }
    )
    identity.save(force_insert=True)
    for position, way in enumerate(ways):
        identity.reach.create(**{**way._asdict(), "lines": list(way.lines)}, position=position)
    audit.record(
        by=by,
        at=at,
        action="identify_by_hand",
        subject=("subject", subject.pk),
        person_id=person_id,
    )
    touched = frozenset({subject.pk})
    announce(SubjectsTouched(touched, touched))
    return subject


def _is_related_to(person_id: uuid.UUID, *, at: datetime) -> bool:
    """Whether the viewer stands in a relationship to a person; policies show no other's."""
    held = Relationship.objects.filter(person_id=person_id, starts_at__lte=at)
    return held.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at)).exists()


def _refuse_if(reason: Reason | None) -> None:
    if reason is not None:
        refuse_if(reason.words, field=reason.field)


def subject_of(person_id: uuid.UUID) -> Subject | None:
    """The number by which a person is known best: whoever it turns out to be, the entry follows.

    The policies show only numbers of people whose record opens to the writer.
    """
    sureness = Case(
        When(identities__nhs_number_status=NhsNumberStatus.VERIFIED.value, then=Value(0)),
        When(identities__is_nhs_number_sound=True, then=Value(1)),
        When(identities__isnull=False, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    known = Subject.objects.filter(person_id=person_id).order_by(
        sureness, F("identities__said_at").desc(nulls_last=True), "pk"
    )
    return known.first()


def _writer(by: Viewer, at: datetime) -> AgentSaid:
    # Another name or title is another agent: what somebody wrote keeps the title they had then.
    return AgentSaid(
        BY_HAND,
        f"{by.account_id}|{by.name}|{by.title}",
        by.name,
        at,
        PLACE,
        kind="person",
        detail={"roles": [by.title], "organisation": by.organisation_name},
    )


def _keep_writer(by: Viewer, *, at: datetime) -> None:
    row = _writer(by, at)
    line = lines.agent_line(row, lines.from_delivery("", at))
    agent = Agent(
        id=uuid.UUID(line.id),
        source=BY_HAND,
        key=row.key,
        name=row.name,
        kind=row.kind,
        detail=dict(row.detail),
        said_at=at,
        first_said_at=at,
        arrived_at=at,
        place=PLACE,
        content_sha=bytes.fromhex(line.sha),
    )
    Agent.objects.bulk_create([agent], ignore_conflicts=True)


def _said(
    draft: Draft, subject: Subject, *, key: str, detail: Mapping[str, Any], by: Viewer, at: datetime
) -> EntrySaid:
    return EntrySaid(
        **{
            **{name: getattr(draft, name) for name in Draft.__dataclass_fields__},
            "source": BY_HAND,
            "key": key,
            "subject": SubjectKey(subject.authority, subject.value),
            "said_at": at,
            "place": PLACE,
            # The care clock may stand still; what is written later still comes later.
            "version": str(new_id()),
            "recorded_at": at,
            "organisation": by.organisation_name,
            "by": by.name,
            "by_agent": _writer(by, at).key,
            "detail": detail,
        }
    )


def columns(said: EntrySaid, *, first_said_at: datetime, subject: Subject) -> dict[str, Any]:
    """The columns of the entry a saying makes."""
    line = lines.entry_line(said, lines.from_delivery("", said.said_at))
    fields = said._asdict()
    for gone in ("subject", "by_agent", "at_agent", "within", "labels"):
        fields.pop(gone)
    return {
        **fields,
        "id": uuid.UUID(line.id),
        "subject": subject,
        "by_agent_id": id_for("agent", f"{BY_HAND}|{said.by_agent}"),
        "labels": list(said.labels),
        "content_sha": bytes.fromhex(line.sha),
        "first_said_at": first_said_at,
        "arrived_at": said.said_at,
    }


def _kept(detail: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: detail[name] for name in ("written_by_hand", "written_for") if name in detail}


def _change(
    entry: Entry, draft: Draft, *, detail: Mapping[str, Any], by: Viewer, at: datetime
) -> None:
    """Keep what an entry says as a version, and let it say something else."""
    with connection.cursor() as cursor:
        cursor.execute(merging.KEEP_ENTRY, [entry.pk])
    said = _said(draft, entry.subject, key=entry.key, detail=detail, by=by, at=at)
    _keep_writer(by, at=at)
    changed = columns(said, first_said_at=at, subject=entry.subject)
    for name, value in changed.items():
        setattr(entry, name, value)
    entry.save(update_fields=[name for name in changed if name != "id"])


def _noted(
    action: str, entry: Entry, *, person_id: uuid.UUID | None, by: Viewer, at: datetime
) -> Entry:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("entry", entry.pk),
        person_id=person_id,
        detail={"kind": str(entry.kind)},
    )
    announce(SubjectsTouched(frozenset({entry.subject_id}), frozenset()))
    return entry
