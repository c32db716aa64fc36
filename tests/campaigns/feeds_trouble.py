"""A poison message per thousand, a database that restarts, a disk that is full."""

import os
import random
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.campaigns.feeds_kills import AT

# --- poison ---------------------------------------------------------------------------------------

MOST_LOST = 0.02
"""Of the throughput, by one poison message in a thousand."""


def poison(*, messages: int, pairs: int, seed: int) -> dict[str, Any]:
    """Read files of messages, one by one without and with poison; runs inside.

    Gives the median share of throughput lost over the pairs, and what was kept aside.
    """
    chance = random.Random(seed)
    _messages_read(0, messages, chance, is_poisoned=False)  # so that neither is the first
    lost, aside, number = [], 0, 1
    for pair in range(pairs):
        took = {}
        for is_poisoned in ((False, True), (True, False))[pair % 2]:
            seconds, kept = _messages_read(number, messages, chance, is_poisoned=is_poisoned)
            took[is_poisoned] = seconds
            aside += kept
            number += 1
        lost.append(1 - took[False] / took[True])
    return {"lost": statistics.median(lost), "all": lost, "aside": aside}


def _messages_read(
    number: int, messages: int, chance: random.Random, *, is_poisoned: bool
) -> tuple[float, int]:
    """Seconds of reading so many messages of a file each thousand, and how many were kept aside."""
    from django.db import transaction

    from oneplace.access.viewer import tell_database
    from oneplace.config.intake import READER, seldom_collecting
    from oneplace.feeds import queries
    from oneplace.feeds.models import Delivery, Source
    from oneplace.feeds.verbs import receive
    from oneplace.records import verbs as records
    from oneplace.vocabulary.terms import Door

    source = Source.objects.get(pk="adt")
    keys = []
    for start in range(0, messages, 1_000):
        bad = chance.randrange(1_000) if is_poisoned else -1
        content = b"".join(
            _message(f"{number}x{start + nth}", is_bad=nth == bad) for nth in range(1_000)
        )
        made = receive(
            source=source, door=Door.COMMAND, name="x.hl7", content=content, by=READER, at=AT
        )
        keys.append(made.pk)
    began = time.perf_counter()
    with seldom_collecting(), transaction.atomic():
        tell_database(READER, at=AT)
        records.take_in(deliveries=queries.waiting(), by=READER, at=AT)
    took = time.perf_counter() - began
    read = Delivery.objects.filter(pk__in=keys)
    accepted, kept = sum(each.accepted for each in read), sum(each.kept_aside for each in read)
    expected = messages // 1_000 if is_poisoned else 0
    if kept != expected or accepted != messages - expected:
        raise AssertionError(f"{accepted} accepted and {kept} kept aside of {messages}")
    return took, kept


def _message(name: str, *, is_bad: bool) -> bytes:
    from tests.rooms.feeds.hl7.messages import written

    number = "" if is_bad else f"{name}^^^ZZ8^MR"
    return written(MSH={10: f"Q{name}"}, PID={3: number}, PV1={19: f"V{name}^^^ZZ8^VN"})


# --- a database that restarts ---------------------------------------------------------------------


@contextmanager
def own_cluster() -> Iterator[None]:
    """A PostgreSQL of the campaign's own, so that nobody else's goes away."""
    from oneplace.config.embedded import EmbeddedPostgres
    from tests import database

    kept = database.FOLDER, database._cluster
    with tempfile.TemporaryDirectory(prefix="oneplace-cluster-") as folder:
        Path(folder).chmod(0o755)
        database.FOLDER = Path(folder)
        database._cluster = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        try:
            database.ready_cluster()
            yield
        finally:
            database._cluster.stop()
            database.FOLDER, database._cluster = kept


def restart_database() -> None:
    """End the server at once, as a crash would, and start it again."""
    from oneplace.config.database import Database
    from tests import database

    lock = database._cluster.cluster / "postmaster.pid"
    os.kill(int(lock.read_text().splitlines()[0]), signal.SIGQUIT)
    until = time.monotonic() + 30
    while lock.exists() and time.monotonic() < until:
        time.sleep(0.05)
    Database(database.FOLDER, fast=True).start()


def cut_connections(name: str) -> None:
    """End every connection to one database, as a restart would."""
    from tests import database

    with database.admin() as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
        )


