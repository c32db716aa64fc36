"""`oneplace spc`: a control chart of anybody's series, in words and as a table."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import click

from oneplace.cli.console import Console, Stop, looks


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--date", "date_column", default="date", show_default=True, help="Column of days.")
@click.option("--value", "value_column", default="value", show_default=True, help="Of values.")
@click.option("--series", "series_value", help="Only rows whose column 'series' says this.")
@click.option(
    "--better",
    type=click.Choice(["higher", "lower", "neither"]),
    default="neither",
    show_default=True,
    help="Which way is better.",
)
@click.option("--target", type=float, help="What it is held against.")
@click.option("--screen", is_flag=True, help="Leave out outlying changes, as the R package does.")
@click.option(
    "--rebase",
    multiple=True,
    metavar="DAY|CAUSE|AUTHOR|DECIDED|MINUTE",
    help="Limits begin anew on DAY, for a named cause with its author, day and minute.",
)
@looks
def spc(
    *,
    file: Path,
    date_column: str,
    value_column: str,
    series_value: str | None,
    better: str,
    target: float | None,
    screen: bool,
    rebase: tuple[str, ...],
    console: Console,
) -> None:
    """Draw a control chart (XmR) of FILE, a CSV with a day and a value in each row.

    An empty value is a month not told: it is shown as missing and never counted as nought.
    """
    from oneplace.science.spc.series import BetterDirection, SeriesRefused, series
    from oneplace.science.spc.xmr import chart

    values = _read(file, date_column, value_column, series_value)
    try:
        drawn = chart(
            series(
                values,
                better=BetterDirection(better),
                target=target,
                rebases=[_rebase(each) for each in rebase],
            ),
            screen_outlying=screen,
        )
    except SeriesRefused as refused:
        raise Stop(f"{file}: {refused}", 2) from refused
    for each in drawn.judged:
        value = "missing" if each.point.value is None else f"{each.point.value:g}"
        console.say(f"{each.point.on}  {value:>12}  {each.rule.label}")
    for limits in drawn.limits:
        if limits is None:
            console.say("No limits: fewer than seven points.")
            continue
        trial = f" On trial: {limits.points} points, 13 are wanted." if limits.is_trial else ""
        screened = f", {limits.screened} outlying changes left out" if limits.screened else ""
        console.say(
            f"Mean {limits.mean:.2f}, limits {limits.lower:.2f} to {limits.upper:.2f}, of "
            f"{limits.points} points{screened}.{trial}"
        )
    console.say(f"Change: {drawn.variation.label}. Target: {drawn.assurance.label}.")
    console.result(**_told(drawn))


def _told(drawn: Any) -> dict[str, object]:
    return {
        "points": [
            {
                "on": str(each.point.on),
                "value": each.point.value,
                "rule": each.rule.value,
                "meaning": each.meaning,
            }
            for each in drawn.judged
        ],
        "limits": [None if each is None else vars(each) for each in drawn.limits],
        "variation": drawn.variation.value,
        "assurance": drawn.assurance.value,
        "is_screened": drawn.is_screened,
    }


def _read(
    file: Path, date_column: str, value_column: str, only: str | None
) -> list[tuple[date, float | None]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Stop(
            f"{file} is no text in UTF-8. Save it as CSV in UTF-8 and try again.", 2
        ) from error
    numbered = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    rows = csv.DictReader(line for _, line in numbered)
    wanted = (date_column, value_column, *(("series",) if only is not None else ()))
    for column in wanted:
        if column not in (rows.fieldnames or ()):
            raise Stop(
                f"{file} has no column '{column}'. It has: {', '.join(rows.fieldnames or ())}. "
                "Name the right one with --date or --value.", 2,
            )  # fmt: skip
    found = []
    for (number, _), row in zip(numbered[1:], rows, strict=False):
        if only is not None and row["series"] != only:
            continue
        try:
            on = date.fromisoformat((row[date_column] or "").strip())
        except ValueError as error:
            raise Stop(
                f"{file}, row {number}: '{row[date_column]}' is no day. Write it like 2026-03-01.",
                2,
            ) from error
        said = (row[value_column] or "").strip()
        try:
            found.append((on, float(said) if said else None))
        except ValueError as error:
            raise Stop(
                f"{file}, row {number}: '{said}' is no number. Leave it empty if it is missing.", 2
            ) from error
    return found


def _rebase(said: str) -> Any:
    from oneplace.science.spc.series import Rebase

    parts = [part.strip() for part in said.split("|")]
    if len(parts) != 5:
        raise Stop("--rebase wants five parts: DAY|CAUSE|AUTHOR|DECIDED|MINUTE.", 2)
    try:
        on, decided = date.fromisoformat(parts[0]), date.fromisoformat(parts[3])
    except ValueError as error:
        raise Stop(f"--rebase: a day is no day ({error}). Write it like 2026-03-01.", 2) from error
    return Rebase(on, parts[1], parts[2], decided, parts[4])
