"""Pure rules of orders: states and guards as one table, charges, days, and what a lapse or revocation does.

Nothing here knows a table, a clock or a request.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where an order stands."""

    PLACED = "placed"  #: accepted; decided when paid in person, else its money is awaited
    AUTHORISED = "authorised"  #: the card's money is reserved, and is taken next
    PAID = "paid"  #: the money is here
    PACKING = "packing"  #: packed, waiting for the courier
    READY = "ready"  #: packed, waiting at the counter
    SHIPPED = "shipped"  #: on its way
    DELIVERY_FAILED = "delivery_failed"  #: the carrier stood before a closed door, or it was refused
    RETURNED = "returned"  #: undelivered, and back in the store
    HANDED_OVER = "handed_over"  #: the buyer has it
    COMPLETED = "completed"  #: and the days to give it back are over
    HELD = "held"  #: stopped by a revocation until the store decides
    CANCELLED = "cancelled"
    CANCELLED_LAPSED = "cancelled_lapsed"  #: the star ended before the sale was decided
    TO_REFUND = "to_refund"  #: called off with money here
    REFUNDED = "refunded"
    PART_REFUNDED = "part_refunded"  #: the buyer kept some of it; the money of the rest went back


class Parcel(StrEnum):
    """Where one parcel of an order stands."""

    WAITING = "waiting"  #: to be packed
    PACKED = "packed"  #: waits for the carrier, or at the counter
    SHIPPED = "shipped"  #: the carrier has it
    FAILED = "failed"  #: could not be delivered; the carrier still has it
    RETURNED = "returned"  #: back in the store, undelivered
    DELIVERED = "delivered"  #: the buyer has it
    CANCELLED = "cancelled"


#: The store still has it; it is with a carrier or with the buyer.
INSIDE = frozenset({Parcel.WAITING, Parcel.PACKED})
OUTSIDE = frozenset({Parcel.SHIPPED, Parcel.FAILED, Parcel.DELIVERED})


class Action(StrEnum):
    """What can happen to an order."""

    AUTHORISE = "authorise"  #: the card's money is reserved
    PAY = "pay"
    FOLLOW = "follow"  #: a parcel moved, and the order stands where its parcels say
    COMPLETE = "complete"
    CANCEL = "cancel"  #: by the buyer
    CALL_OFF = "call_off"  #: by the store or the clock
    LAPSE = "lapse"
    HOLD = "hold"
    RESUME = "resume"
    MONEY_LATE = "money_late"
    REFUND = "refund"  #: all the money has gone back
    PART_REFUND = "part_refund"  #: some of it, and the buyer keeps the rest of the goods
    BOUNCE = "bounce"  #: some of what went back is here again: her bank would not take it


@dataclass(frozen=True)
class Facts:
    """What the guards look at; ``parcels`` as they are after the step."""

    is_decided: bool
    has_money: bool
    is_delivery: bool
    parcels: tuple[Parcel, ...] = ()


def whole(parcels: Collection[Parcel], is_delivery: bool) -> State | None:
    """Where an order stands by its parcels; None when none of them has moved yet, or all were called off.

    What the store still has to do comes first, then what is in trouble, then what is under way. Parcels that were
    called off do not count.
    """
    live = {one for one in parcels if one != Parcel.CANCELLED}
    if live <= {Parcel.WAITING}:
        return None
    if live & INSIDE:
        return State.PACKING if is_delivery or Parcel.WAITING in live else State.READY
    by_rank = {
        Parcel.FAILED: State.DELIVERY_FAILED, Parcel.SHIPPED: State.SHIPPED, Parcel.RETURNED: State.RETURNED,
        Parcel.DELIVERED: State.HANDED_OVER,
    }  # fmt: skip
    return next(state for parcel, state in by_rank.items() if parcel in live)


Guard = Callable[[Facts], bool]


def decided(facts: Facts) -> bool:
    """The sale has its decision instant: it ships even after a lapse."""
    return facts.is_decided


def undecided(facts: Facts) -> bool:
    """The money is awaited: nothing is promised beyond the hold."""
    return not facts.is_decided


