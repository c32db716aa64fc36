"""`oneplace agreement`: which sharing agreements there are, and what one of them says."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from oneplace.cli.console import Console, Stop, looks

Answer = TypeVar("Answer")


@click.group()
def agreement() -> None:
    """List the sharing agreements, and show one in plain words.

    They come from the place's file and from what officers renewed, changed, signed and stopped on
    their pages. An agreement shares nothing after its last day, nor before every party has signed.
    """


@agreement.command("list")
@looks
def list_agreements(*, console: Console) -> None:
    """List every agreement and how it stands today."""
    rows = _ask(console, lambda commands: commands.agreements())
    for row in rows:
        console.say(f"{row.code:<24} version {row.version:<3} {row.name}")
        console.say(f"  {row.stands}. {row.sentence}")
    if not rows:
        console.say("There is no agreement here, so nothing is shared between organisations.")
    console.result(
        agreements=[
            {
                "code": row.code,
                "version": row.version,
                "name": row.name,
                "state": row.state,
                "starts_on": row.starts_on,
                "review_on": row.review_on,
                "last_day": row.last_day,
            }
            for row in rows
        ]
    )


@agreement.command()
@click.argument("code")
@click.option("--version", type=int, help="Which version; without it the one that stands.")
@looks
def show(*, code: str, version: int | None, console: Console) -> None:
    """Show who lets whom see what under the agreement CODE, for what, and on which bases."""
    found = _ask(console, lambda commands: commands.agreement(code, version))
    row = found.row
    console.say(f"{row.name}, version {row.version}")
    console.say(f"{row.stands}. {row.sentence}")
    console.say()
    console.say(found.says)
    console.say()
    for what, words in found.facts:
        console.say(f"{what}: {words}")
    console.say()
    console.say("What flows to whom:")
    for flow in found.flows:
        console.say(f"- {flow}")
    console.result(
        code=row.code,
        version=row.version,
        name=row.name,
        state=row.state,
        says=found.says,
        starts_on=row.starts_on,
        review_on=row.review_on,
        last_day=row.last_day,
        purposes=found.purposes,
        data_protection_basis=found.data_protection_basis,
        confidentiality_basis=found.confidentiality_basis,
        policy=found.policy,
        parties=found.parties,
        terms=found.terms,
    )


def _ask(console: Console, question: Callable[[Any], Answer]) -> Answer:
    """Become the loader, ask the room, and turn its refusals into one paragraph."""
    from oneplace.config.database import Role as DatabaseRole
    from oneplace.config.installation import join

    with console.progress("Starting") as progress:
        progress(0, "database")
        join(DatabaseRole.LOADER)
        from oneplace.access import agreement_commands
        from oneplace.kit.refusals import Refused

        try:
            return question(agreement_commands)
        except Refused as refused:
            raise Stop(refused.reason) from refused
