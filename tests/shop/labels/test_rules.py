"""Labels without an application: sizes, prices to compare, what is true no longer, and bars that a reader reads."""

import re
import shutil
import subprocess
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from PIL import Image, ImageDraw

from shop.labels.barcodes import bars, code_128, retail_digits
from shop.labels.pdf import lots_pdf, shelf_pdf
from shop.labels.rules import SIZES, LotTag, Said, ShelfTag, compare_price, task_for
from tests.support.needs import lacking

MADE = datetime(2026, 11, 22, 3, tzinfo=UTC)
HONEY = ShelfTag(
    "Mật ong hoa rừng Cát Bà", "Hũ 500 g", "HTX Cát Bà", 125_000, "piece", (250_000, "kg"), "8934567890120", 4,
    "1234/QĐ-UBND", date(2027, 12, 31), "https://ocop.example.vn/chung-nhan/CN-7K3M9QXT",
)  # fmt: skip
LOT = LotTag(
    "Mật ong", "Hũ 500 g", "HTX Cát Bà", "LO-7K3M9QXT", "L01", date(2026, 11, 1), date(2027, 11, 1),
    "https://ocop.example.vn/truy-xuat/LO-7K3M9QXT",
)  # fmt: skip


@pytest.mark.parametrize(
    ("price", "unit", "grams", "ml", "compared"),
    [
        (125_000, "piece", 500, None, (250_000, "kg")), (30_000, "piece", 80, None, (37_500, "100 g")),
        (25_000, "piece", None, 300, (83_333, "lít")), (25_000, "piece", None, 150, (16_667, "100 ml")),
        (420_000, "gram", None, None, (420_000, "kg")), (10_000, "piece", None, None, None),
        (10_000, "piece", 250, None, (40_000, "kg")), (10_000, "piece", 249, None, (4_016, "100 g")),
    ],
)  # fmt: skip
def test_packs_are_compared_by_one_measure(
    price: int, unit: str, grams: int | None, ml: int | None, compared: tuple[int, str] | None
) -> None:
    assert compare_price(price, unit, grams, ml) == compared


@pytest.mark.parametrize(
    ("hangs", "truth", "kind"),
    [
        (Said(100, 4, 1), Said(100, 4, 1), None), (Said(100, 4, 1), Said(120, 4, 1), "price"),
        (Said(100, 4, 1), Said(120, 3, 2), "star"), (Said(100, 4, 1), Said(100, 4, 2), "star"),
        (Said(100, 4, 1), None, "star_off"), (Said(100, None, None), None, None),
        (Said(None, 4, 1), Said(120, 4, 1), None), (Said(100, None, None), Said(100, 4, 1), "star"),
    ],
)  # fmt: skip
def test_what_a_label_says_against_what_is_true(hangs: Said, truth: Said | None, kind: str | None) -> None:
    assert task_for(hangs, truth) == kind


def test_a_case_of_goods_is_not_what_a_till_reads() -> None:
    assert retail_digits("08934567890120") == "8934567890120"
    assert retail_digits("18934567890127") is None
    for text in ("", "Đ", "a\nb"):
        with pytest.raises(ValueError, match="Code 128"):
            code_128(text)
    with pytest.raises(ValueError, match="EAN"):
        bars("123")


def test_labels_lie_within_their_page() -> None:
    for size in SIZES.values():
        width, height = size.page
        for number in range(size.columns * size.rows):
            x, y = size.place(number)
            assert 0 <= x <= x + size.width <= width + 0.01
            assert 0 <= y <= y + size.height <= height + 0.6


def test_a_reader_that_is_not_ours_reads_every_size(tmp_path: Path) -> None:
    if shutil.which("zbarimg") is None:
        lacking("there is no zbarimg")
    app = Flask("labels")
    Babel(app)
    with app.test_request_context():
        for key, size in SIZES.items():
            assert read(shelf_pdf([HONEY], size, MADE), tmp_path) == {HONEY.barcode, HONEY.address}, key
            assert read(lots_pdf([LOT], size, MADE), tmp_path) == {LOT.address}, key
        packed = ShelfTag(**{**HONEY.__dict__, "barcode": "MO-500"})
        assert read(shelf_pdf([packed], SIZES["a4-3x8"], MADE), tmp_path) == {"MO-500", HONEY.address}
        small = ShelfTag(**{**HONEY.__dict__, "barcode": "96385074"})
        assert read(shelf_pdf([small], SIZES["40x30"], MADE), tmp_path) == {"96385074", HONEY.address}


def test_sheets_begin_where_the_last_one_ended() -> None:
    app = Flask("labels")
    Babel(app)
    with app.test_request_context():
        whole = shelf_pdf([HONEY] * 24, SIZES["a4-3x8"], MADE)
        used = shelf_pdf([HONEY] * 24, SIZES["a4-3x8"], MADE, skip=1)
    assert (pages(whole), pages(used)) == (1, 2)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def read(pdf: bytes, folder: Path) -> set[str]:
    """What zbar reads of the filled rectangles of the first page, drawn at 600 dpi."""
    streams = [
        zlib.decompress(one) for one in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S) if one[:1] == b"x"
    ]
    content = next(one for one in streams if b" re f" in one).decode("latin-1")
    boxes = [
        tuple(float(n) for n in box) for box in re.findall(r"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re f", content)
    ]
    scale = 600 / 72
    height = max(y for _x, y, _w, _h in boxes) + 40
    width = max(x + w for x, _y, w, _h in boxes) + 40
    picture = Image.new("L", (int(width * scale), int(height * scale)), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, w, h in boxes:
        corners = sorted((x * scale, (x + w) * scale)), sorted(((height - y) * scale, (height - y - h) * scale))
        (left, right), (top, bottom) = corners
        pen.rectangle([round(left), round(top), round(right) - 1, round(bottom) - 1], fill=0)
    picture.save(folder / "label.png")
    seen = subprocess.run(
        ["zbarimg", "--raw", "-q", str(folder / "label.png")], capture_output=True, text=True, check=False
    )
    return set(seen.stdout.split())
