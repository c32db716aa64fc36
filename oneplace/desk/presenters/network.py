"""One network: its practices with their huddles, and its teams."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from oneplace.desk.presenters.links import Link, to_partners
from oneplace.desk.presenters.team import TeamRow, teams_of_network
from oneplace.kit.clock import local_day
from oneplace.kit.formats import sentence_list, starting_capital
from oneplace.partners.models import Network, Organisation
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.place.partners import Practice
from oneplace.vocabulary.terms import Rhythm


@dataclass(frozen=True)
class PracticeRow:
    """One practice of a network."""

    name: str
    address: str
    list_size: int | None
    huddle: str


@dataclass(frozen=True)
class NetworkPage:
    """One network."""

    title: str
    crumbs: tuple[Link, ...]
    began: date | None
    has_begun: bool
    is_pilot: bool
    areas: str
    districts: str
    practices: tuple[PracticeRow, ...]
    teams: tuple[TeamRow, ...]
    people: int

    @classmethod
    def made(cls, *, place: Place, network: Network, at: datetime) -> "NetworkPage":
        """A network from its row and what the place file says about it."""
        written = next((row for row in place.networks if row.code == network.key), None)
        practices: list[Organisation] = network.open_practices  # type: ignore[attr-defined]
        return cls(
            title=network.name,
            crumbs=(to_partners(),),
            began=network.starts_on,
            has_begun=network.starts_on is not None and network.starts_on <= local_day(at),
            is_pilot=bool(written and written.is_pilot),
            areas=sentence_list(written.areas) if written else "",
            districts=sentence_list(written.postcode_districts) if written else "",
            practices=tuple(
                PracticeRow(
                    name=row.name,
                    address=reverse("desk:organisation", args=[row.code]),
                    list_size=row.list_size,
                    huddle=huddle_words(place, written_practice(place, row.code)),
                )
                for row in practices
            ),
            teams=teams_of_network(place, network.key),
            people=sum(row.list_size or 0 for row in practices),
        )


def written_practice(place: Place, code: str) -> Practice | None:
    """A practice as the place file has it."""
    return next((row for row in place.practices if row.code == code), None)


_RHYTHMS = {
    "weekly": "every {day}",
    "fortnightly": "every other {day}",
    "monthly": "once a month, on a {day}",
}


def huddle_words(place: Place, practice: Practice | None) -> str:
    """Every Thursday at 08:00; at another practice's when it shares one."""
    if practice is None:
        return ""
    if practice.shares_huddle_with:
        other = written_practice(place, practice.shares_huddle_with)
        if other is not None:
            return f"{huddle_words(place, other)}, with {other.name}"
    slot = practice.huddle
    day = slot.weekday.label
    known: Rhythm = slot.rhythm
    rhythm = _RHYTHMS.get(known.value, known.label + ", {day}").format(day=day)
    return f"{starting_capital(rhythm)} at {slot.at:%H:%M}"
