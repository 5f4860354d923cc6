"""Who is named as the buyer of an invoice."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from shop.invoices.models import Invoice
from shop.invoices.rules import BuyerKind


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


def buyer_wished(wish: Mapping[str, Any] | None) -> Buyer:
    """Whom the buyer wished to be named, at checkout or at the till; a tax code makes it an enterprise.

    At a till a tax code may be all that was said: it stands on the draft, and whoever issues it adds the name.
    """
    said = wish or {}
    if not (said.get("company") or said.get("tax_code")):
        return Buyer()
    kind = BuyerKind.BUSINESS if said.get("tax_code") else BuyerKind.PERSON
    return Buyer(kind, said.get("company"), said.get("tax_code"), said.get("address"), said.get("email"))


def buyer_on(invoice: Invoice) -> Buyer:
    """The buyer as printed on an invoice."""
    return Buyer(
        BuyerKind(invoice.buyer_kind), invoice.buyer_name, invoice.buyer_tax_code, invoice.buyer_address,
        invoice.buyer_email,
    )  # fmt: skip
