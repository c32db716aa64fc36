"""Sharing agreements of a place: who signed, for what, on which bases, and what flows to whom."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations_with_replacement
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from oneplace.vocabulary.place.governing import SharingRule
from oneplace.vocabulary.place.part import Key, Part, Words, WrongError
from oneplace.vocabulary.terms.sharing import (
    ConfidentialityBasis,
    DataCategory,
    DataProtectionBasis,
    Purpose,
    SharingPolicy,
)

EVERY_PARTY: Final = "*"
"""In a term: whoever is a party."""
KIND: Final = "kind:"
"""Begins the key of a party that is every organisation of a kind."""

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
        asks_nobody = not any(term.needs_yes for term in self.terms)
        if asks_nobody and self.confidentiality_basis is ConfidentialityBasis.EXPLICIT_CONSENT:
            raise WrongError(
                "it rests on people saying yes, and no line of it waits for a yes",
                "Let a line need a yes, or name another basis.",
            )
        return self

    @property
    def is_signed(self) -> bool:
        """Whether every party has signed; until then it shares nothing."""
        return all(party.signed_on is not None for party in self.parties)

    def holds_with(self, other: "SharingAgreement") -> bool:
        """Whether both hold on some day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on

    def lines(self) -> Iterator[tuple[str, str, DataCategory, bool]]:
        """Each sharer, receiver, part and whether it needs a yes, with every party spelt out."""
        signed = [party.key for party in self.parties]
        for term in self.terms:
            for sharer, receiver, part in term.lines():
                for giver in signed if sharer == EVERY_PARTY else [sharer]:
                    for taker in signed if receiver == EVERY_PARTY else [receiver]:
                        if giver != taker or giver.startswith(KIND):
                            yield giver, taker, part, term.needs_yes


@dataclass(frozen=True)
class Contradiction:
    """Two agreements that hold on one day and say different things of the same sharing."""

    one: SharingAgreement
    other: SharingAgreement
    sharer: str
    receiver: str
    part: DataCategory
    about: str

    def words(self, called: Callable[[str], str] = str) -> str:
        """On what they differ; `called` turns a party's key into its name."""
        what = self.part.label[:1].lower() + self.part.label[1:]
        sharer, receiver = called(self.sharer), called(self.receiver)
        return f"{self.about} when {sharer} lets {receiver} see this: {what}"


def contradictions(
    agreements: Sequence[SharingAgreement], kinds: Mapping[str, str]
) -> Iterator[Contradiction]:
    """Where agreements, or lines of one, say different things of the same sharing on one day.

    `kinds` tells the kind of each organisation by its code, so that a line of every GP practice is
    held against a line of one of them. Versions of one agreement follow each other and are not
    compared. One of each pair is told.
    """
    held = [agreement.model_copy(update={"ends_on": _last_day(agreement, agreements)})
            for agreement in agreements]  # fmt: skip
    lines = [list(agreement.lines()) for agreement in held]
    for (at, one), (beside, other) in combinations_with_replacement(enumerate(held), 2):
        if at != beside and one.code == other.code:
            continue
        if not one.holds_with(other) or not set(one.purposes) & set(other.purposes):
            continue
        found = _first_difference(one, lines[at], other, lines[beside], kinds)
        if found is not None:
            yield found


Line = tuple[str, str, DataCategory, bool]


def _first_difference(
    one: SharingAgreement,
    ones: list[Line],
    other: SharingAgreement,
    others: list[Line],
    kinds: Mapping[str, str],
) -> Contradiction | None:
    for sharer, receiver, part, asks in ones:
        for from_other, to_other, same_part, asks_other in others:
            if (
                part is not same_part
                or not _is_same(sharer, from_other, kinds)
                or not _is_same(receiver, to_other, kinds)
            ):
                continue
            about = "whether the person is asked for a yes" if asks != asks_other else None
            about = about or _differs(one, other)
            if about is not None:
                return Contradiction(one, other, sharer, receiver, part, about)
    return None


def _differs(one: SharingAgreement, other: SharingAgreement) -> str | None:
    """What two agreements about one sharing may not say differently."""
    if one.policy is not other.policy:
        return "how people are told or asked"
    if one.confidentiality_basis is not other.confidentiality_basis:
        return "why the duty of confidence allows it"
    if one.data_protection_basis is not other.data_protection_basis:
        return "the basis in data-protection law"
    return None


def _is_same(key: str, other: str, kinds: Mapping[str, str]) -> bool:
    """Whether some organisation is meant by both keys."""
    return (
        key == other
        or key == f"{KIND}{kinds.get(other, '')}"
        or other == f"{KIND}{kinds.get(key, '')}"
    )


def _last_day(agreement: SharingAgreement, agreements: Sequence[SharingAgreement]) -> date:
    """Its last day, or the one before a newer signed version of it takes its place."""
    followed = [
        newer.starts_on - timedelta(days=1)
        for newer in agreements
        if newer.code == agreement.code and newer.version > agreement.version and newer.is_signed
    ]
    return min([agreement.ends_on, *followed])


_STRICTNESS: Final = (
    SharingPolicy.INFORM_AFTER,
    SharingPolicy.INFORM_FIRST,
    SharingPolicy.CONSENT_REQUIRED,
)
NAMES_PEOPLE: Final = (DataCategory.WHO, DataCategory.REACH)
"""Parts that say who somebody is."""


def against_the_place(
    agreement: SharingAgreement, sharing: Mapping[Purpose, SharingRule]
) -> Iterator[tuple[str, str]]:
    """Where an agreement contradicts how its place shares: what is wrong, and what to do."""
    parts = {part for term in agreement.terms for part in term.parts}
    if DataCategory.PROTECTED in parts and set(agreement.purposes) != {Purpose.SAFEGUARDING}:
        yield (
            f"“{agreement.name}” shares specially protected items, which stay with whoever wrote "
            "them for everything but keeping somebody safe",
            "Take the part out, or write an agreement for safeguarding alone.",
        )
    named = parts & set(NAMES_PEOPLE)
    for purpose in agreement.purposes:
        rule = sharing.get(purpose)
        if rule is None:
            continue
        what = f"“{purpose.label.lower()}”"
        if named and not rule.is_identifiable:
            yield (
                f"“{agreement.name}” shares who people are, and the place’s own rule for {what} "
                "says that no names are used",
                "Take names and addresses out, or take the purpose out.",
            )
        if _STRICTNESS.index(agreement.policy) < _STRICTNESS.index(rule.policy):
            yield (
                f"“{agreement.name}” says “{agreement.policy.label.lower()}”, and the place’s own "
                f"rule for {what} says “{rule.policy.label.lower()}”",
                "Ask people at least as the place’s rule does.",
            )
