"""`oneplace files`: the commands of the room of files, run as the loader."""

from typing import Any

import click

from oneplace.cli.console import find_the_demo
from oneplace.files.commands import files as _room


class _AsLoader(click.Group):
    """Becomes the loader and readies Django before one of the room's commands runs."""

    def invoke(self, ctx: click.Context) -> Any:
        """Make ready, then run."""
        from oneplace.cli.audit import become_loader_unless_told
        from oneplace.config.database import Role
        from oneplace.config.installation import join

        if not {"--help", "-h"} & set(ctx.protected_args + ctx.args):
            if "check" in ctx.protected_args:
                find_the_demo()
            become_loader_unless_told(join, Role.LOADER)
        return super().invoke(ctx)


files = _AsLoader(
    name="files",
    help=_room.help,
    commands=_room.commands,
    context_settings=_room.context_settings,
)
