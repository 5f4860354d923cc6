"""Static files and links: nothing from elsewhere, nothing that the Content-Security-Policy would refuse."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from core.web.assets import KEEP, site_sheet, static_url
from core.web.querystring import asked, here, toggled

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "core" / "web" / "static"
PARTS = ("core", "catalog", "shop", "admin")
#: Mails are read in programs that know no style sheets and no Content-Security-Policy: their layout is not a page.
MAIL = ROOT / "core" / "web" / "templates" / "messages" / "mail.html"
TEMPLATES = sorted(p for part in PARTS for p in (ROOT / part).rglob("templates/**/*.html") if p != MAIL)
SHEETS = sorted(p for part in PARTS for p in (ROOT / part).rglob("static/**/*.css"))

ASKED = MultiDict([("q", "mật ong"), ("stars", "4"), ("stars", "3"), ("page", "2")])

pytestmark = pytest.mark.on("sqlite")


def test_vendored_files_are_what_the_table_says() -> None:
    vendor = STATIC / "vendor"
    table = dict(re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", (vendor / "README.md").read_text(), re.M))
    files = {str(p.relative_to(vendor)): p for p in vendor.rglob("*") if p.suffix in (".js", ".woff2")}
    assert table == {name: hashlib.sha256(p.read_bytes()).hexdigest() for name, p in files.items()}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_carry_no_inline_style_or_script(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    assert not re.search(r"<[^>]*\sstyle=|<style|<[^>{]*\son[a-z]+=|javascript:", text), "the CSP refuses these"
    data = ('type="application/ld+json"', 'type="application/json"')  # told, never run
    assert all("src=" in tag or any(kind in tag for kind in data) for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"""(?:src|href|action)=["']https?://""", text)


@pytest.mark.parametrize("path", SHEETS, ids=lambda p: str(p.relative_to(ROOT)))
def test_sheets_ask_no_other_machine(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", text)
    assert "@import" not in text


def test_a_named_file_is_kept_for_a_year(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = static_url("css/base.css")
    digest = hashlib.sha256((STATIC / "css" / "base.css").read_bytes()).hexdigest()
    assert address.endswith("?v=" + digest[:12])
    assert client.get(address).cache_control.max_age == KEEP
    assert client.get(address.split("?")[0]).cache_control.max_age is None


def test_all_style_sheets_are_one_compressed_answer(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = site_sheet()
    plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert [plain.text.find(word) for word in (".product-card", ".cart-line")] > [0, 0]
    assert client.get("/static/..%2f..%2fassets.py").status_code == 404


def test_links_keep_the_rest_of_the_address(app: Flask) -> None:
    with app.test_request_context("/list", query_string=ASKED):
        assert here(page=3) == "/list?q=m%E1%BA%ADt+ong&stars=4&stars=3&page=3"
        assert here(page=None, q=None) == "/list?stars=4&stars=3"
        assert toggled("stars", 4) == "/list?q=m%E1%BA%ADt+ong&stars=3"
        assert toggled("stars", 5) == "/list?q=m%E1%BA%ADt+ong&stars=4&stars=3&stars=5"
        assert asked("stars", 3) and not asked("stars", 5)
