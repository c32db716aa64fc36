"""What is open already for people somebody rings about, so that nothing is asked for twice."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import OPEN, DeskCase
from oneplace.homefirst.queries.desk import CaseShown, shown
from oneplace.people.models import Person


def open_for(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime
) -> Mapping[uuid.UUID, list[CaseShown]]:
    """What is open at a desk for these people, by the person asked for; five statements."""
    if viewer.account_id is None or not person_ids:
        return {}
    now = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "current_id"))
    cases = list(
        DeskCase.objects.filter(person__current_id__in=set(now.values()), state__in=OPEN)
        .select_related("referral", "person")
        .prefetch_related("waits")
        .order_by("received_at", "pk")
    )
    by_person: dict[uuid.UUID, list[CaseShown]] = defaultdict(list)
    for row in shown(cases, viewer=viewer, at=at):
        by_person[row.case.person.current_id].append(row)
    return {asked: by_person[current] for asked, current in now.items() if by_person[current]}
