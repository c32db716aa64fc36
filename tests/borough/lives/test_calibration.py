"""The borough has the published shape, figure by figure."""

import pytest

from oneplace.borough.calibration import FIGURES, NOT_AIMED_AT, Reading, measure
from oneplace.borough.tables import Lives
from oneplace.vocabulary.place import Place


@pytest.mark.parametrize("key", list(FIGURES))
def test_a_figure_lies_within_its_tolerance(read: Reading, key: str) -> None:
    figure = FIGURES[key]

    value = figure.measure(read)

    assert figure.allows(value), (
        f"{figure.words}: {value:,.4g}; wanted {figure.target:,.4g} ± {figure.tolerance:g}"
    )


def test_every_figure_says_where_its_target_comes_from() -> None:
    known = {"published", "published elsewhere", "derived", "to_verify", "chosen"}

    assert {figure.basis for figure in FIGURES.values()} <= known


def test_all_figures_are_measured_together(small: Lives) -> None:
    measured = measure(small)

    assert set(measured) == set(FIGURES)
    assert measured["voluntary"].is_met


def test_the_place_has_the_published_practices_and_those_with_social_prescribing(
    croydon: Place,
) -> None:
    assert len(croydon.practices) == 57
    assert sum(practice.social_prescribing for practice in croydon.practices) == 37


def test_what_is_not_aimed_at_says_why() -> None:
    assert all(reason and not reason[0].isupper() for reason in NOT_AIMED_AT.values())


def test_a_ceiling_is_met_by_less_and_not_by_more() -> None:
    ceiling = FIGURES["rapid_readmitted"]

    assert ceiling.allows(ceiling.target * 0.5)
    assert not ceiling.allows(ceiling.target * 1.01)


def test_a_floor_is_met_by_more_and_not_by_less() -> None:
    floor = FIGURES["safeguarding"]

    assert floor.allows(floor.target * 2)
    assert not floor.allows(floor.target * 0.5)
