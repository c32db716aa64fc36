"""Who leaves suggestions and lists by themselves: too old, objected, died; done by a job."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.casefinding.models import Suggestion
from oneplace.casefinding.verbs.deciding import leave_list, put_back
from oneplace.kit.clock import local_day
from oneplace.people import queries as people
from oneplace.vocabulary.terms import Purpose, SuggestionState

_WAITS = (SuggestionState.SUGGESTED, SuggestionState.GP_SCREENED)


@transaction.atomic
def take_off(
    *, person_ids: Sequence[uuid.UUID], why: str, is_checked: bool, by: Viewer, at: datetime
) -> int:
    """Take people off wherever they wait or stand on a list; how many.

    `is_checked`: only those whose choice keeps them off lists now.
    """
    stopped = set(person_ids)
    if is_checked:
        stopped -= people.may_use(list(person_ids), Purpose.DIRECT_CARE, viewer=by)
    standing = Suggestion.objects.filter(person_id__in=list(stopped), left_at=None)
    return _leave(standing.exclude(state=SuggestionState.DECLINED), why, by=by, at=at)


@transaction.atomic
def put_back_all(*, person_ids: Sequence[uuid.UUID], why: str, by: Viewer, at: datetime) -> int:
    """Put people back where they stood before they left with this reason, which did not hold.

    Whoever has been suggested anew meanwhile stands there. How many were put back.
    """
    gone = Suggestion.objects.filter(
        person__current_id__in=list(person_ids), left_at__isnull=False, left_why=why
    )
    back = 0
    for suggestion in gone.order_by("-left_at", "-pk"):
        others = Suggestion.objects.filter(person_id=suggestion.person_id, left_at=None)
        if others.exclude(state=SuggestionState.DECLINED).exists():
            continue
        put_back(suggestion=suggestion, by=by, at=at)
        back += 1
    return back


@transaction.atomic
def let_lapse(*, by: Viewer, at: datetime) -> int:
    """Let suggestions go whose reasons are all too old by now; how many."""
    old = Suggestion.objects.filter(left_at=None, state__in=_WAITS, leaves_on__lte=local_day(at))
    gone = _leave(old.filter(returns_on=None), "Nothing new: the reasons are too old", by=by, at=at)
    audit.record(by=by, at=at, action="let_lapse", detail={"suggestions": gone})
    return gone


def _leave(found: Iterable[Suggestion], why: str, *, by: Viewer, at: datetime) -> int:
    # Few on any day: each leaves as by hand, so that its step, its end and its news are the same.
    count = 0
    for count, suggestion in enumerate(found, start=1):  # noqa: B007 - the count is what is kept
        leave_list(suggestion=suggestion, why=why, by=by, at=at)
    return count
