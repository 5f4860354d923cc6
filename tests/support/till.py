"""A till in a real browser: the shop behind a port, a registered browser, people with PINs, a scanner."""

import io
import random
import shutil
import socket
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from core.accounts.actor import Actor
from core.accounts.queries import actor_of
from core.accounts.sessions import DEVICE_COOKIE
from shop.stores.queries import get_store
from shop.tills.devices import register_till
from shop.tills.pins import set_pin
from tests import make
from tests.support.live import Live
from tests.support.needs import lacking

PINS = {"cashier": "270531", "store_manager": "931846"}
#: What a scanner types: faster than any hand, ended by Enter.
#: All keys are made before the first is pressed: a busy machine may pause in between, a scanner does not.
_SCAN = """(text) => {
  const keys = [...text, "Enter"].map((key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  for (const key of keys) document.activeElement.dispatchEvent(key);
}"""


@dataclass
class Counter:
    """The people of a till by role: account ids; and the secret of its browser."""

    people: dict[str, int]
    secret: str


@contextmanager
def browser() -> Generator[Browser]:
    """Chromium, or a skip."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        lacking("there is no Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


@contextmanager
def served(live: Live, wrap: Callable[[Any], Any] = lambda app: app) -> Generator[str]:
    """The live shop behind a port of its own; `wrap` may stand between it and the wire."""
    server = make_server("127.0.0.1", 0, wrap(live.app), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)


def make_counter(store: str) -> Counter:
    """A registered till of a store, a cashier and a manager with their PINs. In an app context."""
    people: dict[str, int] = {}
    by: dict[str, Actor] = {}
    for role, pin in PINS.items():
        account = make.user(
            role, ("store", store), name={"cashier": "Chị Thu Ngân", "store_manager": "Anh Quản Lý"}[role]
        )
        people[role], by[role] = account.id, actor_of(account)
        set_pin(by[role], pin)
    return Counter(people, register_till(get_store(store), "Quầy 1", by["store_manager"]).secret)


class Losing:
    """Loses some answers after the work was done, and does some of the work twice: a bad road to the server."""

    def __init__(self, app: Any, path: str, lost: float, doubled: float, most: int, seed: int = 6) -> None:
        self.app, self.path, self.lost, self.doubled, self.most = app, path, lost, doubled, most
        self.chance, self.lock = random.Random(seed), Lock()
        #: By body: how often it came.
        self.came: dict[bytes, int] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, or hang up."""
        if environ["REQUEST_METHOD"] != "POST" or not environ["PATH_INFO"].endswith(self.path):
            return self.app(environ, start_response)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        with self.lock:
            self.came[body] = self.came.get(body, 0) + 1
            is_lost = self.came[body] < self.most and self.chance.random() < self.lost
            is_doubled = self.chance.random() < self.doubled
        if is_doubled:
            self._work(environ, body)
        told = self._work(environ, body)
        if is_lost:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return [b""]
        start_response(*told[0])
        return told[1]

    def _work(self, environ: dict[str, Any], body: bytes) -> tuple[Any, list[bytes]]:
        said: list[Any] = []
        again = {**environ, "wsgi.input": io.BytesIO(body)}
        out = self.app(again, lambda status, headers, _info=None: said.append((status, headers)))
        return (said[0], list(out))


def open_till(context: BrowserContext, address: str, counter: Counter) -> Page:
    """The till's page in a registered browser; printing is counted, not done."""
    context.add_cookies([{"name": DEVICE_COOKIE, "value": counter.secret, "url": address}])
    context.add_init_script(
        "window.printed = []; window.print = () => window.printed.push(document.getElementById('paper').innerText)"
    )
    context.set_default_timeout(120_000)  # the machine may be busy
    return another_tab(context, address)


def another_tab(context: BrowserContext, address: str) -> Page:
    """The same till in one tab more."""
    page = context.new_page()
    page.goto(f"{address}/quan-ly/quay")
    page.wait_for_selector("html[data-ready]")
    return page


def sign_in(page: Page, counter: Counter, role: str = "cashier") -> None:
    """Pick a name, type six digits."""
    page.click(f"[data-person='{counter.people[role]}']")
    page.locator("#lock input").press_sequentially(PINS[role], delay=80)
    page.wait_for_selector("#lock:not([open])", state="attached")


def open_shift(page: Page, float_vnd: int) -> None:
    """Lay cash into the drawer."""
    page.click("[data-open=shift]")
    page.click("[data-act=open_shift]")
    page.fill("#ask-number input", str(float_vnd))
    page.keyboard.press("Enter")
    page.wait_for_selector("#shift:not([open])", state="attached")


def scan(page: Page, text: str) -> None:
    """A burst of keys from the scanner."""
    page.evaluate(_SCAN, text)


def until(page: Page, said: str) -> None:
    """Wait for an expression to be true. Playwright's own waiting evaluates text in the page, which the CSP refuses."""
    for _ in range(600):
        if page.evaluate(said):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never so: {said}")
