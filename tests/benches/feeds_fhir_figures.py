"""Figures of FHIR: bundles of files into the record by two reader processes; one request by HTTP.

Held against `fhir.resources` (pydantic models of R4B) that only validates the same resources, on
the same cores in the same run.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import orjson

from tests.benches import PROJECT, Figure, figure, world

FILES_GOAL, PEER_TIMES = 25_000.0, 4.0
HTTP_PEER_TIMES = 0.1
PEOPLE = 100_000
READERS = 2
_PEER_RESOURCES = 4_000
_WORKER = (sys.executable, "-m", "tests.benches.fhir_worker")


def _world() -> Path:
    """A borough's files, made once and kept; another one where ONEPLACE_BENCH_WORLD names it."""
    if given := os.environ.get("ONEPLACE_BENCH_WORLD"):
        return Path(given)
    return world(PEOPLE)


@contextlib.contextmanager
def _installation() -> Iterator[dict[str, str]]:
    """The environment of a fresh, durable database."""
    folder = Path(tempfile.mkdtemp(prefix="oneplace-bench-"))
    folder.chmod(0o755)
    environment = {**os.environ, "ONEPLACE_DATA": str(folder)}
    environment.pop("DATABASE_URL", None)
    try:
        _worker(environment, "prepare", folder)
        yield environment
    finally:
        subprocess.run(
            [*_WORKER, "stop", str(folder), "0", "1"],
            env=environment,
            cwd=PROJECT,
        )
        shutil.rmtree(folder, ignore_errors=True)


def _worker(environment: dict[str, str], what: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [*_WORKER, what, str(folder), "0", "1"],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _together(
    environment: dict[str, str], what: str, folder: Path, readers: int = READERS
) -> list[dict[str, float]]:
    """The same work by each reader at once, its share each."""
    processes = [
        subprocess.Popen(
            [*_WORKER, what, str(folder), str(n), str(readers)],
            env=environment,
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(readers)
    ]
    for process in processes:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError("A reader process did not start.")
    for process in processes:
        if process.stdin is not None:
            process.stdin.write("go\n")
            process.stdin.flush()
    return [json.loads(process.communicate()[0].strip().splitlines()[-1]) for process in processes]


def _seconds(done: list[dict[str, float]]) -> float:
    return max(one["ended"] for one in done) - min(one["began"] for one in done)


def _count(folder: Path) -> int:
    return sum(
        line.count(b'"fullUrl"')
        for path in folder.glob("*/fhir/*.ndjson")
        for line in path.read_bytes().splitlines()
    )


@figure("feeds.fhir_files")
def files() -> Figure:
    """Files received, checked, read and written durably, by two readers; then all once more."""
    folder = _world()
    resources = _count(folder)
    with _installation() as environment:
        first = _seconds(_together(environment, "take", folder))
        before = _worker(environment, "count", folder)
        again = _seconds(_together(environment, "take", folder))
        after = _worker(environment, "count", folder)
        peer = _together(environment, "peer", folder, readers=1)
    rate = resources / first
    peer_rate = sum(one["resources"] for one in peer) / _seconds(peer)
    added = after["rows"] - before["rows"]
    return Figure(
        "feeds.fhir_files",
        round(rate),
        f"resources/s durable, {READERS} readers ({resources:,}; sent again {again:.1f} s, "
        f"{added:.0f} rows added; {before['entries']:.0f} entries)",
        "fhir.resources validating alone, one process",
        round(peer_rate),
        f">= {FILES_GOAL:,.0f}/s and >= {PEER_TIMES:.0f} x its peer, 0 rows added by a replay",
        rate >= FILES_GOAL and rate >= PEER_TIMES * peer_rate and added == 0,
    )


@figure("feeds.fhir_http")
def http() -> Figure:
    """Single resources put over HTTP on one connection, each kept before it is answered."""
    with _installation() as environment:
        done = _worker(environment, "http", Path())
    return Figure(
        "feeds.fhir_http",
        round(done["requests"]),
        "PUT/s, one connection, committed before the answer",
        "single-row durable commits",
        round(done["commits"]),
        f">= {HTTP_PEER_TIMES} x its peer",
        done["requests"] >= HTTP_PEER_TIMES * done["commits"],
    )


def peer_validates(lines: list[bytes]) -> tuple[int, float, float]:
    """Resources `fhir.resources` validates, and when it began and ended."""
    from fhir.resources.R4B import get_fhir_model_class

    entries = [entry["resource"] for line in lines for entry in orjson.loads(line)["entry"]]
    step = max(1, len(entries) // _PEER_RESOURCES)
    chosen = entries[::step][:_PEER_RESOURCES]
    for one in chosen[:200]:
        get_fhir_model_class(one["resourceType"]).model_validate(one)
    began = time.time()
    for one in chosen:
        get_fhir_model_class(one["resourceType"]).model_validate(one)
    return len(chosen), began, time.time()
