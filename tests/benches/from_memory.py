"""Lets a bench's small world arrive from memory, as it does in tests."""


def read_from_memory() -> None:
    """Know the tests' reader by its name, in a process of its own."""
    from oneplace.feeds import reading

    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    setattr(reading, "READERS", readers)  # noqa: B010 - a bench may add a reader
