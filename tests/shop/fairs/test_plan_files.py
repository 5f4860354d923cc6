"""Plans as files: what goes out comes back, also after a drawing program moved it; what is not ours is refused."""

import io
import json

import pytest
from flask import Flask
from fpdf import FPDF
from PIL import Image

from core.clock import now
from core.errors import Invalid
from shop.fairs.plans.files import json_of, read_plan, svg_of
from shop.fairs.plans.paper import plan_pdf
from shop.fairs.plans.plan import BoothPlan, Feature, Grid, Hall, Plan, generate
from shop.fairs.plans.underlays import MOST_POINTS, read_drawing
from shop.fairs.refusals import PlanUnreadable, UnderlayUnreadable
from tests.shop.fairs.test_geometry import ELL, box

pytestmark = pytest.mark.on("sqlite")

BOOTHS = (
    BoothPlan(
        "A01", "A", box(100, 100, 300, 300), "corner", ("power", "water"), 3_000_000, "G-1", zone="I", open_sides=(0, 3)
    ),
    BoothPlan("A02", "A", box(400, 100, 300, 300), uid="G-2", use="sponsor"),
    BoothPlan("B01", "B", tuple((x * 50, y * 50) for x, y in ELL), uid="G-3"),
)  # fmt: skip
PLAN = Plan(
    (
        Hall("A", "Nhà A & <B>", 2000, 1500, (Feature("door", "Cửa \"chính\"", box(0, 700, 100, 300)),), 250),
        Hall("B", "Sân", 900, 900),
    ),
    BOOTHS,
)  # fmt: skip


@pytest.mark.parametrize("write", [json_of, lambda plan: svg_of(plan, "Hội chợ")])
def test_a_file_brings_the_plan_back(app: Flask, write) -> None:
    assert read_plan(write(PLAN)) == PLAN
    assert read_plan(b"\xef\xbb\xbf" + write(PLAN).lstrip()) == PLAN, "some programs write a mark first"


def test_what_a_drawing_program_moved_is_read_where_it_stands(app: Flask) -> None:
    svg = svg_of(PLAN, "x").decode()
    moved = svg.replace('data-booth="A01"', 'transform="translate(10.4,-20) rotate(90 250 250)" data-booth="A01"')
    moved = moved.replace('data-booth="A02"', 'transform="matrix(2 0 0 1 0 100)" data-booth="A02"')
    plan = read_plan(moved.encode())
    assert plan.booths[0].polygon == ((410, 80), (410, 380), (110, 380), (110, 80))
    assert plan.booths[1].polygon == box(800, 200, 600, 300)
    assert plan.booths[2] == PLAN.booths[2]


HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" data-ocop-plan="1"><g data-hall="A" data-name="A" data-width="9"'


def shape(facts: bytes, points: bytes = b"0,0 1,0 1,1", tag: bytes = b"polygon") -> bytes:
    """A hall with one thing in it."""
    return HEAD + b' data-height="9"><' + tag + b' data-booth="A01" ' + facts + b' points="' + points + b'"/></g></svg>'


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b'{"halls": []}', b'{"halls": [], "booths": [], "more": 1}', b"\xff\xfe{}", b"<svg",
        b"<svg/>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
        shape(b'data-price="0"', tag=b"path"), shape(b'data-price="x"'), shape(b'data-price="1"', b"0,0 1e999,0 1,1"),
        shape(b'data-price="1" data-open="-1"'), shape(b'data-price="1" transform="scale()"'),
        shape(b'data-price="1"', b"0,0 1,0 1"),
        HEAD + b"></g></svg>",
        b"x" * 5_000_000,
    ],
)  # fmt: skip
def test_what_is_no_plan_of_ours_is_refused_with_a_reason(app: Flask, data: bytes) -> None:
    with pytest.raises(PlanUnreadable) as refused:
        read_plan(data)
    assert refused.value.facts["errors"]["file"]


def test_wrong_fields_are_named(app: Flask) -> None:
    document = json.loads(json_of(PLAN))
    document["booths"][1]["price"] = -1
    with pytest.raises(Invalid) as refused:
        read_plan(json.dumps(document).encode())
    assert refused.value.facts["errors"]["file"][0].startswith("booths.1.price: ")


@pytest.mark.parametrize("size", ["A4", "A3"])
def test_the_printed_plan(app: Flask, size) -> None:
    hall, booths = generate(Grid("A", 10, 20))
    names = {"A01": "Hợp tác xã có một cái tên rất dài không viết hết vào một gian được", "A02": "Hộ Bà Tám"}
    data = plan_pdf("Hội chợ OCOP", Plan((hall, *PLAN.halls[1:]), (*booths, PLAN.booths[2])), names, {}, now(), size)
    assert data.startswith(b"%PDF-")
    wide = {"A4": b"841.89 595.28", "A3": b"1190.55 841.89"}[size]
    assert wide in data and data.count(b"/Type /Page\n") >= 4


def picture(kind: str, width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, kind)
    return out.getvalue()


def paper(pages: int) -> bytes:
    pdf = FPDF(unit="pt", format=(400, 200))
    for _number in range(pages):
        pdf.add_page()
        pdf.rect(20, 20, 100, 50, style="F")
    return bytes(pdf.output())


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_drawing_under_a_hall_is_redrawn(app: Flask, kind: str) -> None:
    drawing = read_drawing(picture(kind, MOST_POINTS + 500, 100))
    assert (drawing.width, drawing.data[:4], drawing.data[8:12]) == (MOST_POINTS, b"RIFF", b"WEBP")


def test_a_page_of_a_pdf_is_drawn(app: Flask) -> None:
    drawing = read_drawing(paper(2), page=2)
    assert drawing.width == 2 * drawing.height > 1000
    with Image.open(io.BytesIO(drawing.data)) as seen:
        black, white = seen.getpixel((drawing.width // 8, drawing.height // 5)), seen.getpixel((drawing.width - 9, 9))
    assert (max(black), min(white)) == (pytest.approx(0, abs=12), pytest.approx(255, abs=12))


@pytest.mark.parametrize(
    "data, page",
    [
        (b"", 1), (b"GIF89a", 1), (picture("PNG", 9, 9)[:40], 1), (b"%PDF-1.4 nothing", 1), (paper(1), 2),
        (paper(1).replace(b"/Pages", b"/Encrypt /Pages"), 1), (paper(1)[:-40], 1),
        (b"\xff\xd8\xff" + b"0" * 11_000_000, 1),
    ],
)  # fmt: skip
def test_what_is_no_drawing_is_refused(app: Flask, data: bytes, page: int) -> None:
    with pytest.raises(UnderlayUnreadable) as refused:
        read_drawing(data, page)
    assert refused.value.facts["errors"]["file"]
