"""Clock work: forget old counts, and rare texts early; choose each hour what is shown as popular."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, select

from catalog.search.asked.models import SearchCount, SearchPopular
from catalog.search.asked.queries import least_visitors, list_asked, visitors
from catalog.search.asked.rules import LEAST_VISITORS
from catalog.search.service import Query, search
from core.clock import local_day
from core.db import transaction
from core.schedule import hourly, nightly

#: Days that counts are kept: the same week of last year can be looked at.
KEPT_DAYS = 400
#: Days after which a text that fewer than three visitors ever asked for is forgotten.
RARE_DAYS = 30
#: Days that popular texts are taken from, and how many are kept.
POPULAR_DAYS, POPULAR = 7, 12


@nightly
def forget_searches(today: date) -> int:
    """Delete counts older than 400 days, and those older than 30 days of texts that too few ever asked for."""
    rare = select(SearchCount.letters).group_by(SearchCount.letters).having(visitors() < LEAST_VISITORS)
    old = SearchCount.day < today - timedelta(days=KEPT_DAYS)
    old_and_rare = (SearchCount.day < today - timedelta(days=RARE_DAYS)) & SearchCount.letters.in_(rare)
    with transaction() as session:
        return cast("CursorResult[Any]", session.execute(delete(SearchCount).where(old | old_and_rare))).rowcount


@hourly
def choose_popular(at: datetime) -> int:
    """Write anew what is popular: texts of the last week that find something today; answers how many.

    Each is asked again as a visitor who has told no age, so that nothing leads to alcohol (decision 15).
    """
    today = local_day(at)
    asked = list_asked(today - timedelta(days=POPULAR_DAYS - 1), today, least=least_visitors(), most=POPULAR * 3)
    texts = [one.text for one in asked if _is_found(one.text, today)][:POPULAR]
    with transaction() as session:
        session.execute(delete(SearchPopular))
        if texts:
            session.execute(insert(SearchPopular), [{"place": n, "text": text} for n, text in enumerate(texts, 1)])
    return len(texts)


def _is_found(text: str, on: date) -> bool:
    result = search(Query(text=text), on)
    return result.total > 0 and result.did_you_mean is None and not result.hides_alcohol
