"""The desk of corrections: form, effects, a second person."""

from datetime import date
from types import ModuleType

import pytest

from catalog.certificates.queries import governing
from core.clock import today
from tests.admin.conftest import Staff

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

WHY = "Gõ nhầm số sao khi đọc phụ lục của quyết định."


def test_a_correction_from_form_to_agreement(staff: Staff, make: ModuleType) -> None:
    product = make.product("Trà hoa cúc")
    make.listing(product, stars=None)
    one = make.certificate(product, stars=4)
    first, second = staff("certifier"), staff("certifier")
    page = f"/quan-ly/chung-nhan/{one.code}/dinh-chinh"
    filled = {
        "stars": "3", "decision_number": one.decision_number, "decided_on": one.decided_on.isoformat(),
        "issuer_level": one.issuer_level, "issuer": one.issuer, "valid_from": one.valid_from.isoformat(),
        "valid_until": one.valid_until.isoformat(),
    }  # fmt: skip
    short = first.post(page, page=page, **filled, reason="nhầm")
    assert short.status_code == 422
    assert "Cần ít nhất 20 chữ cái." in short.text
    same = first.post(page, page=page, **{**filled, "stars": "4"}, reason=WHY)
    assert (same.status_code, "Không có gì khác" in same.text) == (422, True)
    made = first.post(page, page=page, **filled, reason=WHY)
    assert made.status_code == 303
    address = made.headers["Location"]
    own = first.get(address)
    assert "Chờ người thứ hai" in own.text
    assert first.post(f"{address}/dong-y", page=address).status_code == 409
    shown = second.get(address).text
    assert "<s>4</s>" in shown
    assert "Điều sẽ xảy ra hôm nay" in shown
    assert second.post(f"{address}/dong-y", page=address).status_code == 303
    assert governing([product.id], today())[product.id].stars == 3


def test_an_end_that_is_past_tells_what_stops(staff: Staff, make: ModuleType) -> None:
    product = make.product("Trà hoa cúc")
    make.listing(product, stars=None)
    one = make.certificate(product, stars=4, valid_from=date(2025, 1, 1), valid_until=date(2028, 1, 1))
    certifier = staff("certifier")
    page = f"/quan-ly/chung-nhan/{one.code}/dinh-chinh"
    made = certifier.post(page, page=page, stars="4", decision_number=one.decision_number, issuer=one.issuer,
        decided_on="2025-01-01", issuer_level=one.issuer_level, valid_from="2025-01-01", valid_until="2026-01-01",
        reason=WHY)  # fmt: skip
    assert "1 sản phẩm ngừng bán" in certifier.get(made.headers["Location"]).text
    declined = certifier.post(f"{made.headers['Location']}/bo", page=made.headers["Location"])
    assert declined.status_code == 303
    assert governing([product.id], today())[product.id].stars == 4
