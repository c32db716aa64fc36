"""A pack is taken along; what was written on the phone comes back and is taken once.

Each thing that comes back is taken by itself: one that cannot be saved stops no other, and stays,
with its reason, with whoever wrote it.
"""

import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused
from oneplace.people import queries as people
from oneplace.people.rules import account_of
from oneplace.visits import pack, queries
from oneplace.visits.models import CameBack, Sent
from oneplace.visits.permissions import MAKE_VISITS

log = logging.getLogger(__name__)

LIVES: Final = timedelta(hours=24)
"""How long a pack may be read on a phone after it was taken."""
OLDEST: Final = timedelta(days=14)
"""What says it is older was not written under a pack of ours: that phone's clock is wrong."""
_UNREADABLE: Final = "This was not written by a phone of ours, or was damaged on the way."


@dataclass(frozen=True)
class Written:
    """One thing written on a phone. `ago` is how long before sending, by the phone's own clock."""

    id: uuid.UUID
    kind: str
    person_id: uuid.UUID
    visit_id: uuid.UUID | None
    payload: Mapping[str, Any]
    ago: timedelta


@dataclass(frozen=True)
class Answer:
    """What became of it."""

    id: uuid.UUID
    outcome: CameBack
    why: str = ""
    field: str = ""
    theirs: str = ""
    """What stands now, where somebody else was quicker."""


@transaction.atomic
def take_pack(*, by: Viewer, at: datetime) -> list[uuid.UUID]:
    """Note that somebody takes today's visits along; the people they go to, in their order."""
    if not by.may(MAKE_VISITS):
        raise Refused("Your role does not go to people's doors.")
    persons = list(dict.fromkeys(each.person_id for each in queries.mine(viewer=by, at=at)))
    audit.record(
        by=by, at=at, action="take_pack", persons_shown=persons, detail={"people": len(persons)}
    )
    return persons


@transaction.atomic
def take_back(*, written: Iterable[Written], by: Viewer, at: datetime) -> list[Answer]:
    """Take what was written on a phone, in its order. What came before is not taken twice."""
    entries = list(written)
    before = queries.sent_before([entry.id for entry in entries], viewer=by)
    return [
        _again(before[entry.id]) if entry.id in before else _take(entry, by=by, at=at)
        for entry in entries
    ]


@transaction.atomic
def settle_sent(*, sent: Sent, by: Viewer, at: datetime) -> Sent:
    """Say that something that could not be saved has been put right, or is not needed."""
    if sent.account_id != by.account_id:
        raise Refused("Only whoever wrote this can put it away.")
    sent.settled_at = at
    sent.words = {}
    sent.save(update_fields=["settled_at", "words"])
    audit.record(
        by=by, at=at, action="settle_sent", subject=("sent", sent.pk), person_id=sent.person_id
    )
    return sent


def _again(sent: Sent) -> Answer:
    theirs = str(sent.words.get("theirs", "")) if isinstance(sent.words, dict) else ""
    return Answer(sent.pk, CameBack(sent.outcome), sent.why, theirs=theirs)


def _take(  # noqa: PLR0911 - one outcome after another
    entry: Written, *, by: Viewer, at: datetime
) -> Answer:
    part = pack.part_for(entry.kind)
    made_at = at - min(max(entry.ago, timedelta(0)), OLDEST)
    if part is None or (part.permission and not by.may(part.permission)):
        return _refused(entry, "Your role does not write this.", made_at=made_at, by=by, at=at)
    try:
        with transaction.atomic():
            # Its name comes first: of two that send it at once the second waits and finds it.
            _keep(entry, CameBack.TAKEN, made_at=made_at, by=by, at=at)
            part.take(
                entry.kind,
                {**entry.payload, "visit_id": str(entry.visit_id or "")},
                person_id=entry.person_id,
                by=by,
                at=made_at,
            )
    except IntegrityError:
        found = queries.sent_before([entry.id], viewer=by).get(entry.id)
        if found is not None:
            return _again(found)
        log.warning("An entry of kind %s could not be kept", entry.kind)
        return Answer(entry.id, CameBack.REFUSED, _UNREADABLE)
    except pack.Conflicted as conflict:
        with transaction.atomic():
            _keep(
                entry,
                CameBack.CONFLICT,
                why=conflict.reason,
                words={**entry.payload, "theirs": conflict.theirs},
                made_at=made_at,
                by=by,
                at=at,
            )
        return Answer(
            entry.id, CameBack.CONFLICT, conflict.reason, conflict.field or "", conflict.theirs
        )
    except Refused as refused:
        return _refused(
            entry, refused.reason, field=refused.field or "", made_at=made_at, by=by, at=at
        )
    except (KeyError, TypeError, ValueError):
        log.warning("An entry of kind %s could not be read", entry.kind)
        return _refused(entry, _UNREADABLE, made_at=made_at, by=by, at=at)
    return Answer(entry.id, CameBack.TAKEN)


def _refused(
    entry: Written, why: str, *, field: str = "", made_at: datetime, by: Viewer, at: datetime
) -> Answer:
    if people.person(entry.person_id, viewer=by) is not None:
        with transaction.atomic():
            _keep(
                entry,
                CameBack.REFUSED,
                why=why,
                words=dict(entry.payload),
                made_at=made_at,
                by=by,
                at=at,
            )
    return Answer(entry.id, CameBack.REFUSED, why, field)


def _keep(
    entry: Written,
    outcome: CameBack,
    *,
    why: str = "",
    words: dict[str, Any] | None = None,
    made_at: datetime,
    by: Viewer,
    at: datetime,
) -> None:
    Sent(
        id=entry.id,
        account_id=account_of(by),
        person_id=entry.person_id,
        visit_id=entry.visit_id,
        kind=entry.kind[:48],
        made_at=made_at,
        came_at=at,
        outcome=outcome,
        why=why,
        words=words or {},
    ).save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="take_back",
        subject=("sent", entry.id),
        person_id=entry.person_id,
        detail={"kind": entry.kind, "outcome": outcome.value},
    )
