"""The manifest names every file and tells the truth about each."""

import hashlib
from datetime import datetime
from pathlib import Path

from .conftest import Borough


def test_every_file_is_listed_with_its_bytes_and_sha256(borough: Borough) -> None:
    listed = {row["path"]: row for row in borough.files}

    there = {
        str(path.relative_to(borough.folder))
        for path in borough.folder.rglob("*")
        if path.is_file()
    }

    truth = {path for path in there if path.startswith("truth/")}
    assert there - truth - {"manifest.json"} == set(listed)
    for path, row in listed.items():
        content = (borough.folder / path).read_bytes()
        assert len(content) == row["bytes"], path
        assert hashlib.sha256(content).hexdigest() == row["sha256"], path


def test_counts_agree_with_the_contents(borough: Borough) -> None:
    for row in borough.files:
        path = borough.folder / row["path"]
        match row["unit"]:
            case "messages":
                found = path.read_bytes().count(b"MSH|")
            case "bundles":
                found = path.read_bytes().count(b"\n")
            case "rows":
                found = len(borough.read_csv(row["path"]))
            case _:
                continue
        assert found == row["count"], row["path"]


def test_what_arrives_after_now_lies_below_later(borough: Borough) -> None:
    now = datetime.fromisoformat(borough.manifest["now"])

    for row in borough.files:
        is_later = datetime.fromisoformat(row["arrives_at"]) > now
        assert row["path"].startswith("later/") == is_later, row["path"]


def test_nothing_arrives_before_what_it_covers(borough: Borough) -> None:
    for row in borough.files:
        if row["feed"] in {"geography", "people_at_work"}:
            continue
        arrives = datetime.fromisoformat(row["arrives_at"])
        assert arrives >= datetime.fromisoformat(row["covers_until"]), row["path"]


def test_every_page_of_it_says_that_people_are_invented(borough: Borough) -> None:
    assert borough.manifest["notice"] == "Invented people and figures"


def test_no_index_of_a_person_is_a_name_of_a_file(borough: Borough) -> None:
    assert all(Path(row["path"]).suffix for row in borough.files)
