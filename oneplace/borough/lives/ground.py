"""The ground lives stand on: networks, areas, postcodes, streets, organisations, practices, homes.

The geography is invented: networks lie in a ring round a centre, small areas scatter round them.
Postcode districts come from the place file; each unit has a letter that no real unit may have
(C, I, K, M, O and V are never used in inward codes), so nobody lives there.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from oneplace.borough.lives.columns import Coded, coded, constant
from oneplace.borough.lives.moments import Array, day_number
from oneplace.borough.lives.names import GROUP_NAMES, HOME_KINDS, HOME_NAMES, STREETS
from oneplace.borough.lives.voluntary import draft_voluntary
from oneplace.borough.lives.world import World, draw, within_group_index

PEOPLE_PER_AREA: Final = 1_500
PEOPLE_PER_UNIT: Final = 60
STREETS_PER_AREA: Final = 12
LEAST_AREAS_PER_NETWORK: Final = 6
KILOMETRE: Final = 1 / 111.2
"""Degrees of latitude in a kilometre."""

NETWORK_RING_KM: Final = 3.4
AREA_SPREAD_KM: Final = 1.3

SHOW_PRACTICE_SHARE: Final = 0.34
"""Where fewer practices are kept, the show practice has as long a list as its place file says, but
no more than this share of the borough."""

HOME_CARE_PROVIDERS: Final = 12
FIRST_LANDLINES = "020 7946 0"
FIRST_MOBILES = "07700 900"
# Ofcom keeps 020 7946 0000-0999 and 07700 900000-900999 for drama; they never reach anybody
# (Ofcom, "Telephone numbers for use in TV shows and films").

LANDLINES: Final = tuple(f"{FIRST_LANDLINES}{number:03d}" for number in range(1000))
MOBILES: Final = tuple(f"{FIRST_MOBILES}{number:03d}" for number in range(1000))

_USED_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_UNUSED_LETTERS = "CIKMOV"
_INWARD = [
    *(f"{a}{b}" for a in _USED_LETTERS for b in _UNUSED_LETTERS),
    *(f"{b}{a}" for a in _USED_LETTERS for b in _UNUSED_LETTERS),
]


def chosen_practices(world: World) -> list[Any]:
    """The place's practices this run keeps: fewer in a small borough, at least one a network."""
    place = world.place
    wanted = max(len(place.networks), round(len(place.practices) * min(1.0, world.scale)))
    kept = [place.practice(place.demo.show_practice)]
    for network in place.networks:
        if not any(practice.network == network.code for practice in kept):
            kept.append(max(place.practices_of(network.code), key=lambda row: row.list_size))
    waiting = [practice for practice in place.practices if practice not in kept]
    # Round the networks in turn, so that none is favoured.
    waiting.sort(key=lambda row: [p.code for p in place.practices_of(row.network)].index(row.code))
    kept += waiting[: max(0, wanted - len(kept))]
    return [practice for practice in place.practices if practice in kept]


def practice_weights(world: World, practices: list[Any]) -> Array:
    """Share of the borough's people at each kept practice."""
    place = world.place
    weights = []
    for practice in practices:
        of_network = [p for p in practices if p.network == practice.network]
        everybody = sum(row.list_size for row in place.practices_of(practice.network))
        kept = sum(row.list_size for row in of_network)
        weights.append(practice.list_size * everybody / kept)
    shares = np.array(weights) / sum(weights)
    if len(practices) < len(place.practices):
        show = [practice.code == place.demo.show_practice for practice in practices]
        own = place.practice(place.demo.show_practice).list_size / world.settings.people
        shares = np.where(show, min(own, SHOW_PRACTICE_SHARE), shares)
        rest = ~np.array(show)
        shares[rest] *= (1 - shares[~rest].sum()) / shares[rest].sum()
    return np.asarray(shares)


