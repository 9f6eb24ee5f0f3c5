"""How a file is handed to a browser: to be saved, never to be run (reliability-and-security.md §3, Uploads)."""

from __future__ import annotations

import logging

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from uploads import services, store
from uploads.models import StoredFile
from uploads.rules import KINDS

logger = logging.getLogger(__name__)


def file_response(row: StoredFile) -> HttpResponse:
    """The file as a download. The caller has asked whether the reader may have it; 404 until it is found clean."""
    if not row.is_clean:
        raise Http404
    try:
        data = services.bytes_of(row)
    except store.Damaged:
        logger.exception("an uploaded file is damaged or gone")
        raise Http404 from None
    response = HttpResponse(data, content_type=KINDS[row.kind].media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=row.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response
