"""`oneplace user`: bring in, list, invite and release people at work."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from oneplace.cli.console import Console, Stop, looks, speaks
from oneplace.vocabulary.terms import Role

Answer = TypeVar("Answer")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def user() -> None:
    """Bring in, list, invite and release people at work.

    Files are CSV with a line of column names. A file is taken whole or not at all, and bringing
    the same file in again changes nothing.
    """


@user.command("import")
@click.argument("file", type=FILE)
@speaks
def import_people(*, file: Path, console: Console) -> None:
    """Bring in people at work, and residents with an account, from a CSV file.

    Columns: email, name, registration, role, post_title, post_organisation_code, network_key,
    team_keys (several joined by ;), employer_code, line_manager_email, professional_lead_email,
    starts_on, ends_on, and if wanted kind (staff, resident, supporter). Somebody with two posts has
    two rows. Nobody is ended by being left out: use `oneplace user leave`.
    """
    done = _ask(console, "Bringing in people", lambda commands: commands.bring_in_people(file))
    console.say(f"{done.accounts_new} new people, {done.accounts_changed} changed.")
    console.say(f"{done.hats_new} posts newly held, {done.hats_changed} changed.")
    console.say(f"{done.posts_new} posts opened.")
    console.result(done=True, **asdict(done))


@user.command()
@click.argument("file", type=FILE)
@speaks
def organisations(*, file: Path, console: Console) -> None:
    """Bring in organisations that are not in the place file: homes, providers, voluntary groups.

    Columns: code, name, short_word, kind, network_key.
    """
    changed = _ask(
        console, "Bringing in organisations", lambda commands: commands.bring_in_organisations(file)
    )
    console.say(f"{changed} organisations are new or changed.")
    console.result(done=True, changed=changed)


@user.command()
@click.argument("file", type=FILE)
@speaks
def demo(*, file: Path, console: Console) -> None:
    """Record whom a visitor to a demo may walk in as.

    Columns: role, email, name, title, why. The people themselves come by `oneplace user import`.
    """
    count = _ask(
        console, "Recording the demo's people", lambda commands: commands.record_demo_people(file)
    )
    console.say(f"A visitor may walk in as {count} people.")
    console.result(done=True, people=count)


@user.command("list")
@click.option("--text", default="", help="Part of a name or address.")
@click.option("--role", type=click.Choice(Role.stored_words()), help="Only who holds this role.")
@click.option("--left", "has_left", is_flag=True, help="Those who have left instead.")
@looks
def list_people(*, text: str, role: str | None, has_left: bool, console: Console) -> None:
    """List people with an account, and how many posts each holds today."""
    rows = _ask(
        console,
        "",
        lambda commands: commands.people(
            text=text, role=Role(role) if role else None, has_left=has_left
        ),
    )
    for row in rows:
        posts = f"{row.posts} post{'' if row.posts == 1 else 's'}"
        console.say(f"{row.email:<44} {row.name:<32} {row.kind:<10} {posts}")
    console.say(f"{len(rows)} people.")
    console.result(people=[asdict(row) for row in rows])


@user.command()
@click.argument("email")
@looks
def hats(*, email: str, console: Console) -> None:
    """Show the posts somebody holds and held."""
    account, rows = _ask(console, "", lambda commands: commands.hats(email))

    from oneplace.kit.clock import local_day

    console.say(f"{account.name}{'' if account.is_active else ' (has left)'}")
    shown = []
    for hat in rows:
        until = local_day(hat.ended_at) if hat.ended_at else hat.ends_on
        console.say(
            f"  {hat.post.title}, {hat.post.organisation.name}: from {hat.starts_on}"
            f"{f' until {until}' if until else ''}, employed by {hat.employer.name}"
        )
        shown.append(
            {
                "post": hat.post.key,
                "role": hat.post.role.value,
                "employer": hat.employer.code,
                "starts_on": hat.starts_on,
                "ends_on": hat.ends_on,
                "ended_at": hat.ended_at,
                "source": hat.source,
            }
        )
    console.result(email=account.email, is_active=account.is_active, hats=shown)


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", type=click.Choice(Role.stored_words()), required=True)
@click.option("--organisation", required=True, help="Code of the organisation they work in.")
@click.option("--employer", default="", help="Code of their employer, if it is another.")
@click.option("--team", default="", help="Key of their team, if they are in one.")
@click.option("--title", default="", help="Title of the post, if it is not the role's.")
@click.option("--until", type=DAY, help="Last day, like 2027-03-31.")
@speaks
def invite(
    *,
    email: str,
    name: str,
    role: str,
    organisation: str,
    employer: str,
    team: str,
    title: str,
    until: datetime | None,
    console: Console,
) -> None:
    """Invite somebody to take up a post; prints the link that is also sent to them.

    This is how the first programme director and the information-governance officer come in: nobody
    may give those roles on a page without holding as much say themselves.
    """
    sent = _ask(
        console,
        "",
        lambda commands: commands.invite(
            email=email,
            name=name,
            role=Role(role),
            organisation=organisation,
            employer=employer,
            team=team,
            title=title,
            ends_on=until.date() if until else None,
        ),
    )
    from oneplace.kit.formats import moment

    console.say(f"{name} can accept until {moment(sent.invitation.expires_at)}:")
    console.say(f"  {sent.link}")
    console.result(done=True, link=sent.link, expires_at=sent.invitation.expires_at)


@user.command()
@click.argument("email")
@click.option("--on", "last_on", type=DAY, help="Last day, if it is still to come: 2027-03-31.")
@speaks
def leave(*, email: str, last_on: datetime | None, console: Console) -> None:
    """End somebody's access everywhere: now, or after a last day still to come."""
    day: date | None = last_on.date() if last_on else None
    leaving = _ask(console, "", lambda commands: commands.leave(email, last_on=day))
    console.say(
        "Access has ended."
        if leaving.took_effect_at
        else f"Access ends after {leaving.last_on:%-d %B %Y}."
    )
    console.result(done=True, last_on=leaving.last_on, ended_at=leaving.took_effect_at)


def _ask(console: Console, title: str, question: Callable[[Any], Answer]) -> Answer:
    """Become the loader, ask the room, and turn its refusals into one paragraph.

    Links lead to the service that runs on this data folder, whatever its port.
    """
    import os

    from oneplace.config.database import Role as DatabaseRole
    from oneplace.config.installation import join
    from oneplace.config.service import known_address

    address = known_address()
    if address is not None and not os.environ.get("ONEPLACE_PUBLIC_URL"):
        os.environ["ONEPLACE_PUBLIC_URL"] = address
    with console.progress(title or "Starting") as progress:
        progress(0, "database")
        join(DatabaseRole.LOADER)
        from oneplace.access import commands
        from oneplace.access.staff_list import ListRefused
        from oneplace.kit.refusals import Refused

        progress(0, "")
        try:
            return question(commands)
        except ListRefused as refused:
            raise Stop(str(refused)) from refused
        except Refused as refused:
            raise Stop(refused.reason) from refused
