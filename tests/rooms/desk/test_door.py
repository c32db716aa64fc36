"""The door: in a demonstration two ways in and what is still arriving; elsewhere to sign in."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from oneplace.desk import presenters, queries
from oneplace.desk.queries import Step
from oneplace.vocabulary.terms import Role

PLACE = settings.PLACE


@dataclass(frozen=True)
class Somebody:
    """A person of a demonstration, as `access` gives them."""

    role: Role
    name: str = "Sana Ortiz"
    title: str = "Title"
    why: str = ""
    account_id: str = "0198"


def _door(people: list[Somebody], steps: tuple[Step, ...] = ()) -> presenters.Door:
    return presenters.Door.made(place=PLACE, people=people, steps=steps)


def test_every_role_stands_in_one_group_of_the_door() -> None:
    door = _door([Somebody(role) for role in Role])

    titles = [group.title for group in door.groups]
    assert titles == ["People who care", "People who run it", "People who decide", "Residents"]
    assert sum(len(group.people) for group in door.groups) == len(Role)
    assert sorted(role for *_, roles in presenters.DOOR_GROUPS for role in roles) == sorted(Role)


def test_each_person_has_a_reason_to_be_walked_in_as() -> None:
    door = _door([Somebody(Role.GP), Somebody(Role.ANALYST, why="Because of the chart.")])

    reasons = {one.key: one.why for group in door.groups for one in group.people}
    assert reasons["analyst"] == "Because of the chart."
    assert reasons["gp"].startswith("Sees why a patient is put forward")


def test_the_partners_stand_round_one_person() -> None:
    door = _door([])

    assert len(door.picture) == len(PLACE.partners)
    assert door.picture[0].y < 180 and door.picture[0].x == 180
    assert door.count == {6: "six"}.get(len(PLACE.partners), door.count)


def test_what_is_arriving_is_read_from_the_file_the_demo_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA_FOLDER", tmp_path)
    (tmp_path / "demo").mkdir()
    row = {"name": "Feeds", "state": "now", "what": "GP", "done": 3, "total": 9}
    (tmp_path / "demo" / "arriving.json").write_text(json.dumps({"steps": [row]}))

    assert queries.arriving() == (Step("Feeds", "now", "GP", 3, 9),)


@pytest.mark.parametrize("written", [None, "", "{", "[]", '{"steps": [1]}', '{"steps": null}'])
def test_a_file_that_cannot_be_read_means_that_nothing_is_arriving(
    written: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA_FOLDER", tmp_path)
    if written is not None:
        (tmp_path / "demo").mkdir()
        (tmp_path / "demo" / "arriving.json").write_text(written)

    assert queries.arriving() == ()
    assert presenters.Arriving(()).is_over


@pytest.mark.django_db
def test_outside_a_demonstration_the_door_offers_to_sign_in(client: Client) -> None:
    page = client.get("/").content.decode()

    assert "Sign in" in page
    assert "Walk in as" not in page and "/demo/" not in page
    assert PLACE.identity.website.help_phone in page


@pytest.mark.django_db
def test_nobody_can_be_walked_in_as_outside_a_demonstration() -> None:
    assert list(queries.demo_people()) == []


@pytest.mark.django_db
def test_asking_what_is_arriving_without_a_script_leads_to_the_door(client: Client) -> None:
    assert client.get("/arriving/")["Location"] == "/"


@pytest.mark.django_db
def test_when_all_has_arrived_the_door_is_shown_anew(client: Client) -> None:
    answer = client.get("/arriving/", headers={"hx-request": "true"})

    assert answer.headers["HX-Refresh"] == "true"


def test_a_step_that_failed_is_said_and_not_waited_for() -> None:
    steps = (
        Step("Borough", "done", "", 0, 0),
        Step("People at work", "failed", "Row 603 has no email.", 0, 0),
    )

    arriving = presenters.Arriving(steps)

    assert arriving.is_over and arriving.is_shown and arriving.has_failed
    assert not presenters.Arriving(()).is_shown


def test_the_door_says_what_could_not_be_taken_in() -> None:
    words = "2 files could not be taken in: the first is b.hl7. It is cut off."
    steps = (Step("Borough", "done", "", 0, 0), Step("Feeds", "done", words, 0, 0))

    page = render_to_string("desk/arriving.html", {"arriving": presenters.Arriving(steps)})

    assert "Not everything could be taken in" in page and words in page
    assert "Still arriving" not in page and "hx-get" not in page


@pytest.mark.django_db
def test_the_door_says_what_did_not_arrive(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        queries, "arriving", lambda: (Step("People", "failed", "Row 603 has no email.", 0, 0),)
    )

    page = client.get("/arriving/", headers={"hx-request": "true"}).content.decode()

    assert "Something did not arrive" in page and "Row 603 has no email." in page
    assert "hx-get" not in page
