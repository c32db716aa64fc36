"""In whose name history is written: the same account the audit names."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pghistory

from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import AccountKind


@contextmanager
def in_the_name_of(viewer: Viewer, why: str) -> Iterator[None]:
    """Let every change written meanwhile say who made it and by which verb."""
    with pghistory.context(by=str(viewer.account_id or ""), name=viewer.name, why=why):
        yield


def recorded_by(viewer: Viewer) -> uuid.UUID | None:
    """The account to store as the one who recorded something; none for a background job."""
    return None if viewer.kind is AccountKind.BACKGROUND_JOB else viewer.account_id
