"""How the national data opt-out stands: when it was asked about, and until when that holds."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from oneplace.access.models import NationalCheck
from oneplace.access.rules.national import needs_clearance
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import Purpose


@dataclass(frozen=True)
class NationalStanding:
    """The newest answer, the question that waits for one, and whether the answer still holds."""

    answered: NationalCheck | None
    waiting: NationalCheck | None
    holds_until: datetime | None
    """When the newest answer is too old, or was."""
    holds: bool
    purposes: tuple[Purpose, ...]
    """For which purposes of this place only people who came back are used."""


def national_standing(*, viewer: Viewer, at: datetime) -> NationalStanding | None:
    """How it stands now, in days and counts and of nobody; None for a stranger."""
    if viewer.account_id is None:
        return None
    newest = list(NationalCheck.objects.all()[:1])
    answered = NationalCheck.objects.filter(answered_at__isnull=False).first()
    until = None
    if answered is not None:
        until = answered.asked_at + settings.PLACE.national_opt_out.holds_for.timedelta
    return NationalStanding(
        answered=answered,
        waiting=next((check for check in newest if check.answered_at is None), None),
        holds_until=until,
        holds=until is not None and until > at,
        purposes=tuple(
            purpose
            for purpose, sharing in settings.PLACE.sharing.items()
            if needs_clearance(purpose, sharing)
        ),
    )
