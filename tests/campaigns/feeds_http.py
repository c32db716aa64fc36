"""Sends FHIR to a served house, kills or cuts it off, and holds what is there against the answers.

The house is served as it is in life: the web server's own command, on a port of this machine.
"""

import base64
import hashlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

_LONGEST_START_S = 300.0
HALF = """
select (select count(*) from feeds_delivery d where door = 'fhir' and first_id is null
          and not exists (select 1 from feeds_raw r where r.delivery_id = d.id)),
       (select count(*) from feeds_delivery d where door = 'fhir' and first_id is null
          and not exists (select 1 from feeds_answered a where a.delivery_id = d.id)),
       (select count(*) from (select 1 from feeds_resource group by source_id, kind, fhir_id
          having count(*) <> max(version) or count(*) filter (where is_current) <> 1) odd)
"""
"""Deliveries without bytes, without what was answered, resources with a gap or two that stand."""


_CLIENT = """
import django
django.setup()
from oneplace.feeds.fhir_door.commands import new_client
made = new_client(name="campaign", source="gp", scopes=["system/*.write", "system/*.read"])
print(f"{made.client.pk}:{made.secret}")
"""


@dataclass
class Sent:
    """What was sent and what was answered: accepted resources by id, and transactions by parts."""

    accepted: dict[tuple[str, str, int], str] = field(default_factory=dict)
    """Kind, id and version of each acknowledged one, with the hash of its bytes."""
    together: list[list[tuple[str, str]]] = field(default_factory=list)
    """The resources of each transaction sent, answered or not."""
    unanswered: list[tuple[str, str, bytes]] = field(default_factory=list)
    answers: int = 0


