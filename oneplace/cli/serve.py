"""`oneplace serve`: run the whole service until told to stop."""

import click

from oneplace.cli.console import Console, Port, Stop, speaks


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    type=Port(),
    show_default=True,
    envvar="PORT",
    help="Port to listen on.",
)
@click.option("--workers", type=int, help="Web processes [default: one for each two processors].")
@click.option("--place", envvar="ONEPLACE_PLACE", help="Place file, or the name of one we ship.")
@speaks
def serve(
    *, host: str, port: int, workers: int | None, place: str | None, console: Console
) -> None:
    """Run the service: database, pages, jobs, sealer and reader; Ctrl-C stops them all.

    Each part that falls over is started again. Logs are in the data folder.
    """
    import os

    from oneplace import __version__
    from oneplace.config import service
    from oneplace.config.database import Role
    from oneplace.config.installation import (
        become,
        begin_ledger,
        bring_in_place,
        gather_static,
        migrate,
    )
    from oneplace.config.paths import PROJECT
    from oneplace.config.safety import why_not_live
    from oneplace.config.supervisor import Supervisor

    if os.environ.pop("ONEPLACE_DEMO", "") == "1":
        raise Stop(
            "ONEPLACE_DEMO is set, which would let anybody in without a password. Unset it to run "
            "a service, or run `oneplace demo` for a demonstration."
        )
    if os.environ.get("ONEPLACE_LIVE") == "1" and (
        reason := why_not_live(PROJECT / "safety", __version__)
    ):
        raise Stop(
            f"ONEPLACE_LIVE=1 says that real people are served here, and this version may not: "
            f"{reason}"
        )
    if place:
        os.environ["ONEPLACE_PLACE"] = place
    os.environ.setdefault("ONEPLACE_PUBLIC_URL", f"http://localhost:{port}")
    with service.alone(host, port) as (database, roll):
        database.start()
        database.prepare()
        begin_ledger(database)
        become(Role.OWNER, database)
        migrate()
        bring_in_place()
        from django.conf import settings

        gather_static(settings.STATIC_ROOT)
        supervisor = Supervisor(
            service.parts(
                database,
                host=host,
                port=port,
                workers=workers or max(1, service.processors() // 2),
                extra={"ONEPLACE_PUBLIC_URL": os.environ["ONEPLACE_PUBLIC_URL"]},
            ),
            roll=roll,
            say=console.say,
            keep_database=database.keep,
        )
        url = os.environ["ONEPLACE_PUBLIC_URL"]
        service.note_address(url)
        try:
            supervisor.start()
            if service.wait_until_well(host, port):
                console.say(f"oneplace is at {url} (Ctrl-C stops it).")
            else:
                console.say("The pages do not answer yet; see web.log in the data folder.")
            supervisor.run()
        finally:
            supervisor.stop()
    console.result(done=True)
