"""Named streams of random numbers: one per table, so that adding a table disturbs no other."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator that depends on the seed and the stream's name alone."""
    words = np.frombuffer(hashlib.sha256(name.encode()).digest(), dtype=np.uint32)
    sequence = np.random.SeedSequence([seed & 0xFFFFFFFF, seed >> 32, *words.tolist()])
    return np.random.Generator(np.random.PCG64(sequence))
