"""Says what somebody would see of a person, and why, to whoever answers for access."""

import uuid
from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.permissions import EXPLAIN_ACCESS
from oneplace.access.rule.decide import Reader
from oneplace.access.rule.light import Light, light
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import refuse_if


@transaction.atomic
def explain_access(
    *, person_id: uuid.UUID, about: Viewer, reader: Reader, by: Viewer, at: datetime
) -> Light:
    """What the rule says of `about` before this person's record; nothing of the record itself.

    `reader` is how sentences call them. The audit keeps who asked about whom. Raises `Refused` for
    somebody who does not answer for access.
    """
    refuse_if(
        None
        if by.may(EXPLAIN_ACCESS)
        else "Only whoever answers for access may ask what somebody else would see."
    )
    audit.record(
        by=by,
        at=at,
        action="explain_access",
        person_id=person_id,
        subject=("hat", about.hat_id) if about.hat_id else ("organisation", about.organisation_id),
        detail={"role": about.role.value if about.role else ""},
    )
    return light(person_id, about, at=at, reader=reader)
