"""Holds each client to a pace, so that one that runs wild does not crowd out the others.

Counted in each serving process by itself, in machine time: a bucket that fills at a steady rate
and is emptied by requests.
"""

import threading
import time
from typing import Final

A_SECOND: Final = 50.0
AT_ONCE: Final = 500.0
_MOST_CLIENTS: Final = 1_000


class Pace:
    """Buckets by client."""

    def __init__(self, a_second: float = A_SECOND, at_once: float = AT_ONCE) -> None:
        self.a_second = a_second
        self.at_once = at_once
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def seconds_to_wait(self, client: str, now: float | None = None) -> float:
        """Nought, and the request is counted; else after how long one may be sent again."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            if client not in self._left and len(self._left) >= _MOST_CLIENTS:
                self._left.clear()
            left, before = self._left.get(client, (self.at_once, moment))
            left = min(self.at_once, left + (moment - before) * self.a_second)
            if left < 1:
                self._left[client] = (left, moment)
                return (1 - left) / self.a_second
            self._left[client] = (left - 1, moment)
            return 0.0


PACE: Final = Pace()
TOKEN_PACE: Final = Pace(a_second=1, at_once=60)
"""By client and address: a secret cannot be guessed, but asking costs us."""
ADDRESS_PACE: Final = Pace(a_second=10, at_once=600)
"""By address alone: several clients may share one, and none must shut the door for the others."""
