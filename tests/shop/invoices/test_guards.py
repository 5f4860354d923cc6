"""What no path around the verbs can do to invoices: raw SQL on both databases, each with its control."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.db import transaction
from core.doctor import examine
from shop.invoices import service
from tests.shop.invoices.conftest import Till

pytestmark = pytest.mark.daily  # what the database itself decides


def run(session: Session, statement: str) -> None:
    with transaction():
        session.execute(text(statement))


def broken(code: str) -> list[str]:
    return [line for one in examine() for line in one.breaches if one.invariant.code == code]


def test_nothing_issued_changes_and_nothing_goes(till: Till, session: Session) -> None:
    issued = service.issue(till.invoice(till.order(1, 1)).code, till.keeper)
    draft = till.invoice(till.order(1))
    counter = f"seller_id = {issued.seller_id} AND series = '1C26MTN'"
    for wrong in (
        f"UPDATE invoice SET buyer_name = 'khác' WHERE id = {issued.id}",
        f"UPDATE invoice SET issued_on = '2026-11-23' WHERE id = {issued.id}",
        f"UPDATE invoice SET number = 7 WHERE id = {issued.id}",
        f"UPDATE invoice SET state = 'draft', number = NULL WHERE id = {issued.id}",
        f"UPDATE invoice SET state = 'discarded' WHERE id = {issued.id}",
        f"UPDATE invoice SET state = 'accepted' WHERE id = {issued.id}",
        f"UPDATE invoice SET state = 'rejected' WHERE id = {issued.id}",
        f"UPDATE invoice SET gross_vnd = gross_vnd + 1, net_vnd = net_vnd + 1 WHERE id = {draft.id}",
        f"UPDATE invoice SET seller_name = 'khác' WHERE id = {draft.id}",
        f"DELETE FROM invoice WHERE id = {draft.id}",
        f"UPDATE invoice_line SET name = 'khác' WHERE invoice_id = {draft.id}",
        f"DELETE FROM invoice_line WHERE invoice_id = {draft.id}",
        (
            "INSERT INTO invoice_line (invoice_id, position, kind, name, unit, quantity, unit_price_vnd, discount_vnd,"
            f" gross_vnd, net_vnd, tax_vnd, vat_bp) VALUES ({issued.id}, 9, 'goods', 'x', 'piece', 1, 1, 0, 1, 1, 0, 0)"
        ),
        "UPDATE invoice_event SET actor = 'khác'",
        "DELETE FROM invoice_event",
        f"UPDATE invoice_counter SET last_number = last_number + 2 WHERE {counter}",
        f"UPDATE invoice_counter SET last_number = last_number - 1 WHERE {counter}",
        f"UPDATE invoice_counter SET year = 2025, last_number = last_number + 1 WHERE {counter}",
        f"DELETE FROM invoice_counter WHERE {counter}",
        f"INSERT INTO invoice_counter (seller_id, series, year, last_number) VALUES ({issued.seller_id}, 'X', 2026, 5)",
    ):
        with pytest.raises(DBAPIError):
            run(session, wrong)
    # The control: a draft may be told its buyer, an issued one its answer.
    run(session, f"UPDATE invoice SET buyer_name = 'Bà Thử', buyer_kind = 'person' WHERE id = {draft.id}")
    run(session, f"UPDATE invoice SET state = 'accepted', authority_code = 'A1' WHERE id = {issued.id}")
    with pytest.raises(DBAPIError):
        run(session, f"UPDATE invoice SET authority_code = 'B2' WHERE id = {issued.id}")


def test_no_number_but_the_counters_next(till: Till, session: Session) -> None:
    service.issue(till.invoice(till.order(1)).code, till.keeper)
    draft = till.invoice(till.order(1))
    give = (
        "UPDATE invoice SET state = 'issued', series = '1C26MTN', number = {n}, issued_at = created_at,"
        f" issued_on = '{{day}}', issued_by = 'x', total_words = 'x' WHERE id = {draft.id}"
    )
    for number in (1, 2, 3):
        with pytest.raises(DBAPIError):
            run(session, give.format(n=number, day="2026-11-22"))
    run(session, "UPDATE invoice_counter SET last_number = 2")
    with pytest.raises(DBAPIError):
        run(session, give.format(n=2, day="2027-01-01"))
    assert broken("I31")  # the control of I31: a number that was counted and given to nobody
    run(session, give.format(n=2, day="2026-11-22"))
    assert broken("I31") == []


def test_one_original_and_one_replacement(till: Till, session: Session) -> None:
    issued = service.issue(till.invoice(till.order(1)).code, till.keeper)
    columns = (
        "code, key, order_id, seller_id, kind, state, refers_to_id, reason, seller_name, seller_tax_code,"
        " seller_address, vat_method, buyer_kind, paid_by, net_vnd, tax_vnd, gross_vnd, created_at, version"
    )
    made = (
        f"INSERT INTO invoice ({columns}) SELECT 'HD-{{n}}', 'k{{n}}', order_id, seller_id, '{{kind}}', '{{state}}',"
        " {refers}, {reason}, seller_name, seller_tax_code, seller_address, vat_method, buyer_kind, paid_by, {net},"
        f" 0, {{net}}, created_at, 1 FROM invoice WHERE id = {issued.id}"
    )
    corrects = {"refers": str(issued.id), "reason": "'sai'", "net": 0, "state": "draft"}
    for wrong in (
        {"n": 1, "kind": "original", "state": "draft", "refers": "NULL", "reason": "NULL", "net": 1},
        {"n": 2, "kind": "replacement", **corrects, "state": "issued"},
        {"n": 3, "kind": "replacement", **corrects, "reason": "NULL"},
        {"n": 4, "kind": "replacement", **corrects, "net": -5},
        {"n": 5, "kind": "adjustment", **corrects, "refers": "NULL"},
    ):
        with pytest.raises(DBAPIError):
            run(session, made.format(**wrong))
    run(session, made.format(n=6, kind="replacement", **corrects))
    with pytest.raises(DBAPIError):
        run(session, made.format(n=7, kind="replacement", **corrects))
    run(session, made.format(n=8, kind="adjustment", **{**corrects, "net": -200_000}))
    assert broken("I32")  # the control of I32: more taken back than it said, and no lines that say so


def test_the_kind_of_a_lines_vat_is_frozen_with_it(till: Till, session: Session) -> None:
    order = till.order(1)
    line = order.lines[0].id
    with pytest.raises(DBAPIError):
        run(session, f"UPDATE order_line SET vat_kind = 'KCT' WHERE id = {line}")
    with pytest.raises(DBAPIError):
        run(session, f"UPDATE order_line SET vat_kind = 'KCT', vat_bp = 0 WHERE id = {line}")
    run(session, f"UPDATE order_line SET vat_kind = NULL WHERE id = {line}")
