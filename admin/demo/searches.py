"""What people searched for in the last eight weeks: invented counts, so that its desk has something to show."""

from datetime import date
from random import Random

from admin.demo.plan import DAY
from catalog.search.asked.gather import Tally, Waiting, write_down
from catalog.search.asked.rules import BOXES, kept_text

DAYS = 56
#: Text, searches on a usual day, products found, and growth over the weeks (1: none).
TEXTS = (
    ("mật ong", 9, 6, 1.0), ("mat ong", 6, 6, 1.0), ("nước mắm", 8, 5, 1.1), ("chả mực", 6, 3, 1.4),
    ("quà tết", 3, 12, 3.0), ("trà", 5, 9, 1.0), ("gạo nếp cái hoa vàng", 4, 2, 0.8), ("bánh đa", 4, 3, 1.0),
    ("ocop 5 sao", 3, 7, 1.3), ("tinh dầu", 2, 3, 0.9), ("cá kho", 3, 2, 1.0), ("bưởi", 3, 2, 1.6),
)  # fmt: skip
#: Searched for in vain: other names of goods, goods that nobody sells here yet.
VAIN = (
    ("ghẹ sữa rim", 2, 0, 1.2), ("khô cá đuối", 1, 0, 1.0), ("sầu riêng sấy", 2, 0, 1.0), ("kẹo cu đơ", 1, 0, 0.7),
    ("yến sào", 2, 0, 1.5), ("mắm tép chưng thịt", 1, 0, 1.0),
)  # fmt: skip


def count_searches(today: date, dice: Random) -> None:
    """Write the counts of each day up to yesterday."""
    waiting: Waiting = {}
    for ago in range(1, DAYS + 1):
        for text, usual, found, growth in TEXTS + VAIN:
            times = round(dice.uniform(0.4, 1.6) * usual * growth ** ((DAYS - ago) / DAYS))
            kept = kept_text(text)
            if times and kept is not None:
                boxes = sum({1 << dice.randrange(BOXES) for _visitor in range(times)})
                waiting[today - ago * DAY, kept[0]] = Tally(kept[1], times, 0 if found else times, found, boxes)
    write_down(waiting)
