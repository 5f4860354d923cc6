"""A real browser photographs a label: the page's script makes the photo small, sends it, and the answer appears."""

import io
import shutil
from collections.abc import Generator
from pathlib import Path
from threading import Thread

import pytest
from flask import request
from PIL import Image
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from catalog.certificates.models import Certificate
from core.db import db
from tests import make
from tests.shop.proof import pictures
from tests.support.live import Live
from tests.support.needs import lacking

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.on("sqlite")]


@pytest.fixture
def address(live: Live) -> Generator[str]:
    """The live shop behind a port of its own."""
    server = make_server("127.0.0.1", 0, live.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def certified() -> str:
    """A product on a shelf; answers its certificate's code."""
    listing = make.listing(name="Mật ong hoa rừng")
    make.lot(make.pack_of(listing), make.store("kien-thuy"))
    return db.session.query(Certificate).filter_by(product_id=listing.product_id).one().code


def test_a_photo_of_a_label_is_answered(live: Live, address: str, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        lacking("there is no Chromium")
    code = live.run(certified)
    photo = tmp_path / "IMG_0001.jpg"
    Image.open(io.BytesIO(pictures.label(code, angle=8))).resize((3200, 2100)).save(photo, quality=97)
    said: list[str] = []
    sent: list[int] = []
    live.app.before_request(lambda: sent.append(request.content_length or 0) if request.method == "POST" else None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800}, locale="vi-VN")
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/quet")
        page.set_input_files("[name=photo]", photo)
        page.wait_for_url("**/quet?q=*")
        assert page.locator("article h3").inner_text() == "Mật ong hoa rừng"
        assert page.locator(".seal-mark").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert 0 < sent[0] < photo.stat().st_size
        browser.close()
    assert said == []
