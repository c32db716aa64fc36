"""`oneplace feeds`: list feeds, read what waits, watch a folder, settle what was kept aside."""

import time
from pathlib import Path
from typing import Any

import click

from oneplace.cli.console import Console, Stop, looks, speaks
from oneplace.cli.feed_maps import map_group

_LOOK_EVERY_S = 1.0


@click.group()
def feeds() -> None:
    """List feeds, read what waits, watch a folder, settle what was kept aside."""


feeds.add_command(map_group)


def _become_loader() -> None:
    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)


@feeds.command("list")
@looks
def list_feeds(*, console: Console) -> None:
    """Every feed: how much came, how much waits, how much is kept aside, and when it last came."""
    _become_loader()
    from oneplace.feeds.queries import feeds_at_a_glance
    from oneplace.kit.formats import moment

    rows = feeds_at_a_glance()
    for row in rows:
        last = moment(row.last_at) or "never"
        console.say(
            f"{row.code:<24} {row.deliveries:>7,} received {row.waiting:>6,} waiting "
            f"{row.kept_aside:>6,} aside   last {last}"
        )
    console.result(done=True, feeds=[row._asdict() for row in rows])


@feeds.command()
@click.option("--forever", is_flag=True, help="Keep reading whatever comes in until stopped.")
@speaks
def read(*, forever: bool, console: Console) -> None:
    """Read what waits into the record, and decide whom it is about."""
    _become_loader()
    from oneplace.config import demo_arrivals, intake
    from oneplace.kit import clock

    if forever:
        intake.read_forever(now=clock.now, before=demo_arrivals.bring_due)
        return
    with console.progress("Reading") as progress:
        done = intake.take_in_waiting(
            at=clock.now(),
            tell=lambda found: progress(found.deliveries, f"{found.deliveries:,} files"),
        )
    console.say(
        f"{done.deliveries:,} deliveries read: {done.entries_new:,} new entries, "
        f"{done.entries_changed:,} changed, {done.subjects:,} numbers touched."
    )
    console.result(
        done=True,
        deliveries=done.deliveries,
        entries_new=done.entries_new,
        entries_changed=done.entries_changed,
        subjects=done.subjects,
        seconds=round(done.seconds, 3),
    )


@feeds.command(hidden=True)
@speaks
def arrive(*, console: Console) -> None:
    """Bring a demonstration's partners' files in, up to its care time, and read them."""
    _become_loader()
    from django.conf import settings

    from oneplace.config import demo_arrivals

    if not settings.IS_DEMO:
        raise Stop("Only a demonstration's files arrive by themselves: use `oneplace import`.")
    with console.progress("Taking in what the partners sent", total=1.0) as progress:
        arrived = demo_arrivals.bring_all(tell=progress)
    console.say(f"{arrived.received:,} files arrived.")
    if arrived.left_out:
        console.say(demo_arrivals.in_words(arrived.left_out))
    console.result(
        done=True,
        received=arrived.received,
        left_out=len(arrived.left_out),
        left_out_files=[{"name": each.name, "why": each.why} for each in arrived.left_out],
    )


@feeds.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--once", is_flag=True, help="Look twice, take what is whole, and end.")
@speaks
def watch(*, folder: Path, once: bool, console: Console) -> None:
    """Bring in what is put into FOLDER until stopped.

    A file in a folder named after a feed is of that feed. Whole files are taken and moved to
    `done`; what cannot be taken goes to `refused` with a .txt beside it that says why.
    """
    _become_loader()
    from oneplace.config.intake import READER
    from oneplace.feeds.watching import Watched
    from oneplace.kit import clock

    watched = Watched(folder)
    count = looks = 0
    while True:
        for path, brought in watched.look(by=READER, at=clock.now()):
            count += len(brought.deliveries)
            word = "taken" if brought.deliveries else "refused"
            console.say(f"{word}: {path.relative_to(folder)}")
        looks += 1
        if once and looks > 1:
            break
        time.sleep(_LOOK_EVERY_S)
    console.result(done=True, received=count)


