"""Notes what changed in a meeting, by number, and tells the screens that follow it.

The number is the meeting's own count: whoever writes it holds the meeting until the transaction
ends, so the numbers come in the order in which the changes are to be seen.
"""

import uuid
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.huddles.models import ChangeKind, Meeting

CHANNEL: Final = "huddles"
"""On which PostgreSQL tells of changes: the meeting and the number, never a word of anybody."""

_NOTE: Final = """
with counted as (
    update huddles_meeting set changes = changes + 1 where id = %(meeting)s returning changes
), noted as (
    insert into huddles_change (meeting_id, number, kind, item_id, thing_id)
    select %(meeting)s, changes, %(kind)s, %(item)s, %(thing)s from counted returning number
)
select number, pg_notify(%(channel)s, %(meeting)s::text || ':' || number) from noted
"""


def note_change(
    meeting_id: uuid.UUID,
    kind: ChangeKind,
    *,
    item_id: uuid.UUID | None = None,
    thing_id: uuid.UUID | None = None,
) -> int:
    """Note one change in the verb's own transaction; returns its number."""
    if not connection.in_atomic_block:
        raise RuntimeError("A change is noted in the transaction of what changed.")
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "meeting": meeting_id,
                "kind": kind.value,
                "item": item_id,
                "thing": thing_id,
                "channel": CHANNEL,
            },
        )
        return int(cursor.fetchall()[0][0])


@transaction.atomic
def hide_sensitive(*, meeting: Meeting, is_hiding: bool, by: Viewer, at: datetime) -> Meeting:
    """Hide what is sensitive from every screen of this meeting, or show it again."""
    meeting.is_hiding = is_hiding
    meeting.save(update_fields=["is_hiding"])
    audit.record(
        by=by,
        at=at,
        action="hide_sensitive",
        subject=("meeting", meeting.pk),
        detail={"is_hiding": is_hiding},
    )
    note_change(meeting.pk, ChangeKind.HIDING)
    return meeting
