"""Templates are data: strict about their fields, checked when read, the same in every room."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from oneplace.post.models import Channel
from oneplace.post.wording import WordingProblem, all_wordings, read_wording, wording

GOOD = """
name = "greeting"
version = 2
channel = "email"
audience = "staff"
why = "To greet."
[fields]
name = "recipient_name"
count = "number"
[words.en]
subject = "Hello {{ name }}"
body = "{{ count }} things, {{ place.identity.wordmark }}"
"""


def _read(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "greeting.toml"
    path.write_text(text)
    return read_wording(path)


def test_a_template_renders_subject_and_body(tmp_path: Path) -> None:
    made = _read(tmp_path, GOOD)

    subject, body = made.render({"name": "Jo", "count": 1200})

    assert subject == "Hello Jo"
    assert body.startswith("1,200 things, ")
    assert body.endswith("\n")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("version = 2", 'version = "2"', "greeting.toml, version: write a whole number"),
        ('channel = "email"', 'channel = "pigeon"', "channel: 'pigeon' is not one of notice,"),
        ('count = "number"', 'count = "thing"', "fields.count: 'thing' is not one of"),
        ("{{ count }}", "{{ cuont }}", "words.en.body: 'cuont' is used but not declared"),
        ('why = "To greet."', 'wy = "To greet."', "wy: there is no such key"),
        ('why = "To greet."', "", "why: it is missing"),
        ('name = "greeting"', 'name = "other"', "the file is called greeting"),
        ("[words.en]", "[words.cy]", r"English words \[words.en\] are missing"),
        ("{{ name }}", "{{ name", "words.en.subject:"),
        ("[fields]", "[fields", "this is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_file_key_and_reason(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(WordingProblem, match=words):
        _read(tmp_path, GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "Jo"}, "Template 'greeting' .version 2, email.: its field 'count' was not given"),
        ({"name": "Jo", "count": 1, "extra": 1}, "it has no field 'extra'"),
        ({"name": "Jo", "count": "1"}, "'count' must be a whole number"),
        ({"name": " ", "count": 1}, "'name' must be some words"),
        ({"name": "Jo\nBcc: x", "count": 1}, "'name' must be one line"),
        ({"name": "J" * 201, "count": 1}, "longer than 200"),
    ],
)
def test_what_is_given_to_a_template_is_checked_field_by_field(
    tmp_path: Path, values: dict[str, Any], words: str
) -> None:
    made = _read(tmp_path, GOOD)

    with pytest.raises(WordingProblem, match=words):
        made.render(values)


@pytest.mark.parametrize(
    "link",
    [
        "http://elsewhere.invalid/x",
        "//elsewhere.invalid",
        "x",
        "/people/?name=Desmond",
        "/people/#Desmond",
    ],
)
def test_a_link_leads_to_a_page_of_ours_and_carries_nothing(link: str) -> None:
    with pytest.raises(WordingProblem, match="'link'"):
        wording("something_waits").render({"name": "Jo", "count": 1, "link": link})


def test_days_moments_and_numbers_are_written_as_people_say_them() -> None:
    _subject, body = wording("invitation").render(
        {
            "name": "Jo",
            "inviter": "Sam",
            "role": "GP",
            "organisation": "Elm Surgery",
            "link": "/invitations/x/",
            "expires_on": date(2026, 3, 19),
        }
    )
    _subject, reset = wording("password_reset").render(
        {"name": "Jo", "link": "/x/", "expires_at": datetime(2026, 7, 1, 9, 5, tzinfo=UTC)}
    )

    assert "until 19 March 2026" in body
    assert "http://localhost:8000/invitations/x/" in body
    assert "1 July 2026, 10:05" in reset


def test_fields_are_data_and_never_run_as_a_template() -> None:
    _subject, body = wording("notice").render(
        {"subject": "{{ place }}", "words": "{{ 7 * 7 }} {% if x %}"}
    )

    assert body == "{{ 7 * 7 }} {% if x %}\n"


def test_an_unknown_template_is_named_with_those_there_are() -> None:
    with pytest.raises(WordingProblem, match=r"no template 'inviation'; there are .*invitation"):
        wording("inviation")


def test_every_template_we_ship_says_why_it_exists_and_speaks_english() -> None:
    shipped = all_wordings()

    assert {"invitation", "password_reset", "signed_in_elsewhere", "notice"} <= set(shipped)
    assert all(made.why.endswith(".") for made in shipped.values())
    assert {made.channel for made in shipped.values()} == set(Channel)
