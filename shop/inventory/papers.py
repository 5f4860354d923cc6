"""Scans that belong to goods: the delivery note of a receipt, the proof of origin of a lot."""

from catalog.documents.subjects import Owner, subject_kind
from core.accounts.permissions import permit
from shop.inventory.receipts import find_lot_owner, find_owner

permit("documents.keep", "cashier", "store_manager")
permit("documents.read", "cashier", "store_manager")


def _receipt(code: str) -> Owner | None:
    store = find_owner(code)
    return None if store is None else Owner(None, stores=(store,))


def _lot(code: str) -> Owner | None:
    found = find_lot_owner(code)
    return None if found is None else Owner(found[0], stores=tuple(found[1]))


subject_kind("receipt", _receipt)
subject_kind("lot", _lot)
