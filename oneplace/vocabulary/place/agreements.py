"""Sharing agreements of a place: who signed, for what, on which bases, and what flows to whom."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from oneplace.vocabulary.place.part import Key, Part, Words, WrongError
from oneplace.vocabulary.terms.sharing import (
    ConfidentialityBasis,
    DataCategory,
    DataProtectionBasis,
    Purpose,
    SharingPolicy,
)

EVERY_PARTY = "*"
"""In a term: whoever is a party."""

PartyKey = Annotated[str, StringConstraints(pattern=r"^(\*|(kind:)?[a-z][a-z0-9_]*)$")]
"""A partner's code, or `kind:` and a kind of organisation, such as `kind:gp_practice`."""


class Party(Part):
    """Who signed: a partner, or every organisation of a kind."""

    key: PartyKey
    signed_on: date | None = None
    signed_by: str = ""


class SharingTerm(Part):
    """Lines of an agreement: these parties let those parties see these parts of a record."""

    sharers: tuple[PartyKey, ...] = Field(alias="from", min_length=1)
    receivers: tuple[PartyKey, ...] = Field(alias="to", min_length=1)
    parts: tuple[DataCategory, ...] = Field(min_length=1)
    # Only of people who said yes to sharing with the receiver.
    needs_yes: bool = False

    def lines(self) -> Iterator[tuple[str, str, DataCategory]]:
        """Each sharer, receiver and part."""
        for sharer in self.sharers:
            for receiver in self.receivers:
                for part in self.parts:
                    yield sharer, receiver, part


class SharingAgreement(Part):
    """One version of one agreement."""

    code: Key
    version: Annotated[int, Field(ge=1)] = 1
    name: Words
    says: Words
    purposes: tuple[Purpose, ...] = Field(min_length=1)
    data_protection_basis: DataProtectionBasis
    confidentiality_basis: ConfidentialityBasis
    policy: SharingPolicy
    starts_on: date
    review_on: date
    ends_on: date
    contact: Words
    parties: tuple[Party, ...] = Field(min_length=2)
    terms: tuple[SharingTerm, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.starts_on <= self.review_on <= self.ends_on:
            raise WrongError(
                "it is not reviewed between its first day and its last",
                "Write starts_on, review_on and ends_on in that order.",
            )
        signed = {party.key for party in self.parties}
        for term in self.terms:
            for key in (*term.sharers, *term.receivers):
                if key != EVERY_PARTY and key not in signed:
                    raise WrongError(
                        f'a term names "{key}", who is no party to it',
                        "Add it to parties, or take it out of the term.",
                    )
        return self

    def holds_with(self, other: "SharingAgreement") -> bool:
        """Whether both hold on some day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


def contradictions(
    agreements: tuple[SharingAgreement, ...],
) -> Iterator[tuple[SharingAgreement, SharingAgreement, str]]:
    """Pairs of agreements that hold on one day and say different things of the same sharing."""
    for one, other in combinations(agreements, 2):
        if one.code == other.code or not one.holds_with(other):
            continue
        if not set(one.purposes) & set(other.purposes):
            continue
        asks, gives = _lines(one), _lines(other)
        for line in sorted(asks.keys() & gives.keys()):
            if asks[line] != gives[line]:
                sharer, receiver, part = line
                words = DataCategory(part).label.lower()
                yield one, other, f"whether {sharer} asks people before {receiver} sees {words}"
                break


def _lines(agreement: SharingAgreement) -> dict[tuple[str, str, str], bool]:
    """Each line with parties spelt out, and whether it needs the person's yes."""
    signed = [party.key for party in agreement.parties]
    found: dict[tuple[str, str, str], bool] = {}
    for term in agreement.terms:
        for sharer, receiver, part in term.lines():
            for giver in signed if sharer == EVERY_PARTY else [sharer]:
                for taker in signed if receiver == EVERY_PARTY else [receiver]:
                    if giver != taker:
                        found[(giver, taker, part.value)] = term.needs_yes
    return found
