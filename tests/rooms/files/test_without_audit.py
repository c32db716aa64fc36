"""A file leaves the house, and its bytes the disk, only together with the audit of it."""

from collections.abc import Callable
from datetime import datetime

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.files import verbs
from oneplace.files.models import File
from oneplace.files.store import Store
from tests.rooms.files.conftest import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def break_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def refuse(**_: object) -> None:
        raise RuntimeError("no audit")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", refuse)


def _put(by: Viewer, at: datetime) -> File:
    return verbs.put_file(
        chunks=[PDF], name="a.pdf", why="x", room="plans", thing_kind="plan", by=by, at=at
    )


def test_send_file_opens_nothing_without_its_audit(
    colleague: Viewer, at: datetime, break_audit: Callable[[], None]
) -> None:
    with viewing(colleague, at=at):
        file = _put(colleague, at)

        break_audit()
        with pytest.raises(RuntimeError, match="no audit"):
            verbs.send_file(file=file, by=colleague, at=at)


def test_erase_content_leaves_the_bytes_where_they_are_without_its_audit(
    colleague: Viewer, at: datetime, store: Store, break_audit: Callable[[], None]
) -> None:
    with viewing(colleague, at=at):
        file = _put(colleague, at)
        verbs.remove_file(file=file, why="wrong person", by=colleague, at=at)

        break_audit()
        with pytest.raises(RuntimeError, match="no audit"):
            verbs.erase_content(sha256=file.content_id, by=colleague, at=at)

    with store.open(file.content_id) as kept:
        assert kept.read() == PDF
