"""What a life history is made from: how many people, which seed, which years, which scenario."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from oneplace.vocabulary.place import Place

UK = ZoneInfo("Europe/London")

DAYS_AFTER_NOW = 120
"""How far lives run on past now, so that a demo's clock can reach the June review."""


class SettingsRefused(ValueError):
    """The settings cannot make a borough; the message says which and what to do."""


FEWEST_PEOPLE = 500
MOST_PEOPLE = 800_000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How many people live, from which seed, over which window and where, under which scenario.

    `settings_for` makes them for a place: its pinned now and the middle of its map are in its file.
    """

    now: datetime
    latitude: float
    longitude: float
    people: int = 5_000
    seed: int = 1
    years: float = 2.0
    scenario: str = "default"
    days_after_now: int = DAYS_AFTER_NOW

    def __post_init__(self) -> None:
        """Refuse what cannot work, naming the setting."""
        if not FEWEST_PEOPLE <= self.people <= MOST_PEOPLE:
            raise SettingsRefused(
                f"people is {self.people:,}; choose from {FEWEST_PEOPLE} (fewer cannot fill a "
                f"place) to {MOST_PEOPLE:,} (the NHS numbers reserved for tests hold no more)."
            )
        if not 0 <= self.seed < 2**63:
            raise SettingsRefused(f"seed is {self.seed}; choose a whole number from 0.")
        if not 1.2 <= self.years <= 10:
            raise SettingsRefused(
                f"years is {self.years:g}; choose from 1.2 (the demo's story needs fourteen "
                "months) to 10."
            )
        if self.now.tzinfo is None:
            raise SettingsRefused("now has no time zone; give it in Europe/London.")
        if not 100 <= self.days_after_now <= 366:
            raise SettingsRefused(
                f"days_after_now is {self.days_after_now}; choose from 100 (the demo's story runs "
                "on to its review in June) to 366."
            )

    @property
    def starts_at(self) -> datetime:
        """The window's first moment: midnight, `years` before now."""
        day = (self.now - timedelta(days=round(self.years * 365.25))).date()
        return datetime(day.year, day.month, day.day, tzinfo=UK)

    @property
    def ends_at(self) -> datetime:
        """The lives' last moment: midnight, `days_after_now` after now."""
        day = (self.now + timedelta(days=self.days_after_now)).date()
        return datetime(day.year, day.month, day.day, tzinfo=UK)


def settings_for(
    place: Place,
    *,
    people: int = 5_000,
    seed: int = 1,
    years: float = 2.0,
    scenario: str = "default",
) -> Settings:
    """Settings at a place's own pinned now, on its own map; raises `SettingsRefused`."""
    if people < FEWEST_PEOPLE:
        count = len(place.networks)
        words = place.words.network if count == 1 else place.words.networks
        raise SettingsRefused(
            f"people is {people:,}; choose from {FEWEST_PEOPLE} (fewer cannot fill {count} "
            f"{words}) to {MOST_PEOPLE:,} (the NHS numbers reserved for tests hold no more)."
        )
    return Settings(
        now=place.demo_now,
        latitude=place.centre.latitude,
        longitude=place.centre.longitude,
        people=people,
        seed=seed,
        years=years,
        scenario=scenario,
    )
