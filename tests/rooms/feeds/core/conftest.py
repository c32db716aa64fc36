"""Sources, somebody who brings things in, and a folder of contents of the test's own."""

from datetime import datetime
from pathlib import Path

import pytest

from oneplace.access.viewer import Viewer, system_viewer
from oneplace.config.database import Role
from oneplace.feeds.models import Source
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, Purpose
from tests.database import as_role

LOADER = system_viewer("feed reader", purpose=Purpose.DIRECT_CARE, permissions=frozenset())


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: object) -> None:
    settings.DATA_FOLDER = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def hospital(db: None, at: datetime) -> Source:
    with as_role(Role.LOADER):
        source = Source(
            code="hospital_messages", name="Hospital", organisation_code="hospital_trust",
            reader="hl7", senders=["ZZ8"],
        )  # fmt: skip
        source.save(force_insert=True)
    return source


def somebody(*permissions: str) -> Viewer:
    return Viewer(
        account_id=new_id(), kind=AccountKind.STAFF, name="Somebody",
        permissions=frozenset(permissions),
    )  # fmt: skip
