"""The desks of returns and payouts, by their pages: two persons, foreign stores, what an auditor sees."""

import io
import re
from types import ModuleType

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from core.accounts.actor import ANONYMOUS
from shop.orders.models import Order
from shop.payments.models import Refund
from shop.payouts import claims
from shop.payouts.links import counter_code, key_of
from shop.payouts.models import PayoutFile
from shop.returns import service
from shop.returns.models import GoodsReturn
from shop.returns.rules import Kind, Reason
from shop.returns.service import Wish
from tests.admin.conftest import Staff
from tests.shop.returns.bought import bought, manager

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both

BANK = ("970436", "0011000012345", "NGUYEN THI DAO")
DESK = "/quan-ly"


def promised(make: ModuleType, order: Order, units: int = 1) -> str:
    """A refund of so many units, with the buyer's account named."""
    row = service.give(order.number, Wish(Kind.REFUND, Reason.BROKEN, {1: units}), manager(make, order))
    assert row.refund is not None
    claims.name_account(key_of(row.refund.code, 1), *BANK)
    return row.refund.code


def test_a_return_from_the_question_to_the_goods(staff: Staff, make: ModuleType, session: Session) -> None:
    order = bought(make)
    row = service.ask(order.number, order.token, Wish(Kind.RETURN, Reason.CHANGED_MIND, {1: 2}, "<i>nhầm"), ANONYMOUS)
    keeper, url = staff("store_manager", ("store", order.store.code)), f"{DESK}/tra-hang/{row.code}"
    assert row.code in keeper.get(f"{DESK}/tra-hang").text
    assert "&lt;i&gt;nhầm" in keeper.get(url).text
    assert keeper.post(f"{url}/refuse", refusal="").status_code == 422
    assert keeper.post(f"{url}/accept").status_code == 303
    assert keeper.post(f"{url}/receive", **{"units-1": "3"}).status_code == 409
    assert keeper.post(f"{url}/receive", **{"units-1": "1"}).status_code == 303
    assert keeper.post(f"{url}/nothing").status_code == 404
    assert "240.000" in keeper.get(url).text
    other = staff("store_manager", ("store", make.store().code))
    assert [other.get(url).status_code, other.post(f"{url}/accept").status_code] == [404, 404]
    auditor = staff("auditor")
    assert (auditor.get(url).status_code, auditor.post(f"{url}/accept").status_code) == (200, 403)


@pytest.mark.parametrize(
    ("reason", "damaged"), [(Reason.BROKEN, 2), (Reason.SPOILED, 2), (Reason.WRONG, 0), (Reason.CHANGED_MIND, 0)]
)
def test_what_the_buyer_calls_broken_is_proposed_as_damaged(
    staff: Staff, make: ModuleType, session: Session, reason: Reason, damaged: int
) -> None:
    """One tap on the form as it stands must not put broken goods back on sale."""
    order = bought(make)
    row = service.ask(order.number, order.token, Wish(Kind.RETURN, reason, {1: 2}), ANONYMOUS)
    keeper, url = staff("store_manager", ("store", order.store.code)), f"{DESK}/tra-hang/{row.code}"
    keeper.post(f"{url}/accept")
    page = keeper.get(url).text
    assert re.search(rf'name="units-1" value="{damaged}"', page)
    typed = keeper.post(f"{url}/receive", **{"units-1": "3"})
    assert typed.status_code == 409 and 'name="units-1" value="3"' in typed.text, "what was typed stays"


def test_money_the_store_gives_on_its_own(staff: Staff, make: ModuleType, session: Session) -> None:
    order = bought(make)
    keeper, url = staff("store_manager", ("store", order.store.code)), f"{DESK}/don-hang/{order.number}/hoan-tien"
    assert url in keeper.get(f"{DESK}/don-hang/{order.number}").text
    assert keeper.post(url, url, reason="broken").status_code == 422
    both = keeper.post(url, url, reason="broken", amount="1.000", **{"units-1": "1"})
    assert both.status_code == 422 and 'value="1.000"' in both.text
    assert keeper.post(url, url, reason="broken", **{"units-1": "9"}).status_code == 409
    for above in ("360.001", "999.999.999"):  # also a sum that a second person would have to settle
        refused = keeper.post(url, url, reason="goodwill", amount=above)
        assert refused.status_code == 409 and f'value="{above}"' in refused.text and "vượt quá" in refused.text
    assert session.query(GoodsReturn).count() == 0
    assert keeper.post(url, url, reason="goodwill", amount="50.000").status_code == 303
    assert session.query(GoodsReturn).one().given_vnd == 50_000
    assert staff("cashier", ("store", order.store.code)).get(url).status_code == 403


