"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The room of files."""

    name = "oneplace.files"
    label = "files"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off, and answer for files of post."""
        from oneplace.files import owners
        from oneplace.files.papers import FilesForPost, FilesOfMessages
        from oneplace.post import papers

        import_module("oneplace.files.jobs")
        papers.use(FilesForPost())
        owners.register("post", FilesOfMessages())
