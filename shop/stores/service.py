"""Verbs of sellers and stores."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import authorize, is_allowed
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.errors import Forbidden, Invalid
from shop.stores.closing import hindrances
from shop.stores.models import Place, Seller, Store
from shop.stores.opening import check_special
from shop.stores.refusals import StoreBusy, StoreClosed, StoreTaken
from shop.stores.rules import CASH_ROUNDINGS, PLACES, RESERVED_CODES, check_hours

#: What a store's own manager may change; the rest (name, kind, place, legal seller) is the administrator's.
MANAGED = frozenset({
    "hours", "special", "phone", "has_pickup", "has_delivery", "pickup_hours", "delivery_hours", "cash_rounding_vnd",
    "lat", "lng",
})  # fmt: skip


def register_seller(by: Actor, **facts: Any) -> Seller:
    """Make a seller from the columns of ``Seller``."""
    with transaction() as session:
        seller = Seller(**facts)
        session.add(seller)
        session.flush()
        record("seller.registered", f"seller:{seller.code}", by, name=seller.name, tax_code=seller.tax_code)
        return seller


def open_store(by: Actor, **facts: Any) -> Store:
    """Make a store from the columns of ``Store``, with its three places.

    Raises Invalid for hours, days, position or terms that cannot be kept, StoreTaken for a code that another has.
    """
    _check(facts)
    if facts["code"] in RESERVED_CODES:
        raise Invalid({"code": [_("Mã này là một chữ trong địa chỉ của trang quản lý. Hãy chọn mã khác.")]})
    with transaction() as session:
        if session.scalar(select(Store.id).where(Store.code == facts["code"])) is not None:
            raise StoreTaken
        store = Store(**facts)
        session.add(store)
        session.flush()
        session.add_all(Place(store_id=store.id, code=code) for code in PLACES)
        record("store.opened", f"store:{store.code}", by, name=store.name, kind=store.kind)
        return store


def change_store(store_id: int, expected: int, by: Actor, **changes: Any) -> Store:
    """Change columns of a store that still has version ``expected``. Raises EditConflict, Invalid."""
    with transaction():
        store = _locked(store_id)
        check_version(store, expected)
        _check({**_terms(store), **changes})
        for column, value in changes.items():
            setattr(store, column, value)
        db.session.flush()
        record("store.changed", f"store:{store.code}", by, **{name: _plain(value) for name, value in changes.items()})
        return store


def edit_store(store: Store, expected: int, by: Actor, changes: Mapping[str, Any]) -> Store:
    """``change_store`` for a person: a manager changes what is hers (``MANAGED``), an administrator everything.

    Values that stand already are no change. Raises Forbidden for what is not the caller's to change.
    """
    authorize(by, "stores.edit", Scope("store", store.code))
    wanted = {name: value for name, value in changes.items() if getattr(store, name) != value}
    if not wanted:
        check_version(store, expected)
        return store
    beyond = sorted(set(wanted) - MANAGED)
    if beyond and not is_allowed(by, "stores.open", Scope("store", store.code)):
        raise Forbidden(action="stores.open", fields=beyond)
    return change_store(store.id, expected, by, **wanted)


def close_store(store_id: int, expected: int, by: Actor) -> Store:
    """Close a store for good: it sells nothing and is in no list; its history stays.

    Raises EditConflict, StoreClosed, and StoreBusy while goods, parcels or a shift are in it.
    """
    with transaction():
        store, at = _locked(store_id), now()
        check_version(store, expected)
        if not store.is_active:
            raise StoreClosed
        if found := hindrances(store, at):
            reasons = [{"key": one.key, "count": one.count, "text": str(one.label)} for one in found]
            raise StoreBusy("; ".join(str(one.label) for one in found), reasons=reasons)
        store.is_active, store.closed_at = False, at
        db.session.flush()
        record("store.closed", f"store:{store.code}", by)
        return store


def reopen_store(store_id: int, expected: int, by: Actor) -> Store:
    """Let a closed store trade again. Raises EditConflict."""
    with transaction():
        store = _locked(store_id)
        check_version(store, expected)
        store.is_active, store.closed_at = True, None
        db.session.flush()
        record("store.reopened", f"store:{store.code}", by)
        return store


def _locked(store_id: int) -> Store:
    return db.session.get_one(Store, store_id, with_for_update=True)


def _terms(store: Store) -> dict[str, Any]:
    """What is judged together: a change of one may not fit another that stays."""
    names = ("hours", "special", "lat", "lng", "opens_on", "ends_on")
    return {name: getattr(store, name) for name in names}


def _check(facts: Mapping[str, Any]) -> None:
    """Refuse, by field, what cannot be kept."""
    wrong: dict[str, Any] = {}
    if hours := check_hours(facts["hours"]):
        wrong["hours"] = hours
    if special := check_special(facts.get("special") or {}):
        wrong["special"] = [_special_words()[special]]
    if (facts.get("lat") is None) != (facts.get("lng") is None):
        wrong["lat"] = [_("Cần cả vĩ độ và kinh độ, hoặc bỏ trống cả hai.")]
    begins, ends = facts.get("opens_on"), facts.get("ends_on")
    if begins and ends and ends < begins:
        wrong["ends_on"] = [_("Không thể trước ngày bắt đầu.")]
    if facts.get("cash_rounding_vnd", 0) not in CASH_ROUNDINGS:
        wrong["cash_rounding_vnd"] = [_("Phải là một trong: %(codes)s.", codes=", ".join(map(str, CASH_ROUNDINGS)))]
    if wrong:
        raise Invalid(wrong)


def _special_words() -> dict[str, str]:
    return {
        "shape": _("Ngày nghỉ chưa đúng dạng."),
        "hours": _("Giờ của ngày nghỉ chưa đúng."),
        "length": _("Ngày cuối phải sau ngày đầu, và nhiều nhất hai tháng."),
        "overlap": _("Hai khoảng ngày nghỉ trùng nhau."),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