@feeds.command()
@click.argument("code")
@click.option("--name", required=True, help="What people here call it.")
@click.option("--reader", required=True, help="How it is read: hl7, fhir, or another of ours.")
@click.option("--organisation", default="", help="The partner that sends it, by its code.")
@click.option("--sender", "senders", multiple=True, help="FACILITY or FACILITY/APPLICATION.")
@click.option("--every-days", type=click.IntRange(1, 366), help="How often it is agreed to come.")
@click.option("--late-days", type=click.IntRange(0, 366), help="So many days later is late.")
@click.option("--ring", default="", help="Whom to ring when it stays away.")
@click.option("--phone", default="", help="Their number.")
@speaks
def add(
    *,
    code: str,
    name: str,
    reader: str,
    organisation: str,
    senders: tuple[str, ...],
    every_days: int | None,
    late_days: int | None,
    ring: str,
    phone: str,
    console: Console,
) -> None:
    """Add a feed of a system the place file does not name: CODE is the word it is known by."""
    _become_loader()
    from datetime import timedelta

    from django.core.exceptions import ValidationError

    from oneplace.config.intake import READER
    from oneplace.feeds import verbs
    from oneplace.kit import clock
    from oneplace.kit.refusals import Refused
    from oneplace.partners.models import Organisation

    if organisation and not Organisation.objects.filter(code=organisation).exists():
        raise Stop(
            f"There is no organisation {organisation!r}: the place file names them all.", code=2
        )
    try:
        made = verbs.add_source(
            code=code,
            name=name,
            reader=reader,
            organisation_code=organisation,
            senders=senders,
            every=None if every_days is None else timedelta(days=every_days),
            agreed_lateness=None if late_days is None else timedelta(days=late_days),
            ring=ring,
            phone=phone,
            by=READER,
            at=clock.now(),
        )
    except Refused as refused:
        raise Stop(refused.reason, code=2) from refused
    except ValidationError as error:
        raise Stop(" ".join(error.messages), code=2) from error
    console.say(
        f"{made.name} is known as {made.code}. "
        + (
            "It may come now."
            if made.senders or reader != "hl7"
            else f"Say who may send for it: oneplace feeds senders {made.code} FACILITY"
        )
    )
    console.result(done=True, feed=made.code, senders=made.senders)


@feeds.command()
@click.argument("feed")
@click.argument("senders", nargs=-1)
@speaks
def senders(*, feed: str, senders: tuple[str, ...], console: Console) -> None:
    """Say who may send messages for FEED: FACILITY or FACILITY/APPLICATION, all of them."""
    _become_loader()
    from oneplace.config.intake import READER
    from oneplace.feeds import verbs
    from oneplace.feeds.models import Source
    from oneplace.kit import clock

    source = Source.objects.filter(pk=feed).first()
    if source is None:
        raise Stop(f"There is no feed {feed!r}: `oneplace feeds list` has them all.", code=2)
    if senders:
        verbs.change_source(source=source, senders=list(senders), by=READER, at=clock.now())
    console.say(", ".join(source.senders) or "Nobody is on its list.")
    console.result(done=True, senders=source.senders)


@feeds.command()
@click.option("--feed", default="", help="Only of this feed.")
@click.option("--most", default=50, show_default=True, help="How many to list.")
@looks
def quarantine(*, feed: str, most: int, console: Console) -> None:
    """List what is kept aside and waits for somebody to look: its number, place and reason."""
    _become_loader()
    from oneplace.feeds.queries import kept_aside

    rows = kept_aside(feed)[:most]
    for row in rows:
        console.say(f"{row.pk}  {row.delivery.source_id}: {row.delivery.name}, {row.place}")
        console.say(f"    {row.words}")
    console.say(f"{len(rows)} listed." if rows else "Nothing is kept aside.")
    console.result(
        done=True,
        aside=[
            {
                "id": str(row.pk),
                "feed": row.delivery.source_id,
                "file": row.delivery.name,
                "place": row.place,
                "reason": row.reason,
                "words": row.words,
            }
            for row in rows
        ],
    )


@feeds.command()
@click.argument("number", type=click.UUID)
@click.option(
    "--with", "content", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the mended bytes.",
)  # fmt: skip
@click.option("--again", is_flag=True, help="Read it again as it stands.")
@click.option("--leave-out", "leave_out", is_flag=True, help="Leave it out for good; say --why.")
@click.option("--why", default="", help="Why.")
@speaks
def settle(
    *, number: Any, content: Path | None, again: bool, leave_out: bool, why: str, console: Console
) -> None:
    """Settle what was kept aside: mended with a file, read again as it stands, or left out."""
    if sum((content is not None, again, leave_out)) != 1:
        raise Stop("Say one of --with FILE, --again and --leave-out.", code=2)
    _become_loader()
    from oneplace.config.intake import READER
    from oneplace.feeds import verbs
    from oneplace.feeds.models import Quarantined
    from oneplace.files.store import NotKept
    from oneplace.kit import clock
    from oneplace.kit.refusals import Refused

    found = Quarantined.objects.filter(pk=number).first()
    if found is None:
        raise Stop(f"Nothing of the number {number} is kept aside.", code=2)
    at = clock.now()
    try:
        if content is not None:
            verbs.mend(quarantined=found, content=content.read_bytes(), why=why, by=READER, at=at)
        elif again:
            verbs.read_again(quarantined=found, why=why, by=READER, at=at)
        else:
            verbs.dismiss(quarantined=found, why=why, by=READER, at=at)
    except (Refused, NotKept) as error:
        raise Stop(str(error)) from error
    console.say("Settled. What comes of it is read with the next of its feed.")
    console.result(done=True)
