"""`oneplace find`: who may need help, in the record or in a snapshot of one's own."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oneplace.cli.console import Console, Stop, speaks

if TYPE_CHECKING:
    from oneplace.insight.finding import Found
    from oneplace.insight.snapshot import Snapshot
    from oneplace.science.code_lists import CodeLists


@click.command()
@click.option(
    "--snapshot",
    "folder",
    type=click.Path(path_type=Path),
    help="Ask this snapshot only: suggests nobody, needs no database.",
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day asked about [default: the day the snapshot was made].",
)
@click.option(
    "--code-lists",
    type=click.Path(path_type=Path),
    help="A folder with the place's own code lists, used in place of ours.",
)
@click.option(
    "--train",
    "model_file",
    type=click.Path(path_type=Path),
    help="With --snapshot: train the local model of admission risk on it and write it there.",
)
@click.option("--seed", default=1, show_default=True, help="Of the training.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write scores, reasons and the rest as Parquet."
)
@speaks
def find(
    *,
    folder: Path | None,
    on: object,
    code_lists: Path | None,
    model_file: Path | None,
    seed: int,
    out: Path | None,
    console: Console,
) -> None:
    """Find who may need help: take a snapshot, score everybody, suggest people to their practices.

    With --snapshot a snapshot is asked and nothing is suggested. Every answer is by pseudonym; a
    practice sees the names of its own people on its page.
    """
    if folder is None:
        if on or code_lists or out:
            raise Stop(
                "--on, --code-lists and --out are for a snapshot: name it with --snapshot.", 2
            )
        _run(console)
        return
    if model_file is not None:
        _train(folder, on, code_lists, to=model_file, seed=seed, console=console)
        return
    found, seconds = _ask(folder, on, code_lists, console)
    if out is not None:
        found.write(out)
    counts = {name: int(table.count().to_pyarrow().as_py()) for name, table in found.tables.items()}
    console.say(f"{counts['scores']:,} people scored in {seconds} seconds, on {found.on}.")
    reasons = _held(found)
    for label, said in reasons.values():
        console.say(f"  {label}: {said}")
    if out is not None:
        console.say(f"Written to {out}.")
    console.result(
        done=True,
        on=str(found.on),
        snapshot=found.snapshot,
        settings=found.settings,
        code_lists=found.code_lists,
        counts=counts,
        reasons={code: said for code, (_, said) in reasons.items()},
        seconds=seconds,
        out=None if out is None else str(out),
    )


def _ask(
    folder: Path, on: object, code_lists: Path | None, console: Console
) -> tuple["Found", float]:
    import time

    from oneplace.insight.finding import find as find_in

    begun = time.monotonic()
    snapshot, day, lists = _open(folder, on, code_lists)
    with console.progress("Scoring"):
        found = find_in(snapshot, on=day, code_lists=lists)
    return found, round(time.monotonic() - begun, 1)


def _open(
    folder: Path, on: object, code_lists: Path | None
) -> tuple["Snapshot", date, "CodeLists"]:
    from oneplace.insight.snapshot import Snapshot, SnapshotRefused
    from oneplace.science.code_lists import CodeListRefused, read_code_lists

    try:
        lists = read_code_lists(code_lists)
        snapshot = Snapshot.open(folder)
    except (SnapshotRefused, CodeListRefused) as refused:
        raise Stop(str(refused), 2) from refused
    day = on.date() if isinstance(on, datetime) else snapshot.manifest.made_on
    return snapshot, day, lists


def _train(
    folder: Path, on: object, code_lists: Path | None, *, to: Path, seed: int, console: Console
) -> None:
    """Train the local model, write it, and say what its card says."""
    from oneplace.insight.risk import train_on
    from oneplace.science.admission_risk import Refused

    snapshot, day, lists = _open(folder, on, code_lists)
    try:
        with console.progress("Training"):
            model = train_on(snapshot, on=day, seed=seed, code_lists=lists).model
    except Refused as refused:
        raise Stop(str(refused)) from refused
    model.write(to)
    card = model.card
    console.say(
        f"AUC {card.auc:.3f} ({card.auc_low:.3f} to {card.auc_high:.3f}), calibration slope "
        f"{card.slope:.2f}, of {card.people:,} people and {card.outcomes:,} emergency stays."
    )
    console.say(card.why_not or "It may be signed by the clinical lead; until then it is off.")
    console.say(f"Written to {to}.")
    console.result(
        done=True, out=str(to), auc=card.auc, slope=card.slope, people=card.people,
        outcomes=card.outcomes, may_be_signed=not card.why_not, why_not=card.why_not,
    )  # fmt: skip


def _held(found: "Found") -> dict[str, tuple[str, str]]:
    """Each reason's label, and for how many people it holds; small numbers are not told."""
    from oneplace.insight.reasons import REASONS
    from oneplace.insight.settings import Settings
    from oneplace.insight.suppression import told

    held = found.reasons.group_by("code").agg(people=found.reasons.count())
    counts = {row["code"]: row["people"] for row in held.to_pyarrow().to_pylist()}
    least = Settings().small_number
    return {
        code: (reason.label, told(counts.get(code, 0), least)) for code, reason in REASONS.items()
    }


def _run(console: Console) -> None:
    """Take a snapshot, ask it and suggest, as the weekly job does."""
    import time

    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)
    from oneplace.casefinding.jobs import FINDER
    from oneplace.config.finding import run
    from oneplace.kit import clock

    begun = time.monotonic()
    with console.progress("Finding"):
        done = run(by=FINDER, at=clock.now())
    seconds = round(time.monotonic() - begun, 1)
    console.say(f"Kept and suggested from {done.snapshot}, {seconds} seconds.")
    console.result(done=True, snapshot=str(done.snapshot), kept=vars(done.kept), seconds=seconds)
