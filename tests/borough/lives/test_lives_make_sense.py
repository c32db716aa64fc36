"""Nobody lives an impossible life."""

import numpy as np
import pytest

from oneplace.borough.calibration import Reading
from oneplace.borough.lives.columns import NEVER, NO_DAY
from oneplace.borough.lives.moments import day_number, day_of, microseconds, month_of_year, weekday
from oneplace.borough.tables import TABLES, Lives
from oneplace.vocabulary.place import Place

# Paperwork goes on after a death: registrations, closing of enquiries, due dates, plans made.
_ADMINISTRATIVE = {
    ("deaths", "registered_on"), ("hospital_stays", "expected_on"),
    ("expected_dates", "expected_on"), ("safeguarding_concerns", "enquiry_ended_on"),
    ("safeguarding_concerns", "decided_on"), ("huddle_cases", "next_review_on"),
    ("huddle_actions", "due_on"), ("huddle_actions", "cancelled_at"), ("costs", "month"),
    ("frailty", "on"),
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, table in TABLES.items()
        if name != "people" and "person" in {column.name for column in table.columns}
    ],
)
def test_nothing_happens_before_birth_or_after_death(lives: Lives, name: str) -> None:
    person = lives.numpy(name, "person")
    born = lives.numpy("people", "born_on")[person]
    died = lives.numpy("people", "died_at")[person]
    death_day = np.where(died == NEVER, 10**6, day_of(np.maximum(died, 0)))

    for column in TABLES[name].columns:
        if column.kind not in {"when", "day"}:
            continue
        values = lives.numpy(name, column.name)
        if column.kind == "when":
            there = values != NEVER
            days = day_of(np.where(there, values, 0))
        else:
            there = values != NO_DAY
            days = values
        if (name, column.name) != ("costs", "month"):
            assert not (there & (days < born)).any(), f"{column.name} before birth"
        if (name, column.name) not in _ADMINISTRATIVE:
            assert not (there & (days > death_day)).any(), f"{column.name} after death"


def test_nobody_is_in_hospital_twice_at_once(lives: Lives) -> None:
    person = lives.numpy("hospital_stays", "person").astype(np.int64)
    admitted = lives.numpy("hospital_stays", "admitted_at")
    left = lives.numpy("hospital_stays", "discharged_at")
    order = np.lexsort((admitted, person))
    same = person[order][1:] == person[order][:-1]
    earlier_left = left[order][:-1]

    overlapping = same & ((earlier_left == NEVER) | (admitted[order][1:] < earlier_left))

    assert not overlapping.any()
    assert not ((left != NEVER) & (left < admitted)).any()


def test_blockers_lie_between_ready_and_left_and_cover_it(lives: Lives) -> None:
    stay = lives.numpy("stay_blockers", "stay")
    ready = lives.numpy("hospital_stays", "ready_at")
    left = lives.numpy("hospital_stays", "discharged_at")
    opened = lives.numpy("stay_blockers", "opened_at")
    closed = lives.numpy("stay_blockers", "closed_at")

    assert (opened >= ready[stay]).all()
    shut = closed != NEVER
    assert (closed[shut] >= opened[shut]).all()
    assert (closed[shut] <= np.where(left == NEVER, closed.max(), left)[stay][shut]).all()
    assert (left[stay][~shut] == NEVER).all()
    delayed = np.flatnonzero(lives.numpy("hospital_stays", "delay_days") >= 1)
    assert set(delayed.tolist()) <= set(stay.tolist())
    # Several at once: that is what makes sharing the days hard.
    assert (np.bincount(stay) >= 2).sum() > 0.2 * len(delayed)


def test_wards_follow_one_another_without_a_gap(lives: Lives) -> None:
    stay = lives.numpy("ward_moves", "stay")
    since, until = lives.numpy("ward_moves", "from_at"), lives.numpy("ward_moves", "to_at")
    order = np.lexsort((since, stay))
    same = stay[order][1:] == stay[order][:-1]

    assert (until[order][:-1][same] == since[order][1:][same]).all()


def test_residents_of_care_homes_live_at_the_home(lives: Lives) -> None:
    home = lives.numpy("people", "care_home")
    resident = np.flatnonzero(home >= 0)
    where = lives.numpy("care_homes", "address")

    assert len(resident) > 100
    assert (lives.numpy("people", "address")[resident] == where[home[resident]]).all()
    beds = lives.numpy("care_homes", "beds")
    assert (np.bincount(home[resident], minlength=len(beds)) <= beds).all()


def test_households_have_the_size_they_say(lives: Lives) -> None:
    household = lives.numpy("people", "household")
    size = lives.numpy("households", "size")

    counted = np.bincount(household[household >= 0], minlength=len(size))

    assert (counted == size).all()
    kind = lives.numpy("households", "kind")
    assert counted[kind != "care_home"].max() <= 14
    assert 2.0 < counted[kind != "care_home"].mean() < 2.9
    alone = lives.numpy("people", "lives_alone") & (household >= 0)
    assert (size[household[alone]] == 1).all()


