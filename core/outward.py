"""Calls to other machines over HTTP: short, bounded, never redirected. Never inside a transaction.

An address that a user typed (``guarded``) is resolved here, every answer is judged, and the connection goes to the
judged address itself: a name that answers otherwise a moment later (DNS rebinding) changes nothing. TLS still asks
the certificate for the name.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.db import in_transaction

#: The whole call, from the name to the last byte of the answer.
TIMEOUT_SECONDS = 5.0
#: Of an answer only so much is read.
MOST_BYTES = 4_096

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Carrier-grade NAT and the addresses that translate or tunnel to IPv4: the standard library calls some of them global.
_CLOSED = tuple(
    ipaddress.ip_network(net)
    for net in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "2001::/23", "2002::/16",
                "64:ff9b::/96", "64:ff9b:1::/48", "fec0::/10", "::/96")
)  # fmt: skip


class AddressRefused(OSError):
    """The address is not one that we call for others."""


@dataclass(frozen=True)
class Answer:
    """What the other side said; ``body`` is cut at ``MOST_BYTES``."""

    status: int
    body: str


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet: not this machine, not a house network, not a cloud's inside."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    if mapped is not None:
        return is_public(mapped)
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    return not any(address.version == net.version and address in net for net in _CLOSED)


def check_url(url: str, *, allows_loopback: bool = False) -> None:
    """Judge an address as typed: https, a host, no user in it, no number of a closed network. Raises AddressRefused.

    A name is judged when it is called, by what it then stands for. ``allows_loopback`` (demonstration, tests) lets
    calls go to this machine.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("no web address") from error
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url) or not parts.hostname or parts.username is not None:
        raise AddressRefused("no web address")
    if port == 0 or parts.scheme not in ("https", "http"):
        raise AddressRefused("only https")
    is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme == "http" and not (allows_loopback and is_here):
        raise AddressRefused("only https")
    if _is_closed_number(parts.hostname) and not (allows_loopback and is_here):
        raise AddressRefused("a number of a closed network")


def _is_closed_number(host: str) -> bool:
    """Whether a host is written as an address of a network that we do not call for others."""
    try:
        return not is_public(ipaddress.ip_address(host))
    except ValueError:
        return False  # a name: judged when it is called


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, guarded: bool, allows_loopback: bool = False,
    seconds: float = TIMEOUT_SECONDS,
) -> Answer:  # fmt: skip
    """Send a body. Raises OSError (AddressRefused among them) or http.client.HTTPException; RuntimeError when a
    transaction is held: it would keep its locks for as long as a stranger likes.
    """
    if in_transaction():
        raise RuntimeError("nothing talks to the network inside a transaction")
    if guarded:
        check_url(url, allows_loopback=allows_loopback)
    parts = urlsplit(url)
    host, is_https = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_https else 80)
    chosen = choose(host, port, allows_loopback=allows_loopback) if guarded else None
    connection = _Tls(host, port, chosen, seconds) if is_https else _Plain(host, port, chosen, seconds)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _exchange(connection, path, body, headers, seconds)


def choose(host: str, port: int, *, allows_loopback: bool) -> str:
    """The address to connect to: the first of a name whose every address is public. Raises AddressRefused.

    One closed address among them refuses the name: whoever mixes them wants to reach the closed one.
    """
    addresses = _addresses_of(host, port)
    if not addresses:
        raise AddressRefused("no address")
    for one in addresses:
        if not (is_public(one) or (allows_loopback and one.is_loopback)):
            raise AddressRefused("a closed address")
    return str(addresses[0])


def open_socket(address: str, port: int, seconds: float) -> socket.socket:
    """A connection: to a judged address without any further look-up, to a name (of the configuration) by one."""
    try:
        family = {4: socket.AF_INET, 6: socket.AF_INET6}[ipaddress.ip_address(address).version]
    except ValueError:
        return socket.create_connection((address, port), seconds)
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect((address, port))
    except OSError:
        made.close()
        raise
    return made


def _addresses_of(host: str, port: int) -> list[Address]:
    """What a name resolves to; an address written out is itself."""
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [ipaddress.ip_address(str(one[4][0]).split("%")[0]) for one in found]


class _Plain(http.client.HTTPConnection):
    """Connects to the chosen address, whatever its name resolves to by now."""

    def __init__(self, host: str, port: int, address: str | None, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self.address, self.seconds = address or host, seconds
        #: The library forgets its socket while it reads an answer without a length.
        self.kept: socket.socket | None = None

    def connect(self) -> None:
        """Open the connection."""
        self.sock = self.kept = open_socket(self.address, self.port, self.seconds)


class _Tls(_Plain):
    """The same, with the certificate asked for the name."""

    default_port = 443

    def connect(self) -> None:
        """Open the connection and shake hands."""
        super().connect()
        self.sock = self.kept = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _exchange(connection: _Plain, path: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    """One request and the beginning of its answer; the socket is shut when the whole time is over."""
    late = threading.Event()

    def end() -> None:
        late.set()
        if connection.kept is not None:
            with suppress(OSError):  # it was shut already
                connection.kept.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        answer = Answer(response.status, response.read(MOST_BYTES).decode("utf-8", "replace"))
    finally:
        watch.cancel()
        connection.close()
    if late.is_set():
        raise TimeoutError("the whole time is over")
    return answer
