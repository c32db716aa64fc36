"""What a scenario plants is really there, and nothing else is."""

import numpy as np
import pytest

from oneplace.borough.lives.columns import NEVER
from oneplace.borough.lives.moments import DAY
from oneplace.borough.scenarios import SCENARIOS, UnknownScenario, scenario_named
from oneplace.borough.tables import Lives


def _emergencies(lives: Lives) -> set[tuple[int, int]]:
    chosen = lives.numpy("hospital_stays", "is_emergency")
    person = lives.numpy("hospital_stays", "person")[chosen]
    admitted = lives.numpy("hospital_stays", "admitted_at")[chosen]
    return set(zip(person.tolist(), admitted.tolist(), strict=True))


def _prevented(lives: Lives) -> set[tuple[int, int]]:
    person = lives.numpy("truth_prevented", "person")
    admitted = lives.numpy("truth_prevented", "admitted_at")
    return set(zip(person.tolist(), admitted.tolist(), strict=True))


def test_lives_with_and_without_help_differ_by_what_was_prevented_and_nothing_else(
    lives: Lives, untouched: Lives
) -> None:
    with_help, without = _emergencies(lives), _emergencies(untouched)

    assert without - with_help == _prevented(lives)
    assert with_help <= without
    assert _prevented(lives)
    assert not _prevented(untouched)


@pytest.mark.parametrize(("effect", "room"), [("life", 0.14), ("huddle", 0.07)])
def test_true_effects_are_there_in_the_size_planted(
    helped: Lives, effect: str, room: float
) -> None:
    chosen = helped.numpy("truth_exposure", "effect") == effect
    by_effect = helped.numpy("truth_prevented", "effect") == effect
    without = helped.numpy("truth_exposure", "stays_without")[chosen].sum()
    planted = getattr(SCENARIOS["true_effects"], effect).rate_ratio

    found = 1 - by_effect.sum() / without

    assert abs(found - planted) < room


def test_huddles_do_nothing_in_the_default_scenario(lives: Lives) -> None:
    assert "huddle" not in set(lives.numpy("truth_prevented", "effect").tolist())
    rate_ratio = dict(
        zip(
            lives.numpy("truth_effects", "effect").tolist(),
            lives.numpy("truth_effects", "rate_ratio").tolist(),
            strict=True,
        )
    )
    assert rate_ratio["huddle"] == 1
    assert 0.85 < rate_ratio["life"] < 1


def test_people_chosen_after_a_crisis_improve_even_where_nothing_works(untouched: Lives) -> None:
    person = untouched.numpy("huddle_cases", "person").astype(np.int64)
    listed = untouched.numpy("huddle_cases", "listed_at")
    died = untouched.numpy("people", "died_at")[person]
    settings = untouched.settings
    half_year = 182 * DAY
    early = int(settings.starts_at.timestamp() * 1e6) + half_year
    late = int(settings.ends_at.timestamp() * 1e6) - half_year
    whole = (listed > early) & (listed < late) & ((died == NEVER) | (died > listed + half_year))
    person, listed = person[whole], listed[whole]
    emergency = untouched.numpy("hospital_stays", "is_emergency")
    key = np.sort(
        untouched.numpy("hospital_stays", "person")[emergency].astype(np.int64) * 2**42
        + untouched.numpy("hospital_stays", "admitted_at")[emergency] // 10**6
    )

    def stays(since: np.ndarray, until: np.ndarray) -> int:
        low, high = (person * 2**42 + moment // 10**6 for moment in (since, until))
        return int((np.searchsorted(key, high) - np.searchsorted(key, low)).sum())

    before, after = stays(listed - half_year, listed), stays(listed, listed + half_year)

    assert len(person) > 300
    assert after < 0.75 * before


def test_exposures_count_stays_with_and_without(helped: Lives) -> None:
    without = helped.numpy("truth_exposure", "stays_without")
    lived = helped.numpy("truth_exposure", "stays_with")

    assert (lived <= without).all()
    assert (lived < without).any()


def test_the_dirty_scenario_has_the_same_lives_and_twice_the_defects() -> None:
    default, dirty = SCENARIOS["default"], SCENARIOS["dirty"]

    assert (default.life, default.huddle) == (dirty.life, dirty.huddle)
    assert dirty.defects == 2 * default.defects


def test_an_unknown_scenario_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownScenario, match="choose one of default, no_effect"):
        scenario_named("flattering")
