"""The coordinators' work for a viewer: one person's, a team's caseload, and who has room."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.people.models import Person
from oneplace.plans.models import OVER, PicStep, PicWork
from oneplace.plans.permissions import SEE_CASELOAD
from oneplace.referrals.models import Referral
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import ConnectionState, PicWeight, Role, TeamKind

PLACES: Final = {PicWeight.LIGHT: 0.5, PicWeight.USUAL: 1.0, PicWeight.HEAVY: 2.0}
"""How many places of a caseload somebody takes."""
_NOT_TAKEN_UP: Final = (ConnectionState.OFFERED, ConnectionState.ACCEPTED)


@dataclass(frozen=True)
class Coordinator:
    """Somebody who takes people on: how many, and how much room is left."""

    hat: Hat
    name: str
    people: int
    load: float
    most: int

    @property
    def room(self) -> float:
        """Places left; below nothing where they have too many."""
        return self.most - self.load


def coordinator_teams() -> tuple[uuid.UUID, ...]:
    """The place's teams of coordinators."""
    return tuple(
        id_for("team", team.code)
        for team in settings.PLACE.teams
        if team.kind is TeamKind.COORDINATOR_TEAM
    )


def _with_steps(found: QuerySet[PicWork]) -> QuerySet[PicWork]:
    steps = Prefetch("steps", queryset=PicStep.objects.all(), to_attr="in_order")
    return found.select_related("person__current", "referral").prefetch_related(steps)


def open_work_of(person_id: uuid.UUID, *, viewer: Viewer) -> PicWork | None:
    """The coordinator's work with a person that has not ended, with its steps (`in_order`)."""
    if viewer.account_id is None:
        return None
    theirs = PicWork.objects.filter(person__current__in=Person.objects.filter(was__pk=person_id))
    return _with_steps(theirs.filter(ended_at=None)).first()


def work_of(person_id: uuid.UUID, *, viewer: Viewer) -> list[PicWork]:
    """All coordinators' work with a person, newest first, with its steps (`in_order`)."""
    if viewer.account_id is None:
        return []
    theirs = PicWork.objects.filter(person__current__in=Person.objects.filter(was__pk=person_id))
    return list(_with_steps(theirs).order_by("-referred_at", "-pk"))


def work(work_id: uuid.UUID, *, viewer: Viewer) -> PicWork | None:
    """One coordinator's work with its steps (`in_order`)."""
    if viewer.account_id is None:
        return None
    return _with_steps(PicWork.objects.filter(pk=work_id)).first()


def steps_of(work: PicWork, *, viewer: Viewer) -> list[PicStep]:
    """What happened in a work, in order."""
    if viewer.account_id is None:
        return []
    return list(PicStep.objects.filter(work_id=work.pk))


def caseload(*, viewer: Viewer, mine: bool = False) -> list[PicWork]:
    """The open work of the viewer's team, or the viewer's own alone, longest waiting first."""
    if viewer.account_id is None or not viewer.may(SEE_CASELOAD):
        return []
    open_now = PicWork.objects.filter(ended_at=None)
    if mine:
        open_now = open_now.filter(coordinator_id=viewer.account_id)
    else:
        open_now = open_now.filter(
            Q(team_id__in=viewer.parties) | Q(coordinator_id=viewer.account_id)
        )
    return list(_with_steps(open_now).order_by("referred_at", "pk"))


def not_taken_up(*, viewer: Viewer) -> list[Referral]:
    """Referrals to the viewer's team of coordinators that nobody has taken up, oldest first."""
    if viewer.account_id is None or not viewer.may(SEE_CASELOAD):
        return []
    teams = [team for team in coordinator_teams() if team in viewer.parties]
    waiting = Referral.objects.filter(
        answering_id__in=teams, state__in=_NOT_TAKEN_UP, coordinators_work=None
    )
    return list(waiting.select_related("person__current").order_by("asked_at", "pk"))


def coordinators(*, viewer: Viewer, on: date) -> list[Coordinator]:
    """Everybody of the viewer's employer who coordinates, the one with most room first.

    Loads are of people whose work the viewer may read: their team's.
    """
    if viewer.account_id is None or not viewer.may(SEE_CASELOAD):
        return []
    hats = _coordinating(on).filter(employer_id=viewer.employer_id)
    loads, counts = _loads()
    most = settings.PLACE.thresholds.pic_caseload
    found = [
        Coordinator(hat, hat.account.name, counts[hat.pk], loads.get(hat.pk, 0.0), most)
        for hat in hats
    ]
    return sorted(found, key=lambda one: (-one.room, one.name, str(one.hat.pk)))


def coordinator_hat(hat_id: uuid.UUID, *, viewer: Viewer, on: date) -> Hat | None:
    """One hat of somebody who coordinates for the viewer's employer."""
    if viewer.account_id is None or not viewer.may(SEE_CASELOAD):
        return None
    return _coordinating(on).filter(employer_id=viewer.employer_id, pk=hat_id).first()


def _coordinating(on: date) -> QuerySet[Hat]:
    held = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    return (
        Hat.objects.filter(held, starts_on__lte=on, ended_at__isnull=True)
        .filter(account__is_active=True, post__role=Role.PIC)
        .select_related("account", "post")
    )


def _loads() -> tuple[dict[uuid.UUID, float], Counter[uuid.UUID]]:
    loads: dict[uuid.UUID, float] = {}
    counts: Counter[uuid.UUID] = Counter()
    open_now = PicWork.objects.filter(ended_at=None).exclude(hat_id=None)
    for hat_id, weight in open_now.values_list("hat_id", "weight"):
        if hat_id is None:
            continue
        loads[hat_id] = loads.get(hat_id, 0.0) + PLACES[PicWeight(weight)]
        counts[hat_id] += 1
    return loads, counts


def load_of(hat: Hat, *, viewer: Viewer, besides: PicWork | None = None) -> float:
    """Places taken of one coordinator's caseload, with `besides` counted too if it is not yet."""
    if viewer.account_id is None:
        return 0.0
    theirs = PicWork.objects.filter(hat_id=hat.pk, ended_at=None)
    if besides is not None:
        theirs = theirs.exclude(pk=besides.pk)
    load = sum(PLACES[PicWeight(weight)] for weight in theirs.values_list("weight", flat=True))
    return load + (PLACES[PicWeight(besides.weight)] if besides is not None else 0.0)


def works_of_many(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime
) -> dict[uuid.UUID, PicWork]:
    """The open work with several people, by the person asked for."""
    if viewer.account_id is None or not person_ids:
        return {}
    asked = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "current_id"))
    theirs = PicWork.objects.filter(
        person__current_id__in=set(asked.values()), referred_at__lte=at
    ).exclude(state__in=OVER)
    found = {one.person.current_id: one for one in theirs.select_related("person")}
    return {person: found[now] for person, now in asked.items() if now in found}
