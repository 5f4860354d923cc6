"""Verbs of sellers and stores."""

from typing import Any

from core.accounts.actor import Actor
from core.audit import record
from core.db import check_version, db, transaction
from core.errors import Invalid
from shop.stores.models import Place, Seller, Store
from shop.stores.rules import PLACES, check_hours


def register_seller(by: Actor, **facts: Any) -> Seller:
    """Make a seller from the columns of ``Seller``."""
    with transaction() as session:
        seller = Seller(**facts)
        session.add(seller)
        session.flush()
        record("seller.registered", f"seller:{seller.code}", by, name=seller.name, tax_code=seller.tax_code)
        return seller


def open_store(by: Actor, **facts: Any) -> Store:
    """Make a store from the columns of ``Store``, with its three places. Raises Invalid for wrong hours."""
    if wrong := check_hours(facts["hours"]):
        raise Invalid({"hours": wrong})
    with transaction() as session:
        store = Store(**facts)
        session.add(store)
        session.flush()
        session.add_all(Place(store_id=store.id, code=code) for code in PLACES)
        record("store.opened", f"store:{store.code}", by, name=store.name, kind=store.kind)
        return store


def change_store(store_id: int, expected: int, by: Actor, **changes: Any) -> Store:
    """Change columns of a store that still has version ``expected``. Raises EditConflict, Invalid."""
    if "hours" in changes and (wrong := check_hours(changes["hours"])):
        raise Invalid({"hours": wrong})
    with transaction():
        store = db.session.get_one(Store, store_id, with_for_update=True)
        check_version(store, expected)
        for column, value in changes.items():
            setattr(store, column, value)
        db.session.flush()
        record("store.changed", f"store:{store.code}", by, **changes)
        return store
