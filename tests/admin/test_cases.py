"""The desk of cases: listed with a revocation that reaches back, moved on by the store, invisible to strangers."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from catalog.certificates.models import Certificate
from catalog.certificates.service import revoke
from core.accounts.actor import SYSTEM
from core.clock import today
from core.worker import run_pending
from shop.cases.models import SoldCase
from shop.orders import service as orders
from tests.admin.conftest import Staff
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

CASES = "/quan-ly/vu-viec"


@pytest.fixture
def reached(client, make, session: Session) -> tuple[str, str]:
    """A sold line that a revocation reaches: the case's code and its store's."""
    store, pack = make.store(), make.pack_of(make.listing())
    make.lot(pack, store)
    number = ordered(client, store.code, pack.code)
    orders.hand_over(number, SYSTEM)
    one = session.query(Certificate).one()
    revoke(make.actor("certifier"), one.code, decision_number="9/QĐ-TH", ground="breach", effective_on=today())
    while run_pending():
        pass
    return session.query(SoldCase.code).scalar(), store.code


def ordered(client, store: str, sku: str) -> str:
    token = client.post("/api/v1/carts", json={"store": store}).json["token"]
    client.put(f"/api/v1/carts/{token}/lines/{sku}", json={"quantity": 2})
    body = {
        "contact": {"name": "Người Mua Thử", "phone": "0912345678"},
        "fulfilment": {"method": "pickup", "store": store},
        "payment": {"provider": "at_store"},
        "expected_total": 240_000,
    }
    return client.post(f"/api/v1/carts/{token}/checkout", json=body).json["number"]


def test_a_store_contacts_refunds_and_closes(staff: Staff, reached: tuple[str, str], session: Session) -> None:
    code, store = reached
    manager, page = staff("store_manager", ("store", store)), f"{CASES}/{code}"
    assert code in manager.get(CASES).text
    assert "Người Mua Thử" in manager.get(page).text
    assert manager.post(f"{page}/contacted", page=page, version=1).status_code == 422
    assert manager.post(f"{page}/closed", page=page, version=1, note="Chưa gọi").status_code == 422
    assert manager.post(f"{page}/contacted", page=page, version=1, note="Đã gọi điện").status_code == 303
    assert manager.post(f"{page}/contacted", page=page, version=1, note="Bản cũ").status_code == 422
    refund = {"note": "Đã chuyển khoản", "reference": "FT-1"}
    for wrong in ("240.001", "0", "-5", "abc", ""):
        answer = manager.post(f"{page}/refunded", page=page, version=2, amount=wrong, **refund)
        assert answer.status_code == 422, wrong
    assert manager.post(f"{page}/refunded", page=page, version=2, amount="240.000", **refund).status_code == 303
    assert manager.post(f"{page}/closed", page=page, version=3, note="Xong việc").status_code == 303
    assert session.query(SoldCase.state).scalar() == "closed"
    assert code not in manager.get(CASES).text
    assert code in manager.get(f"{CASES}?state=all").text


def test_who_sees_what(staff: Staff, reached: tuple[str, str], make) -> None:
    """A certifier sees the case and not the buyer; another store sees nothing; an auditor changes nothing."""
    code, _store = reached
    certifier = staff("certifier").get(f"{CASES}/{code}")
    assert certifier.status_code == 200
    assert "Người Mua Thử" not in certifier.text
    other = staff("store_manager", ("store", make.store().code))
    assert other.get(f"{CASES}/{code}").status_code == 404
    assert code not in other.get(f"{CASES}?state=all").text
    assert other.post(f"{CASES}/{code}/contacted", version=1, note="Người lạ").status_code == 404
    auditor = staff("auditor")
    assert auditor.get(f"{CASES}/{code}").status_code == 200
    assert auditor.post(f"{CASES}/{code}/contacted", version=1, note="Kiểm tra").status_code == 403
    assert staff("cashier", ("store", make.store().code)).get(CASES).status_code == 403


def test_an_unknown_step_or_case_is_refused(staff: Staff, reached: tuple[str, str]) -> None:
    code, store = reached
    manager = staff("store_manager", ("store", store))
    assert manager.post(f"{CASES}/{code}/to_contact", version=1, note="Lùi lại").status_code == 422
    assert manager.post(f"{CASES}/{code}/nonsense", version=1, note="Không có").status_code in (404, 422)
    assert manager.get(f"{CASES}/VV-NOTHING").status_code == 404


def test_blocked_goods_are_told_in_dong(staff: Staff, reached: tuple[str, str]) -> None:
    _code, store = reached
    text = staff("store_manager", ("store", store)).get(CASES).text
    assert "960.000" in text  # eight left of ten, at 120.000 đồng


def test_the_list_costs_the_same_for_one_and_for_many(staff: Staff, reached, make, session: Session, client) -> None:
    manager = staff("store_manager", ("store", reached[1]))
    manager.get(CASES)
    one = counted(lambda: manager.get(CASES))
    first = session.query(SoldCase).one()
    for number in range(5):
        twin = {c.key: getattr(first, c.key) for c in SoldCase.__table__.columns if c.key != "id"}
        twin |= {"code": f"VV-TEST{number}", "certificate_id": make.certificate(valid_until=today()).id}
        session.execute(
            SoldCase.__table__.insert().values(**twin | {"contact_by": first.contact_by + timedelta(number)})
        )
    assert counted(lambda: manager.get(CASES)) <= one + 1
