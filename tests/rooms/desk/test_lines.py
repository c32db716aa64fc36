"""Lines of a record in words, without a page round them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from oneplace.desk.presenters.record.banner import _decided as decided
from oneplace.desk.presenters.record.banner import is_wish
from oneplace.desk.presenters.record.health import _number, _text
from oneplace.desk.presenters.record.line import Line, amount, certainty, line_of
from oneplace.vocabulary.terms import EntryKind, EntryStatus
from tests.rooms.desk.saying import AT


def line(kind: EntryKind, title: str = "", **given: Any) -> Line:
    """A line of the record, as its query answers it."""
    row: dict[str, Any] = {
        "id": str(uuid.UUID(int=1)), "kind": kind.value, "source": "gp", "key": "1",
        "status": "current", "starts_at": AT.isoformat(), "ends_at": None,
        "sorts_at": AT.isoformat(), "exactness": "second", "title": title, "words": "",
        "value": None, "unit": "", "organisation": "", "by": "", "where_name": "", "detail": {},
        "said_at": AT.isoformat(), "arrived_at": AT.isoformat(), "within_id": None,
        "by_phone": "", "where_phone": "",
    }  # fmt: skip
    return line_of(row | given)


@pytest.mark.parametrize(
    ("status", "days", "is_on"),
    [
        ("current", None, True),
        ("current", 2, True),
        ("current", -2, False),
        ("not_said", 2, True),
        ("ended", None, False),
        ("planned", None, False),
    ],
)
def test_an_end_yet_to_come_is_no_end(status: str, days: int | None, is_on: bool) -> None:
    ends_at = None if days is None else (AT + timedelta(days=days)).isoformat()

    one = line(EntryKind.MEDICINE, status=EntryStatus(status).value, ends_at=ends_at)

    assert one.goes_on(AT) is is_on


def test_what_must_not_be_given_says_so_first() -> None:
    assert line(EntryKind.MEDICINE, "Aspirin", detail={"must_not": True}).title == (
        "Do not give: Aspirin"
    )
    assert line(EntryKind.REFERRAL, "Scan", detail={"must_not": True}).title == "Scan"


# --- blood pressure -------------------------------------------------------------------------------
UPPER = {"what": "Upper", "code": "8480-6", "value": "136", "unit": "mmHg"}
LOWER = {"what": "Lower", "code": "8462-4", "value": "81", "unit": "mmHg"}
SNOMED_UPPER = {"what": "BP", "code": "271649006", "value": "136", "unit": "mmHg"}
SNOMED_LOWER = {"what": "BP", "code": "271650006", "value": "81", "unit": "mmHg"}
NAMED_UPPER = {"what": "Systolic blood pressure", "value": "136", "unit": "mmHg"}
NAMED_LOWER = {"what": "Diastolic blood pressure", "value": "81", "unit": "mmHg"}


@pytest.mark.parametrize(
    "parts",
    [
        [UPPER, LOWER],
        [LOWER, UPPER],
        [SNOMED_UPPER, SNOMED_LOWER],
        [SNOMED_LOWER, SNOMED_UPPER],
        [NAMED_UPPER, NAMED_LOWER],
        [NAMED_LOWER, NAMED_UPPER],
    ],
)
def test_a_blood_pressure_reads_the_upper_first_however_it_was_sent(
    parts: list[dict[str, str]],
) -> None:
    assert amount(line(EntryKind.OBSERVATION, detail={"components": parts})) == "136/81 mmHg"
    assert _number(None, parts) == 136
    assert _text(None, parts) == "136/81"


def test_half_a_blood_pressure_is_named_and_drawn_in_no_chart() -> None:
    found = amount(line(EntryKind.OBSERVATION, detail={"components": [NAMED_LOWER]}))

    assert found == "Diastolic blood pressure 81 mmHg"
    assert _number(None, [NAMED_LOWER]) is None
    assert _number(None, [{"what": "Eyes", "value": "4"}, {"what": "Voice", "value": "5"}]) == 4


# --- wishes about treatment -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "is_one"),
    [
        ("ReSPECT form", True),
        ("DNACPR decision", True),
        ("Not for attempted CPR", True),
        ("Do not attempt resuscitation", True),
        ("Advance decision to refuse treatment", True),
        ("Advance care plan", True),
        ("Treatment", False),
        ("Consent to treatment", False),
        ("Respect privacy when visiting", False),
        ("Booked in advance", False),
    ],
)
def test_only_what_is_called_a_wish_is_one(title: str, is_one: bool) -> None:
    found = line(EntryKind.CHOICE, title, detail={"scope": "Treatment"})

    assert is_wish(found) is is_one


@pytest.mark.parametrize("code", ["450475007", "450476008"])
def test_a_wish_is_known_by_its_code(code: str) -> None:
    assert is_wish(line(EntryKind.FLAG, "CPR", code=code))


@pytest.mark.parametrize(
    ("code", "also", "says"),
    [
        ("450475007", (), " (for attempted resuscitation)"),
        ("450476008", (), " (not for attempted resuscitation)"),
        ("450475007", ("450476008",), " (coded both for and not for attempted resuscitation"),
        ("dnr", (), ""),
    ],
)
def test_which_of_two_alike_codes_it_is_stands_in_words(
    code: str, also: tuple[str, ...], says: str
) -> None:
    detail = {"codes": [{"code": each} for each in also]}

    assert decided(line(EntryKind.FLAG, "CPR", code=code, detail=detail)).startswith(says)
    assert bool(says) == bool(decided(line(EntryKind.FLAG, "CPR", code=code, detail=detail)))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [("confirmed", ""), ("provisional", "provisional"), ("suspected", "suspected"), ("", "")],
)
def test_how_sure_a_source_is_is_said_where_it_is_not_sure(sent: str, shown: str) -> None:
    assert certainty(line(EntryKind.CONDITION, "Asthma", detail={"certainty": sent})) == shown
