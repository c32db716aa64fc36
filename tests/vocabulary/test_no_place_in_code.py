"""No place's name appears in code: what is true of one borough stands in its file."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from oneplace.vocabulary.place import Place, load_place
from oneplace.vocabulary.terms import OrganisationKind

ROOT = Path(__file__).parents[2]
PLACES = [load_place(path) for path in sorted((ROOT / "places").glob("*.toml"))]

# Words of the places' own neighbourhood that stand in no field by themselves.
ALSO = ("Maudsley", "South West London", "Norbury", "Selsdon", "Coulsdon", "Purley", "CR7")

KINDS = ("*.py", "*.jinja", "*.html", "*.sql", "*.js", "*.css", "*.scss", "*.toml")


def _names(place: Place) -> Iterator[str]:
    """What belongs to one place alone: names of two words and more, keys and codes."""
    yield from (place.key, place.name, place.identity.wordmark, place.words.alliance)
    yield from (partner.name for partner in place.partners)
    yield from (network.name for network in place.networks)
    yield from (practice.name for practice in place.practices)
    yield from (practice.code for practice in place.practices)
    kinds = set(OrganisationKind.stored_words())
    codes = [partner.code for partner in place.partners] + [n.code for n in place.networks]
    yield from (code for code in codes if "_" in code and code not in kinds)


def _pattern() -> re.Pattern[str]:
    own = {name for place in PLACES for name in _names(place)} | set(ALSO)
    # One plain word, like the name of a network by a lake, may stand anywhere in good English.
    keys = {place.key for place in PLACES} | set(ALSO)
    telling = {
        name for name in own if " " in name or "_" in name or name in keys or name[:2] == "ZZ"
    }
    longest_first = sorted(map(re.escape, telling), key=len, reverse=True)
    return re.compile(rf"(?<![A-Za-z])({'|'.join(longest_first)})(?![A-Za-z])", re.IGNORECASE)


def _sources() -> Iterator[Path]:
    for kind in KINDS:
        yield from (ROOT / "oneplace").rglob(kind)


def _room_of(source: Path) -> str:
    within = source.relative_to(ROOT / "oneplace")
    return within.parts[0] if len(within.parts) > 1 else "."


def test_the_search_finds_a_name_when_there_is_one() -> None:
    pattern = _pattern()

    assert pattern.search('name = "croydon"')
    assert pattern.search('if partner.code == "age_uk":')
    assert pattern.search("# the Thornton Heath pilot")
    assert not pattern.search("a network of the council, with its huddle and its hospital")


def test_no_place_lies_on_the_map_by_code() -> None:
    numbers = re.compile(r"-?\d+\.\d+")
    middles = {
        value for place in PLACES for value in (place.centre.latitude, place.centre.longitude)
    }
    # A number of fewer than three digits after the point may well mean something else.
    telling = {f"{value:g}" for value in middles if len(f"{value:g}".partition(".")[2]) > 2}

    found = [
        f"{source.relative_to(ROOT)}: {number}"
        for source in _sources()
        if "built" not in source.parts
        for number in numbers.findall(source.read_text(encoding="utf-8"))
        if number in telling
    ]

    assert telling
    assert found == [], "the middle of a place is `[centre]` in places/*.toml"


def test_no_place_s_now_is_pinned_by_code() -> None:
    nows = {place.demo.now for place in PLACES}
    written = {f"{now.year}, {now.month}, {now.day}, {now.hour}, {now.minute}" for now in nows}

    found = [
        str(source.relative_to(ROOT))
        for source in _sources()
        if any(words in source.read_text(encoding="utf-8") for words in written)
    ]

    assert found == [], "a demonstration's now is `demo.now` in places/*.toml"


ROOMS = sorted(path.parent.name for path in (ROOT / "oneplace").glob("*/__init__.py"))


@pytest.mark.parametrize("room", [".", *ROOMS])
def test_no_code_of_this_room_knows_a_place(room: str) -> None:
    pattern = _pattern()
    found = [
        f"{source.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for source in _sources()
        if _room_of(source) == room and "built" not in source.parts
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]

    assert found == [], "move these into places/*.toml, or ask place_path() for the default"
