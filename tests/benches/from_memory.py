"""Lets a bench's small world arrive from memory, and its browser in, as in tests."""


def as_in_tests() -> None:
    """Know the tests' reader and the tests' browser, in a process of its own after its set-up."""
    from django.test.utils import setup_test_environment

    from oneplace.feeds import reading

    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    setattr(reading, "READERS", readers)  # noqa: B010 - a bench may add a reader
    setup_test_environment()
