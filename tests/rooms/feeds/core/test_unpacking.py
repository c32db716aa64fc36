"""Files, folders and zips: what is safe is found, what is not is refused with a sentence."""

import contextlib
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from oneplace.feeds.unpacking import Damaged, Found, LeftOut, find, why_not_open


def _zip(path: Path, files: dict[str, bytes], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", **options) as opened:  # type: ignore[call-overload]
        for name, content in files.items():
            opened.writestr(name, content)
    return path


def _found(path: Path) -> dict[str, bytes]:
    return {each.name: b"".join(each.chunks()) for each in find(path) if isinstance(each, Found)}


def _whys(path: Path) -> list[str]:
    return [each.why for each in find(path) if isinstance(each, LeftOut)]


def test_a_folder_and_its_zip_hold_the_same_files(tmp_path: Path) -> None:
    files = {"a/one.csv": b"1", "a/two.csv": b"2" * 100_000, "three.hl7": b"MSH|"}
    folder = tmp_path / "folder"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / ".hidden").write_bytes(b"x")

    assert _found(folder) == files
    assert _found(_zip(tmp_path / "all.zip", files, compression=zipfile.ZIP_DEFLATED)) == files


def test_a_zip_in_a_zip_is_opened_and_one_in_that_is_not(tmp_path: Path) -> None:
    inner = _zip(tmp_path / "inner.zip", {"deep.csv": b"x"}).read_bytes()
    middle = _zip(tmp_path / "middle.zip", {"in.zip": inner, "near.csv": b"y"}).read_bytes()

    assert _found(_zip(tmp_path / "one.zip", {"inner.zip": inner})) == {"deep.csv": b"x"}
    two = _zip(tmp_path / "two.zip", {"middle.zip": middle})
    assert _found(two) == {"near.csv": b"y"}
    assert "unpack it first" in _whys(two)[0]


def test_a_workbook_is_a_file_though_it_is_a_zip(tmp_path: Path) -> None:
    book = _zip(tmp_path / "book.xlsx", {"[Content_Types].xml": b"x", "xl/workbook.xml": b"y"})

    assert list(_found(book)) == ["book.xlsx"]


@pytest.mark.parametrize("name", ["../up.csv", "/etc/passwd", "a/../../b", "C:\\x.csv", "..\\x"])
def test_a_name_that_leads_outside_refuses_the_whole_zip(tmp_path: Path, name: str) -> None:
    hostile = _zip(tmp_path / "x.zip", {"good.csv": b"1", name: b"2"})

    assert _found(hostile) == {}
    assert "leads outside" in _whys(hostile)[0]


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = _zip(tmp_path / "x.zip", {"x.csv": b"\0" * 50_000_000}, compression=zipfile.ZIP_DEFLATED)

    assert _found(bomb) == {}
    assert "many hundred times" in _whys(bomb)[0]


def test_a_bomb_of_many_small_files_and_one_of_zips_in_a_zip_are_not_unpacked(
    tmp_path: Path,
) -> None:
    small = {f"{number}.csv": b"\0" * 7_000_000 for number in range(3)}
    flat = _zip(tmp_path / "flat.zip", small, compression=zipfile.ZIP_DEFLATED)
    inner = _zip(
        tmp_path / "inner.zip", {"x.csv": b"\0" * 7_000_000}, compression=zipfile.ZIP_DEFLATED
    ).read_bytes()
    many = {f"{number}.zip": inner for number in range(3)}
    nested = _zip(tmp_path / "nested.zip", many, compression=zipfile.ZIP_DEFLATED)

    for bomb in (flat, nested):
        assert len(_found(bomb)) <= 1
        assert "many hundred times" in _whys(bomb)[0]


def test_too_many_files_and_too_many_bytes_are_refused() -> None:
    many = [zipfile.ZipInfo(str(number)) for number in range(100_001)]
    large = zipfile.ZipInfo("large")
    large.file_size = large.compress_size = 20 * 1024**3

    assert "at most 100,000" in (why_not_open(many) or "")
    assert "20.0 GB" in (why_not_open([large]) or "")


