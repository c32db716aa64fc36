"""What links for certain, and what keeps people apart whatever else they share."""

import pytest

from oneplace.science.linkage import Model, Settings, explain
from oneplace.science.linkage.rules import RULES, Judgement
from oneplace.vocabulary.rows.linkage import SubjectRow
from oneplace.vocabulary.terms import MatchTier
from tests.science.linkage.people import DESMOND, NUMBERS, said

MODEL = Model.shipped(2e-6)

LINKED, REVIEW, APART = MatchTier.LINKED, MatchTier.REVIEW, MatchTier.APART

OTHER = {"nhs_number": NUMBERS[4], "nhs_status": "verified"}
SAME = {"nhs_number": NUMBERS[3], "nhs_status": "verified"}
ELSEWHERE = {"postcode": "SE25 5AA", "address_line": "9 Low Road", "mobile": ""}

CASES = [
    ("the same number and name", said("x:1", **SAME, **ELSEWHERE), LINKED, "number"),
    ("a nickname and no number", said("x:1", given="Des"), LINKED, ""),
    ("a mistyped family name", said("x:1", family="Clarce"), LINKED, ""),
    ("a new family name", said("x:1", family="Okafor"), LINKED, ""),
    ("a move", said("x:1", **ELSEWHERE, phone="020 7946 0001"), LINKED, ""),
    ("day and month exchanged", said("x:1", like=DESMOND._replace(born_on="1948-02-06"),
                                     born_on="1948-06-02"), LINKED, ""),
    ("names in each other's place", said("x:1", given="Clarke", family="Desmond"), LINKED, ""),
    ("a twin", said("x:1", given="Winston", **OTHER), APART, "two_numbers_unlike"),
    ("a twin without number", said("x:1", given="Winston"), APART, "twins"),
    ("a son of the same name", said("x:1", born_on="1979-11-03"), APART, "household"),
    ("a son with a number", said("x:1", born_on="1979-11-03", **OTHER), APART, "household"),
    ("a namesake elsewhere", said("x:1", born_on="1979-11-03", **ELSEWHERE), APART, "birth_dates"),
    ("two verified numbers, all else the same", said("x:1", **OTHER), REVIEW, "two_numbers"),
    ("two numbers, one not verified", said("x:1", nhs_number=NUMBERS[4]), LINKED, ""),
    ("the wife's number on his record", said("x:1", given="Joyce", born_on="1950-03-04", **SAME),
     APART, "number_of_another"),
    ("the father's number on the son's", said("x:1", born_on="1979-11-03", **SAME), REVIEW,
     "number_other_birth"),
    ("a boy and girl twin on one number", said("x:1", given="Winifred", gender="female", **SAME),
     REVIEW, "number_twins"),
    ("no birth date, one home", said("x:1", born_on=""), LINKED, ""),
    ("no birth date, elsewhere", said("x:1", born_on="", **ELSEWHERE), APART, "little"),
    ("an unknown man at his address", said("x:1", is_identity_unknown=True), APART, "unknown"),
    ("an unknown man with his number", said("x:1", is_identity_unknown=True, **SAME), LINKED,
     "number"),
    ("died on other days", said("x:1", like=DESMOND, died_on="2020-01-05"), LINKED, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "tier", "rule"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_pair_is_decided_as_a_steward_would(
    other: SubjectRow, tier: MatchTier, rule: str
) -> None:
    first = DESMOND._replace(born_on="1948-02-06") if other.born_on == "1948-06-02" else DESMOND

    found = explain(first, other, MODEL, Settings())

    assert (found.tier, found.rule) == (tier, rule), found


def test_a_pair_is_decided_alike_from_either_side() -> None:
    for _, other, *_ in CASES:
        one = explain(DESMOND, other, MODEL, Settings())
        back = explain(other, DESMOND, MODEL, Settings())
        assert (one.tier, one.rule, round(one.weight, 9)) == (
            back.tier, back.rule, round(back.weight, 9),
        )  # fmt: skip


def test_a_number_whose_check_digit_fails_is_never_matched_on() -> None:
    wrong = NUMBERS[3][:9] + str((int(NUMBERS[3][9]) + 1) % 10)
    one = DESMOND._replace(nhs_number=wrong)
    other = said("x:1", given="Joyce", born_on="1950-03-04", nhs_number=wrong)

    found = explain(one, other, MODEL, Settings())

    assert found.tier is APART
    assert "nhs" not in {each.comparison for each in found.contributions}


def test_those_who_died_on_different_days_are_not_linked_without_a_number() -> None:
    one, other = (
        DESMOND._replace(died_on="2019-05-05", nhs_number=""),
        said("x:1", died_on="2020-01-05"),
    )

    assert explain(one, other, MODEL, Settings()).rule == "deaths"


def test_evidence_is_told_in_words_with_the_rule() -> None:
    found = explain(DESMOND, said("x:1", given="Winston", **OTHER), MODEL, Settings())

    assert "the same birth date" in found.words.lower()
    assert "different NHS numbers, both valid and verified: usually two people" in found.words
    assert found.words.endswith(RULES["two_numbers_unlike"])


def test_a_rule_bounds_what_weight_may_choose() -> None:
    judged = Judgement(MatchTier.APART, MatchTier.REVIEW, "first_names")

    assert judged.tier(99.0, Settings()) is REVIEW
    assert judged.tier(-99.0, Settings()) is APART


def test_thresholds_must_leave_room_between_them() -> None:
    with pytest.raises(ValueError, match="review_from"):
        Settings(linked_from=1.0, review_from=2.0)
