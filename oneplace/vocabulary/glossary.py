"""The part of GLOSSARY.md made from the terms: closed lists, and states with their steps."""

from pathlib import Path
from typing import Any, Final

from oneplace.vocabulary import terms
from oneplace.vocabulary.terms.term import Term, Transitions

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


def state_tables() -> list[tuple[str, Transitions[Any]]]:
    """Every table of states with the name it is imported by, in the order of that name."""
    found = ((name, getattr(terms, name)) for name in sorted(terms.__all__))
    return [(name, item) for name, item in found if isinstance(item, Transitions)]


def made_part() -> str:
    """The made part of the glossary, in Markdown."""
    lines = [
        BEGIN,
        "",
        "## Closed lists",
        "",
        "Each is an enum in `oneplace.vocabulary.terms`. The word in code font is stored and never",
        "changes; the words beside it are shown and may be improved.",
        "",
    ]
    for term in closed_lists():
        members = "; ".join(f"`{member.value}` {member.label}" for member in term)
        summary = (term.__doc__ or "").strip().splitlines()[0]
        lines += [f"### `terms.{term.__name__}`", "", summary, "", members + ".", ""]
    lines += [
        "## States and their steps",
        "",
        "What may follow what. A state in *italics* cannot be entered without a reason.",
        "",
    ]
    for name, table in state_tables():
        lines += [f"### `terms.{name}`", "", "| From | To |", "|---|---|"]
        for state in type(table.start):
            following = ", ".join(
                f"*{after.label}*" if table.needs_reason(after) else after.label
                for after in table.after(state)
            )
            begins = " (begins here)" if state is table.start else ""
            lines.append(f"| {state.label}{begins} | {following or 'nothing: it ends here'} |")
        lines.append("")
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
