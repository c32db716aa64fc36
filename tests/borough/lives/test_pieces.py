"""The small pieces the lives are built from."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplace.borough.lives.choosing import spaced, up_to
from oneplace.borough.lives.concepts import CONCEPT, DEFICITS, concept_code, verhoeff_digit
from oneplace.borough.lives.moments import (
    day_of,
    microseconds,
    minute_of_day,
    moment,
    next_weekday,
    uk_local,
    utc,
    weekday,
    working_day,
)
from oneplace.borough.lives.settings import Settings, SettingsRefused, settings_for
from oneplace.borough.lives.streams import stream
from oneplace.vocabulary.place import Place

LONDON = ZoneInfo("Europe/London")


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2050, 1, 1)).filter(  # noqa: DTZ001
        lambda when: when.minute % 7 == 0
    )
)
@settings(max_examples=60, deadline=None)
def test_local_time_agrees_with_the_zone_database(when: datetime) -> None:
    aware = when.replace(tzinfo=ZoneInfo("UTC"))
    utc_moment = np.array([microseconds(aware)])
    there = aware.astimezone(LONDON)

    assert minute_of_day(utc_moment)[0] == pytest.approx(
        there.hour * 60 + there.minute + there.second / 60 + there.microsecond / 60e6
    )
    if there.utcoffset() == (there.replace(fold=1)).utcoffset():
        assert utc(uk_local(utc_moment))[0] == utc_moment[0]


def test_a_moment_has_the_date_it_was_made_from() -> None:
    days = np.arange(20_000, 20_400)

    assert np.array_equal(day_of(moment(days, np.full(400, 0.0))), days)
    assert np.array_equal(day_of(moment(days, np.full(400, 1439.0))), days)


def test_working_days_skip_weekends() -> None:
    days = np.arange(20_000, 20_050)

    assert (weekday(working_day(days)) < 5).all()
    assert (weekday(next_weekday(days, 3)) == 3).all()
    assert ((next_weekday(days, 3) - days) < 7).all()


def test_codes_have_the_shape_and_check_digit_of_extension_codes() -> None:
    codes = [concept_code(index) for index in range(len(CONCEPT))]

    assert len(set(codes)) == len(codes)
    assert all(len(code) == 18 and code[-3:-1] == "10" for code in codes)
    assert all(verhoeff_digit(code[:-1]) == code[-1] for code in codes)


def test_the_check_digit_is_that_of_the_published_example() -> None:
    # Worked example of the Verhoeff method: 236 takes 3.
    assert verhoeff_digit("236") == "3"


def test_all_36_deficits_of_the_frailty_index_can_be_had() -> None:
    assert len(DEFICITS) == 36


def test_choosing_keeps_to_the_limit_of_each_group() -> None:
    groups = np.array([0, 0, 0, 1, 1, 2])
    weights = np.array([1, 1, 1, 1, 0, 1.0])

    chosen = up_to(stream(1, "test"), groups, weights, np.array([2, 2, 0]))

    assert np.bincount(groups[chosen], minlength=3).tolist() == [2, 1, 0]
    assert 4 not in chosen


def test_spacing_keeps_the_first_of_those_too_close() -> None:
    person = np.array([1, 1, 1, 2])
    begins, ends = np.array([0, 5, 30, 1]), np.array([4, 9, 34, 2])

    assert spaced(person, begins, ends, 10).tolist() == [True, False, True, True]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"people": 10}, "people is 10"), ({"people": 10**7}, "people is 10,000,000"),
        ({"seed": -1}, "seed is -1"), ({"years": 0.5}, "years is 0.5"),
        ({"now": datetime(2026, 3, 12)}, "no time zone"),  # noqa: DTZ001
        ({"days_after_now": 999}, "days_after_now is 999"),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused_by_name(change: dict, words: str) -> None:  # type: ignore[type-arg]
    somewhere = {"now": datetime(2026, 3, 12, tzinfo=UTC), "latitude": 52.0, "longitude": -1.0}

    with pytest.raises(SettingsRefused, match=words):
        Settings(**{**somewhere, **change})


def test_too_few_people_are_refused_with_the_place_s_own_count_and_word(northmere: Place) -> None:
    with pytest.raises(SettingsRefused, match="fewer cannot fill 4 neighbourhoods"):
        settings_for(northmere, people=10)


def test_a_place_is_lived_in_at_its_own_now_on_its_own_map(northmere: Place) -> None:
    settings = settings_for(northmere)

    assert settings.now == northmere.demo_now
    assert (settings.latitude, settings.longitude) == (
        northmere.centre.latitude,
        northmere.centre.longitude,
    )
