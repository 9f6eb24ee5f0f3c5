"""How a file comes in with a request: what is larger than any file may be is read to its end, and not kept."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from uploads.rules import FILE_AT_MOST


class AtMostHandler(TemporaryFileUploadHandler):
    """Counts what comes, so that the form can say how large the file is, and writes no more than is allowed."""

    written = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.written = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.written += len(raw_data)
        if self.written <= FILE_AT_MOST:
            super().receive_data_chunk(raw_data, start)
