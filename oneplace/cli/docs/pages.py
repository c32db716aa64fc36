"""What the documents made from the code have in common: their head, their one-line texts."""

from pathlib import Path

from oneplace.config.paths import PROJECT


def written_from(source: str) -> str:
    """The line that says from what a page was written, and that nobody should edit it."""
    return (
        f"<!-- Written by `oneplace docs` from {source}. "
        "Do not edit: change that and run it again. -->"
    )


def one_line(text: str) -> str:
    """Text with its line breaks and runs of spaces made single spaces."""
    return " ".join(text.split())


def is_clone(project: Path = PROJECT) -> bool:
    """Whether the documents' sources are here: in an installed copy they are not."""
    return (project / "docs" / "map.toml").exists()
