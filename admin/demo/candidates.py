"""A few proposals of the demonstration's commune: some wait, others have been decided."""

from datetime import date
from typing import Any

from admin.demo.goods import at
from admin.demo.people import COMMUNE, People
from admin.demo.plan import DAY
from catalog.candidates.service import accept, decline, merge, propose
from catalog.products.models import Product
from core.accounts.actor import Actor, Scope
from core.clock import travel

MARK = "(minh hoạ)"
#: Days ago, and what was proposed.
PROPOSALS: tuple[tuple[int, dict[str, Any]], ...] = (
    (40, {"name": f"Gạo nếp cái hoa vàng Kiến Hưng {MARK}", "set_no": 3, "producer_name": f"Tổ hợp tác lúa nếp {MARK}",
          "producer_kind": "cooperative_group", "story": "Lúa nếp trồng trên chân ruộng ven sông, gặt tay, phơi nắng.",
          "score_a": 2900, "score_b": 1850, "score_c": 2600, "contact": f"Ban nông nghiệp xã {MARK}"}),
    (33, {"name": f"Hòn non bộ {MARK}", "set_no": 24, "producer_name": f"Hộ làm cảnh {MARK}",
          "producer_kind": "producing_household"}),
    (12, {"name": f"Rươi kho niêu {MARK}", "set_no": 8, "producer_name": f"Hộ kho rươi {MARK}",
          "producer_kind": "business_household", "producer_address": "Thôn ven sông", "score_a": 3050,
          "story": "Rươi vớt theo nước triều cuối thu, kho niêu đất với vỏ quýt và củ niễng."}),
    (3, {"name": f"Chiếu cói dệt tay {MARK}", "set_no": 21, "producer_name": f"Tổ dệt cói {MARK}",
         "producer_kind": "cooperative_group", "contact": f"Ban nông nghiệp xã {MARK}"}),
)  # fmt: skip


def propose_some(people: People, known: Product, today: date) -> None:
    """The reporter proposes; one becomes a product, one is a product already, one is declined, the rest wait.

    known: a product that the commune proposes again, not knowing that it stands in the list.
    """
    reporter = people.acting("reporter", "reporter", Scope("area", COMMUNE))
    certifier = people.acting("certifier", "certifier")
    rice, rockery, *_waiting = [_propose(reporter, today - ago * DAY, facts) for ago, facts in PROPOSALS]
    with travel(at(today - 30 * DAY)):
        accept(certifier, rice, is_new=True)
        decline(certifier, rockery, reason="Chưa rõ nguồn đá và chưa có hồ sơ môi trường (minh hoạ).")
    again = {"name": known.name, "set_no": known.set_no, "producer": known.producer.code}
    twice = _propose(reporter, today - 20 * DAY, again)
    with travel(at(today - 18 * DAY)):
        merge(certifier, twice, product=known.code, note="Đã có trong danh mục.")
    _propose(reporter, today - DAY, again)


def _propose(by: Actor, day: date, facts: dict[str, Any]) -> str:
    with travel(at(day)):
        return propose(by, area=COMMUNE, **facts).code
