"""What people search for: most asked, asked in vain, and the trend against the period before."""

from datetime import timedelta

from flask import Response

from admin.desk import asked_text, desk
from catalog.search.asked.jobs import KEPT_DAYS, RARE_DAYS
from catalog.search.asked.queries import by_day, least_visitors, list_asked, sums
from catalog.search.asked.rules import change_of
from core.clock import today
from core.web.access import needs
from core.web.pages import render

#: Days of the periods to choose from, and rows of each table.
PERIODS = (7, 28, 90, 365)
MOST = 25


@desk.get("/tim-kiem")
@needs("searches.read")
def searches() -> Response:
    """The searches of a period, today included."""
    asked = asked_text("ky")
    days = int(asked) if asked in map(str, PERIODS) else PERIODS[1]
    until, least = today(), least_visitors()
    since = until - timedelta(days=days - 1)
    whole = sums(since, until, least=least)
    before = sums(since - timedelta(days=days), since - timedelta(days=1), least=least)
    return render(
        "desk/searches.html", days=days, periods=PERIODS, since=since, until=until, sums=whole,
        change=change_of(whole.times, before.times), misses_before=before.misses, by_day=by_day(since, until),
        top=list_asked(since, until, least=least, most=MOST), least=least, kept=KEPT_DAYS, rare=RARE_DAYS,
        vain=list_asked(since, until, only_misses=True, least=least, most=MOST),
    )  # fmt: skip
