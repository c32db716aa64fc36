"""Brings in files by hand or from a watched folder: which feed each is of, and in at the door."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.feeds import verbs
from oneplace.feeds.hl7.senders import Sender, senders_in
from oneplace.feeds.models import Delivery, Source
from oneplace.feeds.reading import readers
from oneplace.feeds.shelf import SMALL
from oneplace.feeds.tables.finding import why_unknown
from oneplace.feeds.unpacking import Announced, Damaged, Found, LeftOut, Unsafe, find
from oneplace.files.store import NotKept
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import DeliveryState, Door, QuarantineReason, QuarantineState

# What a borough's folder holds besides feeds: other commands and rooms take it.
_NOT_FEEDS: Final = {"about", "geography", "people_at_work", "truth"}


@dataclass
class BroughtIn:
    """What came of some files."""

    deliveries: list[Delivery] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    seen_before: int = 0
    not_due: int = 0
    bytes: int = 0

    @property
    def fresh(self) -> int:
        """How many came for the first time."""
        return len(self.deliveries) - self.seen_before


def bring_in(
    *,
    paths: Sequence[Path],
    feed: str = "",
    door: Door = Door.COMMAND,
    by: Viewer,
    at: datetime,
    tell: Callable[[int, str], None] = lambda done, what: None,
    since: datetime | None = None,
    passes_over_known: bool = False,
    but_not: Collection[str] = (),
) -> BroughtIn:
    """Receive every file at these paths, each in a transaction of its own.

    `feed` is the code of a source, else it is told by the manifest or by what a file begins with.
    What a manifest announces for later than `at` is left for then, and what it announced for no
    later than `since` has come before. With `passes_over_known` announced bytes that are here
    leave no receipt, so that a load cut short goes on where it stopped. What is announced of the
    feeds `but_not` is passed over.
    """
    brought = BroughtIn()
    chooser = _Chooser(feed)
    known = set(Delivery.objects.values_list("source_id", "sha256")) if passes_over_known else set()
    for path in paths:
        for found in find(path):
            if isinstance(found, LeftOut):
                brought.left_out.append(found)
                continue
            due = found.announced.arrives_at if found.announced else None
            if due is not None and due > at:
                brought.not_due += 1
                continue
            if due is not None and since is not None and due <= since:
                continue
            said = found.announced
            if said is not None and (
                said.feed in _NOT_FEEDS or said.feed in but_not or (said.feed, said.sha256) in known
            ):
                continue
            _bring_one(found, chooser, brought, door=door, by=by, at=due or at)
            tell(len(brought.deliveries), found.name)
    return brought


def _bring_one(
    found: Found, chooser: "_Chooser", brought: BroughtIn, *, door: Door, by: Viewer, at: datetime
) -> None:
    try:
        source = chooser.source_of(found)
        stranger = chooser.stranger_in(found, source)
        if stranger is not None:
            source = verbs.unknown_sender()
        said = found.announced
        delivery = verbs.receive(
            source=source,
            door=door,
            name=found.name,
            content=found.chunks() if found.size > SMALL else b"".join(found.chunks()),
            covers=(said.covers_from, said.covers_until) if said else None,
            declared=said.declared if said else None,
            by=by,
            at=at,
        )
        first = delivery.first
        if first is not None and said is not None and _is_announced_anew(first, said):
            # The same bytes, kept aside for what was said of them, and that has been put right.
            delivery = verbs.read_delivery_again(
                delivery=first, declared=said.declared, by=by, at=at
            )
        elif first is not None:
            brought.seen_before += 1
        elif stranger is not None:
            verbs.keep_aside(
                delivery=delivery,
                reason=QuarantineReason.UNKNOWN_SENDER,
                words=f"The sender {stranger.facility[:40]!r} / {stranger.application[:40]!r} is "
                "on no feed's list, so none of it is taken. Add it to the feed it belongs to and "
                "read this again, or bring the file in anew with --feed and that feed's name.",
                by=by,
                at=at,
            )
        elif said is not None and said.sha256 and said.sha256 != delivery.sha256:
            verbs.keep_aside(
                delivery=delivery,
                reason=QuarantineReason.CONTRADICTS,
                words="Its SHA-256 is not the one announced, so none of it is taken: it was "
                "changed or cut on its way. Ask the sender for it anew.",
                by=by,
                at=at,
            )
        brought.deliveries.append(delivery)
        brought.bytes += delivery.size
    except (Refused, NotKept, Damaged, Unsafe) as error:
        brought.left_out.append(LeftOut(found.name, str(error)))


def _is_announced_anew(first: Delivery, said: Announced) -> bool:
    """Whether nothing of it was taken because of an announcement that now reads otherwise."""
    if first.state is not DeliveryState.KEPT_ASIDE or first.accepted or first.erased_at is not None:
        return False
    is_counted_anew = said.declared is not None and said.declared != first.declared_count
    # Kept aside before anybody read it: its hash was not the one announced.
    is_hash_right_now = not first.units and said.sha256 == first.sha256
    is_open = first.quarantined.filter(state=QuarantineState.OPEN).exists()
    return is_open and (is_counted_anew or is_hash_right_now)


class _Chooser:
    """Tells which source a file is of."""

    def __init__(self, feed: str) -> None:
        self._sources = {each.code: each for each in Source.objects.filter(is_active=True)}
        self._feed = feed
        if feed and feed not in self._sources:
            raise Refused(f"There is no feed {feed!r}; there are {self._listed()}.")

    def source_of(self, found: Found) -> Source:
        """The source; raises `Refused` where it cannot be told."""
        if self._feed:
            return self._sources[self._feed]
        if found.announced is not None:
            source = self._sources.get(found.announced.feed)
            if source is not None:
                return source
            raise Refused(f"The manifest calls its feed {found.announced.feed!r}, which is none.")
        heads = _heads(found)
        names = {
            name
            for name, reader in readers().items()
            if any(reader.recognises(found.name, head) for head in heads)
        }
        possible = [each for each in self._sources.values() if each.reader in names]
        if len(possible) == 1:
            return possible[0]
        if possible:
            words = ", ".join(sorted(each.code for each in possible))
            raise Refused(f"It could be of {words}: say which with --feed.")
        raise Refused(
            why_unknown(found.name, found.head)
            or "What it is cannot be told by what it begins with: say with --feed which feed it is "
            "of, or make a mapping for it on the Feeds page."
        )

    def stranger_in(self, found: Found, source: Source) -> Sender | None:
        """Who sent some of it and is on no list of the feed it looks like; None where all are.

        Nobody is a stranger in a file whose feed was named, or to a feed that takes anybody.
        """
        if self._feed or found.announced or source.reader != "hl7" or not source.senders:
            return None
        listed = set(source.senders)
        return next(
            (
                each
                for each in senders_in(found.chunks())
                if not {each.facility, f"{each.facility}/{each.application}"} & listed
            ),
            None,
        )

    def _listed(self) -> str:
        return ", ".join(sorted(self._sources)) or "none yet"


def _heads(found: Found) -> list[bytes]:
    """What a file begins with; of a workbook, what each of its sheets does."""
    from oneplace.feeds.tables import workbooks
    from oneplace.feeds.tables.refusing import Unopenable

    if not workbooks.is_workbook(found.head) or found.size > workbooks.LARGEST_FILE:
        return [found.head]
    try:
        return workbooks.beginnings(b"".join(found.chunks()))
    except Unopenable as why:
        raise Refused(str(why)) from why
