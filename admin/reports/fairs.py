"""Fairs of a period: exhibitors, booths, attendance, sales at stalls, fees and refunds, meetings."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin.exports import Column
from admin.fair_report.figures import FairFigures, figures_for
from admin.reports.registry import Asked, Row, report
from catalog.listings.places import places
from catalog.producers.models import Producer
from core.db import db
from shop.fairs.models import Fair
from shop.fairs.rules import FairState
from shop.stores.models import Seller

COLUMNS = (
    Column("fair", _l("Hội chợ")), Column("opens_on", _l("Khai mạc"), "day"), Column("closes_on", _l("Bế mạc"), "day"),
    Column("organizer", _l("Đơn vị tổ chức")), Column("number", _l("Số đăng ký"), "short"),
    Column("state", _l("Trạng thái"), "short"), Column("applications", _l("Hồ sơ"), "whole"),
    Column("exhibitors", _l("Chủ thể tham gia"), "whole"), Column("provinces", _l("Số tỉnh, thành phố"), "whole"),
    Column("five", _l("Chủ thể 5 sao"), "whole"), Column("four", _l("Chủ thể 4 sao"), "whole"),
    Column("three", _l("Chủ thể 3 sao"), "whole"), Column("booths", _l("Gian cho thuê"), "whole"),
    Column("taken", _l("Gian có người thuê"), "whole"), Column("booth_days", _l("Ngày gian đã thuê"), "whole"),
    Column("came", _l("Ngày gian có mặt"), "whole"), Column("sold", _l("Bán tại quầy"), "dong"),
    Column("received", _l("Phí đã thu"), "dong"), Column("subsidy", _l("Phí được hỗ trợ"), "dong"),
    Column("owed", _l("Phải trả lại"), "dong"), Column("returned", _l("Đã trả lại"), "dong"),
    Column("buyers", _l("Bên mua"), "whole"), Column("meetings", _l("Cuộc đã gặp"), "whole"),
    Column("memoranda", _l("Biên bản, hợp đồng"), "whole"), Column("expected", _l("Giá trị dự kiến một năm"), "dong"),
    Column("incidents", _l("Sự cố"), "whole"), Column("slug", _l("Địa chỉ")),
)  # fmt: skip
STATES = {
    FairState.OPEN: _l("sắp diễn ra"), FairState.RUNNING: _l("đang diễn ra"), FairState.OVER: _l("đã kết thúc"),
    FairState.CANCELLED: _l("đã hủy"),
}  # fmt: skip


@report(
    "fairs", _l("Hội chợ: chủ thể, gian hàng, doanh thu, kết nối"), COLUMNS,
    order=75,
    note=_l(
        "Hội chợ có ngày trong kỳ, trừ bản nháp. Chủ thể tham gia là người có gian đã trả phí; sao là sao lúc quyết "
        "định. Bán tại quầy và ngày có mặt tính đến ngày khóa sổ; trạng thái gian và tiền là hiện nay."
    ),
)  # fmt: skip
def fairs(asked: Asked) -> list[Row]:
    """A row for each fair with a day in the period, by opening."""
    query = select(Fair).where(
        Fair.opens_on <= asked.until, Fair.closes_on >= asked.since, Fair.state != FairState.DRAFT
    )
    found = db.session.scalars(query.order_by(Fair.opens_on, Fair.id)).all()
    figures = figures_for(found, min(asked.until, asked.as_of))
    sellers = {one.id: one.name for one in db.session.scalars(select(Seller))}
    everybody = {producer_id for one in figures for producer_id in one.producers}
    homes = _provinces(everybody)
    return [_row(one, sellers[one.fair.seller_id], homes) for one in figures]


def _provinces(producer_ids: set[int]) -> dict[int, str]:
    """Code of today's province of each producer, where it is known."""
    query = select(Producer.id, Producer.area_id).where(Producer.id.in_(list(producer_ids)))
    found = {row[0]: places().province(row[1]) for row in db.session.execute(query)}
    return {key: place.code for key, place in found.items() if place is not None}


def _row(one: FairFigures, organizer: str, homes: dict[int, str]) -> Row:
    stars = list(one.stars.values())
    _offered, taken, came = one.booth_days
    return {
        "fair": one.fair.name, "opens_on": one.fair.opens_on, "closes_on": one.fair.closes_on, "organizer": organizer,
        "number": one.fair.registration_number, "state": str(STATES[FairState(one.fair.state)]),
        "applications": sum(one.applications.values()), "exhibitors": len(one.producers),
        "provinces": len({homes[key] for key in one.producers if key in homes}), "five": stars.count(5),
        "four": stars.count(4), "three": stars.count(3), "booths": sum(one.offered.values()),
        "taken": sum(one.taken.values()), "booth_days": taken, "came": came, "sold": one.sold_vnd,
        "received": one.money.received_vnd, "subsidy": one.money.subsidy_vnd, "owed": one.money.owed_vnd,
        "returned": one.money.returned_vnd, "buyers": one.meetings.buyers, "meetings": one.meetings.held,
        "memoranda": one.meetings.memoranda + one.meetings.contracts, "expected": one.meetings.expected_vnd,
        "incidents": one.incidents, "slug": one.fair.slug,
    }  # fmt: skip
