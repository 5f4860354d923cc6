"""Supply and demand as pure decisions on values: slots of the days, who fits whom and why, and a plan of meetings.

An instant is aware UTC, a day is Việt Nam's. Nothing here reads a clock or a database, so the same words in give the
same words out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.clock import ZONE, local_day


class BuyerState(StrEnum):
    """Where a buyer stands: the organizer looks at each before meetings are made."""

    ASKED = "asked"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class MeetingState(StrEnum):
    """Where a meeting stands. All but ``cancelled`` keep buyer, exhibitor and table for the slot."""

    BOOKED = "booked"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Side(StrEnum):
    """Who does something about a meeting."""

    BUYER = "buyer"
    EXHIBITOR = "exhibitor"
    ORGANIZER = "organizer"


class Outcome(StrEnum):
    """What came of a meeting that was held."""

    NONE = "none"
    CONTACT = "contact"
    MEMORANDUM = "memorandum"
    CONTRACT = "contract"


LIVE = (MeetingState.BOOKED, MeetingState.HELD, MeetingState.MISSED)
#: Kinds of buyers.
KINDS = ("retail", "wholesale", "horeca", "export", "ecommerce", "kitchen", "other")
PERIODS = ("once", "month", "year")
MOST_TABLES, MOST_NEEDS = 60, 5
#: A slot is never shorter or longer, in minutes.
SHORTEST, LONGEST = 10, 120
#: Slots of one fair: thirty days of half hours.
MOST_SLOTS = 1_000

#: Points: the very set, its group, each word of the wish in the product's name, each star above what is asked.
SET, GROUP, WORD, STAR, MOST_WORDS = 50, 20, 15, 5, 3
#: A price within what the buyer pays; one that is above it by a tenth at most; one further above.
PRICE_FITS, PRICE_NEAR, PRICE_ABOVE = 20, 5, -15


@dataclass(frozen=True, slots=True)
class Hours:
    """When meetings take place on each day: first slot, end of the last, length, and a pause."""

    first: time
    last: time
    minutes: int
    pause_from: time | None = None
    pause_until: time | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """One line of what a buyer looks for. ``words`` folded; ``price_vnd`` the most he pays per piece or kilogram."""

    position: int
    set_no: int | None = None
    group: str | None = None
    words: str = ""
    price_vnd: int | None = None
    stars_min: int = 3


@dataclass(frozen=True, slots=True)
class Goods:
    """A product as an exhibitor shows it; ``price_vnd`` what the shop asks, None where it sells none."""

    product_id: int
    name: str
    name_folded: str
    set_no: int
    group: str
    stars: int
    price_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """An exhibitor: its days at the fair and what it shows."""

    producer_id: int
    name: str
    days: frozenset[date]
    goods: tuple[Goods, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One need met by one product: points, and what they rest on (``set``, ``group``, ``words``, ``stars``,
    ``price``, ``price_near``, ``price_above``).
    """

    need: int
    goods: Goods
    points: int
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An exhibitor for a buyer: its best product for each need that it meets."""

    producer_id: int
    points: int
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which meetings take place."""

    id: int
    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        """Its day in Việt Nam."""
        return local_day(self.starts_at)


@dataclass(frozen=True, slots=True)
class Seat:
    """A meeting of a plan: who meets whom, when, at which table."""

    buyer_id: int
    producer_id: int
    slot_id: int
    table_id: int


def slots_of(days: Iterable[date], hours: Hours) -> list[tuple[datetime, datetime]]:
    """The slots of these days: whole ones only, none that touches the pause."""
    long = timedelta(minutes=hours.minutes)
    found: list[tuple[datetime, datetime]] = []
    for day in sorted(set(days)):
        at, end = (datetime.combine(day, one, tzinfo=ZONE) for one in (hours.first, hours.last))
        while at + long <= end:
            pause = _pause(day, hours)
            if pause and at < pause[1] and at + long > pause[0]:
                at = pause[1]
                continue
            found.append((at, at + long))
            at += long
    return found


def propose(needs: Sequence[Need], stands: Iterable[Stand]) -> list[Proposal]:
    """Exhibitors that have something for the buyer, the best first; each with its reasons.

    Points are those of its best product for each need, added up: who answers two needs stands before who answers one
    as well. Ties go by name, so that the order never wavers. A product must be of the set or the group that is
    asked for, or bear a word of the wish: stars and price alone make no match.
    """
    found: list[tuple[Proposal, str]] = []
    for stand in stands:
        matches = [best for need in needs if (best := _best(need, stand.goods)) is not None]
        if matches:
            points = sum(match.points for match in matches)
            found.append((Proposal(stand.producer_id, points, tuple(matches)), stand.name))
    found.sort(key=lambda pair: (-pair[0].points, pair[1], pair[0].producer_id))
    return [proposal for proposal, _name in found]


