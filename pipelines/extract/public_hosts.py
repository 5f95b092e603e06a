"""The public web and nothing else: a feed or a redirect must not lead the reader to this machine or its network.

An address is looked at before anything is asked (scheme, name, every address it resolves to), and the connection that was
made once more, so that a name which changes its address in between leads nowhere either.
"""

import ipaddress
import re
import socket
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.poolmanager import PoolManager

from pipelines.errors import NotPublic

_PRIVATE_NAMES = re.compile(
    r"^(?:localhost|.*\.(?:localhost|local|localdomain|internal|intranet|lan|home|corp|home\.arpa|onion))\.?$"
)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also where it is an IPv4 address within IPv6."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    inner = None
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None and not is_public(str(inner)):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def check_public(url: str, allowed: frozenset[str] = frozenset(), *, resolve: bool = True) -> None:
    """Raise NotPublic where an address is none of the public web's.

    allowed   host:port pairs that are let through: what a test serves on loopback; no setting fills it
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise NotPublic(f"{url[:200]!r} is no address.") from error
    if parts.scheme not in ("http", "https"):
        raise NotPublic(f"{url[:200]!r} is not http or https.")
    if f"{host}:{port}" in allowed:
        return
    if not host or parts.username is not None or _PRIVATE_NAMES.match(host):
        raise NotPublic(f"{host or url[:200]!r} is not a public host.")
    if _is_number(host):
        if not is_public(_number_of(host)):
            raise NotPublic(f"{host} is not a public address.")
        return
    if "." not in host:
        raise NotPublic(f"{host!r} is a name of the local network, not a public host.")
    if not resolve:
        return
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        # A name that resolves to nothing leads nowhere: the request itself says so.
        return
    private = sorted(str(a) for a in found if not is_public(str(a)))
    if private:
        raise NotPublic(f"{host} is {private[0]}, which is not a public address.")


def _is_number(host: str) -> bool:
    """Whether a host is an address and not a name; browsers and libc also read 2130706433, 0x7f.1 and 127.1 as one."""
    return ":" in host or bool(re.fullmatch(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}\.?", host))


def _number_of(host: str) -> str:
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return ""


class _Checked:
    """A connection that is closed again where it leads to an address that is not public."""

    allowed: frozenset[str] = frozenset()

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()  # type: ignore[misc]
        peer = connected.getpeername()[0]
        if f"{self.host}:{self.port}" not in self.allowed and not is_public(peer):  # type: ignore[attr-defined]
            connected.close()
            raise NewConnectionError(self, f"{peer} is not a public address")  # type: ignore[arg-type]
        return connected


class PublicAdapter(HTTPAdapter):
    """An HTTP adapter that looks at each address, those of redirects too, before it asks, and at each connection."""

    def __init__(self, allowed: frozenset[str] = frozenset(), **options: Any) -> None:
        self.allowed = allowed
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        manager: PoolManager = self.poolmanager
        kinds: dict[str, Any] = {}
        for scheme, pool, connection in (
            ("http", HTTPConnectionPool, HTTPConnection),
            ("https", HTTPSConnectionPool, HTTPSConnection),
        ):
            checked = type("Checked", (_Checked, connection), {"allowed": self.allowed})
            kinds[scheme] = type("CheckedPool", (pool,), {"ConnectionCls": checked})
        manager.pool_classes_by_scheme = kinds

    def send(self, request: Any, *args: Any, **options: Any) -> Any:
        check_public(request.url or "", self.allowed)
        return super().send(request, *args, **options)
