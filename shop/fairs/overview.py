"""One fair at a glance: its figures, its dates, and what waits for whom. A constant number of statements.

Features add what waits in their own pages by `waits`: called with the fair and the day, it yields lines.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import case, distinct, func, select

from core.db import db
from core.money import dong
from core.web.pages import show_day, show_moment
from shop.fairs.life.models import Choice, FairMove, FairMoveChoice
from shop.fairs.models import Booking, BoothDay, Fair, FairApplication
from shop.fairs.queries import count_booths
from shop.fairs.rulebook import last_renewal_day
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, ApplicationState, BookingState, DayState, FairState
from shop.fairs.tabs import tab_url

#: By whom something is awaited.
ORGANIZER, EXHIBITOR = "organizer", "exhibitor"
_PAID = (BookingState.PAID, BookingState.CHECKED_IN)


@dataclass(frozen=True)
class Wait:
    """Something that waits: for whom, how many, in which words, where to see it, until when (words, may be empty)."""

    whom: str
    count: int
    words: str
    url: str
    until: str = ""


@dataclass(frozen=True)
class Milestone:
    """A date of the fair; ``state`` as `timeline` draws it: empty once past, ``now``, ``to-come``."""

    title: str
    day: date
    state: str
    last: date | None = None


@dataclass(frozen=True)
class Figures:
    """Counts of one fair: booths drawn, booths given, applications and bookings by state, money in whole đồng."""

    booths: int
    given: int
    applications: dict[str, int]
    bookings: dict[str, int]
    conditional: int
    paid_vnd: int
    unpaid_vnd: int
    refund_vnd: int
    next_end: Any = None

    @property
    def applied(self) -> int:
        """Every application that was sent."""
        return sum(count for state, count in self.applications.items() if state != ApplicationState.DRAFT)


Find = Callable[[Fair, date], Iterable[Wait]]
_finders: list[Find] = []


def waits(find: Find) -> Find:
    """Register what else waits at a fair; the same function twice is one."""
    if find not in _finders:
        _finders.append(find)
    return find


def figures_of(fair: Fair) -> Figures:
    """The counts, in five statements."""
    booked = _grouped(Booking.state, Booking.fair_id == fair.id, Booking.state.in_(LIVE_BOOKING))
    applied = _grouped(FairApplication.state, FairApplication.fair_id == fair.id)
    of_fair = Booking.fair_id == fair.id
    money = select(
        func.coalesce(func.sum(case((BoothDay.state == DayState.PAID, _share()), else_=0)), 0),
        func.coalesce(func.sum(case((BoothDay.state == DayState.HOLD, _share()), else_=0)), 0),
        func.count(distinct(BoothDay.booth_id)),
    ).join(Booking, Booking.id == BoothDay.booking_id)
    paid, unpaid, given = db.session.execute(money.where(of_fair, BoothDay.state.in_(LIVE_DAY))).one()
    live = Booking.state.in_(LIVE_BOOKING)
    rest = select(
        func.coalesce(func.sum(Booking.refund_due_vnd), 0),
        func.coalesce(func.sum(case((live & Booking.renew_by.is_not(None), 1), else_=0)), 0),
        func.min(case((live, Booking.expires_at))),
    )
    refund, conditional, next_end = db.session.execute(rest.where(of_fair)).one()
    booths = count_booths([fair.id]).get(fair.id, 0)
    return Figures(booths, given, applied, booked, int(conditional), int(paid), int(unpaid), int(refund), next_end)


def waiting_applications(fair_ids: Sequence[int]) -> dict[int, int]:
    """How many applications of each fair wait for a decision."""
    query = select(FairApplication.fair_id, func.count()).where(
        FairApplication.fair_id.in_(fair_ids), FairApplication.state == ApplicationState.SUBMITTED
    )
    return {row[0]: row[1] for row in db.session.execute(query.group_by(FairApplication.fair_id))}


def waiting_for(fair: Fair, figures: Figures, on: date) -> list[Wait]:
    """Everything that waits, the organizer's own first."""
    found = [*_organizers(fair, figures), *_exhibitors(fair, figures, on)]
    for find in _finders:
        found += find(fair, on)
    return sorted((one for one in found if one.count), key=lambda one: one.whom != ORGANIZER)


