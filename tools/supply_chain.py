#!/usr/bin/env python3
"""What oneplace is made of, and whether it may be: parts, licences, secrets, code that runs data.

    tools/supply_chain.py sbom        write build/sbom.json (CycloneDX 1.5)
    tools/supply_chain.py licences    name every part whose licence nobody allowed
    tools/supply_chain.py secrets     name every file that holds what looks like a secret
    tools/supply_chain.py code        name every place that would run what it reads
    tools/supply_chain.py audit       ask for known weaknesses, or say "not audited" and why

Standard library only, so that it runs before anything is installed.
`tests/house/test_supply_chain.py` runs all but the last, which needs the world outside.
"""

import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parents[1]
LOCKS: Final = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")
RUNTIME: Final = "requirements.txt"
NPM_LOCK: Final = "package-lock.json"
ADVISORIES: Final = "https://api.osv.dev/v1/querybatch"

ALLOWED: Final = {
    *("MIT", "MIT-0", "MIT-CMU", "ISC", "0BSD", "ZLIB", "CC0-1.0", "UNLICENSE", "BSL-1.0"),
    *("BSD", "BSD-2-CLAUSE", "BSD-3-CLAUSE", "APACHE-2.0", "PSF-2.0", "PYTHON-2.0", "HPND"),
    # Asks for its own changed files alone.
    *("MPL-2.0", "MPL-1.1"),
    # Used unchanged as a library: ADR 0005.
    *("LGPL-3.0-ONLY", "LGPL-3.0"),
}
"""Licences under which a part may come to any public body."""
# What packages call theirs, in small letters and without brackets.
_CALLED: Final = {
    "mit license": "MIT",
    "the mit license": "MIT",
    "apache software license": "APACHE-2.0",
    "apache 2.0": "APACHE-2.0",
    "apache-2": "APACHE-2.0",
    "apache license 2.0": "APACHE-2.0",
    "apache license, version 2.0": "APACHE-2.0",
    "apache license version 2.0": "APACHE-2.0",
    "bsd license": "BSD",
    "new bsd": "BSD-3-CLAUSE",
    "3-clause bsd license": "BSD-3-CLAUSE",
    "bsd 3-clause license": "BSD-3-CLAUSE",
    "isc license": "ISC",
    "isc license iscl": "ISC",
    "mozilla public license 2.0 mpl 2.0": "MPL-2.0",
    "mozilla public license 1.1 mpl 1.1": "MPL-1.1",
    "python software foundation license": "PSF-2.0",
    "gnu lesser general public license v3 lgplv3": "LGPL-3.0-ONLY",
    "public domain": "UNLICENSE",
    "the unlicense unlicense": "UNLICENSE",
    "zlib/libpng license": "ZLIB",
}


@dataclass(frozen=True)
class Part:
    """One package as it is locked."""

    ecosystem: str
    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str

    @property
    def purl(self) -> str:
        """Its name among all packages of all kinds."""
        kind = {"PyPI": "pypi", "npm": "npm"}[self.ecosystem]
        return f"pkg:{kind}/{self.name.replace('@', '%40')}@{self.version}"


_REQUIREMENT: Final = re.compile(
    r"^([A-Za-z0-9][\w.\-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE
)
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_parts(lock: str = RUNTIME) -> list[Part]:
    """The Python packages of a lock."""
    text = (PROJECT / lock).read_text()
    starts = list(_REQUIREMENT.finditer(text))
    ends = [*(start.start() for start in starts[1:]), len(text)]
    return [
        Part(
            "PyPI",
            re.sub(r"[-_.]+", "-", found[1]).lower(),
            found[2],
            tuple(_HASH.findall(text[found.start() : end])),
            _licence_of(found[1]),
        )
        for found, end in zip(starts, ends, strict=True)
    ]


def npm_parts() -> list[Part]:
    """The npm packages of the lock."""
    packages = json.loads((PROJECT / NPM_LOCK).read_text())["packages"]
    return [
        Part(
            "npm",
            path.rpartition("node_modules/")[2],
            str(given["version"]),
            (str(given["integrity"]),) if given.get("integrity") else (),
            str(given.get("license", "")),
        )
        for path, given in packages.items()
        if path
    ]


