"""Whose record is to open in an emergency, with an entry in the audit of having asked."""

import uuid
from datetime import datetime

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.ids import new_id


@transaction.atomic
def look_up_in_emergency(
    *,
    nhs_number: str = "",
    person_id: uuid.UUID | None = None,
    reason: str,
    by: Viewer,
    at: datetime,
) -> uuid.UUID | None:
    """Whoever has this sound NHS number (ten digits), or is this person now; None for nobody.

    Nobody where two people have one number. It says nothing of whether the record opens; the
    database refuses whoever may not open records in an emergency.
    """
    about = new_id()
    audit.record(
        by=by,
        at=at,
        action="look_up_in_emergency",
        subject=("look_up", about),
        reason=reason.strip(),
        detail={"by": "nhs_number" if nhs_number else "person"},
    )
    with connection.cursor() as cursor:
        cursor.execute("select people_in_emergency(%s, %s, %s)", [about, nhs_number, person_id])
        found: uuid.UUID | None = cursor.fetchall()[0][0]
    return found
