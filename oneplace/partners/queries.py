"""What the room answers: who works together here. Nothing about a person, so no viewer is asked."""

from django.db.models import Count, QuerySet

from oneplace.partners.models import Network, Organisation, Team
from oneplace.vocabulary.terms import OrganisationKind


def partners() -> QuerySet[Organisation]:
    """The sovereign organisations of the alliance."""
    return Organisation.objects.filter(is_partner=True, closed_on__isnull=True)


def practices() -> QuerySet[Organisation]:
    """The GP practices, by network and name."""
    return (
        Organisation.objects.filter(kind=OrganisationKind.GP_PRACTICE, closed_on__isnull=True)
        .select_related("network")
        .order_by("network__name", "name")
    )


def networks() -> QuerySet[Network]:
    """The networks, with how many practices each has."""
    return Network.objects.annotate(practices=Count("organisations"))


def teams() -> QuerySet[Team]:
    """The open teams with their host and network."""
    return Team.objects.filter(closed_on__isnull=True).select_related("host", "network")


def kinds_by_code() -> dict[str, OrganisationKind]:
    """The kind of every open organisation, by its code."""
    rows = Organisation.objects.filter(closed_on__isnull=True).values_list("code", "kind")
    return {code: OrganisationKind(kind) for code, kind in rows}
