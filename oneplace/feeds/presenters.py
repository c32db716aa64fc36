"""Turns feeds, deliveries and what was kept aside into what their pages show; asks nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from oneplace.feeds.figures import Figure
from oneplace.feeds.models import DayCount, Delivery, Quarantined, RefusedRequest, UnmappedField
from oneplace.feeds.queries import FeedState
from oneplace.feeds.queries.states import DAYS_SHOWN
from oneplace.feeds.rules import ONE_DAY, in_words
from oneplace.files.store import in_words as size_in_words
from oneplace.kit.clock import local_day
from oneplace.kit.formats import ago, day, moment, plural
from oneplace.vocabulary.terms import DeliveryState, FeedHealth, QuarantineState

FEEDS = ("Feeds", "feeds:feeds")
_URGENCY = {
    FeedHealth.SILENT: 0,
    FeedHealth.NEVER_ARRIVED: 1,
    FeedHealth.LATE: 2,
    FeedHealth.ON_TIME: 3,
}
_CHART_HEIGHT = 40
_SHOWN_AS_TEXT = 20_000


def to_feeds() -> tuple[str, str]:
    """The page of all feeds, for breadcrumbs."""
    return FEEDS[0], reverse(FEEDS[1])


def to_feed(name: str, code: str) -> tuple[str, str]:
    """A feed's page, for breadcrumbs."""
    return name, reverse("feeds:feed", args=[code])


@dataclass(frozen=True)
class Bar:
    """One day of a volume chart."""

    x: int
    height: int
    words: str
    is_gap: bool