def make_ground(world: World) -> None:
    """Draft networks, areas, postcodes, organisations, practices, care homes and groups."""
    place = world.place
    random = world.random("ground")
    practices = chosen_practices(world)
    shares = practice_weights(world, practices)
    network_of = np.array([
        [row.code for row in place.networks].index(practice.network) for practice in practices
    ])  # fmt: skip
    network_shares = np.bincount(network_of, weights=shares, minlength=len(place.networks))
    world.state["practice_shares"] = shares
    world.state["network_shares"] = network_shares
    _make_networks(world)
    _make_areas(world, random, network_shares)
    _make_postcodes(world, random)
    world["addresses"] = {}
    _make_organisations(world, random, practices, network_of)


def _make_networks(world: World) -> None:
    settings, networks = world.settings, world.place.networks
    count = len(networks)
    # The last network takes the centre when there are more than four, as boroughs have a middle.
    in_ring = count - 1 if count > 4 else count
    angles = np.arange(count) * 2 * np.pi / max(in_ring, 1)
    radius = np.where(np.arange(count) < in_ring, NETWORK_RING_KM, 0.0)
    squeeze = np.cos(np.radians(settings.latitude))
    world["networks"] = {
        "network": np.arange(count),
        "key": coded([network.code for network in networks]),
        "name": coded([network.name for network in networks]),
        "starts_on": np.array([day_number(network.started_on) for network in networks]),
        "latitude": settings.latitude + radius * np.sin(angles) * KILOMETRE,
        "longitude": settings.longitude + radius * np.cos(angles) * KILOMETRE / squeeze,
    }


def _make_areas(world: World, random: np.random.Generator, network_shares: Array) -> None:
    people = network_shares * world.settings.people
    counts = np.maximum(LEAST_AREAS_PER_NETWORK, np.rint(people / PEOPLE_PER_AREA)).astype(int)
    network = np.repeat(np.arange(len(counts)), counts)
    total = len(network)
    mean = np.array([row.deprivation_decile for row in world.place.networks])[network]
    decile = np.clip(np.rint(random.normal(mean, 1.9)), 1, 10).astype(int)
    squeeze = np.cos(np.radians(world.settings.latitude))
    localities = [network_row.areas or (network_row.name,) for network_row in world.place.networks]
    rank = within_group_index(network)
    names, locality = [], []
    for index, row in zip(network.tolist(), rank.tolist(), strict=True):
        words = localities[index]
        locality.append(words[row % len(words)])
        names.append(f"{words[row % len(words)]} {row // len(words) + 1:03d}")
    world.state["area_locality"] = locality
    world["areas"] = {
        "area": np.arange(total),
        "code": coded([f"Z{index:08d}" for index in range(total)]),
        "name": coded(names),
        "network": network,
        "deprivation_decile": decile,
        "latitude": world["networks"]["latitude"][network]
        + random.normal(0, AREA_SPREAD_KM, total) * KILOMETRE,
        "longitude": world["networks"]["longitude"][network]
        + random.normal(0, AREA_SPREAD_KM, total) * KILOMETRE / squeeze,
    }


def _make_postcodes(world: World, random: np.random.Generator) -> None:
    areas = world["areas"]
    squeeze = np.cos(np.radians(world.settings.latitude))
    per_area = max(4, round(PEOPLE_PER_AREA / PEOPLE_PER_UNIT))
    area = np.repeat(areas["area"], per_area)
    network = areas["network"][area]
    districts = [row.postcode_districts for row in world.place.networks]
    # One district per area, so that neighbours share it.
    district = [districts[n][a % len(districts[n])] for n, a in zip(network, area, strict=True)]
    used: dict[str, int] = {}
    texts = []
    for name in district:
        number = used.get(name, 0)
        used[name] = number + 1
        # Ten sectors of 240 units; a larger borough starts again at the first.
        sector, inward = divmod(number * 37 % (10 * len(_INWARD)), len(_INWARD))
        texts.append(f"{name} {sector}{_INWARD[inward]}")
    total = len(area)
    world["postcodes"] = {
        "postcode_index": np.arange(total),
        "postcode": coded(texts),
        "area": area,
        "network": network,
        "latitude": areas["latitude"][area] + random.normal(0, 0.25, total) * KILOMETRE,
        "longitude": areas["longitude"][area] + random.normal(0, 0.25, total) * KILOMETRE / squeeze,
    }
    world.state["postcodes_per_area"] = per_area


