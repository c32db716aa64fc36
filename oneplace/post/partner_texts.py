"""Lays a text out as a partner's own system takes it: lines, width, length, signs. Pure."""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from oneplace.kit.formats import day
from oneplace.vocabulary.place.partner_texts import PartnerText
from oneplace.vocabulary.terms import OrganisationKind

AS_WRITTEN: Final = PartnerText(
    kinds=(OrganisationKind.PUBLIC_BODY,), goes="wherever it is kept there", lines=("{words}",)
)
"""For a partner whose system the place says nothing about."""
_PLAIN: Final = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\xa0": " ", "·": "-"}
)
_ROOM: Final = 24
"""Signs kept free for the number of a part."""


def layout_for(layouts: Iterable[PartnerText], kind: OrganisationKind | None) -> PartnerText:
    """The layout of a kind of partner; as written where the place has none."""
    return next((each for each in layouts if kind in each.kinds), AS_WRITTEN)


def has_layout(layouts: Iterable[PartnerText], kind: OrganisationKind) -> bool:
    """Whether the place says how texts are laid out for a system of this kind of partner."""
    return any(kind in each.kinds for each in layouts)


def laid_out(
    layout: PartnerText, *, subject: str, words: str, writer: str, organisation: str, on: date
) -> str:
    """The text as it is copied; parts that the system takes one by one stand a line apart.

    Each part begins with "Part 1 of 2" where there is more than one.
    """
    said = "\n".join(
        line.format(
            subject=subject, words=words, day=day(on), writer=writer, organisation=organisation
        ).rstrip()
        for line in layout.lines
    )
    if layout.is_plain:
        said = said.translate(_PLAIN)
    if layout.wrap:
        said = "\n".join(
            textwrap.fill(line, layout.wrap, break_on_hyphens=False) for line in said.split("\n")
        )
    if not layout.most or len(said) <= layout.most:
        return said
    parts = _parts(said, layout.most - _ROOM)
    return "\n\n".join(
        f"Part {number} of {len(parts)}\n{part}" for number, part in enumerate(parts, start=1)
    )


def _parts(text: str, most: int) -> Sequence[str]:
    """The text cut at the last line end, else the last space, before each part is full."""
    parts = []
    while len(text) > most:
        cut = text.rfind("\n", 1, most + 1)
        if cut < most // 2:
            cut = max(cut, text.rfind(" ", 1, most + 1))
        cut = cut if cut > 0 else most
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text]
