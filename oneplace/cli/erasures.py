"""`oneplace erasures`: the ledger of what was erased, and the record kept in step with it."""

import click

from oneplace.cli.console import Console, Stop, looks, speaks


@click.group()
def erasures() -> None:
    """Keep erased what was erased, after a restore too."""


@erasures.command()
@speaks
def apply(*, console: Console) -> None:
    """Bring the record into step with the ledger; safe to repeat.

    Run it after a backup was restored and before anybody is served: a backup holds what was erased
    after it was made. `oneplace database prepare` does it too. It says which ledger it has read.
    """
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    join(Role.LOADER)
    from oneplace.access.viewer import viewing
    from oneplace.kit import clock
    from oneplace.records import ledger, verbs
    from oneplace.records.jobs import ERASER
    from oneplace.records.ledger import LedgerDamaged, LedgerLost
    from oneplace.records.models import Erasure

    at = clock.now()
    file = ledger.ledger_file()
    # A backup from before the first erasure knows of none: this command makes no folder by itself.
    if not file.parent.is_dir() and not Erasure.objects.exists():
        raise Stop(
            f"There is no folder {file.parent}, so no ledger of erasures was read and nothing was "
            "erased again. Bring the folder back from where you keep its copy, or name with "
            "ONEPLACE_DATA the data folder it is in. Only if nothing was ever erased in this "
            "service, run `oneplace database prepare` or make it empty, for the account that runs "
            "the jobs, and run this again."
        )
    try:
        read = sum(1 for _ in ledger.lines())
        with viewing(ERASER, at=at) as by:
            emptied = verbs.apply_ledger(by=by, at=at)
    except (LedgerDamaged, LedgerLost) as error:
        raise Stop(str(error)) from error
    if not file.exists():
        console.say(
            f"There is no {file}, and nothing was ever erased as far as this database knows. If it "
            "comes from a backup, see that there is no copy of the ledger to bring back."
        )
    else:
        console.say(f"Read {read} lines of {file}.")
        console.say(
            f"{emptied} entries were there again and are erased again."
            if emptied
            else "The record is in step with the ledger of erasures."
        )
    console.result(emptied=emptied, ledger=str(file), lines=read)


@erasures.command(name="list")
@looks
def list_(*, console: Console) -> None:
    """Say what was erased: certificate, kind, source, when and why; no word of what it said."""
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    join(Role.LOADER)
    from oneplace.records import ledger

    found = {str(line["entry_id"]): line for line in ledger.lines()}
    for line in found.values():
        console.say(
            f"{line['certificate']}  {line['erased_at'][:10]}  {line['kind']} of {line['source']}: "
            f"{line['why']}"
        )
    console.say(f"{len(found)} in {ledger.ledger_file()}")
    console.result(erasures=len(found))
