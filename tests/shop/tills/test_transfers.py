"""VietQR at the till: the cashier's word decides, the bank's line reconciles, the Z report lists what is open."""

import pytest

from core.clock import now
from core.db import db
from core.ids import short_code
from shop.payments.service import BankLine, confirm_transfer
from shop.tills.models import TillTender
from tests.shop.tills.conftest import Counter, healthy

pytestmark = pytest.mark.long("postgresql")


def paid_by_qr(counter: Counter, reference: str, amount: int = 120_000) -> list[dict[str, object]]:
    return [{"way": "vietqr", "amount": amount, "reference": reference}]


def test_a_code_is_a_payment_and_the_bank_reconciles_it(counter: Counter) -> None:
    honey, _lot = counter.goods()
    shown = counter.post("/api/v1/till/qr", {"amount": 120_000}).json
    assert shown["svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg"'), "an image without its name is not shown"
    assert shown["memo"] in shown["qr_text"]
    assert shown["payee"] == "CONG TY THU NGHIEM", "the holder, as the payer's bank shows it"
    other = counter.sell(counter.line(honey, 2), tenders=paid_by_qr(counter, shown["reference"], 240_000))
    assert (other.status_code, other.json["code"]) == (409, "tender.unfit")
    told = counter.sell(counter.line(honey), tenders=paid_by_qr(counter, shown["reference"]))
    assert told.status_code == 201, told.json
    twice = counter.sell(counter.line(honey), tenders=paid_by_qr(counter, shown["reference"]))
    assert (twice.status_code, twice.json["code"]) == (409, "tender.unfit")
    path = f"/api/v1/till/shifts/{counter.shift.code}/report"
    waiting = counter.get(path).json["unreconciled"]
    assert [(one["sale"], one["memo"], one["confirmed_by"]) for one in waiting] == [
        (told.json["code"], shown["memo"], "Lan")
    ]  # fmt: skip
    confirm_transfer(shown["reference"], BankLine(120_000, short_code("FT"), now()), counter.actor())
    assert counter.get(path).json["unreconciled"] == []
    assert db.session.query(TillTender).one().reconciled_at is not None
    healthy()


def test_a_transfer_goes_back_by_its_payment_once_the_bank_told_of_it(counter: Counter) -> None:
    honey, _lot = counter.goods()
    reference = counter.post("/api/v1/till/qr", {"amount": 120_000}).json["reference"]
    sale = counter.sell(counter.line(honey), tenders=paid_by_qr(counter, reference)).json
    back = [{"way": "vietqr", "amount": 120_000}]
    early = counter.back(sale["code"], {"position": 1, "quantity": 1}, tenders=back)
    assert (early.status_code, early.json["code"]) == (409, "tender.unfit")
    confirm_transfer(reference, BankLine(120_000, short_code("FT"), now()), counter.actor())
    told = counter.back(sale["code"], {"position": 1, "quantity": 1}, tenders=back)
    assert told.status_code == 201, told.json
    healthy()


def test_money_that_came_before_the_cashier_said_so_is_reconciled_at_once(counter: Counter) -> None:
    honey, _lot = counter.goods()
    reference = counter.post("/api/v1/till/qr", {"amount": 120_000}).json["reference"]
    confirm_transfer(reference, BankLine(120_000, short_code("FT"), now()), counter.actor())
    assert counter.sell(counter.line(honey), tenders=paid_by_qr(counter, reference)).status_code == 201
    assert db.session.query(TillTender).one().reconciled_at is not None
    healthy()


def test_offline_a_transfer_opens_its_payment_when_it_comes(counter: Counter) -> None:
    honey, _lot = counter.goods()
    tenders = [{"way": "vietqr", "amount": 120_000}]
    told = counter.sell(counter.line(honey), tenders=tenders, is_offline=True)
    assert told.status_code == 201, told.json
    assert db.session.query(TillTender).one().payment_reference.startswith("til:TQ-")
    online = counter.sell(counter.line(honey), tenders=tenders)
    assert (online.status_code, online.json["code"]) == (409, "tender.unfit")
    healthy()


def test_codes_that_nobody_paid_are_called_off(counter: Counter) -> None:
    from datetime import timedelta

    from shop.payments.queries import get_payment
    from shop.tills.jobs import call_off_unused

    reference = counter.post("/api/v1/till/qr", {"amount": 120_000}).json["reference"]
    assert call_off_unused(now()) == 0
    assert call_off_unused(now() + timedelta(days=3)) == 1
    assert get_payment(reference).status == "cancelled"
