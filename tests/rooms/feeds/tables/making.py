"""Makes deliveries of a few lines, and workbooks of a few cells, for tests of tables."""

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any
from xml.sax.saxutils import escape

from oneplace.feeds.reading import Received, Unit, read

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
MADE_ON = date(2026, 3, 12)


def received(content: bytes | str, name: str = "clients.csv", **more: Any) -> Received:
    """A delivery of these bytes, or of this text in UTF-8."""
    whole = content.encode() if isinstance(content, str) else content
    given: dict[str, Any] = {
        "id": "d1", "source": "feed", "organisation": "Z00", "name": name, "size": len(whole),
        "sha256": "0" * 64, "arrived_at": AT, "open": lambda: io.BytesIO(whole),
    }  # fmt: skip
    return Received(**{**given, **more})


def units(content: bytes | str, reader: str, name: str = "clients.csv", **more: Any) -> list[Unit]:
    """What a reader makes of it, as the record would be given it."""
    return list(read(received(content, name, **more), reader))


def workbook(*sheets: tuple[str, str], extra: dict[str, bytes] | None = None) -> bytes:
    """A workbook of sheets, each its name and the XML of its rows."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, (name, _) in enumerate(sheets, start=1)
    )
    targets = "".join(
        f'<Relationship Id="rId{number}" Type="{relations}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{listed}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{targets}'
        "</Relationships>",
    }
    for number, (_, rows) in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
        for name, content in (extra or {}).items():
            packed.writestr(name, content)
    return made.getvalue()


def rows_xml(*rows: list[str | int | float]) -> str:
    """The XML of rows of cells."""
    made = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for place, cell in enumerate(row):
            where = f"{chr(65 + place)}{number}"
            if isinstance(cell, str):
                cells.append(f'<c r="{where}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>')
            else:
                cells.append(f'<c r="{where}"><v>{cell}</v></c>')
        made.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(made)
