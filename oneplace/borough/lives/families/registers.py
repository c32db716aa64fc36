"""The tables `people`, `address_history` and `registrations`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from oneplace.borough.lives.columns import NEVER, NO_DAY, NONE, Coded
from oneplace.borough.lives.families.everybody import death_rate
from oneplace.borough.lives.families.people import CODES, CULTURES, People
from oneplace.borough.lives.ground import LANDLINES, MOBILES
from oneplace.borough.lives.moments import YEAR_DAYS, Array, moment
from oneplace.borough.lives.world import World, draw, pick
from oneplace.vocabulary import nhs_number

_LANGUAGES: Final = {
    "european": ("pl", "ro", "pt", "es", "it"), "african": ("yo", "tw", "so", "fr"),
    "indian": ("gu", "hi", "pa"), "tamil": ("ta", "ne", "tl"), "pakistani": ("ur", "pa"),
    "bangladeshi": ("bn",), "chinese": ("zh",), "arab": ("ar", "fa", "tr"),
}  # fmt: skip
_FAITHS: Final[Mapping[str, Mapping[str, float]]] = {
    "english": {"christian": 52, "none": 38, "not_stated": 8, "other": 1.6, "jewish": 0.4},
    "irish": {"christian": 82, "none": 14, "not_stated": 4},
    "european": {"christian": 68, "none": 24, "not_stated": 8},
    "caribbean": {"christian": 76, "none": 16, "not_stated": 6, "other": 2},
    "african": {"christian": 70, "muslim": 24, "none": 3, "not_stated": 3},
    "indian": {"hindu": 58, "sikh": 14, "muslim": 14, "christian": 9, "none": 5},
    "tamil": {"hindu": 52, "christian": 24, "muslim": 10, "buddhist": 10, "none": 4},
    "pakistani": {"muslim": 95, "none": 2, "not_stated": 3},
    "bangladeshi": {"muslim": 95, "none": 2, "not_stated": 3},
    "chinese": {"none": 55, "buddhist": 20, "christian": 20, "not_stated": 5},
    "arab": {"muslim": 72, "christian": 12, "none": 9, "not_stated": 7},
}


def draft_people(world: World, people: People) -> None:
    """`people`, and what follows from it: where each lived, and who looked after them."""
    random = world.random("people")
    extra, count = people.extra, people.count
    died = _deaths(world, people)
    faith = _faiths(random, people)
    language = _languages(random, people)
    needs = _communication_needs(random, people.age)
    marital = _marital_statuses(random, people)
    title = _titles(random, people, marital.codes)
    landline, has_mobile = _phones(random, people)
    emails = _emails(random, people)
    area = world.of_addresses("area")
    decile = world["areas"]["deprivation_decile"][area[extra["address"]]]
    gender = np.where(random.random(count) < 0.004, 2, people.woman.astype(int) ^ 1)
    numbers = nhs_number.synthetic_numbers(count, seed=world.settings.seed % 100_000)
    foreign = language.codes != language.words.index("en")
    world["people"] = {
        "person": np.arange(count),
        "nhs_number": nhs_number.as_text(numbers),
        "title": title,
        "given_name": Coded(extra["given"], extra["given_words"]),
        "middle_name": Coded(extra["middle"], extra["given_words"]),
        "family_name": Coded(extra["family_name"], extra["family_words"]),
        "preferred_name": Coded(
            np.where(extra["preferred"] >= 0, extra["preferred"] + len(extra["given_words"]),
                     extra["given"]),
            [*extra["given_words"], *extra["preferred_words"]],
        ),
        "previous_family_name": Coded(extra["previous_name"], extra["family_words"]),
        "family_name_changed_on": extra["name_changed"],
        "gender": Coded(gender, ["female", "male", "other"]),
        "sex": Coded(people.woman.astype(int) ^ 1, ["female", "male"]),
        "born_on": extra["born"],
        "died_at": died,
        "ethnicity": Coded(people.ethnicity, CODES),
        "language": language,
        "needs_interpreter": foreign & (random.random(count) < 0.4),
        "religion": faith,
        "communication_needs": needs,
        "marital_status": marital,
        "deprivation_decile": decile,
        "household": extra["household"],
        "address": extra["address"],
        "care_home": np.where(people.here, people.in_home, NONE),
        "practice": extra["practice"],
        "network": world["practices"]["network"][extra["practice"]],
        "landline": landline,
        "mobile": Coded(np.where(has_mobile, random.integers(0, 1000, count), NONE), MOBILES),
        "email": emails,
        "lives_alone": extra["lives_alone"],
        "is_housebound": np.zeros(count, dtype=bool),
        "next_of_kin": np.full(count, NONE),
        "arrived_on": extra["arrived"],
        "left_on": extra["left"],
        "twin": extra["twin"],
        "is_scripted": ~people.ordinary,
    }  # fmt: skip
    _draft_histories(world, people, died)


def _faiths(random: np.random.Generator, people: People) -> Coded:
    """A religion by culture; a household has its head's."""
    culture = people.extra["culture"]
    words = sorted({word for pool in _FAITHS.values() for word in pool})
    faith = np.zeros(people.count, dtype=np.int64)
    for name, pool in _FAITHS.items():
        here = np.flatnonzero(culture == CULTURES.index(name))
        drawn = pick(random, len(here), {word: float(share) for word, share in pool.items()})
        faith[here] = np.array([words.index(word) for word in drawn.words])[drawn.codes]
    return Coded(faith[people.head] if len(faith) else faith, words)


