"""What a file is comes from its bytes; what could run is refused, whatever it is called."""

import io
import zipfile
from pathlib import Path

import pytest

from oneplace.files import kinds
from tests.rooms.files.conftest import PDF, PNG


def _look(tmp_path: Path, content: bytes, name: str) -> kinds.Look:
    path = tmp_path / "content"
    path.write_bytes(content)
    return kinds.look(path, name=name)


def _zip(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "letter.pdf", "application/pdf"),
        (PDF, "letter.html", "application/pdf"),
        (PNG, "scan.png", "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "photo", "image/jpeg"),
        (b"GIF89a" + bytes(20), "a.gif", "image/gif"),
        (b"NHS number,Name\n999 000 0018,x\n", "list.csv", "text/plain"),
        ("naïve café".encode(), "note.txt", "text/plain"),
        (b"  <!DOCTYPE html><p>", "page.pdf", "text/html"),
        (b"hello <script>alert(1)</script>", "note.txt", "text/html"),
        (b"<?xml version='1.0'?><svg xmlns=''>", "drawing.png", "image/svg+xml"),
        (b"<?xml version='1.0'?><a/>", "a.xml", "application/xml"),
        (b'{"resourceType": "Bundle"}', "b.json", "application/json"),
        (b"MSH|^~\\&|A|B", "a.hl7", "text/plain"),
        (bytes(range(256)), "what", "application/octet-stream"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "p.heic", "image/heic"),
    ],
)
def test_the_media_type_is_found_in_the_bytes(
    tmp_path: Path, content: bytes, name: str, media_type: str
) -> None:
    look = _look(tmp_path, content, name)

    assert look == kinds.Look(media_type)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00", "invoice.pdf"),
        (b"\x7fELF", "photo.jpg"),
        (b"#!/bin/sh\n", "notes.txt"),
        (b"\xca\xfe\xba\xbe", "class"),
        (b"\xcf\xfa\xed\xfe", "app"),
        (b"just words", "run.bat"),
        (b"just words", "photo.jpg.exe"),
        (b"just words", "photo.scr. "),
        (b"just words", "page.hta"),
        (b"just words", "SHEET.XLSM"),
    ],
)
def test_what_could_run_is_refused(tmp_path: Path, content: bytes, name: str) -> None:
    look = _look(tmp_path, content, name)

    assert look.refusal is not None
    assert "not accepted here" in look.refusal


def test_an_office_document_is_known_without_unpacking_it(tmp_path: Path) -> None:
    content = _zip(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<w/>"})

    look = _look(tmp_path, content, "letter.docx")

    assert look.media_type.endswith("wordprocessingml.document")
    assert look.refusal is None


def test_a_document_with_macros_is_refused_even_under_a_harmless_name(tmp_path: Path) -> None:
    content = _zip(**{"[Content_Types].xml": b"<Types/>", "word__vbaProject.bin": b"x"})

    look = _look(tmp_path, content, "letter.docx")

    assert look.refusal is not None
    assert "macros" in look.refusal


def test_a_zip_bomb_is_refused_from_its_table_of_contents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = _zip(zeros=bytes(40_000_000))

    def never(*_: object, **__: object) -> None:
        raise AssertionError("an archive was opened")

    monkeypatch.setattr(zipfile.ZipFile, "open", never)
    look = _look(tmp_path, content, "harmless.zip")

    assert len(content) < 50_000
    assert look.refusal is not None
    assert "far more than its own size" in look.refusal


def test_a_damaged_archive_and_an_empty_file_are_refused_in_plain_words(tmp_path: Path) -> None:
    assert "damaged" in str(_look(tmp_path, b"PK\x03\x04garbage", "a.zip").refusal)
    assert "empty" in str(_look(tmp_path, b"", "a.txt").refusal)


@pytest.mark.parametrize(
    ("name", "media_type", "saved"),
    [
        ("letter.pdf", kinds.PDF, "letter.pdf"),
        ("C:\\Users\\x\\letter.pdf", kinds.PDF, "letter.pdf"),
        ("../../etc/passwd", kinds.TEXT, "passwd.txt"),
        ("page.html", kinds.PNG, "page.html.png"),
        ("a\r\nSet-Cookie: x", kinds.PDF, "aSet-Cookie x.pdf"),
        ("gnp\u202e.exe.png", kinds.PNG, "gnp.exe.png"),
        ("...", kinds.PDF, "file.pdf"),
        ("Ünïcode name.PDF", kinds.PDF, "Ünïcode name.PDF"),
    ],
)
def test_a_file_is_saved_under_a_safe_name_with_a_true_ending(
    name: str, media_type: str, saved: str
) -> None:
    assert kinds.safe_name(name, media_type) == saved
