"""Figures of hospital messages: read in batches, over one connection, and how soon they show."""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benches import PROJECT, SEED, Figure, figure, run, world

BATCH_GOAL = 2500.0
MLLP_GOAL = 0.1
VISIBLE_GOAL_S = 2.0
_MESSAGES = 2000
_VISIBLE = 120


@figure("feeds.hl7_batch")
def hl7_batch() -> Figure:
    """Messages a second from files received to rows committed, deciding whose they are apart."""
    folder = world(5000) / "hospital"
    rates = []
    for _ in range(3):
        done = run(
            sys.executable, "-m", "tests.benches.feeds_load", str(folder), "hospital_messages"
        )
        found = json.loads(done.output.strip().splitlines()[-1])
        if found["accepted"] != found["units"] or not found["entries"]:
            raise RuntimeError(f"not every message was read: {found}")
        rates.append(found["accepted"] / found["read_s"])
    rate = statistics.median(rates)
    return Figure(
        "feeds.hl7_batch", round(rate), "messages/s", "goal", BATCH_GOAL,
        f">= {BATCH_GOAL:,.0f}", rate >= BATCH_GOAL,
    )  # fmt: skip


@figure("feeds.mllp")
def mllp() -> Figure:
    """One connection, each message answered after its commit, beside durable one-row commits."""
    with _installed() as environment, _listening(environment) as port:
        floors, rates = [], []
        for number in range(3):
            floors.append(_commits_a_second(environment))
            rates.append(_MESSAGES / sum(_talk(port, number)))
    floor, rate = statistics.median(floors), statistics.median(rates)
    return Figure(
        "feeds.mllp", round(rate), "messages/s", "durable commits of one row", round(floor),
        f">= {MLLP_GOAL} of the commits", rate >= MLLP_GOAL * floor,
    )  # fmt: skip


@figure("feeds.visible")
def visible() -> Figure:
    """From a message sent to its entry committed in the record, its person decided: p99."""
    with _installed() as environment, _listening(environment) as port, _reading(environment):
        waits = sorted(_seen_after(environment, port))
    p99 = waits[int(len(waits) * 0.99)]
    return Figure(
        "feeds.visible", round(p99, 3), "s", "goal", VISIBLE_GOAL_S,
        f"p99 <= {VISIBLE_GOAL_S:.0f} s", p99 <= VISIBLE_GOAL_S,
    )  # fmt: skip


@contextmanager
def _installed() -> Iterator[dict[str, str]]:
    """A fresh, durable installation; the environment of its commands."""
    with tempfile.TemporaryDirectory(prefix="oneplace-bench-") as folder:
        Path(folder).chmod(0o755)
        environment = {**os.environ, "ONEPLACE_DATA": folder}
        environment.pop("ONEPLACE_TEST", None)
        make = f"from tests.benches.feeds_load import prepared; prepared({folder!r})"
        environment["ONEPLACE_DEMO"] = "1"
        subprocess.run([sys.executable, "-c", make], check=True, cwd=PROJECT, env=environment)
        try:
            yield environment
        finally:
            subprocess.run(
                [sys.executable, "-m", "oneplace.cli", "database", "stop"],
                env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL,
            )  # fmt: skip


@contextmanager
def _part(environment: dict[str, str], *arguments: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "oneplace.cli", *arguments],
        env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


@contextmanager
def _listening(environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with _part(environment, "listen", "--port", str(port), "--anybody"):
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port


@contextmanager
def _reading(environment: dict[str, str]) -> Iterator[None]:
    note = Path(environment["ONEPLACE_DATA"]) / "demo" / "arrived.json"
    note.parent.mkdir(exist_ok=True)
    note.write_text(json.dumps({"until": "2100-01-01T00:00:00+00:00"}))
    with _part(environment, "feeds", "read", "--forever"):
        yield


def _connection(environment: dict[str, str]) -> Any:
    """A connection as the loader, for asking and for the floor."""
    import psycopg

    ask = (
        "import os; from oneplace.config.database import Database, Role;"
        "print(Database().connection(Role.LOADER).conninfo())"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], env=environment, cwd=PROJECT, capture_output=True, text=True
    )
    return psycopg.connect(done.stdout.strip(), autocommit=True)


def _commits_a_second(environment: dict[str, str]) -> float:
    content = b"x" * 700
    with _connection(environment) as connection:
        connection.execute("delete from feeds_mapping")
        began = time.perf_counter()
        for number in range(_MESSAGES):
            connection.execute(
                "insert into feeds_mapping (id, code, version, name, toml, made_by_id,"
                " made_by_name, made_at) values (gen_random_uuid(), 'floor', %s, '', %s,"
                " gen_random_uuid(), '', now())",
                [number, content.decode()],
                prepare=True,
            )
        seconds = time.perf_counter() - began
        connection.execute("delete from feeds_mapping")
    return _MESSAGES / seconds


def _messages() -> list[bytes]:
    files = sorted((world(5000) / "later" / "hospital").rglob("*.hl7"))
    found: list[bytes] = []
    for file in files:
        pieces = file.read_bytes().split(b"\rMSH|")
        found += [pieces[0], *(b"MSH|" + piece for piece in pieces[1:])]
        if len(found) >= _MESSAGES:
            return [each.rstrip(b"\r") + b"\r" for each in found[:_MESSAGES]]
    raise RuntimeError("the borough has too few messages")


def _as_new(message: bytes, tag: str) -> bytes:
    """The message under a control id of its own."""
    fields = message.split(b"|", 10)
    fields[9] = f"{tag}{SEED}".encode() + fields[9]
    return b"|".join(fields)


def _talk(port: int, number: int) -> Iterator[float]:
    """Send each message and wait for its answer; the seconds of each."""
    with socket.create_connection(("127.0.0.1", port)) as sender:
        sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for message in _messages():
            framed = b"\x0b" + _as_new(message, f"R{number}") + b"\x1c\r"
            began = time.perf_counter()
            sender.sendall(framed)
            answer = b""
            while not answer.endswith(b"\x1c\r"):
                answer += sender.recv(65_536)
            yield time.perf_counter() - began
            if b"|CA|" not in answer and b"|AA|" not in answer:
                raise RuntimeError(f"refused: {answer!r}")


def _seen_after(environment: dict[str, str], port: int) -> Iterator[float]:
    admissions = [each for each in _messages() if b"|ADT^A01" in each or b"|ADT^A04" in each]
    with (
        _connection(environment) as connection,
        socket.create_connection(("127.0.0.1", port)) as sender,
    ):
        for number, message in enumerate(admissions[:_VISIBLE]):
            fields = next(line for line in message.split(b"\r") if line.startswith(b"PV1"))
            visit = fields.split(b"|")[19].split(b"^")
            key = f"%:{visit[0].decode()}"
            began = time.perf_counter()
            sender.sendall(b"\x0b" + _as_new(message, f"V{number}") + b"\x1c\r")
            sender.recv(65_536)
            while not connection.execute(
                "select 1 from records_entry e join records_subject s on s.id = e.subject_id"
                " where e.key like %s and s.person_id is not null", [key],
            ).fetchone():  # fmt: skip
                if time.perf_counter() - began > 30:
                    raise RuntimeError(f"{key} never showed")
                time.sleep(0.01)
            yield time.perf_counter() - began
            time.sleep(0.05)
