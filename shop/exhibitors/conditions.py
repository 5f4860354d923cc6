"""Conditional applications at their deadline (case F1): met when every day is covered, else over.

Bookings have the same deadline and end for themselves (`shop.fairs.booths.coverage`); here stand applications without
a booth.
"""

from datetime import date

from sqlalchemy import select

from core.accounts.actor import SYSTEM
from core.audit import record
from core.db import db, transaction
from core.events import publish
from shop.exhibitors.events import ConditionEnded
from shop.fairs import queries
from shop.fairs.applying.applications import Decision, lock_application, settle
from shop.fairs.models import Fair, FairApplication
from shop.fairs.rulebook import rules_of
from shop.fairs.rules import LIVE_APPLICATION, ApplicationState, FairState, eligible, fair_days

#: What is written to whoever missed the deadline.
TOO_LATE = "Quá hạn nộp công nhận mới; không ngày hội chợ nào còn sản phẩm được công nhận."


def settle_conditions(on: date) -> int:
    """Look at every conditional application: met ones are told so, late ones end; answers how many changed.

    An application that is covered on some days at its deadline stays, for those days. Safe to repeat, no lower bound.
    """
    query = (
        select(FairApplication.code)
        .join(Fair, Fair.id == FairApplication.fair_id)
        .where(FairApplication.renew_by.is_not(None), FairApplication.state.in_(LIVE_APPLICATION))
        .where(Fair.state.in_((FairState.OPEN, FairState.RUNNING)))
        .order_by(FairApplication.id)
    )
    return sum(_settle(code, on) for code in db.session.scalars(query).all())


def _settle(code: str, on: date) -> int:
    with transaction() as session:
        one = lock_application(code)
        fair = session.get_one(Fair, one.fair_id)
        if one.renew_by is None or one.state not in LIVE_APPLICATION:
            return 0
        days = fair_days(fair.opens_on, fair.closes_on)
        terms = queries.terms_of([shown.product_id for shown in one.products])
        covered = eligible(terms, days, rules_of(fair).stars_min)
        is_met = len(covered) == len(days)
        if not is_met and on <= one.renew_by:
            return 0
        if queries.holds_booth(one.id) and not is_met:
            return 0
        one.renew_by = None
        session.flush()
        record("application.condition_met" if is_met else "application.condition_ended", f"application:{code}", SYSTEM)
        publish(ConditionEnded(code, is_met))
        if not covered:
            _refuse(one, fair)
        return 1


def _refuse(one: FairApplication, fair: Fair) -> None:
    """Nothing to show on any day: from wherever it stands it is refused (from accepted by way of the waiting list)."""
    if one.state == ApplicationState.ACCEPTED:
        settle(one, fair, Decision(ApplicationState.WAITLISTED), SYSTEM)
    settle(one, fair, Decision(ApplicationState.REJECTED, TOO_LATE), SYSTEM)
