"""Calls to other machines: which addresses are open, the one that is connected to, and how long it may take."""

import socket
import ssl
import threading
import time
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest
from flask import Flask

from core import outward
from core.outward import MOST_BYTES, AddressRefused, check_url, choose, is_public, post

OPEN = ("93.184.216.34", "8.8.8.8", "113.161.1.1", "2606:2800:220:1::1", "::ffff:93.184.216.34")
CLOSED = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.255", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "fec0::1",
)  # fmt: skip


@pytest.mark.parametrize("address", OPEN)
def test_open_addresses(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", CLOSED)
def test_closed_addresses(address: str) -> None:
    assert not is_public(ip_address(address))


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names resolve to these addresses, one answer after the other; the last repeats. Answers what was asked."""
    asked: list[str] = []

    def resolve(host: str, port: int, *_more: Any, **_named: Any) -> list[Any]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found
        ]

    monkeypatch.setattr(outward.socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize("address", CLOSED)
def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolving(monkeypatch, [address])
    with pytest.raises(AddressRefused):
        choose("hook.example.vn", 443, allows_loopback=False)


def test_one_closed_address_among_open_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(AddressRefused):
        choose("hook.example.vn", 443, allows_loopback=False)


def test_loopback_is_for_demonstrations_only(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["127.0.0.1"])
    assert choose("localhost", 80, allows_loopback=True) == "127.0.0.1"
    with pytest.raises(AddressRefused):
        choose("localhost", 80, allows_loopback=False)
    resolving(monkeypatch, ["169.254.169.254"])
    with pytest.raises(AddressRefused):
        choose("metadata", 80, allows_loopback=True)


@pytest.mark.parametrize(
    "url",
    ["http://example.vn/", "ftp://example.vn/", "https:///x", "https://user:pass@example.vn/", "https://@example.vn/",
     "https://example.vn:99999/", "https://example.vn:0/", "https://exa mple.vn/", "https://example.vn/\r\nX: y",
     "javascript:alert(1)", "//example.vn", "https://[::1", ""],
)  # fmt: skip
def test_addresses_that_are_refused_as_typed(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url)


def test_plain_http_goes_to_this_machine_and_only_in_a_demonstration() -> None:
    check_url("http://127.0.0.1:9/x", allows_loopback=True)
    check_url("https://example.vn/x?y=1")
    for url in ("http://10.0.0.1/", "http://localhost.example.vn/", "https://10.0.0.1/", "https://[fd00::1]/"):
        with pytest.raises(AddressRefused):
            check_url(url, allows_loopback=True)
    for url in ("http://127.0.0.1:9/x", "https://127.0.0.1/", "https://169.254.169.254/", "https://[::ffff:10.0.0.1]/"):
        with pytest.raises(AddressRefused):
            check_url(url)


class Server:
    """Answers what it is told to, as slowly as it is told to."""

    def __init__(self) -> None:
        self.status, self.headers, self.body, self.wait = 200, dict[str, str](), b"ok", 0.0
        self.got: list[tuple[str, bytes]] = []
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                mine.got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(mine.status)
                for name, value in mine.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if mine.wait:
                    for _step in range(100):  # a drop at a time: each keeps the connection awake
                        try:
                            self.wfile.write(b".")
                            self.wfile.flush()
                        except OSError:
                            return
                        time.sleep(mine.wait)
                self.wfile.write(mine.body)

            def log_message(self, *_args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook?a=1"


@pytest.fixture
def server() -> Generator[Server]:
    made = Server()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.on("sqlite")
def test_what_is_said_is_cut_and_redirects_are_not_followed(app: Flask, server: Server) -> None:
    server.status, server.headers, server.body = 302, {"Location": "http://169.254.169.254/"}, b"x" * 100_000
    said = post(server.url, b"{}", {}, guarded=True, allows_loopback=True)
    assert (said.status, len(said.body)) == (302, MOST_BYTES)
    assert server.got == [("/hook?a=1", b"{}")]


@pytest.mark.on("sqlite")
def test_the_whole_call_has_an_end(app: Flask, server: Server) -> None:
    """Each byte comes in time; all of them together do not."""
    server.wait = 0.05
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        post(server.url, b"{}", {}, guarded=True, allows_loopback=True, seconds=0.3)
    assert time.monotonic() - begun < 1.5


@pytest.mark.on("sqlite")
def test_rebinding_changes_nothing(app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name answers an open address when it is judged and a closed one afterwards: the judged one is called."""
    asked = resolving(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    called: list[Any] = []
    connect = outward.open_socket
    monkeypatch.setattr(outward, "open_socket", lambda *at: called.append(at[:2]) or connect(*at))
    post(f"http://localhost:{server.port}/", b"{}", {}, guarded=True, allows_loopback=True)
    assert called == [("127.0.0.1", server.port)]
    assert asked.count("localhost") == 1, "the name is asked once"


@pytest.mark.on("sqlite")
def test_tls_asks_for_the_name_at_the_judged_address(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["93.184.216.34"])
    called: list[Any] = []
    names: list[str | None] = []

    def connect(*at: Any) -> socket.socket:
        called.append(at[:2])
        return socket.socketpair()[0]

    def wrap(_self: ssl.SSLContext, _sock: socket.socket, server_hostname: str | None = None) -> socket.socket:
        names.append(server_hostname)
        raise ssl.SSLError("enough")

    monkeypatch.setattr(outward, "open_socket", connect)
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    with pytest.raises(ssl.SSLError):
        post("https://hook.example.vn/x", b"{}", {}, guarded=True)
    assert called == [("93.184.216.34", 443)] and names == ["hook.example.vn"]


@pytest.mark.on("sqlite")
def test_without_the_guard_the_inside_is_reached(app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same call gets through once nobody judges addresses."""
    url = f"http://127.0.0.1:{server.port}/"
    with pytest.raises(AddressRefused):
        post(url, b"{}", {}, guarded=True)
    assert server.got == []
    monkeypatch.setattr(outward, "check_url", lambda *_args, **_named: None)
    monkeypatch.setattr(outward, "is_public", lambda _address: True)
    assert post(url, b"{}", {}, guarded=True).status == 200
