"""`oneplace demo`: an invented borough to walk around in, from nothing, in minutes."""

import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oneplace.cli.console import Console, Port, Stop, speaks

if TYPE_CHECKING:
    from oneplace.config.database import Database
    from oneplace.config.roll import Roll
    from oneplace.config.supervisor import Supervisor
    from oneplace.feeds.unpacking import LeftOut

STEPS = (
    ("database", "Prepare the database"),
    ("partners", "Bring in partners, networks, practices and teams"),
    ("pages", "Open the pages"),
    ("borough", "Live two years in the borough and write its partners' feeds"),
    ("staff", "Bring in the people at work"),
    ("feeds", "Take in what the partners have sent, and decide whom it is about"),
    ("found", "Find who may need help, and suggest them to their practices"),
    ("huddles", "Hold ten weeks of huddles at the show practice"),
    ("life", "Fill the LIFE desk and today’s rounds"),
    ("alliance", "Hold the boards, and open the fund"),
    ("measured", "Measure whether residents are better served"),
)


@click.command()
@click.option(
    "--people",
    default=5000,
    type=int,
    show_default=True,
    help="Residents of the borough: 500 to 800,000.",
)
@click.option("--place", default="", help="Place file, or its name [default: places/default].")
@click.option("--seed", default=2026, show_default=True, help="Another seed, another borough.")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option(
    "--port", default=8000, type=Port(), show_default=True, envvar="PORT", help="Port to listen on."
)
@click.option("--once", is_flag=True, hidden=True, help="Stop when everything has arrived.")
@speaks
def demo(
    *, people: int, place: str, seed: int, host: str, port: int, once: bool, console: Console
) -> None:
    """Open an invented borough to walk around in.

    The first page opens while the rest still arrives. Safe to interrupt and repeat: what is done
    is not done again. Everybody and every figure is invented.
    """
    from oneplace.borough.lives.settings import SettingsRefused, settings_for
    from oneplace.config import demos, service
    from oneplace.vocabulary.place import load_place, place_path

    if host not in service.LOOPBACK:
        raise Stop(
            "A demo signs visitors in without a password, so it listens on this machine only. "
            "Leave --host out, or run `oneplace serve` for a real service."
        )
    # What is wrong with the numbers or the place file is said before anything is started.
    chosen = load_place(place_path(place))
    try:
        settings_for(chosen, people=people, seed=seed)
    except SettingsRefused as error:
        raise Stop(f"--people or --seed: {error}", 2) from error
    key = chosen.key
    os.environ.update(
        ONEPLACE_DEMO="1", ONEPLACE_PLACE=place, ONEPLACE_PUBLIC_URL=f"http://localhost:{port}"
    )
    os.environ.setdefault("ONEPLACE_DATA", str(demos.folder_of(key, people, seed)))
    with service.alone(host, port) as (database, roll):
        opening = _Opening(
            people=people, place=place, seed=seed, host=host, port=port, console=console
        )
        opening.run(database, roll, once=once)
    if opening.failure:
        raise Stop(opening.failure)
    console.result(
        done=True,
        url=f"http://localhost:{port}",
        left_out=[{"name": each.name, "why": each.why} for each in opening.left_out],
    )


