"""What the room answers: who works together here. Nothing about a person, so no viewer is asked."""

import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Count, Prefetch, Q, QuerySet

from oneplace.partners.models import Network, Organisation, Post, Team
from oneplace.vocabulary.terms import OrganisationKind


def organisations() -> QuerySet[Organisation]:
    """Every organisation that is open, with its network."""
    return Organisation.objects.filter(closed_on__isnull=True).select_related("network")


def partners() -> QuerySet[Organisation]:
    """The sovereign organisations of the alliance."""
    return Organisation.objects.filter(is_partner=True, closed_on__isnull=True)


def practices() -> QuerySet[Organisation]:
    """The GP practices, by network and name."""
    found = organisations().filter(kind=OrganisationKind.GP_PRACTICE)
    return found.order_by("network__name", "name")


def partners_and_practices() -> Sequence[Organisation]:
    """The sovereign partners and the practices, in one statement."""
    return list(organisations().filter(Q(is_partner=True) | Q(pk__in=practices().values("pk"))))


def organisation(code: str) -> Organisation | None:
    """One open organisation with its teams (`open_teams`), in two statements."""
    return (
        organisations()
        .filter(code=code)
        .prefetch_related(Prefetch("teams", queryset=teams(), to_attr="open_teams"))
        .first()
    )


def short_words() -> dict[str, str]:
    """The short word of each open organisation by its code, as every screen shows it."""
    return dict(organisations().values_list("code", "short_word"))


def networks() -> QuerySet[Network]:
    """The networks, with how many practices each has."""
    return Network.objects.annotate(practices=Count("organisations"))


def network(key: str) -> Network | None:
    """One network with its practices by name (`open_practices`), in two statements."""
    by_name = practices().order_by("name")
    return (
        Network.objects.filter(key=key)
        .prefetch_related(Prefetch("organisations", queryset=by_name, to_attr="open_practices"))
        .first()
    )


def teams() -> QuerySet[Team]:
    """The open teams with their host and network."""
    return Team.objects.filter(closed_on__isnull=True).select_related("host", "network")


def open_teams() -> Sequence[Team]:
    """The open teams with their host and network, in one statement."""
    return list(teams())


def team(key: str) -> Team | None:
    """One open team with its posts (`open_posts`), in two statements."""
    posts = Post.objects.filter(closed_on__isnull=True).select_related("organisation")
    return (
        teams()
        .filter(key=key)
        .prefetch_related(Prefetch("posts", queryset=posts, to_attr="open_posts"))
        .first()
    )


def kinds_of(organisation_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, OrganisationKind]:
    """The kind of each of these organisations, by its id."""
    rows = Organisation.objects.filter(pk__in=list(organisation_ids)).values_list("pk", "kind")
    return {key: OrganisationKind(kind) for key, kind in rows}


def kinds_by_code() -> dict[str, OrganisationKind]:
    """The kind of every open organisation, by its code."""
    rows = Organisation.objects.filter(closed_on__isnull=True).values_list("code", "kind")
    return {code: OrganisationKind(kind) for code, kind in rows}
