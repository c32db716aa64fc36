"""Which codes mean what: lists read from files, our own open ones and a place's in their stead."""

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

OWN: Final = Path(__file__).parent
FOLDERS: Final = ("frailty", "charlson", "long_term", "measures", "flags")
POINTS: Final = "hospital_frailty.csv"
COLUMNS: Final = ("system", "code")
MATCHES: Final = ("exact", "begins")
ICD10: Final = "icd10"


class CodeListRefused(ValueError):
    """A code list cannot be read; names file and line, and says what to do."""


class Code(NamedTuple):
    """One line of a list."""

    system: str
    code: str
    match: str
    words: str


@dataclass(frozen=True)
class CodeLists:
    """Lists by `folder/key`, such as `frailty/falls`, and the points of hospital frailty."""

    lists: Mapping[str, tuple[Code, ...]]
    points: Mapping[str, int]
    """Three-character ICD-10 category → points in tenths, so that sums are exact."""
    version: str
    _exact: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict, repr=False)
    _begins: Sequence[tuple[str, str, str]] = field(default_factory=tuple, repr=False)

    def ideas(self, system: str, code: str) -> frozenset[str]:
        """The lists a recorded code is in, as `folder/key`."""
        code = plain(system, code)
        found = self._exact.get((system, code), frozenset())
        if system == ICD10:
            more = {
                name for of, start, name in self._begins if of == system and code.startswith(start)
            }
            return found | more
        return found

    def keys(self, folder: str) -> tuple[str, ...]:
        """The keys of a folder's lists, in their order."""
        return tuple(name.split("/", 1)[1] for name in self.lists if name.startswith(f"{folder}/"))


def plain(system: str, code: str) -> str:
    """A code as it is compared: ICD-10 without its dot and in capitals, others as they are.

    Legacy Read codes are case-sensitive with trailing dots, so nothing else is touched.
    """
    return code.replace(".", "").strip().upper() if system == ICD10 else code.strip()


def read_code_lists(folder: Path | None = None) -> CodeLists:
    """Our own lists, with those of a place's folder in place of files of the same name.

    Raises `CodeListRefused` for a folder or file that cannot be read.
    """
    if folder is not None and not folder.is_dir():
        raise CodeListRefused(f"{folder} is no folder. Name the folder that holds the code lists.")
    return _read(OWN if folder is None else folder, folder is not None)


@cache
def _read(folder: Path, is_of_place: bool) -> CodeLists:
    files = dict(_files(OWN))
    if is_of_place:
        theirs = dict(_files(folder))
        if unknown := sorted(set(theirs) - set(files)):
            raise CodeListRefused(
                f"{folder} holds '{unknown[0]}.csv', which is none of the lists there are. Rename "
                f"it to one of those in {OWN.name}, or take it away."
            )
        files |= theirs
    lists = {name: tuple(_codes(path)) for name, path in sorted(files.items()) if "/" in name}
    points = dict(_points(files[POINTS.removesuffix(".csv")]))
    digest = hashlib.sha256()
    exact: dict[tuple[str, str], set[str]] = {}
    begins: list[tuple[str, str, str]] = []
    for name, codes in lists.items():
        for code in codes:
            digest.update("\t".join((name, *code[:3])).encode())
            if code.match == "begins":
                begins.append((code.system, code.code, name))
            else:
                exact.setdefault((code.system, code.code), set()).add(name)
    _refuse_two_measures(exact)
    digest.update(repr(sorted(points.items())).encode())
    return CodeLists(
        lists,
        points,
        digest.hexdigest()[:12],
        {key: frozenset(names) for key, names in exact.items()},
        tuple(begins),
    )


def _refuse_two_measures(exact: Mapping[tuple[str, str], set[str]]) -> None:
    for (system, code), names in exact.items():
        measures = sorted(name for name in names if name.startswith("measures/"))
        if len(measures) > 1:
            raise CodeListRefused(
                f"The code {code} ({system}) is in '{measures[0]}' and '{measures[1]}': one code "
                "measures one thing. Take it out of one of them."
            )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for kind in FOLDERS:
        for path in sorted((folder / kind).glob("*.csv")):
            yield f"{kind}/{path.stem}", path
    if (folder / POINTS).exists():
        yield POINTS.removesuffix(".csv"), folder / POINTS


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CodeListRefused(
            f"The code list {path} cannot be read as UTF-8 text ({error.__class__.__name__}). "
            "Save it as CSV in UTF-8."
        ) from error
    reader = csv.DictReader(text.splitlines())
    lacking = [name for name in columns if name not in (reader.fieldnames or ())]
    if lacking:
        raise CodeListRefused(
            f"The code list {path} lacks the column '{lacking[0]}' in line 1. Its first line reads "
            f"'{','.join(columns)}'."
        )
    for row in reader:
        if None in row or any(value is None for value in row.values()):
            raise CodeListRefused(
                f"The code list {path}, line {reader.line_num}, has not as many cells as its first "
                "line. Put texts with commas between quotation marks."
            )
        yield reader.line_num, row


def _codes(path: Path) -> Iterator[Code]:
    for line, row in _rows(path, COLUMNS):
        system, code = row["system"].strip(), plain(row["system"].strip(), row["code"])
        match = (row.get("match") or "exact").strip()
        if not system or not code:
            raise CodeListRefused(f"The code list {path}, line {line}, lacks a system or a code.")
        if match not in MATCHES or (match == "begins" and system != ICD10):
            raise CodeListRefused(
                f"The code list {path}, line {line}, has match '{match}': write 'exact', or for "
                "ICD-10 'begins'."
            )
        yield Code(system, code, match, row.get("words") or "")


def _points(path: Path) -> Iterator[tuple[str, int]]:
    for line, row in _rows(path, ("code", "points")):
        try:
            tenths = Decimal(row["points"]) * 10
        except InvalidOperation as error:
            raise CodeListRefused(
                f"{path}, line {line}: points '{row['points']}' are no number."
            ) from error
        if tenths != int(tenths) or tenths <= 0:
            raise CodeListRefused(f"{path}, line {line}: points have one decimal and are above 0.")
        yield plain(ICD10, row["code"]), int(tenths)
