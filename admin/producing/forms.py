"""The form of each screen: what may be typed there, strictly read, and nothing else.

A form names its own fields only. Whatever else a body carries (stars, states, certificates, another's codes) is no
field of any of them and changes nothing.
"""

from typing import Any, Final

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates, validates_schema

from admin.producing.questions import CONTAINERS, QUESTIONS, UNITS
from admin.producing.words import LEAST_PRICE, NAMED, expected_digit, grouped, read_measure, read_price, read_strength
from catalog.listings.measures import days_of
from catalog.listings.rules import clean_gtin
from catalog.listings.schemas import LARGEST_PRICE
from catalog.listings.vat import CLASSES
from core.web.fields import Choice, Schema, Whole, Words

#: Shortest summary that tells anything.
_LEAST_SUMMARY: Final = 20


class MeasureForm(Schema):
    """What a pack holds."""

    container = Choice(*(value for value, _words in CONTAINERS), load_default=CONTAINERS[0][0])
    amount = Words(most=12, load_default="")
    unit = Choice(*(value for value, _words in UNITS), "loose", NAMED, load_default="g")
    label = Words(most=80, load_default="")

    @validates_schema
    def _measured(self, data: dict[str, Any], **kwargs: Any) -> None:
        unit, amount = data.get("unit", "g"), data.get("amount", "")
        if unit == NAMED:
            if not data.get("label"):
                raise ValidationError({"label": [_("Cần điền mục này.")]})
        elif unit != "loose" and read_measure(amount, unit) is None:
            text = _("Ghi con số trên bao bì, ví dụ 500 hoặc 1,5.") if amount else _("Cần ghi số lượng.")
            raise ValidationError({"amount": [text]})


class PriceForm(Schema):
    """What it costs."""

    price = Words(most=20, required=True)

    @validates("price")
    def _plausible(self, value: str, data_key: str) -> None:
        price = read_price(value)
        if price is None or price > LARGEST_PRICE:
            raise ValidationError(_("Đây không phải là giá. Chỉ gõ số, ví dụ 125000."))
        if price < LEAST_PRICE:
            meant = grouped(price * 1000)
            raise ValidationError(
                _("%(price)s ₫ thì thấp quá. Có phải bạn muốn ghi %(meant)s ₫?", price=grouped(price), meant=meant)
            )


class GtinForm(Schema):
    """Its bar code, typed; a photo is read before the form is."""

    gtin = Words(most=20, required=True)

    @validates("gtin")
    def _checked(self, value: str, data_key: str) -> None:
        if clean_gtin(value) is not None:
            return
        digit = expected_digit(value)
        if digit is None:
            raise ValidationError(_("Mã vạch có 8, 12, 13 hoặc 14 chữ số. Hãy đếm lại các số dưới vạch."))
        text = _("Gõ nhầm một số: theo cách tính của mã vạch thì số cuối phải là %(digit)s.", digit=digit)
        raise ValidationError(text + " " + _("Hãy so từng số với gói hàng."))


class VatForm(Schema):
    """Which goods it is for VAT."""

    vat_class = Choice(*CLASSES, required=True)


class ShelfForm(Schema):
    """How long it keeps."""

    count = Whole(least=1, most=3_650, required=True)
    unit = Choice("day", "month", load_default="month")

    @validates_schema
    def _plausible(self, data: dict[str, Any], **kwargs: Any) -> None:
        if "count" in data and days_of(data["count"], data.get("unit", "month")) > 3_650:
            raise ValidationError({"count": [_("Nhiều nhất 10 năm.")]})


class StrengthForm(Schema):
    """How strong a drink is."""

    abv = Words(most=8, required=True)

    @validates("abv")
    def _read(self, value: str, data_key: str) -> None:
        if read_strength(value) is None:
            raise ValidationError(_("Ghi số phần trăm từ 0,1 đến 99, ví dụ 29,5."))


class SummaryForm(Schema):
    """The first sentence that shoppers read."""

    answer = Words(least=_LEAST_SUMMARY, most=300, required=True)


class GiftForm(Schema):
    """Whether it makes a gift."""

    answer = fields.Boolean(required=True)


def _worded(name: str) -> type[Schema]:
    """A form of one text; several lines where its field has several."""
    question = QUESTIONS[name]
    answer = Words(most=question.most, lines=question.rows > 2, required=True)
    return Schema.from_dict({"answer": answer}, name=f"{name.title()}Form")  # type: ignore[return-value]


FORMS: Final[dict[str, type[Schema]]] = {
    name: _worded(name)
    for name in (
        "storage", "who", "how", "why", "story", "ingredients", "usage", "warnings", "specs", "maker_address", "origin",
        "dates_note",
    )
} | {
    "measure": MeasureForm, "price": PriceForm, "gtin": GtinForm, "vat_class": VatForm, "shelf": ShelfForm,
    "abv": StrengthForm, "summary": SummaryForm, "is_gift": GiftForm,
}  # fmt: skip
