"""Forms of the tills' desk and of one's own PIN."""

from core.web.api import Schema
from core.web.fields import Choice, DongField, Whole, Words


class PinIn(Schema):
    """Six digits, twice, so that a slip of the finger is seen."""

    pin = Words(most=6, pattern=r"[0-9]{6}", required=True)
    again = Words(most=6, required=True)


class TillIn(Schema):
    """A name for this counter."""

    name = Words(most=60, required=True)


class TillSettingIn(Schema):
    """How a store wants its tills to be; percents with at most two decimals as basis points."""

    cash_step = Choice("0", "100", "500", "1000", required=True)
    cashier_percent = Whole(least=0, most=100, required=True)
    manager_percent = Whole(least=0, most=100, required=True)
    return_limit = DongField(least=0, most=1_000_000_000, required=True)
    pay_out_limit = DongField(least=0, most=1_000_000_000, required=True)
    favourites = Words(most=4000, lines=True, load_default="")
    version = Whole(least=0, load_default=0)


class SaleDecisionIn(Schema):
    """What becomes of a sale that waits."""

    outcome = Choice("sale", "shelf", "damage", "loss", required=True)
    shift = Words(most=20, allow_none=True, load_default=None)
    note = Words(most=300, allow_none=True, load_default=None)