def _languages(random: np.random.Generator, people: People) -> Coded:
    """English, or for some, and more of the old, a language of their culture."""
    culture = people.extra["culture"]
    words = sorted({"en", *(code for pool in _LANGUAGES.values() for code in pool)})
    language = np.full(people.count, words.index("en"))
    share = np.interp(people.age, [5, 30, 60, 80], [0.05, 0.25, 0.3, 0.45])
    for name, codes in _LANGUAGES.items():
        here = np.flatnonzero(
            (culture == CULTURES.index(name)) & (random.random(people.count) < share)
        )
        language[here] = np.array([words.index(code) for code in codes])[
            random.integers(0, len(codes), len(here))
        ]
    return Coded(language, words)


def _communication_needs(random: np.random.Generator, age: Array) -> Coded:
    """How somebody must be written or spoken to; most as everybody."""
    count = len(age)
    needs = np.select(
        [
            (age >= 70) & (random.random(count) < 0.07),
            (age >= 70) & (random.random(count) < 0.09),
            random.random(count) < 0.006,
            random.random(count) < 0.0012,
            (age >= 80) & (random.random(count) < 0.08),
            (age >= 18) & (random.random(count) < 0.004),
        ],
        [1, 3, 2, 4, 6, 5], 0,
    )  # fmt: skip
    words = ["none", "large_print", "easy_read", "hearing_loop", "bsl", "phone_not_letters",
             "letters_not_phone"]  # fmt: skip
    return Coded(needs, words)


def _marital_statuses(random: np.random.Generator, people: People) -> Coded:
    """Single, married, widowed or divorced; most couples of one sex in a civil partnership."""
    extra, count, age = people.extra, people.count, people.age
    widow = people.widowed_by
    widowed = ((widow >= 0) & (people.fate == 0)) | (
        (people.partner < 0) & people.ordinary
        & (random.random(count) < np.interp(age, [50, 65, 75, 85, 95], [0, 0.25, 0.5, 0.75, 0.85]))
    )  # fmt: skip
    divorced = (people.partner < 0) & (extra["previous_name"] >= 0)
    divorced |= (people.partner < 0) & (age > 35) & (random.random(count) < 0.18)
    died_married = (people.fate == 1) & (widow >= 0)
    marital = np.select([extra["married"] | died_married, widowed, divorced], [1, 2, 3], 0)
    partner = people.partner
    alike = (partner >= 0) & (people.woman == people.woman[np.maximum(partner, 0)])
    marital = np.where(alike & (marital == 1) & (np.minimum(partner, np.arange(count)) % 3 > 0), 4,
                       marital)  # fmt: skip
    return Coded(marital, ["single", "married", "widowed", "divorced", "civil_partnership"])


def _titles(random: np.random.Generator, people: People, marital: Array) -> Coded:
    """As people are addressed: by sex, age and marriage, a few as doctor or Mx."""
    woman = people.woman
    luck = random.random(people.count)
    titles = ["Mr", "Mrs", "Miss", "Ms", "Dr", "Mx"]
    title = np.select(
        [luck < 0.006, luck < 0.0075, ~woman, np.isin(marital, [1, 2]),
         (marital == 3) | (luck < 0.3)],
        [4, 5, 0, 1, 3], 2,
    )  # fmt: skip
    title = np.where(people.age < 18, np.where(woman, 2, 0), title)
    return Coded(title, titles)


def _phones(random: np.random.Generator, people: People) -> tuple[Coded, Array]:
    """The landline of each household that has one, and who has a mobile."""
    age, count = people.age, people.count
    phone_share = np.interp(age, [20, 40, 60, 80], [0.1, 0.3, 0.6, 0.88])
    has_landline = random.random(count)[people.head] < phone_share
    landline_of_head = random.integers(0, 1000, count)
    has_mobile = random.random(count) < np.interp(
        age, [11, 13, 65, 75, 90], [0, 0.96, 0.9, 0.7, 0.3]
    )
    landline = np.where(has_landline, landline_of_head[people.head], NONE)
    return Coded(landline, LANDLINES), has_mobile


