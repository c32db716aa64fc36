"""`oneplace borough`: make a synthetic borough and its partners' feeds as files."""

from pathlib import Path

import click

from oneplace.cli.console import Console, Stop, speaks


@click.command()
@click.option("--people", default=5000, show_default=True, help="Residents of the borough.")
@click.option("--seed", default=2026, show_default=True, help="Another seed, another borough.")
@click.option("--years", default=2.0, show_default=True, help="Years of life before now.")
@click.option("--place", default="", help="Place file, or its name [default: places/default].")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("data/borough"),
    show_default=True,
    help="Folder to make; it must not exist yet, or be empty.",
)
@click.option(
    "--scenario",
    default="default",
    show_default=True,
    help="What is planted: default, no_effect, true_effects or dirty.",
)
@click.option("--replace", is_flag=True, help="Make a borough of before anew.")
@speaks
def borough(
    *,
    people: int,
    seed: int,
    years: float,
    place: str,
    out: Path,
    scenario: str,
    replace: bool,
    console: Console,
) -> None:
    """Make a synthetic borough and its partners' feeds.

    Everybody is invented. Files arrive as partners would send them (hospital messages, GP extract
    and FHIR, council, charity, community services, directory), those after the pinned now below
    `later/`; `manifest.json` lists them all and `truth/` says what is really so. The same people,
    seed, years, place and scenario give the same bytes.
    """
    from oneplace.borough.lives.settings import SettingsRefused, settings_for
    from oneplace.borough.make import CannotMake, make_borough
    from oneplace.borough.scenarios import UnknownScenario, scenario_named
    from oneplace.vocabulary.place import load_place, place_path

    try:
        scenario_named(scenario)
        chosen = load_place(place_path(place))
        settings = settings_for(chosen, people=people, seed=seed, years=years, scenario=scenario)
        with console.progress("Making the borough", total=1.0) as progress:
            made = make_borough(
                settings, out, chosen, lambda words, done: progress(done, words), replace=replace
            )
    except (SettingsRefused, UnknownScenario, CannotMake) as error:
        raise Stop(str(error), code=2) from error
    console.say(
        f"{made.people:,} invented people, {made.files:,} files, {made.size / 1e6:,.0f} MB in "
        f"{made.folder}. Invented people and figures."
    )
    if made.not_written:
        console.say(
            "Not written, as the place names no such feed: "
            f"{'; '.join(kind.label for kind in made.not_written)}."
        )
    if made.without_files:
        console.say(
            "No file is made for these feeds, as the place names one of their kind before them: "
            f"{', '.join(made.without_files)}."
        )
    console.result(
        done=True,
        folder=str(made.folder),
        people=made.people,
        seed=made.seed,
        scenario=made.scenario,
        files=made.files,
        not_written=[kind.value for kind in made.not_written],
        without_files=list(made.without_files),
        bytes=made.size,
        manifest_sha256=made.digest,
    )
