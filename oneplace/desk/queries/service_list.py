"""Which services there are here, narrowed to what somebody looks for."""

from dataclasses import dataclass

from django.conf import settings

from oneplace.vocabulary.place.partners import Service
from oneplace.vocabulary.terms import ServiceCategory


@dataclass(frozen=True)
class ServiceFilter:
    """What somebody narrowed the list of services to; empty means any."""

    partner: str = ""
    category: str = ""
    network: str = ""
    words: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed."""
        return bool(self.partner or self.category or self.network or self.words)


def services(chosen: ServiceFilter = ServiceFilter()) -> tuple[Service, ...]:  # noqa: B008 - frozen
    """The services of the place that fit, by kind of help and name."""
    kinds = list(ServiceCategory)
    found = [service for service in settings.PLACE.services if _fits(service, chosen)]
    return tuple(sorted(found, key=lambda service: (kinds.index(service.category), service.name)))


def service(code: str) -> Service | None:
    """One service by its code."""
    return next((row for row in settings.PLACE.services if row.code == code), None)


def _fits(service: Service, chosen: ServiceFilter) -> bool:
    if chosen.partner and service.partner != chosen.partner:
        return False
    if chosen.category and service.category.value != chosen.category:
        return False
    if chosen.network and chosen.network not in networks_of(service):
        return False
    return _has_words(_service_text(service), chosen.words)


def networks_of(service: Service) -> tuple[str, ...]:
    """The networks a service works in: its team's own, or all of them."""
    place = settings.PLACE
    row = next((team for team in place.team_rows if team.code == service.team), None)
    if row is not None and row.network is not None:
        return (row.network,)
    return tuple(network.code for network in place.networks)


def _service_text(service: Service) -> str:
    place = settings.PLACE
    return " ".join(
        (
            service.name,
            service.what,
            service.who_for,
            service.category.label,
            place.partner(service.partner).name,
            place.short_word(service.partner),
        )
    )


def _has_words(text: str, words: str) -> bool:
    lowered = text.lower()
    return all(word in lowered for word in words.lower().split())
