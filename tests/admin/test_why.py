"""Why a product is or is not for sale: today, on another day, and as it was known then."""

from datetime import date, timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from catalog.certificates.service import revoke
from core.clock import now
from tests.admin.conftest import Staff
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

TODAY, DAY = date(2026, 11, 22), timedelta(days=1)


def test_two_times(staff: Staff, make: ModuleType, client: FlaskClient, clock: Clock) -> None:
    clock.on(TODAY)
    product = make.product("Trà hoa cúc")
    make.listing(product, stars=None)
    one = make.certificate(product, stars=4, valid_from=date(2025, 1, 1), valid_until=date(2028, 1, 1))
    auditor = make.headers("auditor")
    before = now()
    clock.on(TODAY + DAY)
    revoke(
        make.actor("certifier"), one.code, decision_number="9/QĐ-UBND", ground="forged", effective_on=date(2026, 1, 1)
    )
    address = f"/api/v1/products/{product.slug}/why"

    def asked(**query: str) -> tuple[bool, str]:
        found = client.get(address, query_string=query, headers=auditor).json
        return found["is_sellable"], found["rule"]

    june = "2026-06-01"
    assert asked() == (False, "certificate.revoked")
    assert asked(on=june) == (False, "certificate.revoked"), "known now: it was not valid then"
    assert asked(on=june, known_at=before.isoformat()) == (True, "certificate.valid"), "known then: it was"
    assert asked(on="2025-06-01") == (True, "certificate.valid")
    assert asked(on="2024-06-01") == (False, "certificate.not_yet_valid")
    for bad in (
        {"on": "2026-02-30"},
        {"known_at": "2026-06-01"},
        {"known_at": "9999-12-31T23:59:59-14:00"},
        {"x": "1"},
    ):
        assert client.get(address, query_string=bad, headers=auditor).status_code == 422

    page = staff("certifier")
    now_known = page.get(f"/quan-ly/vi-sao/{product.slug}?ngay={june}").text
    assert "Không được bán ngày 01/06/2026" in now_known
    assert "Công nhận đã bị thu hồi." in now_known
    assert "thu hồi từ 01/01/2026" in now_known
    assert "Bị thu hồi" in now_known
    then_known = page.get(f"/quan-ly/vi-sao/{product.slug}?ngay={june}&biet={TODAY.isoformat()}").text
    assert "Được bán ngày 01/06/2026" in then_known
    assert "thu hồi từ" not in then_known
    assert "Bị thu hồi" not in then_known, "the list of certificates stands as it was known, too"


def test_a_producer_asks_about_her_own(staff: Staff, make: ModuleType) -> None:
    mine, foreign = make.product("Trà của tôi"), make.product("Trà khác")
    producer = staff("producer", ("producer", mine.producer.code))
    assert "sản phẩm ứng viên" in producer.get(f"/quan-ly/vi-sao/{mine.slug}").text
    assert producer.get(f"/quan-ly/vi-sao/{foreign.slug}").status_code == 404


def test_the_page_of_a_product_leads_to_its_labels(staff: Staff, make: ModuleType) -> None:
    store = make.store()
    pack = make.pack_of(make.listing())
    keeper, auditor = staff("store_manager", ("store", store.code)), staff("auditor")
    address = f"/quan-ly/cua-hang/{store.code}/nhan?sku={pack.code}"
    assert address in keeper.get(f"/quan-ly/vi-sao/{pack.code}").text
    assert keeper.get(address).status_code == 200
    assert "/nhan?sku=" not in auditor.get(f"/quan-ly/vi-sao/{pack.code}").text