def test_a_file_needs_two_people_and_is_downloaded_as_approved(
    staff: Staff, make: ModuleType, session: Session
) -> None:
    order = bought(make, "vietqr")
    code, store = promised(make, order), ("store", order.store.code)
    one, two, auditor = staff("store_manager", store), staff("store_manager", store), staff("auditor")
    page = one.get(f"{DESK}/hoan-tien")
    assert code in page.text and BANK[1] not in page.text and "•••• 2345" in page.text
    sent = one.post(f"{DESK}/hoan-tien", f"{DESK}/hoan-tien", seller=order.seller.code, sources=f"refund:{code}")
    assert sent.status_code == 303
    url = sent.headers["Location"]
    assert one.get(f"{url}/tai-ve.csv").status_code == 404, "not approved yet"
    assert one.post(f"{url}/approve").status_code == 409
    assert "bảng chi chờ bạn duyệt" in two.get(f"{DESK}/").text
    assert two.post(f"{url}/approve", url).status_code == 303
    file = session.query(PayoutFile).one()
    raw = one.get(f"{url}/tai-ve.csv").data
    assert raw.decode("utf-8-sig") == file.content
    sheet = load_workbook(io.BytesIO(one.get(f"{url}/tai-ve.xlsx").data)).active
    assert sheet is not None
    cells = [cell.value for cell in sheet[2]]
    assert cells[1:4] == [BANK[1], BANK[2], BANK[0]] and cells[5] == 120_000 and sheet["B2"].data_type == "s"
    assert auditor.get(url).status_code == 200 and auditor.get(f"{url}/tai-ve.csv").status_code == 403
    assert one.post(f"{url}/sent").status_code == 303
    assert one.post(f"{url}/khoan/1/paid", url, reference="").status_code == 422
    assert one.post(f"{url}/khoan/1/paid", url, reference="FT-9").status_code == 303
    assert "FT-9" in one.get(url).text
    stranger = staff("store_manager", ("store", make.store().code))
    assert {stranger.get(url).status_code, stranger.get(f"{url}/tai-ve.xlsx").status_code} == {404}
    assert stranger.post(f"{url}/khoan/1/failed", failure="other").status_code == 404


def test_a_wrong_code_at_the_counter_leaves_the_keeper_at_her_list(
    staff: Staff, make: ModuleType, session: Session
) -> None:
    first, second = bought(make), bought(make)
    keeper, url = staff("store_manager", ("store", second.store.code)), f"{DESK}/hoan-tien"
    service.give(first.number, Wish(Kind.REFUND, Reason.BROKEN, {1: 1}), manager(make, first))
    row = service.give(second.number, Wish(Kind.REFUND, Reason.BROKEN, {1: 1}), manager(make, second))
    assert row.refund is not None
    code = row.refund.code
    action = f'action="{url}/{code}/tien-mat"'
    wrong = "000000" if counter_code(code) != "000000" else "000001"
    told = keeper.post(f"{url}/{code}/tien-mat", url, code=wrong)
    assert told.status_code == 409
    assert "Mã nhận tiền không đúng." in told.text and action in told.text, "her list, with the reason"
    admin = staff("admin").post(f"{url}/{code}/tien-mat", url, code=wrong)
    assert admin.status_code == 409 and action in admin.text, "the refund's seller, not the first of all"
    assert keeper.post(f"{url}/{code}/tien-mat", url, code=counter_code(code)).status_code == 303
    again = keeper.post(f"{url}", url, seller=second.seller.code)
    assert again.status_code == 409 and "Không có khoản nào để lập bảng chi." in again.text
    assert "Chờ chuyển khoản" in again.text


def test_cash_at_the_counter_and_an_account_by_telephone(staff: Staff, make: ModuleType, session: Session) -> None:
    order = bought(make)
    keeper = staff("store_manager", ("store", order.store.code))
    service.give(order.number, Wish(Kind.REFUND, Reason.BROKEN, {1: 1}), manager(make, order))
    service.give(order.number, Wish(Kind.REFUND, Reason.BROKEN, {1: 1}), manager(make, order))
    first, second = (one.code for one in session.query(Refund).order_by(Refund.id))
    page = keeper.get(f"{DESK}/hoan-tien").text
    assert re.search(f"{first}/tien-mat", page) and counter_code(first) not in page
    assert keeper.post(f"{DESK}/hoan-tien/{first}/tien-mat", code="000000").status_code in (409, 303)
    assert keeper.post(f"{DESK}/hoan-tien/{first}/tien-mat", code=counter_code(first)).status_code == 303
    form = f"{DESK}/hoan-tien/tai-khoan/refund:{second}"
    typed = keeper.post(form, form, bank="970436", account="12", holder="A")
    assert typed.status_code == 422 and 'value="12"' in typed.text
    assert keeper.post(form, form, bank="970436", account="0011 2233", holder="Trần Ơn").status_code == 303
    assert "TRAN ON" in keeper.get(f"{DESK}/hoan-tien").text
    assert keeper.post(f"{DESK}/hoan-tien/{second}/lien-ket").status_code == 303
    stranger = staff("store_manager", ("store", make.store().code))
    assert {stranger.get(form).status_code, stranger.post(f"{DESK}/hoan-tien/{second}/lien-ket").status_code} == {404}
    assert stranger.post(f"{DESK}/hoan-tien/{second}/tien-mat", code=counter_code(second)).status_code == 404
    assert keeper.get(f"{DESK}/hoan-tien/tai-khoan/refund:HT-00000000").status_code == 404
