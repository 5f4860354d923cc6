"""What invoices tell. ``code`` is our own code of the invoice; ``number`` its order's or its receipt's."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InvoiceDrafted:
    """A draft waits to be issued."""

    code: str
    number: str


@dataclass(frozen=True)
class InvoiceIssued:
    """An invoice got its number in its series."""

    code: str
    number: str
    kind: str


@dataclass(frozen=True)
class InvoiceAccepted:
    """The tax authority gave its code."""

    code: str
    number: str


@dataclass(frozen=True)
class InvoiceRejected:
    """The tax authority said no."""

    code: str
    number: str
