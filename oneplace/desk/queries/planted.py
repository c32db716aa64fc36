"""What a demonstration's borough was made with, as the borough publishes it beside its files.

Counts alone, from `planted.json`: the truth they were counted from is for tests and benches. Where
nothing is published (a service, a borough of somebody else's) there is nothing.
"""

import json
import math
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Effect:
    """What one service was made to do to emergency stays, and what of it lies in this borough."""

    service: str
    rate_ratio: float
    """1 does nothing; 0.92: eight of a hundred stays do not happen."""
    days: int
    exposed: int
    """How many people it reached."""
    stays_without: int
    """Emergency stays they would have had meanwhile without it."""
    prevented: int
    """Stays that did not happen because of it."""

    @property
    def by_chance(self) -> float:
        """How far chance alone moves such a number of stays, either way (one standard deviation
        of a Poisson count).
        """
        return math.sqrt(self.stays_without)

    @property
    def is_tellable(self) -> bool:
        """Whether what was prevented is more than twice what chance moves: what could be seen."""
        return self.prevented > 2 * self.by_chance


@dataclass(frozen=True)
class Planted:
    """Everything that was planted and spoiled."""

    scenario: str
    people: int
    seed: int
    effects: tuple[Effect, ...]
    alike: tuple[tuple[str, int], ...]
    """Pairs that look alike and are two people, by why."""
    spoiled: tuple[tuple[str, str, int], ...]
    """Records spoiled: the source, how, how many."""
    messages: tuple[tuple[str, int], ...]
    late_files: int
    story_nhs_number: str
    story_born_on: date | None
    story_leaves_at: datetime | None
    """When the ward's message that they left arrives, where it is still to come."""


def planted() -> Planted | None:
    """What was planted in this demonstration's borough; None outside one."""
    if not settings.IS_DEMO:
        return None
    published = Path(settings.DATA_FOLDER) / "demo" / "borough" / "planted.json"
    try:
        told = json.loads(published.read_text("utf-8"))
        story = told["story_person"]
        return Planted(
            scenario=told["scenario"],
            people=told["people"],
            seed=told["seed"],
            effects=tuple(Effect(**effect) for effect in told["effects"]),
            alike=tuple((why, number) for why, number in told["alike"]),
            spoiled=tuple((source, how, number) for source, how, number in told["spoiled"]),
            messages=tuple((how, number) for how, number in told["messages"]),
            late_files=told["late_files"],
            story_nhs_number=story["nhs_number"] if story else "",
            story_born_on=date.fromisoformat(story["born_on"]) if story else None,
            story_leaves_at=datetime.fromisoformat(story["leaves_at"])
            if story and story.get("leaves_at")
            else None,
        )
    except (OSError, KeyError, TypeError, ValueError):
        return None