def _emails(random: np.random.Generator, people: People) -> list[str]:
    """An address at example.org for those who have one, else nothing."""
    extra = people.extra
    has_email = random.random(people.count) < np.interp(
        people.age, [15, 17, 60, 75, 90], [0, 0.85, 0.7, 0.45, 0.15]
    )
    given = np.array(extra["given_words"], dtype=object)[extra["given"]]
    family = np.array(extra["family_words"], dtype=object)[extra["family_name"]]
    return [
        f"{first}.{last}{index}@example.org".lower().replace("'", "").replace(" ", "") if there
        else ""
        for index, (first, last, there) in enumerate(
            zip(given.tolist(), family.tolist(), has_email.tolist(), strict=True))
    ]  # fmt: skip


def _deaths(world: World, people: People) -> Array:
    """Moment of death or NEVER: those who died before now, and those who will before the end."""
    random = world.random("deaths")
    count = people.count
    died = np.full(count, NEVER)
    born = people.extra["born"]
    before = np.flatnonzero(people.fate == 1)
    days = world.now_day - world.start_day
    # A little more often in winter.
    at = np.arange(days)
    weights = 1 + 0.16 * np.cos(2 * np.pi * ((world.start_day + at) % YEAR_DAYS - 15) / YEAR_DAYS)
    day = world.start_day + draw(random, len(before), weights)
    day = np.maximum(day, born[before] + 1)
    died[before] = moment(day, random.random(len(before)) * 1439)
    died[before] = np.minimum(died[before], world.now - 3_600_000_000)
    after = (world.end - world.now) / (YEAR_DAYS * 86_400_000_000)
    chance = death_rate(people.age, people.liability) * after
    chance = np.where(people.in_home >= 0, np.minimum(chance * 1.6, 0.6), chance)
    later = people.here & people.ordinary & (random.random(count) < chance)
    rows = np.flatnonzero(later)
    died[rows] = world.now + (random.random(len(rows)) * (world.end - world.now) * 0.999).astype(
        np.int64
    )
    return np.where(died == NEVER, NEVER, died // 60_000_000 * 60_000_000)


def _draft_histories(world: World, people: People, died: Array) -> None:
    """`address_history` and `registrations` from the moves."""
    extra, count = people.extra, people.count
    person = np.arange(count)
    born, left, arrived = extra["born"], extra["left"], extra["arrived"]
    dead = died != NEVER
    death_day = np.where(dead, died // 86_400_000_000, NO_DAY)
    until = np.where(dead, death_day, left)
    random = world.random("histories")
    settled = np.maximum(born, world.start_day - random.integers(400, 14_000, count))
    # Households move in together.
    settled = np.maximum(settled[people.head], born)
    first = np.where(arrived != NO_DAY, arrived, settled)
    into_home = people.in_home >= 0
    entered = np.maximum(extra["entered"], born + 1)
    entered = np.where(dead, np.minimum(entered, death_day - 20), entered)
    moving = extra["moving"] & (extra["moved_on"] > first) & ~into_home
    moving &= (until == NO_DAY) | (extra["moved_on"] < until)
    baby_after = moving & (born >= extra["moved_on"])
    moving &= ~baby_after
    split = moving | into_home
    change = np.where(into_home, entered, extra["moved_on"])
    first = np.where(split, np.minimum(first, change - 30), first)
    first = np.maximum(first, born)
    before_address = np.where(into_home, extra["home_before"], extra["former_address"])
    rows = np.concatenate([person, person[split]])
    reason_now = np.select([into_home, moving, first == born, arrived != NO_DAY], [1, 2, 0, 2], 2)
    from_on = np.concatenate([np.where(split, change, first), first[split]])
    to_on = np.concatenate([until, change[split]])
    address = np.concatenate([extra["address"], before_address[split]])
    reason = np.concatenate([reason_now, np.where(first == born, 0, 2)[split]])
    order = np.lexsort((from_on, rows))
    world["address_history"] = {
        "person": rows[order],
        "address": address[order],
        "from_on": from_on[order],
        "to_on": to_on[order],
        "reason": Coded(reason[order], ["born", "care_home", "move"]),
    }
    changed = extra["earlier_practice"] != extra["practice"]
    changed_on = np.where(
        changed,
        world.start_day + random.integers(10, max(11, world.now_day - world.start_day), count),
        NO_DAY,
    )
    changed &= (changed_on > first + 30) & ((until == NO_DAY) | (changed_on < until - 30))
    died_first = dead & ((left == NO_DAY) | (death_day < left))
    end_reason = np.where(died_first, 2, np.where(left != NO_DAY, 0, NONE))
    rows = np.concatenate([person, person[changed]])
    practice = np.concatenate([extra["practice"], extra["earlier_practice"][changed]])
    from_on = np.concatenate([np.where(changed, changed_on, first), first[changed]])
    to_on = np.concatenate([until, changed_on[changed]])
    reason = np.concatenate([end_reason, np.full(int(changed.sum()), 1)])
    order = np.lexsort((from_on, rows))
    world["registrations"] = {
        "person": rows[order], "practice": practice[order], "from_on": from_on[order],
        "to_on": to_on[order],
        "end_reason": Coded(reason[order], ["moved_away", "changed_practice", "died"]),
    }  # fmt: skip
