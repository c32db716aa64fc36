"""What happened to people since the last huddle that was held: why each is on the agenda."""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.actions.models import Action
from oneplace.actions.models import action as action_states
from oneplace.actions.rules import OTHERS_SEE_LATE_AFTER
from oneplace.huddles import rules
from oneplace.huddles.models import Item, ItemState, Meeting
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, plural
from oneplace.vocabulary.terms import AgendaSection


@dataclass(frozen=True)
class Happened:
    """What is new of one person, each as one line; empty for nothing."""

    concern: str = ""
    hospital: str = ""
    late: str = ""


def last_held(meeting: Meeting) -> Meeting | None:
    """The last meeting of the series before this one that was really held."""
    held = Meeting.objects.filter(
        series_id=meeting.series_id, starts_at__lt=meeting.starts_at, state__in=list(rules.HELD)
    )
    return held.order_by("-starts_at").first()


# One person after another along the indexes, for the policies weigh every row that is touched.
_NEWS: Final = """
select asked.id, e.kind, e.title, e.starts_at, e.ends_at
  from unnest(%(persons)s::uuid[]) as asked (id)
 cross join lateral (select p.current_id from people_person p where p.id = asked.id offset 0) me
 cross join lateral (select p.id from people_person p
                      where p.current_id = me.current_id offset 0) self
 cross join lateral (select s.id from records_subject s where s.person_id = self.id offset 0) s
 cross join lateral (select * from records_entry e where e.subject_id = s.id offset 0) e
 where e.kind in ('stay', 'attendance', 'concern')
   and e.status not in ('planned', 'cancelled', 'in_error')
   and e.sorts_at <= %(until)s
   and (e.sorts_at > %(since)s or (e.kind = 'stay' and e.ends_at > %(since)s))
   and (e.ends_at is null or e.ends_at <= %(until)s or e.kind = 'stay')
 order by asked.id, coalesce(e.ends_at, e.starts_at) desc
"""


def happened(
    person_ids: Sequence[uuid.UUID], *, since: datetime, until: datetime, viewer: Viewer
) -> Mapping[uuid.UUID, Happened]:
    """What is new of each person between two moments, as far as the viewer may read it."""
    if viewer.account_id is None or not person_ids:
        return {}
    concern: dict[uuid.UUID, str] = {}
    hospital: dict[uuid.UUID, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, {"persons": list(person_ids), "since": since, "until": until})
        for person, kind, title, starts_at, ends_at in cursor.fetchall():
            if kind == "concern":
                concern.setdefault(person, f"Concern raised {day(starts_at)}")
            else:
                words = hospital_words(kind, title, starts_at, ends_at, until=until)
                hospital.setdefault(person, words)
    late = _late(person_ids, until=until)
    return {
        person: Happened(concern.get(person, ""), hospital.get(person, ""), late.get(person, ""))
        for person in {*concern, *hospital, *late}
    }


def hospital_words(kind: str, title: str, starts_at: Any, ends_at: Any, *, until: datetime) -> str:
    """`Home from hospital 10 March after 22 days: fall` in one line."""
    why = f": {title}" if title else ""
    if kind == "attendance":
        return f"A&E {day(starts_at)}{why}"
    if ends_at is not None and ends_at <= until:
        nights = (local_day(ends_at) - local_day(starts_at)).days if starts_at else 0
        after = f" after {plural(nights, 'night')}" if nights else ""
        return f"Home from hospital {day(ends_at)}{after}{why}"
    return f"In hospital since {day(starts_at)}{why}"


_LATE_WORDS: Final = re.compile(r" is \d+ days? late$")


def keep_late_current(items: Iterable[Item], *, at: datetime) -> None:
    """Let the agenda's rows say how late an action is today, not when the agenda was built.

    What was written by hand stays as it is, and so does what a meeting that is over said.
    """
    late = [
        item
        for item in items
        if item.section == AgendaSection.OVERDUE_ACTIONS
        and item.state in (ItemState.WAITING, ItemState.PARKED, ItemState.NOW)
        and _LATE_WORDS.search(item.why)
    ]
    found = _late([item.person_id for item in late], until=at) if late else {}
    for item in late:
        earlier = _LATE_WORDS.sub(" was late, and nothing is late now", item.why)
        item.why = found.get(item.person_id, earlier)


def _late(person_ids: Sequence[uuid.UUID], *, until: datetime) -> dict[uuid.UUID, str]:
    """The first late action of each person, as everybody sees it: 48 hours after its owner."""
    rows = Action.objects.filter(
        person_id__in=list(person_ids),
        state__in=list(action_states.OPEN),
        taken_back_at__isnull=True,
        due_on__lt=local_day(until - OTHERS_SEE_LATE_AFTER),
    ).order_by("due_on", "pk")
    found: dict[uuid.UUID, str] = {}
    for action in rows:
        if action.person_id is None:
            continue
        days = (local_day(until) - action.due_on) // timedelta(days=1)
        words = f"{action.text} ({action.owner_name}) is {plural(days, 'day')} late"
        found.setdefault(action.person_id, words)
    return found
