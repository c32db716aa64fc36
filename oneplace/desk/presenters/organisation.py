"""One partner, practice or other organisation."""

from dataclasses import dataclass

from oneplace.desk.presenters.links import Link, crumbs_below, to_network, to_services
from oneplace.desk.presenters.network import huddle_words, written_practice
from oneplace.desk.presenters.team import TeamRow, team_row, teams_of_network
from oneplace.kit.formats import starting_capital
from oneplace.partners.models import Organisation, Team
from oneplace.vocabulary.place import Place


@dataclass(frozen=True)
class OrganisationPage:
    """One partner, practice or other organisation."""

    title: str
    caption: str
    crumbs: tuple[Link, ...]
    code: str
    facts: tuple[tuple[str, str], ...]
    phone: str
    email: str
    network: Link | None
    teams: tuple[TeamRow, ...]
    services: tuple[Link, ...]
    huddle: str

    @classmethod
    def made(cls, *, place: Place, organisation: Organisation) -> "OrganisationPage":
        """An organisation from its row and what the place file says about it."""
        partner = next((row for row in place.partners if row.code == organisation.code), None)
        practice = written_practice(place, organisation.code)
        facts: list[tuple[str, str]] = []
        if partner:
            facts += [("Address", partner.address), ("Decides for itself", partner.sovereign_board)]
        if organisation.list_size:
            facts.append(("Patients", f"{organisation.list_size:,}"))
        if practice:
            said = "yes" if practice.social_prescribing else "not yet"
            facts.append(("Link worker for community activity", starting_capital(said)))
        if not organisation.is_partner:
            facts.append(("Code", organisation.code))
        hosted: list[Team] = organisation.open_teams  # type: ignore[attr-defined]
        network = organisation.network
        return cls(
            title=organisation.name,
            caption=organisation.kind.label,
            crumbs=crumbs_below(network),
            code=organisation.code,
            facts=tuple(facts),
            phone=partner.phone if partner else "",
            email=partner.email if partner else "",
            network=to_network(network) if network else None,
            teams=tuple(team_row(team) for team in hosted)
            or (teams_of_network(place, network.key) if network else ()),
            services=to_services(row for row in place.services if row.partner == organisation.code),
            huddle=huddle_words(place, practice),
        )
