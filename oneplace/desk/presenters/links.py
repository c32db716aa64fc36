"""A name and its address, as breadcrumbs and lists of the desk show them."""

from collections.abc import Iterable

from django.urls import reverse

from oneplace.partners.models import Network
from oneplace.vocabulary.place.partners import Service

Link = tuple[str, str]


def to_partners() -> Link:
    """The page on who works together."""
    return "Who works together", reverse("desk:partners")


def to_network(network: Network) -> Link:
    """A network's page."""
    return network.name, reverse("desk:network", args=[network.key])


def crumbs_below(network: Network | None) -> tuple[Link, ...]:
    """Where something stands: among all who work together, in its network when it has one."""
    return (to_partners(), to_network(network)) if network else (to_partners(),)


def to_services(services: Iterable[Service]) -> tuple[Link, ...]:
    """Each service's page."""
    return tuple((row.name, reverse("desk:service", args=[row.code])) for row in services)
