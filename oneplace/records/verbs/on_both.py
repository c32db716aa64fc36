"""What was written while two people were taken for one stands on both records until it is placed.

An entry names one subject, and policies open it to whoever may read that subject's person. So the
other record gets an entry of its own with the same words, by the same writer, of the same moment;
each is read by those who may read that record, and by nobody else. Once it is known whose it is,
the other is withdrawn as a mistake, with the reason, and stays in the history.

Called by `people` as the loader: whoever undoes a merge need not see what was written.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.records.announcements import SubjectsTouched
from oneplace.records.models import Entry, Subject
from oneplace.records.rules import BY_HAND
from oneplace.records.verbs import by_hand, merging
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.rows import EntrySaid, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus

WAITS: Final = "waits"
"""In `detail["on_both"]`: the entry stands on two records, and nobody has said whose it is."""
_OVER: Final = (EntryStatus.CANCELLED, EntryStatus.IN_ERROR)
_SAID: Final = (
    *("kind", "status", "starts_at", "ends_at", "exactness", "recorded_at", "title", "code"),
    *("code_system", "words", "value", "unit", "organisation", "by"),
)


@dataclass(frozen=True)
class OnBoth:
    """An entry, its like on the other record, and with whom each stands."""

    entry_id: uuid.UUID
    twin_id: uuid.UUID
    person_id: uuid.UUID
    other_id: uuid.UUID
    kind: EntryKind
    written_by: str
    written_at: datetime


@transaction.atomic
def show_on_both(
    *,
    person_ids: tuple[uuid.UUID, uuid.UUID],
    since: datetime,
    until: datetime,
    by: Viewer,
    at: datetime,
) -> list[OnBoth]:
    """Let what was written by hand of either person in this time stand on the other's record too.

    What was taken back since, and what stands on both already, is left as it is. Of a person whom
    no source has a number for, nothing can be shown.
    """
    written = Entry.objects.select_for_update(of=("self",)).select_related("subject")
    found = written.filter(
        source=BY_HAND,
        subject__person_id__in=person_ids,
        first_said_at__gte=since,
        first_said_at__lte=until,
    ).exclude(status__in=_OVER)
    made = []
    for entry in found.order_by("first_said_at", "pk"):
        here = entry.subject.person_id
        other_id = person_ids[1] if here == person_ids[0] else person_ids[0]
        other = by_hand.subject_of(other_id)
        if here is None or other is None or "on_both" in _detail(entry):
            continue
        _rewrite(entry, {**_detail(entry), "on_both": WAITS}, EntryStatus(entry.status), at=at)
        twin = _twin(entry, other, at=at)
        made.append(
            OnBoth(entry.pk, twin.pk, here, other_id, entry.kind, entry.by, entry.first_said_at)
        )
        touched = frozenset({entry.subject_id, other.pk})
        announce(SubjectsTouched(touched, frozenset()))
    audit.record(by=by, at=at, action="show_on_both", detail={"entries": len(made)})
    return made


@transaction.atomic
def stand_where_placed(
    *, stands: Mapping[uuid.UUID, bool], is_placed: bool, why: str, by: Viewer, at: datetime
) -> None:
    """Let entries that stood on two records stand where it was said, and the others be withdrawn.

    `why` is kept with what is withdrawn. Called again with other answers, they follow these: a
    placing taken back lets both stand as before.
    """
    held = Entry.objects.select_for_update(of=("self",)).select_related("subject")
    touched = set()
    for entry in held.filter(pk__in=list(stands), source=BY_HAND):
        detail = _detail(entry)
        before = detail.pop("status_before", None)
        for gone in ("why_changed", "cancelled_at", "cancelled_by") if before else ():
            detail.pop(gone, None)
        status = EntryStatus(before or entry.status)
        if stands[entry.pk]:
            detail["on_both"] = "placed" if is_placed else WAITS
        else:
            detail |= {
                "on_both": "placed",
                "status_before": status.value,
                "why_changed": why,
                "cancelled_at": at.isoformat(),
                "cancelled_by": by.name,
            }
            status = EntryStatus.IN_ERROR
        _rewrite(entry, detail, status, at=at)
        touched.add(entry.subject_id)
    audit.record(by=by, at=at, action="stand_where_placed", detail={"entries": len(touched)})
    announce(SubjectsTouched(frozenset(touched), frozenset()))


def _detail(entry: Entry) -> dict[str, Any]:
    return dict(entry.detail or {})


def _twin(entry: Entry, subject: Subject, *, at: datetime) -> Entry:
    said = _said(entry, subject, f"{entry.key}|other", _detail(entry), EntryStatus(entry.status))
    made = by_hand.columns(said, first_said_at=entry.first_said_at, subject=subject)
    made |= {"by_agent_id": entry.by_agent_id, "arrived_at": at}
    twin = Entry(**made)
    twin.save(force_insert=True)
    return twin


def _rewrite(entry: Entry, detail: Mapping[str, Any], status: EntryStatus, *, at: datetime) -> None:
    """Keep what the entry says as a version and let it say this, in its writer's name."""
    with connection.cursor() as cursor:
        cursor.execute(merging.KEEP_ENTRY, [entry.pk])
    said = _said(entry, entry.subject, entry.key, detail, status)._replace(said_at=at)
    changed = by_hand.columns(said, first_said_at=entry.first_said_at, subject=entry.subject)
    changed |= {"by_agent_id": entry.by_agent_id, "arrived_at": entry.arrived_at}
    for name, value in changed.items():
        setattr(entry, name, value)
    entry.save(update_fields=[name for name in changed if name != "id"])


def _said(
    entry: Entry, subject: Subject, key: str, detail: Mapping[str, Any], status: EntryStatus
) -> EntrySaid:
    return EntrySaid(
        **{
            **{name: getattr(entry, name) for name in _SAID},
            "status": status,
            "source": BY_HAND,
            "key": key,
            "subject": SubjectKey(subject.authority, subject.value),
            "said_at": entry.said_at,
            "place": by_hand.PLACE,
            "version": str(new_id()),
            "labels": tuple(entry.labels),
            "detail": detail,
        }
    )
