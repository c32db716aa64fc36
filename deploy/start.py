#!/usr/bin/env python3
"""Starts one part of the service in production, with the secret of its own database role only.

Used by the container, the compose file and the systemd units:

    start.py upgrade   as oneplace_owner: tables, grants, policies and the place, then ends
    start.py web       as oneplace_web: pages and live streams
    start.py jobs      as oneplace_loader: background jobs
    start.py sealer    as oneplace_loader: seals and anchors the audit
    start.py reader    as oneplace_loader: reads into the record what partners have sent
    start.py listener  as oneplace_loader: takes hospitals' messages on the port ONEPLACE_LISTEN
    start.py folder    as oneplace_loader: takes the files put into the folder ONEPLACE_WATCH
    start.py verify    as oneplace_loader: verifies the audit against its anchors, then ends
    start.py static    needs no database: gathers the static files, when an image is built
    start.py command   as an administrator: any command of oneplace, such as `command audit verify`

A secret such as WEB_DATABASE_URL is looked for as that variable, in the file that
WEB_DATABASE_URL_FILE names, among systemd's credentials, and in /run/secrets, in that order.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parents[1]
if str(PROJECT) not in sys.path:
    sys.path.insert(0, str(PROJECT))

from oneplace import __version__  # noqa: E402
from oneplace.config.database import CONNECTION_VARIABLE, Role, parse_url  # noqa: E402
from oneplace.config.embedded import DatabaseUnavailable  # noqa: E402
from oneplace.config.parts import KINDS, CannotServe, Kind, command_of  # noqa: E402
from oneplace.config.safety import why_not_live  # noqa: E402

SETTINGS_MODULE = "oneplace.config.settings"
MOUNTED_SECRETS = Path("/run/secrets")
SHORTEST_KEY = 50
BY_HAND = (
    "Beside the systemd units run deploy/systemd/command with the same words, which gives it their "
    "secrets and data folder; with containers, the service `command`."
)
EVERY_SECRET = (
    "DATABASE_URL",
    "OWNER_DATABASE_URL",
    "LOADER_DATABASE_URL",
    "WEB_DATABASE_URL",
    "ONEPLACE_SECRET_KEY",
)


class CannotStart(Exception):
    """This part cannot start; the message says what to do."""


# What `oneplace serve` runs too, and two that run once: it upgrades by itself as it starts.
PARTS: Mapping[str, Kind] = {
    "upgrade": Kind(Role.OWNER),
    "verify": Kind(Role.LOADER),
    **KINDS,
}


def secret(name: str, environment: Mapping[str, str], *, mounted: Path = MOUNTED_SECRETS) -> str:
    """The value of a secret; raises `CannotStart` saying where it was looked for."""
    file_name = name.lower().replace("_", "-")
    places = [mounted / file_name]
    if folder := environment.get("CREDENTIALS_DIRECTORY"):
        places.insert(0, Path(folder) / file_name)
    if told := environment.get(f"{name}_FILE"):
        places.insert(0, Path(told))
    if value := environment.get(name, "").strip():
        return value
    for place in places:
        try:
            if value := place.read_text().strip():
                return value
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CannotStart(
                f"The secret {name} cannot be read from {place} ({error.strerror}). Let the user "
                "this part runs as read it, and nobody else."
            ) from error
    raise CannotStart(
        f"The secret {name} is nowhere: not in that variable and not in "
        f"{', '.join(str(place) for place in places)}. docs/production.md says how to make it."
    )


def environment_for(
    name: str, environment: Mapping[str, str], *, mounted: Path = MOUNTED_SECRETS
) -> dict[str, str]:
    """The whole environment of one part: its own secrets and nobody else's.

    Raises `CannotStart` for a missing secret or a setting that real people must not be served with.
    """
    for demo_only in ("ONEPLACE_DEMO", "ONEPLACE_TEST"):
        if environment.get(demo_only) == "1":
            raise CannotStart(
                f"{demo_only}=1 is for invented people on one machine. Remove it here; for a demo "
                "use `oneplace demo`."
            )
    if environment.get("ONEPLACE_LIVE") == "1" and (
        reason := why_not_live(PROJECT / "safety", __version__)
    ):
        raise CannotStart(
            f"ONEPLACE_LIVE=1 says that real people are served here, and this version may not: "
            f"{reason}"
        )
    part = PARTS[name]
    variable = f"{part.role.name}_DATABASE_URL"
    try:
        connection = parse_url(secret(variable, environment, mounted=mounted), variable)
    except DatabaseUnavailable as error:
        raise CannotStart(str(error)) from error
    hidden = {*EVERY_SECRET, *(f"{secret_name}_FILE" for secret_name in EVERY_SECRET)}
    own = {key: value for key, value in environment.items() if key not in hidden}
    own.update(connection.for_environment())
    own["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    own["PYTHONUNBUFFERED"] = "1"
    if part.signs:
        key = secret("ONEPLACE_SECRET_KEY", environment, mounted=mounted)
        if len(key) < SHORTEST_KEY:
            raise CannotStart(
                f"ONEPLACE_SECRET_KEY has {len(key)} characters and must have {SHORTEST_KEY}. Make "
                "one with: openssl rand -base64 64 | tr -d '\\n'"
            )
        own["ONEPLACE_SECRET_KEY"] = key
    if name == "web":
        own["ONEPLACE_POOL"] = "1"
    if part.links:
        own.update(_address(environment))
    return own


def _address(environment: Mapping[str, str]) -> dict[str, str]:
    public = environment.get("ONEPLACE_PUBLIC_URL", "")
    parts = urlsplit(public)
    if parts.scheme != "https" or not parts.hostname:
        raise CannotStart(
            f"ONEPLACE_PUBLIC_URL is {public or 'not set'!r}; it must be the address people use, "
            "beginning with https://. Without it cookies and links would travel unprotected."
        )
    hosts = environment.get("ONEPLACE_HOSTS") or parts.hostname
    return {"ONEPLACE_PUBLIC_URL": public.rstrip("/"), "ONEPLACE_HOSTS": hosts}


def environment_for_command(
    environment: Mapping[str, str], *, mounted: Path = MOUNTED_SECRETS
) -> dict[str, str]:
    """The environment of a command an administrator runs: the secrets of all three roles."""
    if not environment.get("ONEPLACE_DATA"):
        raise CannotStart(
            "ONEPLACE_DATA is not set, so the command would look for files, anchors and the ledger "
            f"of erasures where no part keeps any. {BY_HAND}"
        )
    own = dict(environment)
    for role in Role:
        variable = f"{role.name}_DATABASE_URL"
        try:
            own[variable] = secret(variable, environment, mounted=mounted)
        except CannotStart as error:
            raise CannotStart(f"{error} {BY_HAND}") from error
    # Commands ask this address only whether the server answers and how old it is.
    own["DATABASE_URL"] = own["OWNER_DATABASE_URL"]
    own["ONEPLACE_SECRET_KEY"] = secret("ONEPLACE_SECRET_KEY", environment, mounted=mounted)
    own.update(_address(environment))
    return own


def upgrade(environment: Mapping[str, str]) -> None:
    """Bring tables, grants, policies and the place to this version; safe to repeat."""
    os.environ.clear()
    os.environ.update(environment)
    import django

    django.setup()
    from oneplace.config.installation import bring_in_place, migrate

    migrate(verbosity=1)
    bring_in_place()


def static(environment: Mapping[str, str]) -> None:
    """Gather the static files without any database."""
    os.environ.update(environment)
    os.environ.pop(CONNECTION_VARIABLE, None)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    import django

    django.setup()
    from django.conf import settings

    from oneplace.config.installation import gather_static

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    gather_static(settings.STATIC_ROOT)


def main(arguments: list[str] | None = None) -> None:
    """Start the part that was named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("part", choices=[*PARTS, "static", "command"])
    parser.add_argument("--host", default="127.0.0.1", help="address the web part listens on")
    parser.add_argument("--port", type=int, default=8000, help="port the web part listens on")
    parser.add_argument("--workers", type=int, default=2, help="processes of the web part")
    # What follows `command` belongs to that command, options included.
    told = sys.argv[1:] if arguments is None else arguments
    words = told[1:] if told[:1] == ["command"] else []
    given = parser.parse_args(told[:1] if words else told)
    os.chdir(PROJECT)
    try:
        if given.part == "static":
            static(os.environ)
            return
        if given.part == "command":
            environment = environment_for_command(dict(os.environ))
            command = [sys.executable, "-m", "oneplace.cli", *words]
            os.execvpe(command[0], command, environment)  # noqa: S606
        environment = environment_for(given.part, dict(os.environ))
        if given.part == "upgrade":
            upgrade(environment)
            return
    except CannotStart as error:
        sys.exit(f"oneplace: {error}")
    if given.part == "verify":
        command = [sys.executable, "-m", "oneplace.cli", "audit", "verify"]
        os.execvpe(command[0], command, environment)  # noqa: S606
    try:
        command = command_of(
            given.part, environment, host=given.host, port=given.port, workers=given.workers
        )
    except CannotServe as error:
        sys.exit(f"oneplace: {error}")
    # The part takes this process's place, so that a stop signal reaches it and not a parent.
    os.execvpe(command[0], command, environment)  # noqa: S606


if __name__ == "__main__":
    main()
