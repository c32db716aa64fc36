"""Sharing agreements of a place: those that contradict each other are refused, naming both."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from oneplace.vocabulary.place import Place, place_path
from oneplace.vocabulary.place.agreement_checks import agreement_problems
from oneplace.vocabulary.place.problems import problems_of

SOUND = place_path("croydon").read_text(encoding="utf-8")
Rows = list[dict[str, Any]]


def _second(change: dict[str, Any]) -> Callable[[Rows], None]:
    """Another agreement beside the first, saying the same but for the changes."""

    def adds(rows: Rows) -> None:
        rows.append({**rows[0], "code": "another", "name": "Another agreement", **change})

    return adds


def _change(index: int, **changes: Any) -> Callable[[Rows], None]:
    def changes_row(rows: Rows) -> None:
        rows[index] = {**rows[index], **changes}

    return changes_row


def _said(broken: Callable[[Rows], None]) -> str:
    """Everything wrong with the place, as its editor would read it."""
    given = tomllib.loads(SOUND)
    broken(given["sharing_agreements"])
    try:
        place = Place.model_validate(given)
    except ValueError as error:
        return " ".join(each.reason for each in problems_of(error, model=Place))  # type: ignore[arg-type]
    return " ".join(f"{each.key}: {each.reason}" for each in agreement_problems(place))


def _terms(**line: Any) -> list[dict[str, Any]]:
    return [{"from": ["council"], "to": ["kind:gp_practice"], "parts": ["notes"], **line}]


def test_the_agreements_of_the_place_are_sound() -> None:
    assert _said(lambda rows: None) == ""


def test_an_agreement_beside_another_that_says_the_same_is_sound() -> None:
    assert _said(_second({})) == ""


BOTH = "“Caring for people together” and “Another agreement” contradict each other"


@pytest.mark.parametrize(
    ("change", "about"),
    [
        ({"terms": _terms(needs_yes=True)}, "whether the person is asked for a yes"),
        ({"policy": "consent_required"}, "how people are told or asked"),
        ({"confidentiality_basis": "public_interest"}, "why the duty of confidence allows it"),
        ({"data_protection_basis": "legal_obligation"}, "the basis in data-protection law"),
    ],
)
def test_two_agreements_that_say_different_things_are_refused_naming_both(
    change: dict[str, Any], about: str
) -> None:
    said = _said(_second(change))

    assert BOTH in said
    assert about in said


def test_a_line_of_every_practice_is_held_against_one_of_their_collaborative() -> None:
    parties = [{"key": "kind:council"}, {"key": "kind:gp_practice"}]
    terms = [{**_terms(needs_yes=True)[0], "from": ["kind:council"]}]

    assert BOTH in _said(_second({"parties": parties, "terms": terms}))


def test_agreements_whose_days_or_purposes_differ_do_not_contradict() -> None:
    later = {"starts_on": "2027-04-01", "review_on": "2027-06-01", "ends_on": "2028-03-31"}
    asks = {"terms": _terms(needs_yes=True)}

    assert _said(_second({**asks, **later})) == ""
    assert _said(_second({**asks, "purposes": ["commissioning"], "terms": _terms()})) == ""


def test_an_agreement_does_not_contradict_the_version_that_takes_its_place() -> None:
    def newer(rows: Rows) -> None:
        begins = {"version": 2, "starts_on": "2026-06-01", "review_on": "2026-09-01"}
        rows.append({**rows[0], **begins, "policy": "consent_required"})
        rows.append({**rows[0], "code": "another", "name": "Another agreement", **begins})

    said = _said(newer)

    assert "“Caring for people together” and “Another agreement” contradict" in said
    assert said.count("contradict each other") == 1


def test_an_agreement_that_says_two_things_of_one_line_contradicts_itself() -> None:
    terms = [*_terms(), *_terms(needs_yes=True)]

    assert "contradicts itself" in _said(_change(0, terms=terms))


def test_names_do_not_flow_where_the_place_says_that_none_are_used() -> None:
    terms = [{"from": ["council"], "to": ["commissioner"], "parts": ["who"]}]

    assert "no names are used" in _said(_change(2, terms=terms))


def test_an_agreement_asks_people_at_least_as_the_place_does() -> None:
    assert "the place’s own rule" in _said(_change(0, policy="inform_after"))


def test_an_agreement_that_rests_on_a_yes_waits_for_one_somewhere() -> None:
    said = _said(_change(0, confidentiality_basis="explicit_consent"))

    assert "no line of it waits for a yes" in said


def test_versions_stand_in_the_order_of_their_days() -> None:
    def earlier(rows: Rows) -> None:
        rows.append({**rows[0], "version": 2, "starts_on": "2025-03-01"})

    assert "begins before an earlier version" in _said(earlier)


def test_specially_protected_items_are_shared_to_keep_somebody_safe_and_for_nothing_else() -> None:
    terms = [{"from": ["council"], "to": ["kind:gp_practice"], "parts": ["protected"]}]
    safety = {"purposes": ["safeguarding"], "policy": "inform_after", "terms": terms}

    assert "stay with whoever wrote them" in _said(_change(0, terms=terms))
    assert _said(lambda rows: rows.append({**rows[0], "code": "safety", **safety})) == ""
