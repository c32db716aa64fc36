"""Text messages by an HTTP gateway of the shape GOV.UK Notify has: JSON, a reference, statuses."""

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from oneplace.post.rules import dialled
from oneplace.post.transports.outgoing import (
    Outgoing,
    Receipt,
    TransportRefused,
    TryAgain,
    Whereabouts,
)

_TIMEOUT_S = 30
_FAILED = {"permanent-failure", "technical-failure", "temporary-failure", "failed"}
# Replies after which the same question may be answered differently later.
_COME_AGAIN = {408, 425, 429}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A gateway that sends us elsewhere is not the one we were told to trust."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True)
class SmsGateway:
    """A gateway at `url`; `template_id` is a template there whose only field is `body`.

    With an `issuer` each request bears a token signed with the key (JWT, HS256), as GOV.UK Notify
    asks; without one, the key itself as a bearer token.
    """

    url: str
    key: str
    template_id: str = ""
    issuer: str = ""
    sender_id: str = ""
    name: str = "sms gateway"

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand it over, with our key as reference."""
        order = {
            "phone_number": dialled(outgoing.to),
            "template_id": self.template_id,
            "personalisation": {"body": outgoing.body.strip()},
            "reference": outgoing.key,
        }
        if self.sender_id:
            order["sms_sender_id"] = self.sender_id
        answer = self._ask("POST", "/v2/notifications/sms", order, key=outgoing.key)
        return Receipt(str(answer.get("id", "")))

    def already_sent(self, key: str) -> Receipt | None:
        """What the gateway took under this key; None when it knows of nothing."""
        query = urllib.parse.urlencode({"reference": key})
        rows = self._ask("GET", f"/v2/notifications?{query}").get("notifications") or []
        return Receipt(str(rows[0].get("id", ""))) if rows else None

    def whereabouts(self, reference: str) -> Whereabouts:
        """How far the telephone network has brought it."""
        safe = urllib.parse.quote(reference, safe="")
        status = self._ask("GET", f"/v2/notifications/{safe}").get("status", "")
        if status == "delivered":
            return Whereabouts.DELIVERED
        return Whereabouts.FAILED if status in _FAILED else Whereabouts.ON_ITS_WAY

    def _ask(
        self, method: str, path: str, order: dict[str, Any] | None = None, *, key: str = ""
    ) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - only https or this machine, by `configured`
            self.url.rstrip("/") + path,
            data=json.dumps(order).encode() if order is not None else None,
            method=method,
            headers={
                "Authorization": f"Bearer {self._token()}",
                "Content-Type": "application/json",
                **({"Idempotency-Key": key} if key else {}),
            },
        )
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=_TIMEOUT_S) as answer:
                found = json.loads(answer.read(1_000_000) or b"{}")
        except urllib.error.HTTPError as error:
            if error.code >= 500 or error.code in _COME_AGAIN:
                raise TryAgain(f"The text gateway is busy (reply {error.code}).") from error
            raise TransportRefused(f"The text gateway refused it (reply {error.code}).") from error
        except (OSError, ValueError) as error:
            raise TryAgain("The text gateway could not be reached.") from error
        return found if isinstance(found, dict) else {}

    def _token(self) -> str:
        if not self.issuer:
            return self.key
        head = _part({"typ": "JWT", "alg": "HS256"})
        claims = _part({"iss": self.issuer, "iat": int(time.time())})
        signed = hmac.new(self.key.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        return f"{head}.{claims}.{_safe(signed)}"


def _part(values: dict[str, Any]) -> str:
    return _safe(json.dumps(values, separators=(",", ":")).encode())


def _safe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
