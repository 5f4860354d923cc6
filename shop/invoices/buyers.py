"""Who is named as the buyer of an invoice."""

from dataclasses import asdict, dataclass
from typing import Any

from shop.invoices.models import Invoice
from shop.invoices.rules import BuyerKind
from shop.orders.models import Order


@dataclass(frozen=True, slots=True)
class Buyer:
    """The buyer as printed; nothing at all for a consumer who wants no invoice."""

    kind: BuyerKind = BuyerKind.NONE
    name: str | None = None
    tax_code: str | None = None
    address: str | None = None
    email: str | None = None

    def columns(self) -> dict[str, Any]:
        """The same as columns of an invoice."""
        return {f"buyer_{name}": value for name, value in asdict(self).items()}


def buyer_of(order: Order) -> Buyer:
    """Whom the buyer wished to be named at checkout; a tax code makes it an enterprise."""
    wish: dict[str, Any] = order.invoice_wish or {}
    name = wish.get("company")
    if not name:
        return Buyer()
    kind = BuyerKind.BUSINESS if wish.get("tax_code") else BuyerKind.PERSON
    return Buyer(kind, name, wish.get("tax_code"), wish.get("address"), wish.get("email"))


def buyer_on(invoice: Invoice) -> Buyer:
    """The buyer as printed on an invoice."""
    return Buyer(
        BuyerKind(invoice.buyer_kind), invoice.buyer_name, invoice.buyer_tax_code, invoice.buyer_address,
        invoice.buyer_email,
    )  # fmt: skip
