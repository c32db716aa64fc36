"""What goes wrong in the partners' files, as rates, and how a word is spoiled.

The rates of missing and wrong NHS numbers are the borough's own choice of figures (GP 0.2 %,
hospital 5 %, social care 35 %, charity 85 %); three records in a hundred are duplicates. The other
rates are ours, of the size that record-linkage studies report for routine British data. A scenario
multiplies them all; nothing is spoiled that the truth does not write down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

HIGHEST_RATE = 0.97
"""However dirty, some records stay whole."""


@dataclass(frozen=True)
class RecordRates:
    """How often something is wrong in one source's record of a person (shares of records)."""

    nhs_number_missing: float
    nhs_number_of_another: float
    """Somebody else's number, often of the same household."""
    nhs_number_mistyped: float
    """One digit wrong, so that the check digit does not fit."""
    duplicate: float
    name_mistyped: float
    nickname: float
    """The name they like to be called stands for the first name."""
    name_change_unseen: float
    """Of those whose family name changed: the source still has the old one."""
    move_unseen: float
    """Of those who moved within the window: the source still has the old address."""
    birth_day_and_month_swapped: float
    """Of those whose day of birth could be a month."""
    birth_year_mistyped: float
    birth_date_missing: float
    postcode_misread: float
    """A nought read as the letter O."""
    phone_missing: float
    death_unseen: float
    """Of those who died: the source does not know."""


@dataclass(frozen=True)
class TrafficRates:
    """How often something is wrong with the sending of messages and files."""

    message_repeated: float
    message_late: float
    """Six hours to three days after it happened."""
    message_out_of_order: float
    """Behind the one that follows it."""
    admission_cancelled: float
    transfer_cancelled: float
    discharge_cancelled: float
    renumbered: float
    """Of hospital records: the number is changed once (A47)."""
    duplicate_merged: float
    """Of duplicate hospital records: found and merged (A40). Not multiplied: it mends."""
    row_repeated: float
    """Of rows of a partner's extract: sent twice."""
    extract_late: float
    """Of extracts: two to six weeks late."""


SOURCES = ("gp", "hospital", "mental_health", "council", "charity", "community")

RECORD_RATES: Mapping[str, RecordRates] = {
    "gp": RecordRates(
        nhs_number_missing=0.0014, nhs_number_of_another=0.0003, nhs_number_mistyped=0.0003,
        duplicate=0.0, name_mistyped=0.006, nickname=0.004, name_change_unseen=0.10,
        move_unseen=0.10, birth_day_and_month_swapped=0.001, birth_year_mistyped=0.0005,
        birth_date_missing=0.0, postcode_misread=0.001, phone_missing=0.05, death_unseen=0.01,
    ),
    "hospital": RecordRates(
        nhs_number_missing=0.044, nhs_number_of_another=0.003, nhs_number_mistyped=0.003,
        duplicate=0.03, name_mistyped=0.02, nickname=0.015, name_change_unseen=0.25,
        move_unseen=0.25, birth_day_and_month_swapped=0.006, birth_year_mistyped=0.003,
        birth_date_missing=0.001, postcode_misread=0.004, phone_missing=0.12, death_unseen=0.40,
    ),
    "mental_health": RecordRates(
        nhs_number_missing=0.028, nhs_number_of_another=0.001, nhs_number_mistyped=0.001,
        duplicate=0.03, name_mistyped=0.015, nickname=0.02, name_change_unseen=0.20,
        move_unseen=0.20, birth_day_and_month_swapped=0.004, birth_year_mistyped=0.002,
        birth_date_missing=0.0, postcode_misread=0.003, phone_missing=0.10, death_unseen=0.30,
    ),
    "council": RecordRates(
        nhs_number_missing=0.335, nhs_number_of_another=0.006, nhs_number_mistyped=0.009,
        duplicate=0.03, name_mistyped=0.03, nickname=0.03, name_change_unseen=0.25,
        move_unseen=0.15, birth_day_and_month_swapped=0.012, birth_year_mistyped=0.005,
        birth_date_missing=0.004, postcode_misread=0.008, phone_missing=0.20, death_unseen=0.10,
    ),
    "charity": RecordRates(
        nhs_number_missing=0.83, nhs_number_of_another=0.005, nhs_number_mistyped=0.015,
        duplicate=0.03, name_mistyped=0.05, nickname=0.15, name_change_unseen=0.15,
        move_unseen=0.20, birth_day_and_month_swapped=0.02, birth_year_mistyped=0.01,
        birth_date_missing=0.12, postcode_misread=0.02, phone_missing=0.15, death_unseen=0.30,
    ),
    "community": RecordRates(
        nhs_number_missing=0.027, nhs_number_of_another=0.0015, nhs_number_mistyped=0.0015,
        duplicate=0.03, name_mistyped=0.015, nickname=0.02, name_change_unseen=0.20,
        move_unseen=0.20, birth_day_and_month_swapped=0.004, birth_year_mistyped=0.002,
        birth_date_missing=0.0, postcode_misread=0.003, phone_missing=0.10, death_unseen=0.20,
    ),
}  # fmt: skip

TRAFFIC_RATES = TrafficRates(
    message_repeated=0.01,
    message_late=0.008,
    message_out_of_order=0.006,
    admission_cancelled=0.006,
    transfer_cancelled=0.01,
    discharge_cancelled=0.008,
    renumbered=0.003,
    duplicate_merged=0.5,
    row_repeated=0.004,
    extract_late=0.06,
)

