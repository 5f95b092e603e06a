"""Senders of alerts: a webhook with Slack's `text`, a webhook with JSON, or mail."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import requests
import stamina

from pipelines.errors import AlertNotSent

TIMEOUT = 10
_LOCAL = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Message:
    """An alert: title, lines of text, and the same as data."""

    title: str
    lines: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join([self.title, *self.lines])


def send(url: str, message: Message) -> None:
    """Send a message to one address of ALERT_URL. Raises AlertNotSent."""
    scheme = url.split("://", 1)[0].lower()
    if scheme in ("smtp", "smtps"):
        _mail(url, message)
    elif scheme.startswith("json+"):
        _post(url.split("+", 1)[1], {"title": message.title, "text": message.text, **message.data})
    else:
        # Slack rejects unknown fields; services compatible with its webhooks read `text`.
        _post(url, {"text": message.text})


@stamina.retry(on=AlertNotSent, attempts=3, timeout=40, wait_initial=0.5)
def ping(url: str) -> None:
    """Request DEAD_MAN_URL, three times if it does not answer. Raises AlertNotSent."""
    _request("GET", url, "DEAD_MAN_URL")


def _post(url: str, content: dict[str, Any]) -> None:
    _request("POST", url, "ALERT_URL", json=content)


def _request(method: str, url: str, setting: str, **more: Any) -> None:
    """Send a request. Errors name the host only: an address is a secret."""
    host = urlsplit(url).hostname
    try:
        answer = requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, **more)
    except requests.RequestException as error:
        raise AlertNotSent(f"{host} cannot be reached ({type(error).__name__}). Check {setting}.") from None
    if not answer.ok or answer.is_redirect:
        raise AlertNotSent(f"{host} answers {answer.status_code}. Check {setting}.")


def _mail(url: str, message: Message) -> None:
    """Send mail by smtp://user:password@host:587/?to=a@example.com,b@example.com&from=….

    A password is sent only over an encrypted connection, or to this machine.
    """
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    host = parts.hostname or ""
    to = [address.strip() for address in ",".join(query.get("to", [])).split(",") if address.strip()]
    if not to:
        raise AlertNotSent(f"ALERT_URL for {host} has no recipient. Add ?to=you@example.com.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.title.split())
    mail["From"] = query.get("from", [user if "@" in user else to[0]])[0]
    mail["To"] = ", ".join(to)
    mail.set_content(message.text)
    context = ssl.create_default_context()
    try:
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
        with server:
            if parts.scheme == "smtp":
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=context)
                elif password and host not in _LOCAL:
                    raise AlertNotSent(
                        f"{host} offers no encryption; the password is not sent. Use smtps:// in ALERT_URL."
                    )
            if password:
                server.login(user, password)
            server.send_message(mail)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise AlertNotSent(
            f"{host} does not accept the mail ({type(error).__name__}). Check ALERT_URL."
        ) from None
