"""The caseload: everybody active, who leads, when they were last spoken of, who is stuck."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.actions.rules import shows_late
from oneplace.casefinding.on_huddle_lists import OnHuddleList
from oneplace.huddles.models import OPEN_CASES, Case, Item, ItemState, LineKind
from oneplace.huddles.permissions import SEE_HUDDLES
from oneplace.kit.clock import local_day
from oneplace.kit.together import NOTHING, Asked, MadeOnce
from oneplace.plans import queries as plans

STUCK_AFTER: Final = timedelta(weeks=6)
"""Not spoken of for so long, or three times without change: stuck."""
STEP_DOWN_UNCHANGED: Final = 2


@dataclass(frozen=True)
class OnCaseload:
    """One active person with what the list says of them."""

    case: Case
    open_actions: int
    late_actions: int
    at: datetime

    @property
    def days_on_list(self) -> int:
        """How long they have been on the list."""
        return (self.at - self.case.listed_at).days

    @property
    def is_stuck(self) -> bool:
        """Whether nobody has spoken of them for six weeks."""
        last = self.case.last_discussed_at or self.case.listed_at
        return self.at - last > STUCK_AFTER

    @property
    def is_step_down_candidate(self) -> bool:
        """Whether nothing has changed lately and nothing is promised."""
        return self.case.unchanged >= STEP_DOWN_UNCHANGED and self.open_actions == 0


def caseload(series_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime) -> list[OnCaseload]:
    """Everybody active on these series' lists, longest unspoken of first; two statements."""
    if not viewer.may(SEE_HUDDLES):
        return []
    cases = list(
        Case.objects.filter(series_id__in=list(series_ids), state__in=list(OPEN_CASES))
        .filter(listed_at__lte=at)
        .select_related("person", "practice")
        .order_by("last_discussed_at", "listed_at", "pk")
    )
    asked = actions.open_of_many([case.person_id for case in cases], viewer=viewer)
    audit.record(
        by=viewer,
        at=at,
        action="see_caseload",
        persons_shown=sorted({case.person_id for case in cases}),
    )
    rows = []
    for case in cases:
        own = asked.get(case.person_id, ())
        late = sum(1 for action in own if shows_late(action, viewer, at=at))
        rows.append(OnCaseload(case, len(own), late, at))
    return rows


def cases_of(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Case]:
    """The cases of one person, the newest first."""
    found = Case.objects.filter(person__current__was__pk=person_id)
    found = found.select_related("practice", "series").order_by("-listed_at")
    return found if viewer.may(SEE_HUDDLES) else found.none()


def last_cases_asked(person_id: uuid.UUID, *, viewer: Viewer) -> Asked:
    """The newest two cases of a present person, to be read together with others."""
    return _LAST_CASES.of(person_id) if viewer.may(SEE_HUDDLES) else NOTHING


_LAST_CASES: Final = MadeOnce(
    lambda person_id: (
        Case.objects.filter(person__current_id=person_id)
        .select_related("series")
        .order_by("-listed_at")[:2]
    )
)


def case(case_id: uuid.UUID, *, viewer: Viewer) -> Case | None:
    """One case; None where the viewer may not open the person."""
    if not viewer.may(SEE_HUDDLES):
        return None
    return (
        Case.objects.filter(pk=case_id)
        .select_related("person", "practice", "series", "lead__account")
        .first()
    )


def told(case: Case, *, viewer: Viewer) -> list[Item]:
    """Every meeting a case was spoken of at, the newest first, with what was written."""
    if not viewer.may(SEE_HUDDLES):
        return []
    return list(
        Item.objects.filter(case=case)
        .exclude(state__in=[ItemState.WAITING])
        .select_related("meeting")
        .prefetch_related("lines")
        .order_by("-meeting__starts_at")
    )


@dataclass(frozen=True)
class Quality:
    """How a huddle has worked over a while, in counts."""

    discussed: int
    with_own_words: int
    with_lead: int
    with_action: int
    rolled_over: int
    unchanged: int


def quality(series_ids: Sequence[uuid.UUID], *, viewer: Viewer, since: datetime) -> Quality:
    """The figures of what was discussed since; three statements.

    Of whom their own words are known is counted among those whose words open to the viewer.
    """
    if not viewer.may(SEE_HUDDLES):
        return Quality(0, 0, 0, 0, 0, 0)
    rows = Item.objects.filter(
        meeting__series_id__in=list(series_ids), meeting__starts_at__gte=since
    )
    done = Q(state=ItemState.DONE)
    made = Q(lines__kind=LineKind.ACTION, lines__taken_back_at__isnull=True)
    found = rows.aggregate(
        discussed=Count("pk", filter=done, distinct=True),
        with_lead=Count("pk", filter=done & ~Q(lead_name=""), distinct=True),
        with_action=Count("pk", filter=done & made, distinct=True),
        rolled_over=Count("pk", filter=Q(state=ItemState.ROLLED_OVER), distinct=True),
        unchanged=Count("pk", filter=done & Q(decided="no_change"), distinct=True),
    )
    spoken = list(rows.filter(done).values_list("person_id", flat=True))
    known = plans.own_words(list(set(spoken)), viewer=viewer)
    return Quality(with_own_words=sum(person in known for person in spoken), **found)


def on_huddle_lists(
    person_ids: Sequence[uuid.UUID] | None, viewer: Viewer
) -> dict[uuid.UUID, OnHuddleList]:
    """The newest case of each person, an open one before any other, for the finder; one statement.

    Whoever may not read a case finds none: the row policies say so. None asks for everybody.
    """
    if viewer.account_id is None:
        return {}
    found = Case.objects.all()
    if person_ids is not None:
        found = found.filter(person__current__was__pk__in=list(person_ids))
    rows = found.values_list(
        "person__current_id", "listed_at", "told_on", "lead_name", "last_discussed_at",
        "ended_at", "state",
    ).order_by("listed_at", "pk")  # fmt: skip
    newest: dict[uuid.UUID, OnHuddleList] = {}
    for person_id, listed_at, told_on, lead, spoken_at, ended_at, state in rows:
        is_open = state in OPEN_CASES
        if not is_open and person_id in newest and newest[person_id].is_open:
            continue
        newest[person_id] = OnHuddleList(
            person_id=person_id,
            listed_on=local_day(listed_at),
            told_on=told_on,
            lead_name=lead,
            discussed_on=local_day(spoken_at) if spoken_at else None,
            ended_on=None if is_open else local_day(ended_at or listed_at),
        )
    return newest


def active_leads(*, viewer: Viewer) -> int:
    """How many active people the viewer leads."""
    if viewer.hat_id is None:
        return 0
    return Case.objects.filter(lead_id=viewer.hat_id, state__in=list(OPEN_CASES)).count()