def missing_to_open(fair: Fair, figures: Figures) -> list[tuple[str, str]]:
    """What a draft still lacks before it can be shown, in words, and where to add it."""
    facts, plan = tab_url("facts", fair), tab_url("plan", fair)
    missing: list[tuple[str, str]] = []
    if not fair.registration_number:
        missing.append((_("Số đăng ký với Sở Công Thương"), facts))
    if not figures.booths:
        missing.append((_("Sơ đồ có gian hàng"), plan))
    if not fair.contact_phone and not fair.contact_email:
        missing.append((_("Điện thoại hoặc email để chủ thể hỏi"), facts))
    return missing


def milestones_of(fair: Fair, on: date) -> list[Milestone]:
    """The fair's dates in order."""
    found = [
        _span(_("Nhận hồ sơ"), fair.applications_from, fair.applications_until, on),
        _due(_("Hạn xét hồ sơ"), fair.decide_by, on), _due(_("Hạn nộp phí"), fair.pay_by, on),
        _due(_("Hạn nộp công nhận mới"), last_renewal_day(fair, date.min), on),
        _span(_("Hội chợ"), fair.opens_on, fair.closes_on, on),
    ]  # fmt: skip
    return sorted((one for one in found if one is not None), key=lambda one: one.day)


def _organizers(fair: Fair, figures: Figures) -> Iterable[Wait]:
    applications = tab_url("applications", fair)
    bookings = tab_url("bookings", fair)
    until = show_day(fair.decide_by) if fair.decide_by else ""
    yield Wait(ORGANIZER, figures.applications.get("submitted", 0), _("hồ sơ chờ xét"), applications, until)
    accepted = figures.applications.get("accepted", 0) - sum(figures.bookings.values())
    if fair.state in (FairState.OPEN, FairState.RUNNING):
        yield Wait(ORGANIZER, max(0, accepted), _("hồ sơ được nhận chưa có gian"), bookings)


def _exhibitors(fair: Fair, figures: Figures, on: date) -> Iterable[Wait]:
    bookings = tab_url("bookings", fair)
    ends = show_moment(figures.next_end) if figures.next_end else ""
    yield Wait(EXHIBITOR, figures.bookings.get("offered", 0), _("lời mời chờ trả lời"), bookings, ends)
    unpaid = figures.bookings.get("hold", 0) + figures.bookings.get("accepted", 0)
    yield Wait(EXHIBITOR, unpaid, _("gian chưa nộp phí (%(amount)s)", amount=dong(figures.unpaid_vnd)), bookings, ends)
    until = show_day(last_renewal_day(fair, on))
    yield Wait(EXHIBITOR, figures.conditional, _("gian chờ công nhận mới"), bookings, until)
    asked, choose_by = _asked(fair)
    if asked and choose_by is not None:
        yield Wait(EXHIBITOR, asked, _("người giữ gian chưa chọn sau khi dời ngày"), bookings, show_day(choose_by))


def _asked(fair: Fair) -> tuple[int, date | None]:
    """How many holders have yet to choose after the last postponement, and until when."""
    query = select(func.count(FairMoveChoice.id), func.max(FairMove.choose_by)).join_from(
        FairMoveChoice, FairMove, FairMove.id == FairMoveChoice.move_id
    )
    row = db.session.execute(query.where(FairMove.fair_id == fair.id, FairMoveChoice.state == Choice.OPEN)).one()
    return row[0], row[1]


def _grouped(column: Any, *conditions: Any) -> dict[str, int]:
    query = select(column, func.count()).where(*conditions).group_by(column)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _share() -> Any:
    """What the exhibitor pays of a day."""
    return BoothDay.price_vnd - BoothDay.subsidy_vnd


def _due(title: str, day: date | None, on: date) -> Milestone | None:
    if day is None:
        return None
    near = timedelta(0) <= day - on <= timedelta(7)
    return Milestone(title, day, "now" if near else "to-come" if day > on else "")


def _span(title: str, first: date, last: date, on: date) -> Milestone:
    return Milestone(title, first, "now" if first <= on <= last else "to-come" if first > on else "", last)