@dataclass(frozen=True)
class Volume:
    """Sixty days of a feed as bars, with the same said in words and as a table."""

    bars: tuple[Bar, ...]
    summary: str
    table: tuple[tuple[str, int, int], ...]
    missing: tuple[str, ...]
    width: int
    height: int = _CHART_HEIGHT

    @classmethod
    def of(cls, state: FeedState, counts: Mapping[date, DayCount], *, at: datetime) -> "Volume":
        """The volume of the days up to `at`; a day on which something was due and none came is a
        gap, for feeds that come every day or oftener."""
        today = local_day(at)
        shown = [today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
        units = [counts[on].units if on in counts else 0 for on in shown]
        most = max(units, default=0) or 1
        every = state.source.every
        begins = min(counts, default=today)
        is_daily = every is not None and every <= ONE_DAY
        gaps = {on for on in shown if is_daily and begins < on < today and on not in counts}
        if is_daily and state.standing.is_silent and today not in counts:
            gaps.add(today)
        bars = tuple(
            Bar(
                x=place * 4,
                # By the root, so that one full export does not make every other day look empty.
                height=max(2, round((number / most) ** 0.5 * _CHART_HEIGHT)) if number else 0,
                words=f"{day(on)}: {'nothing came' if on in gaps else _units(number)}",
                is_gap=on in gaps,
            )
            for place, (on, number) in enumerate(zip(shown, units, strict=True))
        )
        total = sum(units)
        days_with = sum(1 for number in units if number)
        summary = (
            f"{total:,} in {DAYS_SHOWN} days, on {plural(days_with, 'day')}; "
            f"most on one day {max(units, default=0):,}."
        )
        table = tuple(
            (day(on), counts[on].units, counts[on].kept_aside)
            for on in reversed(shown)
            if on in counts
        )
        missing = tuple(day(on) for on in sorted(gaps))
        return cls(bars, summary, table, missing, DAYS_SHOWN * 4)


@dataclass(frozen=True)
class FeedRow:
    """One feed among all."""

    name: str
    address: str
    partner: str
    words: str
    health: FeedHealth
    expected: str
    volume: Volume
    open_aside: int
    aside_address: str
    unmapped: int
    refused: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Feeds:
    """All feeds, those that need somebody first."""

    rows: tuple[FeedRow, ...]
    waiting: int
    silent: int
    open_aside: int
    title: str = "Feeds"

    @classmethod
    def of(
        cls,
        states: Sequence[FeedState],
        *,
        days: Mapping[str, Mapping[date, DayCount]],
        aside: Mapping[str, int],
        unmapped: Mapping[str, int],
        refused: Mapping[str, int],
        figures: Mapping[str, Sequence[Figure]],
        partners: Mapping[str, str],
        waiting: int,
        at: datetime,
    ) -> "Feeds":
        """The page of these feeds at `at`."""
        rows = [
            FeedRow(
                name=state.source.name,
                address=reverse("feeds:feed", args=[state.source.pk]),
                partner=partners.get(state.source.organisation_code, ""),
                words=in_words(
                    state.standing, ring=state.source.ring, phone=state.source.phone, at=at
                ),
                health=state.standing.health,
                expected=_expected(state, at),
                volume=Volume.of(state, days.get(state.source.pk, {}), at=at),
                open_aside=aside.get(state.source.pk, 0),
                aside_address=f"{reverse('feeds:kept_aside')}?source={state.source.pk}",
                unmapped=unmapped.get(state.source.pk, 0),
                refused=refused.get(state.source.pk, 0),
                figures=tuple(figures.get(state.source.pk, ())),
            )
            for state in states
        ]
        rows.sort(key=lambda row: (_URGENCY[row.health], row.name))
        return cls(
            rows=tuple(rows),
            waiting=waiting,
            silent=sum(row.health is not FeedHealth.ON_TIME for row in rows),
            open_aside=sum(aside.values()),
        )


def _units(number: int) -> str:
    return plural(number, "message or row", "messages or rows")


def _expected(state: FeedState, at: datetime) -> str:
    due = state.standing.due_at
    if due is None:
        return "No rhythm agreed"
    if due < at:
        return f"Was expected {ago(due, at)}"
    return f"Next by {moment(due)}"


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery in a list."""

    name: str
    address: str
    arrived_at: datetime
    door: str
    size: str
    state: str
    counts: str
    is_wrong: bool

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryRow":
        """The row of a delivery."""
        return cls(
            name=delivery.name.rsplit("/", 1)[-1],
            address=reverse("feeds:delivery", args=[delivery.pk]),
            arrived_at=delivery.arrived_at,
            door=delivery.door.label,
            size=size_in_words(delivery.size),
            state=delivery.state.label,
            counts=_counts(delivery),
            is_wrong=delivery.state in {DeliveryState.KEPT_ASIDE, DeliveryState.PARTLY_READ},
        )


def _counts(delivery: Delivery) -> str:
    if delivery.state is DeliveryState.RECEIVED:
        return "Not read yet"
    if delivery.state is DeliveryState.SEEN_BEFORE:
        return "Nothing new"
    aside = f", {delivery.kept_aside:,} kept aside" if delivery.kept_aside else ""
    return f"{delivery.accepted:,} of {delivery.units:,} taken{aside}"


@dataclass(frozen=True)
class FeedPage:
    """One feed: how it stands, what it brings, what is wrong with it."""

    title: str
    partner: str
    words: str
    health: FeedHealth
    facts: tuple[tuple[str, str], ...]
    volume: Volume
    deliveries: tuple[DeliveryRow, ...]
    number: int
    has_more: bool
    unmapped: tuple[UnmappedField, ...]
    refused: tuple[RefusedRequest, ...]
    open_aside: int
    aside_address: str
    senders_address: str
    """Where who may send it is changed; empty for what the place file says."""
    groups: tuple[tuple[str, tuple[Figure, ...]], ...]
    crumbs: tuple[tuple[str, str], ...]

    @classmethod
    def of(
        cls,
        state: FeedState,
        *,
        counts: Mapping[date, DayCount],
        volume: Mapping[str, int],
        deliveries: Sequence[Delivery],
        number: int,
        has_more: bool,
        unmapped: Sequence[UnmappedField],
        refused: Sequence[RefusedRequest],
        open_aside: int,
        groups: Sequence[tuple[str, Sequence[Figure]]],
        partner: str,
        at: datetime,
    ) -> "FeedPage":
        """The page of a feed at `at`."""
        source, standing = state.source, state.standing
        facts = [
            ("Sent by", partner or source.organisation_code or "Not said"),
            ("Form", source.kind.label if source.kind else "A layout of the partner’s own"),
            ("Agreed", _agreed(state)),
            ("Last received", ago(standing.last_at, at) if standing.last_at else "Nothing yet"),
            ("Speaks up to", moment(standing.until) if standing.until else "Nothing yet"),
            ("Expected", _expected(state, at)),
            (
                "In all",
                f"{volume['deliveries']:,} deliveries, {volume['units']:,} messages or rows",
            ),
            (
                "Whom to ring",
                ", ".join(part for part in (source.ring, source.phone) if part)
                or "Not written down",
            ),
        ]
        return cls(
            title=source.name,
            partner=partner,
            words=in_words(standing, ring=source.ring, phone=source.phone, at=at),
            health=standing.health,
            facts=tuple(facts),
            volume=Volume.of(state, counts, at=at),
            deliveries=tuple(DeliveryRow.of(each) for each in deliveries),
            number=number,
            has_more=has_more,
            unmapped=tuple(unmapped),
            refused=tuple(refused),
            open_aside=open_aside,
            aside_address=f"{reverse('feeds:kept_aside')}?source={source.pk}",
            senders_address=""
            if source.is_of_place
            else reverse("feeds:change_senders", args=[source.pk]),
            groups=tuple((title, tuple(figures)) for title, figures in groups if figures),
            crumbs=(to_feeds(),),
        )


def _agreed(state: FeedState) -> str:
    source = state.source
    if source.every is None:
        return "It comes when it comes"
    words = f"Every {span_in_words(source.every)}"
    if source.usual_time is not None:
        words += f", usually by {source.usual_time:%H:%M}"
    if source.agreed_lateness:
        words += f"; may be {span_in_words(source.agreed_lateness)} late"
    return words


def span_in_words(span: timedelta) -> str:
    """15 minutes, 2 hours, 3 days, 6 weeks, 3 months."""
    if span < timedelta(hours=1):
        return plural(round(span.total_seconds() / 60), "minute")
    if span < ONE_DAY:
        return plural(round(span.total_seconds() / 3600), "hour")
    if span.days >= 28 and span.days % 7:
        return plural(round(span.days / 30.44), "month")
    if span.days >= 7 and span.days % 7 == 0:
        return plural(span.days // 7, "week")
    return plural(span.days, "day")


@dataclass(frozen=True)
class AsideRow:
    """One thing kept aside in a list."""

    place: str
    address: str
    feed: str
    reason: str
    words: str
    noted_at: datetime
    state: str

    @classmethod
    def of(cls, held: Quarantined) -> "AsideRow":
        """The row of one thing kept aside."""
        return cls(
            place=held.place,
            address=reverse("feeds:quarantined", args=[held.pk]),
            feed=held.delivery.source.name,
            reason=held.reason.label,
            words=held.words,
            noted_at=held.noted_at,
            state=held.state.label,
        )


@dataclass(frozen=True)
class AsidePage:
    """What was kept aside, as far as it is wanted."""

    rows: tuple[AsideRow, ...]
    total: int
    number: int
    pages: int
    is_narrowed: bool
    asked: str
    title: str = "Kept aside"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """Where the page stands."""
        return (to_feeds(),)


@dataclass(frozen=True)
class OneAside:
    """One thing kept aside, with its bytes as text where they are text."""

    title: str
    place: str
    words: str
    state: str
    facts: tuple[tuple[str, str], ...]
    text: str | None
    is_cut: bool
    is_open: bool
    raw_lines: int
    delivery_address: str
    crumbs: tuple[tuple[str, str], ...]
    replay_address: str

    @classmethod
    def of(cls, held: Quarantined, content: bytes | None) -> "OneAside":
        """The page of one thing kept aside; `content` None where the bytes are gone."""
        source = held.delivery.source
        text = readable(content)
        facts = [
            ("Feed", source.name),
            ("Came in", f"{moment(held.delivery.arrived_at)}, {held.delivery.door.label.lower()}"),
            ("File or message", held.delivery.name),
            ("Where", held.place),
            ("Reason", held.reason.label),
        ]
        if held.settled_at is not None:
            facts.append(
                (
                    "Settled",
                    f"{held.state.label} by {held.settled_by_name}, {moment(held.settled_at)}",
                )
            )
            facts.append(("Why", held.settled_why))
        return cls(
            title=held.reason.label,
            place=held.place,
            words=held.words,
            state=held.state.label,
            facts=tuple(facts),
            text=text[:_SHOWN_AS_TEXT] if text is not None else None,
            is_cut=text is not None and len(text) > _SHOWN_AS_TEXT,
            is_open=held.state is QuarantineState.OPEN,
            raw_lines=min(18, max(4, (text or "").count("\n") + 2)),
            delivery_address=reverse("feeds:delivery", args=[held.delivery_id]),
            crumbs=(to_feeds(), ("Kept aside", reverse("feeds:kept_aside"))),
            replay_address=(
                reverse("feeds:delivery", args=[held.replayed_as_id]) if held.replayed_as_id else ""
            ),
        )


def readable(content: bytes | None) -> str | None:
    """Bytes as text a person can read and mend; None where they are no text.

    Messages end their segments with a carriage return alone: shown as lines.
    """
    if content is None:
        return None
    for codec in ("utf-8", "cp1252"):
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            return None
        return text.strip("\x0b\x1c").replace("\r\n", "\n").replace("\r", "\n")
    return None


def as_sent(text: str, before: bytes) -> bytes:
    """Mended text as bytes, with the line ends and the coding of what it takes the place of."""
    lines = text.replace("\r\n", "\n")
    if b"\r\n" in before:
        lines = lines.replace("\n", "\r\n")
    elif b"\r" in before and b"\n" not in before:
        lines = lines.replace("\n", "\r")
    try:
        before.decode("utf-8")
    except UnicodeDecodeError:
        return lines.encode("cp1252", "replace")
    return lines.encode()


@dataclass(frozen=True)
class DeliveryPage:
    """One delivery: what came and what became of it."""

    title: str
    facts: tuple[tuple[str, str], ...]
    aside: tuple[AsideRow, ...]
    crumbs: tuple[tuple[str, str], ...]
    can_read_again: bool
    is_waiting: bool

    @classmethod
    def of(
        cls, delivery: Delivery, aside: Sequence[Quarantined], *, may_settle: bool
    ) -> "DeliveryPage":
        """The page of a delivery."""
        facts = [
            ("Feed", delivery.source.name),
            ("State", delivery.state.label),
            ("Counts", _counts(delivery)),
            ("Arrived", moment(delivery.arrived_at)),
            ("Door", f"{delivery.door.label}, by {delivery.brought_by_name}"),
            ("Size", size_in_words(delivery.size)),
            ("SHA-256", delivery.sha256),
        ]
        if delivery.covers_until is not None:
            facts.insert(4, ("Speaks up to", moment(delivery.covers_until)))
        if delivery.declared_count is not None:
            facts.append(("Declared", _units(delivery.declared_count)))
        if delivery.erased_at is not None:
            facts.append(("Erased", f"{moment(delivery.erased_at)}: {delivery.erased_why}"))
        return cls(
            title=delivery.name.rsplit("/", 1)[-1],
            facts=tuple(facts),
            aside=tuple(AsideRow.of(each) for each in aside),
            crumbs=(to_feeds(), to_feed(delivery.source.name, delivery.source_id)),
            can_read_again=may_settle
            and delivery.erased_at is None
            and bool(delivery.source.reader),
            is_waiting=delivery.state is DeliveryState.RECEIVED,
        )


@dataclass(frozen=True)
class BroughtPage:
    """What somebody has just brought in, and how far it has been read."""

    rows: tuple[DeliveryRow, ...]
    left_out: tuple[tuple[str, str], ...]
    done: int
    is_done: bool
    title: str = "What you brought in"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """Where the page stands."""
        return (to_feeds(), ("Bring in files", reverse("feeds:bring_in")))

    @classmethod
    def of(
        cls, deliveries: Sequence[Delivery], left_out: Sequence[tuple[str, str]]
    ) -> "BroughtPage":
        """The page of these deliveries."""
        done = sum(each.state is not DeliveryState.RECEIVED for each in deliveries)
        return cls(
            rows=tuple(DeliveryRow.of(each) for each in deliveries),
            left_out=tuple(left_out),
            done=done,
            is_done=done == len(deliveries),
        )
