"""A fair with two exhibitors on their booths, slots of half hours at two tables, and buyers who look for honey."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from itertools import count
from types import ModuleType

import pytest

from catalog.producers.models import Producer
from core.accounts.actor import ANONYMOUS, Actor
from core.clock import today
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.models import Fair
from shop.meetings import queries, service, setting
from shop.meetings.models import Buyer, Meeting
from shop.meetings.rules import BuyerState, Side
from shop.meetings.service import NewBuyer, NewNeed, Party, Wish
from shop.meetings.setting import Setting

_phones = count(1)


@dataclass
class Floor:
    """What the tests of meetings stand on."""

    make: ModuleType
    fair: Fair
    organizer: Actor
    sellers: list[Producer] = field(default_factory=list)

    def seller(self, name: str, booth: str, *, stars: int = 4, set_no: int = 3) -> Producer:
        """An exhibitor with one product on a booth for every day."""
        producer = self.make.producer()
        product = self.make.product(name=name, producer=producer, set_no=set_no)
        application = self.make.application(self.fair, product=product)
        self.make.certificate(product, stars=stars, valid_until=self.fair.opens_on + timedelta(300))
        book(self.fair.slug, booth, Claim(application.code), self.organizer)
        self.sellers.append(producer)
        return producer

    def set_up(self, version: int | None = None, **other: object) -> None:
        setting.set_up(self.fair.slug, self.setting(**other), version, self.organizer)

    def setting(self, **other: object) -> Setting:
        """Half hours from nine to eleven, a pause of half an hour, two tables: three slots a day."""
        plain: dict[str, object] = {
            "is_open": True, "register_until": self.fair.closes_on, "place": "Sảnh B", "starts_time": time(9),
            "ends_time": time(11), "slot_minutes": 30, "tables": 2, "pause_from": time(10), "pause_until": time(10, 30),
        }  # fmt: skip
        return Setting(**{**plain, **other})  # type: ignore[arg-type]

    def buyer(self, *needs: NewNeed, admitted: bool = True) -> Buyer:
        """A company that looks for honey, or for what is said."""
        number = next(_phones)
        new = NewBuyer(
            f"Siêu thị {number}", "retail", "Hà Nội", "Người thử", f"+8490000{number:04}",
            needs or (NewNeed(wanted="mật ong"),),
        )  # fmt: skip
        one = service.register(self.fair.slug, new, ANONYMOUS)
        if admitted:
            service.decide_buyer(self.fair.slug, one.code, BuyerState.ADMITTED, self.organizer)
        return queries.get_buyer(one.code)

    @property
    def slots(self) -> list[int]:
        return [one.id for one in queries.grid_of(self.fair.id).slots]

    @property
    def as_organizer(self) -> Party:
        return Party(Side.ORGANIZER, self.organizer)

    def meet(self, buyer: Buyer, seller: Producer, slot: int = 0, party: Party | None = None) -> Meeting:
        """A meeting in the n-th slot."""
        wish = Wish(self.fair.slug, buyer.code, seller.code, self.slots[slot])
        return service.book(wish, party or self.as_organizer)


@pytest.fixture
def floor(make: ModuleType) -> Floor:
    """The common ground."""
    fair = make.fair(booths=3, opens_on=today() + timedelta(days=40))
    ground = Floor(make, fair, make.actor("fair_organizer", ("fair", fair.slug)))
    ground.seller("Mật ong hoa nhãn", "A01")
    ground.seller("Mắm tôm", "A02", set_no=8)
    ground.set_up()
    return ground