def test_small_children_do_not_live_alone(read: Reading) -> None:
    born = read.column("people", "born_on")
    child = (read.now_day - born) / 365.25 < 16
    alone = read.column("people", "lives_alone")

    assert not (child & alone).any()


def test_parents_are_old_enough(lives: Lives) -> None:
    kind = lives.numpy("relationships", "kind")
    child, parent = lives.numpy("relationships", "person"), lives.numpy("relationships", "other")
    born = lives.numpy("people", "born_on")
    rows = kind == "parent"

    assert ((born[child[rows]] - born[parent[rows]]) / 365.25 > 14.5).all()


def test_addresses_and_registrations_follow_one_another(lives: Lives) -> None:
    for table in ("address_history", "registrations"):
        person = lives.numpy(table, "person").astype(np.int64)
        since, until = lives.numpy(table, "from_on"), lives.numpy(table, "to_on")
        assert ((until == NO_DAY) | (until > since)).all()
        order = np.lexsort((since, person))
        same = person[order][1:] == person[order][:-1]
        assert (until[order][:-1][same] == since[order][1:][same]).all()
        assert set(person.tolist()) == set(range(lives["people"].num_rows))


def test_the_hard_cases_of_matching_are_there(lives: Lives) -> None:
    given, family = lives.numpy("people", "given_name"), lives.numpy("people", "family_name")
    twin = lives.numpy("people", "twin")
    born = lives.numpy("people", "born_on")
    pairs = np.flatnonzero(twin >= 0)
    assert len(pairs) > 50
    assert (born[pairs] == born[twin[pairs]]).all()
    kind = lives.numpy("relationships", "kind")
    son, father = lives.numpy("relationships", "person"), lives.numpy("relationships", "other")
    rows = (kind == "parent") & (given[son] == given[father]) & (family[son] == family[father])
    assert rows.sum() > 50
    changed = lives.numpy("people", "family_name_changed_on")
    window = changed >= day_number(lives.settings.starts_at.date())
    assert window.sum() > 50
    preferred = lives.numpy("people", "preferred_name")
    assert (preferred != given).mean() > 0.08


def test_winter_is_worse_for_older_people(read: Reading) -> None:
    admitted = read.column("hospital_stays", "admitted_at")
    person = read.column("hospital_stays", "person")
    chosen = read.column("hospital_stays", "is_emergency") & (read.age(person, admitted) >= 65)
    chosen &= (admitted < read.now) & (admitted > read.now - 730 * 86_400_000_000)
    month = month_of_year(day_of(admitted[chosen]))

    winter = np.isin(month, [12, 1, 2]).sum()
    summer = np.isin(month, [6, 7, 8]).sum()

    assert winter > 1.12 * summer


def test_planned_admissions_keep_to_weekdays_and_emergencies_do_not(read: Reading) -> None:
    admitted = read.column("hospital_stays", "admitted_at")
    emergency = read.column("hospital_stays", "is_emergency")
    planned = np.isin(read.column("hospital_stays", "method"), ["11", "12", "13"])
    weekend = weekday(day_of(admitted)) >= 5

    assert not weekend[planned].any()
    assert 0.22 < weekend[emergency].mean() < 0.30


def test_huddles_begin_when_their_network_begins(lives: Lives) -> None:
    network = lives.numpy("practices", "network")[lives.numpy("huddle_meetings", "practice")]
    starts_on = lives.numpy("networks", "starts_on")[network]

    assert (day_of(lives.numpy("huddle_meetings", "starts_at")) >= starts_on).all()
    assert len(set(lives.numpy("networks", "starts_on").tolist())) == 6


def test_the_show_practice_has_a_real_list_in_a_small_borough(small: Lives, croydon: Place) -> None:
    practice = small.numpy("huddle_cases", "practice")
    show = int(np.flatnonzero(small.numpy("practices", "is_show_practice"))[0])
    listed, closed = (small.numpy("huddle_cases", name) for name in ("listed_at", "closed_at"))
    now = microseconds(small.settings.now)
    active = (practice == show) & (listed <= now) & ((closed == NEVER) | (closed > now))
    starts = small.numpy("huddle_meetings", "starts_at")
    coming = (small.numpy("huddle_meetings", "practice") == show) & (starts > now)
    following = int(np.flatnonzero(coming)[np.argmin(starts[coming])])

    assert active.sum() == croydon.demo.show_active_people
    on_agenda = small.numpy("huddle_discussions", "meeting") == following
    assert on_agenda.sum() == croydon.demo.show_agenda


def test_first_visits_come_after_leaving_and_most_within_two_hours(lives: Lives) -> None:
    left = lives.numpy("life_episodes", "left_hospital_at")
    visited = lives.numpy("life_episodes", "first_visit_at")
    both = (left != NEVER) & (visited != NEVER)

    waited = (visited[both] - left[both]) / 3_600_000_000

    assert (waited > 0).all()
    assert 0.70 < (waited <= 2).mean() < 0.95
