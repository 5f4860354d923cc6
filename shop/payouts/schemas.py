"""What the pages of payouts take."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields

from core.web.fields import Choice, Schema, Words
from shop.payouts.rules import Failure, account_of, holder_of, is_payable


class BankBin(Words):
    """The NAPAS number of a bank that takes transfers."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_payable(text):
            raise ValidationError(_("Hãy chọn một ngân hàng trong danh sách."))
        return text


class Account(Words):
    """An account number, with or without the spaces that people write."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        account = account_of(super()._deserialize(value, attr, data, **kwargs))
        if account is None:
            raise ValidationError(_("Số tài khoản gồm 6 đến 19 chữ số hoặc chữ cái. Đây không phải số thẻ."))
        return account


class Holder(Words):
    """The holder's name, answered as banks keep it: capitals without accents."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        holder = holder_of(super()._deserialize(value, attr, data, **kwargs))
        if holder is None:
            raise ValidationError(_("Tên chủ tài khoản chỉ gồm chữ, như in trên ứng dụng ngân hàng."))
        return holder


class AccountIn(Schema):
    """Where a refund shall go."""

    bank = BankBin(most=6, required=True)
    account = Account(most=40, required=True)
    holder = Holder(most=70, required=True)


#: Refunds, bank lines, and what other features pay by files (`ports`).
_SOURCE = r"(refund:HT-[0-9A-Z]{8}|bankline:[0-9]{1,18}|settlement:DS-[0-9A-Z]{8})"


class CollectIn(Schema):
    """What goes into a file."""

    sources = fields.List(
        Words(most=40, pattern=r"(refund:HT-[0-9A-Z]{8}|bankline:[0-9]{1,18}|settlement:DS-[0-9A-Z]{8})"), required=True
    )


class PaidIn(Schema):
    """The bank's number of one transfer."""

    reference = Words(most=80, required=True)


class FailedIn(Schema):
    """Why the bank did not transfer."""

    failure = Choice(*(one.value for one in Failure), required=True)


class CounterIn(Schema):
    """The digits that the buyer says."""

    code = Words(most=12, required=True)


class ReferenceIn(Schema):
    """A bank's number, for money that a person sent by hand."""

    reference = Words(most=80, required=True)
