"""Goods come back against their receipt: never more than was sold, exactly its money, to the shelf or away."""

import random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import db, transaction
from shop.inventory.models import StockLevel
from shop.tills.rules import Given, add_up, cash_rounding, last_rounding, part_back, part_rounding
from tests.shop.tills.conftest import Counter, healthy

pytestmark = pytest.mark.long("postgresql")


def on_hand(lot_id: int) -> int:
    db.session.expire_all()
    return db.session.query(StockLevel).filter_by(lot_id=lot_id).one().on_hand


def test_goods_come_back_with_their_lot_and_money(counter: Counter) -> None:
    honey, lot = counter.goods(price=100_000)
    sale = counter.sell(counter.line(honey, 3), discount=10_000).json
    assert sale["total"] == 290_000
    told = counter.back(sale["code"], {"position": 1, "quantity": 1})
    assert told.status_code == 201, told.json
    assert (told.json["kind"], told.json["total"], told.json["of_sale"]) == ("return", 97_000, sale["code"])
    assert told.json["lines"][0]["lots"] == [lot.code]
    assert on_hand(lot.id) == 8
    broken = counter.back(sale["code"], {"position": 1, "quantity": 2, "to": "damage"})
    assert broken.status_code == 201, broken.json
    assert on_hand(lot.id) == 8
    more = counter.back(sale["code"], {"position": 1, "quantity": 1}, total=1)
    assert (more.status_code, more.json["code"], more.json["lines"]) == (
        409, "return.too_much", [{"position": 1, "left": 0}]
    )  # fmt: skip
    read = counter.get(f"/api/v1/stores/{counter.store.code}/sales/{sale['code']}").json
    assert read["lines"][0]["returned"] == 3
    assert read["returns"] == [told.json["code"], broken.json["code"]]
    healthy()


def test_a_whole_return_gives_back_the_rounding_too(counter: Counter) -> None:
    honey, _lot = counter.goods(price=99_700)
    sale = counter.sell(counter.line(honey), rounding=300).json
    assert sale["total"] == 100_000
    told = counter.back(sale["code"], {"position": 1, "quantity": 1}).json
    assert (told["rounding"], told["total"]) == (300, 100_000)
    healthy()


def test_parts_give_back_together_what_was_paid_however_they_are_rounded(counter: Counter) -> None:
    honey, _lot = counter.goods(price=400)
    sale = counter.sell(counter.line(honey, 4), rounding=400).json
    parts = [counter.back(sale["code"], {"position": 1, "quantity": 1}).json for _one in range(4)]
    assert [(one["rounding"], one["total"]) for one in parts] == [(-400, 0), (600, 1_000), (-400, 0), (600, 1_000)]
    assert sum(one["total"] for one in parts) == sale["total"] == 2_000
    healthy()


def test_roundings_of_parts_stay_small_and_even_out() -> None:
    dice = random.Random(11)
    for _case in range(3_000):
        step, nets = dice.choice((100, 500, 1_000)), [dice.randint(0, 3_000) for _part in range(dice.randint(1, 9))]
        sold, given = cash_rounding(sum(nets), step), 0
        for net in nets[:-1]:
            more = part_rounding(net, given, step)
            assert (net + more) % step == 0 and net + more >= 0 and abs(more) < step
            given += more
        last = last_rounding(nets[-1], sold, given)
        assert abs(last) < step and nets[-1] + last >= 0
        assert given + last == sold or nets[-1] + last == 0, "else nothing is asked of the buyer"


def test_the_same_return_twice_is_one(counter: Counter) -> None:
    honey, lot = counter.goods()
    sale = counter.sell(counter.line(honey, 2)).json
    body = {
        "uuid": "0b0b0b0b-0000-4000-8000-00000000000a", "sale": sale["code"], "tenders": [],
        "lines": [{"position": 1, "quantity": 1}],
    }  # fmt: skip
    body["tenders"] = [{"way": "cash", "amount": 120_000}]
    first, second = counter.send(body, "returns"), counter.send(body, "returns")
    assert first.status_code == 201 and first.data == second.data
    assert on_hand(lot.id) == 9


