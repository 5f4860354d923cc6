"""The style sheet page: every macro with made-up data, to look at while designing.

``python -m tests.support.styleguide`` serves it on http://127.0.0.1:8102/ (``/desk`` for the desks' frame).
"""

import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import segno
from flask import Flask

import catalog
from core.app import build_app
from core.clock import today
from core.config import Config
from core.web.access import public
from core.web.pages import Pages, render

pages = Pages("styleguide", __name__, template_folder=str(Path(__file__).parent / "templates"))

NAMES = [
    (4, "Mật ong hoa rừng Cát Bà", "HTX Cát Bà", "Hải Phòng", 4, 185_000),
    (9, "Nước mắm truyền thống Mẫu Hoàng 40 độ đạm ủ chượp", "Hộ kinh doanh Mẫu Hoàng", "Hải Phòng", 4, 125_000),
    (12, "Trà Bí đao", "HTX Đắk Song", "Lâm Đồng", 3, 68_000),
    (22, "Dệt thổ cẩm Hoa Tiến (khăn, chân váy, khăn trải bàn)", "HTX thổ cẩm Hoa Tiến", "Nghệ An", 4, 420_000),
    (1, "Táo Bàng La", "HTX Bàng La", "Hải Phòng", 5, 55_000),
    (14, "Rượu Nếp mân", "Hộ sản xuất", "Hải Phòng", 3, 1_150_000),
]  # fmt: skip


def cards() -> list[Thing]:
    """Made-up product cards."""
    return [
        Thing(
            set_no=set_no, name=name, code=f"SP-{i}", producer_name=producer, place=place, stars=stars, url="#",
            price_vnd=price, unit="gram" if i == 4 else "piece", has_more_prices=i == 2, is_alcohol=set_no == 14,
            sku_code=f"SKU-{i}", ends_on=today() + timedelta(days=23 if i % 3 == 2 else 400), in_stock=i != 3,
        )
        for i, (set_no, name, producer, place, stars, price) in enumerate(NAMES)
    ]  # fmt: skip


def booths() -> list[Thing]:
    """Made-up booths of a small fair."""
    states = ("taken", "free", "held", "taken", "closed", "taken")
    out: list[Thing] = []
    for i in range(18):
        x, y = 80 + i % 6 * 330, 90 + i // 6 * 380
        out.append(Thing(
            code=f"A{i + 1:02}", points=f"{x},{y} {x + 300},{y} {x + 300},{y + 300} {x},{y + 300}",
            x=x + 150, y=y + 150,
            group=i % 6 + 1, status=states[i % 6],
            exhibitor="HTX Cát Bà Hải Phòng" if states[i % 6] == "taken" else None,
            url="#f", size="3 × 3 m",
        ))  # fmt: skip
    return out


@pages.get("/")
@public
def show() -> Any:
    """All pieces on the shop's frame."""
    return render("styleguide.html", **context())


@pages.get("/desk")
@public
def desk() -> Any:
    """The desks' frame."""
    return render("styledesk.html", **context())


def context() -> dict[str, Any]:
    """Made-up data of both pages."""
    stars = [{"value": str(n), "label": f"{n} sao", "count": n * 3} for n in (5, 4, 3)]
    areas = [{"value": str(n), "label": f"Xã Kiến Hưng {n}", "count": 30 - n} for n in range(14)]
    facets = [
        {"name": "stars", "title": "Hạng sao", "options": stars},
        {"name": "area", "title": "Nơi làm ra", "options": areas},
    ]
    form = Thing(
        values={"name": "Mật ong", "phone": "0912", "pay": "cod", "notes": "Gọi trước khi giao"},
        errors={"phone": ["Số điện thoại cần có 10 chữ số."], "city": ["Hãy chọn một nơi."]}, problem=None,
    )  # fmt: skip
    governing = Thing(
        stars=4, decision_number="1887/QĐ-UBND", decided_on=today() - timedelta(days=525),
        starts_on=today() - timedelta(days=525), ends_on=today() + timedelta(days=570),
    )  # fmt: skip
    qr = segno.make("https://example.test/chung-nhan/CN-7K3M9QXT").svg_inline(border=0, omitsize=True)
    return {
        "cards": cards(), "facets": facets, "form": form, "governing": governing, "qr": qr,
        "booths": booths(), "plan": Thing(width=2100, height=1260),
    }  # fmt: skip


def build() -> Flask:
    """An app of core and catalog with the page on top."""
    instance = Path(os.environ.get("OCOP_INSTANCE", "/tmp/styleguide"))
    app = build_app(Config(instance=instance, database_url="sqlite://", secret_key="x", testing=True), [catalog])
    app.config["TEMPLATES_AUTO_RELOAD"] = True
    app.register_blueprint(pages)
    return app


if __name__ == "__main__":
    build().run(port=8102)
