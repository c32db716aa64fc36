"""What the desk asks across rooms: which services there are, what was found, who is at the door."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from oneplace.access import queries as access
from oneplace.access.models import DemoPerson
from oneplace.access.viewer import Viewer
from oneplace.desk.permissions import SEE_HELP, SEE_PARTNERS, SEE_SERVICES
from oneplace.desk.topics import topics
from oneplace.partners import queries as partners
from oneplace.vocabulary.place.partners import Service
from oneplace.vocabulary.terms import ServiceCategory

LEAST_LETTERS = 2
MOST_OF_A_KIND = 8


# --- services -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ServiceFilter:
    """What somebody narrowed the list of services to; empty means any."""

    partner: str = ""
    category: str = ""
    network: str = ""
    words: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed."""
        return bool(self.partner or self.category or self.network or self.words)


def services(chosen: ServiceFilter = ServiceFilter()) -> tuple[Service, ...]:  # noqa: B008 - frozen
    """The services of the place that fit, by kind of help and name."""
    kinds = list(ServiceCategory)
    found = [service for service in settings.PLACE.services if _fits(service, chosen)]
    return tuple(sorted(found, key=lambda service: (kinds.index(service.category), service.name)))


def service(code: str) -> Service | None:
    """One service by its code."""
    return next((row for row in settings.PLACE.services if row.code == code), None)


def _fits(service: Service, chosen: ServiceFilter) -> bool:
    if chosen.partner and service.partner != chosen.partner:
        return False
    if chosen.category and service.category.value != chosen.category:
        return False
    if chosen.network and chosen.network not in networks_of(service):
        return False
    return _has_words(_service_text(service), chosen.words)


def networks_of(service: Service) -> tuple[str, ...]:
    """The networks a service works in: its team's own, or all of them."""
    place = settings.PLACE
    row = next((team for team in place.team_rows if team.code == service.team), None)
    if row is not None and row.network is not None:
        return (row.network,)
    return tuple(network.code for network in place.networks)


def _service_text(service: Service) -> str:
    place = settings.PLACE
    return " ".join(
        (
            service.name,
            service.what,
            service.who_for,
            service.category.label,
            place.partner(service.partner).name,
            place.short_word(service.partner),
        )
    )


def _has_words(text: str, words: str) -> bool:
    lowered = text.lower()
    return all(word in lowered for word in words.lower().split())


# --- search ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Answer:
    """One thing found: what it is called, what it is, where it is."""

    name: str
    what: str
    address: str


@dataclass(frozen=True)
class Answers:
    """Answers of one kind; `more` says how many are not shown."""

    kind: str
    found: tuple[Answer, ...]
    more: int = 0
    all_address: str = ""


def answers(words: str, *, viewer: Viewer, most: int = MOST_OF_A_KIND) -> tuple[Answers, ...]:
    """What is found for the words, each kind apart and only kinds the viewer may open.

    People are not among them: no record has arrived that could be found.
    """
    found: list[Answers] = []
    if viewer.may(SEE_SERVICES):
        found.append(
            _cut(
                "Services",
                [
                    Answer(
                        row.name,
                        f"{row.category.label}, {settings.PLACE.short_word(row.partner)}",
                        reverse("desk:service", args=[row.code]),
                    )
                    for row in services(ServiceFilter(words=words))
                ],
                most,
                words,
            )
        )
    if viewer.may(SEE_PARTNERS):
        found.append(_cut("Teams", _teams(words), most, words))
        found.append(_cut("Organisations", _organisations(words), most, words))
        found.append(_cut("Networks", _networks(words), most, words))
    if viewer.may(SEE_HELP):
        found.append(_cut("Pages", list(_pages(words, viewer)), most, words))
    return tuple(kind for kind in found if kind.found)


def _cut(kind: str, found: list[Answer], most: int, words: str) -> Answers:
    lowered = words.lower()

    def nearness(one: Answer) -> tuple[bool, bool]:
        # A name that begins with the words is what was meant, more often than not.
        name = one.name.lower()
        return not name.startswith(lowered), lowered not in name

    ordered = sorted(found, key=nearness)
    return Answers(kind, tuple(ordered[:most]), max(0, len(found) - most))


def _all_words(words: str, *fields: str) -> Q:
    asked = Q()
    for word in words.split():
        one = Q()
        for field in fields:
            one |= Q(**{f"{field}__icontains": word})
        asked &= one
    return asked


def _teams(words: str) -> list[Answer]:
    rows = partners.teams().filter(
        _all_words(words, "name", "what_it_does", "host__name", "network__name")
    )
    return [
        Answer(row.name, row.what_it_does, reverse("desk:team", args=[row.key])) for row in rows
    ]


def _organisations(words: str) -> list[Answer]:
    rows = partners.organisations().filter(
        _all_words(words, "name", "code", "short_word", "network__name")
    )
    return [
        Answer(
            row.name,
            row.kind.label + (f", {row.network.name}" if row.network else ""),
            reverse("desk:organisation", args=[row.code]),
        )
        for row in rows
        if row.kind.value != "alliance"
    ]


def _networks(words: str) -> list[Answer]:
    return [
        Answer(
            f"{row.name}",
            "Network: " + ", ".join(row.areas or row.postcode_districts),
            reverse("desk:network", args=[row.code]),
        )
        for row in settings.PLACE.networks
        if _has_words(" ".join((row.name, "network", *row.areas, *row.postcode_districts)), words)
    ]


def _pages(words: str, viewer: Viewer) -> Sequence[Answer]:
    pages = [
        Answer(topic.title, topic.says, reverse("desk:help_topic", args=[topic.key]))
        for topic in topics(is_demo=settings.IS_DEMO)
        if _has_words(f"{topic.title} {topic.says} {topic.also}", words)
    ]
    fixed: tuple[tuple[str, str, str, str], ...] = (
        ("About this place", "The agreement, the boards, the figures.", "desk:about", "alliance"),
        ("Who can see what", "How information is shared here.", "desk:privacy", "privacy data"),
        ("Accessibility", "What works, and what does not yet.", "desk:accessibility", ""),
    )
    pages += [
        Answer(name, says, reverse(route))
        for name, says, route, also in fixed
        if _has_words(f"{name} {says} {also}", words)
    ]
    return pages


# --- the door of a demonstration ------------------------------------------------------------------
@dataclass(frozen=True)
class Step:
    """One step of what is still arriving."""

    name: str
    state: str
    what: str
    done: int
    total: int


def arriving() -> tuple[Step, ...]:
    """What is still arriving in a demonstration; nothing when the file is absent or unreadable.

    `data/demo/arriving.json` is written by the `demo` command as it goes.
    """
    file = settings.DATA_FOLDER / "demo" / "arriving.json"
    try:
        written = json.loads(file.read_text())
        return tuple(
            Step(
                name=str(row["name"]),
                state=str(row["state"]),
                what=str(row.get("what") or ""),
                done=int(row.get("done") or 0),
                total=int(row.get("total") or 0),
            )
            for row in written["steps"]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def demo_people() -> Sequence[DemoPerson]:
    """Who a visitor of a demonstration may walk in as; nobody until they arrived, or elsewhere."""
    return access.demo_people() if settings.IS_DEMO else ()
