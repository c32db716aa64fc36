"""The part of GLOSSARY.md that is made from the terms: the closed lists."""

from pathlib import Path
from typing import Final

from oneplace.vocabulary import terms
from oneplace.vocabulary.terms.term import Term

BEGIN: Final = "<!-- made from the terms: do not edit below; `oneplace docs` writes it -->"
"""Everything in GLOSSARY.md after this line is written by `brought_in_step`."""


def closed_lists() -> list[type[Term]]:
    """Every term class, in the order of its name."""
    found = [getattr(terms, name) for name in terms.__all__]
    return sorted(
        (
            item
            for item in found
            if isinstance(item, type) and issubclass(item, Term) and item is not Term
        ),
        key=lambda term: term.__name__,
    )


def made_part() -> str:
    """The made part of the glossary, in Markdown."""
    lines = [
        BEGIN,
        "",
        "## Closed lists",
        "",
        "Each is an enum in `oneplace.vocabulary.terms`. The word in code font is stored and never",
        "changes; the words beside it are shown and may be improved. What may follow what is in",
        "`docs/reference/states.md`.",
        "",
    ]
    for term in closed_lists():
        members = "; ".join(f"`{member.value}` {member.label}" for member in term)
        summary = (term.__doc__ or "").strip().splitlines()[0]
        lines += [f"### `terms.{term.__name__}`", "", summary, "", members + ".", ""]
    return "\n".join(lines)


def brought_in_step(text: str) -> str:
    """The glossary's text with its made part renewed."""
    written = text.split(BEGIN, maxsplit=1)[0].rstrip()
    return f"{written}\n\n{made_part().rstrip()}\n"


def bring_in_step(path: Path) -> bool:
    """Renew the made part of the glossary at `path`; says whether anything changed."""
    before = path.read_text(encoding="utf-8")
    after = brought_in_step(before)
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before
