"""`oneplace client`: give partners' systems a way in, list them, shut one out."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from oneplace.cli.console import Console, Stop, looks, speaks

Answer = TypeVar("Answer")


@click.group()
def client() -> None:
    """Give partners' systems a way in at the FHIR door, list them, and shut one out.

    A system has an id and a secret of its own, sends for one feed and reads back what that feed
    sent. It asks for a token at /fhir/token, which is good for fifteen minutes.
    """


@client.command()
@click.argument("name")
@click.option("--source", required=True, help="Code of the feed it sends for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=("system/*.write", "system/*.read"),
    show_default=True,
    help="What it may do: system/*.write, system/Patient.read ... May be given several times.",
)
@speaks
def new(*, name: str, source: str, scopes: tuple[str, ...], console: Console) -> None:
    """Give a system called NAME credentials; its secret is shown this once and kept nowhere."""
    made = _ask(
        console,
        lambda commands: commands.new_client(name=name, source=source, scopes=scopes),
    )
    console.say(f"{name} may come in for the feed {source}. Hand this on by a safe way:")
    console.say(f"  client id      {made.client.pk}")
    console.say(f"  client secret  {made.secret}")
    console.say("The secret is not kept here; if it is lost, revoke this system and make another.")
    console.result(
        done=True,
        client_id=str(made.client.pk),
        client_secret=made.secret,
        source=source,
        scopes=made.client.scopes,
    )


@client.command("list")
@looks
def list_clients(*, console: Console) -> None:
    """Every system that was ever given a way in."""
    found = _ask(console, lambda commands: commands.clients())
    from oneplace.kit.formats import day

    for one in found:
        state = "" if one.is_open else " (shut out)"
        used = f"last came in {day(one.last_used_at)}" if one.last_used_at else "never came in"
        console.say(f"{one.id}  {one.name}{state}: {one.source}, {' '.join(one.scopes)}, {used}")
    if not found:
        console.say("No system has been given a way in. `oneplace client new` makes one.")
    console.result(
        clients=[
            {
                "client_id": str(one.id),
                "name": one.name,
                "source": one.source,
                "scopes": list(one.scopes),
                "is_open": one.is_open,
                "last_used_at": one.last_used_at,
            }
            for one in found
        ]
    )


@client.command()
@click.argument("client_id")
@speaks
def revoke(*, client_id: str, console: Console) -> None:
    """Shut a system out: its secret and its tokens open nothing from now on."""
    found = _ask(console, lambda commands: commands.revoke_client(client_id))
    console.say(f"{found.account.name} is shut out.")
    console.result(done=True, client_id=str(found.pk))


def _ask(console: Console, question: Callable[[Any], Answer]) -> Answer:
    """Become the loader, ask the door, and turn its refusals into one paragraph."""
    from oneplace.config.database import Role as DatabaseRole
    from oneplace.config.installation import join

    with console.progress("Starting") as progress:
        progress(0, "database")
        join(DatabaseRole.LOADER)
        from oneplace.feeds.fhir_door import commands
        from oneplace.kit.refusals import Refused

        progress(0, "")
        try:
            return question(commands)
        except Refused as refused:
            raise Stop(refused.reason) from refused
