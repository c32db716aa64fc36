"""`oneplace measure`: every indicator, of the record or of a snapshot of one's own."""

import time
from datetime import date, datetime
from pathlib import Path

import click

from oneplace.cli.console import Console, Stop, speaks


@click.command()
@click.option(
    "--snapshot",
    "folder",
    type=click.Path(path_type=Path),
    help="Measure this snapshot only: keeps nothing, needs no database.",
)
@click.option("--indicator", "keys", multiple=True, help="Only this one; may be given again.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m"]), help="First month, as 2025-01.")
@click.option("--until", "last", type=click.DateTime(["%Y-%m"]), help="Last month.")
@click.option("--out", type=click.Path(path_type=Path), help="Write every cell as Parquet.")
@click.option("--as-it-is", is_flag=True, help="Serve the newest snapshot there is; take none.")
@speaks
def measure(
    *,
    folder: Path | None,
    keys: tuple[str, ...],
    first: datetime | None,
    last: datetime | None,
    out: Path | None,
    as_it_is: bool,
    console: Console,
) -> None:
    """Measure the alliance: fourteen indicators by month and group, kept for the board page.

    With --snapshot nothing is kept: figures of the whole place are said, and --out writes every
    cell. Those are true counts: never publish them without the gate for small numbers.
    """
    if folder is None:
        if keys or first or last or out:
            raise Stop(
                "--indicator, --from, --until and --out are for a snapshot: name it with "
                "--snapshot.", 2,
            )  # fmt: skip
        _run(console, take_anew=not as_it_is)
        return
    _measure(folder, keys, console, first=first, last=last, out=out)


def _measure(
    folder: Path,
    keys: tuple[str, ...],
    console: Console,
    *,
    first: datetime | None,
    last: datetime | None,
    out: Path | None,
) -> None:
    import pyarrow.parquet

    from oneplace.insight.indicators import definition
    from oneplace.insight.indicators import measure as measure_in
    from oneplace.insight.indicators.definition import DefinitionRefused, Months
    from oneplace.insight.indicators.measuring import months_until
    from oneplace.insight.snapshot import Snapshot, SnapshotRefused

    begun = time.monotonic()
    try:
        wanted = [definition(key) for key in keys] or None
        snapshot = Snapshot.open(folder)
        whole = months_until(snapshot.manifest.made_on)
        months = Months(_month(first) or whole.first, _month(last) or whole.last)
        with console.progress("Measuring"):
            found = measure_in(snapshot, wanted, months=months)
    except (DefinitionRefused, SnapshotRefused) as refused:
        raise Stop(str(refused), 2) from refused
    if out is not None:
        pyarrow.parquet.write_table(found.cells, out)
    rows = found.cells.filter(_of_place(found.cells)).to_pylist()
    sums: dict[str, list[float]] = {}
    for row in rows:
        held = sums.setdefault(row["indicator"], [0.0, 0.0])
        held[0] += row["top"]
        held[1] += row["bottom"]
    for key, (top, bottom) in sums.items():
        each = definition(key)
        value = f"{top / bottom * each.multiplier:,.1f} {each.unit.label}" if bottom else "none"
        console.say(
            f"{_bare(each.title)}: {value} ({top:,.0f} of {bottom:,.0f} {_bare(each.counts)}), "
            f"{months.first:%b %Y} to {months.last:%b %Y}, {each.label}"
        )
    seconds = round(time.monotonic() - begun, 1)
    console.result(
        done=True, snapshot=found.snapshot, cells=found.cells.num_rows, seconds=seconds,
        figures={key: {"top": top, "bottom": bottom} for key, (top, bottom) in sums.items()},
        out=None if out is None else str(out),
    )  # fmt: skip


def _bare(text: str) -> str:
    # A snapshot belongs to no place: between the braces stands the product's own word.
    return text.translate({ord("{"): None, ord("}"): None})


def _month(given: datetime | None) -> date | None:
    return None if given is None else given.date().replace(day=1)


def _of_place(cells: object) -> object:
    import pyarrow.compute as pc

    is_place = pc.equal(cells["grouping"], "place")  # type: ignore[index]
    return pc.and_(is_place, pc.equal(cells["variant"], ""))  # type: ignore[index]


def _run(console: Console, *, take_anew: bool) -> None:
    """Measure the record and keep the figures, as the nightly job does."""
    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)
    from oneplace.config.measuring import run
    from oneplace.insight.snapshot import SnapshotRefused
    from oneplace.kit import clock
    from oneplace.outcomes.demo import invent_board
    from oneplace.outcomes.measurer import MEASURER

    begun = time.monotonic()
    try:
        with console.progress("Measuring"):
            kept = run(by=MEASURER, at=clock.now(), take_anew=take_anew)
    except SnapshotRefused as refused:
        raise Stop(str(refused)) from refused
    invent_board()
    seconds = round(time.monotonic() - begun, 1)
    console.say(f"Measured snapshot {kept.snapshot[:12]} in {seconds} seconds.")
    console.result(done=True, snapshot=kept.snapshot, seconds=seconds)
