"""Dates, numbers, names, postcodes and phones are read as people here write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from oneplace.feeds.tables import dates, values
from oneplace.feeds.tables.dates import Meaning, Order
from oneplace.vocabulary.terms import Exactness, ReachKind

MADE_ON = date(2026, 3, 12)
SEVENTH = date(2026, 3, 7)


@pytest.mark.parametrize(
    "text",
    ["7/3/2026", "07/03/26", "7-3-26", "7.3.2026", "07 03 2026", "07-Mar-26", "7 Mar 26",
     "7 March 2026", "7th March 2026", "Sat 7 Mar 2026", "Saturday, 7 March 2026", "7-MAR-2026",
     "07Mar2026", "Mar 7, 2026", "2026-03-07", "2026/3/7", "20260307", " 7/3/2026 "],
)  # fmt: skip
def test_a_day_is_read_in_any_uk_habit(text: str) -> None:
    assert dates.day(text, MADE_ON) == SEVENTH


@pytest.mark.parametrize(
    "text",
    ["", "?", "31/02/2026", "3/25/2026", "00/00/0000", "7 Foo 26", "1/1/1066", "32/1/26",
     "2026-13-01", "12345", "46088", "7/3", "Mar 26", "0", "1e5", "7/3/20266", "٧/٣/٢٠٢٦x"],
)  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert dates.day(text, MADE_ON) is None


@pytest.mark.parametrize(
    ("text", "meaning", "youngest", "year"),
    [
        ("26 Oct 31", Meaning.BIRTH, 0, 1931),
        ("26 Oct 31", Meaning.HAPPENING, 0, 2031),
        ("26 Oct 47", Meaning.HAPPENING, 0, 1947),
        ("11 Aug 65", Meaning.BIRTH, 0, 1965),
        ("3 May 24", Meaning.BIRTH, 0, 2024),
        ("3 May 24", Meaning.BIRTH, 16, 1924),
        ("3 May 05", Meaning.BIRTH, 16, 2005),
        ("3 May 24", Meaning.HAPPENING, 16, 2024),
        ("3 May 1931", Meaning.HAPPENING, 0, 1931),
    ],
)
def test_a_year_of_two_digits_takes_its_century_from_what_it_means(
    text: str, meaning: Meaning, youngest: int, year: int
) -> None:
    found = dates.day(text, MADE_ON, meaning, youngest=youngest)

    assert found is not None
    assert found.year == year


def test_month_before_day_only_where_a_mapping_says_so() -> None:
    assert dates.day("3/7/2026", MADE_ON, order=Order.MONTH_FIRST) == SEVENTH
    assert dates.day("3/7/2026", MADE_ON) == date(2026, 7, 3)
    assert dates.day("7 Mar 26", MADE_ON, order=Order.MONTH_FIRST) == SEVENTH
    assert dates.day("3/7/26", MADE_ON, order=Order.YEAR_FIRST) is None
    assert dates.day("2026/3/7", MADE_ON, order=Order.YEAR_FIRST) == SEVENTH


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [("7 Mar 26 14:05", 14, 5), ("07/03/2026 14:05:09", 14, 5), ("2026-03-07T14:05", 14, 5),
     ("2026-03-07T14:05:00Z", 14, 5), ("2026-03-07 14:05:00+01:00", 13, 5),
     ("07-Mar-2026 2:05 pm", 14, 5), ("7/3/26, 2.05pm", 14, 5), ("7/3/26 12:05 am", 0, 5),
     ("20260307140500", 14, 5), ("202603071405", 14, 5), ("2026-03-07 14:05:00.123", 14, 5),
     ("7/3/2026 2pm", 14, 0)],
)  # fmt: skip
def test_a_time_is_read_in_any_uk_habit(text: str, hour: int, minute: int) -> None:
    found = dates.moment(text, MADE_ON)

    assert found is not None
    assert found.at.replace(second=0) == datetime(2026, 3, 7, hour, minute, tzinfo=UTC)
    assert found.exactness is Exactness.SECOND


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1/7/2026 14:05", datetime(2026, 7, 1, 13, 5, tzinfo=UTC)),
        ("29/3/2026 00:30", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        ("29/3/2026 02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # The hour that happens twice is the first one, summer time.
        ("25/10/2026 01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("25/10/2026 02:30", datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
        ("1/7/2026", datetime(2026, 6, 30, 23, 0, tzinfo=UTC)),
    ],
)
def test_the_wall_clock_is_in_summer_time_when_it_is(text: str, at: datetime) -> None:
    found = dates.moment(text, MADE_ON)

    assert found is not None
    assert found.at == at


@pytest.mark.parametrize(
    ("text", "exactness"),
    [("2026-03-07", Exactness.DAY), ("2026-03", Exactness.MONTH), ("1947", Exactness.YEAR)],
)
def test_a_moment_is_only_as_exact_as_it_was_said(text: str, exactness: Exactness) -> None:
    found = dates.moment(text, MADE_ON)

    assert found is not None
    assert found.exactness is exactness


@pytest.mark.parametrize(
    "text", ["7/3/26 25:00", "7/3/26 12:61", "7/3/26 13:00 pm", "?/3/26 12:00",
             "2026-03-07T14:05+99:00",
             "noon", "20260307996100"],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    assert dates.moment(text, MADE_ON) is None


@pytest.mark.parametrize(
    ("text", "number", "is_sound"),
    [
        ("999 968 6516", "9999686516", True),
        ("999-968-6516", "9999686516", True),
        ("9999686516.0", "9999686516", True),
        ("9999686517", "9999686517", False),
        ("", "", False),
        ("unknown", "unknown", False),
    ],
)
def test_an_nhs_number_is_kept_as_sent_and_known_to_be_sound_or_not(
    text: str, number: str, is_sound: bool
) -> None:
    assert values.nhs(text) == (number, is_sound)


@pytest.mark.parametrize(
    ("text", "standard"),
    [("cr78qy", "CR7 8QY"), ("CR7  8QY", "CR7 8QY"), ("SW1A1AA", "SW1A 1AA"),
     ("w1a 0ax", "W1A 0AX"),
     ("CRO 1NK", "CR0 1NK"), ("SE25 4R0", ""), ("CR7 OQY", "CR7 0QY"), ("Croydon", ""), ("", ""),
     ("CR7", ""), ("B1 1AA", "B1 1AA"), ("BI 1AA", "B1 1AA")],
)  # fmt: skip
def test_a_postcode_is_standard_or_nothing(text: str, standard: str) -> None:
    assert values.postcode(text) == standard


@pytest.mark.parametrize(
    ("text", "shown"),
    [("02079460525", "020 7946 0525"), ("+44 20 7946 0525", "020 7946 0525"),
     ("0044 (0)20 7946 0525", "020 7946 0525"), ("07700900304", "07700 900304"),
     ("7700900304", "07700 900304"), ("0113 4960000", "0113 496 0000"),
     ("01632 960001", "01632 960001"), ("0300 123 4567", "0300 123 4567"),
     ("+33 1 23 45 67 89", "+33 1 23 45 67 89"), ("ring daughter", "ring daughter"),
     ("020 7946 0525 ext 12", "020 7946 0525 ext 12")],
)  # fmt: skip
def test_a_phone_number_is_shown_as_people_here_group_it(text: str, shown: str) -> None:
    assert values.phone(text) == shown


def test_phones_are_told_apart_in_whatever_cell_they_stand() -> None:
    found = values.phones("07700900304", "020 7946 0525 / 07700 900304", "none")

    assert [(way.kind, way.text, way.rank) for way in found] == [
        (ReachKind.MOBILE, "07700 900304", 0),
        (ReachKind.LANDLINE, "020 7946 0525", 1),
    ]


def test_an_address_keeps_a_postcode_that_cannot_be_one_in_sight() -> None:
    (way,) = values.address("1 Sorrel Way", "", "Croydon", code="CR?")

    assert (way.text, way.postcode, way.lines) == (
        "1 Sorrel Way, Croydon, CR?",
        "",
        ("1 Sorrel Way", "Croydon"),
    )
    assert values.address("", "", code="") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ann Morgan", ("", "Ann", "Morgan")), ("Mrs Ann Mary Morgan", ("Mrs", "Ann Mary", "Morgan")),
     ("MORGAN, Ann", ("", "Ann", "MORGAN")), ("Morgan, Mrs. Ann", ("Mrs.", "Ann", "Morgan")),
     ("Jan van der Berg", ("", "Jan", "van der Berg")), ("Madonna", ("", "", "Madonna")),
     ("", ("", "", "")), ("Mr Bean", ("Mr", "", "Bean")),
     ("Van Morrison", ("", "Van", "Morrison"))],
)  # fmt: skip
def test_a_whole_name_is_split(text: str, expected: tuple[str, str, str]) -> None:
    assert values.full_name(text) == expected


@pytest.mark.parametrize(
    ("text", "amount"),
    [("7.0", Decimal("7.0")), ("£1,234.50", Decimal("1234.50")), ("-3", Decimal(-3)),
     ("1,23", None), ("NaN", None), ("1e9", None), ("", None), (".5", Decimal("0.5")), ("-", None)],
)  # fmt: skip
def test_an_amount_keeps_its_places(text: str, amount: Decimal | None) -> None:
    found = values.amount(text)

    assert found == amount
    assert str(found) == str(amount)


def test_moments_of_a_column_are_those_of_its_cells() -> None:
    usual = [f"{day}-{month}-2025 {hour:02}:30" for day in (1, 30) for month in ("Mar", "Oct")
             for hour in range(24)]  # fmt: skip
    odd = ["", "30/03/2025 01:30", "26/10/2025 01:15", "2025-03-07T09:30:00Z", "7/3/25 9.30pm",
           "2025-10", "yesterday", "7/3/2025 25:00", "7/3/2025 10:00 +01:00"]  # fmt: skip
    for texts in ([], usual, odd, [*usual, *odd], odd[:1]):
        assert dates.moments(texts, MADE_ON) == [dates.moment(text, MADE_ON) for text in texts]
