"""A text to copy stands as the partner's own system takes it, whole, and says where it goes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from oneplace.post.partner_texts import AS_WRITTEN, laid_out, layout_for
from oneplace.vocabulary.place.partner_texts import PartnerText
from oneplace.vocabulary.terms import OrganisationKind

COUNCIL = PartnerText(
    kinds=(OrganisationKind.COUNCIL,),
    goes="a case note",
    lines=("{day} {subject}", "From: {writer}, {organisation}", "{words}"),
    is_plain=True,
)
NARROW = PartnerText(
    kinds=(OrganisationKind.ACUTE_TRUST,), goes="the notes", lines=("{words}",), wrap=40, most=200
)


def said(layout: PartnerText, words: str) -> str:
    return laid_out(
        layout, subject="Huddle", words=words, writer="Dr Gray", organisation="A practice",
        on=date(2026, 3, 12),
    )  # fmt: skip


def test_each_kind_of_partner_has_its_own_and_others_get_it_as_written() -> None:
    assert layout_for([NARROW, COUNCIL], OrganisationKind.COUNCIL) is COUNCIL
    assert layout_for([NARROW, COUNCIL], OrganisationKind.CHARITY) is AS_WRITTEN
    assert layout_for([], None) is AS_WRITTEN
    assert said(AS_WRITTEN, "As it is – “so”") == "As it is – “so”"


def test_lines_stand_in_their_order_in_plain_signs() -> None:
    assert said(COUNCIL, "She said “yes” – and so") == (
        '12 March 2026 Huddle\nFrom: Dr Gray, A practice\nShe said "yes" - and so'
    )


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=30), min_size=1, max_size=200))
def test_nothing_is_lost_and_no_part_is_too_long(words: list[str]) -> None:
    text = said(NARROW, " ".join(words))

    parts = text.split("\n\n") if "Part 1 of" in text else [text]
    assert all(len(part) <= 200 for part in parts)
    assert all(len(line) <= 40 for part in parts for line in part.split("\n"))
    bodies = [part.partition("\n")[2] if len(parts) > 1 else part for part in parts]
    assert " ".join(bodies).split() == words


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"lines": ["{words} {name}"]}, "which no text has"),
        ({"lines": ["{subject}"]}, "must stand in it once"),
        ({"lines": ["{words"]}, "a brace is not closed"),
        ({"wrap": 5}, "narrower"),
        ({"most": 20}, "fewer than 200"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        PartnerText.model_validate(
            {"kinds": ["council"], "goes": "a note", "lines": ["{words}"], **wrong}
        )
