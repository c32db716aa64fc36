"""Six lanes of 24 months, one per partner: how much each says, and since when it says nothing."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from oneplace.desk.presenters.record.sharing import Shut
from oneplace.desk.queries.record import MONTHS
from oneplace.feeds.queries import FeedState
from oneplace.feeds.rules import in_words
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, plural
from oneplace.records.queries import BY_HAND
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import FeedHealth, FeedKind

WIDTH, HEIGHT = 480, 28
_COMMUNITY = "community"
_ORDER = (
    FeedKind.GP_RECENT,
    FeedKind.GP_HISTORY,
    FeedKind.HOSPITAL_MESSAGES,
    FeedKind.COMMUNITY_SERVICES,
    FeedKind.COUNCIL_CASES,
    FeedKind.COUNCIL_CLIENT_LEVEL,
    FeedKind.MENTAL_HEALTH,
    FeedKind.CHARITY_CASES,
)


@dataclass(frozen=True)
class Bar:
    """One month of a lane, in the picture's own measures."""

    x: float
    y: float
    width: float
    height: float
    says: str


@dataclass(frozen=True)
class Gap:
    """The time of which nothing is known, to the right end of the picture."""

    x: float
    width: float


@dataclass(frozen=True)
class Lane:
    """One partner's lane."""

    code: str
    name: str
    bars: tuple[Bar, ...]
    gap: Gap | None
    number: int
    older: int
    says: str
    """The lane in words, for who does not see the picture."""
    silence: str
    """Nothing since Sunday 8 March; ring …; empty while its feeds come as agreed."""
    is_chosen: bool
    address: str
    closed: str = ""
    """Why the viewer sees less of it than was recorded; empty where nothing is kept back."""
    is_shut: bool = False
    """Whether nothing that makes a lane opens: then its emptiness tells nothing."""
    is_agreed: bool = False
    """Whether a rhythm was agreed with the partner: else nothing can be late."""


@dataclass(frozen=True)
class FeedLine:
    """One feed's "as of", in words."""

    lane: str
    name: str
    says: str
    is_silent: bool


