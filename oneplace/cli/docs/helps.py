"""Every command's help, at a fixed width so that it is the same on every machine."""

import importlib
import importlib.util
from collections.abc import Iterator

import click

from oneplace.cli.docs.pages import written_from

HELP_WIDTH = 92


def commands() -> str:
    """The help of every command."""
    from oneplace.cli import COMMANDS, oneplace

    lines = [
        "# Commands",
        "",
        written_from("the commands' own help"),
        "",
        "Every command answers `--help`. With `--json` its last line is one JSON object. Exit "
        "codes: 0 done, 1 could not, 2 asked wrongly.",
        "",
        *_help("oneplace", oneplace),
    ]
    for name, (module, attribute, sentence) in COMMANDS.items():
        if importlib.util.find_spec(module) is None:
            lines += [f"## oneplace {name}", "", f"{sentence} *Not built yet.*", ""]
            continue
        lines += _help(f"oneplace {name}", getattr(importlib.import_module(module), attribute))
    return "\n".join(lines)


def context_of(name: str, command: click.Command) -> click.Context:
    """A context in which a command says its help as it does on a terminal of fixed width."""
    return click.Context(
        command,
        info_name=name,
        terminal_width=HELP_WIDTH,
        max_content_width=HELP_WIDTH,
        help_option_names=["-h", "--help"],
    )


def _help(name: str, command: click.Command) -> Iterator[str]:
    context = context_of(name, command)
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield from (
        f"{'#' * min(3, max(2, 1 + name.count(' ')))} {name}",
        "",
        "```text",
        text,
        "```",
        "",
    )
    if isinstance(command, click.Group) and name != "oneplace":
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None and not found.hidden:
                yield from _help(f"{name} {child}", found)
