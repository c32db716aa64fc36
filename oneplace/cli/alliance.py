"""`oneplace alliance`: what the partners have decided, and whether it is in force today."""

import click

from oneplace.cli.console import Console, Stop, speaks


@click.group()
def alliance() -> None:
    """Say what the partners have decided, and whether it is in force."""


def _become_loader() -> None:
    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)


@alliance.command()
@speaks
def decisions(*, console: Console) -> None:
    """List what everybody who reads decisions may know, and whether each is in force today."""
    _become_loader()
    from oneplace.access.viewer import system_viewer
    from oneplace.contracts import queries
    from oneplace.kit import clock
    from oneplace.vocabulary.terms import Purpose

    by = system_viewer(
        "command line", purpose=Purpose.COMMISSIONING, permissions=frozenset({"see_decisions"})
    )
    on = clock.local_day(clock.now())
    # The loader is bound by no policy: what is kept among a few is left out here.
    found = [each for each in queries.decisions(viewer=by, on=on) if not each.decision.only_body]
    for each in found:
        number = f"{each.decision.year}/{each.decision.number}"
        console.say(f"{number:>8}  {each.decision.title}\n          {each.standing.words}")
    console.result(
        decisions=[
            {
                "number": f"{each.decision.year}/{each.decision.number}",
                "body": each.decision.body,
                "title": each.decision.title,
                "is_in_force": each.standing.is_in_force,
                "words": each.standing.words,
            }
            for each in found
        ]
    )


@alliance.command(hidden=True)
@speaks
def invent(*, console: Console) -> None:
    """Make a demonstration's decisions and its fund, by the verbs, with its own accounts."""
    _become_loader()
    from django.conf import settings

    from oneplace.contracts.demo import invent_board
    from oneplace.finance.demo import invent_money
    from oneplace.kit import clock

    if not settings.IS_DEMO:
        raise Stop("Only a demonstration has invented decisions.")
    at = clock.now()
    made, funds = invent_board(at=at), invent_money(at=at)
    console.say(f"{made:,} decisions were taken, {funds:,} fund was opened.")
    console.result(done=True, decisions=made, funds=funds)
