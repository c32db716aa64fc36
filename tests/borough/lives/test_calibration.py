"""The borough has the published shape, figure by figure."""

import pytest

from oneplace.borough.calibration import FIGURES, Reading, measure
from oneplace.borough.tables import Lives


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


def test_a_floor_is_met_by_more_and_not_by_less() -> None:
    floor = FIGURES["safeguarding"]

    assert floor.allows(floor.target * 2)
    assert not floor.allows(floor.target * 0.5)