def arrange(
    wishes: Mapping[int, Sequence[Proposal]], days: Mapping[int, Collection[date]], slots: Sequence[Slot],
    tables: Sequence[int], taken: Collection[Seat], most: int,
) -> list[Seat]:  # fmt: skip
    """Meetings to make: for each buyer her best exhibitors, at most ``most`` with those that stand.

    In rounds: every buyer gets her next best before anyone gets another, buyers with fewer proposals first, so that a
    long list does not eat the slots of a short one. Each takes the earliest slot at which she, the exhibitor (on a
    day of its booth) and a table are free; she keeps her table where it is free. ``taken``: what stands already.
    """
    book = _Book(slots, tables, taken)
    lists = {buyer: [one for one in found if not book.has_met(buyer, one)] for buyer, found in wishes.items()}
    order = sorted(lists, key=lambda buyer: (len(lists[buyer]), buyer))
    made: list[Seat] = []
    for _round in range(most):
        for buyer in order:
            if book.count(buyer) >= most:
                continue
            while lists[buyer]:
                one = lists[buyer].pop(0)
                seat = book.find(buyer, one.producer_id, days.get(one.producer_id, ()))
                if seat is not None:
                    book.put(seat)
                    made.append(seat)
                    break
    return made


class _Book:
    """Who sits where and when, while a plan is made."""

    def __init__(self, slots: Sequence[Slot], tables: Sequence[int], taken: Collection[Seat]) -> None:
        self.slots = sorted(slots, key=lambda one: (one.starts_at, one.id))
        self.tables = sorted(tables)
        self.used: set[tuple[str, int, int]] = set()
        self.met: dict[int, set[int]] = defaultdict(set)
        self.home: dict[int, int] = {}
        for seat in taken:
            self.put(seat)

    def put(self, seat: Seat) -> None:
        self.used |= {("b", seat.buyer_id, seat.slot_id), ("p", seat.producer_id, seat.slot_id)}
        self.used.add(("t", seat.table_id, seat.slot_id))
        self.met[seat.buyer_id].add(seat.producer_id)
        self.home.setdefault(seat.buyer_id, seat.table_id)

    def has_met(self, buyer_id: int, one: Proposal) -> bool:
        return one.producer_id in self.met[buyer_id]

    def count(self, buyer_id: int) -> int:
        return len(self.met[buyer_id])

    def find(self, buyer_id: int, producer_id: int, days: Collection[date]) -> Seat | None:
        """The earliest seat at which both are free."""
        for slot in self.slots:
            is_busy = ("b", buyer_id, slot.id) in self.used or ("p", producer_id, slot.id) in self.used
            if is_busy or slot.day not in days:
                continue
            table = free_table(self.tables, {t for kind, t, at in self.used if kind == "t" and at == slot.id},
                               self.home.get(buyer_id))  # fmt: skip
            if table is not None:
                return Seat(buyer_id, producer_id, slot.id, table)
        return None


def free_table(tables: Sequence[int], used: Collection[int], home: int | None = None) -> int | None:
    """The buyer's own table where it is free, else the first free one; None when all are taken."""
    if home is not None and home in tables and home not in used:
        return home
    return next((one for one in tables if one not in used), None)


def _pause(day: date, hours: Hours) -> tuple[datetime, datetime] | None:
    if hours.pause_from is None or hours.pause_until is None:
        return None
    begin, end = (datetime.combine(day, one, tzinfo=ZONE) for one in (hours.pause_from, hours.pause_until))
    return (begin, end) if begin < end else None


def _best(need: Need, goods: Sequence[Goods]) -> Match | None:
    found = [match for one in goods if (match := _match(need, one)) is not None]
    return max(found, key=lambda match: (match.points, match.goods.stars, -match.goods.product_id), default=None)


def _match(need: Need, goods: Goods) -> Match | None:
    if goods.stars < need.stars_min:
        return None
    name = goods.name_folded.split()
    wanted = need.words.split()
    words = sum(word in name for word in wanted)
    if words * 2 <= len(wanted):  # "mật hoa dừa" is no "mật ong": more than half of the wish must stand in the name
        words = 0
    because, points = list[str](), 0
    if need.set_no is not None and goods.set_no == need.set_no:
        because, points = ["set"], SET
    elif need.group is not None and goods.group == need.group:
        because, points = ["group"], GROUP
    if words:
        because.append("words")
        points += WORD * min(words, MOST_WORDS)
    if not because:
        return None
    if goods.stars > need.stars_min:
        because.append("stars")
        points += STAR * (goods.stars - need.stars_min)
    if need.price_vnd is not None and goods.price_vnd is not None:
        said, worth = _price(need.price_vnd, goods.price_vnd)
        because.append(said)
        points += worth
    return Match(need.position, goods, points, tuple(because))


def _price(most_vnd: int, price_vnd: int) -> tuple[str, int]:
    if price_vnd <= most_vnd:
        return "price", PRICE_FITS
    return ("price_near", PRICE_NEAR) if price_vnd * 10 <= most_vnd * 11 else ("price_above", PRICE_ABOVE)
