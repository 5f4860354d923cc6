"""Who works in a store, and what they may do there."""

from flask_babel import lazy_gettext as _l

from catalog.mandates.rules import agent
from core.accounts.permissions import permit, role, scope
from shop.stores.queries import find_store, list_stores


def _name(code: str) -> str | None:
    store = find_store(code)
    return store.name if store else None


def _choices() -> list[tuple[str, str]]:
    return [(store.code, store.name) for store in list_stores()]


scope("store", _l("Cửa hàng"), _name, _choices)
role("cashier", scope="store", label=_l("Thu ngân"))
role("store_manager", scope="store", label=_l("Quản lý cửa hàng"), gives=("cashier",), asks_code=True)
agent("store_manager")

permit("stores.read", "cashier", "store_manager", "auditor", "admin")
permit("stores.edit", "store_manager", "admin")
permit("stores.open", "admin")
permit("stores.staff", "store_manager", "admin")
permit("stock.receive", "cashier", "store_manager", "admin")
permit("stock.adjust", "store_manager", "admin")
permit("stock.read", "cashier", "store_manager", "auditor", "admin")
permit("stock.recall", "store_manager", "admin")
permit("products.why", "cashier", "store_manager")
