"""One typed line becomes an ask: "@pharmacist Fri review BP tablets" is owner, day and text. Pure.

`@` and whoever is asked; then, in any order that is usual, by when; the rest is the text. The day
may also stand at the end after "by", "on" or "before".
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from oneplace.actions.dates import Day, NoSuchDayError, day_said
from oneplace.actions.owners import Owner
from oneplace.vocabulary.place.calendar import WorkingCalendar
from oneplace.vocabulary.terms import Role

LONGEST: Final = 500
"""Characters of a line."""

ROLE_WORDS: Final[dict[Role, tuple[str, ...]]] = {
    Role.NETWORK_FACILITATOR: ("facilitator", "network facilitator"),
    Role.GP: ("gp", "doctor", "dr"),
    Role.PRACTICE_MANAGER: ("practice manager", "manager"),
    Role.COMMUNITY_NURSE: ("nurse", "community nurse", "district nurse", "dn", "community nursing"),
    Role.MENTAL_HEALTH_WORKER: ("mental health", "mental health worker", "cpn", "mh"),
    Role.PIC: ("pic", "coordinator", "personal independence coordinator"),
    Role.LIFE_COORDINATOR: ("life", "life desk", "life coordinator"),
    Role.THERAPIST: ("therapist", "ot", "physio", "occupational therapist", "physiotherapist"),
    Role.DISCHARGE_NURSE: ("discharge nurse", "discharge", "discharge team"),
    Role.SOCIAL_WORKER: ("social worker", "social work", "sw", "social care"),
    Role.PHARMACIST: ("pharmacist", "pharmacy", "network pharmacist"),
    Role.CARE_HOME_MANAGER: ("care home", "care home manager"),
    Role.VOLUNTARY_ORGANISATION: ("link worker", "social prescriber", "social prescribing"),
}
"""What each role is called across the table; a place's own titles and names come besides."""


class NotUnderstoodError(ValueError):
    """The line cannot be an ask yet; `reason` says what is missing, in words for whoever types."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be meant, and what they are called."""

    owner: Owner
    words: tuple[str, ...]
    rank: int = 0
    """How near they stand: 0 in the room, 1 of the practice, 2 of the network, 3 further away."""


@dataclass(frozen=True)
class Names:
    """Who can be asked, and on which days offices are closed."""

    candidates: tuple[Candidate, ...]
    calendar: WorkingCalendar | None = None

    def called(self, words: str) -> tuple[Owner, ...]:
        """Those called so, of the nearest rank alone."""
        wanted = folded(words)
        found = [c for c in self.candidates if wanted in map(folded, c.words)]
        nearest = min((candidate.rank for candidate in found), default=0)
        return tuple(dict.fromkeys(c.owner for c in found if c.rank == nearest))

    def words(self) -> set[str]:
        """Everything anybody is called, folded."""
        return {folded(word) for candidate in self.candidates for word in candidate.words}


@dataclass(frozen=True)
class QuickLine:
    """What a line says."""

    owner_words: str
    owners: tuple[Owner, ...]
    """Whoever may be meant, at least one; where they are several, somebody has to choose."""
    due_on: date | None
    """None where the line says no day: the caller says its usual one, or asks."""
    text: str
    is_same_day: bool = False
    remark: str = ""
    """Why the day is another than the words say, where it is."""

    @property
    def owner(self) -> Owner | None:
        """The one who is meant, or None where somebody has to choose."""
        return self.owners[0] if len(self.owners) == 1 else None


def folded(words: str) -> str:
    """Words as they are compared: small letters, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", words)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[\s_\-.’']+", " ", plain).strip().casefold()


def parse(line: str, *, on: date, names: Names) -> QuickLine:
    """Take a typed line apart, seen from the day `on`; raises `NotUnderstoodError`."""
    given = " ".join(line.split())
    if len(given) > LONGEST:
        raise NotUnderstoodError(f"Keep the line under {LONGEST} characters.")
    if not given.startswith("@"):
        raise NotUnderstoodError("Begin with @ and who is asked, like “@pharmacist Fri review …”.")
    rest = given[1:].lstrip()
    if not rest:
        raise NotUnderstoodError("Say after the @ who is asked, like “@district nurse”.")
    owner_words, rest = _take_owner(rest, names)
    owners = names.called(owner_words)
    day, text = _take_day(rest, on, names.calendar)
    text = text.strip(" ,;:–-")
    if not text:
        raise NotUnderstoodError(f"Say what {owner_words} is asked to do.")
    return QuickLine(
        owner_words=owner_words,
        owners=owners,
        due_on=day.on if day else None,
        text=text[:1].upper() + text[1:],
        is_same_day=bool(day and day.is_today),
        remark=day.remark if day else "",
    )


def _take_owner(rest: str, names: Names) -> tuple[str, str]:
    """The longest words at the beginning that somebody is called, and what follows them."""
    words = rest.split(" ")
    known = names.words()
    most = max((len(word.split(" ")) for word in known), default=0)
    for count in range(min(most, len(words)), 0, -1):
        said = " ".join(words[:count]).rstrip(",:;")
        if folded(said) in known:
            return said, " ".join(words[count:])
    raise NotUnderstoodError(_nobody(words, known))


def suggestions(typed: str, names: Names) -> str:
    """That nobody is called what was typed, and whom it may mean."""
    return _nobody(typed.removeprefix("@").split(), names.words(), mark="")


def _nobody(words: Sequence[str], known: Iterable[str], mark: str = "@") -> str:
    listed = sorted(known)
    for count in (3, 2, 1):
        said = folded(" ".join(words[:count])).rstrip(",:;")
        if near := difflib.get_close_matches(said, listed, n=3, cutoff=0.78):
            meant = f" or {mark}".join(near)
            return f"Nobody here is called “{words[0]}”. Did you mean {mark}{meant}?"
    said = words[0].rstrip(",:;") if mark else " ".join(words)
    how = f"{mark} and a" if mark else "a"
    return f"Nobody here is called “{said}”. Type {how} role, a team or a name."


_BY: Final = re.compile(r"(?:by|on|before|for|within)\s+", re.IGNORECASE)
_LAST_BY: Final = re.compile(r"\s(?:by|before|on)\s+(?=\S+(?:\s\S+){0,4}$)", re.IGNORECASE)


def _take_day(rest: str, on: date, calendar: WorkingCalendar | None) -> tuple[Day | None, str]:
    try:
        begin = _BY.match(rest)
        after = rest[begin.end() :] if begin else rest
        if day := day_said(after, on=on, calendar=calendar):
            return day, after[day.ends :]
        for last in reversed(list(_LAST_BY.finditer(rest))):
            said = rest[last.end() :]
            day = day_said(said, on=on, calendar=calendar)
            if day and day.ends == len(said.rstrip(".")):
                return day, rest[: last.start()]
        if found := re.search(r"\s(today|tomorrow)\.?$", rest, re.IGNORECASE):
            return day_said(found[1], on=on, calendar=calendar), rest[: found.start()]
    except NoSuchDayError as wrong:
        raise NotUnderstoodError(str(wrong)) from wrong
    return None, rest
