"""Looks for people and leaves a trace of whom it showed: nobody leafs through unseen."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import refuse_if
from oneplace.people import queries, rules
from oneplace.people.queries.searching import Answer

WITHIN: Final = timedelta(hours=1)


@transaction.atomic
def find_people(*, text: str, by: Viewer, at: datetime) -> Answer:
    """People who fit what was typed, with one entry in the audit naming everybody it showed.

    Raises `Refused` for somebody who has searched more often within the hour than work explains.
    """
    refuse_if(rules.why_not_find(queries.found_lately(viewer=by, within=WITHIN)), field="words")
    answer = queries.search(text, viewer=by, at=at)
    audit.record(
        by=by,
        at=at,
        action="find_people",
        persons_shown=[found.person_id for found in answer.people],
        detail={"by": _kinds(answer), "open": sum(found.is_open for found in answer.people)},
    )
    return answer


def _kinds(answer: Answer) -> list[str]:
    """By what was searched, never the words themselves."""
    asked = answer.asked
    said = {
        "name": asked.names,
        "born_on": asked.born_on or asked.born_year,
        "nhs_number": asked.nhs_number,
        "postcode": asked.postcode or asked.district,
        "phone": asked.phone,
        "number": asked.number,
    }
    return [kind for kind, value in said.items() if value]
