"""Stops an upload that is too large while it arrives, not after it has filled the disk."""

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from oneplace.files import rules
from oneplace.files.store import in_words

# A form around the file takes a little room too.
_FORM_BYTES = 1_000_000


class LimitedUpload(TemporaryFileUploadHandler):
    """Streams to a temporary file and gives up at the limit; put first in FILE_UPLOAD_HANDLERS.

    `request.upload_refusal` then holds the sentence for the form.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any) -> None:  # noqa: N803
        """Refuse by the length the browser announced, before a byte is read."""
        self.received = 0
        if content_length > rules.largest() + _FORM_BYTES:
            self._stop()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take one piece, unless it is one too many."""
        self.received += len(raw_data)
        if self.received > rules.largest():
            self._stop()
        super().receive_data_chunk(raw_data, start)

    def _stop(self) -> None:
        if self.request is not None:
            self.request.upload_refusal = (  # type: ignore[attr-defined]
                f"The file must be smaller than {in_words(rules.largest())}."
            )
        raise StopUpload(connection_reset=True)
