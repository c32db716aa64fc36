"""`oneplace route`: rounds for anybody's own visits and workers, from two tables into one."""

from datetime import date, datetime
from pathlib import Path

import click

from oneplace.cli.console import Console, Stop, looks

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--visits", type=_FILE, help="CSV of visits, a row each.")
@click.option("--workers", type=_FILE, help="CSV of workers, a row each.")
@click.option("--vrp", type=_FILE, help="A VRPLIB or Solomon file instead of the two tables.")
@click.option("--ways", type=_FILE, help="CSV of measured ways; the great circle without it.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="CSV of the plan."
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of times written without one; today without it.",
)
@click.option("--seconds", type=float, default=10.0, show_default=True, help="Time to search.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the search's chance.")
@looks
def route(
    *,
    visits: Path | None,
    workers: Path | None,
    vrp: Path | None,
    ways: Path | None,
    out: Path,
    on: datetime | None,
    seconds: float,
    seed: int,
    console: Console,
) -> None:
    """Plan rounds: who goes to which door when, from two CSV tables into one.

    \b
    Visits need the columns visit, opens, closes, minutes; they may have
    latitude, longitude, person, promised_by, skills, pair, gender, gender_wish,
    usual, worker, planned, locked, started, load.
    Workers need worker, from, until; they may have latitude, longitude,
    end_latitude, end_longitude, skills, mode (car or walk), break_from,
    break_until, break_minutes, gender, carries.
    Ways have from_latitude, from_longitude, to_latitude, to_longitude, mode,
    seconds.

    Two visits with the same word under pair are one double-handed visit. The plan names every
    visit nobody can make, with the reason. A checker that shares nothing with the solver looks at
    it before it is written.
    """
    from oneplace.science.routing.apart import solve_apart
    from oneplace.science.routing.tables import TableRefused, plan_rows, read_problem, write_plan
    from oneplace.science.routing.vrp_files import FileRefused, read_vrp

    if (vrp is None) == (visits is None or workers is None):
        raise Stop("Give --visits and --workers, or --vrp alone.", 2)
    if seconds <= 0:
        raise Stop("--seconds: give more than nought.", 2)
    try:
        if vrp is not None:
            problem = read_vrp(vrp)
        else:
            assert visits is not None and workers is not None  # noqa: S101 - asked above
            day = on.date() if on else date.today()  # noqa: DTZ011 - the user's own day
            problem = read_problem(visits, workers, on=day, ways=ways)
    except (TableRefused, FileRefused) as refused:
        raise Stop(str(refused), 2) from refused
    answer = solve_apart(problem, seconds=seconds, seed=seed)
    if answer.plan is None:
        raise Stop(f"No plan: {answer.why}", 1)
    if answer.why:
        console.say(answer.why)
    rows = list(plan_rows(answer.plan, problem))
    write_plan(out, rows)
    made = sum(1 for row in rows if row["worker"])
    used = sum(1 for each in answer.plan.rounds if each.stops)
    minutes = sum(int(str(row["minutes_of_way"])) for row in rows if row["worker"])
    console.say(
        f"{made} visits in {used} rounds, {minutes} minutes of way between doors. Written to {out}."
    )
    for each in answer.plan.left_out:
        console.say(f"Nobody for {each.key}: {each.why}.")
    console.result(
        visits=made,
        rounds=used,
        minutes_of_way=minutes,
        left_out=[{"visit": each.key, "why": each.why} for each in answer.plan.left_out],
        is_finished=answer.is_finished,
        plan=str(out),
    )
