"""Whose record a request is about: one person or none."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from oneplace.access import audit
from oneplace.access.viewer import Viewer


@dataclass(frozen=True)
class AskedPerson:
    """Enough to be sure that it is the right one."""

    person_id: uuid.UUID
    name: str
    born_on: date | None
    nhs_number: str
    practice_code: str


def asked_for(
    *, right_id: uuid.UUID, number: str, family: str, born_on: date | None, viewer: Viewer,
    at: datetime,
) -> AskedPerson | None:  # fmt: skip
    """The one person who fits the number, or the family name with the date of birth; or None.

    None too where two fit, and where it is the viewer's own record. The look is in the audit.
    """
    audit.record(by=viewer, at=at, action="look_for_asker", subject=("right", right_id))
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, concat_ws(' ', nullif(given, ''), nullif(family, '')), born_on, nhs_number,"
            " practice_code from people_asked_for(%s, %s, %s, %s)",
            [right_id, "".join(number.split()), family.strip(), born_on],
        )
        row = cursor.fetchone()
    return None if row is None else AskedPerson(*row)
