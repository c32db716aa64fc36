"""What every page's frame needs: navigation, notices, the demo's bar."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's values, without asking the database anything."""
    return {
        "viewer": getattr(request, "viewer", None),
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }
