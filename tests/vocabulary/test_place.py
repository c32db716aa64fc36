"""Places: both of ours load, answer the house's questions, and share nothing but the shape."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from oneplace.vocabulary.place import (
    CalendarRunsOutError,
    Place,
    PlaceError,
    Span,
    WorkingCalendar,
    contrast,
    default_permissions,
    load_place,
    place_path,
)
from oneplace.vocabulary.terms import (
    BodyPower,
    ClockKind,
    OrganisationKind,
    Purpose,
    Role,
    SharingPolicy,
)

PLACES = sorted(path.stem for path in (Path(__file__).parents[2] / "places").glob("*.toml"))


@pytest.fixture(scope="module")
def croydon() -> Place:
    return load_place(place_path("croydon"))


@pytest.fixture(scope="module")
def northmere() -> Place:
    return load_place(place_path("northmere"))


@pytest.fixture(scope="module", params=PLACES)
def any_place(request: pytest.FixtureRequest) -> Place:
    return load_place(place_path(request.param))


def test_every_place_that_is_shipped_loads(any_place: Place) -> None:
    assert any_place.read_from is not None
    assert any_place.key == any_place.read_from.stem


def test_every_place_that_is_shipped_says_that_it_is_invented(any_place: Place) -> None:
    assert any_place.notice == "Invented people and figures"


def test_the_first_place_has_the_published_shape(croydon: Place) -> None:
    assert len(croydon.partners) == 6
    assert len(croydon.networks) == 6
    assert len(croydon.practices) == 57
    assert sum(practice.list_size for practice in croydon.practices) == 380_000
    assert sum(practice.social_prescribing for practice in croydon.practices) == 37


def test_the_networks_start_with_a_pilot_and_then_from_september_to_march(croydon: Place) -> None:
    pilot, *others = sorted(croydon.networks, key=lambda network: network.started_on)

    assert pilot.is_pilot
    assert not any(network.is_pilot for network in others)
    assert others[0].started_on.month == 9
    assert others[-1].started_on.month == 3
    assert len({network.started_on for network in croydon.networks}) == 6


def test_every_clock_of_the_care_model_is_there(croydon: Place) -> None:
    targets = {clock.key: clock.target and clock.target.words for clock in croydon.clocks}

    assert targets == {
        "two_hour_response": "2 hours",
        "first_visit_home": "2 hours",
        "reablement_assessment": "48 hours",
        "reablement_length": "6 weeks",
        "bed_assessment": "14 days",
        "care_home_assessment": "20 days",
        "discharge_delay": None,
        "ninety_one_days": "91 days",
        "care_home_plan": "7 working days",
        "huddle_list": "24 hours",
        "huddle_review": "12 months",
        "coordinator_first_contact": "5 working days",
        "coordinator_length": "17 weeks",
        "assessment_notice": "72 hours",
        "discharge_notice": "24 hours",
    }


def test_the_demonstration_begins_on_a_thursday_morning(croydon: Place) -> None:
    now = croydon.demo_now

    assert now == datetime(2026, 3, 12, 9, 40, tzinfo=ZoneInfo("Europe/London"))
    assert now.strftime("%A") == "Thursday"


def test_the_show_practice_meets_at_eight_on_the_days_of_the_story(croydon: Place) -> None:
    show = croydon.practice(croydon.demo.show_practice)

    assert show.network == "thornton_heath"
    assert (show.huddle.weekday.label, show.huddle.at.isoformat()) == ("Thursday", "08:00:00")
    assert croydon.demo.show_active_people == 44
    assert croydon.demo.show_agenda == 15


def test_partners_are_shown_by_the_words_the_place_chose(croydon: Place) -> None:
    words = {partner.short_word for partner in croydon.partners}

    assert {"GP", "Hospital", "Council", "Mental health", "Age UK"} < words
    assert croydon.short_word("life") == "LIFE"


def test_a_team_of_each_network_stands_once_per_network(any_place: Place) -> None:
    written = [team for team in any_place.team_rows if team.each_network]

    for team in written:
        found = [each for each in any_place.teams if each.code.startswith(f"{team.code}_")]
        assert [each.network for each in found] == [network.code for network in any_place.networks]
        assert all("{network}" not in each.name + each.what for each in found)


def test_every_practice_belongs_to_a_network_and_every_network_has_practices(
    any_place: Place,
) -> None:
    by_network = [any_place.practices_of(network.code) for network in any_place.networks]

    assert all(by_network)
    assert sum(map(len, by_network)) == len(any_place.practices)


def test_every_role_somebody_signs_in_with_has_a_post_or_a_seat(croydon: Place) -> None:
    in_teams = {role for team in croydon.teams for role in team.roles}
    in_bodies = {member.role for body in croydon.bodies for member in body.members}
    elsewhere = {Role.PRACTICE_MANAGER, Role.CARE_HOME_MANAGER}

    assert set(Role) == in_teams | (in_bodies - {None}) | elsewhere


def test_networks_hold_the_core_of_a_huddle(any_place: Place) -> None:
    core = {
        Role.NETWORK_FACILITATOR,
        Role.GP,
        Role.COMMUNITY_NURSE,
        Role.SOCIAL_WORKER,
        Role.PHARMACIST,
        Role.PIC,
    }

    for network in any_place.networks:
        held = {
            role for team in any_place.teams if team.network == network.code for role in team.roles
        }
        assert core <= held


def test_only_commissioners_sit_where_contracts_are_awarded(any_place: Place) -> None:
    kinds = {
        any_place.partner(member.partner).kind
        for body in any_place.bodies
        if BodyPower.AWARDS_CONTRACTS in body.powers
        for member in body.members
        if member.partner
    }

    assert kinds
    assert kinds <= {OrganisationKind.COMMISSIONER, OrganisationKind.COUNCIL}


def test_each_purpose_has_its_rule(any_place: Place) -> None:
    assert set(any_place.sharing) == set(Purpose)


def test_asking_for_what_is_not_there_names_it(croydon: Place) -> None:
    with pytest.raises(KeyError, match="no partner 'fire_brigade'"):
        croydon.partner("fire_brigade")
    with pytest.raises(KeyError, match="no clock 'egg_timer'"):
        croydon.clock("egg_timer")
    with pytest.raises(KeyError, match="no figure"):
        croydon.figure("miracles")


# --- The second place differs ---------------------------------------------------------------------


def test_the_second_place_has_two_partners_fewer_and_none_in_common(
    croydon: Place, northmere: Place
) -> None:
    assert len(northmere.partners) == len(croydon.partners) - 2
    assert not {p.code for p in croydon.partners} & {p.code for p in northmere.partners}
    assert not {p.name for p in croydon.partners} & {p.name for p in northmere.partners}


def test_the_second_place_has_other_networks_clocks_words_and_colours(
    croydon: Place, northmere: Place
) -> None:
    assert not {n.code for n in croydon.networks} & {n.code for n in northmere.networks}
    assert len(northmere.networks) != len(croydon.networks)
    assert northmere.clock("first_visit_home").target != croydon.clock("first_visit_home").target
    assert northmere.words != croydon.words
    assert northmere.identity.colours != croydon.identity.colours
    assert northmere.sharing[Purpose.DIRECT_CARE].policy is SharingPolicy.CONSENT_REQUIRED
    assert northmere.sessions != croydon.sessions
    assert northmere.demo_now != croydon.demo_now


# --- Roles ----------------------------------------------------------------------------------------


def test_the_product_gives_every_role_something_to_do() -> None:
    permissions = default_permissions()

    assert set(permissions) == set(Role)
    assert all({"open_my_day", "search", "see_help"} <= given for given in permissions.values())


def test_those_who_read_counts_only_open_no_person() -> None:
    permissions = default_permissions()
    counts_only = (
        Role.ANALYST,
        Role.FINANCE_LEAD,
        Role.PROGRAMME_DIRECTOR,
        Role.BOARD_CHAIR,
        Role.SCRUTINY_MEMBER,
    )

    assert all("open_person" not in permissions[role] for role in counts_only)
    assert all("see_board" in permissions[role] for role in counts_only)


def test_a_voluntary_organisation_sees_the_referral_only() -> None:
    assert "open_person" not in default_permissions()[Role.VOLUNTARY_ORGANISATION]


def test_only_the_resident_opens_an_own_record_and_no_other_person() -> None:
    permissions = default_permissions()

    assert [role for role in Role if "open_own_record" in permissions[role]] == [Role.RESIDENT]
    assert "open_person" not in permissions[Role.RESIDENT]


def test_the_audit_is_seen_by_the_ig_officer_alone() -> None:
    permissions = default_permissions()

    assert [role for role in Role if "see_audit" in permissions[role]] == [Role.IG_OFFICER]


def test_a_place_adds_and_removes_what_its_roles_may_do(northmere: Place) -> None:
    assert "open_person" not in northmere.permissions_of(Role.CARE_HOME_MANAGER)
    assert "see_feeds" in northmere.permissions_of(Role.FINANCE_LEAD)
    assert northmere.permissions_of(Role.GP) == default_permissions()[Role.GP]


def test_a_place_gives_a_role_its_own_title(northmere: Place, croydon: Place) -> None:
    assert northmere.title_of(Role.PIC) == "Community connector"
    assert croydon.title_of(Role.GP) == "GP"


def test_a_permission_nobody_knows_is_named_with_its_key(northmere: Place) -> None:
    with pytest.raises(PlaceError) as refused:
        northmere.check_permissions({"open_my_day"})

    keys = [problem.key for problem in refused.value.problems]
    assert keys == ["roles.care_home_manager.remove[0]", "roles.finance_lead.add[0]"]
    assert "northmere.toml" in str(refused.value)


def test_permissions_everybody_knows_pass(any_place: Place) -> None:
    known = frozenset().union(*default_permissions().values())

    any_place.check_permissions(known)


# --- Frozen, spans, colours, calendar -------------------------------------------------------------


def test_a_loaded_place_cannot_be_changed(croydon: Place) -> None:
    with pytest.raises(ValidationError):
        croydon.name = "Elsewhere"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2 hours", "2 hours"),
        ("1 hour", "1 hour"),
        ("24 h", "24 hours"),
        ("7 working days", "7 working days"),
        ("1 working day", "1 working day"),
        (" 6  weeks ", "6 weeks"),
    ],
)
def test_a_length_of_time_is_read_as_people_write_it(written: str, words: str) -> None:
    assert Span.model_validate(written).words == words


@pytest.mark.parametrize("written", ["", "soon", "2", "hours", "-1 day", "0 days", "1.5 hours", 90])
def test_what_is_no_length_of_time_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        Span.model_validate(written)


def test_a_span_becomes_an_exact_length_where_it_has_one() -> None:
    assert Span.model_validate("36 hours").timedelta == timedelta(hours=36)
    with pytest.raises(ValueError, match="calendar"):
        _ = Span.model_validate("7 working days").timedelta


def test_a_span_that_comes_back_reads_as_a_rhythm() -> None:
    assert Span.model_validate("1 hour").rhythm == "every hour"
    assert Span.model_validate("15 minutes").rhythm == "every 15 minutes"


@given(st.integers(1, 1000))
def test_a_week_is_as_long_as_its_days(weeks: int) -> None:
    in_weeks = Span.model_validate(f"{weeks} weeks")
    in_days = Span.model_validate(f"{weeks * 7} days")

    assert in_weeks.timedelta == in_days.timedelta
    assert not in_weeks.is_longer_than(in_days)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        # The darkest and lightest greys that pass and fail on white, as WCAG's tools give them.
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
    ],
)
def test_contrast_agrees_with_the_published_figures(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_bank_holidays_of_four_years_are_known(croydon: Place) -> None:
    calendar = croydon.calendar

    assert list(calendar.years) == [2024, 2025, 2026, 2027]
    assert calendar.holidays[date(2026, 4, 3)] == "Good Friday"
    # Boxing Day 2026 is a Saturday; both days of Christmas 2027 fall on the weekend.
    assert not calendar.is_working_day(date(2026, 12, 28))
    assert not calendar.is_working_day(date(2027, 12, 28))
    assert calendar.is_working_day(date(2026, 12, 29))
    assert len(calendar.holidays) == 32


def test_seven_working_days_over_easter_skip_four_closed_days(croydon: Place) -> None:
    admitted = date(2026, 4, 1)

    due = croydon.calendar.add_working_days(admitted, 7)

    assert due == date(2026, 4, 14)
    assert croydon.calendar.working_days_between(admitted, due) == 7


def test_a_day_in_the_place_own_calendar_is_closed(northmere: Place, croydon: Place) -> None:
    show_day = date(2026, 6, 26)

    assert not northmere.calendar.is_working_day(show_day)
    assert croydon.calendar.is_working_day(show_day)


def test_beyond_the_known_years_the_calendar_says_so(croydon: Place) -> None:
    with pytest.raises(CalendarRunsOutError, match="2028 are not known"):
        croydon.calendar.is_working_day(date(2028, 1, 3))


@given(st.dates(date(2024, 1, 1), date(2027, 11, 1)), st.integers(0, 30))
def test_a_due_day_is_a_working_day_and_counts_back(day: date, count: int) -> None:
    calendar = WorkingCalendar(bank_holidays="england")

    due = calendar.add_working_days(day, count)

    assert calendar.is_working_day(due)
    assert due >= day
    if count:
        assert calendar.working_days_between(day, due) == count


def test_measured_clocks_have_no_target_and_all_others_one(any_place: Place) -> None:
    for clock in any_place.clocks:
        assert (clock.target is None) == (clock.kind is ClockKind.MEASURED)


# --- Finding a place ------------------------------------------------------------------------------


def test_a_place_is_found_by_its_name_or_its_path() -> None:
    by_name = place_path("croydon")

    assert by_name.name == "croydon.toml"
    assert place_path(by_name) == by_name
    assert place_path("croydon.toml") == by_name


def test_a_place_in_the_current_folder_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "places" / "croydon.toml"
    own.parent.mkdir()
    own.write_text("key = 'croydon'", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert place_path("croydon") == own


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_name_the_places_themselves_say_which(nothing: str | None) -> None:
    default = (Path(__file__).parents[2] / "places" / "default").read_text("utf-8").strip()

    assert place_path(nothing).stem == default


@pytest.mark.parametrize("name", ["atlantis", "places/atlantis.toml", "../croydon"])
def test_a_place_that_is_not_there_is_answered_with_those_that_are(name: str) -> None:
    with pytest.raises(PlaceError, match="croydon, northmere"):
        place_path(name)
