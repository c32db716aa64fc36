"""The mapping pages: from a partner's own file, step by step, to rows in the record."""

import os
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from oneplace.access.models import SourceOwner
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.config.intake import READER
from oneplace.feeds import queries, verbs
from oneplace.feeds.mapping_pages import examples
from oneplace.feeds.mapping_pages.forms import ColumnsForm
from oneplace.feeds.mapping_pages.writing import Chosen, Layout, as_toml
from oneplace.feeds.models import Delivery, Mapping, Quarantined, Source
from oneplace.feeds.tables.mapping import read_mapping
from oneplace.feeds.tables.previewing import Column
from oneplace.kit.refusals import Refused
from oneplace.records import verbs as record_verbs
from oneplace.records.models import Entry
from oneplace.vocabulary.terms import EntryKind, Role
from tests.database import as_role
from tests.factories import bring_in_place, make_hat, signed_in, viewer_in
from tests.rooms.feeds.tables.making import rows_xml, workbook

pytestmark = pytest.mark.django_db

VISITS = (
    b"Client No;Name;DOB;NHS No;Visit Ref;Visit Date;Seen by;Outcome;Minutes\r\n"
    b"F-101;Mrs Ann Morgan;26/10/1931;999 968 6516;V9001;06/03/2026 10:30;R Chan;S;45\r\n"
    b"F-102;Stephen Morrison;31/02/1973;;V9002;06/03/2026 11:30;R Chan;DNA;\r\n"
)
ROW = {
    "name": "Falls clinic visits", "kind": "contact", "number": "Client No",
    "authority": "falls_clinic", "dates": "day/month/year",
}  # fmt: skip
COLUMNS = {
    "identity.full_name.1": "Name", "identity.born_on.1": "DOB", "identity.nhs_number.1": "NHS No",
    "key": "Visit Ref", "entry.starts_at.1": "Visit Date", "entry.by.1": "Seen by",
    "entry.title.always": "Visit to the falls clinic", "detail.outcome.1": "Outcome",
    "detail.outcome.words": "S = seen\nDNA = did_not_attend", "detail.minutes.1": "Minutes",
    "otherwise": "leave out",
}  # fmt: skip
SAVED = {
    "feed": "new", "name": "Falls clinic visits", "organisation_code": "hospital_trust",
    "every": "7", "agreed_lateness": "3", "ring": "Falls clinic desk", "phone": "020 7946 0147",
}  # fmt: skip
TOML = as_toml(
    Layout("Falls", "falls_clinic", "Client No", identity={"full_name": Chosen(("Name",))})
)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    settings.FILES_FOLDER = tmp_path / "files"


@pytest.fixture
def steward() -> Client:
    bring_in_place()
    return signed_in(Role.RECORD_STEWARD)


@pytest.fixture
def keeper(at: datetime) -> Iterator[Viewer]:
    bring_in_place()
    viewer = viewer_in(make_hat(Role.RECORD_STEWARD), at=at)
    with viewing(viewer, at=at):
        yield viewer


def _begin(steward: Client, content: bytes = VISITS, name: str = "visits.csv", **more: str) -> Any:
    return steward.post(
        "/feeds/mappings/new/", {"example": SimpleUploadedFile(name, content), **more}
    )


def _saved(steward: Client, columns: dict[str, str] = COLUMNS) -> Any:
    _begin(steward)
    steward.post("/feeds/mappings/new/row/", ROW)
    steward.post("/feeds/mappings/new/columns/", columns)
    return steward.post("/feeds/mappings/new/save/", SAVED)


def test_a_new_feed_that_belongs_to_nobody_is_asked_about(steward: Client) -> None:
    _begin(steward)
    steward.post("/feeds/mappings/new/row/", ROW)
    steward.post("/feeds/mappings/new/columns/", COLUMNS)

    asked = steward.post("/feeds/mappings/new/save/", {**SAVED, "organisation_code": ""})

    assert "what belongs to nobody is shown to nobody" in asked.content.decode()
    assert not Source.objects.filter(pk="falls_clinic_visits").exists()


