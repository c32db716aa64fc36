#!/usr/bin/env python3
"""The register of security requirements as a page: `tools/asvs.py` writes docs/security/asvs.md.

`docs/security/asvs.toml` holds the register; the page is made from it and a test compares the two.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parents[1]
REGISTER: Final = PROJECT / "docs" / "security" / "asvs.toml"
PAGE: Final = REGISTER.with_suffix(".md")
STATES: Final = {
    "test": "shown by a test",
    "evidence": "evidence",
    "open": "**open**",
    "not used": "not used here",
}
CHAPTERS: Final = {
    "1": "Encoding and cleaning",
    "2": "Validation and order of steps",
    "3": "The browser",
    "4": "Doors for programs",
    "5": "Files",
    "6": "Signing in",
    "7": "Sessions",
    "8": "Who may what",
    "9": "Signed tokens",
    "10": "OAuth and OpenID Connect",
    "11": "Cryptography",
    "12": "Encrypted connections",
    "13": "Configuration",
    "14": "Data protection",
    "15": "Code and parts",
    "16": "Logs and errors",
    "17": "WebRTC",
}


def register() -> list[dict[str, Any]]:
    """The requirements, each with id, level, about, state and either tests or words."""
    found: list[dict[str, Any]] = tomllib.loads(REGISTER.read_text())["requirements"]
    return found


def page() -> str:
    """The page of the register."""
    rows = register()
    lines = [
        "# Register of security requirements",
        "",
        "<!-- Written by `tools/asvs.py` from `docs/security/asvs.toml`. Change that, and run it"
        " again. -->",
        "",
        "The requirements of the OWASP Application Security Verification Standard 5.0.0, levels 1"
        " and 2, each with what shows that it is met here, or *open*. The words are ours and short;"
        " the standard's own are what counts, and are found under the same number at"
        " <https://github.com/OWASP/ASVS> (CC BY-SA 4.0). Nobody outside has checked this register,"
        " so no level is claimed.",
        "",
        "| | Shown by a test | Evidence | Not used here | Open |",
        "|---|---|---|---|---|",
    ]
    for level in (1, 2):
        of = [row for row in rows if row["level"] == level]
        counts = [
            sum(row["state"] == state for row in of)
            for state in ("test", "evidence", "not used", "open")
        ]
        lines.append(f"| Level {level}: {len(of)} | " + " | ".join(map(str, counts)) + " |")
    for chapter, name in CHAPTERS.items():
        lines += [
            "",
            f"## V{chapter} {name}",
            "",
            "| | Level | About | Here |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {row['id']} | {row['level']} | {row['about']} | {_here(row)} |"
            for row in rows
            if row["id"].split(".")[0] == f"V{chapter}"
        ]
    return "\n".join(lines) + "\n"


def _here(row: dict[str, Any]) -> str:
    told = [STATES[row["state"]]]
    told += [f"`{test}`" for test in row.get("tests", [])]
    if row.get("words"):
        told.append(row["words"])
    return ": ".join([told[0], ", ".join(told[1:])]) if told[1:] else told[0]


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"{PAGE.relative_to(PROJECT)}\n")