def with_money(facts: Facts) -> bool:
    """The buyer's money is here."""
    return facts.has_money


def without_money(facts: Facts) -> bool:
    """No money is here."""
    return not facts.has_money


def delivered(facts: Facts) -> bool:
    """The goods go to the buyer."""
    return facts.is_delivery


def nothing_out(facts: Facts) -> bool:
    """No parcel is with a carrier or with the buyer."""
    return not OUTSIDE & set(facts.parcels)


def some_inside(facts: Facts) -> bool:
    """The store still has a parcel to pack or to give."""
    return bool(INSIDE & set(facts.parcels))


def none_inside(facts: Facts) -> bool:
    """The store has nothing more to pack or to give."""
    return not some_inside(facts)


def parcels_say(state: State | None) -> Guard:
    """The order's parcels come to this state together (`whole`)."""
    return lambda facts: whole(facts.parcels, facts.is_delivery) == state


@dataclass(frozen=True)
class Move:
    """An allowed step: from any of `sources` to `target`, when every guard says yes."""

    action: Action
    sources: frozenset[State]
    target: State
    guards: tuple[Guard, ...] = ()


def _move(action: Action, sources: tuple[State, ...], target: State, *guards: Guard) -> Move:
    return Move(action, frozenset(sources), target, guards)


_S, _A = State, Action
_IN_HOUSE = (_S.PLACED, _S.PAID, _S.PACKING, _S.READY)
_ALIVE = (*_IN_HOUSE, _S.SHIPPED, _S.DELIVERY_FAILED, _S.RETURNED)
_ON_THE_WAY = (_S.PACKING, _S.READY, _S.SHIPPED, _S.DELIVERY_FAILED, _S.RETURNED, _S.HANDED_OVER)
_LEFT = (_S.SHIPPED, _S.DELIVERY_FAILED, _S.RETURNED, _S.HANDED_OVER)

#: Every allowed step. At most one row fits any (state, action, facts): a test walks them all.
#: What may happen to a parcel stands in the small table of `parcel_rules`.
MOVES: tuple[Move, ...] = (
    _move(_A.AUTHORISE, (_S.PLACED,), _S.AUTHORISED, undecided, without_money),
    _move(_A.PAY, (_S.PLACED, _S.AUTHORISED), _S.PAID, undecided),
    *(_move(_A.FOLLOW, _ALIVE, state, decided, parcels_say(state)) for state in _ON_THE_WAY),
    _move(_A.FOLLOW, _ALIVE, _S.PLACED, decided, without_money, parcels_say(None), some_inside),
    _move(_A.FOLLOW, _ALIVE, _S.PAID, decided, with_money, parcels_say(None), some_inside),
    _move(_A.FOLLOW, (_S.HELD,), _S.HELD, decided, some_inside),
    *(_move(_A.FOLLOW, (_S.HELD,), state, decided, none_inside, parcels_say(state)) for state in _LEFT),
    _move(_A.COMPLETE, (_S.HANDED_OVER,), _S.COMPLETED, decided),
    _move(_A.CANCEL, (_S.PLACED, _S.AUTHORISED, _S.PAID, _S.HELD), _S.CANCELLED, without_money, nothing_out),
    _move(_A.CANCEL, (_S.PLACED, _S.AUTHORISED, _S.PAID, _S.HELD), _S.TO_REFUND, with_money, nothing_out),
    _move(_A.CALL_OFF, (*_IN_HOUSE, _S.AUTHORISED, _S.RETURNED, _S.HELD), _S.CANCELLED, without_money, nothing_out),
    _move(_A.CALL_OFF, (*_IN_HOUSE, _S.AUTHORISED, _S.RETURNED, _S.HELD), _S.TO_REFUND, with_money, nothing_out),
    _move(_A.LAPSE, (_S.PLACED, _S.AUTHORISED), _S.CANCELLED_LAPSED, undecided, without_money),
    _move(_A.LAPSE, (_S.PLACED, _S.AUTHORISED), _S.TO_REFUND, undecided, with_money),
    _move(_A.HOLD, _IN_HOUSE, _S.HELD, decided),
    _move(_A.RESUME, (_S.HELD,), _S.PLACED, without_money, parcels_say(None)),
    _move(_A.RESUME, (_S.HELD,), _S.PAID, with_money, parcels_say(None)),
    *(_move(_A.RESUME, (_S.HELD,), state, parcels_say(state)) for state in (_S.PACKING, _S.READY)),
    _move(_A.MONEY_LATE, (_S.CANCELLED, _S.CANCELLED_LAPSED), _S.TO_REFUND),
    _move(_A.REFUND, (_S.TO_REFUND, _S.HANDED_OVER, _S.COMPLETED, _S.PART_REFUNDED), _S.REFUNDED),
    _move(_A.BOUNCE, (_S.REFUNDED,), _S.TO_REFUND, with_money),
    _move(_A.PART_REFUND, (_S.HANDED_OVER, _S.COMPLETED, _S.PART_REFUNDED), _S.PART_REFUNDED),
)

