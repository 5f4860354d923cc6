"""Supply and demand at the fair of the next weeks: tables, buyers, meetings. Every company is invented."""

from datetime import date, time, timedelta

from admin.demo.goods import at
from core.accounts.actor import ANONYMOUS, Actor
from core.clock import travel
from shop.meetings.rules import BuyerState
from shop.meetings.service import NewBuyer, NewNeed, decide_buyer, register
from shop.meetings.setting import Setting, arrange_all, set_up

WHO = "Người phụ trách mua hàng (minh hoạ)"
#: Name, kind, place, and what is looked for; the last one still waits for the organizer.
BUYERS = (
    ("Chuỗi siêu thị Đồng Xanh (minh hoạ)", "retail", "Hà Nội", (
        NewNeed(wanted="mật ong", quantity=300, unit="kg", period="month", price_vnd=250_000),
        NewNeed(group_no="I", wanted="nước mắm", quantity=2_000, unit="chai", period="month", stars_min=4),
    )),
    ("Khách sạn Sóng Biển (minh hoạ)", "horeca", "Hải Phòng", (
        NewNeed(group_no="II", quantity=50, unit="kg", period="month"),
        NewNeed(wanted="mắm tôm", quantity=20, unit="hũ", period="month"),
    )),
    ("Công ty xuất khẩu Trống Đồng (minh hoạ)", "export", "Quảng Ninh", (
        NewNeed(group_no="I", quantity=10_000, unit="hộp", period="year", stars_min=4),
        NewNeed(group_no="III", quantity=500, unit="kg", period="year"),
    )),
    ("Bếp ăn trường học Ban Mai (minh hoạ)", "kitchen", "Hải Phòng", (
        NewNeed(group_no="I", wanted="gạo", quantity=2, unit="tấn", period="month"),
    )),
)  # fmt: skip


def bring_together(slug: str, opens_on: date, organizer: Actor, today: date) -> None:
    """Six tables on every day, four buyers of whom three are invited, and a first plan of meetings."""
    with travel(at(today - timedelta(days=5), 9)):
        hours = Setting(
            is_open=True, register_until=opens_on + timedelta(days=3), place="Sảnh kết nối, tầng 1 (minh hoạ)",
            starts_time=time(9), ends_time=time(16, 30), pause_from=time(11, 30), pause_until=time(13, 30),
            slot_minutes=30, tables=6, most_each=4,
        )  # fmt: skip
        set_up(slug, hours, None, organizer)
    for number, (company, kind, place, needs) in enumerate(BUYERS, 1):
        with travel(at(today - timedelta(days=4), 8, number)):
            code = register(slug, NewBuyer(company, kind, place, WHO, f"+8490000000{number}", needs), ANONYMOUS).code
        if number < len(BUYERS):
            with travel(at(today - timedelta(days=3), 10, number)):
                decide_buyer(slug, code, BuyerState.ADMITTED, organizer)
    with travel(at(today - timedelta(days=2), 14)):
        arrange_all(slug, organizer, dry_run=False)