def test_a_file_in_a_layout_of_its_own_is_read_after_five_steps(
    steward: Client, tmp_path: Path
) -> None:
    steps = [
        _begin(steward),
        steward.post("/feeds/mappings/new/row/", ROW),
        steward.post("/feeds/mappings/new/columns/", COLUMNS),
    ]
    rows = steward.get("/feeds/mappings/new/rows/").content.decode()
    saved = steward.post("/feeds/mappings/new/save/", SAVED)
    bring = steward.get(saved["Location"]).content.decode()
    brought = steward.post(
        "/feeds/bring-in/",
        {"uploads": [SimpleUploadedFile("visits.csv", VISITS)], "feed": "falls_clinic_visits"},
    )

    assert [step["Location"] for step in steps] == [
        f"/feeds/mappings/new/{step}/" for step in ("row", "columns", "rows")
    ]
    assert "1 would be kept aside" in rows and "Visit to the falls clinic" in rows
    assert "999 968 6516" in rows and "26 October 1931" in rows
    assert "Row 3" in rows and "DOB holds" in rows and "Morgan" in rows
    assert saved["Location"] == "/feeds/bring-in/?feed=falls_clinic_visits"
    assert re.search('value="falls_clinic_visits"[^>]* selected', bring)
    assert brought.status_code == 302
    with as_role(DatabaseRole.LOADER):
        feed = Source.objects.get(pk="falls_clinic_visits")
        owner = SourceOwner.objects.get(owner=feed.pk).organisation.code
        assert (owner, feed.agreed_lateness) == ("hospital_trust", timedelta(days=3))
        assert (feed.ring, feed.phone) == ("Falls clinic desk", "020 7946 0147")
        delivery = Delivery.objects.get(source="falls_clinic_visits")
        record_verbs.take_in(deliveries=[delivery], by=READER, at=delivery.arrived_at)
        entry = Entry.objects.get(source="falls_clinic_visits")
        held = Quarantined.objects.get(delivery=delivery)
    assert (entry.key, entry.title, entry.detail) == (
        "V9001", "Visit to the falls clinic", {"outcome": "seen", "minutes": 45},
    )  # fmt: skip
    assert held.place.startswith("row 3") and "DOB holds" in held.words
    assert not list((tmp_path / "files" / "tmp").glob("*"))


def test_a_workbook_is_mapped_like_a_text_file(steward: Client) -> None:
    packed = workbook(
        ("Read me", rows_xml(["Made", "by"], ["Anna", ""])),
        ("Visits", rows_xml(["Client No", "Name"], ["F-101", "Ann Morgan"])),
    )

    begun = _begin(steward, packed, "visits.xlsx", sheet="Visits")
    page = steward.get("/feeds/mappings/new/row/").content.decode()

    assert begun.status_code == 302
    assert "Client No (F-101)" in page


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [(b"", "a.csv", "empty"), (b"\x89PNG\r\n\x1a\n\x00\x00", "a.csv", "There is a problem")],
)
def test_what_is_no_table_is_refused_at_the_first_step(
    steward: Client, tmp_path: Path, content: bytes, name: str, words: str
) -> None:
    answer = _begin(steward, content, name)

    assert answer.status_code == 200 and words in answer.content.decode()
    assert not list((tmp_path / "files" / "tmp").glob("*"))


def test_a_later_step_leads_to_the_one_that_is_missing(steward: Client, tmp_path: Path) -> None:
    first = steward.get("/feeds/mappings/new/save/")
    _begin(steward)
    second = steward.get("/feeds/mappings/new/rows/")
    for path in (tmp_path / "files" / "tmp").glob("*"):
        path.unlink()
    swept = steward.get("/feeds/mappings/new/row/", follow=True)

    assert first["Location"] == "/feeds/mappings/new/"
    assert second["Location"] == "/feeds/mappings/new/row/"
    assert "no longer here" in swept.content.decode()


