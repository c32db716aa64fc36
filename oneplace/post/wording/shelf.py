"""Finds every room's templates, once."""

import functools
from collections.abc import Mapping
from pathlib import Path

from django.apps import apps

from oneplace.post.wording.reading import Wording, WordingProblem, read_wording


@functools.cache
def all_wordings() -> Mapping[str, Wording]:
    """Every template by name, from the `wording` folder of each room."""
    found: dict[str, Wording] = {}
    for room in apps.get_app_configs():
        if not room.name.startswith("oneplace."):
            continue
        for path in sorted(Path(room.path).glob("wording/*.toml")):
            made = read_wording(path)
            if made.name in found:
                raise WordingProblem(
                    f"{path.name}: another room has a template of this name; rename one."
                )
            found[made.name] = made
    return found


def wording(name: str) -> Wording:
    """The template of this name; raises `WordingProblem` with the names there are."""
    try:
        return all_wordings()[name]
    except KeyError:
        raise WordingProblem(
            f"There is no template '{name}'; there are {', '.join(sorted(all_wordings()))}."
        ) from None
