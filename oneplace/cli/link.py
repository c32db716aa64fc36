"""`oneplace link`: who is who, in a user's own files."""

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
    """Find which rows of your files speak of one person.

    Rows are compared by NHS number, names (nicknames, slips, former names), birth date, address,
    phone and email. Twins, relatives of one name and people with different valid NHS numbers are
    kept apart. The result has a row for each pair: linked, or to be reviewed, with what speaks for
    and against it in words. Nothing leaves this computer and no borough is needed.
    """
    if not files:
        raise Stop(
            "Give the files to link: oneplace link --file a.csv --file b.csv --out links.csv",
            code=2,
        )
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
