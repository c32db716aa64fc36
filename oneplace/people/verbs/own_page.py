"""Which person a resident is, as their sign-in's provider vouched."""

import uuid
from datetime import date, datetime

from django.db import connection, transaction

from oneplace.access.viewer import Viewer
from oneplace.vocabulary.ids import new_id


@transaction.atomic
def admit_resident(
    *, nhs_number: str, born_on: date, how: str, by: Viewer, at: datetime
) -> uuid.UUID | None:
    """Open to the resident's account that looks the page of the one person known by both.

    None where nobody is, or several are. `access.find_own_record` calls it and writes the audit.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select people_admit_resident(%s, %s, %s, %s, %s, %s)",
            [new_id(), nhs_number, born_on, how, new_id(), at],
        )
        found: uuid.UUID | None = cursor.fetchall()[0][0]
    return found
