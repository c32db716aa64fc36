"""What every test may ask for: the database as the web role sees it, viewers, a moment in time."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import database


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """Clone the template once per run; every test then works inside a rolled-back transaction."""
    database.ready_cluster()
    database.clone(database.NAME)
    yield
    from django.db import connections

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
    database.drop(database.NAME)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """A database of this test's own in which transactions really commit; yields its name."""
    from django.db import connections

    name = f"{database.NAME}_committed"
    connection = connections["default"]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connection.close()
        database.clone(name)
        connection.settings_dict["NAME"] = name
        yield name
        connections.close_all()
        connection.settings_dict["NAME"] = database.NAME
        database.drop(name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count what could not run as "not run: why", never as passed."""
    skipped = terminalreporter.stats.get("skipped", [])
    is_one_of_several = hasattr(terminalreporter.config, "workerinput")
    if (counted := os.environ.get("ONEPLACE_COUNT_NOT_RUN")) and not is_one_of_several:
        with Path(counted).open("a") as file:
            file.write(f"{len(skipped)}\n")
    if not skipped:
        return
    terminalreporter.write_sep("=", f"not run: {len(skipped)}")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        terminalreporter.write_line(f"not run: {report.nodeid} ({reason})")


@pytest.fixture(autouse=True)
def as_the_house_is_wired() -> Iterator[None]:
    """Whoever listens to announcements while a test goes on, after it the house's own do again."""
    from oneplace.kit import announcing

    kept = dict(announcing._listeners)
    yield
    announcing._listeners.clear()
    announcing._listeners.update(kept)


@pytest.fixture
def at() -> datetime:
    """A Thursday in March, 09:40 in London."""
    return datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
