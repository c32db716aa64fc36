"""Reports, documents, compositions and filled-in questionnaires."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, Final

from oneplace.feeds.fhir.meaning.codes import (
    codes_each,
    coding_words,
    concept,
    say_what,
    what,
    words,
    words_each,
)
from oneplace.feeds.fhir.meaning.forms import Table, choice, column, detail, note_rest, place_of
from oneplace.feeds.fhir.meaning.links import (
    add_link,
    by_each,
    inside,
    keys,
    named,
    say_by,
)
from oneplace.feeds.fhir.meaning.reading import Reading
from oneplace.feeds.fhir.meaning.values import (
    ANY,
    CATEGORY,
    OF_ALL,
    file_of,
    files,
    number,
    period_of,
    starts,
    when,
)
from oneplace.vocabulary.terms import EntryKind

_TITLE, _WORDS = place_of("title"), place_of("words")
_LABELS = place_of("labels")
_TAG: Final = re.compile(r"<[^<>]*>")
_LONGEST_TEXT: Final = 20_000


def _names(values: list[dict[str, Any]], reading: Reading) -> list[str]:
    return [named(value, reading) for value in values]


def _one_number(value: Mapping[str, Any], reading: Reading) -> None:
    """The one identifier of a document or form, whole or of this version."""
    found = number(value, reading)
    if found:
        reading.detail.setdefault("numbers", []).append(found)


REPORT: Final[Table] = {
    **OF_ALL,
    **CATEGORY,
    "code": what,
    **choice("effective", when()),
    "issued": detail("issued_at"),
    "performer": by_each,
    "resultsInterpreter": detail("interpreters", _names),
    "specimen": detail("specimens", _names),
    "result": detail("results", keys),
    "conclusion": detail("conclusion"),
    "conclusionCode": detail("conclusions", codes_each),
    "presentedForm": detail("files", files),
}


def finish_report(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """The conclusion is what is read first."""
    reading.row[_WORDS] = resource.get("conclusion", "")


_CONTENT_NAMES: Final = frozenset({"attachment", "format"})


def _content(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    found = []
    for value in values:
        note_rest(value, _CONTENT_NAMES, reading)
        held = file_of(value["attachment"], reading)
        if "format" in value and "media_type" not in held:
            held["media_type"] = coding_words(value["format"], reading)
        found.append(held)
    return found


def _labels(values: list[dict[str, Any]], reading: Reading) -> None:
    reading.row[_LABELS] = (*(reading.row[_LABELS] or ()), *words_each(values, reading))


_CONTEXT_NAMES: Final = frozenset(
    {"encounter", "event", "period", "facilityType", "practiceSetting", "related"}
)


def _context(value: Mapping[str, Any], reading: Reading) -> None:
    note_rest(value, _CONTEXT_NAMES, reading)
    found = reading.detail
    for one in value.get("encounter", ()):
        inside(one, reading)
    if "event" in value:
        found.setdefault("reason", []).extend(words_each(value["event"], reading))
    if "period" in value:
        found["period"] = period_of(value["period"], reading)
    if "facilityType" in value:
        found["facility"] = words(value["facilityType"], reading)
    if "practiceSetting" in value:
        found["setting"] = words(value["practiceSetting"], reading)
    for one in value.get("related", ()):
        add_link(reading.pointer(one), "about", reading)


def _relations(values: list[dict[str, Any]], reading: Reading) -> None:
    for value in values:
        note_rest(value, frozenset({"code", "target", "targetReference"}), reading)
        target = value.get("target") or value.get("targetReference")
        if target is not None:
            add_link(reading.pointer(target), value.get("code", ""), reading)


def _type(value: Mapping[str, Any], reading: Reading) -> None:
    found = concept(value, reading)
    say_what(found, reading)
    reading.detail["type"] = found.words


DOCUMENT: Final[Table] = {
    **{name: say for name, say in OF_ALL.items() if name not in {"note", "encounter"}},
    **CATEGORY,
    "masterIdentifier": _one_number,
    "docStatus": detail("document_status"),
    "type": _type,
    "date": starts,
    "author": by_each,
    "custodian": detail("custodian", named),
    "relatesTo": _relations,
    "description": column("words"),
    "securityLabel": _labels,
    "content": detail("files", _content),
    "context": _context,
}


def finish_document(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """What it is called where no type says so; numbers of the version beside the others."""
    row, found = reading.row, reading.detail
    if not row[_TITLE]:
        held = found.get("files", ())
        titles = [one["name"] for one in held if "name" in one]
        row[_TITLE] = row[_WORDS] or next(iter(titles), "") or kind.label


def _sections(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    """Every section, those inside others after their own; a narrative as plain text."""
    found: list[dict[str, Any]] = []
    waiting = values[::-1]
    while waiting:
        section = waiting.pop()
        note_rest(section, _SECTION_NAMES, reading)
        said: dict[str, Any] = {}
        title = section.get("title") or (
            words(section["code"], reading) if "code" in section else ""
        )
        if title:
            said["title"] = title
        if text := _plain(section.get("text", {}).get("div", "")):
            said["text"] = text
        if "entry" in section:
            said["items"] = keys(section["entry"], reading)
        if "emptyReason" in section:
            said["empty_because"] = words(section["emptyReason"], reading)
        found.append(said)
        waiting += section.get("section", [])[::-1]
    return found


_SECTION_NAMES: Final = frozenset(
    {"id", "title", "code", "text", "entry", "emptyReason", "section"}
)


def _plain(markup: str) -> str:
    """Narrative without its markup: what would run in a browser does not come through."""
    text = html.unescape(_TAG.sub(" ", markup[: _LONGEST_TEXT * 4]))
    return " ".join(text.split())[:_LONGEST_TEXT]


COMPOSITION: Final[Table] = {
    **{name: say for name, say in OF_ALL.items() if name not in {"note", "identifier"}},
    **CATEGORY,
    "identifier": _one_number,
    "type": _type,
    "date": starts,
    "author": by_each,
    "title": detail("type"),
    "confidentiality": detail("confidentiality"),
    "custodian": detail("custodian", named),
    "relatesTo": _relations,
    "section": detail("sections", _sections),
}


def finish_composition(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """Its own title goes before its type's."""
    row, found = reading.row, reading.detail
    before = len(reading.unmapped)
    found["type"] = words(resource["type"], reading)
    del reading.unmapped[before:]  # noted already, where the type stands
    found["document_status"] = resource["status"]
    row[_TITLE] = resource["title"]


