"""Which ways out this installation has: by its environment, and none at all in a demonstration.

- `ONEPLACE_SMTP_URL`: `smtp+tls://USER:PASSWORD@HOST:587?from=post@example.org`
- `ONEPLACE_SMS_URL`, `ONEPLACE_SMS_KEY`, `ONEPLACE_SMS_TEMPLATE`, and where the gateway asks for
  signed tokens `ONEPLACE_SMS_ISSUER`; `ONEPLACE_SMS_SENDER` chooses the sender shown
- `ONEPLACE_LETTERS_FOLDER`: a folder the print room takes letters from

A key may be given as a file instead: `ONEPLACE_SMS_KEY_FILE`, `ONEPLACE_SMTP_URL_FILE`.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from oneplace.post.models import Channel
from oneplace.post.transports.letters import PrintFolder
from oneplace.post.transports.nowhere import Nowhere
from oneplace.post.transports.outgoing import Transport
from oneplace.post.transports.sms import SmsGateway
from oneplace.post.transports.smtp import Smtp, WrongAddress

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def transport_for(channel: Channel) -> Transport:
    """The way out for a channel; nowhere where none is set up, and always in a demonstration.

    Raises `WrongAddress` naming the variable that cannot be understood.
    """
    if settings.IS_DEMO:
        return Nowhere()
    if channel is Channel.EMAIL and (url := _given("ONEPLACE_SMTP_URL")):
        return Smtp.at(url)
    if channel is Channel.SMS and (url := _given("ONEPLACE_SMS_URL")):
        return _sms_gateway(url)
    if channel is Channel.LETTER and (folder := _given("ONEPLACE_LETTERS_FOLDER")):
        return PrintFolder(Path(folder))
    return Nowhere()


def why_not_set_up() -> list[str]:
    """What the environment says wrongly about the ways out, a sentence each; for `doctor`."""
    found = []
    for channel in (Channel.EMAIL, Channel.SMS, Channel.LETTER):
        try:
            transport_for(channel)
        except WrongAddress as error:
            found.append(str(error))
    folder = _given("ONEPLACE_LETTERS_FOLDER") if not found else ""
    if folder and not Path(folder).is_dir():
        found.append(
            f"ONEPLACE_LETTERS_FOLDER: there is no folder {folder}; make it, writable for this "
            "service."
        )
    return found


def _sms_gateway(url: str) -> SmsGateway:
    parts = urlsplit(url)
    is_here = parts.scheme == "http" and parts.hostname in _THIS_MACHINE
    if not is_here and parts.scheme != "https":
        raise WrongAddress("ONEPLACE_SMS_URL must begin with https://.")
    key = _given("ONEPLACE_SMS_KEY")
    if not key:
        raise WrongAddress("ONEPLACE_SMS_URL is set without ONEPLACE_SMS_KEY: set that too.")
    return SmsGateway(
        url=url,
        key=key,
        template_id=_given("ONEPLACE_SMS_TEMPLATE"),
        issuer=_given("ONEPLACE_SMS_ISSUER"),
        sender_id=_given("ONEPLACE_SMS_SENDER"),
    )


def _given(variable: str) -> str:
    file = os.environ.get(f"{variable}_FILE", "")
    if file:
        try:
            return Path(file).read_text("utf-8").strip()
        except OSError as error:
            raise WrongAddress(f"{variable}_FILE: {file} cannot be read.") from error
    return os.environ.get(variable, "").strip()