#: No parcel has moved yet; and every state that follows the parcels.
BEFORE = frozenset({State.PLACED, State.AUTHORISED, State.PAID})
FOLLOWING = BEFORE | frozenset(_ON_THE_WAY)
#: The buyer has the goods: what she may judge, give back, and be told of.
WITH_BUYER = frozenset({State.HANDED_OVER, State.COMPLETED, State.PART_REFUNDED})
#: All of the goods have left the store: stock is committed, holds are gone.
GONE = frozenset({State.SHIPPED, State.DELIVERY_FAILED}) | WITH_BUYER
#: Called off: holds are released.
OFF = frozenset({State.CANCELLED, State.CANCELLED_LAPSED, State.TO_REFUND, State.REFUNDED})
#: States that may go with received money (I3).
WITH_MONEY = frozenset(
    {
        _S.PAID, _S.PACKING, _S.READY, _S.SHIPPED, _S.DELIVERY_FAILED, _S.RETURNED, _S.HANDED_OVER, _S.COMPLETED,
        _S.HELD, _S.TO_REFUND, _S.REFUNDED, _S.PART_REFUNDED,
    }
)  # fmt: skip

#: Days to fetch an order at the counter, the day of the order not counted.
COLLECT_DAYS = 5
#: Days that goods which are paid wait at the counter beyond the last day to fetch them; then the money goes back.
KEPT_PAID_DAYS = 10
#: Days to give goods back after they were handed over; then an order is complete.
RETURN_DAYS = 7
#: Working days that a store has to decide about an order stopped by a revocation (decision 5).
HELD_WORKING_DAYS = 3

#: What a buyer can agree to, with the version of the wording shown on the page.
CONSENTS = {"marketing": "2026-11"}


def reference_of(number: str) -> str:
    """How payments and holds know an order: `ord:DH-7K3M9QXT`."""
    return f"ord:{number}"


def typed_number(typed: str) -> str:
    """An order's number as somebody typed it: small, with spaces, as in the memo of a transfer, or without its DH."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    return f"DH-{signs.removeprefix('DH') if len(signs) > 8 else signs}"


def number_of(reference: str) -> str | None:
    """The order's number in a payment's reference, or None when it is somebody else's."""
    kind, _colon, number = reference.partition(":")
    return number if kind == "ord" else None


def find_target(state: State, action: Action, facts: Facts) -> State | None:
    """Where an action leads, or None when the table or a guard does not allow it."""
    for move in MOVES:
        if move.action == action and state in move.sources and all(guard(facts) for guard in move.guards):
            return move.target
    return None


def is_confirmed(expected_vnd: int, total_vnd: int) -> bool:
    """Whether the buyer agreed to this total: a rise must be confirmed again, a fall is passed on (P19)."""
    return total_vnd <= expected_vnd


def collect_by(placed_on: date) -> date:
    """The last day to fetch an order placed on a day."""
    return placed_on + timedelta(days=COLLECT_DAYS)


def working_days_after(day: date, count: int) -> date:
    """The day that lies `count` working days (Monday to Friday) after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
