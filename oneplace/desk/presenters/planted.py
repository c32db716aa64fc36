"""What was planted in a demonstration's borough, in words, and what nobody could tell from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from oneplace.desk.queries.planted import Effect, Planted
from oneplace.vocabulary.place import Place

_SCENARIOS: Final[Mapping[str, str]] = {
    "default": "People are taken on after a crisis; {home_first} helps a little, {huddles} do not.",
    "no_effect": "People are taken on after a crisis; nothing works.",
    "true_effects": "{home_first} and {huddles} both work.",
    "dirty": "As usual, with twice the mistakes in every file.",
}
_SERVICES: Final[Mapping[str, str]] = {"life": "{home_first}", "huddle": "{Huddles}"}
_MESSAGES: Final[Mapping[str, str]] = {
    "late": "came days late",
    "mistaken_admission": "told of an admission that never was",
    "mistaken_discharge": "told of a discharge that never was",
    "mistaken_transfer": "told of a transfer that never was",
    "out_of_order": "came in the wrong order",
    "renumbered": "gave somebody a new number",
    "repeated": "came twice",
}
_SOURCES: Final[Mapping[str, str]] = {
    "charity": "Charity",
    "community": "Community",
    "council": "Council",
    "gp": "GP",
    "hospital": "Hospital",
    "mental_health": "Mental health",
}
_MISTAKES: Final[Mapping[str, str]] = {
    "nhs_number missing": "no NHS number",
    "nhs_number mistyped": "NHS number mistyped",
    "nhs_number of another": "somebody else’s NHS number",
    "born_on missing": "no birth date",
    "born_on swapped day and month": "birth day and month exchanged",
    "family_name change unseen": "former family name",
    "address move unseen": "former address",
    "record duplicate": "a second record of one person",
    "phone missing": "no telephone number",
    "given_name nickname": "nickname",
}
MOST: Final = 4


@dataclass(frozen=True)
class EffectShown:
    """One planted effect: what it is, what it did here, and whether anybody could have seen it."""

    service: str
    planted: str
    here: str
    told: str


@dataclass(frozen=True)
class SpoiledShown:
    """What was spoiled of one source's records."""

    source: str
    total: int
    most: str


@dataclass(frozen=True)
class PlantedPage:
    """The last page of the story."""

    scenario: str
    people: int
    seed: int
    effects: tuple[EffectShown, ...]
    alike: tuple[tuple[str, int], ...]
    spoiled: tuple[SpoiledShown, ...]
    messages: tuple[tuple[str, int], ...]
    late_files: int
    title: str = "What was planted in this borough, and what we could not tell"

    @classmethod
    def of(cls, planted: Planted, place: Place) -> "PlantedPage":
        """The page of a borough."""
        words = place.own_words
        return cls(
            scenario=_SCENARIOS.get(planted.scenario, planted.scenario).format(**words),
            people=planted.people,
            seed=planted.seed,
            effects=tuple(_effect(one, words) for one in planted.effects),
            alike=planted.alike,
            spoiled=_spoiled(planted),
            messages=tuple((_MESSAGES.get(how, how), number) for how, number in planted.messages),
            late_files=planted.late_files,
        )


def _effect(one: Effect, words: Mapping[str, str]) -> EffectShown:
    service = _SERVICES.get(one.service, one.service).format(**words)
    lost = round((1 - one.rate_ratio) * 100)
    planted = (
        f"No effect at all on emergency stays, for {one.days} days."
        if lost == 0
        else f"{lost} of 100 emergency stays do not happen, for {one.days} days."
    )
    here = (
        f"{one.exposed:,} people reached. They would have had {one.stays_without:,} emergency "
        f"stays meanwhile; {one.prevented:,} did not happen."
    )
    chance = round(one.by_chance)
    if lost == 0:
        told = (
            "People are taken on after a crisis and get better with time whatever is done, so a "
            "before-and-after chart will fall. It would be wrong to say “because”."
        )
    elif one.is_tellable:
        told = f"Chance alone moves such a number by about {chance}: this could be seen here."
    else:
        told = (
            f"Chance alone moves such a number by about {chance} either way, so nobody could tell "
            "from this borough, though it is true. Several boroughs together might."
        )
    return EffectShown(service, planted, here, told)


def _spoiled(planted: Planted) -> tuple[SpoiledShown, ...]:
    found = []
    for source in dict.fromkeys(source for source, _, _ in planted.spoiled):
        own = sorted(
            ((number, how) for of, how, number in planted.spoiled if of == source), reverse=True
        )
        most = "; ".join(f"{_mistake(how)} {number:,}" for number, how in own[:MOST])
        found.append(
            SpoiledShown(_SOURCES.get(source, source), sum(number for number, _ in own), most)
        )
    return tuple(found)


def _mistake(how: str) -> str:
    said = how.replace("_", " ") if how not in _MISTAKES else _MISTAKES[how]
    return said.replace("nhs number", "NHS number")
