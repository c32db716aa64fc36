"""Spoiled and hostile input, as much of it as one likes: answered soon, by place, never a fall."""

import io
import json
import random
import resource
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

LONGEST_S = 1.0
"""Of processor time, for anything that comes."""
MOST_GROWN_KB = 300_000
_SHORTEST_WORDS = 20
_HEADING = b"SWIFT_NO,HAZARD,NOTED,ADVICE\n"
_SPECIAL = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b'"', b"\\", b"\\ud800", b"{", b"}",
    b"[", b"]", b",", b"|", b"^", b"~", b"&", b"\r", b"\n", b"\r\n", b"\x0b", b"\x1c", b"1e999",
    b"-1e-999", b"NaN", b"null", b"true", b"9" * 400, b"A" * 5_000, b"\xc2\xa0", b"=1+1",
    b"0000-00-00", b"99991231", b"urn:uuid:", b"#", b"Patient/", b'"resourceType":"Patient",',
    b"MSH|", b"BTS|9\r",
)  # fmt: skip


# --- fuzzed ---------------------------------------------------------------------------------------


def _fhir_seeds() -> list[bytes]:
    from tests.rooms.feeds.fhir import foreign, samples

    conditional = samples.post(samples.patient(), "urn:uuid:1", ifNoneExist="identifier=urn:x|1")
    return [
        samples.story(), samples.story("batch"), samples.bundle(conditional), foreign.generated(),
        foreign.search_results(), foreign.care_connect(), foreign.one_resource_a_line(),
    ]  # fmt: skip


def _hl7_seeds() -> list[bytes]:
    from tests.rooms.feeds.hl7.messages import written

    events = ("A01", "A02", "A03", "A08", "A11", "A13", "A28", "A31", "A40", "A45", "A47")
    messages = [written(event) for event in events]
    return [*messages, b"BHS|^~\\&|PAS|ZZ8\r" + b"".join(messages[:3]) + b"BTS|3\r"]


def _csv_seeds() -> list[bytes]:
    from oneplace.feeds.reading import reader
    from oneplace.feeds.tables.sheets import SheetReader

    seeds = [_HEADING + b"1,DOG,7/3/26,ask first\n2,GAS,8/3/26,ring\nTRAILER,2\n"]
    for name in ("gp_extract", "council_client_level", "charity_cases", "community_services"):
        found = reader(name)
        if isinstance(found, SheetReader):
            for sheet in found.sheets:
                head = ",".join(sheet.columns).encode()
                row = b",".join([b"1", b"7/3/2026", b"x"][n % 3] for n in range(len(sheet.columns)))
                seeds.append(head + b"\n" + row + b"\n" + row + b"\n")
    return seeds


SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "fhir": _fhir_seeds, "hl7": _hl7_seeds, "csv": _csv_seeds,
}  # fmt: skip
_READERS = {
    "fhir": ("fhir",),
    "hl7": ("hl7",),
    "csv": ("council_cases", "council_client_level", "gp_extract", "charity_cases", "mapped",
            "community_services"),
}  # fmt: skip


def spoiled(seed: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """A seed with one to six damages: bytes changed, cut out, put in, doubled, spliced."""
    content = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(content) + 1)
        reach = place + chance.randint(1, 40)
        damage = chance.randrange(7)
        if damage == 0 and content:
            content[place % len(content)] = chance.randrange(256)
        elif damage == 1:
            del content[place:reach]
        elif damage == 2:
            content[place:place] = chance.choice(_SPECIAL)
        elif damage == 3:
            content[place:place] = content[place:reach] * chance.randint(1, 30)
        elif damage == 4:
            content = content[:place]
        elif damage == 5:
            other = chance.choice(others)
            content[place:reach] = other[chance.randrange(len(other)) :][:200]
        else:
            content[place:reach] = chance.choice(_SPECIAL)
    return bytes(content)