def test_what_is_wrong_with_a_choice_stands_beside_its_field(steward: Client) -> None:
    _begin(steward)
    steward.post("/feeds/mappings/new/row/", ROW)
    wrong = COLUMNS | {
        "entry.title.always": "", "entry.status.1": "Outcome", "detail.outcome.words": "S seen",
    }  # fmt: skip

    words = steward.post("/feeds/mappings/new/columns/", wrong).content.decode()
    mended = steward.post(
        "/feeds/mappings/new/columns/", wrong | {"detail.outcome.words": "S = seen"}
    ).content.decode()

    assert "Outcome, line 1: write their word" in words
    assert "What it is, in a few words: It is missing" in mended
    assert "Status: Translate it with codes" in mended


def test_the_text_of_a_new_mapping_may_be_mended_before_it_is_saved(steward: Client) -> None:
    _begin(steward)
    steward.post("/feeds/mappings/new/row/", ROW)
    steward.post("/feeds/mappings/new/columns/", COLUMNS)

    wrong = steward.post("/feeds/mappings/new/rows/", {"toml": "name = 3"}).content.decode()
    right = steward.post("/feeds/mappings/new/rows/", {"toml": TOML}).content.decode()

    assert "subject: It is missing." in wrong
    assert "2 rows of visits.csv: every one can be read." in right


def test_a_changed_mapping_is_a_new_version_and_its_feed_goes_on_with_it(steward: Client) -> None:
    _saved(steward)
    address = "/feeds/mappings/known/falls_clinic_visits/"

    tried = steward.post(
        address, {"toml": TOML, "do": "try", "example": SimpleUploadedFile("v.csv", VISITS)}
    ).content.decode()
    refused = steward.post(address, {"toml": "x", "do": "save"}).content.decode()
    saved = steward.post(address, {"toml": TOML, "do": "save"})
    again = steward.post(address, {"toml": TOML, "do": "save"})
    page = steward.get(address).content.decode()
    first = steward.get(f"{address}?version=1").content.decode()
    listed = steward.get("/feeds/mappings/").content.decode()

    assert "2 rows of v.csv: every one can be read." in tried
    assert "It is no TOML" in refused
    assert (saved.status_code, again.status_code) == (302, 302)
    source = Source.objects.select_related("mapping").get(pk="falls_clinic_visits")
    assert source.mapping is not None and source.mapping.version == 2
    assert Mapping.objects.filter(code="falls_clinic_visits").count() == 2
    assert "Version 1," in page and "did_not_attend" in first
    assert "Version 2" in listed and "Falls clinic visits" in listed


def test_a_mapping_may_be_saved_again_with_a_feed_there_is(steward: Client) -> None:
    _saved(steward)
    _begin(steward)
    steward.post("/feeds/mappings/new/row/", ROW | {"name": "Second"})
    steward.post("/feeds/mappings/new/columns/", COLUMNS)

    steward.post("/feeds/mappings/new/save/", {"feed": "falls_clinic_visits"})

    source = Source.objects.select_related("mapping").get(pk="falls_clinic_visits")
    assert source.mapping is not None
    assert (source.mapping.version, source.mapping.name) == (2, "Second")


def test_a_word_that_is_taken_is_refused_and_nothing_is_saved(steward: Client) -> None:
    _saved(steward)
    before = Mapping.objects.count()

    page = _saved(steward).content.decode()

    assert "There is a feed &#39;falls_clinic_visits&#39; already" in page
    assert Mapping.objects.count() == before


def test_a_feed_may_not_take_the_word_of_a_page(steward: Client) -> None:
    _saved(steward)
    _begin(steward)
    steward.post("/feeds/mappings/new/row/", ROW)
    steward.post("/feeds/mappings/new/columns/", COLUMNS)

    for name in ("Mappings", "\u4e2d"):
        page = steward.post("/feeds/mappings/new/save/", {**SAVED, "name": name})
        assert page.status_code == 200 and "There is a problem" in page.content.decode()
    assert not Source.objects.filter(pk="mappings").exists()


