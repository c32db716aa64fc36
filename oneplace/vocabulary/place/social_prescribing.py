"""How a place names what the four national social prescribing data sets ask for."""

from collections.abc import Mapping
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from oneplace.vocabulary.place.part import Part, Words, WrongError
from oneplace.vocabulary.terms import ConnectionOutcome, NeedKind, ServiceCategory, Term

Concept = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,18}$")]
"""A SNOMED CT concept: six to eighteen digits."""

REFERRED: Final = "871731000000106"
"""Referral to social prescribing service (procedure), SNOMED CT UK; in national guidance."""
NOT_WANTED: Final = "871711000000103"
"""Social prescribing declined (situation), SNOMED CT UK; in national guidance."""


class SocialPrescribing(Part):
    """Which standard is exported by, and its codes for our words.

    The standard (Professional Record Standards Body, version 1.1 of January 2023, since 2026 with
    NHS England under the Open Government Licence 3.0) has four sets: who the person is, needs and
    concerns, support offered, outcomes. Its reference sets of codes are given out on request, so
    a place writes here those it was given; a word without a code is exported by its label.
    """

    standard: Words = "Social Prescribing Information Standard"
    version: Words = "1.1"
    referred: Concept = REFERRED
    not_wanted: Concept = NOT_WANTED
    needs: Mapping[str, Concept] = Field(default_factory=dict)
    support: Mapping[str, Concept] = Field(default_factory=dict)
    outcomes: Mapping[str, Concept] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Self:
        asked: tuple[tuple[str, Mapping[str, str], type[Term]], ...] = (
            ("needs", self.needs, NeedKind),
            ("support", self.support, ServiceCategory),
            ("outcomes", self.outcomes, ConnectionOutcome),
        )
        for key, codes, term in asked:
            words = [each.value for each in term]
            if unknown := sorted(set(codes) - set(words)):
                raise WrongError(
                    f"{key} gives a code for {unknown[0]!r}, which is none of our words",
                    f"Use one of: {', '.join(words)}.",
                )
        return self
