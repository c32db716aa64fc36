"""What the search box finds: people, services, teams, organisations and pages, kind by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.desk.permissions import SEE_HELP, SEE_PARTNERS, SEE_SERVICES
from oneplace.desk.queries.service_list import ServiceFilter, services
from oneplace.desk.topics import topics
from oneplace.kit.words import say
from oneplace.partners import queries as partners

LEAST_LETTERS = 2
MOST_OF_A_KIND = 8


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

    People are found by `people.verbs.find_people`, which leaves a trace of whom it showed.
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
        found.append(_cut(say("{Networks}"), _networks(words), most, words))
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
            say("{Network}: ") + ", ".join(row.areas or row.postcode_districts),
            reverse("desk:network", args=[row.code]),
        )
        for row in settings.PLACE.networks
        if _has(
            " ".join((row.name, settings.PLACE.words.network, *row.areas, *row.postcode_districts)),
            words,
        )
    ]


def _pages(words: str, viewer: Viewer) -> Sequence[Answer]:
    pages = [
        Answer(topic.title, topic.says, reverse("desk:help_topic", args=[topic.key]))
        for topic in topics(is_demo=settings.IS_DEMO)
        if (not topic.needs or viewer.may(topic.needs))
        and _has(f"{topic.title} {topic.says} {topic.also}", words)
    ]
    fixed: tuple[tuple[str, str, str, str], ...] = (
        ("About this place", "The agreement, the boards, the figures.", "desk:about", "alliance"),
        ("Who can see what", "How information is shared here.", "desk:privacy", "privacy data"),
        (
            "Sharing agreements",
            "Who lets whom see what, for what and until when.",
            "access:agreements",
            "data privacy",
        ),
        (
            "Who sees which part of a record",
            "Every role, at every organisation.",
            "access:who_sees_what",
            "matrix privacy data roles",
        ),
        ("Accessibility", "What works, and what does not yet.", "desk:accessibility", ""),
    )
    pages += [
        Answer(name, says, reverse(route))
        for name, says, route, also in fixed
        if _has(f"{name} {says} {also}", words)
    ]
    return pages


def _has(text: str, words: str) -> bool:
    lowered = text.lower()
    return all(word in lowered for word in words.lower().split())
