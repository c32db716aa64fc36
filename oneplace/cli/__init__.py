"""The command `oneplace`: one word for each thing somebody at a keyboard does."""

import importlib
from typing import Any

import click

from oneplace import __version__

# Loaded only when called for, so that `oneplace --help` answers at once.
COMMANDS = {
    "demo": ("oneplace.cli.demo", "demo", "Open an invented borough to walk around in."),
    "serve": (
        "oneplace.cli.serve",
        "serve",
        "Run the service: database, pages, jobs, sealer, reader.",
    ),
    "import": ("oneplace.cli.import_", "import_", "Bring in partners' files and read them."),
    "feeds": ("oneplace.cli.feeds", "feeds", "List feeds, read what waits, settle what is aside."),
    "listen": ("oneplace.cli.listen", "listen", "Take hospital messages over a connection (MLLP)."),
    "borough": ("oneplace.cli.borough", "borough", "Make a synthetic borough's partner feeds."),
    "snapshot": ("oneplace.cli.snapshot", "snapshot", "Carry the record to the analytic store."),
    "find": ("oneplace.cli.find", "find", "Find who may need help, by pseudonym."),
    "model": ("oneplace.cli.model", "model", "Train the local model of admission risk."),
    "measure": ("oneplace.cli.measure", "measure", "Measure every indicator; keep the figures."),
    "spc": ("oneplace.cli.spc", "spc", "Draw a control chart of anybody's series."),
    "route": ("oneplace.cli.route", "route", "Plan rounds of your own visits and workers."),
    "huddles": ("oneplace.cli.huddles", "huddles", "Lock lists that are due, and plan ahead."),
    "social-prescribing": (
        "oneplace.cli.social_prescribing",
        "social_prescribing",
        "Write the four national social prescribing data sets.",
    ),
    "measures": ("oneplace.cli.measures", "measures", "List wellbeing measures and their words."),
    "life": ("oneplace.cli.life", "life", "Warn of promises of the LIFE desk about to end."),
    "alliance": (
        "oneplace.cli.alliance",
        "alliance",
        "Say what is decided, and whether it is in force.",
    ),
    "link": ("oneplace.cli.link", "link", "Find which rows of your own files are one person."),
    "place": ("oneplace.cli.place", "place", "Start, check or show a place file."),
    "user": ("oneplace.cli.user", "user", "Bring in, list and release people at work."),
    "agreement": ("oneplace.cli.agreement", "agreement", "List and show sharing agreements."),
    "access": ("oneplace.cli.access", "access", "Opt-outs: ask about them, take the answer."),
    "client": ("oneplace.cli.client", "client", "Give partners' systems a way in (FHIR)."),
    "database": ("oneplace.cli.database", "database", "Prepare or upgrade the database."),
    "files": ("oneplace.cli.files", "files", "Check that every file can still be opened."),
    "erasures": (
        "oneplace.cli.erasures",
        "erasures",
        "Keep erased what was erased.",
    ),
    "audit": ("oneplace.cli.audit", "audit", "Seal and verify the audit."),
    "doctor": ("oneplace.cli.doctor", "doctor", "Check this installation; say how to mend it."),
    "docs": ("oneplace.cli.docs", "docs", "Write the documents that are made from the code."),
    "version": ("oneplace.cli.version", "version", "Say which version this is."),
}


class _Commands(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands for --help, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, _, help_) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="oneplace")
def oneplace() -> None:
    """One person, one plan, one team: the service of a health-and-care alliance.

    Start with `oneplace demo` to walk around an invented borough, or `oneplace place new NAME` to
    describe your own. Every command answers --help, and with --json its last line is one JSON
    object. Exit codes: 0 done, 1 could not, 2 asked wrongly.
    """


def main(*arguments: Any) -> None:
    """The entry point of the installed command."""
    from oneplace.cli.console import run

    run(oneplace, *arguments)