class Served:
    """A house whose web server runs on a port of its own."""

    def __init__(self, house: Any) -> None:
        from oneplace.config.database import Role
        from tests.database import _connection

        self.house = house
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        web = _connection(house.name, role=Role.WEB).for_environment()
        self.environment = {
            **house.environment, **web, "ONEPLACE_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        made = subprocess.run(
            [sys.executable, "-c", _CLIENT], env=house.environment, text=True, capture_output=True
        )
        if made.returncode != 0:
            raise AssertionError(made.stderr)
        self._secret = made.stdout.strip()
        self._token = ""

    def start(self) -> None:
        """Serve, and ask for a token."""
        from oneplace.config.parts import web_command

        self.process = subprocess.Popen(
            web_command("127.0.0.1", self.port, 1), env=self.environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + _LONGEST_START_S
        while not self._asks_for_token():
            if time.monotonic() > until or self.process.poll() is not None:
                raise AssertionError("The web server does not answer.")
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server and all its workers at once, without a word."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _asks_for_token(self) -> bool:
        form = urllib.parse.urlencode({"grant_type": "client_credentials"})
        basic = base64.b64encode(self._secret.encode()).decode()
        headers = {
            "Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        try:
            status, body = self._ask("POST", "/fhir/token", form.encode(), headers)
        except OSError:
            return False
        if status == 200:
            self._token = json.loads(body)["access_token"]
        return status == 200

    def send(self, method: str, path: str, content: bytes) -> tuple[int, bytes]:
        """One request of the system's; raises `OSError` where nobody answers to the end."""
        headers = {"Authorization": f"Bearer {self._token}",
                   "Content-Type": "application/fhir+json"}  # fmt: skip
        return self._ask(method, f"/fhir{path}", content, headers)

    def _ask(
        self, method: str, path: str, content: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        opened = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            opened.request(method, path, content, headers)
            answer = opened.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            opened.close()


def one_request(number: int, chance: random.Random) -> tuple[str, str, bytes]:
    """A put of somebody, a transaction of three, or one to be created unless found."""
    from tests.rooms.feeds.fhir import samples

    who = f"p{chance.randrange(20)}"
    name = [{"family": f"Bell{number}", "given": ["Ada"]}]
    business = [{"system": "urn:campaign", "value": who}]
    patient = samples.patient(id=who, name=name, identifier=business)
    what = chance.choice(("put", "transaction", "unless found"))
    if what == "put":
        return "PUT", f"/Patient/{who}", json.dumps(patient).encode()
    if what == "unless found":
        found = samples.post(patient, "", ifNoneExist=f"identifier=urn:campaign|{who}")
        del found["fullUrl"]
        return "POST", "", samples.bundle(found, kind="batch")
    about = {"reference": f"Patient/{who}"}
    parts = [
        samples.put(samples.condition(id=f"c{number}", subject=about)),
        samples.put(samples.observation(id=f"o{number}", subject=about)),
        samples.put(samples.encounter(id=f"e{number}", subject=about)),
    ]
    return "POST", "", samples.bundle(*parts)


def talk(served: Served, sent: Sent, requests: list[tuple[str, str, bytes]]) -> None:
    """Send these one after the other until nobody answers; note what was acknowledged."""
    for place, (method, path, content) in enumerate(requests):
        _note_together(sent, content)
        try:
            status, body = served.send(method, path, content)
        except OSError:
            sent.unanswered += requests[place : place + 1]
            return
        if status >= 500:
            sent.unanswered.append((method, path, content))
        elif status >= 400:
            raise AssertionError(body[:500])
        else:
            sent.answers += 1
            _note_answer(sent, method, content, body)


def _note_together(sent: Sent, content: bytes) -> None:
    value = json.loads(content)
    if value.get("type") == "transaction":
        parts = [entry["resource"] for entry in value["entry"]]
        sent.together.append([(part["resourceType"], part["id"]) for part in parts])


def _note_answer(sent: Sent, method: str, content: bytes, body: bytes) -> None:
    if method == "PUT":
        # What came back is what was sent; its version is looked up by its bytes.
        value = json.loads(content)
        sha = hashlib.sha256(content).hexdigest()
        sent.accepted[value["resourceType"], value["id"], 0] = sha
        return
    for entry in json.loads(body)["entry"]:
        answer = entry["response"]
        if answer["status"].startswith("5"):
            # Of a batch each entry has its own answer: this one is to be sent again.
            sent.unanswered.append((method, "", content))
            continue
        if answer["status"].startswith("412"):
            # Put by id and created unless found, a number has two resources: which is not guessed.
            continue
        if "location" not in answer:
            raise AssertionError(answer)
        *_, kind, identifier, _, version = answer["location"].split("/")
        sent.accepted[kind, identifier, int(version)] = ""


def faults(house: Any, sent: Sent) -> list[str]:
    """What was acknowledged and is not there, is there twice or in part."""
    rows = house.ask("select kind, fhir_id, version, sha256 from feeds_resource")
    here = {(kind, identifier, version) for kind, identifier, version, _ in rows}
    shas = {(kind, identifier, sha) for kind, identifier, _, sha in rows}
    found = []
    for (kind, identifier, version), sha in sent.accepted.items():
        is_here = (kind, identifier, sha) in shas if sha else (kind, identifier, version) in here
        if not is_here:
            found.append(f"{kind}/{identifier} was answered and is lost")
    names = {(kind, identifier) for kind, identifier, _ in here}
    for parts in sent.together:
        present = sum(part in names for part in parts)
        if present not in (0, len(parts)):
            found.append(f"{present} of {len(parts)} of a transaction are there")
    ((bare, unanswered, odd),) = house.ask(HALF)
    if bare or unanswered or odd or len(here) != len(rows):
        found.append(f"{bare} without bytes, {unanswered} without answer, {odd} odd versions")
    return found


def kill_again_and_again(house: Any, *, kills: int, seed: int) -> Sent:
    """Serve, send, kill, and send once more what was not answered; raises for anything amiss."""
    chance = random.Random(seed)
    served, sent = Served(house), Sent()
    number = 0
    try:
        for _ in range(kills):
            served.start()
            again, sent.unanswered = sent.unanswered, []
            requests = [*again]
            for _ in range(400):
                number += 1
                requests.append(one_request(number, chance))
            _talk_until_killed(served, sent, requests, chance.random() * 1.2)
        served.start()
        again, sent.unanswered = sent.unanswered, []
        talk(served, sent, again)
    finally:
        served.kill()
    if wrong := faults(house, sent):
        raise AssertionError(f"seed {seed}: {len(wrong)} faults: {'; '.join(wrong[:5])}")
    return sent


def _talk_until_killed(
    served: Served, sent: Sent, requests: list[tuple[str, str, bytes]], after_s: float
) -> None:
    thread = threading.Thread(target=talk, args=(served, sent, requests))
    before = len(sent.accepted) + sent.answers
    thread.start()
    while len(sent.accepted) + sent.answers == before and thread.is_alive():
        time.sleep(0.005)
    time.sleep(after_s)
    served.kill()
    thread.join()
