"""Turns stored clocks into what their pages say: which run, why, since when, and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import NoReverseMatch, reverse

from oneplace.access.viewer import Viewer
from oneplace.actions import running
from oneplace.actions.models import Clock
from oneplace.kit.formats import moment, plural, sentence_list
from oneplace.science.clocks import ClockState, Reading
from oneplace.vocabulary.terms import ClockKind

_LATE = (ClockState.OVERDUE, ClockState.MISSED)


def length_words(length: timedelta) -> str:
    """`38 minutes`, `1 hour 20 minutes`, `3 days 4 hours`: two units at most, never a minus."""
    minutes = int(abs(length).total_seconds()) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days:
        units = [(days, "day"), (hours, "hour")]
    elif hours:
        units = [(hours, "hour"), (minutes, "minute")]
    else:
        return plural(minutes, "minute")
    return " ".join(plural(count, unit) for count, unit in units if count)


@dataclass(frozen=True)
class Paused:
    """One time a clock stood still: by which rule, from when until when, who said so."""

    rule: str
    words: str
    lasted: str
    said_by: str


@dataclass(frozen=True)
class ClockShown:
    """One clock for a viewer, as the science of clocks reads it at a moment."""

    clock: Clock
    reading: Reading
    person: str
    person_address: str
    address: str
    left: str
    explained: str
    starts_when: str
    stops_when: str
    note: str
    source: str
    is_to_verify: bool
    pauses: tuple[Paused, ...]

    @property
    def state(self) -> str:
        """Where it stands, in words."""
        return self.reading.state.label

    @property
    def is_late(self) -> bool:
        """Whether it is over its time, or ended so."""
        return self.reading.state in _LATE

    @property
    def is_running(self) -> bool:
        """Whether it has not stopped."""
        return self.clock.stopped_at is None

    @property
    def counted(self) -> str:
        """How much time counted: while the service is open, without pauses."""
        return length_words(self.reading.counted)

    @property
    def stood_still(self) -> str:
        """How long it stood still, by which rules; empty for never."""
        parts = [
            f"{running.words_of_pause(rule)} {length_words(length)}"
            for rule, length in self.reading.by_rule
        ]
        return sentence_list(parts) if parts else ""


def clock_shown(clock: Clock, *, viewer: Viewer, at: datetime) -> ClockShown:
    """A stored clock (its person and pauses read with it) as its row and page show it."""
    reading = running.read(clock, at=at)
    rule = running.rule_of(clock.key)
    opens = clock.person is not None and viewer.may("open_person")
    return ClockShown(
        clock=clock,
        reading=reading,
        person=_person(clock),
        person_address=_person_page(clock) if opens else "",
        address=reverse("actions:clock", args=[clock.pk]),
        left=_left(clock, reading),
        explained=_explained(clock, reading),
        starts_when=rule.starts_when if rule else "",
        stops_when=rule.stops_when if rule else "",
        note=rule.note if rule else "",
        source=rule.source if rule else "",
        is_to_verify=bool(rule and rule.to_verify),
        pauses=tuple(
            Paused(
                rule=running.words_of_pause(pause.rule),
                words=pause.words,
                lasted=f"{moment(pause.from_at)} until "
                + (moment(pause.until_at) if pause.until_at else "now"),
                said_by=pause.said_by_name,
            )
            for pause in sorted(clock.pauses.all(), key=lambda one: one.from_at)
        ),
    )


def _person(clock: Clock) -> str:
    if clock.person_id is None:
        return "Nobody in particular"
    if clock.person is None:
        return "Somebody whose record does not open to you"
    return " ".join(filter(None, (clock.person.given, clock.person.family))) or "No name"


def _person_page(clock: Clock) -> str:
    try:
        return reverse("desk:person", args=[clock.person_id])
    except NoReverseMatch:
        return ""


def _left(clock: Clock, reading: Reading) -> str:
    if clock.stopped_at is not None:
        return f"took {length_words(reading.counted)}"
    if reading.state is ClockState.PAUSED:
        return "stands still"
    if reading.left is None:
        return f"{length_words(reading.counted)} so far"
    over = reading.left < timedelta(0)
    return f"{length_words(reading.left)} {'over' if over else 'left'}"


def _explained(clock: Clock, reading: Reading) -> str:
    """The rule and the evidence in one sentence somebody can check."""
    rule = running.rule_of(clock.key)
    said = f"Started {moment(clock.started_at)}: {clock.started_because.rstrip('.')}"
    if clock.target:
        window = rule is not None and rule.kind is ClockKind.WINDOW
        words = "may take" if window else "has"
        said += f"; it {words} {clock.target} by rule {clock.rule}"
    else:
        said += f"; measured by rule {clock.rule}, with no promise"
    if clock.stopped_at is not None:
        because = clock.stopped_because.rstrip(".")
        return f"{said}; stopped {moment(clock.stopped_at)}{f': {because}' if because else ''}."
    if reading.due_at is not None:
        said += f"; ends {moment(reading.due_at)}"
    return f"{said}."


@dataclass(frozen=True)
class ClocksPage:
    """The clocks that bind the viewer's organisation and teams; those that need somebody first."""

    running: Sequence[ClockShown]
    stopped: Sequence[ClockShown]

    title = "Clocks"

    @property
    def says(self) -> str:
        """How many run and how many are over, in words."""
        if not self.running:
            return "No clock runs for you"
        late = sum(one.is_late for one in self.running)
        still = sum(one.reading.state is ClockState.PAUSED for one in self.running)
        parts = [plural(len(self.running), "clock runs", "clocks run")]
        if late:
            parts.append(f"{late} over its time" if late == 1 else f"{late} over their time")
        if still:
            parts.append(f"{still} standing still")
        return ", ".join(parts)
