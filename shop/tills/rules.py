"""Pure rules of the till: money of a sale, rounding, limits, denominations. No table, no clock, no request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.money import allocate


class Kind(StrEnum):
    """What a receipt of the till is."""

    SALE = "sale"
    RETURN = "return"


class Way(StrEnum):
    """How money changes hands at the till."""

    CASH = "cash"
    VIETQR = "vietqr"
    CARD = "card"


class Trouble(StrEnum):
    """Why a sale that was made without the network needs a person's decision."""

    LAPSED = "lapsed"  #: no certificate covered a line when the server received it
    STOCK = "stock"  #: the ledger has less than was sold
    UNFIT = "unfit"  #: a scanned lot is blocked, recalled or past its HSD
    PRICE = "price"  #: a price that no list good at that time said
    SHIFT = "shift"  #: the shift was closed already
    LIMIT = "limit"  #: a discount above the cashier's limit that nobody approved
    ADULT = "adult"  #: wine or spirits without the age tick
    OTHER = "other"  #: anything else that would have been refused with the network


class Decision(StrEnum):
    """What a person made of it."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Act(StrEnum):
    """What a manager's PIN approves in place: one act, one use."""

    DISCOUNT = "discount"
    RETURN = "return"
    CASH = "cash"


#: Notes and coins in circulation (the State Bank), in đồng.
DENOMINATIONS = (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200)
#: Lines of one receipt.
MOST_LINES = 100


def counted_total(pieces: Mapping[int, int]) -> int:
    """Đồng in a drawer, of pieces by denomination."""
    return sum(value * number for value, number in pieces.items())


def cash_rounding(amount_vnd: int, step_vnd: int) -> int:
    """What rounding to the step adds (+) or takes (-), half up; 0 for no step. The browser has the same rule."""
    return 0 if step_vnd == 0 else (amount_vnd + step_vnd // 2) // step_vnd * step_vnd - amount_vnd


def part_rounding(net_vnd: int, before_vnd: int, step_vnd: int) -> int:
    """The rounding of a part that is given back in cash, after parts whose roundings together are `before_vnd`.

    It evens them out, so that however many parts there are, nobody gains or loses more than half a step.
    """
    return cash_rounding(net_vnd - before_vnd, step_vnd) - before_vnd if step_vnd else 0


def last_rounding(net_vnd: int, sold_vnd: int, before_vnd: int) -> int:
    """The rounding of the last part, or of all at once: with it exactly what was paid is back. `sold_vnd`: the sale's.

    Where earlier roundings gave more than that, nothing is asked of the buyer.
    """
    return max(sold_vnd - before_vnd, -net_vnd)


@dataclass(frozen=True, slots=True)
class Sums:
    """The money of a sale, in đồng."""

    lines_vnd: int
    #: Discount of each line: its own and its share of the whole sale's.
    discounts: tuple[int, ...]
    rounding_vnd: int

    @property
    def discount_vnd(self) -> int:
        """All discounts."""
        return sum(self.discounts)

    @property
    def total_vnd(self) -> int:
        """What is paid."""
        return self.lines_vnd - self.discount_vnd + self.rounding_vnd


def add_up(totals: Sequence[int], own: Sequence[int], whole_vnd: int, step_vnd: int) -> Sums:
    """The sums of a sale: `totals` before discount and `own` discounts by line, a discount on the whole, cash step.

    The whole's discount is shared over what is left of the lines. Raises ValueError for a discount above its line,
    or above what is left.
    """
    left = [total - discount for total, discount in zip(totals, own, strict=True)]
    if min(left) < 0 or min(own) < 0 or not 0 <= whole_vnd <= sum(left):
        raise ValueError("a discount exceeds what it is taken from")
    shares = allocate(whole_vnd, left) if whole_vnd else [0] * len(left)
    discounts = tuple(one + share for one, share in zip(own, shares, strict=True))
    net = sum(totals) - sum(discounts)
    return Sums(sum(totals), discounts, cash_rounding(net, step_vnd))


def is_within_bp(part_vnd: int, whole_vnd: int, limit_bp: int) -> bool:
    """Whether a part is at most so many basis points of a whole."""
    return part_vnd * 10_000 <= whole_vnd * limit_bp


@dataclass(frozen=True, slots=True)
class Given:
    """What a sold line was, or what has come back of it: units, đồng before discount, đồng of discount."""

    quantity: int
    total_vnd: int
    discount_vnd: int

    @property
    def net_vnd(self) -> int:
        """What was paid, or given back."""
        return self.total_vnd - self.discount_vnd


def part_back(sold: Given, before: Given, quantity: int) -> Given:
    """What `quantity` more units give back of a sold line of which `before` came back already.

    Shares are cut from the whole at the running count, so that all parts together are exactly what was paid; a share
    of discount never exceeds its line. Raises ValueError for more than is left.
    """
    count = before.quantity + quantity
    if quantity < 1 or count > sold.quantity:
        raise ValueError("more comes back than was sold")
    total = sold.total_vnd * count // sold.quantity - before.total_vnd
    discount = min(sold.discount_vnd * count // sold.quantity - before.discount_vnd, total)
    return Given(quantity, total, discount)
