"""Tells what a file is by looking into it, and which kinds are refused."""

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
HTML: Final = "text/html"
SVG: Final = "image/svg+xml"
TEXT: Final = "text/plain"
UNKNOWN: Final = "application/octet-stream"

# A browser may show these itself; everything else is saved to disk and opened by choice.
SHOWN_IN_BROWSER: Final = frozenset({PDF, PNG, JPEG})

_BEGINNINGS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"PAR1", "application/vnd.apache.parquet"),
)
_PROGRAMS: Final = (
    b"MZ",  # Windows
    b"\x7fELF",  # Linux
    b"\xfe\xed\xfa\xce",  # macOS, four byte orders and widths
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # macOS universal, and Java classes
    b"#!",  # scripts
    b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcut
    b"MSCF",  # Windows cabinet
)
# What Windows or macOS would run on a double click, whatever its bytes say.
_RUN_BY_NAME: Final = frozenset(
    """
    exe com scr pif cpl msi msp mst bat cmd ps1 psm1 vb vbs vbe js jse mjs ws wsf wsh hta lnk url
    scf inf reg jar apk app dmg pkg iso img vhd vhdx chm gadget application sh desktop docm dotm
    xlsm xltm xlam pptm potm ppsm ppam sldm xll
    """.split()  # noqa: SIM905 - a list of sixty strings reads worse
)
_ENDINGS: Final = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    HTML: (".html", ".htm"),
    SVG: (".svg",),
    "image/gif": (".gif",),
    "image/tiff": (".tif", ".tiff"),
    "image/heic": (".heic", ".heif"),
    "image/webp": (".webp",),
    "application/rtf": (".rtf",),
    "application/zip": (".zip",),
    "application/gzip": (".gz", ".tgz"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
    "application/x-ole-storage": (".doc", ".xls", ".ppt", ".msg"),
    "application/json": (".json",),
    "application/xml": (".xml",),
    "audio/mpeg": (".mp3",),
    "video/mp4": (".mp4", ".m4a", ".m4v"),
    TEXT: (".txt", ".csv", ".tsv", ".md", ".hl7", ".log", ".eml", ".ics", ".vcf"),
}
# An archive that would unpack to more than this, or by more than this factor, is a bomb.
MOST_UNPACKED_BYTES: Final = 2_000_000_000
MOST_UNPACKED_TIMES: Final = 200
MOST_ENTRIES: Final = 20_000


@dataclass(frozen=True)
class Look:
    """What was found by looking into a file: its media type, and why it is refused, if it is."""

    media_type: str
    refusal: str | None = None


def look(path: Path, *, name: str) -> Look:
    """Look into a file. Archives are never unpacked: only their table of contents is read."""
    with path.open("rb") as source:
        head = source.read(8192)
    ending = name.rsplit(".", 1)[-1].lower().strip() if "." in name else ""
    # Windows drops dots and spaces at the end of a name, so `evil.exe. ` would run too.
    bare = name.rstrip(". ").rsplit(".", 1)[-1].lower()
    if not head:
        return Look(UNKNOWN, "The file is empty: choose the one you meant.")
    if head.startswith(_PROGRAMS) or {ending, bare} & _RUN_BY_NAME:
        return Look(
            UNKNOWN,
            "The file is a program, script or document with macros, which is not accepted here: "
            "send a PDF, picture, document, spreadsheet or text instead.",
        )
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _look_into_zip(path)
    return Look(_media_type(head))


def _media_type(head: bytes) -> str:
    for beginning, media_type in _BEGINNINGS:
        if head.startswith(beginning):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "image/heic" if brand in (b"heic", b"heix", b"mif1", b"msf1") else "video/mp4"
    # Some programs write a byte-order mark, some PDF writers a little noise, before the beginning.
    if b"%PDF-" in head[:1024]:
        return PDF
    return _kind_of_text(head)


def _kind_of_text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", errors="ignore")
    elif b"\x00" in head:
        return UNKNOWN
    else:
        text = head.decode("utf-8", errors="ignore")
    # Browsers look for markup anywhere near the beginning, so we do too.
    beginning = text.lstrip("\ufeff \t\r\n").lower()
    if "<svg" in beginning:
        return SVG
    markup = ("<!doctype html", "<html", "<script", "<body", "<head", "<iframe", "<style", "<meta")
    if any(mark in beginning for mark in markup):
        return HTML
    if beginning.startswith("<?xml"):
        return "application/xml"
    if beginning.startswith(("{", "[")):
        return "application/json"
    return TEXT


def _look_into_zip(path: Path) -> Look:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            unpacked = sum(entry.file_size for entry in entries)
            said = _open_document_type(path) if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError):
        return Look(UNKNOWN, "The archive is damaged: save it again, then send it again.")
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > MOST_UNPACKED_BYTES
        or unpacked > MOST_UNPACKED_TIMES * max(path.stat().st_size, 1)
    ):
        return Look(
            "application/zip",
            "The archive would unpack to far more than its own size, which is not accepted here: "
            "send the files in it one by one.",
        )
    if any(name.rsplit("/", 1)[-1].lower() == "vbaproject.bin" for name in names):
        return Look(
            "application/zip",
            "The document holds macros, which are not accepted here: save it without macros "
            "(docx, xlsx or pptx), then send it again.",
        )
    if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        return Look("application/zip", "The file is a program, which is not accepted here.")
    if "[Content_Types].xml" in names:
        office = "application/vnd.openxmlformats-officedocument."
        for folder, kind in (
            ("word/", "wordprocessingml.document"),
            ("xl/", "spreadsheetml.sheet"),
            ("ppt/", "presentationml.presentation"),
        ):
            if any(name.startswith(folder) for name in names):
                return Look(office + kind)
    return Look(said or "application/zip")


def _open_document_type(path: Path) -> str:
    # OpenDocument stores its type first and uncompressed, so no unpacking is needed.
    with path.open("rb") as source:
        head = source.read(200)
    begin = b"mimetypeapplication/vnd.oasis.opendocument."
    at = head.find(begin)
    if at < 0:
        return ""
    for kind in ("text", "spreadsheet", "presentation"):
        if head[at + len(begin) :].startswith(kind.encode()):
            return f"application/vnd.oasis.opendocument.{kind}"
    return ""


def safe_name(name: str, media_type: str) -> str:
    """The name a file is saved under: no path, no control or direction marks, and a true ending.

    A picture called `x.html` is saved as `x.html.png`, so that no machine opens it as a page.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    # Right-to-left marks can make `gpj.exe` look like a picture.
    tidy = "".join(
        sign for sign in last if sign.isprintable() and sign not in '"<>|:*?\u202e\u202d'
    )
    tidy = tidy.strip(". ")[:200] or "file"
    endings = _ENDINGS.get(media_type, ())
    if endings and not tidy.lower().endswith(endings):
        tidy += endings[0]
    return tidy
