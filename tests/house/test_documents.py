"""The documents: links that lead somewhere, commands that exist, pages in step with the code."""

import configparser
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import click
import pytest
import yaml

from oneplace.cli.docs import documents
from oneplace.cli.docs.helps import context_of
from oneplace.cli.docs.house import read_map

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
ADRS = sorted((DOCS / "adr").glob("[0-9]*.md"))
PAGES = sorted(
    file
    for file in [*PROJECT.glob("*.md"), *DOCS.rglob("*.md"), *(PROJECT / "safety").glob("*.md")]
    if "node_modules" not in file.parts
)
# Named in a document before they exist. Whoever builds one takes it out of this list.
TO_COME = {
    "tests/fakes/",
}
PICTURES = "docs/pictures/"
MOST_DEPENDENCIES = 40


def named(file: Path) -> str:
    """A page's path in the project, for messages and test names."""
    return str(file.relative_to(PROJECT))


def prose(file: Path) -> str:
    """A page's text without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", file.read_text(), flags=re.S | re.M)


# --- written from the code ------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(documents(PROJECT)))
def test_a_document_made_from_the_code_is_in_step_with_it(name: str) -> None:
    written = documents(PROJECT)[name]()

    assert (PROJECT / name).read_text() == written, f"{name} fell behind: run `oneplace docs`"


def test_the_check_names_what_fell_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "oneplace.cli", "docs", "--check", "--json"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == '{"done": true, "written": []}'


def test_no_document_holds_a_path_of_a_machine() -> None:
    for file in PAGES:
        found = re.search(r"/(home|Users|root|work)/[a-z]|/tmp/[a-z]", file.read_text())
        assert found is None, f"{named(file)}: {found and found.group()}"


# --- the map --------------------------------------------------------------------------------------


def layers() -> list[list[str]]:
    """The arrow of .importlinter, first rooms last, a line of equals as one entry."""
    parser = configparser.ConfigParser(comment_prefixes=("#",))
    parser.read(PROJECT / ".importlinter")
    lines = parser["importlinter:contract:arrow"]["layers"].splitlines()
    return [re.findall(r"\w+", line) for line in lines if line.strip()]


def test_the_map_shows_every_package_and_no_other() -> None:
    packages = {file.parent.name for file in (PROJECT / "oneplace").glob("*/__init__.py")}
    rooms = {room.name: room for group in read_map(PROJECT) for room in group.rooms}

    assert packages - set(rooms) == set(), "add these to docs/map.toml"
    assert {name for name, room in rooms.items() if room.is_built} == packages


def test_the_map_and_the_import_contracts_name_the_same_rooms() -> None:
    on_the_map = {room.name for group in read_map(PROJECT) for room in group.rooms}

    assert on_the_map == {name for layer in layers() for name in layer}


def test_the_way_in_runs_as_the_import_contracts_do() -> None:
    way_in = [room.name for room in read_map(PROJECT)[0].rooms]
    order = [name for layer in reversed(layers()) for name in reversed(layer) if name in way_in]

    assert way_in == order


# --- decisions ------------------------------------------------------------------------------------


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(file.name[:4]) for file in ADRS]

    assert numbers == list(range(1, len(ADRS) + 1))


@pytest.mark.parametrize("file", ADRS, ids=lambda file: file.stem)
def test_a_decision_has_its_five_parts_and_says_how_it_is_kept(file: Path) -> None:
    text = file.read_text()

    assert text.startswith(f"# {file.name[:4]} ")
    assert re.search(r"^Status: (accepted|superseded)", text, re.M)
    assert re.findall(r"^## (.+)$", text, re.M) == [
        "Context",
        "Options weighed",
        "Decision",
        "How it is kept",
        "Consequences",
    ]


@pytest.mark.parametrize("file", ADRS, ids=lambda file: file.stem)
def test_a_decision_names_what_keeps_it(file: Path) -> None:
    kept = file.read_text().split("## How it is kept")[1].split("## Consequences")[0]

    named_paths = re.findall(r"`(tests/[\w./-]+|\.importlinter|requirements\.txt)`", kept)
    assert named_paths, f"{file.name} says how it is kept, but names nothing that keeps it"
    assert all((PROJECT / path).exists() for path in named_paths), named_paths


def test_the_index_lists_every_decision() -> None:
    index = (DOCS / "adr" / "index.md").read_text()

    assert re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index) == [file.name for file in ADRS]


# --- dependencies ---------------------------------------------------------------------------------


def dependency_rows() -> dict[str, tuple[str, str, str]]:
    """Package: (why, licence, how well kept), from the table of ADR 0005."""
    text = (DOCS / "adr" / "0005-dependencies.md").read_text()
    rows = re.findall(r"^\| ([a-z0-9-]+) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.M)
    return {name: (why, licence, kept) for name, why, licence, kept in rows}


def dependencies() -> list[str]:
    """The direct runtime dependencies of pyproject.toml, by name."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    return [
        re.match(r"[A-Za-z0-9._-]+", line).group().lower()  # type: ignore[union-attr]
        for line in project["dependencies"]
    ]


