"""A sale at the till: one transaction, the gate, lots, prices, money; and the same id twice."""

from datetime import timedelta

import pytest

from core.clock import today
from core.db import db
from shop.inventory import holds
from shop.inventory.models import StockLevel, StockMovement
from shop.tills.models import TillLine, TillLineLot, TillSale, TillTender
from tests.shop.tills.conftest import Counter, healthy

pytestmark = pytest.mark.long("postgresql")


def on_hand(lot_id: int) -> int:
    db.session.expire_all()
    return db.session.query(StockLevel).filter_by(lot_id=lot_id).one().on_hand


def test_a_sale_is_one_receipt_with_its_lots_ledger_and_tenders(counter: Counter) -> None:
    honey, lot = counter.goods(price=120_000)
    tea, later = counter.goods(price=35_000, name="Chè thử", expires_on=today() + timedelta(days=90))
    sooner = counter.make.lot(tea, counter.store, on_shelf=2, expires_on=today() + timedelta(days=30))
    told = counter.sell(counter.line(honey, 2), counter.line(tea, 5), cash_given=500_000)
    assert told.status_code == 201, told.json
    sale = told.json
    assert (sale["state"], sale["total"], sale["change"]) == ("sold", 415_000, 85_000)
    assert [(one["sku"], one["quantity"], one["total"]) for one in sale["lines"]] == [
        (honey.code, 2, 240_000), (tea.code, 5, 175_000)
    ]  # fmt: skip
    assert sale["lines"][1]["lots"] == [sooner.code, later.code]
    assert (on_hand(lot.id), on_hand(sooner.id), on_hand(later.id)) == (8, 0, 7)
    row = db.session.query(TillSale).one()
    assert row.cashier == "Lan" and row.decided_on == today()
    assert db.session.query(StockMovement).filter_by(document_type="till_sale", document_ref=row.code).count() == 3
    assert [one.amount_vnd for one in db.session.query(TillTender)] == [415_000]
    assert all(one.stars == 4 and one.certificate_number for one in db.session.query(TillLine))
    healthy()


def test_the_same_id_answers_the_same_bytes_and_another_body_is_refused(counter: Counter) -> None:
    honey, lot = counter.goods()
    body = counter.body(counter.line(honey))
    first, second = counter.send(body), counter.send(body)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert on_hand(lot.id) == 9
    other = counter.send({**body, "customer_phone": "0912345678"})
    assert (other.status_code, other.json["code"]) == (422, "sale.uuid_used")
    read = counter.get(f"/api/v1/stores/{counter.store.code}/sales/{first.json['code']}").json
    assert {name: read[name] for name in first.json if name != "lines"} == {
        name: first.json[name] for name in first.json if name != "lines"
    }


def test_a_scanned_lot_gives_its_line_and_an_unfit_one_nothing(counter: Counter) -> None:
    honey, first = counter.goods(expires_on=today() + timedelta(days=5))
    second = counter.make.lot(honey, counter.store, on_shelf=3, expires_on=today() + timedelta(days=50))
    told = counter.sell(counter.line(honey, 2, lot=second.code), counter.line(honey, 1))
    assert told.status_code == 201, told.json
    assert (on_hand(first.id), on_hand(second.id)) == (9, 1)
    old = counter.make.lot(honey, counter.store, on_shelf=3, expires_on=today() - timedelta(days=1))
    refused = counter.sell(counter.line(honey, 1, lot=old.code))
    assert (refused.status_code, refused.json["code"], refused.json["lots"]) == (409, "lot.unfit", [old.code])
    many = counter.sell(counter.line(honey, 2, lot=second.code))
    assert (many.status_code, many.json["code"]) == (409, "stock.short")
    healthy("I1", "I2")


def test_what_online_orders_hold_is_not_sold(counter: Counter) -> None:
    from core.clock import now

    honey, lot = counter.goods(on_shelf=3)
    holds.hold(counter.store.id, {honey.id: 2}, "ord:DH-TEST0001", None, now())
    refused = counter.sell(counter.line(honey, 2))
    assert (refused.status_code, refused.json["code"]) == (409, "stock.short")
    assert refused.json["lines"][0]["available"] == 1
    assert counter.sell(counter.line(honey, 1)).status_code == 201
    assert on_hand(lot.id) == 2
    healthy("I1", "I2")


def test_a_hold_that_ran_out_is_free_at_the_till(counter: Counter, clock: object) -> None:
    from core.clock import now

    honey, _lot = counter.goods(on_shelf=1)
    at = now()
    holds.hold(counter.store.id, {honey.id: 1}, "ord:DH-TEST0002", at + timedelta(minutes=30), at)
    clock.set(at + timedelta(minutes=31))  # type: ignore[attr-defined]
    assert counter.sell(counter.line(honey)).status_code == 201
    healthy("I1", "I2")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"total": 120_001, "tenders": [{"way": "cash", "amount": 120_001}]}, 422, "sale.totals"),
        ({"tenders": [{"way": "cash", "amount": 100_000}]}, 422, "sale.totals"),
        ({"rounding": 1, "total": 120_001}, 422, "sale.totals"),
        ({"discount": 120_001, "total": 0, "tenders": []}, 422, "sale.totals"),
        ({"cash_given": 100_000}, 422, "sale.totals"),
        ({"tenders": [{"way": "card", "amount": 120_000}]}, 409, "tender.unfit"),
        ({"tenders": [{"way": "vietqr", "amount": 120_000, "reference": "til:TQ-NOTHING0"}]}, 409, "tender.unfit"),
        ({"shift": "CA-NOTTHERE"}, 404, "shift.not_found"),
        ({"uuid": "not-a-uuid"}, 422, "input.invalid"),
        ({"lines": []}, 422, "input.invalid"),
        ({"extra": 1}, 422, "input.invalid"),
    ],
)
def test_what_does_not_add_up_is_refused_whole(
    counter: Counter, change: dict[str, object], status: int, code: str
) -> None:
    honey, lot = counter.goods()
    told = counter.send({**counter.body(counter.line(honey)), **change})
    assert (told.status_code, told.json["code"]) == (status, code)
    assert on_hand(lot.id) == 10
    assert db.session.query(TillSale).count() == 0


