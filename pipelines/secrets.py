"""Redaction of passwords and keys in URLs, e-mail addresses and secret settings.

Every step takes linear time: the text may come from a document or a host.
"""

import re

from pipelines.settings import Settings

# Text between blanks and quotes, as URLs are written in messages.
_TOKEN = re.compile(r"[^\s\"'<>]+")
# Possessive, and never from within a word: a word without an address is read once.
_EMAIL = re.compile(r"(?<![\w.+-])(?<!://)[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_ASSIGNED = re.compile(
    r"\b((?:pg|ssl)?pass(?:word|wd)|pwd|(?:access_|auth_)?token|secret|api_?key)(\s?=\s?)"
    r"(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)",
    re.IGNORECASE,
)
_SECRET_PARAMETERS = (
    "auth",
    "credential",
    "key",
    "pass",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "sig",
    "signature",
    "token",
)
_PORT = re.compile(r"\d{1,5}(?:[/?#]|$)")
_WEBHOOK = re.compile(r"(?:^|[./])(?:web)?hooks?(?:b2)?(?:[./?]|$)", re.IGNORECASE)


def hide(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Redact passwords and keys in URLs, paths of webhooks, e-mail addresses, and given secrets."""
    for secret in secrets:
        text = text.replace(secret, "…")
    if "://" in text:
        text = _TOKEN.sub(_hide_in_urls, text)
    return _EMAIL.sub("…@…", _ASSIGNED.sub(r"\1\2…", text))


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Settings that must not be shown: user agent, tokens, URLs with a password or key."""
    urls = [
        *(settings.alert_url or "").split(),
        settings.warehouse_url or "",
        settings.warehouse_analyst_url or "",
        settings.miners_limiter_url or "",
        settings.miners_celery_broker or "",
    ]
    series = [settings.bitcoin_price_url or "", settings.bitcoin_network_url or ""]
    whole = [
        settings.edgar_user_agent or "",
        settings.dead_man_url or "",
        settings.miners_mcp_token or "",
        *(s for s in series if "?" in s or "@" in s),
        *(u for u in urls if "@" in u or "hooks" in u or "?" in u or u.count("/") > 3),
    ]
    return tuple(sorted((s for s in whole if len(s) > 5), key=len, reverse=True))


def _hide_in_urls(match: re.Match[str]) -> str:
    scheme, *urls = match[0].split("://")
    return "://".join([scheme, *(_hide_in_url(url) for url in urls)])


def _hide_in_url(url: str) -> str:
    """Redact a URL without its scheme."""
    url = _hide_password(url)
    before, mark, query = url.partition("?")
    if _WEBHOOK.search(before):
        host, slash, _ = url.partition("/")
        return f"{host}{slash}…"
    return before + mark + "".join(_hide_parameter(p) for p in re.split(r"([?&;#])", query))


def _hide_password(url: str) -> str:
    """Redact a password, up to the last @ before the path or else to the first @ at all."""
    user, colon, rest = url.partition(":")
    if not colon or "@" not in rest or re.search(r"[/?#@]", user) or _PORT.match(rest):
        return url
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    at = authority.rfind("@") if "@" in authority else rest.find("@")
    return f"{user}:…{rest[at:]}"


def _hide_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    return f"{name}=…" if equals and value and name.lower().endswith(_SECRET_PARAMETERS) else parameter
