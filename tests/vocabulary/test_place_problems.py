"""Broken places: each message names file, key, reason and what to do."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplace.vocabulary.place import (
    Place,
    PlaceError,
    PlaceNameError,
    load_place,
    place_path,
    starter_text,
)
from oneplace.vocabulary.place.checks import problems_between_parts
from oneplace.vocabulary.place.problems import problems_of, with_names

SOUND = tomllib.loads(place_path("croydon").read_text(encoding="utf-8"))

Break = Callable[[dict[str, Any]], Any]


def _set(path: str, value: Any) -> Break:
    """A breakage that writes `value` at a dotted path such as `practices[3].network`."""

    def breaks(place: dict[str, Any]) -> None:
        holder, last = _holder(place, path)
        holder[last] = value

    return breaks


def _drop(path: str) -> Break:
    def breaks(place: dict[str, Any]) -> None:
        holder, last = _holder(place, path)
        del holder[last]

    return breaks


def _holder(place: dict[str, Any], path: str) -> tuple[Any, Any]:
    steps: list[str | int] = [
        int(index) if index else word for word, index in re.findall(r"(\w+)|\[(\d+)\]", path)
    ]
    # \w+ also matches the digits within brackets' reach; brackets come out as integers.
    holder: Any = place
    for step in steps[:-1]:
        holder = holder[step]
    return holder, steps[-1]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copy(inner) for inner in value]
    return value


def _problems(place: dict[str, Any]) -> list[tuple[str, str]]:
    """Key and whole sentence of each problem, as loading the file would report them."""
    from pydantic import ValidationError

    try:
        loaded = Place.model_validate(place)
    except ValidationError as error:
        problems = problems_of(error, model=Place)
    else:
        problems = problems_between_parts(loaded)
    return [
        (problem.key, problem.sentence(Path("broken.toml")))
        for problem in with_names(problems, place)
    ]


BROKEN: dict[str, tuple[Break, str, str]] = {
    # what is broken: (how, the key it must name, words it must say)
    "a key is missing": (_drop("time_zone"), "time_zone", "it is missing"),
    "a table is missing": (_drop("thresholds"), "thresholds", "it is missing"),
    "a key nobody knows at the top": (
        _set("wordmrak", "x"), "wordmrak", "no such key here",
    ),
    "a misspelt key in a row": (
        _set("partners[0].short_wrod", "Council"), "partners[0].short_wrod",
        'Did you mean "short_word"?',
    ),
    "a misspelt key in a table of tables": (
        _set("sharing.direct_care.polcy", "x"), "sharing.direct_care.polcy",
        'Did you mean "policy"?',
    ),
    "a word for a number": (
        _set("practices[2].list_size", "many"), "practices[2].list_size", "a whole number",
    ),
    "a number out of range": (
        _set("population.people", 12), "population.people", "at least 1000",
    ),
    "a code of a choice from a feed nobody sends": (
        _set("choice_codes[0].feeds", ["gp_hstory"]), "choice_codes[0].feeds[0]",
        'there is no feed "gp_hstory"',
    ),
    "a code that would say two things": (
        lambda place: _set("choice_codes[1].code", place["choice_codes"][0]["code"])(place),
        "choice_codes[1].code", "is listed twice",
    ),
    "an answer about opt-outs kept too long": (
        _set("national_opt_out", {"holds_for": "22 days"}), "national_opt_out",
        "longer than an answer may be kept",
    ),
    "nobody registered": (
        _set("practices[0].list_size", 0), "practices[0].list_size", "more than 0",
    ),
    "a time that is none": (
        _set("practices[0].huddle.at", "eight"), "practices[0].huddle.at", "a time like 09:40:00",
    ),
    "a date that is none": (
        _set("networks[1].started_on", "September"), "networks[1].started_on", "a date like",
    ),
    "a weekday that is none": (
        _set("practices[3].huddle.weekday", "thrusday"), "practices[3].huddle.weekday",
        'Did you mean "thursday"?',
    ),
    "a code with a space": (
        _set("practices[0].code", "ZZ TH"), "practices[0].code", "capital letters and digits",
    ),
    "a key with capitals": (
        _set("networks[0].code", "Thornton"), "networks[0].code", "small letters, digits and _",
    ),
    "an empty name": (_set("partners[1].name", ""), "partners[1].name", "too short"),
    "a short word too long": (
        _set("partners[1].short_word", "The whole of the NHS here"), "partners[1].short_word",
        "within 16",
    ),
    "a colour that is none": (
        _set("identity.colours.header", "teal"), "identity.colours.header", "#1d4f5c",
    ),
    "unreadable header": (
        _set("identity.colours.header_text", "#5d7d8d"), "identity.colours",
        "header_text on header",
    ),
    "unreadable links": (
        _set("identity.colours.accent", "#7fd4e4"), "identity.colours",
        "accent on the white page",
    ),
    "a time zone that is none": (
        _set("time_zone", "Europe/Atlantis"), "time_zone", "Europe/London",
    ),
    "a practice of no network": (
        _set("practices[12].network", "atlantis"), "practices[12].network",
        'there is no network "atlantis"',
    ),
    "a network without practices": (
        lambda place: place["networks"].append(
            {**place["networks"][5], "code": "empty", "name": "Empty"}
        ),
        "networks[6]", "has no practice",
    ),
    "two practices of one code": (
        _set("practices[1].code", "ZZTH01"), "practices[1].code", "used twice",
    ),
    "two partners of one organisation code": (
        _set("partners[3].ods_code", "Z00"), "partners[3].ods_code", "used twice",
    ),
    "two partners shown by one word": (
        _set("partners[3].short_word", "Council"), "partners[3].short_word", "used twice",
    ),
    "a joint service shown like a partner": (
        _set("joint_services[0].short_word", "Hospital"), "joint_services[0].short_word",
        "shown for a partner",
    ),
    "a joint service of a stranger": (
        _set("joint_services[0].partners[1]", "army"), "joint_services[0].partners[1]",
        'no partner "army"',
    ),
    "a huddle shared with nobody": (
        _set("practices[0].shares_huddle_with", "ZZXX99"), "practices[0].shares_huddle_with",
        'no practice "ZZXX99"',
    ),
    "a huddle shared with oneself": (
        _set("practices[0].shares_huddle_with", "ZZTH01"), "practices[0].shares_huddle_with",
        "no huddle of its own",
    ),
    "a huddle shared with another network": (
        _set("practices[0].shares_huddle_with", "ZZPC01"), "practices[0].shares_huddle_with",
        "another network",
    ),
    "the pilot starts last": (
        _set("networks[0].started_on", "2025-12-01"), "networks[0].started_on", "the pilot",
    ),
    "a network starts after now": (
        _set("networks[5].started_on", "2026-05-01"), "networks[5].started_on", "after",
    ),
    "a team employed by nobody": (
        _set("teams[0].holds[1].employer", "navy"), "teams[0].holds[1].employer",
        'no partner "navy"',
    ),
    "a post of a role its employer does not employ": (
        _set("teams[0].holds[5].employer", "council"),
        "teams[0].holds[5].role",
        'employs nobody as "pic"',
    ),
    "lists of another borough": (
        _set("population.people", 40_000),
        "population.people",
        "380,000 are on the practices' lists",
    ),
    "a session that lasts a month": (
        _set("sessions.absolute", "1 month"),
        "sessions.absolute",
        "not the same length",
    ),
    "a team with a role nobody has": (
        _set("teams[0].holds[0].role", "wizard"), "teams[0].holds[0].role", "Use one of",
    ),
    "a team without anybody": (_set("teams[1].holds", []), "teams[1].holds", "too short"),
    "a team of one and of each network": (
        _set("teams[0].network", "central"), "teams[0]", "both each_network and network",
    ),
    "a team of each network without a name of its own": (
        _set("teams[0].name", "Network team"), "teams[0]", "{network}",
    ),
    "a team with unknown hours": (
        _set("teams[2].reach.hours", "tea_time"), "teams[2].reach.hours",
        'no set of service hours "tea_time"',
    ),
    "a service of no team": (_set("services[4].team", "ghosts"), "services[4].team", 'no team'),
    "a service in no known language": (
        _set("services[4].languages", ["en", "tlh"]), "services[4].languages[1]", "no language",
    ),
    "a service verified in the future": (
        _set("services[0].last_verified_on", "2027-01-01"), "services[0].last_verified_on",
        "after the demonstration",
    ),
    "a hospital of nobody": (
        _set("hospitals[0].partner", "army"), "hospitals[0].partner", 'no partner "army"',
    ),
    "two wards of one code": (
        _set("hospitals[0].wards[3].code", "ROWAN"), "hospitals[0].wards[3].code", "used twice",
    ),
    "a site in no network": (
        _set("sites[0].network", "atlantis"), "sites[0].network", "no network",
    ),
    "fewer beds than homes": (_set("care_homes.beds", 100), "care_homes", "fewer beds"),
    "beds reported backwards": (
        _set("care_homes.bed_return_to_day", 3), "care_homes", "bed_return_to_day",
    ),
    "a member of no partner": (
        _set("bodies[0].members[2].partner", "army"), "bodies[0].members[2].partner",
        'no partner "army"',
    ),
    "a quorum nobody can reach": (
        _set("bodies[0].quorum", 9), "bodies[0].quorum", "never decide",
    ),
    "a provider awards contracts": (
        _set("bodies[4].members[1].partner", "hospital_trust"), "bodies[4].members[1].partner",
        "who is paid",
    ),
    "a power nobody knows": (
        _set("bodies[0].powers", ["rules_the_waves"]), "bodies[0].powers[0]", "Use one of",
    ),
    "a clock without a target": (_drop("clocks[0].target"), "clocks[0]", "needs a target"),
    "a measured clock with a target": (
        _set("clocks[6].target", "2 days"), "clocks[6]", "has no target",
    ),
    "a window without its least": (_drop("clocks[12].least"), "clocks[12]", "needs its least"),
    "a least longer than the target": (
        _set("clocks[12].least", "5 months"), "clocks[12]", "longer than its target",
    ),
    "a clock that stops where it starts": (
        _set("clocks[0].stops", "referral_received"), "clocks[0]", "same moment",
    ),
    "a clock that warns before it starts": (
        _set("clocks[0].warn_before", ["3 hours"]), "clocks[0]", "before it starts",
    ),
    "a clock paused by no listed rule": (
        _set("clocks[0].pauses", ["tea_break"]), "clocks[0].pauses[0]", "no pause rule",
    ),
    "a clock with unknown hours": (
        _set("clocks[0].hours", "tea_time"), "clocks[0].hours", "service hours",
    ),
    "a clock's length in no unit": (
        _set("clocks[8].target", "7 moons"), "clocks[8].target", "7 working days",
    ),
    "a clock's rule misspelt": (_set("clocks[0].rule", "ucr1"), "clocks[0].rule", "LIFE-1"),
    "two clocks of one rule": (_set("clocks[1].rule", "UCR-1"), "clocks[1].rule", "used twice"),
    "a clock started by nothing known": (
        _set("clocks[0].starts", "full_moon"), "clocks[0].starts", "Use one of",
    ),
    "hours that never end": (
        _set("service_hours[0].closes", "08:00:00"), "service_hours[0]", "all_day",
    ),
    "hours without an end": (
        _drop("service_hours[0].closes"), "service_hours[0]", "opening or closing time",
    ),
    "a review longer than the longest": (
        _set("thresholds.huddle_review_least", "2 years"), "thresholds.huddle_review_least",
        "not a length of time",
    ),
    "reviews the wrong way round": (
        _set("thresholds.huddle_review_least", "13 months"), "thresholds",
        "longer than huddle_review_most",
    ),
    "falls asked the wrong way round": (
        _set("thresholds.falls_ask_at_risk_from_age", 70), "thresholds", "later in life",
    ),
    "holidays of nowhere": (
        _set("calendar.bank_holidays", "narnia"), "calendar.bank_holidays", "england",
    ),
    "closed days out of order": (
        _set(
            "calendar.closed_days",
            [{"on": "2026-05-05", "name": "b"}, {"on": "2026-01-02", "name": "a"}],
        ),
        "calendar", "order of date",
    ),
    "a week without work": (
        _set(
            "calendar.weekend",
            ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        ),
        "calendar", "at least one day",
    ),
    "a purpose without a rule": (
        _drop("sharing.evaluation"), "sharing.evaluation", "it is missing",
    ),
    "a purpose nobody knows": (
        lambda place: place["sharing"].update(marketing=place["sharing"]["evaluation"]),
        "sharing.marketing", "Use one of",
    ),
    "an objection that stops an alarm": (
        _set("sharing.safeguarding.respects_objection", True),
        "sharing.safeguarding.respects_objection", "somebody's safety",
    ),
    "names in what is published": (
        _set("sharing.public_reporting.is_identifiable", True),
        "sharing.public_reporting.is_identifiable", "would name people",
    ),
    "a role nobody has": (
        lambda place: place["roles"].update(wizard={"title": "Wizard"}), "roles.wizard",
        "Use one of",
    ),
    "a permission added and removed": (
        _set("roles.pic", {"add": ["search"], "remove": ["search"]}), "roles.pic",
        "both added and removed",
    ),
    "a session idle for longer than it lasts": (
        _set("sessions.idle", "2 days"), "sessions", "idle for longer",
    ),
    "a warning before the session": (
        _set("sessions.warn_before", "20 minutes"), "sessions", "before the session begins",
    ),
    "more old than very old people": (
        _set("population.share_85_and_over", 0.2), "population", "older shares",
    ),
    "frailty that does not add up": (
        _set("population.frailty_shares", [0.5, 0.5, 0.5, 0.5]), "population", "add up to 2",
    ),
    "languages that do not add up": (_set("languages[1].share", 0.9), "languages", "add up"),
    "a feed of nobody": (_set("feeds[0].partner", "army"), "feeds[0].partner", "no partner"),
    "a feed in no known form": (
        _set("feeds[0].kind", "telepathy"), "feeds[0].kind", "Use one of",
    ),
    "a show practice that is not there": (
        _set("demo.show_practice", "ZZXX99"), "demo.show_practice", "no practice",
    ),
    "an agenda longer than the list": (
        _set("demo.show_agenda", 60), "demo", "more people stand on the agenda",
    ),
    "a now beyond the calendar": (
        _set("demo.now", "2031-03-12T09:40:00"), "demo.now", "bank holidays of 2031",
    ),
    "a now with an offset": (
        _set("demo.now", "2026-03-12T09:40:00+01:00"), "demo.now", "time_zone says it",
    ),
    "a code that could be real": (
        _set("practices[0].code", "H83001"), "practices[0].code", "could be a real",
    ),
    "a phone that could be somebody's": (
        _set("partners[0].phone", "020 8726 6000"), "partners[0].phone", "set aside for drama",
    ),
    "an address that could be somebody's": (
        _set("teams[0].reach.email", "info@nhs.net"), "teams[0].reach.email", "reaches nobody",
    ),
    "no partners to speak of": (_set("partners", []), "partners", "at least 2"),
    "a list where a table belongs": (_set("thresholds", [1, 2]), "thresholds", "table"),
}  # fmt: skip


def test_the_place_that_is_broken_below_is_sound() -> None:
    assert _problems(_copy(SOUND)) == []


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_place_names_its_key_and_says_why(what: str) -> None:
    breaks, key, words = BROKEN[what]
    place = _copy(SOUND)
    breaks(place)

    problems = dict(_problems(place))

    assert key in problems, problems
    sentence = problems[key]
    assert words in sentence
    assert sentence.startswith(f"broken.toml, {key}")
    # A reason and something to do: at least two sentences.
    assert len(re.findall(r"[.?](?:\s|$)", sentence.split(": ", 1)[1])) >= 2


def test_a_problem_in_a_row_names_the_row_so_that_nobody_counts() -> None:
    place = _copy(SOUND)
    place["practices"][12]["network"] = "atlantis"

    [(_, sentence)] = _problems(place)

    assert f"(“{place['practices'][12]['code']}”)" in sentence


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = place_path("croydon").read_text(encoding="utf-8")
    broken = tmp_path / "broken.toml"
    broken.write_text(
        text.replace('short_word = "Council"', 'short_wrod = "Council"')
        .replace('"7 working days"', '"7 moons"')
        .replace('kind = "charity"', 'kind = "chairty"'),
        encoding="utf-8",
    )

    with pytest.raises(PlaceError) as refused:
        load_place(broken)

    assert {problem.key for problem in refused.value.problems} == {
        "partners[0].short_word",
        "partners[0].short_wrod",
        "partners[5].kind",
        "clocks[8].target",
    }
    assert str(refused.value).startswith(f"{broken} cannot be used: 4 problems.")


def test_a_file_that_is_no_toml_names_the_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('key = "x"\nname = oops\n', encoding="utf-8")

    with pytest.raises(PlaceError, match=r"broken\.toml: it is not well-formed TOML.*line 2"):
        load_place(broken)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"\xff\xfe\x00k")

    with pytest.raises(PlaceError, match="UTF-8"):
        load_place(broken)


def test_an_empty_file_lists_everything_that_is_missing(tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text("", encoding="utf-8")

    with pytest.raises(PlaceError) as refused:
        load_place(empty)

    keys = {problem.key for problem in refused.value.problems}
    assert {"key", "partners", "networks", "clocks", "teams", "demo"} <= keys
    assert all("missing" in problem.reason for problem in refused.value.problems)


def test_a_missing_file_and_a_folder_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="no such file"):
        load_place(tmp_path / "nowhere.toml")
    with pytest.raises(PlaceError, match="cannot be read"):
        load_place(tmp_path)


def test_a_file_without_permission_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)

    with pytest.raises(PlaceError, match=r"cannot be read \(permission denied\)"):
        load_place(tmp_path / "locked.toml")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(SOUND)), JUNK)
def test_junk_in_any_part_gives_problems_and_never_a_crash(part: str, junk: Any) -> None:
    place = {**SOUND, part: junk}

    for key, sentence in _problems(place):
        assert isinstance(key, str)
        assert sentence.startswith("broken.toml")


def test_a_starter_is_sound_and_shows_every_key_there_is(tmp_path: Path) -> None:
    text = starter_text("Much Wenborough")
    file = tmp_path / "much_wenborough.toml"
    file.write_text(text, encoding="utf-8")

    fresh = load_place(file)

    assert fresh.key == "much_wenborough"
    words = set(re.findall(r"[a-z_0-9]+", text))
    assert _keys(Place) <= words


@pytest.mark.parametrize("name", ['He said "no"', "back\\slash", "Île-de-mer", "O’Brien’s Town"])
def test_a_starter_takes_any_name_that_gives_a_key(name: str, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(starter_text(name), encoding="utf-8")

    assert load_place(file).name == name


@pytest.mark.parametrize("name", ["", "   ", "123", "!!!", "a\x00b", "x" * 61, "東京"])
def test_a_starter_refuses_a_name_that_gives_no_key(name: str) -> None:
    with pytest.raises(PlaceNameError):
        starter_text(name)


def _keys(model: type) -> set[str]:
    from oneplace.vocabulary.place.problems import _first_model

    found: set[str] = set()
    for name, field in model.model_fields.items():  # type: ignore[attr-defined]
        found.add(field.alias or name)
        inner = _first_model(field.annotation)
        # A length of time is written as words, not as a table.
        if inner is not None and inner.__name__ != "Span":
            found |= _keys(inner)
    return found
