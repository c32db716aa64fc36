"""A group's result: from thirty pairs, with what it does not say."""

from pathlib import Path

from oneplace.plans.groups import group_results, result
from oneplace.science.instruments import instrument

SATISFIED = instrument("ons4").scale("satisfied")


def test_fewer_than_thirty_pairs_are_not_shown_nor_how_few() -> None:
    told = result(instrument("ons4"), SATISFIED, [(4.0, 6.0)] * 29)

    assert told.change is None
    assert told.said == ()


def test_thirty_pairs_are_told_with_the_norm_and_what_comes_by_itself() -> None:
    pairs = [(3.0 + each % 3, 5.0 + each % 4) for each in range(30)]

    told = result(instrument("ons4"), SATISFIED, pairs)

    words = " ".join(told.said)
    assert "30 people were asked twice" in words
    assert "Adults in the UK, year to March 2023: 7.45 on average" in words
    assert "would have come without any help" in words


def test_without_a_snapshot_it_says_how_to_make_one(tmp_path: Path) -> None:
    found = group_results(tmp_path)

    assert found.results == ()
    assert "oneplace snapshot" in found.why_not
