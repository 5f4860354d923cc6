"""What is said of the demonstration's fairs, and the draft of next year's. Nobody's real telephone, no real subsidy."""

from datetime import date, timedelta

from admin.demo.goods import at
from core.accounts.actor import Actor
from core.clock import travel
from shop.fairs.life.copying import Wanted, copy_fair
from shop.fairs.life.editing import edit_fair
from shop.fairs.queries import get_fair

ABOUT = (
    "Sản phẩm OCOP từ 3 sao của các xã, phường: nếm thử, mua tại gian, hỏi thẳng người làm ra. Mở cửa tự do. "
    "Mọi gian đều có mã để xem giấy công nhận (dữ liệu minh hoạ)."
)
SUBSIDY = {"share_bp": 5000, "most_vnd": 2_000_000, "areas": ["31"], "stars_min": 4}


def tell(slug: str, organizer: Actor, today: date) -> None:
    """Hours, contact, deadlines and rules of a fair."""
    fair = get_fair(slug)
    said = {
        "hours_from": "08:00", "hours_until": "21:00", "about": ABOUT, "contact_phone": "+842253000000",
        "contact_email": "hoicho@ocop.example", "decide_by": fair.opens_on - timedelta(3),
        "pay_by": fair.opens_on - timedelta(2), "registered_on": fair.applications_from - timedelta(10),
        "rules": {**fair.rules, "priority": ["stars", "home", "early"], "subsidy": SUBSIDY, "quota": {"31": 60}},
    }  # fmt: skip
    with travel(at(today - timedelta(5), 9)):
        edit_fair(slug, said, fair.version, organizer)


def begin_next_year(slug: str, organizer: Actor, today: date) -> None:
    """A draft with this year's plan, which waits for its registration."""
    opens_on = get_fair(slug).opens_on + timedelta(364)
    with travel(at(today - timedelta(2), 16)):
        wanted = Wanted("Hội chợ OCOP Hải Phòng cuối năm sau (minh hoạ)", opens_on, "ocop-hai-phong-nam-sau")
        copy_fair(slug, wanted, organizer)
