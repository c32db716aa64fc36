"""Who a message is for, and where it reaches them."""

import uuid
from dataclasses import dataclass
from typing import Self

from oneplace.access.models import Account
from oneplace.partners.models import Organisation, Team
from oneplace.post.models import RecipientKind
from oneplace.vocabulary.terms import OrganisationKind


@dataclass(frozen=True)
class Recipient:
    """Somebody to write to. `to` is an email address, a telephone number or the envelope's lines.

    `is_secret` hides the address from everybody but the writer: somebody fled to it.
    """

    kind: RecipientKind
    name: str
    id: uuid.UUID | None = None
    to: str = ""
    is_secret: bool = False
    organisation_kind: OrganisationKind | None = None

    @classmethod
    def account(cls, account: Account) -> Self:
        """Somebody who signs in here; an email goes to the address they sign in with."""
        return cls(RecipientKind.ACCOUNT, account.name, account.pk, account.email or "")

    @classmethod
    def team(cls, team: Team, *, to: str = "") -> Self:
        """Everybody in a team, now and later."""
        return cls(RecipientKind.TEAM, team.name, team.pk, to)

    @classmethod
    def organisation(cls, organisation: Organisation, *, to: str = "") -> Self:
        """A partner or other organisation."""
        return cls(
            RecipientKind.ORGANISATION,
            organisation.name,
            organisation.pk,
            to,
            organisation_kind=organisation.kind,
        )

    @classmethod
    def person(cls, person_id: uuid.UUID, *, name: str, to: str, is_secret: bool = False) -> Self:
        """A resident, at an address the caller has read from the record."""
        return cls(RecipientKind.PERSON, name, person_id, to, is_secret)

    @classmethod
    def address(cls, *, name: str, to: str, is_secret: bool = False) -> Self:
        """Somebody the house does not know otherwise."""
        return cls(RecipientKind.ADDRESS, name, None, to, is_secret)
