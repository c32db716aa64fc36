"""One typed line becomes an ask: owner, day and text, or a word on what is missing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplace.actions.owners import Owner
from oneplace.actions.quick_line import (
    Candidate,
    Names,
    NotUnderstoodError,
    QuickLine,
    parse,
    suggestions,
)
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.place.calendar import WorkingCalendar

THURSDAY = date(2026, 3, 12)
CALENDAR = WorkingCalendar(bank_holidays="england")


def owner(label: str) -> Owner:
    return Owner(id_for("test-organisation", label), label)


PRIYA = owner("Priya Shah (pharmacist)")
NURSES = owner("Thornton Heath community nursing")
JO, JO_OF_AGE_UK = owner("Jo Bright (PIC)"), owner("Jo Field (link worker)")
OTHER_PHARMACIST = owner("Omar Reed (pharmacist)")
NAMES = Names(
    (
        Candidate(PRIYA, ("pharmacist", "Priya Shah", "Priya"), rank=1),
        Candidate(OTHER_PHARMACIST, ("pharmacist", "Omar Reed"), rank=3),
        Candidate(NURSES, ("district nurse", "nurse", "DN"), rank=2),
        Candidate(JO, ("Jo Bright", "Jo", "PIC"), rank=2),
        Candidate(JO_OF_AGE_UK, ("Jo Field", "Jo", "link worker"), rank=2),
    ),
    CALENDAR,
)


def said(line: str, on: date = THURSDAY) -> QuickLine:
    return parse(line, on=on, names=NAMES)


def test_the_line_of_the_manual() -> None:
    line = said("@pharmacist Fri review BP tablets")

    assert (line.owner, line.due_on, line.text) == (
        PRIYA, date(2026, 3, 13), "Review BP tablets",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("today", date(2026, 3, 12)),
        ("tomorrow", date(2026, 3, 13)),
        ("Fri", date(2026, 3, 13)),
        ("friday", date(2026, 3, 13)),
        ("by Fri", date(2026, 3, 13)),
        ("Weds", date(2026, 3, 18)),
        ("Thu", date(2026, 3, 19)),
        ("next Fri", date(2026, 3, 20)),
        ("Fri week", date(2026, 3, 20)),
        ("a week on Friday", date(2026, 3, 20)),
        ("next week", date(2026, 3, 20)),
        ("end of the week", date(2026, 3, 13)),
        ("in 2 weeks", date(2026, 3, 26)),
        ("in a fortnight", date(2026, 3, 26)),
        ("in three days", date(2026, 3, 15)),
        ("in 3 working days", date(2026, 3, 17)),
        ("in a month", date(2026, 4, 12)),
        ("20 March", date(2026, 3, 20)),
        ("20th of March", date(2026, 3, 20)),
        ("20/3", date(2026, 3, 20)),
        ("20/03/2026", date(2026, 3, 20)),
        ("2026-03-20", date(2026, 3, 20)),
        ("2 Jan", date(2027, 1, 2)),
    ],
)
def test_days_as_they_are_said_in_britain(words: str, due: date) -> None:
    line = said(f"@district nurse {words} check dressings")

    assert (line.due_on, line.text, line.owner) == (due, "Check dressings", NURSES)


@pytest.mark.parametrize(
    "line",
    ["@nurse weigh him by Friday", "@nurse weigh him before Fri", "@nurse weigh him on 13/3"],
)
def test_the_day_may_stand_at_the_end(line: str) -> None:
    found = said(line)

    assert (found.due_on, found.text) == (date(2026, 3, 13), "Weigh him")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("@nurse may help with shopping", "May help with shopping"),
        ("@nurse ask about the march past", "Ask about the march past"),
        ("@nurse talk with her daughter on Sundays", "Talk with her daughter on Sundays"),
        ("@nurse BP check", "BP check"),
    ],
)
def test_words_that_only_look_like_days_stay_words(line: str, text: str) -> None:
    found = said(line)

    assert (found.due_on, found.text) == (None, text)


def test_a_bank_holiday_becomes_the_working_day_before_it_and_says_so() -> None:
    line = said("@nurse Fri check dressings", on=date(2026, 3, 30))

    assert line.due_on == date(2026, 4, 2)
    assert line.remark == "Friday 3 April 2026 is closed (Good Friday): by Thursday 2 April 2026."


def test_a_bank_holiday_tomorrow_becomes_the_next_working_day() -> None:
    line = said("@nurse Fri check dressings", on=date(2026, 4, 2))

    assert line.due_on == date(2026, 4, 7)


def test_a_date_written_out_stays_with_a_word_of_warning() -> None:
    line = said("@nurse 3 April check dressings")

    assert (line.due_on, line.remark) == (
        date(2026, 4, 3), "Friday 3 April 2026 is closed: Good Friday.",
    )  # fmt: skip


def test_today_is_the_same_day() -> None:
    assert said("@nurse today ring her").is_same_day
    assert not said("@nurse Fri ring her").is_same_day


def test_the_nearest_of_that_name_is_meant() -> None:
    assert said("@pharmacist Fri x").owner == PRIYA
    assert said("@Omar Reed Fri x").owner == OTHER_PHARMACIST


def test_where_two_are_called_alike_somebody_has_to_choose() -> None:
    line = said("@Jo Fri ring her")

    assert line.owner is None
    assert line.owners == (JO, JO_OF_AGE_UK)


def test_the_longest_name_is_taken() -> None:
    assert said("@Jo Field Fri ring her").owner == JO_OF_AGE_UK


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("review tablets", "Begin with @"),
        ("@", "Say after the @"),
        ("@pharmasist Fri x", "Did you mean @pharmacist?"),
        ("@plumber Fri x", "Nobody here is called “plumber”"),
        ("@nurse Fri", "Say what nurse is asked to do"),
        ("@nurse 30/2 x", "There is no 30/2"),
        ("@nurse 1 March x", "1 March 2026 is past"),
        ("@nurse 1/1/2031 x", "more than 2 years away"),
        ("@nurse " + "x" * 600, "Keep the line under 500"),
    ],
)
def test_what_is_missing_is_said(line: str, reason: str) -> None:
    with pytest.raises(NotUnderstoodError) as wrong:
        said(line)

    assert reason in wrong.value.reason


def test_a_form_suggests_without_the_sign() -> None:
    assert suggestions("pharmasist", NAMES).endswith("Did you mean pharmacist?")


@given(st.text(max_size=120))
def test_whatever_is_typed_is_an_ask_or_has_a_reason(text: str) -> None:
    try:
        line = said("@" + text)
    except NotUnderstoodError as wrong:
        assert wrong.reason
    else:
        assert line.text
        assert line.owners
        assert line.due_on is None or line.due_on >= THURSDAY
