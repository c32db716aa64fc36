"""Finds messages in a stream of bytes: MLLP frames, however the stream is cut into chunks.

A frame is VT (0x0B), the message, FS (0x1C), CR (0x0D). FS alone ends the frame and the CR after it
is swallowed when it comes: a sender that forgets it waits for its acknowledgement, and waiting for
the CR would make both wait for ever. Neither VT nor FS may stand inside a message.
"""

from dataclasses import dataclass
from typing import Final

START: Final = b"\x0b"
END: Final = b"\x1c"
CARRIAGE_RETURN: Final = b"\r"

LONGEST: Final = 1_048_576
"""Bytes in the longest frame taken, if nothing else is said: far above any ADT message."""


@dataclass(frozen=True)
class Frame:
    """A whole frame's content, and where in the stream it began."""

    content: bytes
    offset: int


@dataclass(frozen=True)
class Stray:
    """Something in the stream that is no whole frame; `reason` says what, in plain words."""

    reason: str
    offset: int
    length: int
    begins: bytes
    """Its first bytes, at most as many as the longest frame has."""
    is_frame: bool = False
    """A frame that was cut short or is too long, not bytes between frames."""
    is_ended: bool = False
    """A frame that did end: its sender waits for an answer."""


class FrameSplitter:
    """Takes chunks and gives back what they complete; it does no reading or waiting itself.

    The same bytes give the same frames and strays however they are cut. At most `longest` bytes
    are held.
    """

    def __init__(self, *, longest: int = LONGEST) -> None:
        self._longest = longest
        self._held = bytearray()
        self._is_in_frame = False
        self._is_after_end = False
        self._dropped = 0
        self._begun = 0
        self._seen = 0

    @property
    def is_in_frame(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._is_in_frame

    def take(self, chunk: bytes) -> list[Frame | Stray]:
        """What this chunk completes: frames, and strays between and instead of them."""
        found: list[Frame | Stray] = []
        place = 0
        while place < len(chunk):
            if self._is_in_frame:
                place = self._inside(chunk, place, found)
            else:
                place = self._between(chunk, place, found)
        self._seen += len(chunk)
        return found

    def close(self) -> list[Frame | Stray]:
        """What is left when the stream ends: a frame cut short, or stray bytes."""
        found: list[Frame | Stray] = []
        if self._is_in_frame:
            self._give_up("The stream ended inside a frame.", found, is_frame=True)
        else:
            self._end_of_stray(found)
        self._is_in_frame = False
        self._is_after_end = False
        return found

    def _inside(self, chunk: bytes, place: int, found: list[Frame | Stray]) -> int:
        end = chunk.find(END, place)
        stop = len(chunk) if end < 0 else end
        again = chunk.find(START, place, stop)
        if again >= 0:
            self._hold(chunk, place, again)
            reason = "A new frame began before this one had ended."
            self._give_up(reason, found, is_frame=True)
            self._begin(again)
            return again + 1
        self._hold(chunk, place, stop)
        if end < 0:
            return stop
        if self._dropped:
            reason = f"The frame is longer than {self._longest:,} bytes; it was not read."
            self._give_up(reason, found, is_frame=True, is_ended=True)
        else:
            found.append(Frame(bytes(self._held), self._begun))
            self._held.clear()
        self._is_in_frame = False
        self._is_after_end = True
        return end + 1

    def _between(self, chunk: bytes, place: int, found: list[Frame | Stray]) -> int:
        if self._is_after_end:
            self._is_after_end = False
            if chunk[place : place + 1] == CARRIAGE_RETURN:
                return place + 1
        start = chunk.find(START, place)
        stop = len(chunk) if start < 0 else start
        if stop > place:
            if not self._held and not self._dropped:
                self._begun = self._seen + place
            self._hold(chunk, place, stop)
        if start < 0:
            return stop
        self._end_of_stray(found)
        self._begin(start)
        return start + 1

    def _begin(self, place: int) -> None:
        self._held.clear()
        self._dropped = 0
        self._begun = self._seen + place
        self._is_in_frame = True

    def _hold(self, chunk: bytes, first: int, stop: int) -> None:
        room = max(self._longest - len(self._held), 0)
        kept = chunk[first : min(stop, first + room)]
        self._held += kept
        self._dropped += stop - first - len(kept)

    def _end_of_stray(self, found: list[Frame | Stray]) -> None:
        # Line ends between frames are common and harmless.
        if self._dropped or bytes(self._held).strip(b"\r\n"):
            self._give_up("These bytes stand between frames.", found)
        self._held.clear()

    def _give_up(
        self, reason: str, found: list[Frame | Stray], *, is_frame: bool = False,
        is_ended: bool = False,
    ) -> None:  # fmt: skip
        length = len(self._held) + self._dropped
        held = bytes(self._held)
        found.append(Stray(reason, self._begun, length, held, is_frame, is_ended))
        self._held.clear()
        self._dropped = 0


def framed(message: bytes) -> bytes:
    """A message in its frame, ready to send."""
    return START + message + END + CARRIAGE_RETURN
