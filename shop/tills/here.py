"""The till as a sale needs it, read before its transaction so that nothing of it is asked again behind the locks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shop.payments.providers.port import Payee
from shop.stores.models import Store
from shop.tills.models import Till


@dataclass(frozen=True)
class Here:
    """One till with its store and its seller. The shift's lock asks again whether it is in service."""

    till_id: int
    till_code: str
    store_id: int
    store_code: str
    #: The head of its receipts.
    head: Mapping[str, Any]
    vat_method: str
    tax_code: str
    payee: Payee

    @property
    def seller_id(self) -> int:
        """Seller of record."""
        return self.payee.seller_id


def here(till: Till) -> Here:
    """The till with the facts of its store."""
    store, seller = till.store, till.store.seller
    payee = Payee(seller.id, seller.name, seller.bank_bin, seller.bank_account)
    return Here(till.id, till.code, store.id, store.code, store_head(store), seller.vat_method, seller.tax_code, payee)


def store_head(store: Store) -> dict[str, Any]:
    """The head of a receipt."""
    return {
        "code": store.code, "name": store.name, "address": store.address, "phone": store.phone,
        "seller": store.seller.name, "tax_code": store.seller.tax_code,
    }  # fmt: skip
