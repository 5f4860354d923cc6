"""The tests reach nobody: a connection to anything but this machine is refused."""

import ipaddress
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any


class Unreachable(RuntimeError):
    """A test tried to leave this machine. Not an OSError, so that no client takes it for weather."""


@contextmanager
def loopback_only() -> Generator[None]:
    """Refuse ``connect`` and name look-ups beyond loopback while the block runs."""
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(self.family, address)
        return connect_ex(self, address)

    def guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        _check(socket.AF_INET, (host, 0))
        return resolve(host, *args, **kwargs)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = guarded_resolve  # type: ignore[assignment]
    try:
        yield
    finally:
        socket.socket.connect = connect  # type: ignore[method-assign]
        socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
        socket.getaddrinfo = resolve


def _check(family: int, address: Any) -> None:
    if family == socket.AF_UNIX:
        return
    host = address[0].decode() if isinstance(address[0], bytes) else address[0]
    if host not in (None, "", "localhost") and not _is_loopback(host):
        raise Unreachable(f"a test tried to reach {host}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False
