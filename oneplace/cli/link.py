"""`oneplace link`: who is who, in the borough's record or in a user's own files."""

from pathlib import Path

import click

from oneplace.cli.console import Console, Stop, speaks

_FEW = 50


@click.command()
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A CSV file with headings; give it once for each file.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("links.csv"),
    show_default=True,
    help="Where the pairs found are written.",
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="MEANING=COLUMN | FILE.toml",
    help="Which column means what, such as given=Forename; for one file a.csv:given=Forename; "
    "or a mapping file.",
)
@click.option(
    "--leave-out-bad-dates", is_flag=True, help="Go on without dates that cannot be read."
)
@click.option(
    "--model",
    "model_path",
    type=click.Path(path_type=Path),
    help="Use the weights of this file, learnt before, and train nothing.",
)
@click.option(
    "--save-model",
    type=click.Path(path_type=Path),
    help="Write the weights that were used, to be used again.",
)
@speaks
def link(
    *,
    files: tuple[Path, ...],
    out: Path,
    maps: tuple[str, ...],
    leave_out_bad_dates: bool,
    model_path: Path | None,
    save_model: Path | None,
    console: Console,
) -> None:
    """Find who is who: in the record, or in files of your own given with --file.

    Without --file everybody in the record is linked anew, and what differs is written: who is new,
    moved, put together or apart, and what waits for the record steward. With nothing new it writes
    nothing.

    With --file, rows that speak of one person are found in your files. Rows are compared by NHS
    number, names (nicknames, slips, former names), birth date, address, phone and email. Twins,
    relatives of one name and people with different valid NHS numbers are kept apart. The result
    has a row for each pair: linked, or to be reviewed, with what speaks for and against it in
    words. Nothing leaves this computer and no borough is needed.
    """
    if not files:
        if maps or model_path or save_model or leave_out_bad_dates:
            raise Stop(
                "Give the files to link: oneplace link --file a.csv --file b.csv --out links.csv",
                code=2,
            )
        _link_everybody(console)
        return
    from oneplace.science.linkage.files import FilesRefused, link_files
    from oneplace.science.linkage.model import Model, ModelRefused

    try:
        columns, columns_of = _mapping(maps)
        model = Model.read(model_path) if model_path else None
        with console.progress("Comparing"):
            links = link_files(
                files,
                columns=columns,
                columns_of=columns_of,
                model=model,
                leave_out_bad_dates=leave_out_bad_dates,
            )
        count = links.write(out)
    except (FilesRefused, ModelRefused) as error:
        raise Stop(str(error), code=2) from error
    if save_model:
        links.decisions.model.write(save_model)
    tiers = links.decisions.pairs.column("tier").to_pylist()
    linked, review = tiers.count("linked"), tiers.count("review")
    for name, mapping in links.mapped.items():
        told = ", ".join(f"{meaning} = {column}" for meaning, column in mapping.items())
        console.say(f"{name}: {links.rows[name]:,} rows. Read as {told}.")
    for problem in links.left_out[:_FEW]:
        console.say(f"Left out: {problem}")
    console.say(f"{linked:,} pairs linked, {review:,} to be reviewed, written to {out}.")
    console.result(
        done=True,
        out=str(out),
        pairs=count,
        linked=linked,
        review=review,
        people=len(set(links.decisions.clusters.values())),
        rows=dict(links.rows),
        mapped={name: dict(mapping) for name, mapping in links.mapped.items()},
        left_out=len(links.left_out),
        model=links.decisions.model.version,
    )


def _link_everybody(console: Console) -> None:
    """Link everybody in the record anew, with figures."""
    import time

    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)
    from oneplace.config.intake import link_everybody
    from oneplace.kit import clock

    begun = time.monotonic()
    with console.progress("Linking"):
        placed = link_everybody(at=clock.now())
    seconds = round(time.monotonic() - begun, 1)
    console.say(
        f"{placed.subjects:,} numbers are {placed.persons:,} people: {placed.new_persons:,} new, "
        f"{placed.moved:,} numbers moved, {placed.merged:,} put together, {placed.undone:,} put "
        f"apart. {placed.to_review:,} pairs wait for the record steward. {seconds} seconds."
    )
    console.result(done=True, seconds=seconds, **vars(placed))


def _mapping(maps: tuple[str, ...]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What `--map` says, for every file and for single ones."""
    from oneplace.science.linkage.files import FilesRefused, read_mapping

    columns: dict[str, str] = {}
    columns_of: dict[str, dict[str, str]] = {}
    for said in maps:
        if "=" not in said:
            every, single = read_mapping(Path(said))
            columns |= every
            for name, known in single.items():
                columns_of.setdefault(name, {}).update(known)
            continue
        meaning, _, column = said.partition("=")
        name, mark, of_file = meaning.rpartition(":")
        if not column or not of_file:
            message = f"--map {said}: write it as given=Forename."
            raise FilesRefused(message)
        (columns_of.setdefault(name, {}) if mark else columns)[of_file] = column
    return columns, columns_of
