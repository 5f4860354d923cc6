"""Papers of the demonstration: an entry with its scan that waits for the second reader, and second clocks."""

from datetime import date

from fpdf import FPDF

from admin.demo.goods import at
from admin.demo.people import People
from admin.demo.plan import DAY
from catalog.certificates.queries import history
from catalog.certificates.rules import proposed_last_day
from catalog.certificates.service import enter
from catalog.documents.service import keep
from catalog.papers.service import record_paper
from catalog.products.models import Product
from catalog.products.sets import ALCOHOL
from core.clock import travel
from core.paper import FONTS

#: Days until the declaration of the demonstration's producer runs out.
LEFT = 18
NUMBER = "MH-4127/QĐ-UBND (minh hoạ)"
ISSUER = "UBND thành phố Hải Phòng"


def file_papers(people: People, products: list[Product], own: Product, today: date) -> None:
    """One entry with a scan, one declaration that runs out soon, one maker's certificate that has; both only warn."""
    candidate = next(one for one in products if not history(one.id) and one.set_no not in ALCOHOL)
    certifier = people.acting("certifier", "certifier")
    with travel(at(today - DAY, 6)):
        decided = today - 20 * DAY
        entry = enter(
            certifier, product=candidate.code, decision_number=NUMBER, decided_on=decided, issuer_level="province",
            issuer=ISSUER, stars=4, valid_from=decided, valid_until=proposed_last_day(decided), is_demo=True,
            note="Minh hoạ",
        )  # fmt: skip
        scan = draw_decision(candidate.name, decided)
        keep(certifier, scan, "Quyết định 4127 (minh hoạ).pdf", f"certificate:{entry.code}", "decision")
        record_paper(
            certifier,
            kind="self_declared",
            product=own.code,
            number="MH-01/TCB (minh hoạ)",
            issuer="Sở Y tế Hải Phòng",
            issued_on=today - 1077 * DAY,
            tested_on=today - 1090 * DAY,
            valid_until=today + LEFT * DAY,
        )
        record_paper(
            certifier,
            kind="safety",
            producer=own.producer.code,
            number="MH-112/ATTP (minh hoạ)",
            issuer="Chi cục (minh hoạ)",
            issued_on=today - 1117 * DAY,
            valid_until=today - 22 * DAY,
        )


def draw_decision(product: str, decided_on: date) -> bytes:
    """A page that looks like a decision and says that it is none."""
    page = FPDF()
    data = FONTS
    page.add_font("vn", "", str(data / "BeVietnamPro-Regular.ttf"))
    page.add_font("vn", "B", str(data / "BeVietnamPro-SemiBold.ttf"))
    page.add_page()
    last = proposed_last_day(decided_on)
    lines = (
        ("B", ISSUER.upper()), ("", f"Số: {NUMBER}"), ("", f"Hải Phòng, ngày {decided_on:%d/%m/%Y}"), ("", ""),
        ("B", "QUYẾT ĐỊNH"), ("", "Về việc công nhận sản phẩm OCOP"), ("", ""),
        ("", f"Điều 1. Công nhận sản phẩm “{product}” đạt hạng 4 sao."),
        ("", f"Điều 2. Quyết định có giá trị 36 tháng, đến hết ngày {last:%d/%m/%Y}."), ("", ""),
        ("B", "TRANG MINH HOẠ, KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"),
    )  # fmt: skip
    for style, text in lines:
        page.set_font("vn", style, 13)
        page.multi_cell(0, 10, text, new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())