def test_a_locked_zip_and_a_link_inside_one_are_refused() -> None:
    locked, link = zipfile.ZipInfo("x"), zipfile.ZipInfo("y")
    locked.flag_bits = 1
    link.external_attr = 0o120777 << 16

    assert "password" in (why_not_open([locked]) or "")
    assert "link" in (why_not_open([link]) or "")


def test_a_damaged_zip_is_named_and_breaks_nothing(tmp_path: Path) -> None:
    whole = _zip(tmp_path / "x.zip", {"x.csv": os.urandom(50_000)}).read_bytes()
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "a.zip").write_bytes(whole[:30_000])
    (tmp_path / "cut" / "b.csv").write_bytes(b"good")

    assert _found(tmp_path / "cut") == {"b.csv": b"good"}
    assert "cannot be opened" in _whys(tmp_path / "cut")[0]


def test_a_zip_changed_anywhere_is_named_and_breaks_nothing(tmp_path: Path) -> None:
    text = {"x.csv": b"1,2,3\n" * 500 + os.urandom(200)}
    whole = _zip(tmp_path / "x.zip", text, compression=zipfile.ZIP_DEFLATED).read_bytes()
    damaged = tmp_path / "damaged.zip"
    for place in range(4, len(whole)):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])

        for found in find(damaged):
            if isinstance(found, Found):
                with contextlib.suppress(Damaged):
                    list(found.chunks())


def test_bytes_changed_inside_a_zip_are_noticed_before_they_are_kept(tmp_path: Path) -> None:
    content = bytearray(_zip(tmp_path / "x.zip", {"x.csv": b"a" * 50_000}).read_bytes())
    content[20_000] ^= 1
    (tmp_path / "x.zip").write_bytes(bytes(content))

    (found,) = find(tmp_path / "x.zip")

    assert isinstance(found, Found)
    with pytest.raises(Damaged, match="damaged inside the zip"):
        list(found.chunks())


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "in" / "x.csv").symlink_to(tmp_path / "secret")

    assert _found(tmp_path / "in") == {}
    assert "not followed" in _whys(tmp_path / "in")[0]


def _manifest(*rows: dict[str, object]) -> bytes:
    return json.dumps({"format": 1, "files": list(rows)}).encode()


def test_announced_files_come_as_they_arrive_and_a_missing_one_is_named(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"path": "b.csv", "feed": "x", "arrives_at": "2026-01-01T00:00:00+00:00", "count": 1},
        {"path": "a.csv", "feed": "x", "arrives_at": "2026-01-02T00:00:00+00:00", "count": 2},
        {"path": "c.csv", "feed": "x", "arrives_at": "2026-01-03T00:00:00+00:00"},
    ]
    for name in ("a.csv", "b.csv", "unknown.csv"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "manifest.json").write_bytes(_manifest(*rows))

    found = [each for each in find(tmp_path) if isinstance(each, Found)]

    assert [each.name for each in found] == ["b.csv", "a.csv"]
    assert [each.announced.declared for each in found if each.announced] == [1, 2]
    left = {each.name: each.why for each in find(tmp_path) if isinstance(each, LeftOut)}
    assert "is not here" in left["c.csv"]
    assert "does not announce it" in left["unknown.csv"]


@pytest.mark.parametrize(
    "content", [b"", b"[", b"[]", b"{}", b'{"files": 3}', b'{"files": [{}]}', b"[" * 100_000]
)
def test_a_manifest_that_is_none_announces_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    (tmp_path / "a.csv").write_bytes(b"x")

    assert "a.csv" in _found(tmp_path)


def test_a_zip_of_random_bytes_raises_nothing(tmp_path: Path) -> None:
    good = io.BytesIO()
    with zipfile.ZipFile(good, "w") as opened:
        opened.writestr("x.csv", b"a,b\n1,2\n" * 50)
    for place in range(0, len(good.getvalue()), 7):
        spoiled = bytearray(good.getvalue())
        spoiled[place] ^= 0xFF
        (tmp_path / "x.zip").write_bytes(bytes(spoiled))
        for each in find(tmp_path / "x.zip"):
            if isinstance(each, Found):
                try:
                    list(each.chunks())
                except Damaged:
                    continue