def add_addresses(
    world: World,
    name: str,
    area: Array,
    kind: Coded,
    tenure: Coded,
    *,
    house_names: list[str] | None = None,
) -> Array:
    """Add one address in each area given, on invented streets; gives back their indexes.

    Flats stand eight to a number; no two addresses of a street share number and flat.
    """
    random = world.random(f"addresses {name}")
    total = len(area)
    first = int(world.state.get("addresses_made", 0))
    street_rank = random.integers(0, STREETS_PER_AREA, total)
    street_key = area.astype(np.int64) * STREETS_PER_AREA + street_rank
    taken_before: Array = world.state.setdefault(
        "street_taken", np.zeros(len(world["areas"]["area"]) * STREETS_PER_AREA, dtype=np.int64)
    )
    is_flat = kind.isin("flat", "sheltered")
    order = np.lexsort((is_flat, street_key))
    rank = np.empty(total, dtype=np.int64)
    rank[order] = within_group_index(street_key[order])
    rank += taken_before[street_key]
    taken_before += np.bincount(street_key, minlength=len(taken_before))
    number = np.where(is_flat, rank // 8 + 401, rank + 1)
    flat = rank % 8 + 1
    flat_words = ["", *(f"Flat {index}" for index in range(1, 9))]
    per_area = world.state["postcodes_per_area"]
    unit = area * per_area + (street_rank * 3 + number // 24) % per_area
    postcodes, areas = world["postcodes"], world["areas"]
    street_word = (area * 5 + street_rank) * 101 % len(STREETS)
    numbered = number * len(STREETS) + street_word
    seen, line_codes = np.unique(numbered, return_inverse=True)
    lines = [f"{value // len(STREETS)} {STREETS[value % len(STREETS)]}" for value in seen.tolist()]
    localities = list(dict.fromkeys(world.state["area_locality"]))
    locality_of_area = np.array([localities.index(w) for w in world.state["area_locality"]])
    index = np.arange(first, first + total)
    if house_names is None:
        line_1 = Coded(np.where(is_flat, flat, 0), flat_words)
    else:
        line_1 = coded(house_names)
    jitter = 0.08 * KILOMETRE
    draft = {
        "address": index,
        "kind": kind,
        "line_1": line_1,
        "line_2": Coded(line_codes, lines),
        "locality": Coded(locality_of_area[area], localities),
        "town": constant(world.place.name, total),
        "postcode_index": unit,
        "postcode": postcodes["postcode"][unit],
        "area": area,
        "network": areas["network"][area],
        "uprn": [f"9999{value:08d}" for value in index.tolist()],
        "tenure": tenure,
        "has_key_safe": random.random(total) < 0.04,
        "latitude": postcodes["latitude"][unit] + random.normal(0, 1, total) * jitter,
        "longitude": postcodes["longitude"][unit] + random.normal(0, 1, total) * jitter,
    }
    world.state["addresses_made"] = first + total
    world.state.setdefault("address_parts", []).append(draft)
    return index


def _one_address(world: World, name: str, networks: Array, kind: str, names: list[str]) -> Array:
    """Addresses of organisations, in random areas of their networks."""
    random = world.random(f"sites {name}")
    areas = world["areas"]
    area = np.empty(len(networks), dtype=np.int64)
    for network in np.unique(networks):
        rows = np.flatnonzero(networks == network)
        area[rows] = random.choice(areas["area"][areas["network"] == network], len(rows))
    kinds = constant(kind, len(networks))
    tenure = constant("care_home" if kind == "care_home" else "none", len(networks))
    return add_addresses(world, name, area, kinds, tenure, house_names=names)


def _make_organisations(
    world: World, random: np.random.Generator, practices: list[Any], network_of: Array
) -> None:
    place, scale = world.place, min(1.0, world.scale)
    rows: list[dict[str, Any]] = []

    def add(key: str, name: str, kind: str, ods: str, address: int) -> int:
        index = len(rows)
        rows.append({
            "organisation": index, "key": key, "name": name, "kind": kind, "ods_code": ods,
            "is_partner": index < len(place.partners), "address": address,
            "phone": LANDLINES[(index * 7 + 13) % 1000],
        })  # fmt: skip
        return index

    networks = np.arange(len(place.networks))
    everywhere = np.resize(networks, len(place.partners))
    offices = _one_address(
        world, "partners", everywhere, "office", [f"{row.short_word} office" for row in
                                                  place.partners],
    )  # fmt: skip
    for partner, address in zip(place.partners, offices, strict=True):
        ods = partner.ods_code or f"Z{len(rows):02d}"
        add(partner.code, partner.name, partner.kind.value, ods, int(address))
    world.state["partner_index"] = {row.code: i for i, row in enumerate(place.partners)}

    surgeries = _one_address(
        world, "practices", network_of, "practice", [row.name for row in practices]
    )
    practice_organisations = [
        add(f"practice_{row.code.lower()}", row.name, "gp_practice", row.code, int(address))
        for row, address in zip(practices, surgeries, strict=True)
    ]
    weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    world["practices"] = {
        "practice": np.arange(len(practices)),
        "organisation": np.array(practice_organisations),
        "code": coded([row.code for row in practices]),
        "name": coded([row.name for row in practices]),
        "network": network_of,
        "is_show_practice": np.array([row.code == place.demo.show_practice for row in practices]),
        "huddle_weekday": np.array([weekdays.index(row.huddle.weekday.value) for row in practices]),
        "huddle_starts_at": [row.huddle.at.strftime("%H:%M") for row in practices],
        "address": surgeries,
    }

    homes = max(2, round(place.care_homes.homes * scale))
    beds_wanted = max(homes * 4, round(place.care_homes.beds * world.scale))
    sizes = random.gamma(2.2, 1.0, homes) + 0.35
    beds = np.maximum(3, np.rint(sizes / sizes.sum() * beds_wanted)).astype(int)
    beds[np.argmax(beds)] += beds_wanted - beds.sum()
    home_network = draw(random, homes, world.state["network_shares"])
    home_names = [
        f"{HOME_NAMES[index % len(HOME_NAMES)]} {HOME_KINDS[index // len(HOME_NAMES) % 6]}"
        for index in range(homes)
    ]
    home_addresses = _one_address(world, "care homes", home_network, "care_home", home_names)
    home_organisations = [
        add(f"care_home_{i:03d}", name, "care_home", f"ZH{i:03d}", int(address))
        for i, (name, address) in enumerate(zip(home_names, home_addresses, strict=True))
    ]
    nursing = random.random(homes) < place.care_homes.nursing_share
    rounds = np.empty(homes, dtype=np.int64)
    for network in np.unique(home_network):
        rows_here = np.flatnonzero(home_network == network)
        rounds[rows_here] = random.choice(np.flatnonzero(network_of == network), len(rows_here))
    world["care_homes"] = {
        "care_home": np.arange(homes),
        "organisation": np.array(home_organisations),
        "name": coded(home_names),
        "kind": Coded(nursing.astype(int), ["residential", "nursing"]),
        "beds": beds,
        "network": home_network,
        "practice": rounds,
        "address": home_addresses,
        "cqc_location": [f"9-9{i:09d}" for i in range(homes)],
    }
    providers = [
        f"{HOME_NAMES[(i * 11 + 5) % len(HOME_NAMES)]} Care at Home"
        for i in range(HOME_CARE_PROVIDERS)
    ]
    world.state["home_care"] = np.array([
        add(f"home_care_{i:02d}", name, "home_care_provider", f"ZC{i:03d}", -1)
        for i, name in enumerate(providers)
    ])  # fmt: skip
    draft_voluntary(world, add, GROUP_NAMES, _one_address)
    world["organisations"] = {
        "organisation": np.arange(len(rows)),
        **{
            column: coded([row[column] for row in rows])
            for column in ("key", "name", "kind", "ods_code", "phone")
        },
        "is_partner": np.array([row["is_partner"] for row in rows]),
        "address": np.array([row["address"] for row in rows]),
    }
