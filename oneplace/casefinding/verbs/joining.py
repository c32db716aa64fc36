"""Keeps suggestions in step with huddles' lists: whoever is looked after there waits no more."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.casefinding import rules
from oneplace.casefinding.models import StepTaken, Suggestion
from oneplace.casefinding.verbs.deciding import leave_list, note_step, state_kept
from oneplace.kit.clock import day_begins
from oneplace.vocabulary.terms import SuggestionState

_BEFORE_LISTED: Final = (
    SuggestionState.SUGGESTED,
    SuggestionState.GP_SCREENED,
    SuggestionState.ACCEPTED,
    SuggestionState.INFORMED,
)


@transaction.atomic
def join_huddle_list(
    *, person_ids: Sequence[uuid.UUID], told_on: date | None = None, by: Viewer, at: datetime
) -> int:
    """Note that these people came on a huddle's list by another way; how many were suggested.

    Their suggestion stands as listed, with its reasons, and waits for nobody. The huddle opens them
    to its team itself, so nothing is announced.
    """
    waits = Suggestion.objects.select_for_update(of=("self",)).filter(
        person__current__was__pk__in=list(person_ids), left_at=None, state__in=_BEFORE_LISTED
    )
    count = 0
    for held in waits:
        was = state_kept(held)
        held.state, held.listed_at, held.returns_on = SuggestionState.LISTED, at, None
        held.decided_at = held.decided_at or at
        if not held.decided_by_name:
            held.decided_by_id, held.decided_by_name = rules.account_of(by), by.name
        if told_on is not None and held.told_at is None:
            held.told_at = day_begins(told_on)
        note_step(held, StepTaken.LISTED, was, by=by, at=at)
        count += 1
    return count


@transaction.atomic
def leave_huddle_list(
    *, person_ids: Sequence[uuid.UUID], why: str, by: Viewer, at: datetime
) -> int:
    """Take off the practice's list whom a huddle stepped down or closed; how many stood there."""
    listed = Suggestion.objects.filter(
        person__current__was__pk__in=list(person_ids),
        left_at=None,
        state=SuggestionState.LISTED,
    )
    count = 0
    for suggestion in list(listed):
        leave_list(suggestion=suggestion, why=why, by=by, at=at)
        count += 1
    return count
