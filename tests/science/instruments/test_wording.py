"""A place's own words: only with a registration, whole, and named where they are wrong."""

from pathlib import Path

import pytest

from oneplace.science.instruments import WordingRefused, instrument, why_not_ask, wording

SHORT = instrument("swemwbs")
HEAD = 'registered_to = "Northmere"\nregistration = "R-1"\nregistered_on = 2026-01-05\n'
ITEMS = "[items]\n" + "".join(f'{number} = "Question {number}?"\n' for number in range(1, 8))


def lay(folder: Path, text: str) -> Path:
    (folder / "swemwbs.toml").write_text(text)
    return folder


def test_without_a_file_the_measure_is_not_asked_and_says_why(tmp_path: Path) -> None:
    assert wording(tmp_path, SHORT) is None
    assert "registered with Warwick Medical School" in (why_not_ask(SHORT, None) or "")


def test_with_its_registration_it_is_asked_in_the_places_words(tmp_path: Path) -> None:
    found = wording(lay(tmp_path, HEAD + ITEMS), SHORT)

    assert found is not None
    assert found.items["1"] == "Question 1?"
    assert why_not_ask(SHORT, found) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ITEMS, "registered_to is missing"),
        (HEAD + "[items]\n1 = 'x'\n", "missing: 2, 3, 4, 5, 6, 7"),
        (HEAD + ITEMS + '8 = "One more?"\n', "of no item: 8"),
        (HEAD.replace("2026-01-05", '"soon"') + ITEMS, "registered_on is no day"),
        ("registered_to = ", "swemwbs.toml"),
        (HEAD + ITEMS + '[answers]\nnever = "x"\n', "named by their numbers"),
    ],
)
def test_a_file_that_is_wrong_names_what_and_where(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(WordingRefused, match=says):
        wording(lay(tmp_path, text), SHORT)


def test_what_needs_no_registration_may_be_asked_everywhere() -> None:
    assert why_not_ask(instrument("ons4"), None) is None
