"""`oneplace listen`: take hospital messages over a connection (MLLP)."""

import asyncio
import contextlib
import errno
import signal
import ssl
from pathlib import Path

import click

from oneplace.cli.console import Console, Port, Stop, speaks

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=2575, type=Port(), show_default=True, help="Port.")
@click.option("--certificate", type=_FILE, help="Certificate in PEM: then only TLS is spoken.")
@click.option("--key", type=_FILE, help="The certificate's key in PEM.")
@click.option("--clients", type=_FILE, help="Authorities in PEM; senders must show a certificate.")
@click.option(
    "--anybody", is_flag=True, help="Take senders on no feed's list too; on this machine alone."
)
@speaks
def listen(
    *,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    clients: Path | None,
    anybody: bool,
    console: Console,
) -> None:
    """Take hospital messages (HL7 v2 over MLLP) from many senders until stopped.

    Each message is answered AA, AE or AR once it is safely kept, with segment and field at fault.
    The service's reader then reads it. A sender must be on the list of a feed:
    `oneplace feeds senders FEED FACILITY/APPLICATION`.
    """
    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join
    from oneplace.feeds.hl7.framing import LONGEST

    if anybody and host not in _LOOPBACK:
        raise Stop(
            "--anybody is for trying things out on this machine. Leave --host out, or name the "
            "senders: oneplace feeds senders FEED FACILITY/APPLICATION.",
            code=2,
        )
    tls = _tls(certificate, key, clients)
    become_loader_unless_told(join, Role.LOADER)
    from oneplace.feeds.listening import Settings

    settings = Settings(host=host, port=port, tls=tls, takes_anybody=anybody, longest=LONGEST)
    try:
        asyncio.run(_run(settings, console))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        raise Stop(
            f"Cannot listen on {host} port {port}: {error.strerror}. Choose another with --port or "
            "--host."
        ) from error
    console.result(done=True)


async def _run(settings: object, console: Console) -> None:
    from oneplace.access.viewer import system_viewer
    from oneplace.feeds.listening import Listener, Settings
    from oneplace.kit import clock
    from oneplace.vocabulary.terms import Purpose

    if not isinstance(settings, Settings):
        return
    by = system_viewer("message listener", purpose=Purpose.DIRECT_CARE, permissions=frozenset())
    # In a demonstration care time is asked of the database: once here, for all that comes.
    at = await asyncio.to_thread(clock.now)
    from django.conf import settings as ours
    from django.utils import timezone

    listener = Listener(settings, by=by, now=(lambda: at) if ours.IS_DEMO else timezone.now)
    host, port = await listener.start()
    console.say(f"Listening for hospital messages on {host} port {port} (Ctrl-C stops it).")
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stopping.set)
    await stopping.wait()
    await listener.stop()


def _tls(certificate: Path | None, key: Path | None, clients: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        if key is not None or clients is not None:
            raise Stop("--key and --clients need --certificate.", code=2)
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
        if clients is not None:
            context.load_verify_locations(clients)
            context.verify_mode = ssl.CERT_REQUIRED
    except (ssl.SSLError, OSError) as error:
        raise Stop(
            f"The certificate or its key cannot be used ({error.strerror or error.reason}): give "
            "both as PEM files, the key without a passphrase."
            if isinstance(error, ssl.SSLError)
            else f"{error.filename}: {error.strerror}."
        ) from error
    return context
