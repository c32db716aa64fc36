"""Frames are found however the stream is cut, and what is no frame is named."""

from hypothesis import given
from hypothesis import strategies as st

from oneplace.feeds.hl7.framing import Frame, FrameSplitter, Stray, framed


def taken(*chunks: bytes, longest: int = 100) -> list[Frame | Stray]:
    splitter = FrameSplitter(longest=longest)
    return [found for chunk in chunks for found in splitter.take(chunk)] + splitter.close()


def test_a_frame_is_what_stands_between_its_marks() -> None:
    assert taken(framed(b"one") + framed(b"two")) == [Frame(b"one", 0), Frame(b"two", 6)]


def test_a_frame_may_come_byte_by_byte() -> None:
    stream = framed(b"MSH|^~\\&|A\rPID|1\r")

    assert taken(*(stream[n : n + 1] for n in range(len(stream)))) == [Frame(stream[1:-2], 0)]


def test_a_frame_is_given_before_its_last_carriage_return_has_come() -> None:
    splitter = FrameSplitter()

    assert splitter.take(b"\x0bone\x1c") == [Frame(b"one", 0)]
    assert splitter.take(b"\r\x0btwo\x1c") == [Frame(b"two", 6)]


def test_bytes_between_frames_are_reported_and_the_frames_still_read() -> None:
    frame, stray, following = taken(framed(b"one") + b"noise" + framed(b"two"))

    assert isinstance(stray, Stray)
    assert (stray.begins, stray.offset, stray.length) == (b"noise", 6, 5)
    assert [frame, following] == [Frame(b"one", 0), Frame(b"two", 11)]


def test_line_ends_between_frames_are_no_fault() -> None:
    assert taken(framed(b"one") + b"\r\n" + framed(b"two")) == [Frame(b"one", 0), Frame(b"two", 8)]


def test_a_frame_that_is_too_long_is_refused_and_the_next_one_read() -> None:
    stray, frame = taken(framed(b"x" * 101) + framed(b"two"))

    assert isinstance(stray, Stray)
    assert "longer than 100 bytes" in stray.reason
    assert stray.length == 101
    assert frame == Frame(b"two", 104)


def test_no_more_than_the_longest_frame_is_held() -> None:
    splitter = FrameSplitter(longest=100)
    splitter.take(b"\x0b")
    for _ in range(1000):
        splitter.take(b"x" * 100)

    assert len(splitter._held) == 100


def test_a_frame_begun_inside_another_refuses_the_first() -> None:
    stray, frame = taken(b"\x0bone" + framed(b"two"))

    assert isinstance(stray, Stray)
    assert stray.begins == b"one"
    assert frame == Frame(b"two", 4)


def test_a_stream_that_ends_inside_a_frame_says_so() -> None:
    (stray,) = taken(b"\x0bone")

    assert isinstance(stray, Stray)
    assert "ended inside" in stray.reason


@given(
    st.lists(st.sampled_from([b"\x0b", b"\x1c", b"\r", b"ab", b"xxxxxxxxxxxxx"]), max_size=30),
    st.randoms(use_true_random=False),
)
def test_how_the_stream_is_cut_changes_nothing(pieces: list[bytes], random: object) -> None:
    stream = b"".join(pieces)
    cuts = sorted(random.choices(range(len(stream) + 1), k=5))  # type: ignore[attr-defined]
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    assert taken(*chunks, longest=10) == taken(stream, longest=10)