def _licence_of(name: str) -> str:
    """What an installed package says of its licence, in a word where that is known."""
    try:
        told: Any = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed here"
    if told.get("License-Expression"):
        return str(told["License-Expression"])
    said = [
        each.rpartition("::")[2].strip()
        for each in told.get_all("Classifier") or []
        if each.startswith("License ::") and not each.endswith("OSI Approved")
    ]
    short = str(told.get("License") or "").strip().partition("\n")[0]
    return " OR ".join(said) or short


def unlocked() -> list[str]:
    """Packages without a hash of what may be installed under their name."""
    parts = [part for lock in LOCKS for part in python_parts(lock)] + npm_parts()
    return [f"{part.ecosystem} {part.name}" for part in parts if not part.hashes]


def refused_licences() -> list[str]:
    """Parts of what runs whose licence is not among those allowed, or cannot be told."""
    return [
        f"{part.ecosystem} {part.name} {part.version}: {part.licence or 'says none'}"
        for part in [*python_parts(), *npm_parts()]
        if part.licence != "not installed here" and not is_allowed(part.licence)
    ]


def is_allowed(licence: str) -> bool:
    """Whether an expression of licences (AND, OR, brackets) leaves a way that is allowed."""
    words = licence.strip().replace("(", "").replace(")", "")
    if words.lower() in _CALLED:
        return True
    ways = re.split(r"\s+OR\s+|/", words)
    return any(
        all(_is_known(one) for one in re.split(r"\s+AND\s+", way)) for way in ways if way.strip()
    )


def _is_known(word: str) -> bool:
    plain = word.strip()
    return plain.upper() in ALLOWED or _CALLED.get(plain.lower(), "") in ALLOWED