def answered(name: str, content: bytes, file: str = "x") -> str:
    """What is wrong with how a reader answers this, or nothing."""
    from oneplace.feeds.reading import reader
    from tests.rooms.feeds.tables.making import received
    from tests.rooms.feeds.tables.test_mapping import MAPPING

    delivery = received(content, file, mapping=MAPPING if name == "mapped" else "")
    spent = 0.0
    for _ in range(2):  # a busy machine counts against whoever runs: what is slow is slow again
        began = time.process_time()
        try:
            reader(name).recognises(file, content[:8192])
            reader(name).count(delivery)
            units = list(reader(name).units(delivery))
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        spent = time.process_time() - began
        if spent < LONGEST_S:
            break
    else:
        return f"it took {spent:.1f} s"
    for unit in units:
        if unit.fault is not None and not (
            unit.fault.place and len(unit.fault.words) > _SHORTEST_WORDS
        ):
            return f"a fault without place or words: {unit.fault}"
    return ""


def fuzz(kind: str, *, examples: int, seed: int) -> list[str]:
    """Faults found in so many spoiled inputs of a kind; each names the example it came of."""
    chance = random.Random(f"{seed} {kind}")
    seeds = SEEDS[kind]()
    wrong = []
    for number in range(examples):
        content = spoiled(chance.choice(seeds), seeds, chance)
        name = chance.choice(_READERS[kind])
        if found := answered(name, content, f"x.{'json' if kind == 'fhir' else kind}"):
            wrong.append(f"{name} {number}: {found}")
    return wrong


# --- hostile --------------------------------------------------------------------------------------


class Hostile(NamedTuple):
    """Something made to do harm."""

    name: str
    reader: str
    content: bytes
    is_refused: bool = True
    """False where it is taken as the plain text it is."""


def _deep() -> Iterator[Hostile]:
    for depth in (100, 1_000, 100_000, 5_000_000):
        yield Hostile(f"lists {depth:,} deep", "fhir", b"[" * depth + b"]" * depth)
        inner = b'{"a":' * depth + b"1" + b"}" * depth
        yield Hostile(f"objects {depth:,} deep", "fhir", b'{"resourceType":"Patient","x":' + inner
                      + b"}")  # fmt: skip
        yield Hostile(f"lists opened {depth:,} deep", "fhir", b'{"resourceType":' + b"[" * depth)
    for depth in (70, 200):
        held: dict[str, Any] = {"url": "a", "valueString": "b"}
        for _ in range(depth):
            held = {"url": "a", "extension": [held]}
        patient = {"resourceType": "Patient", "id": "p", "extension": [held]}
        yield Hostile(f"extensions {depth} deep", "fhir", json.dumps(patient).encode())
    for mark in (b"~", b"^", b"&", b"|"):
        message = b"MSH|^~\\&|PAS|ZZ8|||20260312||ADT^A01|Q|T|2.4\rPID|" + mark * 500_000 + b"\r"
        yield Hostile(f"half a million {mark.decode()}", "hl7", message)
    head = b"MSH|^~\\&|PAS|ZZ8|||20260312||ADT^A01|Q|T|2.4\r"
    yield Hostile("two hundred thousand segments", "hl7", head + b"Z|\r" * 200_000)


def _entities() -> Iterator[Hostile]:
    from tests.rooms.feeds.tables.making import rows_xml, workbook

    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bombs = {
        "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "lol">{laughs}]><a>&l9;</a>',
        "quadratic": f'<!DOCTYPE a [<!ENTITY b "{"x" * 50_000}">]><a>{"&b;" * 50_000}</a>',
        "a file of the machine": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "an address": '<!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1:9/x">]><a>&b;</a>',
    }
    for name, text in bombs.items():
        whole = f'<?xml version="1.0"?>{text}'.encode()
        yield Hostile(f"{name} as FHIR", "fhir", whole)
        sheet = rows_xml(["SWIFT_NO", "HAZARD", "NOTED", "ADVICE"], ["1", "DOG", "7/3/26", "x"])
        made = workbook(("Hazards", sheet), extra={"xl/sharedStrings.xml": whole})
        yield Hostile(f"{name} in a workbook", "council_cases", made)