class _Opening:
    """One opening of the demo, step by step; the door page shows the same steps."""

    def __init__(
        self, *, people: int, place: str, seed: int, host: str, port: int, console: Console
    ) -> None:
        from oneplace.config.paths import data_folder

        self.people, self.place, self.seed = people, place, seed
        self.host, self.port, self.console = host, port, console
        self.folder = data_folder() / "demo"
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.states: dict[str, dict[str, Any]] = {
            key: {"name": name, "state": "waiting", "what": "", "done": 0, "total": 0}
            for key, name in STEPS
        }
        self.failure: str | None = None
        self.left_out: tuple[LeftOut, ...] = ()

    def run(self, database: "Database", roll: "Roll", *, once: bool) -> None:
        """Prepare, open the pages, bring in the rest behind them, and serve until stopped."""
        from oneplace.config import service

        self._prepare(database)
        self._step("pages")
        supervisor = self._supervisor(database, roll)
        service.note_address(os.environ["ONEPLACE_PUBLIC_URL"])
        behind = threading.Thread(target=self._bring_in_the_rest, args=(supervisor, once))
        try:
            supervisor.start()
            if not service.wait_until_well(self.host, self.port):
                raise Stop("The pages do not answer; web.log in the data folder says why.")
            self._say_where()
            behind.start()
            supervisor.run()
        finally:
            supervisor.stop()
            if behind.ident is not None:
                behind.join()

    def _prepare(self, database: "Database") -> None:
        from oneplace.config.database import Role
        from oneplace.config.installation import (
            become,
            begin_ledger,
            bring_in_place,
            gather_static,
            migrate,
        )

        self._step("database")
        with self.console.progress("Preparing the database") as progress:
            progress(0, "starting")
            database.start()
            database.prepare()
            progress(0, "tables and policies")
            begin_ledger(database)
            become(Role.OWNER, database)
            migrate()
            self._step("partners")
            progress(0, "partners and teams")
            bring_in_place()
            from django.conf import settings

            progress(0, "static files")
            gather_static(settings.STATIC_ROOT)

    def _supervisor(self, database: "Database", roll: "Roll") -> "Supervisor":
        from oneplace.config import service
        from oneplace.config.supervisor import Supervisor

        told = ("ONEPLACE_DEMO", "ONEPLACE_PLACE", "ONEPLACE_PUBLIC_URL")
        return Supervisor(
            service.parts(
                database,
                host=self.host,
                port=self.port,
                workers=1,
                extra={key: os.environ[key] for key in told},
            ),
            roll=roll,
            say=self.console.say,
            keep_database=database.keep,
        )

    def _say_where(self) -> None:
        from oneplace.vocabulary.terms import Role

        url = f"http://localhost:{self.port}"
        self.console.say(f"\n  oneplace is open: {url}\n\n  Walk in as:")
        for role in Role:
            self.console.say(f"    {role.label:<36} {url}/demo/walk-in/{role.value}/")
        self.console.say(f"\n  Everything it makes is in {self.folder.parent}")
        self.console.say("  Invented people and figures. Ctrl-C stops everything.\n")

    def _bring_in_the_rest(self, supervisor: "Supervisor", once: bool) -> None:
        from oneplace.config import demo_arrivals
        from oneplace.config.supervisor import Stopped

        try:
            self._step("borough")
            borough = self._borough(supervisor)
            self._step("staff")
            self._people_at_work(supervisor, borough / "people_at_work")
            self._step("feeds")
            if not (self.folder / "arrived.json").exists():
                self._command(supervisor, "feeds", "arrive")
            self._step("found")
            if not (self.folder / "found.made").exists():
                self._command(supervisor, "find")
                (self.folder / "found.made").touch()
            self._step("huddles")
            self._command(supervisor, "huddles", "invent")
            self._step("life")
            self._command(supervisor, "life", "invent")
            self._step("alliance")
            self._command(supervisor, "alliance", "invent")
            self._step("measured")
            if not (self.folder / "measured.made").exists():
                self._command(supervisor, "measure")
                (self.folder / "measured.made").touch()
            self._command(supervisor, "measures", "invent")
            self.left_out = demo_arrivals.left_out()
            words = demo_arrivals.in_words(self.left_out)
            self._finish(words)
            self.console.say(
                f"  The rest has arrived, but {words}" if words else "  Everything has arrived."
            )
        except Stopped:
            return  # what is not done yet is done by the next start
        except _StepFailed as error:
            self.failure = str(error)
            self._fail(str(error))
            self.console.say(f"  {error}")
        if once:
            supervisor.stop_soon()

    def _borough(self, supervisor: "Supervisor") -> Path:
        out = self.folder / "borough"
        wanted = {"people": self.people, "seed": self.seed, "place": self.place}
        stamp = self.folder / "borough.made"
        if out.exists() and stamp.exists() and json.loads(stamp.read_text()) == wanted:
            return out
        self._command(
            supervisor,
            "borough",
            "--people",
            str(self.people),
            "--seed",
            str(self.seed),
            "--place",
            self.place,
            "--out",
            str(out),
            "--replace",
        )
        stamp.write_text(json.dumps(wanted))
        return out

    def _people_at_work(self, supervisor: "Supervisor", folder: Path) -> None:
        stamp = self.folder / "staff.made"
        manifest = (folder.parent / "manifest.json").read_text()
        if stamp.exists() and stamp.read_text() == manifest:
            return
        for command, file in (
            ("organisations", "organisations.csv"),
            ("import", "people_at_work.csv"),
            ("demo", "demo_sign_ins.csv"),
        ):
            if (folder / file).exists():
                self._command(supervisor, "user", command, str(folder / file))
        stamp.write_text(manifest)

    def _command(self, supervisor: "Supervisor", *arguments: str) -> None:
        # On a terminal the command draws its own progress there; in a pipe it keeps quiet.
        code, said = supervisor.errand(
            [sys.executable, "-m", "oneplace.cli", *arguments],
            is_heard=not self.console.is_terminal,
        )
        if code != 0:
            words = said.strip().splitlines()
            raise _StepFailed(
                " ".join(words[-3:]).removeprefix("oneplace: ")
                or f"oneplace {arguments[0]} did not finish; see above."
            )

    def _step(self, key: str) -> None:
        for state in self.states.values():
            if state["state"] == "now":
                state["state"] = "done"
        self.states[key]["state"] = "now"
        self._write()

    def _fail(self, reason: str) -> None:
        for state in self.states.values():
            if state["state"] == "now":
                state.update(state="failed", what=reason)
        self._write()

    def _finish(self, left_out: str) -> None:
        for state in self.states.values():
            state["state"] = "done"
        self.states["feeds"]["what"] = left_out
        self._write()

    def _write(self) -> None:
        from oneplace.config.paths import data_folder

        file = data_folder() / "demo" / "arriving.json"
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps({"steps": list(self.states.values())}))
        draft.replace(file)


class _StepFailed(Exception):
    """A step behind the open pages failed; the words are those of its command."""
