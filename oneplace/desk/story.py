"""The demo's story as data: one person followed through the alliance, a chapter at each stop."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.urls import NoReverseMatch, reverse

from oneplace.kit.words import say
from oneplace.vocabulary.terms import Role


@dataclass(frozen=True)
class Chapter:
    """One stop: whose hat the visitor wears, which page opens, and what to look for there."""

    number: int
    title: str
    role: Role
    route: str
    look_for: str
    is_built: bool

    def address(self) -> str:
        """Where the chapter is read; My day of its role while its own page is not built."""
        if self.is_built:
            try:
                return reverse(self.route)
            except NoReverseMatch:
                pass
        return reverse("desk:my_day")

    def for_session(self) -> dict[str, Any]:
        """What the demo's bar shows, small enough to keep in the session."""
        return {
            "chapter": self.number,
            "of": len(chapters()),
            "title": self.title,
            "look_for": self.look_for,
            "is_built": self.is_built,
            # The last chapter's page can be come back to from every trial, in whatever hat.
            "back": self.address() if self.route.startswith("demo:try") else "",
            "is_last": self.number == len(chapters()),
        }


@functools.cache
def _written() -> tuple[Mapping[str, Any], ...]:
    text = (resources.files("oneplace.desk") / "story.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["chapters"])


def chapters() -> tuple[Chapter, ...]:
    """Every chapter in its order (`story.toml`), in the place's own words."""
    return tuple(
        Chapter(
            number=row["number"],
            title=say(row["title"]),
            role=Role(row["role"]),
            route=row["route"],
            look_for=say(row["look_for"]),
            is_built=row["is_built"],
        )
        for row in _written()
    )


def chapter(number: int) -> Chapter | None:
    """The chapter of a number; None beyond the last."""
    return next((one for one in chapters() if one.number == number), None)