def test_every_dependency_has_its_reason_and_no_reason_is_without_one() -> None:
    assert sorted(dependency_rows()) == sorted(dependencies())


def test_there_are_not_too_many_dependencies() -> None:
    assert len(dependencies()) <= MOST_DEPENDENCIES


def _licence(name: str) -> str | None:
    found = metadata.metadata(name)
    classifiers = [
        line.split("::")[-1].strip()
        for line in found.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    said = (found.get("License") or "").strip()
    # Some put their whole licence where its name belongs.
    name = classifiers[0] if "\n" in said and classifiers else said
    return found.get("License-Expression") or name or (classifiers[0] if classifiers else None)


@pytest.mark.parametrize("name", dependencies())
def test_a_dependencys_licence_is_the_one_it_was_published_under(name: str) -> None:
    said = dependency_rows()[name][1]
    try:
        published = _licence(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} has no package for this machine")
    if published is None:
        pytest.skip(f"{name} says no licence in its metadata")
    words = {"Apache": "Apache", "BSD": "BSD", "MIT": "MIT", "LGPL": "LGPL", "MPL": "MPL"}
    mentioned = {word for word in words if word in published[:200]}

    assert mentioned, f"{name}: {published[:80]} is not a licence we know; look at it"
    assert mentioned == {word for word in words if word in said}


@pytest.mark.parametrize("name", dependencies())
def test_a_dependency_to_look_at_again_has_a_date(name: str) -> None:
    kept = dependency_rows()[name][2]

    assert re.match(r"(well|fair|review, [A-Z][a-z]+ 20\d\d)\b", kept), kept


# --- links ----------------------------------------------------------------------------------------


def anchors(file: Path) -> set[str]:
    """The anchors of a page's headings, as the site makes them."""
    from markdown.extensions.toc import slugify

    return {slugify(title, "-") for title in re.findall(r"^#+ (.+)$", prose(file), re.M)}


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_every_link_of_a_page_leads_somewhere(file: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(file)):
        assert not link.startswith("http"), f"{named(file)} leads out of the project: {link}"
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        if named(target).startswith(PICTURES):
            assert target.suffix == ".png"
            continue
        assert target.exists(), f"{named(file)}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{named(file)}: {link}"


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_every_path_a_page_names_exists(file: Path) -> None:
    roots = "oneplace|tests|docs|deploy|safety|tools|places"
    for path in re.findall(rf"`((?:{roots})/[\w./-]+)`", prose(file)):
        if path in TO_COME or "/journeys" in path or path.startswith(PICTURES):
            continue
        assert (PROJECT / path).exists(), f"{named(file)} names {path}"


def test_what_was_to_come_and_has_come_is_taken_off_the_list() -> None:
    come = {path for path in TO_COME if (PROJECT / path).exists()}

    assert come == set(), "these exist now: take them out of TO_COME in this file"


# --- commands -------------------------------------------------------------------------------------


def make_targets() -> set[str]:
    """What the Makefile can make."""
    text = (PROJECT / "Makefile").read_text()
    named_ones = set(re.findall(r"^([a-z-]+):", text, re.M))
    return named_ones | {".venv/.runtime"}


def command_lines(file: Path) -> Iterator[str]:
    """Every `make …` and `oneplace …` of a page: in code blocks and in backticks."""
    text = file.read_text()
    for block in re.findall(r"^```(?:text)?\n(.*?)^```$", text, re.S | re.M):
        for line in block.splitlines():
            if re.match(r"(make|oneplace)\b", line):
                yield line.split("#")[0].strip()
    yield from re.findall(r"`((?:make|oneplace) [^`]+)`", prose(file))
    yield from (
        f"oneplace {rest}" for rest in re.findall(r"start\.py command ([a-z][^`\n]*)", text)
    )


HAND_WRITTEN = [file for file in PAGES if "reference" not in file.parts]


@pytest.mark.parametrize("file", HAND_WRITTEN, ids=named)
def test_every_make_target_a_page_names_can_be_made(file: Path) -> None:
    for line in command_lines(file):
        program, *words = line.split()
        if program == "make":
            for word in words:
                if "=" not in word:
                    assert word in make_targets(), f"{named(file)}: {line}"


@pytest.mark.parametrize("file", HAND_WRITTEN, ids=named)
def test_every_command_a_page_names_exists_with_its_options(file: Path) -> None:
    from oneplace.cli import oneplace

    for line in command_lines(file):
        program, *words = line.split()
        if program != "oneplace" or not words:
            continue
        command: click.Command | None = oneplace
        for word in words:
            if word.startswith("-"):
                assert command is not None
                options = {
                    name
                    for parameter in command.get_params(context_of(program, command))
                    for name in parameter.opts
                }
                assert word.split("=")[0] in options, f"{named(file)}: {line}"
            elif isinstance(command, click.Group):
                if word.isupper() or "<" in word:
                    continue
                assert word in command.list_commands(context_of(program, command)), (
                    f"{named(file)}: {line}"
                )
                command = command.get_command(context_of(program, command), word)


# --- the rest -------------------------------------------------------------------------------------


def test_the_changelog_has_a_place_for_what_is_not_released() -> None:
    text = (PROJECT / "CHANGELOG.md").read_text()

    assert re.search(r"^## Unreleased$", text, re.M)


def test_campaigns_are_noted_in_one_table() -> None:
    text = (DOCS / "campaigns.md").read_text()
    _, _, table = text.partition("| Date | Commit | Campaign | Seed | Result |\n")

    assert table
    assert all(line.startswith("|") and line.count("|") == 6 for line in table.splitlines())


def test_every_page_is_in_the_sites_menu() -> None:
    site = yaml.safe_load((PROJECT / "mkdocs.yml").read_text())

    def listed(items: list[object]) -> Iterator[str]:
        for item in items:
            for value in item.values() if isinstance(item, dict) else [item]:
                if isinstance(value, list):
                    yield from listed(value)
                else:
                    yield str(value)

    assert sorted(listed(site["nav"])) == sorted(
        str(f.relative_to(DOCS)) for f in DOCS.rglob("*.md")
    )


def test_the_site_builds_strictly_and_loads_nothing_from_outside(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    loads = re.compile(
        r"""<(?:script|img|link|iframe)[^>]*(?:src|href)=["'](?:https?:)?//"""
        r"""|url\(["']?(?:https?:)?//|@import ["'](?:https?:)?//"""
    )
    for file in [*tmp_path.rglob("*.html"), *tmp_path.rglob("*.css")]:
        found = loads.search(file.read_text())
        assert found is None, f"{file.name}: {found and found.group()}"


def test_the_owners_file_names_paths_that_exist_or_are_on_the_map() -> None:
    to_come = {
        room.name for group in read_map(PROJECT) for room in group.rooms if not room.is_built
    }
    for line in (PROJECT / "CODEOWNERS").read_text().splitlines():
        if not line.startswith("/"):
            continue
        path = line.split()[0].strip("/")
        first = path.split("/")[1] if path.startswith("oneplace/") else ""
        if first in to_come or path in {each.strip("/") for each in TO_COME} or "extracts" in path:
            continue
        assert list(PROJECT.glob(path)), path
