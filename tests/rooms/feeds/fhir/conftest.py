"""A small borough, and the FHIR its practices and mental health trust send."""

from pathlib import Path

import pytest

from oneplace.borough.lives.settings import settings_for
from oneplace.borough.make import make_borough
from oneplace.vocabulary.place import load_place, place_path


@pytest.fixture(scope="session")
def fhir_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    place = load_place(place_path())
    made = make_borough(
        settings_for(place, people=500, seed=11), tmp_path_factory.mktemp("fhir") / "borough", place
    )
    return sorted(made.folder.glob("*/fhir/*.ndjson"))
