"""Desmond's figures, as the demo's story tells them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from oneplace.borough.lives.columns import NEVER
from oneplace.borough.lives.desmond import DESMOND, GARDEN_WORDS, JOYCE, MARCIA
from oneplace.borough.lives.living import live
from oneplace.borough.lives.moments import DAY, MINUTE, microseconds
from oneplace.borough.lives.settings import settings_for
from oneplace.borough.tables import Lives
from oneplace.vocabulary.place import Place


@pytest.fixture
def now(small: Lives) -> int:
    """The pinned now."""
    return microseconds(small.settings.now)


def _his(lives: Lives, table: str, column: str, person: int = DESMOND) -> np.ndarray:
    return np.asarray(lives.numpy(table, column)[lives.numpy(table, "person") == person])


def test_he_is_77_and_lives_alone_since_joyce_died(small: Lives, now: int) -> None:
    born = _his(small, "people", "born_on")[0]

    assert int((now // DAY - born) / 365.25) == 77
    assert small.numpy("people", "given_name")[DESMOND] == "Desmond"
    assert small.numpy("people", "family_name")[DESMOND] == "Clarke"
    assert small.numpy("people", "lives_alone")[DESMOND]
    assert small.numpy("people", "next_of_kin")[DESMOND] == MARCIA
    assert small.scripted == {"desmond": DESMOND, "joyce": JOYCE, "marcia": MARCIA}


def test_three_stays_in_eleven_months_with_joyces_death_between(small: Lives, now: int) -> None:
    admitted = np.sort(_his(small, "hospital_stays", "admitted_at"))
    death = small.numpy("people", "died_at")[JOYCE]

    assert len(admitted) == 3
    assert now - admitted[0] < 335 * DAY
    assert admitted[0] < death < admitted[1]


def test_he_has_been_ready_for_22_days_and_the_shared_days_add_up(small: Lives, now: int) -> None:
    ready = _his(small, "hospital_stays", "ready_at").max()
    stay = int(np.flatnonzero(small.numpy("hospital_stays", "ready_at") == ready)[0])
    opened, closed = (_his(small, "stay_blockers", name) for name in ("opened_at", "closed_at"))

    assert small.numpy("hospital_stays", "delay_days")[stay] == 22
    assert set(_his(small, "stay_blockers", "kind")) == {"choice", "housing", "equipment"}
    assert ((opened <= now) & (closed > now)).all()
    shares = np.zeros(3)
    for day in range(22):
        at = ready + day * DAY
        open_then = (opened <= at) & (closed > at)
        shares += open_then / open_then.sum()
    assert shares.sum() == pytest.approx(22)
    assert sorted(shares.tolist()) == pytest.approx([6, 7, 9])


def test_he_leaves_within_the_hour_and_is_visited_in_1_h_29(small: Lives, now: int) -> None:
    left = _his(small, "hospital_stays", "discharged_at").max()
    episodes = _his(small, "life_episodes", "left_hospital_at") == left
    visited = _his(small, "life_episodes", "first_visit_at")[episodes][0]
    first = np.flatnonzero(
        (small.numpy("life_visits", "person") == DESMOND)
        & (small.numpy("life_visits", "at") == visited)
    )[0]

    assert now < left < now + 60 * MINUTE
    assert visited - left == 89 * MINUTE
    sana = small.numpy("life_visits", "staff")[first]
    assert small.numpy("staff", "given_name")[sana] == "Sana"


def test_he_falls_a_day_later_and_has_lost_weight(small: Lives, now: int) -> None:
    falls = _his(small, "falls", "at")
    weight = small.numpy("concepts", "key").tolist().index("weight")
    rows = (small.numpy("observations", "person") == DESMOND) & (
        small.numpy("observations", "concept") == weight
    )
    rows &= small.numpy("observations", "at") < now
    weights = small.numpy("observations", "value")[rows]

    assert ((falls > now) & (falls < now + 2 * DAY)).sum() == 1
    assert weights[-1] < 0.9 * weights[0]


def test_he_has_no_plan_now_and_the_garden_plan_later(small: Lives, now: int) -> None:
    agreed = _his(small, "care_plans", "agreed_at")
    words = _his(small, "goals", "words").tolist()

    assert len(agreed) == 1
    assert agreed[0] > now
    assert words[0] == GARDEN_WORDS
    assert _his(small, "pic_cases", "benefits_gained_pounds")[0] > 0


def test_he_is_on_the_agenda_of_19_march(small: Lives) -> None:
    meeting = _his(small, "huddle_discussions", "meeting")[0]
    start = small.numpy("huddle_meetings", "starts_at")[meeting]
    expected = datetime(2026, 3, 19, 8, 0, tzinfo=ZoneInfo("Europe/London"))

    assert start == microseconds(expected)


def test_his_june_review_is_there(small: Lives) -> None:
    moments = _his(small, "wellbeing_scores", "moment").tolist()
    raw = _his(small, "wellbeing_scores", "swemwbs_raw")

    assert moments == ["baseline", "exit"]
    assert raw[1] > raw[0]


def test_in_another_place_his_story_moves_to_its_own_now(northmere: Place) -> None:
    lives = live(settings_for(northmere, people=2_000, seed=6), place=northmere)
    now = microseconds(lives.settings.now)
    left = _his(lives, "hospital_stays", "discharged_at").max()

    assert abs(left - now) < DAY
    assert (_his(lives, "address_history", "to_on") < 0).all()
    assert lives.numpy("people", "died_at")[JOYCE] != NEVER
