"""Chains committed audit entries in blocks and writes the signed head outside the database.

Each second: everything below the oldest running transaction that is not yet in a block is hashed
onto the block before (SHA-256). Each minute: the head, signed with a key the database does not
hold, goes to the anchor file. Whoever can rewrite the whole database still cannot rewrite that.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from oneplace.access.sealed_blocks import Block, hash_blocks

GENESIS = bytes(32)
# An entry waits a second for its seal, or for the oldest running transaction to end.
SEALED_WITHIN = timedelta(minutes=5)
_LOCK = 0x6F6E65_5EA1  # one sealer at a time, whoever starts it


@dataclass(frozen=True)
class Sealed:
    """What one run of the sealer did."""

    block: int
    entries: int


@dataclass(frozen=True)
class Fault:
    """Something in the audit that is not as it was sealed or anchored."""

    block: int
    what: str


@dataclass(frozen=True)
class Verification:
    """The result of a full check."""

    blocks: int
    entries: int
    anchors: int
    faults: tuple[Fault, ...]
    unsealed: int
    anchored_at: datetime | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def seal() -> Sealed | None:
    """Chain what has committed since the last block; None when there is nothing new.

    Runs as the loader role in a short transaction of its own.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("select coalesce(max(epoch), 1) from access_auditentry")
        epoch = cursor.fetchone()[0]
        cursor.execute(
            "select block, epoch, below_transaction::text, digest from access_auditseal"
            " order by block desc limit 1"
        )
        last = cursor.fetchone()
        block = last[0] + 1 if last else 1
        begins = last[2] if last and last[1] == epoch else "0"
        previous = bytes(last[3]) if last else GENESIS
        # Every transaction below this bound has ended: nothing can still appear underneath it.
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text")
        below = cursor.fetchone()[0]
        hashed = hash_blocks([Block(block, epoch, begins, below, 0, previous)])[block]
        digest, entries = hashed.digest, hashed.entries
        if entries == 0:
            return None
        cursor.execute(
            "insert into access_auditseal (block, epoch, from_transaction, below_transaction,"
            " entries, previous, digest) values (%s, %s, %s::xid8, %s::xid8, %s, %s, %s)",
            [block, epoch, begins, below, entries, previous, digest],
        )
    return Sealed(block, entries)


class Anchor:
    """The place outside the database where signed heads are kept, one JSON line each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.heads = folder / "heads.jsonl"
        self._key_file = folder / "signing.key"

    def key(self) -> Ed25519PrivateKey:
        """The signing key, made on first use, readable by this user alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._key_file.exists():
            fresh = Ed25519PrivateKey.generate()
            self._key_file.touch(mode=0o600)
            self._key_file.write_bytes(
                fresh.private_bytes(
                    serialization.Encoding.Raw,
                    serialization.PrivateFormat.Raw,
                    serialization.NoEncryption(),
                )
            )
        return Ed25519PrivateKey.from_private_bytes(self._key_file.read_bytes())

    def write_head(self) -> bool:
        """Sign and append the newest block if it is not there yet; whether one was written."""
        with connection.cursor() as cursor:
            cursor.execute("select block, digest from access_auditseal order by block desc limit 1")
            head = cursor.fetchone()
        known = self.read()
        if head is None or (known and known[-1]["block"] >= head[0]):
            return False
        line = {
            "block": head[0],
            "digest": bytes(head[1]).hex(),
            "at": datetime.now(UTC).isoformat(),
        }
        signature = self.key().sign(_signed_text(line))
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.heads.open("a") as file:
            file.write(json.dumps({**line, "signature": signature.hex()}) + "\n")
        return True

    def read(self) -> list[dict[str, Any]]:
        """Every head written so far, oldest first."""
        if not self.heads.exists():
            return []
        return [json.loads(line) for line in self.heads.read_text().splitlines() if line]


def _signed_text(line: dict[str, Any]) -> bytes:
    return f"{line['block']}:{line['digest']}:{line['at']}".encode()


def verify(anchor: Anchor) -> Verification:
    """Recompute every block from the entries themselves and hold it against seals and anchors.

    Finds any entry edited, deleted, inserted or swapped in a sealed block, any seal changed, and
    any cut of the chain below an anchored head. Says how much is not sealed or anchored yet.
    """
    faults: list[Fault] = []
    digests: dict[int, bytes] = {}
    total = 0
    previous = GENESIS
    expected_block = 1
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select block, epoch, from_transaction::text, below_transaction::text, entries,"
            " previous, digest from access_auditseal order by block"
        )
        seals = cursor.fetchall()
        hashed = hash_blocks(
            [
                Block(block, epoch, begins, below, entries, bytes(said_previous))
                for block, epoch, begins, below, entries, said_previous, _ in seals
            ]
        )
        epoch_end: dict[int, str] = {}
        for block, epoch, begins, below, entries, said_previous, said in seals:
            if block != expected_block:
                faults.append(Fault(expected_block, "this block is missing"))
                expected_block = block
            if bytes(said_previous) != previous:
                faults.append(Fault(block, "it does not follow from the block before"))
            if begins != epoch_end.get(epoch, "0"):
                faults.append(Fault(block, "it does not begin where the block before ended"))
            digest, found = hashed[block].digest, hashed[block].entries
            if found != entries:
                faults.append(Fault(block, f"{entries} entries were sealed, {found} are there"))
            elif digest != bytes(said):
                faults.append(Fault(block, "an entry was changed after it was sealed"))
            total += found
            previous = bytes(said)
            digests[block] = previous
            epoch_end[epoch] = below
            expected_block += 1
        cursor.execute(
            "select count(*),"
            " count(*) filter (where recorded_at < clock_timestamp() - %s::interval)"
            " from access_auditentry e left join (select distinct on (epoch) epoch,"
            " below_transaction from access_auditseal order by epoch, block desc) s"
            " on s.epoch = e.epoch"
            " where s.epoch is null or e.transaction_id >= s.below_transaction",
            [f"{SEALED_WITHIN.total_seconds()} seconds"],
        )
        unsealed, overdue = cursor.fetchone()
        if overdue:
            what = f"{overdue} entries are not sealed after five minutes: does the sealer run?"
            faults.append(Fault(expected_block, what))
    anchored_at = None
    heads = anchor.read()
    public = anchor.key().public_key()
    for head in heads:
        try:
            public.verify(bytes.fromhex(head["signature"]), _signed_text(head))
        except (InvalidSignature, ValueError):
            faults.append(Fault(head["block"], "its anchor bears a wrong signature"))
            continue
        if head["block"] not in digests:
            faults.append(Fault(head["block"], "it was anchored but is no longer in the database"))
        elif digests[head["block"]].hex() != head["digest"]:
            faults.append(Fault(head["block"], "it is not what was anchored"))
        anchored_at = datetime.fromisoformat(head["at"])
    return Verification(len(seals), total, len(heads), tuple(faults), unsealed, anchored_at)
