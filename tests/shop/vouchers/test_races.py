"""Fifty at once with one voucher: it is used once; used or given back, never both. And what raw SQL cannot do."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.db import db, transaction
from core.doctor import examine
from shop.vouchers import service
from shop.vouchers.models import Voucher
from shop.vouchers.refusals import VoucherEnded, VoucherUsed
from tests import make as builders
from tests.shop.vouchers.conftest import Office
from tests.support.live import Live


def sold(live: Live, units: int) -> list[str]:
    """The codes of so many vouchers."""

    def prepare() -> list[str]:
        store, tour = builders.store(), builders.sku(price_vnd=350_000, set_no=26)
        builders.lot(tour, store, on_shelf=units)
        office = Office(builders, SimpleNamespace(), store, tour, tour)  # type: ignore[arg-type]
        return [one.code for one in office.vouchers(office.bought(units))]

    return live.run(prepare)


def breaches(live: Live) -> list[str]:
    return [line for one in live.run(examine) for line in one.breaches if one.invariant.code in ("I33", "I5")]


@pytest.mark.long
def test_fifty_threads_use_one_voucher_once(live: Live) -> None:
    (code,) = sold(live, 1)
    answers = live.together(50, lambda n: service.redeem(code, SYSTEM).state)
    assert answers.count("redeemed") == 1
    assert sum(isinstance(one, VoucherUsed) for one in answers) == 49, answers
    assert all(one.facts["by"] for one in answers if isinstance(one, VoucherUsed))


@pytest.mark.long
def test_used_or_given_back_never_both(live: Live) -> None:
    for code in sold(live, 5):

        def act(n: int, code: str = code) -> str:
            return (service.redeem(code, SYSTEM) if n % 2 else service.give_back(code, SYSTEM, "bận")).state

        answers = live.together(8, act)
        done = [one for one in answers if isinstance(one, str)]
        assert len(done) == 1, answers
        assert all(isinstance(one, str | VoucherUsed | VoucherEnded) for one in answers), answers
    assert breaches(live) == []


@pytest.mark.daily
def test_the_database_keeps_vouchers(office: Office, session: Session) -> None:
    one, other = office.vouchers(office.bought(2))
    service.redeem(one.code, office.guide)
    for wrong in (
        f"UPDATE voucher SET state = 'live', redeemed_at = NULL, redeemed_by = NULL WHERE id = {one.id}",
        f"UPDATE voucher SET redeemed_by = 'khác' WHERE id = {one.id}",
        f"UPDATE voucher SET valid_until = '2030-01-01' WHERE id = {other.id}",
        f"UPDATE voucher SET price_vnd = 1 WHERE id = {other.id}",
        f"UPDATE voucher SET code = 'PV-000000000000' WHERE id = {other.id}",
        f"UPDATE voucher SET state = 'redeemed' WHERE id = {other.id}",
        f"UPDATE voucher SET state = 'void' WHERE id = {other.id}",
        f"DELETE FROM voucher WHERE id = {other.id}",
    ):
        with pytest.raises(DBAPIError), transaction():
            session.execute(text(wrong))
    with transaction():  # the control: the guard lets a live one end
        session.execute(text(f"UPDATE voucher SET state = 'void', ended_at = issued_at WHERE id = {other.id}"))
    assert db.session.scalars(select(Voucher.state).order_by(Voucher.id)).all() == ["redeemed", "void"]
