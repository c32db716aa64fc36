"""A store in a folder of the test's own, and people who put and open files."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer
from oneplace.config.database import Role as DatabaseRole
from oneplace.files import owners
from oneplace.files.models import File
from oneplace.files.store import Store
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, RelationshipKind, Role
from tests.database import as_role

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Store:
    settings.FILES_FOLDER = tmp_path / "files"
    return Store(tmp_path / "files")


@pytest.fixture
def colleague() -> Viewer:
    return Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="Jo Bright", role=Role.GP)


@pytest.fixture
def stranger() -> Viewer:
    return Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="Sam Other", role=Role.GP)


class Everybody:
    """An owner that lets everybody open and remove."""

    def why_not_open(self, file: File, *, viewer: Viewer) -> str | None:
        return None

    def why_not_remove(self, file: File, *, viewer: Viewer, at: datetime) -> str | None:
        return None


@pytest.fixture(autouse=True)
def owner() -> Iterator[Everybody]:
    before = dict(owners._owners)
    made = Everybody()
    owners.register("plans", made)
    yield made
    owners._owners.clear()
    owners._owners.update(before)


def relate(viewer: Viewer, person_id: uuid.UUID, at: datetime) -> None:
    with as_role(DatabaseRole.LOADER):
        Relationship(
            person_id=person_id,
            party_id=viewer.account_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=at,
        ).save(force_insert=True)
