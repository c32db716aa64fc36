"""Questions put to the alliance in public, and their answers."""

import uuid

from django.db.models import F, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.contracts.models import Question


def questions(*, viewer: Viewer) -> QuerySet[Question]:
    """Every question: those without an answer first, soonest promised first."""
    return Question.objects.order_by(F("answered_at").desc(nulls_first=True), "promised_on", "id")


def open_questions(*, viewer: Viewer) -> QuerySet[Question]:
    """Questions that wait for an answer, soonest promised first."""
    return Question.objects.filter(answered_at=None).order_by("promised_on", "id")


def question(question_id: uuid.UUID, *, viewer: Viewer) -> Question | None:
    """One question."""
    return Question.objects.filter(pk=question_id).first()