def _workbooks() -> Iterator[Hostile]:
    from tests.rooms.feeds.tables.making import workbook

    rows = {
        "a far column": '<row r="1"><c r="XFD9"/></row>',
        "a far corner": '<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>',
        "a far row": '<row r="999999999"/>',
        "an endless row": "<row>" + "<c/>" * 2_000_000 + "</row>",
    }
    for name, sheet in rows.items():
        yield Hostile(f"workbook with {name}", "council_cases", workbook(("S", sheet)))
    yield Hostile("workbook with a bomb", "council_cases",
                  workbook(("S", ""), extra={"xl/media/x": b"0" * 60_000_000}))  # fmt: skip


def _formulas() -> Iterator[Hostile]:
    texts = (
        "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "@SUM(A1)", "+1+1", "-2+3", "\t=1+1",
        '=WEBSERVICE("http://x")', '=IMPORTXML("http://x","//a")',
    )  # fmt: skip
    for text in texts:
        cell = '"' + text.replace('"', '""') + '"'
        row = f"1,DOG,7/3/26,{cell}\n".encode()
        yield Hostile(f"formula {text[:14]}", "council_cases", _HEADING + row, is_refused=False)


def hostile() -> Iterator[Hostile]:
    """Everything hostile that is one file's content."""
    yield from _deep()
    yield from _entities()
    yield from _workbooks()
    yield from _formulas()


def harm_of(each: Hostile) -> str:
    """What harm it did, or nothing: too slow, too large, taken, changed, or an exception."""
    from oneplace.feeds.reading import Tally, reader
    from tests.rooms.feeds.tables.making import received

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    name = "book.xlsx" if each.content[:2] == b"PK" else "hazards.csv"
    if found := answered(each.reader, each.content, name):
        return f"{each.name}: {found}"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if grown > MOST_GROWN_KB:
        return f"{each.name}: {grown // 1000:,} MB more memory"
    tally = Tally()
    rows = [row for unit in reader(each.reader).units(received(each.content, name))
            for row in tally.take(unit)]  # fmt: skip
    if each.is_refused and tally.accepted and rows:
        return f"{each.name}: it was taken"
    if not each.is_refused and (tally.kept_aside or "DOG" not in str(rows)):
        return f"{each.name}: its text was not kept as text"
    return ""


class Packed(NamedTuple):
    """A zip or a folder made to do harm."""

    name: str
    path: Path
    most_found: int
    """How many harmless files of it may be found."""


_NAMES = ("../up.csv", "/etc/passwd", "a/../../b.csv", "C:\\x.csv", "..\\x.csv", "\\\\host\\x.csv",
          "a/./../../x.csv", "..", "//x.csv", "file:x.csv", "a\\..\\..\\x.csv")  # fmt: skip


def packed(folder: Path) -> Iterator[Packed]:
    """Zip bombs of every make, path tricks, links."""
    for number, name in enumerate(_NAMES):
        path = folder / f"path{number}.zip"
        with zipfile.ZipFile(path, "w") as opened:
            opened.writestr("good.csv", b"1")
            opened.writestr(zipfile.ZipInfo(name), b"2")
        yield Packed(f"a name like {name}", path, 0)
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = 0o120777 << 16
    yield Packed("a link", _zip(folder / "link.zip", {"good.csv": b"1"}, (link, b"/etc")), 0)
    yield Packed("one file that swells", _zip(folder / "one.zip", {"x.csv": b"\0" * 50_000_000}), 0)
    small = {f"{number}.csv": b"\0" * 7_900_000 for number in range(20)}
    yield Packed("many files that swell a little", _zip(folder / "many.zip", small), 0)
    inner = _zip(folder / "inner.zip", {"x.csv": b"\0" * 7_900_000}).read_bytes()
    swelling = {f"{number}.zip": inner for number in range(50)}
    yield Packed("zips that swell in a zip", _zip(folder / "nested.zip", swelling), 1)
    held = _zip(folder / "held.zip", {"in.zip": _zip_in_zip(5)}).read_bytes()
    yield Packed("zips in zips in zips", _zip(folder / "deep.zip", {"a.zip": held}), 0)
    yield Packed("entries that lie over each other", _overlapping(folder / "over.zip"), 0)
    outside = folder / "links"
    outside.mkdir()
    (outside / "x.csv").symlink_to("/etc/passwd")
    (outside / "up").symlink_to("/etc")
    yield Packed("links in a folder", outside, 0)


