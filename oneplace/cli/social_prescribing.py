"""`oneplace social-prescribing`: the four national data sets of the whole place, without names."""

from datetime import date
from pathlib import Path

import click

from oneplace.cli.console import Console, Stop, speaks


@click.group("social-prescribing")
def social_prescribing() -> None:
    """Write the four national social prescribing data sets."""


@social_prescribing.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--from", "first", required=True, help="The first day, such as 2026-01-01.")
@click.option("--until", "last", required=True, help="The last day.")
@click.option("--why", required=True, help="Who gets it and what for; the audit keeps it.")
@speaks
def export(*, folder: Path, first: str, last: str, why: str, console: Console) -> None:
    """Write people, needs, support and outcomes of a period to FOLDER, without names.

    Of the whole place, but for whoever opted out of uses beyond care. With names they are taken on
    a page, by who may open the records. Refuses a folder that is not empty.
    """
    from_on, until_on = _day(first, "--from"), _day(last, "--until")
    if folder.exists() and any(folder.iterdir()):
        raise Stop(f"{folder} is not empty. Name a new folder, so that no old table stays in it.")
    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)
    from django.conf import settings

    from oneplace.access.viewer import system_viewer, viewing
    from oneplace.kit import clock
    from oneplace.kit.refusals import Refused
    from oneplace.plans import verbs
    from oneplace.plans.permissions import EXPORT_SOCIAL_PRESCRIBING
    from oneplace.vocabulary.terms import Purpose

    keeper = system_viewer(
        "keeper of national data sets",
        purpose=Purpose.COMMISSIONING,
        permissions=frozenset({EXPORT_SOCIAL_PRESCRIBING}),
    )
    at = clock.now()
    try:
        with viewing(keeper, at=at) as by:
            sets = verbs.export_social_prescribing(
                from_on=from_on, until_on=until_on, with_names=False, why=why, by=by, at=at
            )
    except Refused as refused:
        raise Stop(refused.reason) from None
    place = settings.PLACE
    folder.mkdir(parents=True, exist_ok=True)
    written = sets.files(place.social_prescribing, by="the command line", notice=place.notice)
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    counts = {which.value: len(rows) for which, rows in sets.rows.items()}
    for name, count in counts.items():
        console.say(f"{name + '.csv':<14} {count:,} rows")
    console.say(
        "Left out (they chose so, or the national service has not cleared them yet): "
        f"{sets.left_out:,}."
    )
    console.result(done=True, folder=str(folder), left_out=sets.left_out, rows=counts)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Stop(f"{option}: {text} is not a day. Write it like 2026-03-01.") from None