def test_money_goes_back_as_it_came_or_in_cash(counter: Counter) -> None:
    honey, _lot = counter.goods()
    sale = counter.sell(counter.line(honey)).json
    card = counter.back(sale["code"], {"position": 1, "quantity": 1}, tenders=[{"way": "card", "amount": 120_000}])
    assert (card.status_code, card.json["code"], card.json["most"]) == (409, "tender.unfit", 0)
    few = counter.back(sale["code"], {"position": 1, "quantity": 1}, tenders=[{"way": "cash", "amount": 1_000}])
    assert (few.status_code, few.json["code"]) == (422, "sale.totals")
    paid = counter.sell(counter.line(honey), tenders=[{"way": "card", "amount": 120_000, "reference": "C1"}]).json
    tenders = [{"way": "card", "amount": 120_000, "reference": "C1-R"}]
    assert counter.back(paid["code"], {"position": 1, "quantity": 1}, tenders=tenders).status_code == 201
    healthy()


def test_a_large_return_needs_a_manager(counter: Counter) -> None:
    honey, _lot = counter.goods(price=600_000)
    sale = counter.sell(counter.line(honey)).json
    line = {"position": 1, "quantity": 1}
    refused = counter.back(sale["code"], line)
    assert (refused.status_code, refused.json["code"]) == (403, "approval.needed")
    asked = {"act": "return", "manager": counter.manager.id, "pin": "975310", "amount": 600_000}
    token = counter.post("/api/v1/till/approvals", asked).json["token"]
    assert counter.back(sale["code"], line, approvals=[token]).status_code == 201


def test_the_database_lets_no_more_back_than_was_sold(counter: Counter) -> None:
    honey, _lot = counter.goods()
    sale = counter.sell(counter.line(honey)).json
    assert counter.back(sale["code"], {"position": 1, "quantity": 1}).status_code == 201
    columns = (
        "sku_id, product_id, sku_code, product_name, producer_name, label, unit, quantity, unit_price_vnd,"
        " line_total_vnd, discount_vnd, vat_bp, vat_kind, certificate_id, certificate_code, certificate_number, stars,"
        " decided_on"
    )
    again = (
        f"INSERT INTO till_line (sale_id, position, of_line_id, taken_to, {columns}) SELECT sale_id, 2, of_line_id,"
        f" 'shelf', {columns} FROM till_line WHERE of_line_id IS NOT NULL"
    )
    with pytest.raises(DBAPIError, match="till_line_returned"), transaction():
        db.session.execute(text(again))
    with pytest.raises(DBAPIError, match="till_line_fixed"), transaction():
        db.session.execute(text("UPDATE till_line SET quantity = 5"))


def test_parts_that_come_back_are_exactly_what_was_paid() -> None:
    dice = random.Random(7)
    for _case in range(3_000):
        quantity = dice.randint(1, 12)
        total = dice.randint(0, 50)
        sold = Given(quantity, total, dice.randint(0, total))
        before = Given(0, 0, 0)
        while before.quantity < quantity:
            part = part_back(sold, before, dice.randint(1, quantity - before.quantity))
            assert 0 <= part.discount_vnd <= part.total_vnd
            before = Given(
                before.quantity + part.quantity, before.total_vnd + part.total_vnd,
                before.discount_vnd + part.discount_vnd,
            )  # fmt: skip
        assert before == sold
    with pytest.raises(ValueError, match="more comes back"):
        part_back(Given(2, 10, 0), Given(1, 5, 0), 2)


def test_sums_share_the_whole_discount_to_the_dong() -> None:
    sums = add_up([180_000, 70_000], [1_000, 0], 9_000, 1_000)
    assert (sums.lines_vnd, sums.discounts, sums.total_vnd, sums.rounding_vnd) == (
        250_000, (7_470, 2_530), 240_000, 0
    )  # fmt: skip
    with pytest.raises(ValueError, match="exceeds"):
        add_up([1_000], [0], 1_001, 0)
