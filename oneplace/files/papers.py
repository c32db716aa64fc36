"""Answers post about files: what may be attached, what goes with a message, and how to print."""

import uuid
from datetime import datetime

from oneplace.access.viewer import Viewer
from oneplace.files import pdf, queries, rules, verbs
from oneplace.files.models import File
from oneplace.files.owners import owner_of
from oneplace.kit.refusals import Refused
from oneplace.post import queries as post
from oneplace.post.papers import Paper


class FilesForPost:
    """The room of files, as post sees it."""

    def name_of(self, file_id: uuid.UUID, *, by: Viewer) -> str | None:
        """The name of a file this viewer may open, or None."""
        file = queries.file(file_id, viewer=by)
        if file is None or rules.why_not_open(file, viewer=by, owner=owner_of(file)):
            return None
        return file.original.name

    def read(self, file_id: uuid.UUID, *, by: Viewer, at: datetime) -> Paper:
        """The file as it leaves; audited. Whoever attached it had leave to open it."""
        file = queries.file(file_id, viewer=by)
        if file is None:
            raise Refused("The file that goes with this message is not there any more.")
        with verbs.send_file(file=file, by=by, at=at) as content:
            return Paper(file.original.name, file.content.media_type, content.read())

    def pdf(self, html: str) -> bytes | None:
        """The PDF of a complete page, or None on a machine that cannot make one."""
        return None if pdf.why_no_pdf() else pdf.make_pdf(html)


class FilesOfMessages:
    """Who may open a file that belongs to a message: whoever may read the message."""

    def why_not_open(self, file: File, *, viewer: Viewer) -> str | None:
        """Why this viewer may not open the file."""
        if file.thing_id is None or post.message(file.thing_id, viewer=viewer) is None:
            return "The message this file belongs to is not yours to read."
        return None

    def why_not_remove(self, file: File, *, viewer: Viewer, at: datetime) -> str | None:
        """Why this viewer may not remove the file."""
        return "What was sent is kept as it was sent."
