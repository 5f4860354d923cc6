"""A bank transfer by VietQR: the text carries account, amount and memo. A QR proves no payment; a bank line does."""

from dataclasses import dataclass

from shop.payments.banks import list_by_bin
from shop.payments.providers.emvco import VietQr, encode, memo_text
from shop.payments.providers.port import Payee, Request, Started

DAY_SECONDS = 24 * 3600


@dataclass(frozen=True)
class VietQrTransfer:
    """Transfer to the seller's account, confirmed when the bank's line is seen (decision 6: 24 hours)."""

    name: str = "vietqr"
    is_cash: bool = False
    window_seconds: int | None = DAY_SECONDS

    def is_offered(self, payee: Payee) -> bool:
        """Only to a seller with an account at a bank that takes VietQR."""
        known = any(bank.takes_vietqr for bank in list_by_bin(payee.bank_bin or ""))
        return known and bool(payee.bank_account)

    def open(self, request: Request) -> Started:
        """The text to draw."""
        payee = request.payee
        if payee.bank_bin is None or payee.bank_account is None:
            raise ValueError("is_offered() is asked first")
        qr = VietQr(payee.bank_bin, payee.bank_account, request.amount_vnd, memo_text(request.memo))
        return Started(qr_text=encode(qr))
