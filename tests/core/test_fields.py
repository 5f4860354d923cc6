"""Strict input: what a field takes, and what it refuses."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from core.web.api import BadJson, read_json
from core.web.fields import Choice, Day, DongField, EmailAddress, Phone, Schema, Whole, Words, accepting_text
from core.web.forms import Form

pytestmark = pytest.mark.on("sqlite")


class Sample(Schema):
    """One of each."""

    units = Whole(least=1, most=99, required=True)
    price = DongField()
    day = Day()
    phone = Phone()
    email = EmailAddress()
    words = Words(most=20)
    kind = Choice("a", "b")


@pytest.mark.parametrize("units", [0, -1, 2.5, 1.0, "2", "2e3", 1e400, True, None, [], {}, 100, "٣", "１"])
def test_units_that_are_no_whole_number_in_range(app: Flask, units: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Sample().load({"units": units})
    assert "units" in refused.value.messages


def test_unknown_and_missing_fields_are_named(app: Flask) -> None:
    with pytest.raises(ValidationError) as refused:
        Sample().load({"star": 5})
    assert set(refused.value.messages) == {"units", "star"}


@pytest.mark.parametrize(
    "words", ["a\x00b", "a\u202eb", "z\u200bz", "o" + "\u0301" * 9, "two\nlines", "x" * 21, " ", "\ud800", 7]
)
def test_words_that_hide_something(app: Flask, words: Any) -> None:
    with pytest.raises(ValidationError):
        Sample().load({"units": 1, "words": words})


def test_words_come_trimmed_and_composed(app: Flask) -> None:
    assert Sample().load({"units": 1, "words": "  Mật ong "})["words"] == "Mật ong"


@pytest.mark.parametrize("typed", ["0912345678", "0912 345 678", "+84 912 345 678", "84912345678", "(0)912.345.678"])
def test_phone_numbers_in_common_writings(app: Flask, typed: str) -> None:
    if typed.startswith("("):
        assert Sample().load({"units": 1, "phone": typed})["phone"] == "+84912345678"
        return
    assert Sample().load({"units": 1, "phone": typed})["phone"] == "+84912345678"


@pytest.mark.parametrize("typed", ["123", "0112345678", "09123456789", "+1 555 123 4567", "chín một hai"])
def test_no_phone_number_of_viet_nam(app: Flask, typed: str) -> None:
    with pytest.raises(ValidationError):
        Sample().load({"units": 1, "phone": typed})


@pytest.mark.parametrize("day", ["2026-02-30", "0000-01-01", "275760-01-01", "22/11/2026", "2026-11-22T00:00", 46348])
def test_no_day(app: Flask, day: Any) -> None:
    with pytest.raises(ValidationError):
        Sample().load({"units": 1, "day": day})


def test_forms_take_days_and_money_as_people_write_them(app: Flask) -> None:
    with accepting_text():
        loaded = Sample().load({"units": "2", "day": "22/11/2026", "price": "125.000 ₫"})
    assert loaded == {"units": 2, "day": date(2026, 11, 22), "price": 125_000}


@pytest.mark.parametrize("email", ["a@b", "a b@c.vn", "a@c.vn\nBcc: x@y.vn", "@c.vn"])
def test_no_email(app: Flask, email: str) -> None:
    with pytest.raises(ValidationError):
        Sample().load({"units": 1, "email": email})


def test_a_form_comes_back_with_what_was_typed(app: Flask) -> None:
    form = Form(Sample()).read(MultiDict({"units": "nhiều", "words": "Mật ong", "csrf_token": "x", "day": ""}))
    assert not form.ok
    assert form.values["units"] == "nhiều"
    assert form.values["words"] == "Mật ong"
    assert set(form.errors) == {"units"}


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[1]", b"7", b'{"a":1,"a":2}', b'{"a":NaN}', b"\xff\xfe{\x00", b"\xef\xbb\xbf{}", b"[" * 100_000],
    ids=["empty", "open", "list", "number", "twins", "nan", "utf16", "bom", "deep"],
)
def test_json_that_cannot_be_trusted(app: Flask, raw: bytes) -> None:
    with app.test_request_context("/api/v1/x"), pytest.raises(BadJson):
        read_json(raw)


def test_json_huge_number_is_no_number_of_ours(app: Flask) -> None:
    body = read_json(b'{"units": 1e400}')
    with pytest.raises(ValidationError):
        Sample().load(body)
