"""Feeds killed, shuffled and damaged: nothing acknowledged is lost, doubled or half there."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.campaigns import campaign

KILLS = 100
ORDERS = 50
DAMAGES = 300
_FILES = 60


@contextmanager
def house_of(name: str) -> Iterator[Any]:
    """A fresh database of committed transactions, and the folder of what it keeps."""
    import django

    from tests import database

    django.setup()
    database.ready_cluster()
    full = f"{database.NAME}_{name}"
    database.clone(full)
    from tests.rooms.feeds.core.test_intake import House

    try:
        with TemporaryDirectory(prefix="oneplace-campaign-") as folder:
            yield House(full, Path(folder))
    finally:
        database.drop(full)


@campaign(
    "feeds.kill_reading",
    sibling="tests/rooms/feeds/core/test_intake.py"
    "::test_killed_again_and_again_it_ends_as_if_it_had_never_been",
)
def kill_reading(seed: int) -> str:
    """Kill the import at a random moment, a hundred times; it must end as if never disturbed."""
    import os
    import signal
    import time

    from tests.rooms.feeds.core.test_intake import STATE, _files

    chance = random.Random(seed)
    with TemporaryDirectory() as folder:
        files = _files(Path(folder), KILLS * 2, seed=seed)
        with house_of("calm") as calm:
            calm.takes(files)
            expected = calm.ask(STATE)
        with house_of("killed") as house:
            for number in range(KILLS):
                # More each time, so that there is always something to be killed at.
                some = [str(path) for path in files[: 2 * number + 2]]
                process = house.runs("import", *some, "--feed", "adt")
                time.sleep(0.8 + chance.random() * 2.5)
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            house.takes(files)
            found = house.ask(STATE)
    if found != expected:
        raise AssertionError(f"seed {seed}: the record differs after {KILLS} kills")
    return f"{KILLS} kills of the import: 0 lost, 0 doubled, 0 half there"


@campaign(
    "feeds.kill_listening",
    sibling="tests/rooms/feeds/mllp/test_listening.py"
    "::test_many_senders_at_once_lose_and_double_nothing",
)
def kill_listening(seed: int) -> str:
    """Kill the listener while messages come, a hundred times; whatever was answered is there."""
    import os
    import signal
    import socket
    import threading
    import time

    chance = random.Random(seed)
    accepted: list[str] = []
    with house_of("listening") as house:
        house.ask("update feeds_source set senders = '[\"ZZ8\"]' returning 1")
        for number in range(KILLS):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            process = house.runs("listen", "--port", str(port), "--anybody")

            thread = threading.Thread(target=_talk, args=(port, number, accepted))
            thread.start()
            while not any(each.startswith(f"{number}x") for each in accepted[-1:]):
                time.sleep(0.01)
                if not thread.is_alive():
                    raise AssertionError("the listener never answered")
            time.sleep(chance.random() * 0.4)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            thread.join()
        kept = [name for (name,) in house.ask("select name from feeds_delivery")]
        whole = house.ask(
            "select count(*) from feeds_delivery d where not exists"
            " (select 1 from feeds_raw r where r.delivery_id = d.id)"
        )
    if lost := set(accepted) - set(kept):
        raise AssertionError(f"seed {seed}: {len(lost)} answered and lost")
    if len(kept) != len(set(kept)) or whole != [(0,)]:
        raise AssertionError(f"seed {seed}: doubled or half there")
    return f"{KILLS} kills of the listener, {len(accepted):,} answered: 0 lost, 0 doubled"


def _talk(port: int, number: int, accepted: list[str]) -> None:
    """Send messages until the listener is gone; note those that were accepted."""
    import socket
    import time

    from tests.rooms.feeds.hl7.messages import written

    until = time.monotonic() + 30
    sender = None
    while sender is None and time.monotonic() < until:
        try:
            sender = socket.create_connection(("127.0.0.1", port), timeout=5)
        except OSError:
            time.sleep(0.05)
    if sender is None:
        return
    try:
        for count in range(10_000):
            control = f"{number}x{count}"
            sender.sendall(b"\x0b" + written(MSH={10: control}) + b"\x1c\r")
            answer = b""
            while not answer.endswith(b"\x1c\r"):
                piece = sender.recv(65_536)
                if not piece:
                    return
                answer += piece
            if b"MSA|AA|" in answer:
                accepted.append(control)
    except OSError:
        return


@campaign(
    "feeds.order",
    sibling="tests/rooms/feeds/core/test_intake.py"
    "::test_another_order_in_other_portions_ends_in_the_same_record",
)
def order(seed: int) -> str:
    """Fifty random orders with one to three deliveries of each file end in one state."""
    from tests.rooms.feeds.core.test_intake import STATE, _files

    chance = random.Random(seed)
    with TemporaryDirectory() as folder:
        files = _files(Path(folder), _FILES, seed=seed)
        with house_of("ordered") as calm:
            calm.takes(files)
            expected = calm.ask(STATE)
        for number in range(ORDERS):
            mixed = [each for each in files for _ in range(chance.randint(1, 3))]
            chance.shuffle(mixed)
            portions = []
            while mixed:
                size = chance.randint(1, 40)
                portions.append(mixed[:size])
                mixed = mixed[size:]
            with house_of("mixed") as house:
                house.takes(*portions)
                if house.ask(STATE) != expected:
                    raise AssertionError(f"seed {seed}: order {number} ends otherwise")
    return f"{ORDERS} orders of {_FILES} files, each 1 to 3 times: one state"


@campaign(
    "feeds.units",
    sibling="tests/rooms/feeds/hl7/test_rows.py::test_a_declared_batch_is_all_or_nothing",
)
def units(seed: int) -> str:
    """Declared units cut, miscounted, with a part missing or doubled: all of each or nothing."""
    from tests.campaigns.feeds_units import batch
    from tests.rooms.feeds.hl7.test_rows import Hospital

    chance = random.Random(seed)
    for number in range(DAMAGES):
        damaged, whole, messages = batch(number, chance)
        hospital = Hospital().sends(damaged)
        if hospital.tally.accepted or hospital.state() or hospital.tally.kept_aside == 0:
            raise AssertionError(f"seed {seed}: damage {number} was taken in part")
        if Hospital().sends(whole).tally.accepted != messages:
            raise AssertionError(f"seed {seed}: an intact unit was not taken whole")
    return f"{DAMAGES} of {DAMAGES} damaged units refused whole"
