"""Templates only arrange: no inline code or style, nobody outside is asked, all is escaped."""

import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((PROJECT / "oneplace").glob("*/jinja2/**/*.html"))
SCRIPTS = [
    file
    for file in sorted((PROJECT / "oneplace").glob("*/static/**/*"))
    if file.suffix in {".js", ".css", ".mjs"} and "/built/" not in file.as_posix()
]
# Names of places outside. An XML namespace is a name, not an address anybody fetches.
OUTSIDE = re.compile(r"""(?:src|href|action|url\()\s*=?\s*["']?(?:https?:)?//[^"'\s)]+""")


def _found(pattern: str, files: list[Path]) -> list[str]:
    compiled = re.compile(pattern)
    return [
        f"{file.relative_to(PROJECT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if compiled.search(line)
    ]


def test_no_template_carries_inline_style_or_handlers() -> None:
    assert _found(r"\sstyle\s*=\s*[\"']", TEMPLATES) == []
    assert _found(r"\son[a-z]+\s*=\s*[\"']", TEMPLATES) == []
    assert _found(r"javascript:", TEMPLATES) == []


def test_every_script_and_style_block_carries_the_nonce() -> None:
    without = _found(r"<(script|style)(?![^>]*nonce)", TEMPLATES)

    assert without == []


def test_nothing_is_marked_safe_by_hand() -> None:
    assert _found(r"\|\s*safe\b", TEMPLATES) == []


def test_nobody_outside_is_asked_for_anything() -> None:
    found = [
        f"{file.relative_to(PROJECT)}: {match.group(0)}"
        for file in (*TEMPLATES, *SCRIPTS)
        for match in OUTSIDE.finditer(file.read_text())
    ]

    assert found == []


def test_the_built_front_end_asks_nobody_outside_either() -> None:
    built = PROJECT / "oneplace" / "kit" / "static" / "built"
    styles = list(built.glob("*.css"))

    assert styles, "run `make assets`"
    for file in styles:
        assert not re.search(r"url\((?!data:)[\"']?(https?:)?//", file.read_text()), file.name
        assert "assets.nhs.uk" not in file.read_text()


def test_no_committed_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True)
    if tracked.returncode != 0:  # a fresh copy of the files has no history beside it
        names = [
            file.relative_to(PROJECT).as_posix()
            for pattern in ("*.txt", "*.toml", "*.json", "*.md", "oneplace/**/*.py", "docs/**/*.md")
            for file in PROJECT.glob(pattern)
        ]
    else:
        names = [name for name in tracked.stdout.split("\0") if name]
    # Written in two halves so that this file does not name them.
    hosts = [
        "pypi" + ".org",
        "files.python" + "hosted",
        "registry.npm" + "js",
        "deb." + "debian.org",
    ]
    folders = ["/work" + "/main", "/home" + "/", "/root" + "/"]
    found = []
    for name in names:
        file = PROJECT / name
        if not file.is_file() or file.suffix in {".png", ".ico", ".woff2"}:
            continue
        text = file.read_text(errors="ignore")
        found += [f"{name} names {word}" for word in (*hosts, *folders) if word in text]

    assert found == []