def sbom() -> dict[str, Any]:
    """Every part of what runs, as CycloneDX 1.5; the same for the same locks."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "oneplace"}},
        "components": [
            {
                "type": "library",
                "name": part.name,
                "version": part.version,
                "purl": part.purl,
                "licenses": [{"license": {"name": part.licence}}] if part.licence else [],
                "hashes": [
                    {"alg": "SHA-256", "content": each}
                    for each in part.hashes
                    if part.ecosystem == "PyPI"
                ],
            }
            for part in sorted(
                [*python_parts(), *npm_parts()], key=lambda part: (part.ecosystem, part.name)
            )
        ],
    }


# --- secrets --------------------------------------------------------------------------------------
SECRETS: Final = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20}"),
    "a cloud key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of a code host": re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-)\w{20,}\b"),
    "a token of a chat": re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    "a key of a model or payment service": re.compile(r"\bsk[-_](?:live|proj|ant)[-_]\w{16,}"),
    "a signed token": re.compile(r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{15,}"),
    # As a machine would make one: letters and digits, long. Words of examples are none.
    "a password in an address": re.compile(
        r"\b\w+://[^\s:/@]+:(?=[^\s:/@]*\d)(?=[^\s:/@]*[a-zA-Z])[^\s:/@'\"{}<>$]{12,}@[\w.-]+"
    ),
}
_MOST_BYTES: Final = 2_000_000


def tracked(*patterns: str) -> list[Path]:
    """Files of the project that are kept under version control; of a copy without it, its own."""
    done = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=PROJECT, capture_output=True, check=False
    )
    if done.returncode:
        return sorted(_lying_here(patterns))
    names = done.stdout.decode().split("\0")
    return [PROJECT / name for name in names if name and (PROJECT / name).is_file()]


def _lying_here(patterns: Iterable[str]) -> Iterator[Path]:
    """Files of a copy of the project, but for what is made or installed there."""
    wanted = list(patterns) or ["*"]
    for folder, folders, names in os.walk(PROJECT):
        folders[:] = [name for name in folders if name not in _MADE]
        for name in names:
            file = Path(folder) / name
            if any(fnmatch(str(file.relative_to(PROJECT)), one) for one in wanted):
                yield file


_MADE: Final = {
    ".git", ".venv", "node_modules", "build", "data", "site", "built", "__pycache__", "screenshots",
    ".mypy_cache", ".ruff_cache", ".pytest_cache",
}  # fmt: skip


def secrets(files: Iterable[Path]) -> list[str]:
    """Where something stands that looks like a secret: file, line and kind, never the words."""
    return [
        f"{file}, line {text.count(chr(10), 0, found.start()) + 1}: {kind}"
        for file in files
        if file.stat().st_size <= _MOST_BYTES
        for text in [file.read_bytes().decode(errors="ignore")]
        for kind, pattern in SECRETS.items()
        for found in pattern.finditer(text)
    ]


# --- code that would run what it reads ------------------------------------------------------------
RUNS_DATA: Final = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
RUNS_WORDS: Final = {"eval", "exec"}
_LOADS: Final = {"read_pickle", "to_pickle", "unsafe_load", "full_load"}


def runs_data(source: str, name: str) -> Iterator[str]:
    """Where Python code turns what it reads into code or objects of any kind."""
    for node in ast.walk(ast.parse(source)):
        what = ""
        if isinstance(node, ast.Import):
            what = next((a.name for a in node.names if a.name.split(".")[0] in RUNS_DATA), "")
        elif isinstance(node, ast.ImportFrom):
            what = node.module or "" if (node.module or "").split(".")[0] in RUNS_DATA else ""
        elif isinstance(node, ast.Call):
            what = _call(node)
        if what:
            yield f"{name}, line {getattr(node, 'lineno', 0)}: {what}"


def _call(node: ast.Call) -> str:
    called = node.func
    given = {each.arg: each.value for each in node.keywords}
    if isinstance(called, ast.Name) and called.id in RUNS_WORDS:
        return f"{called.id}()"
    if isinstance(called, ast.Attribute):
        if called.attr in _LOADS:
            return f".{called.attr}()"
        of = called.value.id if isinstance(called.value, ast.Name) else ""
        if of == "yaml" and called.attr == "load":
            return "yaml.load()"
        if of == "os" and called.attr in ("system", "popen"):
            return f"os.{called.attr}()"
    for risky in ("allow_pickle", "shell"):
        value = given.get(risky)
        if isinstance(value, ast.Constant) and value.value is True:
            return f"{risky}=True"
    return ""


# --- known weaknesses -----------------------------------------------------------------------------
Ask = Callable[[bytes], bytes]


def _ask_outside(question: bytes) -> bytes:
    asked = urllib.request.Request(
        ADVISORIES, data=question, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - one fixed address
        return bytes(answer.read())


def audit(ask: Ask = _ask_outside) -> tuple[str, list[str]]:
    """Known weaknesses of what runs: ("audited" or "not audited: why", what was found).

    A service that does not answer, or answers less than was asked, is never taken for a clean one.
    """
    parts = [*python_parts(), *npm_parts()]
    question = {
        "queries": [
            {"package": {"ecosystem": part.ecosystem, "name": part.name}, "version": part.version}
            for part in parts
        ]
    }
    try:
        answers = json.loads(ask(json.dumps(question).encode()))["results"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = getattr(error, "reason", None) or error
        return f"not audited: the advisory service did not answer ({why})", []
    if len(answers) != len(parts):
        return f"not audited: {len(answers)} answers to {len(parts)} questions", []
    found = [
        f"{part.ecosystem} {part.name} {part.version}: {weakness['id']}"
        for part, answer in zip(parts, answers, strict=True)
        for weakness in (answer or {}).get("vulns", [])
    ]
    return "audited", found


def main(what: str) -> int:
    """Do one of them; exit code 1 where something is wrong, 3 where it could not be told."""
    if what == "sbom":
        file = PROJECT / "build" / "sbom.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(sbom(), indent=1) + "\n")
        _say([f"{file.relative_to(PROJECT)}: {len(sbom()['components'])} parts"])
        return 0
    if what == "audit":
        state, found = audit()
        _say([state, *found])
        return 3 if state != "audited" else int(bool(found))
    wrong = {
        "licences": lambda: refused_licences() + unlocked(),
        "secrets": lambda: secrets(tracked()),
        "code": lambda: [
            each
            for file in tracked("oneplace/*.py", "tools/*.py")
            for each in runs_data(file.read_text(), str(file.relative_to(PROJECT)))
        ],
    }.get(what)
    if wrong is None:
        _say([__doc__ or ""])
        return 2
    _say(wrong() or ["nothing found"])
    return int(bool(wrong()))


def _say(lines: Iterable[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
