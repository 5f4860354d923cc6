"""How a product without a photo is drawn: a picture by its set and name, on one of six woven grounds.

The choice depends on nothing but the product, so the same product looks the same for ever.
"""

from hashlib import blake2s
from typing import NamedTuple

from flask import Flask
from flask_babel import gettext as _

from core.text import fold
from core.web.assets import Assets, add_stylesheet

#: Six palettes and three weaves (catalog.css: ``ground-0`` … ``ground-5``, ``weave-0`` … ``weave-2``).
GROUNDS = 6
WEAVES = 3

#: The drawing of each set of Decision 26/QĐ-TTg's list (templates/macros/pictures.html).
BY_SET = {
    1: "fruit", 2: "fish", 3: "rice", 4: "honey", 5: "snack", 6: "noodles", 7: "dried", 8: "claypot",
    9: "fish-sauce", 10: "garlic", 11: "tea", 12: "herbal-tea", 13: "coffee", 14: "spirits", 15: "wine",
    16: "water", 17: "juice", 18: "capsule", 19: "cosmetics", 20: "herb", 21: "basket", 22: "cloth",
    23: "flower", 24: "bonsai", 25: "bird", 26: "homestay",
}  # fmt: skip

#: Words of the folded name that say more than the set; the first that occurs wins. With the sets they hold for.
BY_WORD = (
    ("mam nem", frozenset({9}), "paste"),
    ("mam xay", frozenset({9}), "paste"),
    ("mam chay", frozenset({9}), "paste"),
    ("mam tom", frozenset({9}), "paste"),
    ("tuong", frozenset({9}), "paste"),
    ("yen sao", frozenset({8}), "honey"),
    ("chuoi", frozenset({1}), "banana"),
    ("cam", frozenset({1}), "citrus"),
    ("chanh", frozenset({1}), "citrus"),
    ("buoi", frozenset({1}), "citrus"),
    ("say gion", frozenset({7}), "snack"),
    ("tinh bot", frozenset({20}), "powder"),
    ("nam", frozenset({1, 7, 20}), "mushroom"),
    ("dong trung", frozenset({18, 20}), "mushroom"),
    ("trung", frozenset({2, 8}), "egg"),
    ("mat ong", frozenset({8}), "honey"),
    ("bo kho", frozenset({8}), "meat"),
    ("xuc xich", frozenset({8}), "meat"),
    ("gio", frozenset({8}), "meat"),
    ("thit", frozenset({2, 8}), "meat"),
    ("mac ca", frozenset({7}), "nuts"),
    ("macca", frozenset({7}), "nuts"),
    ("hat", frozenset({7}), "nuts"),
    ("muoi", frozenset({7}), "pickle"),
    ("ngu coc", frozenset({6}), "grain"),
    ("tieu", frozenset({10}), "pepper"),
    ("khoai", frozenset({1, 7}), "root"),
    ("dua", frozenset({1, 7}), "coconut"),
    ("lac", frozenset({3}), "nuts"),
    ("rong nho", frozenset({1, 7}), "vegetable"),
    ("rau", frozenset({1}), "vegetable"),
    ("banh", frozenset({6}), "snack"),
    ("dau", frozenset({20}), "oil"),
    ("tinh dau", frozenset({20}), "oil"),
    ("cao", frozenset({18, 20}), "capsule"),
    ("den", frozenset({21}), "lamp"),
    ("bat", frozenset({21}), "pottery"),
    ("gom", frozenset({21}), "pottery"),
    ("huong", frozenset({21}), "incense"),
)


#: Drawings that share one kind of product; a product keeps its own.
VARIANTS = {
    "fish-sauce": ("fish-sauce", "fish-sauce-2"),
    "dried": ("dried", "dried-2"),
    "coffee": ("coffee", "coffee-bag"),
    "tea": ("tea", "tea-box"),
    "herbal-tea": ("herbal-tea", "tea-box"),
}


class Picture(NamedTuple):
    """A drawing's name, its palette (0-5) and its weave (0-2)."""

    kind: str
    ground: int
    weave: int


def picture_of(set_no: int, name: str, seed: str) -> Picture:
    """The picture of a product by its set, its name and its code (the seed)."""
    first, second, third = blake2s(seed.encode(), digest_size=3).digest()
    kind = _kind(set_no, name)
    drawings = VARIANTS.get(kind, (kind,))
    return Picture(drawings[third % len(drawings)], first % GROUNDS, second % WEAVES)


def _kind(set_no: int, name: str) -> str:
    words = f" {fold(name)} "
    for word, sets, kind in BY_WORD:
        if set_no in sets and f" {word} " in words:
            return kind
    return BY_SET.get(set_no, "basket")


def init_app(app: Flask) -> None:
    """Join the catalog's macros, style sheet and drawings to the pages."""
    app.register_blueprint(
        Assets("look", __name__, template_folder="templates", static_folder="static", static_url_path="/static/catalog")
    )
    add_stylesheet("catalog.css", "look")
    add_stylesheet("photos.css", "look")
    app.add_template_global(picture_of, "picture_of")
    app.add_template_global(site_claim, "site_claim")
    app.add_template_global(search_hint, "search_hint")


def site_claim() -> str:
    """What this shop promises: the words under every page."""
    return _(
        "Chỉ bán sản phẩm đang còn hiệu lực công nhận OCOP từ 3 đến 5 sao. "
        "Hết hạn công nhận là ngừng bán, ngay trong ngày."
    )


def search_hint() -> str:
    """What stands in the empty search box."""
    return _("Tìm mật ong, nước mắm, trà… (gõ không dấu cũng được)")
