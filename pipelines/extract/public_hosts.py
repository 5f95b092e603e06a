"""Public hosts only: no feed or redirect may lead to this machine or its network.

A URL is checked before the request (scheme, name, every address that the name resolves to), and the peer of
the connection again, in case the name resolves to another address by then.
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


# Networks without public hosts that `ipaddress` calls global, or whose single addresses it does: site-local
# and documentation addresses of IPv6, protocol assignments, and the relays from 6to4.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network) for network in ("fec0::/10", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24")
)


def is_public(address: str) -> bool:
    """Return whether an IP address is public, also IPv4 embedded in IPv6."""
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
    if any(ip in network for network in _NOT_PUBLIC):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def check_public(url: str, allowed: frozenset[str] = frozenset(), *, resolve: bool = True) -> None:
    """Raise NotPublic if a URL does not lead to a public host.

    Args:
        url: the address.
        allowed: host:port pairs that are not checked, for tests on loopback and the host of EDGAR_BASE.
        resolve: also check the addresses that the name resolves to.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise NotPublic(f"{url[:200]!r} is not a valid URL.") from error
    if parts.scheme not in ("http", "https"):
        raise NotPublic(f"{url[:200]!r} does not begin with http:// or https://.")
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
        # The request reports a name that does not resolve.
        return
    private = sorted(str(a) for a in found if not is_public(str(a)))
    if private:
        raise NotPublic(f"{host} resolves to {private[0]}, which is not a public address.")


def own_hosts(url: str) -> frozenset[str]:
    """The host of a URL as `allowed` of this module, with its port as written and as used."""
    parts = urlsplit(url)
    used = parts.port or (443 if parts.scheme == "https" else 80)
    return frozenset({f"{parts.hostname}:{parts.port}", f"{parts.hostname}:{used}"})


def _is_number(host: str) -> bool:
    """Return whether a host is an IP address; `inet_aton` also accepts 2130706433 and 0x7f.1."""
    return ":" in host or bool(re.fullmatch(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}\.?", host))


def _number_of(host: str) -> str:
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return ""


class _Checked:
    """A connection that is closed if its peer is not a public address."""

    allowed: frozenset[str] = frozenset()

    def _new_conn(self) -> socket.socket:
        connected: socket.socket = super()._new_conn()  # type: ignore[misc]
        peer = connected.getpeername()[0]
        name = f"{self.host}:{self.port}"  # type: ignore[attr-defined]
        if name not in self.allowed and not is_public(peer):
            connected.close()
            raise NewConnectionError(self, f"{peer} is not a public address")  # type: ignore[arg-type]
        return connected


class PublicAdapter(HTTPAdapter):
    """An HTTP adapter that checks the URL and the peer of each request."""

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
