"""Email by SMTP, through Django's own backend, so that our outbox does not write it once more."""

import smtplib
from dataclasses import dataclass
from email.utils import formataddr
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from oneplace.post.transports.outgoing import (
    Outgoing,
    Receipt,
    TransportRefused,
    TryAgain,
    Whereabouts,
)

_TIMEOUT_S = 30
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
# SMTP replies of 500 and above are for good; below, the server asks us to come again.
_FOR_GOOD = 500


class WrongAddress(ValueError):
    """The setting that says where a gateway is cannot be understood."""


@dataclass(frozen=True)
class Smtp:
    """A mail server."""

    host: str
    port: int
    user: str
    password: str
    starts_tls: bool
    is_tls: bool
    sender: str
    name: str = "smtp"

    @classmethod
    def at(cls, url: str) -> "Smtp":
        """From `smtp+tls://user:password@host:587?from=post@example.org`; raises `WrongAddress`."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise WrongAddress(
                "ONEPLACE_SMTP_URL must be smtp+tls://USER:PASSWORD@HOST:587, smtps:// for TLS "
                "from the start, or smtp:// for a server on this machine."
            )
        given = parse_qs(parts.query).get("from", [settings.DEFAULT_FROM_EMAIL])[0]
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            starts_tls=parts.scheme == "smtp+tls",
            is_tls=parts.scheme == "smtps",
            sender=formataddr((settings.PLACE.identity.wordmark, given)),
        )

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand it to the mail server; its Message-ID is the key, so that doubles can be told."""
        backend = EmailBackend(
            host=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.starts_tls,
            use_ssl=self.is_tls,
            timeout=_TIMEOUT_S,
        )
        domain = self.sender.rstrip(">").rsplit("@", 1)[-1]
        reference = f"<{outgoing.key}@{domain}>"
        email = EmailMessage(
            subject=outgoing.subject,
            body=outgoing.body,
            from_email=self.sender,
            to=[outgoing.to],
            headers={
                "Message-ID": reference,
                "Content-Language": outgoing.language,
                # Asks other machines not to answer this one (RFC 3834).
                "Auto-Submitted": "auto-generated",
            },
        )
        for paper in outgoing.papers:
            email.attach(paper.name, paper.content, paper.media_type)
        try:
            backend.send_messages([email])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _answer(code, "The mail server does not know this address.") from error
        except smtplib.SMTPResponseException as error:
            raise _answer(error.smtp_code, "The mail server refused the message.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise TryAgain(f"The mail server {self.host} could not be reached.") from error
        return Receipt(reference)

    def already_sent(self, key: str) -> Receipt | None:
        """A mail server cannot tell; the Message-ID lets the reader's own drop the double."""
        return None

    def whereabouts(self, reference: str) -> Whereabouts:
        """A mail server cannot tell."""
        return Whereabouts.ON_ITS_WAY


def _answer(code: int, words: str) -> Exception:
    if code >= _FOR_GOOD:
        return TransportRefused(f"{words} (reply {code})")
    return TryAgain(f"The mail server asks to come again later (reply {code}).")
