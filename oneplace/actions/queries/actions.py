"""Actions for a viewer: asked of them, of theirs, by them; of a person; of a meeting."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.actions.models import Action, Step
from oneplace.actions.models.action import OPEN
from oneplace.actions.permissions import SEE_ACTIONS
from oneplace.actions.rules import OTHERS_SEE_LATE_AFTER
from oneplace.kit.clock import local_day
from oneplace.kit.together import NOTHING, Asked, MadeOnce
from oneplace.vocabulary.terms import ActionOrigin, ActionState, Term

MOST: Final = 200
FIRST_FEW: Final = 8
"""Rows of one list; more are told as a number."""
ANSWERED_SINCE: Final = timedelta(days=2)
WEEK: Final = timedelta(days=7)


class Tab(Term):
    """Whose actions a list shows."""

    MINE = "mine", "Mine"
    OURS = "ours", "Ours"
    ASKED_OF_OTHERS = "asked", "Asked of others"


@dataclass(frozen=True)
class Choice:
    """What somebody wants to see of a list; empty means whatever is open."""

    text: str = ""
    is_late: bool = False
    is_due_today: bool = False
    is_unanswered: bool = False
    is_settled: bool = False
    origin: ActionOrigin | None = None


@dataclass(frozen=True)
class Counts:
    """How many are open in each list."""

    mine: int
    ours: int
    asked: int


def _seen(viewer: Viewer) -> QuerySet[Action]:
    found = _standing()
    return found if viewer.account_id is not None else found.none()


def _standing() -> QuerySet[Action]:
    return Action.objects.filter(taken_back_at__isnull=True).select_related("person")


def _at_work(viewer: Viewer) -> QuerySet[Action]:
    found = _seen(viewer)
    return found if viewer.may(SEE_ACTIONS) else found.none()


def _is_mine(viewer: Viewer) -> Q:
    return Q(owner_account_id=viewer.account_id)


def _is_ours(viewer: Viewer) -> Q:
    """Asked of a team or organisation of the viewer's, or of a colleague there."""
    own = Q(owner_team_id__in=viewer.team_ids)
    if viewer.organisation_id is not None:
        own |= Q(owner_organisation_id=viewer.organisation_id, owner_team_id__isnull=True)
    return own & (Q(owner_account_id__isnull=True) | ~_is_mine(viewer))


def _is_asked(viewer: Viewer) -> Q:
    return Q(asked_by_id=viewer.account_id) & (Q(owner_account_id__isnull=True) | ~_is_mine(viewer))


def _chosen(
    found: QuerySet[Action], choice: Choice | None, *, at: datetime, is_own: bool
) -> QuerySet[Action]:
    """Only what was chosen, the first due first; others see lateness 48 hours after the owner."""
    choice, today = choice or Choice(), local_day(at)
    if choice.is_settled:
        found = found.exclude(state__in=OPEN).order_by("-moved_at", "-pk")
    else:
        found = found.filter(state__in=OPEN).order_by("due_on", "asked_at", "pk")
    if choice.is_late:
        late = today if is_own else local_day(at - OTHERS_SEE_LATE_AFTER)
        found = found.filter(due_on__lt=late)
    if choice.is_due_today:
        found = found.filter(due_on=today)
    if choice.is_unanswered:
        found = found.filter(state__in=(ActionState.ASKED, ActionState.PASSED_ON))
    if choice.origin is not None:
        found = found.filter(origin=choice.origin)
    for word in choice.text.split()[:6]:
        found = found.filter(
            Q(text__icontains=word)
            | Q(owner_name__icontains=word)
            | Q(asked_by_name__icontains=word)
            | Q(person__given__icontains=word)
            | Q(person__family__icontains=word)
            | Q(person__known_as__icontains=word)
        )
    return found


def mine(*, viewer: Viewer, at: datetime, choice: Choice | None = None) -> QuerySet[Action]:
    """What is asked of this viewer in person, the first due first."""
    return _chosen(_at_work(viewer).filter(_is_mine(viewer)), choice, at=at, is_own=True)


def ours(*, viewer: Viewer, at: datetime, choice: Choice | None = None) -> QuerySet[Action]:
    """What is asked of the viewer's teams and organisation, and of colleagues in them."""
    return _chosen(_at_work(viewer).filter(_is_ours(viewer)), choice, at=at, is_own=False)


def asked_of_others(
    *, viewer: Viewer, at: datetime, choice: Choice | None = None
) -> QuerySet[Action]:
    """What this viewer asked of others."""
    return _chosen(_at_work(viewer).filter(_is_asked(viewer)), choice, at=at, is_own=False)


def counts(*, viewer: Viewer) -> Counts:
    """How many are open in each list, in one statement."""
    found = _at_work(viewer).filter(state__in=OPEN)
    told = found.aggregate(
        mine=Count("pk", filter=_is_mine(viewer)),
        ours=Count("pk", filter=_is_ours(viewer)),
        asked=Count("pk", filter=_is_asked(viewer)),
    )
    return Counts(**told)