class Lanes:
    """Which lane a source stands in, and how each lane stands; made once a page."""

    def __init__(self, place: Place, states: Sequence[FeedState]) -> None:
        self._states = {state.source.pk: state for state in states}
        self.by_source: dict[str, str] = {
            code: _lane_of(state) for code, state in self._states.items()
        }
        self.order = _ordered(states)
        # Every line of a page asks for the word of its source.
        self._words = {row.code: row.short_word for row in place.partners}
        self._words |= {row.code: row.short_word for row in place.joint_services}
        self._words[_COMMUNITY] = f"Community, {place.words.home_first}"
        self._words[BY_HAND] = "Entered here"

    def lane_of(self, source: str) -> str:
        """The lane of a source; what is entered by hand has one of its own."""
        root = source.partition("/")[0]
        return self.by_source.get(root, root)

    def name(self, lane: str) -> str:
        """A lane by the short word of its partner."""
        return self._words.get(lane, lane)

    def source_word(self, source: str) -> str:
        """A source as a line names it: the partner's short word."""
        return self.name(self.lane_of(source))

    def source_name(self, source: str) -> str:
        """A source by its full name."""
        state = self._states.get(source.partition("/")[0])
        return state.source.name if state else self.source_word(source)

    def sources(self, lane: str) -> tuple[str, ...]:
        """The sources of a lane."""
        found = tuple(code for code, own in self.by_source.items() if own == lane)
        return found or (lane,)

    def freshest(self, lane: str) -> FeedState | None:
        """The feed of a lane that speaks of the latest time: it says how the lane stands."""
        own = self._of_lane(lane)
        own.sort(key=lambda state: _until(state).timestamp() if _until(state) else 0.0)  # type: ignore[union-attr]
        return own[-1] if own else None

    def as_of(self, *, at: datetime) -> tuple[FeedLine, ...]:
        """One line per lane: its freshest feed, and every feed that fell silent."""
        lines = []
        for lane in self.order:
            freshest = self.freshest(lane)
            silent = self._silent_beside(lane)
            for state in self._of_lane(lane):
                if state is not freshest and state not in silent:
                    continue
                name = self.name(lane) if state is freshest else state.source.name
                says = _standing_in_words(state, at=at)
                lines.append(FeedLine(lane, name, says, state.standing.is_silent))
        return tuple(lines)

    def drawn(
        self,
        rows: Sequence[Mapping[str, Any]],
        *,
        at: datetime,
        chosen: str,
        address: str,
        shut: Shut,
    ) -> tuple[Lane, ...]:
        """The lanes of a person; `rows` are counts by source and month."""
        months = _months(at)
        counts: dict[str, dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
        last: dict[str, datetime] = {}
        for row in rows:
            lane = self.lane_of(row["source"])
            counts[lane][row["month"]] += row["number"]
            came = datetime.fromisoformat(row["last_at"]) if row["last_at"] else None
            if came and (lane not in last or came > last[lane]):
                last[lane] = came
        most = max((n for own in counts.values() for m, n in own.items() if m), default=1)
        order = (*self.order, *sorted(set(counts) - set(self.order)))
        return tuple(
            self._lane(
                lane, counts[lane], months, most, last.get(lane), at=at, chosen=chosen,
                address=address, shut=shut,
            )
            for lane in order
        )  # fmt: skip

    def _of_lane(self, lane: str) -> list[FeedState]:
        return [state for code, state in self._states.items() if self.by_source[code] == lane]

    def _silent_beside(self, lane: str) -> list[FeedState]:
        """The feeds of a lane that fell silent while another of it still speaks."""
        freshest = self.freshest(lane)
        return [
            state for state in self._of_lane(lane) if state is not freshest and _is_ringing(state)
        ]

    def _lane(
        self,
        lane: str,
        counts: Mapping[str | None, int],
        months: Sequence[str],
        most: int,
        last: datetime | None,
        *,
        at: datetime,
        chosen: str,
        address: str,
        shut: Shut,
    ) -> Lane:
        wide = WIDTH / len(months)
        bars = []
        for place, month in enumerate(months):
            number = counts.get(month, 0)
            if number:
                high = max(3.0, (HEIGHT - 4) * math.log1p(number) / math.log1p(most))
                title = f"{_month_name(month)}: {plural(number, 'thing')}"
                bars.append(
                    Bar(
                        round(place * wide + 1, 1), round(HEIGHT - high, 1), round(wide - 2, 1),
                        round(high, 1), title,
                    )
                )  # fmt: skip
        inside = sum(number for month, number in counts.items() if month)
        older = counts.get(None, 0)
        state = self.freshest(lane)
        silence, gap = "", None
        if state is not None and state.standing.is_silent:
            silence = _standing_in_words(state, at=at)
            gap = _gap(_until(state), months, at)
        else:
            # Another feed of the partner speaks on: nothing is grey, and the silent one is named.
            silence = " ".join(
                f"{each.source.name}: {_standing_in_words(each, at=at)}"
                for each in self._silent_beside(lane)
            )
        closed, is_shut = shut.of_lane(self.sources(lane)) if lane != BY_HAND else ("", False)
        is_chosen = lane == chosen
        return Lane(
            code=lane,
            name=self.name(lane),
            bars=tuple(bars),
            gap=gap,
            number=inside,
            older=older,
            says=_in_words(self.name(lane), inside, last, closed, silence),
            silence=silence,
            is_chosen=is_chosen,
            address=address if is_chosen else f"{address}?partner={lane}#timeline",
            closed=closed,
            is_shut=is_shut,
            is_agreed=state is not None and state.standing.due_at is not None,
        )


def _lane_of(state: FeedState) -> str:
    if state.source.kind == FeedKind.COMMUNITY_SERVICES:
        return _COMMUNITY
    return state.source.organisation_code or state.source.pk


def _ordered(states: Sequence[FeedState]) -> tuple[str, ...]:
    kinds = list(_ORDER)

    def place(state: FeedState) -> tuple[int, str]:
        kind = FeedKind(state.source.kind) if state.source.kind else None
        return (kinds.index(kind) if kind in kinds else len(kinds), state.source.name)

    return tuple(dict.fromkeys(_lane_of(state) for state in sorted(states, key=place)))


def _until(state: FeedState) -> datetime | None:
    return state.standing.until or state.standing.last_at


def _standing_in_words(state: FeedState, *, at: datetime) -> str:
    """How a feed stands, and whom to ring where it is late."""
    return in_words(state.standing, ring=state.source.ring, phone=state.source.phone, at=at)


def _is_ringing(state: FeedState) -> bool:
    """Whether a feed that is not its lane's freshest still needs a word: it is silent."""
    if state.source.kind == FeedKind.VOLUNTARY_DIRECTORY:
        # It tells of services and of nobody's life.
        return False
    return state.standing.health in (FeedHealth.SILENT, FeedHealth.NEVER_ARRIVED)


def _months(at: datetime) -> tuple[str, ...]:
    today = local_day(at)
    now = today.year * 12 + today.month - 1
    return tuple(
        f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(now - MONTHS + 1, now + 1)
    )


@lru_cache(maxsize=128)
def _month_name(month: str) -> str:
    return f"{date.fromisoformat(month + '-01'):%B %Y}"


def _gap(until: datetime | None, months: Sequence[str], at: datetime) -> Gap:
    """From where on nothing is known. The last month ends with today, so that silence is seen."""
    if until is None:
        return Gap(0, WIDTH)
    wide = WIDTH / len(months)
    local = timezone.localtime(until)
    month = f"{local:%Y-%m}"
    if month < months[0]:
        return Gap(0, WIDTH)
    last = months.index(month) if month in months else len(months) - 1
    day_now = timezone.localtime(at).day
    days = day_now if last == len(months) - 1 else 31
    x = wide * (last + min(1.0, (local.day - 1) / max(days, 1)))
    x = min(x, WIDTH - wide / 2)
    return Gap(round(x, 1), round(WIDTH - x, 1))


def _in_words(name: str, number: int, last: datetime | None, closed: str, silence: str) -> str:
    said = f"{name}: {plural(number, 'thing')} in {MONTHS} months"
    if closed:
        said = f"{name}: {plural(number, 'thing')} open to you; the rest is {closed}"
    if last is not None:
        said += f", the last on {day(last)}"
    return f"{said}. {silence}" if silence else f"{said}."


def window(at: datetime) -> tuple[str, str]:
    """The first and the last month of the picture."""
    months = _months(at)
    return _month_name(months[0]), _month_name(months[-1])
