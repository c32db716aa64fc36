"""The desk's queue and its cases, with the clocks that run for each, for a viewer."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.homefirst.clocks import CaseClock, case_clock, first_of
from oneplace.homefirst.models import OPEN, DeskCase, DeskState, DeskStep, Warned
from oneplace.homefirst.permissions import SEE_DISCHARGES, SEE_LIFE_DESK
from oneplace.homefirst.rules import BACK_IN_HOSPITAL
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.together import NOTHING, Asked, MadeOnce
from oneplace.people.models import Person
from oneplace.visits.models import Visit, VisitState
from oneplace.vocabulary.terms import ReferralRejected


@dataclass(frozen=True)
class CaseShown:
    """One case with all its clocks, and who is on the way."""

    case: DeskCase
    clocks: tuple[CaseClock, ...]
    visit: Visit | None

    @property
    def clock(self) -> CaseClock | None:
        """The promise it is sorted by."""
        return first_of(self.clocks)

    @property
    def is_nobody_found(self) -> bool:
        """Whether somebody stands before a closed door and the person is not found."""
        return self.visit is not None and self.visit.state == VisitState.NO_ANSWER

    @property
    def is_not_left_after_all(self) -> bool:
        """Whether the ward took back that the person left."""
        return self.case.left_at is None and bool(self.case.left_because)

    @property
    def is_back_in_hospital(self) -> bool:
        """Whether the person left and lies in a bed again."""
        return any(
            each.rule == BACK_IN_HOSPITAL and each.until_at is None
            for each in self.case.waits.all()
        )

    @property
    def order(self) -> tuple[Any, ...]:
        """Where it stands: a closed door first, then the least time left, then by when it came."""
        clock = self.clock
        if clock is not None and clock.is_running and clock.due_at is not None:
            return (not self.is_nobody_found, 0, clock.due_at, self.case.pk)
        is_begun = self.case.state == DeskState.STARTED
        due = self.case.home_from or self.case.referral.answer_by
        return (not self.is_nobody_found, 2 if is_begun else 1, due, self.case.pk)


@dataclass(frozen=True)
class Counts:
    """What the desk was asked today, and what it could not do."""

    asked: int
    accepted: int
    unmet: int
    """Refused for want of capacity: need nobody met."""
    others: int
    """Sent elsewhere, or not accepted for another reason."""


def case(case_id: uuid.UUID, *, viewer: Viewer) -> DeskCase | None:
    """One case; None where it is not open to the viewer."""
    if viewer.account_id is None:
        return None
    return DeskCase.objects.select_related("referral", "person").filter(pk=case_id).first()


def case_of_referral(referral_id: uuid.UUID, *, viewer: Viewer) -> DeskCase | None:
    """The case a referral became."""
    if viewer.account_id is None:
        return None
    found = DeskCase.objects.select_related("referral", "person")
    return found.filter(referral_id=referral_id).first()


def cases_of(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[DeskCase]:
    """Every case of a person, the newest first."""
    if viewer.account_id is None:
        return DeskCase.objects.none()
    now = Person.objects.filter(was__pk=person_id)
    return (
        DeskCase.objects.filter(person__current__in=now)
        .select_related("referral", "person")
        .order_by("-received_at", "-pk")
    )


def cases_asked(person_id: uuid.UUID, *, viewer: Viewer) -> Asked:
    """Every case of a present person, the newest first; to be read together with others."""
    return _CASES.of(person_id) if viewer.account_id is not None else NOTHING


_CASES: Final = MadeOnce(
    lambda person_id: DeskCase.objects.filter(person__current_id=person_id).order_by(
        "-received_at", "-pk"
    )
)


def queue(
    *, viewer: Viewer, at: datetime, only: Collection[uuid.UUID] | None = None
) -> list[CaseShown]:
    """Everything open at the viewer's desk, least time left first; six statements at most.

    With `only`, those of these cases that are open there.
    """
    if not viewer.may(SEE_LIFE_DESK):
        return []
    found = DeskCase.objects.filter(state__in=OPEN, desk_id__in=viewer.parties)
    if only is not None:
        found = found.filter(pk__in=only)
    rows = list(found.select_related("referral", "person").prefetch_related("waits"))
    return sorted(shown(rows, viewer=viewer, at=at), key=lambda row: row.order)


def shown(cases: Sequence[DeskCase], *, viewer: Viewer, at: datetime) -> list[CaseShown]:
    """These cases with their clocks and visits, in three statements."""
    if viewer.account_id is None or not cases:
        return []
    clocks = actions.clocks_of_many([each.pk for each in cases], viewer=viewer)
    wanted = [each.visit_id for each in cases if each.visit_id is not None]
    visits = Visit.objects.in_bulk(wanted) if wanted else {}
    return [
        CaseShown(
            each,
            tuple(case_clock(clock, each.waits.all(), at=at) for clock in clocks[each.pk]),
            visits.get(each.visit_id) if each.visit_id else None,
        )
        for each in cases
    ]


def steps(case_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[DeskStep]:
    """What was done with a case, in order."""
    found = DeskStep.objects.filter(case_id=case_id)
    return found if viewer.account_id is not None else found.none()


def warnings_of(case_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Warned]:
    """Who was warned that a promise of this case runs out, in order."""
    found = Warned.objects.filter(case_id=case_id)
    return found if viewer.account_id is not None else found.none()


def counts(*, viewer: Viewer, at: datetime) -> Counts:
    """What came in today and what became of it; one statement."""
    if not (viewer.may(SEE_LIFE_DESK) or viewer.may(SEE_DISCHARGES)):
        return Counts(0, 0, 0, 0)
    begins = day_begins(local_day(at))
    today = Q(received_at__gte=begins, received_at__lt=begins + timedelta(days=1))
    rows = DeskCase.objects.filter(today, desk_id__in=viewer.parties).values_list(
        "state", "rejected_because", "decided_at"
    )
    return _counted(rows)


def _counted(rows: Iterable[tuple[str, str, datetime | None]]) -> Counts:
    asked = accepted = unmet = others = 0
    for state, because, decided_at in rows:
        asked += 1
        if because == ReferralRejected.NO_CAPACITY:
            unmet += 1
        elif state in (DeskState.REJECTED, DeskState.REDIRECTED, DeskState.WITHDRAWN):
            others += 1
        elif decided_at is not None:
            accepted += 1
    return Counts(asked, accepted, unmet, others)
