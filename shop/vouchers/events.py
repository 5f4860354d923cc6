"""What vouchers tell. ``code`` is the voucher's secret: it goes to the buyer's mail and nowhere else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VouchersIssued:
    """The vouchers of an order are there; `number` is the order's."""

    number: str


@dataclass(frozen=True)
class VoucherRedeemed:
    """A voucher was used."""

    number: str
    voucher_id: int


@dataclass(frozen=True)
class VoucherReturned:
    """A voucher was given back unused; its money goes back."""

    number: str
    voucher_id: int


@dataclass(frozen=True)
class RefundOffered:
    """A star was taken back before vouchers of an order were used: the buyer may have her money."""

    number: str
