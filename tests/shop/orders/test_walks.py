"""Random walks of an order of two parcels against a naive model: states, stock in the ledger, holds, money."""

from dataclasses import dataclass, field
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.doctor import examine
from core.errors import Refusal
from shop.inventory.models import StockHold, StockLevel
from shop.orders import parcels, service
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.payments.queries import get_payment
from shop.stores.models import Place
from tests.shop.orders.parcel_stage import keeper, split

pytestmark = pytest.mark.long  # some seconds for each walk

UNITS, ON_SHELF = 2, 10
ACTS = ("pack", "ship", "hand_over", "fail", "retry", "take_back", "send_again", "drop")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(ACTS), st.sampled_from([0, 1])),
        st.tuples(st.sampled_from(["stop", "resume", "cancel"]), st.just(0)),
    ),
    min_size=4, max_size=14,
)  # fmt: skip

#: What a store keeper would say: where an act leads a parcel.
LEADS = {
    ("waiting", "pack"): "packed", ("packed", "ship"): "shipped", ("shipped", "fail"): "failed",
    ("failed", "retry"): "shipped", ("shipped", "take_back"): "returned", ("failed", "take_back"): "returned",
    ("returned", "send_again"): "waiting", ("waiting", "drop"): "cancelled", ("packed", "drop"): "cancelled",
    ("returned", "drop"): "cancelled",
} | {(state, "hand_over"): "delivered" for state in ("waiting", "packed", "shipped", "failed")}  # fmt: skip
GONE = ("shipped", "failed", "delivered")
INSIDE = ("waiting", "packed")


@dataclass
class Model:
    """Two parcels as a store keeper sees them."""

    parcels: list[str] = field(default_factory=lambda: ["waiting", "waiting"])
    is_held: bool = False
    is_over: bool = False

    def act(self, name: str, at: int) -> bool:
        """Whether the act is possible; then it is done."""
        after = LEADS.get((self.parcels[at], name))
        if self.is_over or after is None:
            return False
        if self.is_held and (name in ("pack", "ship", "send_again") or (self.parcels[at] in INSIDE and name != "drop")):
            return False
        others = [one for place, one in enumerate(self.parcels) if place != at and one != "cancelled"]
        self.parcels[at] = after
        if name == "drop" and not others:
            self.is_over = True
        if not any(one in INSIDE for one in self.parcels) and any(one not in ("cancelled",) for one in self.parcels):
            self.is_held = False
        return True


def perform(order: Order, name: str, at: int, make: ModuleType) -> bool:
    """Do it through the verb; False when it was refused."""
    by, number = keeper(make, order.shipments[at].store), order.number
    verbs = {
        "pack": lambda: parcels.pack(number, by, at + 1), "ship": lambda: parcels.ship(number, by, position=at + 1),
        "hand_over": lambda: parcels.hand_over(number, by, at + 1),
        "fail": lambda: parcels.fail(number, by, "away", at + 1), "retry": lambda: parcels.retry(number, by, at + 1),
        "take_back": lambda: parcels.take_back(number, by, at + 1),
        "send_again": lambda: parcels.send_again(number, by, at + 1),
        "drop": lambda: parcels.drop(number, by, "thử", at + 1),
    }  # fmt: skip
    try:
        verbs[name]()
    except Refusal:
        return False
    return True


def whole_step(order: Order, model: Model, name: str, make: ModuleType) -> None:
    """A step of the order as a whole, which the model follows only where it is plain."""
    if name == "stop":
        can = not model.is_over and not model.is_held and any(one in INSIDE for one in model.parcels)
        assert service.stop(order.number, "revoked") == can, model
        model.is_held = model.is_held or can
    elif name == "resume" and model.is_held:
        service.resume(order.number, keeper(make, order.store), "thử")
        model.is_held = False


@pytest.mark.parametrize("provider", ["cod", "vietqr"])
def test_books_follow_the_parcels(provider: str, make: ModuleType, session: Session) -> None:
    @settings(max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def walk(steps: list[tuple[str, int]]) -> None:
        order, model = split(make, provider=provider, units=UNITS), Model()
        for name, at in steps:
            if name in ACTS:
                assert perform(order, name, at, make) == model.act(name, at), (name, at, model)
            else:
                whole_step(order, model, name, make)
            check(order, model, session)
        found = [f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches]
        assert [line for line in found if not line.startswith("I12")] == []

    walk()


def check(order: Order, model: Model, session: Session) -> None:
    """Parcels, stock and holds are what the model says; money is taken when everything that goes has arrived."""
    session.expire_all()
    fresh = get_order(order.number)
    assert [one.state for one in fresh.shipments] == model.parcels
    for at, parcel in enumerate(fresh.shipments):
        levels = select(func.sum(StockLevel.on_hand), func.sum(StockLevel.held)).join(Place)
        on_hand, held = session.execute(levels.where(Place.store_id == parcel.store_id)).one()
        gone = model.parcels[at] in GONE
        assert (on_hand, held) == (ON_SHELF - UNITS * gone, UNITS * (model.parcels[at] in INSIDE)), (at, model)
    active = select(func.count()).select_from(StockHold)
    active = active.where(StockHold.reference == f"ord:{order.number}", StockHold.state == "active")
    assert session.scalar(active) == sum(one in INSIDE for one in model.parcels)
    live = [one for one in model.parcels if one != "cancelled"]
    payment = get_payment(f"ord:{order.number}")
    if order.provider == "cod":
        assert (payment.captured_vnd > 0) == (bool(live) and set(live) == {"delivered"})
    assert payment.refunding_vnd <= payment.captured_vnd
    assert (fresh.state == "held") == model.is_held


def test_a_wrong_model_is_found_out(make: ModuleType, session: Session) -> None:
    """Control: a keeper who forgets one act does not agree with the books."""
    order, model = split(make), Model()
    assert perform(order, "pack", 0, make)
    with pytest.raises(AssertionError):
        check(order, model, session)