def test_an_example_left_behind_is_removed_after_a_day(steward: Client, tmp_path: Path) -> None:
    _begin(steward)
    (example,) = (tmp_path / "files" / "tmp").glob("*")

    fresh = examples.remove_left()
    os.utime(example, (time.time() - 2 * 86_400,) * 2)
    left = examples.remove_left()

    assert (fresh, left, example.exists()) == (0, 1, False)


def test_only_who_looks_after_feeds_comes_to_the_mappings() -> None:
    bring_in_place()
    officer = signed_in(Role.IG_OFFICER)

    assert officer.get("/feeds/mappings/").status_code == 404
    assert officer.get("/feeds/mappings/new/").status_code == 404
    assert "Mappings" not in officer.get("/feeds/").content.decode()


def test_a_stranger_is_told_of_no_mapping(keeper: Viewer, at: datetime) -> None:
    verbs.add_mapped_feed(code="falls", name="Falls", toml=TOML, by=keeper, at=at)
    stranger = viewer_in(make_hat(Role.GP), at=at)

    assert queries.mapping("falls", viewer=keeper) is not None
    assert [each.code for each in queries.mapped_sources(viewer=keeper)] == ["falls"]
    assert queries.mappings(viewer=stranger) == []
    assert queries.mapping("falls", viewer=stranger) is None
    assert queries.mapped_sources(viewer=stranger) == []
    with pytest.raises(Refused, match="does not look after feeds"):
        verbs.save_mapping(code="falls", toml=TOML, by=stranger, at=at)


@pytest.mark.parametrize("verb", ["save_mapping", "add_mapped_feed", "map_feed"])
def test_without_its_audit_no_mapping_is_saved(
    keeper: Viewer, at: datetime, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    source = verbs.add_mapped_feed(code="falls", name="Falls", toml=TOML, by=keeper, at=at)
    changed = TOML.replace('"Falls"', '"Other"')
    every: dict[str, dict[str, Any]] = {
        "save_mapping": {"code": "falls"},
        "add_mapped_feed": {"code": "new", "name": "New"},
        "map_feed": {"source": source},
    }
    before = list(Mapping.objects.values()), list(Source.objects.values())

    def broken(**_: object) -> None:
        raise RuntimeError("the audit is broken")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    with pytest.raises(RuntimeError):
        getattr(verbs, verb)(toml=changed, by=keeper, at=at, **every[verb])

    assert (list(Mapping.objects.values()), list(Source.objects.values())) == before


def test_any_text_in_a_column_or_a_word_comes_back_as_it_was() -> None:
    odd = 'A "quoted" \\ name\x7f\té {x} # = '.strip()
    text = as_toml(
        Layout(
            odd, "a", odd, kind="contact", key=(odd,), only_if=odd, only_if_is=("Done",),
            entry={"title": Chosen((odd,), words={odd: odd})},
        )
    )  # fmt: skip

    found = read_mapping(text)

    assert (found.name, found.number, found.entries[0].key) == (odd, odd, (odd,))
    assert list(found.codes["entry_title"].values()) == [odd]


@pytest.mark.parametrize("kind", ["identity", *EntryKind.stored_words()])
def test_every_field_offered_makes_a_sound_mapping(kind: str) -> None:
    row = ROW | {"kind": kind, "says_at": "", "youngest": None}
    columns = [Column("A", ("1",)), Column("B", ())]
    offered = ColumnsForm(columns=columns, row=row, sheet="")
    given = {f"{each.key}.1": "A" for each in offered.asked if each.name != "full_name"}
    given |= {"entry.status.words": "x = current", "otherwise": "keep", "key": "B"}
    form = ColumnsForm(given, columns=columns, row=row, sheet="")

    assert form.is_valid(), form.errors
    assert read_mapping(form.toml).name == "Falls clinic visits"
