"""Local groups and charities, and what they offer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from oneplace.borough.lives.columns import Coded, coded
from oneplace.borough.lives.moments import Array
from oneplace.borough.lives.world import World, pick

VOLUNTARY_ORGANISATIONS: Final = 300
"""How many groups are listed (care-model section 7: 1,300 known, a list of 300 chosen)."""

_OFFERS: Final = {
    # category: (what the group's name ends in, service, sentence, weight, at a place)
    "garden": ("Gardens", "Garden help and company",
               "Volunteers dig, plant and sit down for tea with people in their own gardens.",
               5, False),
    "befriending": ("Befrienders", "A weekly visit or call",
                    "A volunteer visits or rings at the same time every week.", 9, False),
    "lunch_club": ("Lunch Club", "Lunch and a chat", "A hot lunch, a quiz and good company.",
                   8, True),
    "exercise": ("Movers", "Gentle exercise", "Seated and standing exercise to music.", 7, True),
    "benefits_advice": ("Advice", "Benefits check",
                        "A trained adviser goes through what you may claim and fills in the forms.",
                        5, True),
    "debt_advice": ("Money Help", "Help with debts", "Free, private advice about money owed.",
                    3, True),
    "carers": ("Carers", "Carers' group", "A morning for people who look after somebody.", 5, True),
    "bereavement": ("Bereavement Circle", "Bereavement group",
                    "A small group for people who have lost somebody.", 4, True),
    "transport": ("Wheels", "Lifts to appointments", "Volunteer drivers take you and wait.",
                  4, False),
    "digital": ("Online Together", "Help with phones and tablets",
                "Bring your own device or borrow one of ours.", 4, True),
    "arts": ("Arts", "Painting and making", "No talent needed; materials are there.", 6, True),
    "walking": ("Walkers", "Short walks", "An easy half hour with a leader, and a bench half way.",
                6, True),
    "housing_help": ("Homes", "Housing advice", "Repairs, moves, and letters from the landlord.",
                     3, True),
    "dementia": ("Memory Cafe", "Memory cafe", "For people with memory problems and their family.",
                 5, True),
    "faith": ("Fellowship", "Visiting and fellowship", "Visitors from our congregation.", 6, True),
    "food": ("Pantry", "Community pantry", "A week's shopping for a few pounds.", 6, True),
    "handyperson": ("Fixers", "Small repairs", "Grab rails, locks, bulbs and shelves.", 3, False),
    "volunteering": ("Volunteers", "Finding a volunteer role", "We match people to what they like.",
                     3, True),
    "men_shed": ("Shed", "Workshop for men and women", "Tools, timber, tea and talk.", 3, True),
    "falls_prevention": ("Steady Steps", "Strength and balance course",
                         "Twelve weeks to steadier legs, with a qualified instructor.", 5, True),
}  # fmt: skip

AddOrganisation = Callable[[str, str, str, str, int], int]
AddAddresses = Callable[[World, str, Array, str, list[str]], Array]


def draft_voluntary(
    world: World,
    add: AddOrganisation,
    first_names: Sequence[str],
    address: AddAddresses,
) -> None:
    """Draft the groups and their services; each organisation is added through `add`."""
    random = world.random("voluntary")
    count = VOLUNTARY_ORGANISATIONS
    categories = list(_OFFERS)
    weights = {name: float(_OFFERS[name][3]) for name in categories}
    main = pick(random, count, weights)
    # Each category is there at least once.
    main.codes[: len(categories)] = np.arange(len(categories))
    # Everybody belongs somewhere; a third serve the whole borough.
    networks = random.integers(0, len(world.place.networks), count)
    network_names = [row.name for row in world.place.networks]
    used: set[str] = set()
    names = []
    for index in range(count):
        ending = _OFFERS[categories[int(main.codes[index])]][0]
        for attempt in range(len(first_names) + len(network_names)):
            first = first_names[(index * 7 + attempt) % len(first_names)]
            name = f"{first} {ending}"
            if attempt >= 3:
                name = f"{network_names[int(networks[index])]} {first} {ending}"
            if name not in used:
                break
        used.add(name)
        names.append(name)
    halls = address(world, "voluntary", networks, "hall", [f"{name} hall" for name in names])
    organisations = np.array([
        add(f"voluntary_{i:03d}", name, "voluntary_group", f"ZV{i:03d}", int(halls[i]))
        for i, name in enumerate(names)
    ])  # fmt: skip
    slugs = ["".join(c for c in name.lower() if c.isalpha()) for name in names]
    world["voluntary_organisations"] = {
        "voluntary_organisation": np.arange(count),
        "organisation": organisations,
        "name": coded(names),
        "description": coded([_OFFERS[categories[int(code)]][2] for code in main.codes]),
        "email": [f"hello.{slug}@example.org" for slug in slugs],
        "website": [f"https://{slug}.example.org" for slug in slugs],
    }
    second = random.random(count) < 0.42
    offerer = np.concatenate([np.arange(count), np.flatnonzero(second)])
    category = np.concatenate([main.codes, pick(random, int(second.sum()), weights).codes])
    total = len(offerer)
    at_place = np.array([_OFFERS[name][4] for name in categories])[category]
    borough_wide = random.random(total) < 0.33
    starts = random.choice(np.array([570, 600, 630, 660, 780, 810, 840]), total)
    lasts = random.choice(np.array([60, 90, 120]), total)
    language_pool = ["en", "en", "en", *(row.code for row in world.place.languages)]
    languages = [
        " ".join(dict.fromkeys(["en", language_pool[code]]))
        for code in random.integers(0, len(language_pool), total).tolist()
    ]
    checked = random.random(total) < 0.7

    def clock(minutes: Array) -> list[str]:
        return [
            f"{value // 60:02d}:{value % 60:02d}" if there else ""
            for value, there in zip(minutes.tolist(), at_place.tolist(), strict=True)
        ]

    world["voluntary_services"] = {
        "service": np.arange(total),
        "voluntary_organisation": offerer,
        "name": coded([_OFFERS[categories[code]][1] for code in category.tolist()]),
        "category": Coded(category, categories),
        "description": coded([_OFFERS[categories[code]][2] for code in category.tolist()]),
        "network": np.where(borough_wide, -1, networks[offerer]),
        "address": np.where(at_place, halls[offerer], -1),
        "weekday": np.where(at_place, random.integers(0, 6, total), -1),
        "starts_at": clock(starts),
        "ends_at": clock(starts + lasts),
        "cost_pence": random.choice(np.array([0, 0, 0, 0, 100, 200, 300, 500]), total),
        "minimum_age": random.choice(np.array([18, 18, 18, 50, 55, 65]), total),
        "languages": languages,
        "capacity": random.integers(6, 31, total),
        "quality_checked_on": np.where(
            checked, world.now_day - random.integers(20, 900, total), np.iinfo(np.int32).min
        ),
        # Two thirds are fresh; the rest are older than the ninety days after which we warn.
        "verified_on": world.now_day
        - np.where(
            random.random(total) < 0.66,
            random.integers(0, 88, total),
            random.integers(91, 500, total),
        ),
    }
