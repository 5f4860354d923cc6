"""What a buyer asks for at checkout: values only, checked for their form by the schemas."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contact:
    """Who buys: phone in E.164."""

    name: str
    phone: str
    email: str | None = None


@dataclass(frozen=True)
class Fulfilment:
    """How the goods reach the buyer. Delivery needs `address_line` and the code of an area of today."""

    method: str
    store: str | None = None
    address_line: str | None = None
    area: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class InvoiceWish:
    """What an electronic invoice is to say: a company with its tax code (checked), or a person without one."""

    company: str
    address: str
    email: str
    tax_code: str | None = None


@dataclass(frozen=True)
class Checkout:
    """A cart to turn into an order; `expected_total` is the sum in đồng that the buyer agreed to."""

    cart: str
    contact: Contact
    fulfilment: Fulfilment
    provider: str
    expected_total: int
    is_adult: bool = False
    #: Language of the mails.
    locale: str = "vi"
    #: Codes of what the buyer agreed to, each by an act of her own.
    consents: tuple[str, ...] = ()
    #: What the electronic invoice is to say; None when the buyer asked for none.
    invoice: InvoiceWish | None = None