def action(action_id: uuid.UUID, *, viewer: Viewer) -> Action | None:
    """One action; None where the viewer may not see it."""
    return _seen(viewer).filter(pk=action_id).first()


def steps(action_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Step]:
    """Every step of an action that was not undone, the first first."""
    found = Step.objects.filter(action_id=action_id, undone_at__isnull=True)
    return found if viewer.account_id is not None else found.none()


def open_of(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Action]:
    """What is open for one person, the first due first."""
    found = _open_of(person_id)
    return found if viewer.account_id is not None else found.none()


def first_open_asked(person_id: uuid.UUID, *, viewer: Viewer) -> Asked:
    """The first few of `open_of`, `FIRST_FEW` and one more, to be read together with others."""
    return _FIRST_OPEN.of(person_id) if viewer.account_id is not None else NOTHING


def _open_of(person_id: uuid.UUID) -> QuerySet[Action]:
    found = _standing().filter(person__current_id=person_id, state__in=OPEN)
    return found.order_by("due_on", "asked_at", "pk")


_FIRST_OPEN: Final = MadeOnce(lambda person_id: _open_of(person_id)[: FIRST_FEW + 1])


def open_of_many(
    person_ids: Iterable[uuid.UUID], *, viewer: Viewer
) -> dict[uuid.UUID, Sequence[Action]]:
    """What is open for each of these persons, the first due first; in one statement.

    Persons for whom nothing is open have an empty list.
    """
    wanted = list(person_ids)
    by_person: dict[uuid.UUID, list[Action]] = defaultdict(list)
    found = _seen(viewer).filter(person__current_id__in=wanted, state__in=OPEN)
    for one in found.order_by("due_on", "asked_at", "pk"):
        if one.person is not None:
            by_person[one.person.current_id].append(one)
    return {person_id: by_person[person_id] for person_id in wanted}


def of_origin(origin: ActionOrigin, origin_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Action]:
    """Everything asked in one meeting, visit, plan or referral, in the order asked."""
    found = _seen(viewer).filter(origin=origin, origin_id=origin_id)
    return found.order_by("asked_at", "pk")


def _shown(found: list[Action], what: str, *, viewer: Viewer, at: datetime) -> list[Action]:
    """The same, with everybody named in them in the audit."""
    persons = list(dict.fromkeys(each.person_id for each in found if each.person_id is not None))
    if persons:
        audit.record(by=viewer, at=at, action=what, persons_shown=persons)
    return found


@dataclass(frozen=True)
class Listed:
    """One list as it is shown, and how many there are in all."""

    actions: list[Action]
    total: int


_OF_TAB: Final = {Tab.MINE: mine, Tab.OURS: ours, Tab.ASKED_OF_OTHERS: asked_of_others}


def listed(tab: Tab, *, viewer: Viewer, at: datetime, choice: Choice | None = None) -> Listed:
    """One list with whoever it names in the audit; at most 200, and how many there are."""
    found = _OF_TAB[tab](viewer=viewer, at=at, choice=choice)
    rows = list(found[: MOST + 1])
    total = len(rows) if len(rows) <= MOST else found.count()
    return Listed(_shown(rows[:MOST], "see_actions", viewer=viewer, at=at), total)


def opened(action_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Action | None:
    """One action to be read, with whom it is for in the audit."""
    found = action(action_id, viewer=viewer)
    if found is not None:
        audit.record(
            by=viewer,
            at=at,
            action="open_action",
            subject=("action", found.pk),
            person_id=found.person_id,
        )
    return found


def owed(*, viewer: Viewer, at: datetime, most: int) -> list[Action]:
    """What needs an answer of the viewer or their team, and promises for today or before."""
    unanswered = Q(state__in=(ActionState.ASKED, ActionState.PASSED_ON))
    team = Q(owner_account_id__isnull=True, asked_id__in=viewer.parties) & unanswered
    due = Q(state=ActionState.ACCEPTED, due_on__lte=local_day(at))
    found = _at_work(viewer).filter(_is_mine(viewer) & (unanswered | due) | team)
    found = found.order_by("due_on", "asked_at", "pk")
    return _shown(list(found[:most]), "see_owed_actions", viewer=viewer, at=at)


def promised(*, viewer: Viewer, at: datetime, most: int) -> list[Action]:
    """What the viewer has promised for the seven days after today."""
    today = local_day(at)
    found = _at_work(viewer).filter(
        _is_mine(viewer), state=ActionState.ACCEPTED, due_on__gt=today, due_on__lte=today + WEEK
    )
    found = found.order_by("due_on", "asked_at", "pk")
    return _shown(list(found[:most]), "see_promised_actions", viewer=viewer, at=at)


def answered(*, viewer: Viewer, at: datetime, most: int) -> list[Action]:
    """What came since the day before yesterday of what this viewer asked of others."""
    found = _at_work(viewer).filter(_is_asked(viewer)).exclude(state__in=OPEN)
    found = found.filter(moved_at__gt=at - ANSWERED_SINCE).order_by("-moved_at", "-pk")
    return _shown(list(found[:most]), "see_answered_actions", viewer=viewer, at=at)
