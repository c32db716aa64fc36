"""`oneplace huddles`: lock the lists that are due and plan ahead, as the jobs do by themselves."""

import click

from oneplace.cli.console import Console, Stop, speaks


@click.group()
def huddles() -> None:
    """Lock the lists of huddles that are due, and plan ahead."""


def _become_loader() -> None:
    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)


@huddles.command()
@speaks
def due(*, console: Console) -> None:
    """Lock every list that is due and plan each series a quarter ahead, now."""
    _become_loader()
    from oneplace.huddles import jobs

    jobs.lock_lists(timestamp=0)
    jobs.plan_ahead(timestamp=0)
    console.say("Lists are locked and meetings are planned.")
    console.result(done=True)


@huddles.command(hidden=True)
@speaks
def invent(*, console: Console) -> None:
    """Make a demonstration's past huddles, by the verbs, with its own accounts."""
    _become_loader()
    from django.conf import settings

    from oneplace.huddles.demo import invent_huddles
    from oneplace.kit import clock

    if not settings.IS_DEMO:
        raise Stop("Only a demonstration has invented huddles.")
    with console.progress("Holding ten weeks of huddles", total=1.0) as progress:
        count = invent_huddles(at=clock.now(), tell=progress)
    console.say(f"{count:,} huddles were held.")
    console.result(done=True, held=count)