class Load:
    """Messages and FHIR that keep coming, whatever happens, and what was accepted of them."""

    def __init__(self, house: Any, *, seed: int) -> None:
        from tests.campaigns.feeds_http import Sent, Served

        self.house = house
        self.chance = random.Random(seed)
        self.served, self.sent = Served(house), Sent()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.messages: list[str] = []
        self.refused = 0
        self.is_over = threading.Event()
        self.parts: list[subprocess.Popen[str]] = []
        self.threads: list[threading.Thread] = []
        self.wrong: list[BaseException] = []

    def begin(self) -> None:
        """Start the server, the listener and the reader, and those who send."""
        self.house.ask(
            "update feeds_source set senders = '[\"ZZ8\"]' where code = 'adt' returning 1"
        )
        self.served.start()
        self.parts = [
            self.house.runs("listen", "--port", str(self.port), "--anybody"),
            self.house.runs("feeds", "read", "--forever"),
        ]
        for work in (self._sends_messages, self._sends_fhir):
            self.threads.append(threading.Thread(target=self._watched, args=(work,), daemon=True))
            self.threads[-1].start()

    def end(self) -> None:
        """Let the senders end, and then the parts; raises where one had ended by itself."""
        self.is_over.set()
        for thread in self.threads:
            thread.join(timeout=60)
        ended = [part.args for part in self.parts if part.poll() is not None]
        for part in self.parts:
            with suppress(ProcessLookupError):
                os.killpg(part.pid, signal.SIGTERM)
            part.wait(timeout=30)
        self.served.kill()
        if ended or self.wrong:
            raise AssertionError(f"{ended} ended by themselves; {self.wrong}")

    def _watched(self, work: Any) -> None:
        try:
            work()
        except BaseException as error:
            self.wrong.append(error)

    def _sends_fhir(self) -> None:
        from tests.campaigns.feeds_http import one_request, talk

        number = 0
        while not self.is_over.is_set():
            again, self.sent.unanswered = self.sent.unanswered, []
            number += 1
            talk(self.served, self.sent, [*again, one_request(number, self.chance)])
            if self.sent.unanswered:
                self.refused += 1
                time.sleep(0.1)
        again, self.sent.unanswered = self.sent.unanswered, []
        talk(self.served, self.sent, again)

    def _sends_messages(self) -> None:
        number = 0
        while not self.is_over.is_set():
            with (
                suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), timeout=20) as sender,
            ):
                while not self.is_over.is_set():
                    number += 1
                    self._sends_one(sender, f"R{number}")
            time.sleep(0.05)

    def _sends_one(self, sender: socket.socket, control: str) -> None:
        content = _message(control, is_bad=False).replace(b"|QR", b"|R")
        sender.sendall(b"\x0b" + content + b"\x1c\r")
        answer = b""
        while not answer.endswith(b"\x1c\r"):
            piece = sender.recv(65_536)
            if not piece:
                raise OSError("closed")
            answer += piece
        if b"MSA|AA|" in answer:
            self.messages.append(control)
        else:
            self.refused += 1


def faults_of(load: Load) -> list[str]:
    """What was acknowledged and is lost, doubled or half there, over both doors."""
    from tests.campaigns.feeds_http import faults
    from tests.campaigns.feeds_kills import UNFINISHED
    from tests.campaigns.inside import inside

    found = faults(load.house, load.sent)
    kept = [name for (name,) in load.house.ask(
        "select name from feeds_delivery where door = 'mllp' and first_id is null"
    )]  # fmt: skip
    if lost := set(load.messages) - set(kept):
        found.append(f"{len(lost)} messages answered and lost")
    if len(kept) != len(set(kept)):
        found.append("messages doubled")
    until = time.monotonic() + 60
    while load.house.ask(UNFINISHED)[0][0] and time.monotonic() < until:
        inside(load.house, "tests.campaigns.feeds_kills:read_waiting")
    if any(load.house.ask(UNFINISHED)[0]):
        found.append(f"left unfinished: {load.house.ask(UNFINISHED)}")
    return found


# --- a full disk ----------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[bool]:
    """A disk of this size at a folder; False, and nothing, where this machine lets nobody mount."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "tmpfs", str(folder)]
    try:
        is_mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except OSError:
        is_mounted = False
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def enlarge(folder: Path, *, megabytes: int) -> None:
    """Give a small disk more room, as somebody does who frees space."""
    subprocess.run(
        ["mount", "-o", f"remount,size={megabytes}m", str(folder)], check=True, capture_output=True
    )


def bring_until_full(*, count: int, bytes_each: int, seed: int) -> dict[str, Any]:
    """Bring in files of so many bytes, refused or kept; runs inside.

    What was kept has its bytes to the last, what was refused left nothing and said why.
    """
    import hashlib

    from django.db import OperationalError

    from oneplace.config.intake import READER
    from oneplace.feeds import queries
    from oneplace.feeds.models import Delivery, Source
    from oneplace.feeds.shelf import shelf
    from oneplace.feeds.verbs import receive
    from oneplace.files.store import NotKept
    from oneplace.vocabulary.terms import Door

    source = Source.objects.get(pk="adt")
    words: set[str] = set()
    refused = 0
    for number in range(count):
        content = random.Random(seed * 100_000 + number).randbytes(bytes_each)
        try:
            receive(source=source, door=Door.FOLDER, name=f"{number}", content=content, by=READER,
                    at=AT)  # fmt: skip
        except NotKept as why:
            refused += 1
            words.add(str(why))
        except OperationalError as error:
            raise AssertionError("The database's own words reached the door.") from error
    kept = Delivery.objects.filter(first__isnull=True)
    for delivery in kept:
        if hashlib.sha256(queries.content_of(delivery)).hexdigest() != delivery.sha256:
            raise AssertionError("Something was kept in part.")
    left = list((shelf().folder / "tmp").glob("*"))
    if left:
        raise AssertionError(f"{len(left)} unfinished files were left behind.")
    return {"kept": kept.count(), "refused": refused, "words": sorted(words)}