def _answers(items: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    """Every item in the order it stands, those inside groups and answers after their own."""
    found: list[dict[str, Any]] = []
    waiting = items[::-1]
    while waiting:
        item = waiting.pop()
        note_rest(item, _ITEM_NAMES, reading)
        inner: list[dict[str, Any]] = []
        said: list[str] = []
        for answer in item.get("answer", ()):
            for name, value in answer.items():
                reader = ANY.get(name.removeprefix("value"))
                if name == "item":
                    inner += value
                elif reader is None:
                    reading.unmapped.append(f"answer.{name}")
                else:
                    said.append(reader(value, reading))
        inner += item.get("item", ())
        waiting += inner[::-1]
        if said or "text" in item or not inner:
            found.append(_answer(item, said))
    return found


def _answer(item: Mapping[str, Any], said: list[str]) -> dict[str, Any]:
    answer = {"question": item.get("text", ""), "link": item["linkId"], "answers": said}
    return {name: value for name, value in answer.items() if value}


_ITEM_NAMES: Final = frozenset({"linkId", "text", "answer", "item"})


def _author(value: Mapping[str, Any], reading: Reading) -> None:
    found = reading.pointer(value)
    reading.detail["filled_in_by"] = found.words or found.key
    say_by(found, reading)


QUESTIONNAIRE: Final[Table] = {
    **{name: say for name, say in OF_ALL.items() if name not in {"note", "identifier"}},
    "identifier": _one_number,
    "questionnaire": detail("questionnaire"),
    "authored": starts,
    "author": _author,
    "source": detail("said_by", named),
    "item": detail("answers", _answers),
}


def finish_questionnaire(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """Called after its address where nothing else names it."""
    address = resource.get("questionnaire", "").split("|")[0].rstrip("/")
    reading.row[_TITLE] = address.rpartition("/")[2] or kind.label
