"""Answers become scores by the published rules: whole or not at all."""

from pathlib import Path

import pytest

from oneplace.science.instruments import (
    Incomplete,
    NotScored,
    PackRefused,
    ProfileChange,
    ScoreKind,
    goal_attainment,
    instrument,
    instruments,
    of_raw_sum,
    profile_change,
    read_pack,
    score,
)

DIMENSIONS = ("MO", "SC", "UA", "PD", "AD")


def profile(levels: str) -> dict[str, int]:
    return dict(zip(DIMENSIONS, map(int, levels), strict=True))


# Sum to converted score: Stewart-Brown 2009, Health Qual Life Outcomes 7:15.
@pytest.mark.parametrize(
    ("raw", "metric"), [(7, 7.00), (14, 15.32), (21, 19.25), (28, 25.03), (34, 32.55), (35, 35.00)]
)
def test_the_short_scale_is_converted_before_anything_else(raw: int, metric: float) -> None:
    told = {one.scale: one for one in of_raw_sum(instrument("swemwbs"), raw)}

    assert told["metric"].value == metric
    assert told["metric"].kind is ScoreKind.CONVERTED
    assert told["raw"].kind is ScoreKind.RAW


def test_every_sum_of_the_short_scale_has_a_converted_score() -> None:
    conversion = instrument("swemwbs").conversion

    assert sorted(conversion) == list(range(7, 36))
    assert sorted(conversion.values()) == list(conversion.values())


@pytest.mark.parametrize("raw", [6, 36])
def test_a_sum_that_cannot_be_is_refused(raw: int) -> None:
    with pytest.raises(NotScored, match="between 7 and 35"):
        of_raw_sum(instrument("swemwbs"), raw)


def test_half_an_answer_sheet_has_no_score_and_says_what_is_missing() -> None:
    with pytest.raises(Incomplete, match="2 of 4 answers are missing: Worthwhile, Happy") as told:
        score(instrument("ons4"), {"satisfied": 5, "anxious": 3})

    assert told.value.missing == ("worthwhile", "happy")


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"satisfied": 11}, "0 to 10"),
        ({"satisfied": -1}, "0 to 10"),
        ({"satisfied": True}, "no answer"),
        ({"joy": 3}, "has no item joy"),
    ],
)
def test_a_number_or_an_item_that_cannot_be_is_refused(answers: dict[str, int], says: str) -> None:
    with pytest.raises(NotScored, match=says):
        score(instrument("ons4"), answers)


def test_the_four_questions_keep_four_scores_and_no_sum() -> None:
    told = score(instrument("ons4"), {"satisfied": 5, "worthwhile": 6, "happy": 4, "anxious": 7})

    assert {one.scale: one.value for one in told} == {
        "satisfied": 5.0, "worthwhile": 6.0, "happy": 4.0, "anxious": 7.0
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "band"), [(0, "low"), (4, "low"), (5, "medium"), (8, "high"), (9, "very high")]
)
def test_satisfaction_has_the_published_bands(value: int, band: str) -> None:
    assert instrument("ons4").scale("satisfied").band_of(value) == band


@pytest.mark.parametrize(
    ("value", "band"), [(1, "very low"), (3, "low"), (5, "medium"), (6, "high")]
)
def test_anxiety_has_bands_of_its_own(value: int, band: str) -> None:
    assert instrument("ons4").scale("anxious").band_of(value) == band


