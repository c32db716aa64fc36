"""Makes a PDF of a page of ours, without the network: it reads our own static files only."""

import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders


class NoPdf(Exception):
    """A PDF cannot be made on this machine; the message says why and what to do."""


_MEND = (
    "PDFs need the system library Pango, which this machine does not have. On Debian and Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; on macOS: brew install "
    "pango. Until then pages are printed from the browser."
)


def why_no_pdf() -> str | None:
    """Why this machine cannot make PDFs, with the remedy; None when it can."""
    try:
        import weasyprint  # noqa: F401 - importing loads Pango, or fails to
    except (ImportError, OSError):
        return _MEND
    return None


def make_pdf(html: str, *, language: str = "en-GB") -> bytes:
    """The PDF of a complete HTML page, tagged for screen readers; raises `NoPdf`.

    Pictures, fonts and style sheets come from our own static files or from `data:` addresses;
    anything else is left out, never fetched.
    """
    reason = why_no_pdf()
    if reason:
        raise NoPdf(reason)
    import weasyprint

    made: bytes = weasyprint.HTML(
        string=html, base_url="static:///", url_fetcher=_fetcher(), encoding="utf-8"
    ).write_pdf(pdf_variant="pdf/ua-1")
    return made


def _fetcher() -> object:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class _OwnFilesOnly(URLFetcher):  # type: ignore[misc]
        """Answers for `/static/...` and `data:`; every other address is refused."""

        def fetch(self, url: str, headers: object = None) -> object:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = static_file(url)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return _OwnFilesOnly(allowed_protocols={"data"})


def static_file(url: str) -> Path:
    """The file behind an address under our static files; raises `ValueError` for any other."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if (
        parts.scheme not in ("", "static")
        or parts.netloc
        or not path.startswith(settings.STATIC_URL)
    ):
        raise ValueError("A page made into a PDF may use this service's own static files only.")
    name = path.removeprefix(settings.STATIC_URL)
    root = Path(settings.STATIC_ROOT).resolve()
    gathered = (root / name).resolve()
    if gathered.is_relative_to(root) and gathered.is_file():
        return gathered
    found = finders.find(name)
    if not found:
        raise ValueError("This service has no such static file.")
    return Path(found)
