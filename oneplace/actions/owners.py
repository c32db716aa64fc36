"""Who can be asked: an organisation, a team of it or one person in it. Pure."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Owner:
    """Whoever an action is asked of: always an organisation, as narrowly as is known."""

    organisation_id: uuid.UUID
    label: str
    """How a sentence names the owner: "the network pharmacist, Priya Shah"."""
    team_id: uuid.UUID | None = None
    account_id: uuid.UUID | None = None

    @property
    def party_id(self) -> uuid.UUID:
        """The narrowest party: the account, else the team, else the organisation."""
        return self.account_id or self.team_id or self.organisation_id

    @property
    def key(self) -> str:
        """One word that says which owner it is, for forms: see `queries.owner`."""
        if self.account_id is not None:
            return f"account:{self.account_id}:{self.team_id or self.organisation_id}"
        if self.team_id is not None:
            return f"team:{self.team_id}"
        return f"organisation:{self.organisation_id}"