def _zip(path: Path, files: dict[str, bytes], *entries: tuple[zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
        for entry, content in entries:
            opened.writestr(entry, content)
    return path


def _zip_in_zip(depth: int) -> bytes:
    content = b"x"
    for _ in range(depth):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as opened:
            opened.writestr("x.zip", content)
        content = made.getvalue()
    return content


def _overlapping(path: Path) -> Path:
    """Many entries whose bytes are the same one file's (after D. Fifield, 2019)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("x0.csv", b"\0" * 7_900_000)
        first = opened.filelist[0]
        for number in range(1, 300):
            again = zipfile.ZipInfo(f"x{number}.csv")
            for name in ("compress_type", "compress_size", "file_size", "CRC", "header_offset"):
                setattr(again, name, getattr(first, name))
            opened.filelist.append(again)
            opened._didModify = True  # type: ignore[attr-defined]
    path.write_bytes(made.getvalue())
    return path


def harm_of_packed(each: Packed) -> str:
    """What harm a zip or folder did, or nothing."""
    from oneplace.feeds.unpacking import Damaged, Found, LeftOut, find

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, size, found, whys = time.process_time(), 0, 0, []
    for one in find(each.path):
        if isinstance(one, LeftOut):
            whys.append(one.why)
        elif isinstance(one, Found):
            try:
                size += sum(len(chunk) for chunk in one.chunks())
                found += 1
            except Damaged as why:
                whys.append(str(why))
    spent = time.process_time() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if found > each.most_found or not whys or not all(whys):
        return f"{each.name}: {found} files of {size:,} bytes were taken, {len(whys)} refused"
    if spent > LONGEST_S or grown > MOST_GROWN_KB:
        return f"{each.name}: {spent:.1f} s, {grown // 1000:,} MB"
    return ""


# --- large ----------------------------------------------------------------------------------------


def large_table(*, folder: str, megabytes: int) -> dict[str, Any]:
    """Bring in and read a table of so many megabytes; seconds, rows and memory. Runs inside."""
    from oneplace.config.intake import READER, take_in_waiting
    from oneplace.feeds.bringing import bring_in
    from oneplace.feeds.models import Delivery
    from tests.campaigns.feeds_kills import AT

    def take(name: str, size: int) -> tuple[float, int]:
        path = Path(folder) / name
        rows = _write_table(path, size)
        began = time.perf_counter()
        bring_in(paths=[path], feed="cases", by=READER, at=AT)
        take_in_waiting(at=AT)
        path.unlink()
        accepted = Delivery.objects.filter(name=name).values_list("accepted", flat=True)
        if list(accepted) != [rows]:
            raise AssertionError(f"{list(accepted)} of {rows:,} rows were accepted")
        return time.perf_counter() - began, rows

    take("small.csv", 40 * 1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds, rows = take("large.csv", megabytes * 1_000_000)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "rows": rows, "before_kb": before, "after_kb": after}


def _write_table(path: Path, size: int) -> int:
    """Rows of long advice about two hundred people; how many."""
    advice = "Ring before you come and wait at the gate until somebody opens it. " * 58
    rows = 0
    with path.open("wb") as opened:
        written = opened.write(_HEADING)
        while written < size:
            rows += 1
            line = f"{rows % 200},DOG,7/3/26,{rows} {path.stem} {advice}\n"
            written += opened.write(line.encode())
    return rows
