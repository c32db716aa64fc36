"""`oneplace life`: warn of promises about to end, as the job does each minute by itself."""

import click

from oneplace.cli.console import Console, Stop, speaks


@click.group()
def life() -> None:
    """Look after the LIFE desk: warn of promises about to end."""


def _become_loader() -> None:
    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)


@life.command()
@speaks
def warn(*, console: Console) -> None:
    """Tell whoever goes, the desk and whoever leads it of every promise about to end, now."""
    _become_loader()
    from oneplace.homefirst import jobs

    jobs.warn(timestamp=0)
    console.say("Whoever goes, and the desk, have been told.")
    console.result(done=True)


@life.command(hidden=True)
@speaks
def invent(*, console: Console) -> None:
    """Make a demonstration's morning at the desk, by the verbs, with its own accounts."""
    _become_loader()
    from django.conf import settings

    from oneplace.homefirst.demo import invent_desk
    from oneplace.kit import clock

    if not settings.IS_DEMO:
        raise Stop("Only a demonstration has an invented desk.")
    with console.progress("Filling the LIFE desk", total=1.0) as progress:
        count = invent_desk(at=clock.now(), tell=progress)
    console.say(f"{count:,} referrals stand at the desk.")
    console.result(done=True, referrals=count)
