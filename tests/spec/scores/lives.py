"""Lives told in a line each, for tables that read as a manual."""

from datetime import date, timedelta

from oneplace.science.code_lists import read_code_lists
from oneplace.science.scores import Happening, Life, life

ON = date(2026, 3, 12)
LISTS = read_code_lists()


def happening(number: int, text: str) -> Happening:
    """One happening: `kind[:mark] [code|measure[=value]] days ago [for days]`, such as
    `stay:emergency 20 for 4`, `diagnosis:emergency F00.1 20`, `observation egfr=52 100`."""
    words = text.split()
    lasts = int(words[words.index("for") + 1]) if "for" in words else None
    if "for" in words:
        words = words[: words.index("for")]
    kind, _, mark = words[0].partition(":")
    ago = int(words[-1])
    what, _, value = words[1].partition("=") if len(words) > 2 else ("", "", "")
    system, ideas = "", frozenset[str]()
    if what and kind == "observation" and what in LISTS.keys("measures"):
        system, ideas = "oneplace", frozenset({f"measures/{what}"})
    elif what and kind in ("condition", "flag") and what[0].islower():
        folder = next(f for f in ("frailty", "charlson", "flags") if what in LISTS.keys(f))
        system, ideas = "snomed", frozenset({f"{folder}/{what}"})
    elif what:
        system = "dmd" if kind in ("medicine", "issue") else "icd10"
        ideas = LISTS.ideas(system, what)
    began = ON - timedelta(days=ago)
    ended = None if lasts is None else began + timedelta(days=lasts)
    return Happening(
        number,
        kind,
        mark,
        began,
        ended,
        float(value) if value else None,
        "a source",
        what,
        system,
        ideas,
    )


def a_life(age: int | None, text: str, gender: str = "female") -> Life:
    """A life of somebody of an age, from happenings with semicolons between them."""
    told = [part.strip() for part in text.split(";") if part.strip()]
    return life(
        on=ON,
        born_month=None if age is None else date(ON.year - age, 1, 1),
        gender=gender,
        happenings=[happening(number, part) for number, part in enumerate(told, start=1)],
    )
