"""Decisions: all, one with everything said of it, those that wait, and on what they rest."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.contracts import rules
from oneplace.contracts.models import Decision, Ratification
from oneplace.contracts.rules import Standing
from oneplace.vocabulary.terms import DecisionState

_OPEN = (
    DecisionState.PROPOSED,
    DecisionState.PROFESSIONAL_REVIEW,
    DecisionState.USER_GROUP_VIEW,
    DecisionState.BOARD_RECOMMENDED,
    DecisionState.RATIFYING,
)


@dataclass(frozen=True)
class Stands:
    """A decision, and whether it is in force on a day."""

    decision: Decision
    standing: Standing


def _all() -> QuerySet[Decision]:
    asked = Prefetch("ratifications", Ratification.objects.select_related("organisation"))
    return Decision.objects.prefetch_related(asked)


def _standing(found: Sequence[Decision], on: date) -> list[Stands]:
    return [Stands(each, rules.standing(each, each.ratifications.all(), on=on)) for each in found]


def decisions(*, viewer: Viewer, on: date) -> list[Stands]:
    """Every decision the viewer may know of, newest first; in two statements."""
    return _standing(list(_all().order_by("-proposed_at", "-id")), on)


def waiting_decisions(*, viewer: Viewer, on: date) -> list[Stands]:
    """Decisions that are on their way, nearest to force first; in two statements."""
    found = _standing(list(_all().filter(state__in=_OPEN)), on)
    return sorted(found, key=lambda each: -_OPEN.index(each.decision.state))


def resting_on(claim: str, *, viewer: Viewer, on: date) -> list[Stands]:
    """Decisions that rest on a claim or measure, by its code; in two statements."""
    return _standing(list(_all().filter(rests_on=claim)), on)


def decision(decision_id: uuid.UUID, *, viewer: Viewer) -> Decision | None:
    """One decision with its steps, ratifications and the items it stands in."""
    return (
        _all()
        .select_related("replaced_by")
        .prefetch_related("steps", "items__meeting")
        .filter(pk=decision_id)
        .first()
    )


def proposals_of(body: str, *, viewer: Viewer) -> QuerySet[Decision]:
    """Decisions of a body that are on their way: what an item of its agenda may be about."""
    return Decision.objects.filter(body=body, state__in=_OPEN)


def open_decisions(*, viewer: Viewer) -> QuerySet[Decision]:
    """Decisions that no body keeps among its members: what money may rest on."""
    return Decision.objects.filter(only_body="")


def replaceable(of: Decision, *, viewer: Viewer) -> QuerySet[Decision]:
    """Decisions in force that this one could replace."""
    return Decision.objects.filter(
        state=DecisionState.IN_FORCE, only_body=of.only_body, replaced_on=None
    ).exclude(pk=of.pk)
