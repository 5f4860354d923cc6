"""What the desk of delivery takes."""

from typing import Any, cast

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates_schema

from core.web.fields import Choice, Day, DongField, Schema, Whole, Words
from shop.delivery.rules import ZONES

#: Steps of weight that the form has for each zone.
STEPS = 3
#: A fee above this, or a heavier parcel, is a slip of the hand.
MOST_VND, MOST_GRAMS = 10_000_000, 1_000_000


class _Fees(Schema):
    starts_on = Day(required=True)
    free_from_vnd = DongField(most=1_000_000_000)
    cold_vnd = DongField(most=MOST_VND)
    fragile_vnd = DongField(most=MOST_VND)
    pack_grams = Whole(least=1, most=100_000, required=True)
    near = fields.List(Words(most=2, pattern=r"[0-9]{2}"))

    @validates_schema(skip_on_field_errors=False)
    def check_steps(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Each weight has its fee; each zone at least one step."""
        wrong: dict[str, list[str]] = {}
        for zone in ZONES:
            if data.get(f"{zone}_1_grams") is None and f"{zone}_1_grams" not in wrong:
                wrong[f"{zone}_1_grams"] = [_("Mỗi vùng cần ít nhất một mức phí.")]
            for n in range(1, STEPS + 1):
                grams, fee = data.get(f"{zone}_{n}_grams"), data.get(f"{zone}_{n}_fee")
                if grams is not None and fee is None:
                    wrong[f"{zone}_{n}_fee"] = [_("Cần điền mục này.")]
        if wrong:
            raise ValidationError(wrong)


def _steps() -> dict[str, fields.Field[Any]]:
    found: dict[str, fields.Field[Any]] = {}
    for zone in ZONES:
        found[f"{zone}_extra"] = DongField(most=MOST_VND)
        for n in range(1, STEPS + 1):
            found[f"{zone}_{n}_grams"] = Whole(least=1, most=MOST_GRAMS)
            found[f"{zone}_{n}_fee"] = DongField(most=MOST_VND)
    return found


#: Fees from a day on: three steps of weight in each zone, and each further kilogram.
TariffForm = cast(type[_Fees], _Fees.from_dict(_steps(), name="TariffForm"))


class WithdrawForm(Schema):
    """The day on which fees were to begin."""

    starts_on = Day(required=True)


class CareForm(Schema):
    """What a pack asks of its way."""

    sku = Words(most=40, required=True)
    care = fields.List(Choice("pickup", "fragile", "cold"))
