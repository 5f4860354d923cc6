"""Two fairs with plans, applications and bookings; one runs over the next weeks."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from admin.demo.fair_assign import work_out
from admin.demo.fair_book import let_wait
from admin.demo.fair_days import prepare_days
from admin.demo.fair_guests import invite_guests
from admin.demo.fair_life import begin_next_year, tell
from admin.demo.fair_meet import bring_together
from admin.demo.fair_plan import floor_of
from admin.demo.goods import at
from admin.demo.people import People
from catalog.certificates.queries import governing
from catalog.products.models import Product
from core.accounts.actor import Actor, Grant
from core.accounts.queries import grants_of
from core.clock import now, travel
from shop.fairs.applying.applications import Wanted, apply, decide
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import Transfer, record_payment
from shop.fairs.plans.plan import Grid
from shop.fairs.plans.planning import set_plan
from shop.fairs.rules import ApplicationState
from shop.fairs.service import NewFair, create_fair
from shop.stores.models import Seller

DAY = timedelta(days=1)
APPLICANT = Actor(None, "Chủ thể (minh hoạ)", frozenset({Grant("producer")}))


@dataclass(frozen=True)
class Exhibitor:
    """A producer with what it may show on every day of a fair."""

    producer: str
    slugs: tuple[str, ...]


def hold_fairs(people: People, seller: Seller, products: Sequence[Product], today: date, dice: random.Random) -> None:
    """The fair of the next weeks, half sold, and the spring fair, which still takes applications."""
    organizer = people.acting("organizer", "fair_organizer")
    autumn = NewFair(
        name="Hội chợ OCOP Hải Phòng cuối năm (minh hoạ)",
        slug="ocop-hai-phong-cuoi-nam",
        venue="Cung Văn hóa hữu nghị Việt Tiệp, Hải Phòng (minh hoạ)",
        opens_on=today + 9 * DAY,
        closes_on=today + 22 * DAY,
        seller=seller.code,
        registration_number="MH-01/SCT",
        applications_from=today - 40 * DAY,
        applications_until=today + 4 * DAY,
        rules={"stars_min": 3, "groups": [], "hold_hours": 72},
    )
    spring = NewFair(
        name="Hội chợ kết nối cung cầu sản phẩm OCOP (minh hoạ)",
        slug="ket-noi-cung-cau",
        venue="Trung tâm Hội nghị Kiến Thụy, Hải Phòng (minh hoạ)",
        opens_on=today + 45 * DAY,
        closes_on=today + 49 * DAY,
        seller=seller.code,
        registration_number="MH-02/SCT",
        applications_from=today - 6 * DAY,
        applications_until=today + 30 * DAY,
        rules={"stars_min": 3, "groups": [], "hold_hours": 72},
    )
    _hold(autumn, organizer, Grid("A", 4, 8, price_vnd=3_500_000), today - 40 * DAY)
    _hold(spring, organizer, Grid("K", 2, 10, price_vnd=1_200_000), today - 6 * DAY)
    _fill(autumn, organizer, _with_known(_shuffled(autumn, products, dice), people), today, dice)
    _ask(spring, products, today, dice)
    let_wait(autumn.slug or "", organizer, today)
    for fair in (autumn, spring):
        tell(fair.slug or "", organizer, today)
    begin_next_year(autumn.slug or "", organizer, today)
    bring_together(autumn.slug or "", autumn.opens_on, organizer, today)
    work_out(autumn.slug or "", organizer, today)
    prepare_days(autumn.slug or "", organizer, today)
    invite_guests(spring.slug or "", organizer, today)


def _hold(new: NewFair, organizer: Actor, grid: Grid, day: date) -> None:
    with travel(at(day)):
        fair = create_fair(new, organizer)
        set_plan(fair.slug, floor_of(grid), fair.version, organizer)


def _exhibitors(fair: NewFair, products: Sequence[Product]) -> list[Exhibitor]:
    """Producers whose products are covered on the first and the last day of a fair, as known now."""
    ids = [product.id for product in products]
    first, last = governing(ids, fair.opens_on), governing(ids, fair.closes_on)
    by_producer: dict[str, list[str]] = defaultdict(list)
    for product in products:
        same = product.id in first and product.id in last and first[product.id] == last[product.id]
        if same and product.set_no not in (14, 15):
            by_producer[product.producer.code].append(product.slug)
    return [Exhibitor(code, tuple(slugs)) for code, slugs in by_producer.items()]


def _apply(fair: NewFair, one: Exhibitor) -> str:
    slug = fair.slug or ""
    return apply(slug, Wanted(one.slugs, one.producer, {"note": "Minh hoạ"}), APPLICANT).code


def _shuffled(fair: NewFair, products: Sequence[Product], dice: random.Random) -> list[Exhibitor]:
    exhibitors = _exhibitors(fair, products)
    dice.shuffle(exhibitors)
    return exhibitors


def _with_known(exhibitors: list[Exhibitor], people: People) -> list[Exhibitor]:
    """The producer whose account everybody may try is the third, and so has a paid booth to look at."""
    known = {grant.scope.code for grant in grants_of(people.ids["producer"]) if grant.scope}
    hers = [one for one in exhibitors if one.producer in known]
    others = [one for one in exhibitors if one.producer not in known]
    return [*others[:2], *hers, *others[2:]]


def _fill(fair: NewFair, organizer: Actor, exhibitors: Sequence[Exhibitor], today: date, dice: random.Random) -> None:
    """Half of the booths taken: most paid, some held, one on the waiting list, one refused, two still asking."""
    slug = fair.slug or ""
    codes: list[str] = []
    for number, one in enumerate(exhibitors[:18]):
        with travel(at(today - (30 - number) * DAY, 10)):
            codes.append(_apply(fair, one))
    with travel(at(today - 7 * DAY, 15)):
        decide(codes[0], ApplicationState.WAITLISTED, "Hết gian góc, chờ nếu có người trả.", organizer)
        decide(codes[1], ApplicationState.REJECTED, "Chưa có nhãn phụ đầy đủ (minh hoạ).", organizer)
        for code in codes[2:16]:
            decide(code, ApplicationState.ACCEPTED, None, organizer)
    booths = [f"{row}{column:02}" for row in "ABCD" for column in range(1, 9)]
    for number, (code, booth) in enumerate(zip(codes[2:14], dice.sample(booths, 12), strict=False)):
        is_paid = number < 9
        moment = at(today - 6 * DAY, 9, number) if is_paid else at(today - DAY, 8, number)
        with travel(moment):
            booking, _ = book(slug, booth, Claim(code), organizer)
            if is_paid and number % 2:
                record_payment(booking.code, "at_store", None, organizer)
            elif is_paid:
                record_payment(booking.code, "vietqr", None, organizer)
                line = Transfer(booking.price_vnd, f"FTMH{number:04}", now())
                record_payment(booking.code, "vietqr", line, organizer)


def _ask(fair: NewFair, products: Sequence[Product], today: date, dice: random.Random) -> None:
    """A few applications that wait for the organizer."""
    exhibitors = _exhibitors(fair, products)
    for number, one in enumerate(dice.sample(exhibitors, min(6, len(exhibitors)))):
        with travel(at(today - (5 - number % 5) * DAY, 11)):
            _apply(fair, one)
