"""Who signed, who sits where, and until when the agreement runs."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.contracts.models import Decision, Seat, Signatory
from oneplace.vocabulary.terms import DecisionState


def signatories(*, viewer: Viewer) -> QuerySet[Signatory]:
    """Every partner that signed, those that left too."""
    return Signatory.objects.select_related("organisation").order_by(
        "left_on", "organisation__name"
    )


def signatory_of(organisation_id: uuid.UUID, *, viewer: Viewer) -> Signatory | None:
    """The latest signing of a partner, whether it is bound still or left."""
    found = signatories(viewer=viewer).filter(organisation_id=organisation_id)
    return found.order_by("-joined_on").first()


def _held(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(until_on=None) | Q(until_on__gte=on))


def seats_of(body: str, *, viewer: Viewer, on: date) -> QuerySet[Seat]:
    """Who sits on a body on a day."""
    return Seat.objects.filter(_held(on), body=body).select_related("organisation")


def seated_in(*, viewer: Viewer, on: date) -> frozenset[str]:
    """The bodies in which the viewer holds a seat on a day."""
    if viewer.account_id is None:
        return frozenset()
    held = Seat.objects.filter(_held(on), holder_id=viewer.account_id)
    return frozenset(held.values_list("body", flat=True))


@dataclass(frozen=True)
class AgreementNow:
    """From when and until when the agreement binds, and by which decisions it was carried on."""

    from_on: date | None
    until_on: date | None
    first_until_on: date | None
    extensions: tuple[Decision, ...]

    def runs(self, on: date) -> bool | None:
        """Whether it binds on a day; None where the place file does not say."""
        if self.from_on is None or self.until_on is None:
            return None
        return self.from_on <= on <= self.until_on


def agreement_now(*, viewer: Viewer, on: date) -> AgreementNow:
    """The agreement's term by the place file, carried on by decisions in force by a day."""
    written = settings.PLACE.agreement
    extensions = tuple(
        Decision.objects.filter(
            state=DecisionState.IN_FORCE,
            only_body="",
            extends_agreement_to_on__isnull=False,
            in_force_from_on__lte=on,
        )
        .filter(Q(replaced_on=None) | Q(replaced_on__gt=on))
        .order_by("in_force_from_on")
    )
    first = written.runs_until_on
    days = [each.extends_agreement_to_on for each in extensions if each.extends_agreement_to_on]
    until = max([*days, *([first] if first else [])], default=None)
    return AgreementNow(written.runs_from_on, until, first, extensions)
