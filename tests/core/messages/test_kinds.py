"""Every kind of message in both languages: whole, well formed, safe, and short enough by telephone."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask

from core.config import Config
from core.messages.kinds import Kind, kinds
from core.messages.letter import button
from core.messages.mail import compose
from core.messages.plain import parts, plain
from core.messages.rendering import render
from core.text import fold

pytestmark = pytest.mark.on("sqlite")

LOCALES = ("vi", "en")
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}%(x)s"
#: Elements without an end.
VOID = {"meta", "br", "img", "hr", "link", "input"}


class Wellformed(HTMLParser):
    """Every element that begins ends, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag


def read(html: str) -> Wellformed:
    reader = Wellformed()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def test_there_are_kinds_of_every_feature(app: Flask) -> None:
    features = {one.name.partition(".")[0] for one in kinds()}
    assert {"account", "order", "refund", "voucher", "waiting", "review", "renewals", "mandate", "changes"} <= features


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_is_whole(app: Flask, locale: str) -> None:
    for one in kinds():
        written = render(one.name, one.sample, locale, "Nguyễn Thị Lan")
        for text in (written.subject, written.text, written.html, written.sms):
            assert not re.search(r"%\(\w+\)|\{\{|\{%|\bNone\b|<flask|LazyString", text), (one.name, text)
        assert written.subject.strip() and "\n" not in written.subject, one.name
        assert "Nguyễn Thị Lan" in written.text and "Nguyễn Thị Lan" in written.html, one.name
        reader = read(written.html)
        assert not reader.seen & {"script", "img", "link", "iframe", "form", "object"}, one.name
        assert not any(name.startswith("on") or name in ("src", "background") for name, _v in reader.attributes)
        addresses = [value for name, value in reader.attributes if name == "href"]
        assert all(value and value.startswith(("https://", "http://127.0.0.1")) for value in addresses), one.name
        assert all(value in written.text for value in addresses), f"{one.name}: a reader of text gets every address"


@pytest.mark.parametrize("locale", LOCALES)
def test_sms_costs_one_message(app: Flask, locale: str) -> None:
    told = {one.name: render(one.name, one.sample, locale).sms for one in kinds() if one.by_sms}
    assert {"order.placed", "order.ready", "order.delivery_failed", "order.ended", "waiting.due"} <= set(told)
    for name, text in told.items():
        assert text and parts(text) == 1, (name, len(text), text)
    assert all(not render(one.name, one.sample, locale).sms for one in kinds() if not one.by_sms)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_people_wrote_is_never_markup(app: Flask, locale: str) -> None:
    for one in kinds():
        written = render(one.name, spoiled(one), locale, EVIL)
        reader = read(written.html)
        assert not reader.seen & {"script", "img"}, one.name
        assert "onerror" not in {name for name, _value in reader.attributes}, one.name
        assert EVIL in written.text, "text is told as it was written"


def test_the_escape_is_what_holds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without it the same values become a script."""
    monkeypatch.setattr(app.jinja_env, "autoescape", False)
    monkeypatch.setattr(app.jinja_env, "bytecode_cache", None)
    app.jinja_env.cache.clear()
    try:
        written = render("order.ready", {**kind_of("order.ready").sample, "store": EVIL}, "vi", "Lan")
        assert "script" in re.findall(r"<(\w+)", written.html)
    finally:
        app.jinja_env.cache.clear()


def test_a_subject_that_holds_a_line_break_leaves_by_no_door(app: Flask) -> None:
    written = render("order.placed", {**kind_of("order.placed").sample, "number": "DH-1\nBcc: x@evil.test"}, "vi")
    with pytest.raises(ValueError, match="linefeed"):
        compose("a@b.test", written, "k", Config())


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.test", ""])
def test_a_button_leads_to_web_addresses_only(url: str) -> None:
    with pytest.raises(ValueError, match="web addresses"):
        button("x", url)


@pytest.mark.parametrize(
    "text, letters, count",
    [
        ("Đơn đã hủy, 250.000 ₫ – “Tết” …", 'Don da huy, 250.000 d - "Tet" ...', 1),
        ("a" * 160, "a" * 160, 1), ("a" * 161, "a" * 161, 2), ("a" * 307, "a" * 307, 3),
        ("[]" * 40, "[]" * 40, 1), ("[]" * 41, "[]" * 41, 2), ("🍯 mật", " mat", 1),
    ],
)  # fmt: skip
def test_letters_that_cost_least(text: str, letters: str, count: int) -> None:
    assert plain(text) == letters
    assert parts(plain(text)) == count


def test_one_letter_with_a_mark_makes_it_dear() -> None:
    assert parts("Đ" + "a" * 69) == 1
    assert parts("Đ" + "a" * 70) == 2
    assert fold(plain("Nguyễn Thị Hồng")) == fold("Nguyễn Thị Hồng")


def kind_of(name: str) -> Kind:
    return next(one for one in kinds() if one.name == name)


def spoiled(one: Kind) -> Mapping[str, Any]:
    """The sample with an attack in every text that is no code or address of ours."""
    fixed = {"url", "stop", "complain", "tracking_url", "review_url", "way", "what", "ground", "reason", "number"}
    return {
        name: EVIL if isinstance(value, str) and value and name not in fixed | {"store_phone"} else value
        for name, value in one.sample.items()
    }
