"""Who works together: partners, networks, and the teams that belong to no single network."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from oneplace.desk.presenters.numbers import number_word
from oneplace.desk.presenters.team import TeamRow, team_row
from oneplace.kit.formats import starting_capital
from oneplace.partners.models import Organisation, Team
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import OrganisationKind


@dataclass(frozen=True)
class PartnerRow:
    """One sovereign partner."""

    short_word: str
    name: str
    kind: str
    address: str
    teams: int


@dataclass(frozen=True)
class NetworkRow:
    """One network with what belongs to it."""

    name: str
    address: str
    areas: str
    began: date | None
    is_pilot: bool
    practices: int
    teams: int


@dataclass(frozen=True)
class PartnersPage:
    """Who works together."""

    lead: str
    partners: tuple[PartnerRow, ...]
    networks: tuple[NetworkRow, ...]
    teams: tuple[TeamRow, ...]
    practices: int

    @classmethod
    def made(
        cls, *, place: Place, organisations: Sequence[Organisation], teams: Sequence[Team]
    ) -> "PartnersPage":
        """Partners first, then networks, then the teams that belong to no single network."""
        partners = [row for row in organisations if row.is_partner]
        practices = [row for row in organisations if row.kind is OrganisationKind.GP_PRACTICE]
        practices_in = Counter(row.network.key for row in practices if row.network)
        teams_in = Counter(row.network.key for row in teams if row.network)
        networks = tuple(
            NetworkRow(
                name=network.name,
                address=reverse("desk:network", args=[network.code]),
                areas=", ".join(network.areas or network.postcode_districts),
                began=network.started_on,
                is_pilot=network.is_pilot,
                practices=practices_in[network.code],
                teams=teams_in[network.code],
            )
            for network in place.networks
        )
        order = {row.code: number for number, row in enumerate(place.partners)}
        partners.sort(key=lambda row: order.get(row.code, len(order)))
        return cls(
            lead=(
                f"{starting_capital(number_word(len(partners)))} organisations share outcomes, "
                f"plans and some money. Each stays legally itself, with its own board."
            ),
            partners=tuple(
                PartnerRow(
                    short_word=row.short_word,
                    name=row.name,
                    kind=row.kind.label,
                    address=reverse("desk:organisation", args=[row.code]),
                    teams=sum(team.host_id == row.pk for team in teams),
                )
                for row in partners
            ),
            networks=networks,
            teams=tuple(team_row(team) for team in teams if team.network_id is None),
            practices=len(practices),
        )