def test_a_lapsed_or_unknown_pack_is_not_sold(counter: Counter) -> None:
    gone, _lot = counter.goods(valid_until=today() - timedelta(days=1))
    refused = counter.sell(counter.line(gone))
    assert (refused.status_code, refused.json["code"]) == (409, "certificate.lapsed")
    unknown = counter.sell({"sku": "SKU-NONE", "quantity": 1, "unit_price": 1})
    assert (unknown.status_code, unknown.json["lines"][0]["code"]) == (409, "sku.unknown")


def test_the_database_itself_stores_no_uncovered_line(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    honey, _lot = counter.goods()
    from shop.tills import selling

    true_line = selling._line
    monkeypatch.setattr(selling, "_line", lambda *a: true_line(*a) | {"stars": 5})
    refused = counter.sell(counter.line(honey))
    assert (refused.status_code, refused.json["code"]) == (409, "certificate.lapsed")
    assert db.session.query(TillSale).count() == 0


def test_wine_needs_the_age_tick(counter: Counter) -> None:
    wine, _lot = counter.goods(name="Rượu thử", set_no=14)
    refused = counter.sell(counter.line(wine))
    assert (refused.status_code, refused.json["code"]) == (409, "adult.required")
    assert counter.sell(counter.line(wine), is_adult=True).status_code == 201


def test_weighed_goods_cost_by_the_kilogram_and_cash_is_rounded(counter: Counter) -> None:
    squid, lot = counter.goods(price=450_500, unit="gram", on_shelf=5_000)
    body = counter.body({"sku": squid.code, "quantity": 333, "unit_price": 450_500})
    body |= {"rounding": -17, "total": 150_000, "tenders": [{"way": "cash", "amount": 150_000}]}
    told = counter.send(body)
    assert told.status_code == 201, told.json
    assert told.json["lines_total"] == 150_017
    assert on_hand(lot.id) == 4_667
    card = counter.body({"sku": squid.code, "quantity": 333, "unit_price": 450_500})
    card |= {"total": 150_017, "tenders": [{"way": "card", "amount": 150_017, "reference": "000123"}]}
    assert counter.send(card).status_code == 201
    healthy()


def test_discounts_of_lines_and_of_the_whole_are_shared_to_the_dong(counter: Counter) -> None:
    a, _one = counter.goods(price=180_000)
    b, _two = counter.goods(price=35_000)
    told = counter.sell(counter.line(a, discount=1_000), counter.line(b, 2), discount=9_000)
    assert told.status_code == 201, told.json
    assert told.json["discount"] == 10_000
    assert [one["discount"] for one in told.json["lines"]] == [1_000 + 6_470, 2_530]
    healthy()


def test_a_large_discount_needs_a_managers_pin_once(counter: Counter) -> None:
    honey, _lot = counter.goods(price=100_000)
    body = counter.body(counter.line(honey), discount=20_000)
    refused = counter.send(body)
    assert (refused.status_code, refused.json["code"], refused.json["limit"]) == (403, "approval.needed", 5_000)
    asked = {"act": "discount", "manager": counter.manager.id, "pin": "975310", "amount": 20_000}
    given = counter.post("/api/v1/till/approvals", asked)
    assert given.status_code == 201, given.json
    token = given.json["token"]
    assert counter.send({**body, "approvals": [token]}).status_code == 201
    again = counter.send({**counter.body(counter.line(honey), discount=20_000), "approvals": [token]})
    assert (again.status_code, again.json["code"]) == (403, "approval.invalid")
    beyond = counter.sell(counter.line(honey), discount=60_000)
    assert (beyond.status_code, beyond.json["code"]) == (403, "discount.limit")
    wrong = counter.post("/api/v1/till/approvals", {**asked, "pin": "111222"})
    assert (wrong.status_code, wrong.json["code"]) == (403, "pin.wrong")


def test_split_payment_and_lines_on_one_lot_are_their_sum(counter: Counter) -> None:
    honey, lot = counter.goods(price=100_000, on_shelf=3)
    tenders = [{"way": "cash", "amount": 50_000}, {"way": "card", "amount": 150_000, "reference": "A1"}]
    told = counter.sell(counter.line(honey), counter.line(honey), tenders=tenders)
    assert told.status_code == 201, told.json
    assert on_hand(lot.id) == 1
    over = counter.sell(counter.line(honey), counter.line(honey))
    assert (over.status_code, over.json["code"]) == (409, "stock.short")
    assert db.session.query(TillLineLot).count() == 2
    healthy()


def test_only_a_registered_till_of_the_store_sells(counter: Counter, another: object) -> None:
    honey, _lot = counter.goods()
    body = counter.body(counter.line(honey))
    foreign = counter.client.post("/api/v1/stores/elsewhere/sales", json=body, headers=counter.headers)
    assert (foreign.status_code, foreign.json["code"]) == (403, "till.other")
    counter.client.delete_cookie("device")
    refused = counter.send(body)
    assert (refused.status_code, refused.json["code"]) == (403, "till.unregistered")
