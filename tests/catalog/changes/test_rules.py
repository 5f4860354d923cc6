"""Rules of changes and prices on plain values: words that differ, percent, marks, states; no database."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.certificates.models import Certificate
from catalog.changes import fields, words
from catalog.changes.difference import NEW, OLD, SAME, Piece, difference
from catalog.changes.fields import Key, key_of, loaded, plain
from catalog.changes.rules import is_big, is_marked, percent, state_of, tag
from catalog.changes.schemas import LOCKED
from catalog.listings.models import Listing, Sku
from catalog.listings.rules import LISTING_FIELDS, SKU_FIELDS
from catalog.products.models import Product
from core.errors import Invalid

TEXTS = st.text(alphabet="abc đê,.\n ", max_size=60)


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_a_difference_holds_both_texts_whole(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != NEW) == before
    assert "".join(piece.text for piece in pieces if piece.kind != OLD) == after
    assert all(piece.text for piece in pieces)


def test_a_difference_is_of_whole_words() -> None:
    assert difference("Mật ong rừng tràm", "Mật ong hoa nhãn") == [
        Piece(SAME, "Mật ong "), Piece(OLD, "rừng tràm"), Piece(NEW, "hoa nhãn"),
    ]  # fmt: skip
    assert difference("Giữ nguyên.\n\nBỏ đi.", "Giữ nguyên.\n\nBỏ đi.") == [Piece(SAME, "Giữ nguyên.\n\nBỏ đi.")]
    assert difference("", "Mới") == [Piece(NEW, "Mới")]


def test_a_long_story_is_compared_in_time() -> None:
    before = "\n\n".join("Ong hút mật trên rừng, mùa nào hoa ấy, vị nào hương nấy. " * 9 for _ in range(18))[:10_000]
    after = before.replace("rừng", "đồi").replace("mùa", "vụ")
    began = time.process_time()
    pieces = difference(before, after)
    assert time.process_time() - began < 2
    assert "".join(piece.text for piece in pieces if piece.kind != OLD) == after
    began = time.process_time()
    difference("a b " * 2500, "b a " * 2500)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("before", "after", "whole", "big", "marked"),
    [
        (100, 150, 50, False, True), (100, 151, 51, True, True), (100, 50, -50, False, True),
        (100, 49, -51, True, True), (100, 130, 30, False, False), (3, 4, 33, False, True), (10**10, 1, -99, True, True),
        (1, 10**10, 10**12 - 100, True, True),
    ],
)  # fmt: skip
def test_percent(before: int, after: int, whole: int, big: bool, marked: bool) -> None:
    assert (percent(before, after), is_big(before, after), is_marked(before, after)) == (whole, big, marked)


def test_what_became_of_a_request() -> None:
    assert state_of(["open", "approved"]) == "open"
    assert state_of(["approved", "withdrawn"]) == "approved"
    assert state_of(["approved", "rejected"]) == "partly"
    assert state_of(["rejected", "rejected"]) == "rejected"
    assert state_of(["withdrawn"]) == "withdrawn"


def test_a_mark_tells_values_apart() -> None:
    values = [None, "", "a", 0, 1, True, False, {"a": 1, "b": 2}, {"alt": "x"}]
    assert len({tag(value) for value in values}) == len(values)
    assert tag({"b": 2, "a": 1}) == tag({"a": 1, "b": 2})


def test_names_of_fields() -> None:
    for text, key in {
        "story": Key("listing", "", "story"), "sku:SKU-1:label": Key("sku", "SKU-1", "label"),
        "sku:SKU-1": Key("pack", "SKU-1", ""), "photo:AH-1": Key("photo", "AH-1", ""),
    }.items():  # fmt: skip
        assert key_of(text) == key
        assert str(key) == text


@pytest.mark.parametrize(
    "name",
    ["", "name", "stars", "state", "sku:", "sku::label", "sku:A:price_vnd", "sku:A:unit", "sku:A:listing_id", "photo:",
     "photo:A:alt", "listing", "summary:x", "sku:A:label:x", "__class__", "story\x00"],
)  # fmt: skip
def test_what_is_no_field_is_refused_by_name(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        key_of(name)
    assert list(refused.value.facts["errors"]) == [name]


def test_every_field_of_a_listing_and_a_pack_can_be_asked_for_but_the_price() -> None:
    assert set(fields.LISTING) == LISTING_FIELDS
    assert set(fields.SKU) == SKU_FIELDS - {"price_vnd"}
    assert set(fields.NEW_SKU) == SKU_FIELDS | {"code", "unit"}
    assert set(words.LABELS) == set(fields.LISTING)  # a new column needs its words
    assert set(words.PACK_LABELS) == set(fields.NEW_SKU)


def test_no_column_of_the_certificate_or_the_product_is_a_field() -> None:
    """Every column of the models, by name: either one that she may ask for, or refused."""
    columns = {column.key for model in (Listing, Sku, Product, Certificate) for column in model.__table__.columns}
    open_to_her = set(fields.LISTING) | set(fields.SKU)
    for name in columns - open_to_her:
        with pytest.raises(Invalid):
            key_of(name)
        with pytest.raises(Invalid):
            key_of(f"sku:SKU-1:{name}")
    assert not LOCKED & open_to_her


def test_values_are_kept_clean_and_come_back() -> None:
    key = key_of("story")
    assert plain(key, "  Hoa\u0309  ") == "Ho\u1ea3"
    pack = key_of("sku:SKU-1")
    kept = plain(pack, {"code": "SKU-1", "label": "Hũ 1 kg", "price_vnd": 5000, "unit": "piece"})
    assert loaded(pack, kept) == {"code": "SKU-1", "label": "Hũ 1 kg", "price_vnd": 5000, "unit": "piece"}
    for bad in ({"stars": 5}, {"price_vnd": 0}, {"label": ""}, {"listing_id": 1}):
        with pytest.raises(Invalid):
            plain(pack, bad)
    for name, value in {
        "story": 5,
        "summary": "a" * 301,
        "is_gift": "maybe",
        "sku:S:gtin": "123",
        "origin": None,
    }.items():
        with pytest.raises(Invalid) as refused:
            plain(key_of(name), value)
        assert name in refused.value.facts["errors"]
