"""How a text is laid out that somebody copies into a partner's own system."""

import string
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from oneplace.vocabulary.place.part import Part, Words, WrongError
from oneplace.vocabulary.terms import OrganisationKind

FIELDS: Final = ("subject", "words", "day", "writer", "organisation")
"""What the lines of a layout may name in braces."""


class PartnerText(Part):
    """The layout of one kind of partner's system: its lines, how wide, how long, which signs.

    A text longer than an entry of that system takes is cut between words into numbered parts.
    """

    kinds: tuple[OrganisationKind, ...] = Field(min_length=1)
    goes: Words
    """Where it goes there, for whoever copies it: "as a consultation, under History"."""
    lines: tuple[Words, ...] = Field(min_length=1)
    wrap: Annotated[int, Field(ge=0, le=200)] = 0
    """Signs to a line; nought where the system breaks lines itself."""
    most: Annotated[int, Field(ge=0, le=100_000)] = 0
    """Signs an entry takes; nought where there is no end."""
    is_plain: bool = False
    """Whether the system knows plain signs only: no curly quotes, no long dashes."""

    @model_validator(mode="after")
    def _lines_are_known(self) -> Self:
        named = [name for line in self.lines for _, name, _, _ in _pieces(line) if name is not None]
        if unknown := [name for name in named if name not in FIELDS]:
            raise WrongError(
                f"a line names {{{unknown[0]}}}, which no text has",
                f"Use {', '.join(f'{{{name}}}' for name in FIELDS)}.",
            )
        if named.count("words") != 1:
            raise WrongError(
                "the words themselves must stand in it once", "Write a line with {words}."
            )
        if self.wrap and self.wrap < 30:
            raise WrongError("wrap is narrower than 30 signs", "Write 30 or more, or 0.")
        if self.most and self.most < 200:
            raise WrongError("most leaves fewer than 200 signs", "Write 200 or more, or 0.")
        return self


def _pieces(line: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(string.Formatter().parse(line))
    except ValueError as error:
        raise WrongError(f"a brace is not closed in {line!r}", "Write {words}.") from error
