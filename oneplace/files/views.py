"""One address for every file: opened by leave of the room that owns it, trusted by no browser."""

import uuid

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from oneplace.access.guard import NotAllowed, signed_in
from oneplace.files import kinds, queries, verbs
from oneplace.files.store import NotKept
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request

# A file is data, not a page of ours: it runs nothing, loads nothing and can be framed by nobody.
_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
POLICY = f"{_CLOSED}; sandbox"
# Browsers show a PDF in a viewer of their own, which a sandbox would leave blank.
POLICY_FOR_PDF = f"{_CLOSED}; object-src 'self'; style-src 'unsafe-inline'"


@require_safe
@signed_in
def open_file(request: Request, file_id: uuid.UUID) -> HttpResponseBase:
    """Send a file: PDF, PNG and JPEG to be looked at, everything else to be saved."""
    file = queries.file(file_id, viewer=request.viewer)
    if file is None:
        raise Http404
    try:
        content = verbs.open_file(file=file, by=request.viewer, at=request.received_at)
    except NotKept as problem:
        return HttpResponse(problem.reason, status=500, content_type="text/plain; charset=utf-8")
    except Refused as refusal:
        # Unknown and forbidden look alike; the refusal is in the audit.
        raise NotAllowed("open_file", refusal.reason) from refusal
    media_type = file.content.media_type
    is_shown = media_type in kinds.SHOWN_IN_BROWSER and "save" not in request.GET
    response = FileResponse(content, content_type=_safe_type(media_type))
    response.headers["Content-Length"] = str(file.content.size)
    response.headers["Content-Disposition"] = (
        content_disposition_header(not is_shown, file.original.name) or "attachment"
    )
    response.headers["Content-Security-Policy"] = (
        POLICY_FOR_PDF if media_type == kinds.PDF else POLICY
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _safe_type(media_type: str) -> str:
    # Pages, drawings and XML can carry scripts: even saved, they travel as plain bytes.
    if media_type in (kinds.HTML, kinds.SVG, "application/xml"):
        return kinds.UNKNOWN
    return "text/plain; charset=utf-8" if media_type == kinds.TEXT else media_type