_NOT_MULTIPLIED = frozenset({"duplicate_merged"})

HABITUAL = frozenset({"phone_missing"})
"""Gaps every system has; they say nothing false, so the truth does not list them one by one."""


def record_rates(source: str, multiplier: float) -> RecordRates:
    """The rates of one source, multiplied, none beyond `HIGHEST_RATE`."""
    rates = RECORD_RATES[source]
    scaled = {
        field.name: min(getattr(rates, field.name) * multiplier, HIGHEST_RATE)
        for field in fields(rates)
    }
    # The three faults of an NHS number exclude one another: together they may not pass the top.
    missing = min(
        scaled["nhs_number_missing"],
        HIGHEST_RATE - scaled["nhs_number_of_another"] - scaled["nhs_number_mistyped"],
    )
    return replace(rates, **{**scaled, "nhs_number_missing": missing})


def traffic_rates(multiplier: float) -> TrafficRates:
    """The rates of sending, multiplied."""
    scaled = {
        field.name: getattr(TRAFFIC_RATES, field.name)
        if field.name in _NOT_MULTIPLIED
        else min(getattr(TRAFFIC_RATES, field.name) * multiplier, HIGHEST_RATE)
        for field in fields(TRAFFIC_RATES)
    }
    return TrafficRates(**scaled)


_KEY_NEIGHBOURS: Mapping[str, str] = {
    "a": "sqz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht",
    "h": "gjy", "i": "uok", "j": "hku", "k": "jli", "l": "ko", "m": "n", "n": "bmh", "o": "ipl",
    "p": "ol", "q": "wa", "r": "etf", "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes",
    "x": "zcs", "y": "tuh", "z": "xas",
}  # fmt: skip

_SOUNDS_ALIKE: Sequence[tuple[str, str]] = (
    ("ph", "f"), ("ck", "k"), ("ie", "y"), ("ey", "y"), ("ai", "ay"), ("ee", "ea"), ("ou", "oo"),
    ("ll", "l"), ("tt", "t"), ("nn", "n"), ("ss", "s"), ("rr", "r"), ("th", "t"), ("c", "k"),
    ("k", "c"), ("s", "z"), ("y", "i"), ("i", "y"), ("e", "a"), ("a", "e"), ("o", "oh"),
)  # fmt: skip

_LOOKS_ALIKE: Sequence[tuple[str, str]] = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("li", "h"), ("vv", "w"), ("w", "vv"), ("nn", "rm"),
    ("l", "i"), ("i", "l"), ("o", "0"), ("e", "c"), ("u", "v"), ("h", "b"), ("a", "o"),
)  # fmt: skip


def _other_key(text: str, draw: int) -> str:
    places = [place for place, letter in enumerate(text) if letter.lower() in _KEY_NEIGHBOURS]
    if not places:
        return text + text[-1:]
    # The first letter is the one people look at: it is seldom wrong.
    place = places[draw % len(places)] if len(places) == 1 else places[1 + draw % (len(places) - 1)]
    letter = text[place]
    near = _KEY_NEIGHBOURS[letter.lower()]
    wrong = near[(draw // 97) % len(near)]
    return text[:place] + (wrong.upper() if letter.isupper() else wrong) + text[place + 1 :]


def _swapped_keys(text: str, draw: int) -> str:
    places = [
        place
        for place in range(1, len(text) - 1)
        if text[place] != text[place + 1] and text[place : place + 2].isalpha()
    ]
    if not places:
        return _other_key(text, draw)
    place = places[draw % len(places)]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _dropped_key(text: str, draw: int) -> str:
    if len(text) < 4:
        return _other_key(text, draw)
    place = 1 + draw % (len(text) - 1)
    return text[:place] + text[place + 1 :]


def _alike(pairs: Sequence[tuple[str, str]]) -> Callable[[str, int], str]:
    def spoil(text: str, draw: int) -> str:
        lower = text.lower()
        found = [(pair, lower.find(pair[0], 1)) for pair in pairs if pair[0] in lower[1:]]
        if not found:
            return _other_key(text, draw)
        (right, wrong), place = found[draw % len(found)]
        return text[:place] + wrong + text[place + len(right) :]

    return spoil


SPOILERS: Mapping[str, Callable[[str, int], str]] = {
    "keyboard": _other_key,
    "swapped_letters": _swapped_keys,
    "dropped_letter": _dropped_key,
    "phonetic": _alike(_SOUNDS_ALIKE),
    "misread": _alike(_LOOKS_ALIKE),
}
"""How a name is mistyped, by kind; each is given the name and a number to choose by."""

SPOILER_WEIGHTS: Mapping[str, int] = {
    "keyboard": 30, "swapped_letters": 15, "dropped_letter": 15, "phonetic": 25, "misread": 15,
}  # fmt: skip


def spoiled(text: str, key: str) -> tuple[str, str]:
    """A name with one believable slip, and the kind of slip; the key decides which.

    Never the same text again: if a slip happens to change nothing, the last letter is doubled.
    """
    draw = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    pot = [kind for kind, weight in SPOILER_WEIGHTS.items() for _ in range(weight)]
    kind = pot[draw % len(pot)]
    written = SPOILERS[kind](text, draw // len(pot))
    if written == text:
        return text + text[-1:], "keyboard"
    return written, kind
