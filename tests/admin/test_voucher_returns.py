"""A return is open, and its voucher is used meanwhile: the desk can still be opened, and the request refused."""

import pytest

from core.accounts.actor import ANONYMOUS
from shop.returns import service as returns
from shop.returns.refusals import ReturnLinesRefused
from shop.returns.rules import Kind, Reason, State
from shop.returns.service import Wish
from shop.vouchers import service
from tests.admin.conftest import Staff
from tests.shop.vouchers.conftest import Office, office

__all__ = ["office"]


def test_a_voucher_used_while_its_return_is_open_leaves_nothing_to_give_back(staff: Staff, office: Office) -> None:
    order = office.bought(1)
    wish = Wish(Kind.REFUND, Reason.NOT_AS_TOLD, {1: 1})
    row = returns.ask(order.number, order.token, wish, ANONYMOUS)
    service.redeem(office.vouchers(order)[0].code, office.guide)
    keeper, url = staff("store_manager", ("store", office.store.code)), f"/quan-ly/tra-hang/{row.code}"
    page = keeper.get(url)
    assert page.status_code == 200 and "Không còn gì để hoàn" in page.text
    with pytest.raises(ReturnLinesRefused):
        returns.accept(row.code, office.keeper)
    assert keeper.post(f"{url}/accept").status_code == 409
    assert "trên -" not in keeper.get(f"/quan-ly/don-hang/{order.number}/hoan-tien").text
    assert keeper.post(f"{url}/refuse", refusal="Phiếu đã dùng hôm nay").status_code == 303
    assert returns.get_return(row.code).state == State.REFUSED


def test_one_of_two_is_used_and_the_other_still_goes_back(staff: Staff, office: Office) -> None:
    order = office.bought(2)
    row = returns.ask(order.number, order.token, Wish(Kind.REFUND, Reason.NOT_AS_TOLD, {1: 1}), ANONYMOUS)
    service.redeem(office.vouchers(order)[0].code, office.guide)
    keeper, url = staff("store_manager", ("store", office.store.code)), f"/quan-ly/tra-hang/{row.code}"
    page = keeper.get(url)
    assert "350.000" in page.text and "Không còn gì để hoàn" not in page.text
    assert keeper.post(f"{url}/accept").status_code == 303
    assert returns.get_return(row.code).given_vnd == 350_000