# Published examples of the value sets (eq5d, MIT): Dolan 1997; Devlin 2018; UK 2026.
@pytest.mark.parametrize(
    ("code", "value_set", "levels", "index"),
    [
        ("eq5d_3l", "UK_3L_TTO_1997", "11111", 1.0),
        ("eq5d_3l", "UK_3L_TTO_1997", "11211", 0.883),
        ("eq5d_3l", "UK_3L_TTO_1997", "12321", 0.329),
        ("eq5d_3l", "UK_3L_TTO_1997", "23132", -0.090),
        ("eq5d_3l", "UK_3L_TTO_1997", "32123", -0.127),
        ("eq5d_3l", "UK_3L_TTO_1997", "33333", -0.594),
        ("eq5d_5l", "England_5L_2018", "25532", 0.393),
        ("eq5d_5l", "England_5L_2018", "34241", 0.434),
        ("eq5d_5l", "England_5L_2018", "43332", 0.488),
        ("eq5d_5l", "England_5L_2018", "52141", 0.400),
        ("eq5d_5l", "England_5L_2018", "55555", -0.285),
        ("eq5d_5l", "UK_5L_2026", "21111", 0.968),
        ("eq5d_5l", "UK_5L_2026", "25532", 0.443),
        ("eq5d_5l", "UK_5L_2026", "33333", 0.604),
        ("eq5d_5l", "UK_5L_2026", "55555", -0.567),
    ],
)
def test_a_profile_has_the_published_index(
    code: str, value_set: str, levels: str, index: float
) -> None:
    told = score(instrument(code), profile(levels), value_set=value_set)

    assert told[0].value == pytest.approx(index, abs=0.0005)
    assert told[0].value_set == value_set


def test_an_unknown_value_set_is_refused() -> None:
    with pytest.raises(NotScored, match="No value set"):
        score(instrument("eq5d_5l"), profile("11111"), value_set="Atlantis")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("22222", "12222", ProfileChange.BETTER),
        ("12222", "22222", ProfileChange.WORSE),
        ("21222", "12222", ProfileChange.MIXED),
        ("11111", "11111", ProfileChange.SAME),
    ],
)
def test_two_profiles_are_better_worse_mixed_or_the_same(
    before: str, after: str, told: str
) -> None:
    assert profile_change(profile(before), profile(after)) == told


# Kiresuk and Sherman 1968; Turner-Stokes 2009 as corrected.
@pytest.mark.parametrize(
    ("attained", "weights", "t_score"),
    [
        ((1,), None, 60.0),
        ((0, 0, 0), None, 50.0),
        ((1, 1, 0), None, 59.128709),
        ((1, 0, -1), (1, 2, 3), 45.593474),
        ((2, 1, 0), (1, 2, 3), 58.813053),
    ],
)
def test_goals_have_the_published_t_score(
    attained: tuple[int, ...], weights: tuple[int, ...] | None, t_score: float
) -> None:
    assert goal_attainment(attained, weights).t_score == pytest.approx(t_score, abs=1e-6)


def test_the_share_achieved_stands_beside_the_t_score() -> None:
    assert goal_attainment((2, 0, -1, -2)).share_achieved == 0.5


@pytest.mark.parametrize(
    ("attained", "weights"), [((), None), ((3,), None), ((1, 0), (1,)), ((1,), (0,))]
)
def test_goals_that_cannot_be_scored_are_refused(
    attained: tuple[int, ...], weights: tuple[int, ...] | None
) -> None:
    with pytest.raises(NotScored):
        goal_attainment(attained, weights)


def test_everybody_independent_has_a_full_barthel_index() -> None:
    told = instrument("barthel")
    best = {item.code: item.most for item in told.items}

    assert score(told, best)[0].value == 100.0


def test_a_barthel_item_takes_its_own_levels_only() -> None:
    told = instrument("barthel")
    answers = {item.code: item.least for item in told.items} | {"stairs": 7}

    with pytest.raises(NotScored, match="0, 5, 10"):
        score(told, answers)


@pytest.mark.parametrize("code", list(instruments()))
def test_words_that_need_a_registration_do_not_come_with_the_product(code: str) -> None:
    told = instrument(code)

    assert not (told.needs_registration and any(item.words for item in told.items))
    assert told.source
    assert told.licence


def test_a_pack_without_a_key_names_it(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text('code = "broken"\n')

    with pytest.raises(PackRefused, match=r"broken\.toml: 'name' is missing"):
        read_pack(file)


def test_a_pack_with_words_it_may_not_have_is_refused(tmp_path: Path) -> None:
    text = (Path(instrument.__code__.co_filename).parent / "packs" / "ons4.toml").read_text()
    file = tmp_path / "ons4.toml"
    file.write_text(text.replace("needs_registration = false", "needs_registration = true"))

    with pytest.raises(PackRefused, match="may not lie here"):
        read_pack(file)
