"""Finding and reading a place file."""

import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from oneplace.vocabulary.place.checks import problems_between_parts
from oneplace.vocabulary.place.problems import PlaceError, Problem, problems_of, with_names
from oneplace.vocabulary.place.whole import Place

PROJECT_PLACES: Final = Path(__file__).resolve().parents[3] / "places"
"""Where the project keeps the places it ships."""


DEFAULT_NAME_FILE: Final = "default"
"""The file beside the places that holds, as its only word, the one taken when none is named."""


def place_path(name_or_path: str | Path | None = None) -> Path:
    """The file of a place: a path as it is, a bare name as `places/<name>.toml`.

    A name is looked for under the current folder, then beside the project. Nothing, or an empty
    name, is the place `places/default` names, so that no code has a favourite. Raises
    `PlaceError` listing the places there are.
    """
    folders = list(dict.fromkeys((Path.cwd() / "places", PROJECT_PLACES)))
    if name_or_path is None or str(name_or_path) == "":
        name_or_path = _default_name(folders)
    given = Path(name_or_path)
    if given.is_file():
        return given
    is_name = given.name == str(name_or_path) and given.suffix in {"", ".toml"}
    if is_name:
        for folder in folders:
            candidate = folder / f"{given.stem}.toml"
            if candidate.is_file():
                return candidate
    known = sorted({file.stem for folder in folders for file in folder.glob("*.toml")})
    remedy = (
        f"There are: {', '.join(known)}. Use one of these names, the path of a file, or write a "
        "new place with `oneplace place new NAME`."
        if known
        else "Give the path of a file, or write a new place with `oneplace place new NAME`."
    )
    reason = "there is a folder of that name, not a file" if given.is_dir() else "no such place"
    raise PlaceError(given, [Problem("", reason, remedy)])


def _default_name(folders: list[Path]) -> str:
    for folder in folders:
        try:
            name = (folder / DEFAULT_NAME_FILE).read_text(encoding="utf-8").strip()
        except OSError:
            continue
        if name:
            return name
    reason = "no place is named, and there is no file that names the one to take"
    remedy = f'Name a place, or write its name into "places/{DEFAULT_NAME_FILE}".'
    raise PlaceError(folders[0] / DEFAULT_NAME_FILE, [Problem("", reason, remedy)])


def load_place(path: Path) -> Place:
    """Read and check a place file; raises `PlaceError` naming everything that is wrong with it."""
    given = _read(path)
    try:
        place = Place.model_validate(given)
    except ValidationError as error:
        problems = with_names(problems_of(error, model=Place), given)
        raise PlaceError(path, problems) from None
    problems = with_names(problems_between_parts(place), given)
    if problems:
        raise PlaceError(path, problems)
    place._read_from = path
    return place


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        message = str(error).rstrip(".")
        raise PlaceError(
            path,
            [
                Problem(
                    "",
                    f"it is not well-formed TOML: {message[:1].lower()}{message[1:]}",
                    "Correct that line; words stand in quotes, lists in square brackets.",
                )
            ],
        ) from None
    except UnicodeDecodeError:
        raise PlaceError(
            path, [Problem("", "it is not a text file in UTF-8", "Save it as UTF-8 and try again.")]
        ) from None
    except FileNotFoundError:
        raise PlaceError(
            path, [Problem("", "there is no such file", "Check the path and its spelling.")]
        ) from None
    except OSError as error:
        raise PlaceError(
            path,
            [
                Problem(
                    "",
                    f"it cannot be read ({(error.strerror or 'unknown cause').lower()})",
                    "Check that it is a file you may read.",
                )
            ],
        ) from None
