"""`oneplace import`: bring in partners' files and read them into the record."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oneplace.cli.console import Console, Progress, Stop, speaks

if TYPE_CHECKING:
    from oneplace.feeds.bringing import BroughtIn

_SHOWN = 20
_KEPT_ASIDE = 3


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--feed", default="", help="Which feed it is of [default: told by what it holds].")
@click.option("--only-receive", is_flag=True, help="Keep it; the running service reads it.")
@speaks
def import_(*, paths: tuple[Path, ...], feed: str, only_receive: bool, console: Console) -> int:
    """Bring in files, folders and zips of partners' feeds, and read them into the record.

    What a file is, is told by what it begins with, or by the manifest.json of its folder. Bringing
    the same bytes in again changes nothing. What cannot be taken is kept aside whole and named
    here; everything else goes on.

    Exit codes: 0 all taken, 1 could not, 2 asked wrongly, 3 taken, but something was kept aside
    or left out.
    """
    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)
    brought = _bring_in(paths, feed, console)
    if not only_receive:
        _read(brought, console)
    return _report(brought, console, only_receive=only_receive)


def _bring_in(paths: tuple[Path, ...], feed: str, console: Console) -> "BroughtIn":
    from oneplace.config.intake import READER
    from oneplace.feeds.bringing import bring_in
    from oneplace.files.store import NotKept
    from oneplace.kit import clock
    from oneplace.kit.refusals import Refused

    with console.progress("Receiving") as progress:
        try:
            return bring_in(
                paths=paths,
                feed=feed,
                by=READER,
                at=clock.now(),
                tell=lambda done, name: progress(done, f"{done:,} files: {name[-50:]}"),
            )
        except (Refused, NotKept) as error:
            raise Stop(str(error), code=2) from error


def _read(brought: "BroughtIn", console: Console) -> None:
    from oneplace.config.intake import take_in_waiting
    from oneplace.feeds.models import Delivery
    from oneplace.kit import clock
    from oneplace.vocabulary.terms import DeliveryState

    keys = [each.pk for each in brought.deliveries if each.source.reader]
    with console.progress("Reading", total=max(brought.bytes, 1)) as progress:
        take_in_waiting(at=clock.now(), tell=_telling(progress))
        # The service's own reader may be at some of them.
        while Delivery.objects.filter(pk__in=keys, state=DeliveryState.RECEIVED).exists():
            time.sleep(0.2)
            take_in_waiting(at=clock.now(), tell=_telling(progress))


def _telling(progress: Progress) -> Any:
    def tell(found: Any) -> None:
        progress(found.bytes, f"{found.deliveries:,} files, {found.entries_new:,} new entries")

    return tell


def _report(brought: "BroughtIn", console: Console, *, only_receive: bool) -> int:
    from django.db.models import Sum

    from oneplace.feeds.models import Delivery, Quarantined

    keys = [each.pk for each in brought.deliveries]
    sums = Delivery.objects.filter(pk__in=keys).aggregate(
        units=Sum("units"), accepted=Sum("accepted"), kept_aside=Sum("kept_aside")
    )
    aside = list(
        Quarantined.objects.filter(delivery_id__in=keys)
        .select_related("delivery")
        .order_by("delivery_id", "id")[: _SHOWN + 1]
    )
    count = {name: value or 0 for name, value in sums.items()}
    console.say(
        f"{brought.fresh:,} files received, {brought.seen_before:,} received before"
        + (f", {brought.not_due:,} not due yet." if brought.not_due else ".")
    )
    if not only_receive:
        console.say(f"{count['accepted']:,} of {count['units']:,} units read into the record.")
    for each in aside[:_SHOWN]:
        console.say(f"  kept aside: {each.delivery.name}, {each.place}: {each.words}")
    if len(aside) > _SHOWN:
        console.say("  ... and more; `oneplace feeds quarantine` lists all that is kept aside.")
    for left in brought.left_out[:_SHOWN]:
        console.say(f"  left out: {left.name}: {left.why}")
    if len(brought.left_out) > _SHOWN:
        console.say(f"  ... and {len(brought.left_out) - _SHOWN:,} more left out.")
    console.result(
        done=True,
        received=brought.fresh,
        seen_before=brought.seen_before,
        not_due=brought.not_due,
        **count,
        aside=[
            {"file": each.delivery.name, "place": each.place, "why": each.words}
            for each in aside[:_SHOWN]
        ],
        left_out=[each._asdict() for each in brought.left_out],
    )
    if not brought.deliveries and brought.left_out:
        return 1
    return _KEPT_ASIDE if aside or brought.left_out else 0
