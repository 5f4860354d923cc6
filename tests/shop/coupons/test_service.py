"""Uses of coupons: counted by one guarded statement, given back once; on both databases."""

from datetime import date, timedelta
from types import ModuleType

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.accounts.actor import Actor
from core.clock import now, today
from core.db import transaction
from core.errors import EditConflict, Forbidden, Invalid
from shop.coupons import doctor, refusals, service
from shop.coupons.models import Coupon, CouponUse
from shop.coupons.rules import customer_of
from shop.coupons.service import Use, Wish


def wish(**changes: object) -> Wish:
    plain = {"name": "Tết", "starts_on": today(), "ends_on": today() + timedelta(days=30), "max_uses": 2, "percent": 10}
    return Wish(**(plain | changes))  # type: ignore[arg-type]


@pytest.fixture
def admin(make: ModuleType) -> Actor:
    return make.actor("admin")


def use(coupon: Coupon, number: int, phone: str | None = None, user_id: int | None = None) -> CouponUse:
    customer = customer_of(phone or f"+8491000000{number}")
    return service.take(Use(coupon.id, f"ord:DH-{number}", customer, user_id, 1_000), today(), now())


def used(session: Session, coupon: Coupon) -> int:
    return session.scalar(select(Coupon.used).where(Coupon.id == coupon.id)) or 0


def test_uses_never_pass_the_limit(admin: Actor, session: Session) -> None:
    coupon = service.create("TET2027", wish(), admin)
    use(coupon, 1)
    use(coupon, 2)
    with pytest.raises(refusals.CouponUsedUp):
        use(coupon, 3)
    assert used(session, coupon) == 2
    assert list(doctor.counters_are_uses()) == []


def test_a_customer_is_her_number_and_her_account(admin: Actor, session: Session) -> None:
    coupon = service.create("TET2027", wish(max_uses=9), admin)
    use(coupon, 1, "+84912345678", admin.user_id)
    for phone, user_id in (("+84912345678", None), ("+84987654321", admin.user_id)):
        with pytest.raises(refusals.CouponUsedBefore):
            use(coupon, 2, phone, user_id)
    assert used(session, coupon) == 1
    use(coupon, 3, "+84987654321")


def test_a_use_comes_back_once(admin: Actor, session: Session) -> None:
    coupon = service.create("TET2027", wish(max_uses=1), admin)
    use(coupon, 1)
    assert [service.give_back("ord:DH-1", now()) for _ in range(3)] == [True, False, False]
    assert used(session, coupon) == 0
    use(coupon, 2, "+84910000001")
    assert not service.give_back("ord:nobody", now())
    assert list(doctor.counters_are_uses()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 2)},
        {"starts_on": date(2100, 1, 1), "ends_on": date(2100, 1, 1)},
    ],
)  # fmt: skip
def test_days_are_asked_again_in_the_statement(changes: dict[str, object], admin: Actor) -> None:
    coupon = service.create("TET2027", wish(**changes), admin)
    with pytest.raises(refusals.CouponUsedUp):
        use(coupon, 1)


def test_a_stopped_coupon_is_used_no_more(admin: Actor) -> None:
    coupon = service.create("TET2027", wish(), admin)
    service.stop("TET2027", admin)
    with pytest.raises(refusals.CouponUsedUp):
        use(coupon, 1)
    service.stop("TET2027", admin, is_stopped=False)
    use(coupon, 1)


def test_one_code_is_one_coupon_and_limits_stay_above_uses(admin: Actor) -> None:
    coupon = service.create("TET2027", wish(), admin)
    with pytest.raises(refusals.CouponTaken):
        service.create("TET2027", wish(), admin)
    use(coupon, 1)
    use(coupon, 2)
    version = service.stop("TET2027", admin).version
    with pytest.raises(Invalid):
        service.change("TET2027", wish(max_uses=1), version, admin)
    with pytest.raises(EditConflict):
        service.change("TET2027", wish(), version - 1, admin)
    with pytest.raises(Invalid):
        service.change("TET2027", wish(products=("KHONG-CO",)), version, admin)


@pytest.mark.parametrize("role", ["auditor", "store_manager", "cashier", "producer"])
def test_only_an_admin_gives_out_coupons(role: str, make: ModuleType) -> None:
    with pytest.raises(Forbidden):
        service.create("TET2027", wish(), make.actor(role))


BROKEN = [
    "UPDATE coupon SET used = 3", "UPDATE coupon SET used = -1", "UPDATE coupon SET percent = 101",
    "UPDATE coupon SET amount_vnd = 1000", "UPDATE coupon SET code = 'OTHER'", "UPDATE coupon_use SET discount_vnd = 5",
    "UPDATE coupon_use SET reference = 'ord:DH-9'", "DELETE FROM coupon_use",
    "UPDATE coupon_use SET state = 'returned'",
]  # fmt: skip


@pytest.mark.daily
@pytest.mark.parametrize("statement", BROKEN)
def test_the_database_guards_what_python_decides(statement: str, admin: Actor, session: Session) -> None:
    use(service.create("TET2027", wish(), admin), 1)
    with pytest.raises(DBAPIError), transaction(), session.begin_nested():
        session.execute(text(statement))


def test_a_wrong_counter_is_found(admin: Actor, session: Session) -> None:
    """The control of I6."""
    service.create("TET2027", wish(), admin)
    with transaction():
        session.execute(update(Coupon).values(used=1))
    assert list(doctor.counters_are_uses()) == ["coupon TET2027: counter 1, uses 0"]
