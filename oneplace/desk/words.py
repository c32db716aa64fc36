"""The words of each role's My day, as written in `my_day/*.toml`, said in the place's own words.

One file per role, so that the people who do the work can read and correct theirs.
"""

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from oneplace.desk.cards import Section
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import Role

LATER = "This part comes with a later version of oneplace."
"""What a section says of itself as long as the room that fills it is not built."""
SECTION_TITLES = {
    Section.NOW: "Now",
    Section.NEXT: "Next",
    Section.SINCE_YESTERDAY: "Since yesterday",
}


@dataclass(frozen=True)
class Nothing:
    """What an empty section says: what will come, from whom, and how it starts."""

    title: str
    comes: str
    sender: str
    start: str
    is_later: bool = False
    """Nothing of this build fills it: it says so, and does not say that nothing waits."""


@dataclass(frozen=True)
class TodayLink:
    """Something this role can already do here today."""

    label: str
    route: str
    why: str


@dataclass(frozen=True)
class DayWords:
    """All the words of one role's My day."""

    purpose: str
    why_walk_in: str
    sections: dict[Section, Nothing]
    today: tuple[TodayLink, ...]


@functools.cache
def _written(role: Role) -> dict[str, Any]:
    file = resources.files("oneplace.desk") / "my_day" / f"{role.value}.toml"
    return tomllib.loads(file.read_text("utf-8"))


def _start(said: str, *, is_later: bool) -> str:
    """How a section fills; one that is not built says so, and what there is until then."""
    return " ".join(part for part in (LATER if is_later else "", said) if part)


def day_words(role: Role, place: Place) -> DayWords:
    """The words of a role's My day in this place.

    Raises `KeyError` when a text asks for a word the place does not have.
    """
    written = _written(role)
    say = place.say

    return DayWords(
        purpose=say(written["purpose"]),
        why_walk_in=say(written["why_walk_in"]),
        sections={
            section: Nothing(
                title=say(row.get("title", SECTION_TITLES[section])),
                comes=say(row["comes"]),
                sender=say(row["from"]),
                start=_start(say(row.get("start", "")), is_later=row.get("later", False)),
                is_later=row.get("later", False),
            )
            for section in Section
            if (row := written.get(section.value))
        },
        today=tuple(
            TodayLink(say(row["label"]), row["route"], say(row["why"]))
            for row in written.get("today", ())
        ),
    )
