"""A store with an open drawer, or with till sales that wait for a decision, cannot be closed."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from core.db import db
from shop.stores.closing import Hindrance, hinders
from shop.stores.models import Store
from shop.tills.models import TillException, TillShift


@hinders
def drawers(store: Store, at: datetime) -> Iterable[Hindrance]:
    """Open shifts, and exceptions that nobody has decided."""
    shifts = select(func.count()).select_from(TillShift)
    shifts = shifts.where(TillShift.store_id == store.id, TillShift.closed_at.is_(None))
    count = db.session.scalar(shifts) or 0
    yield Hindrance("shifts", count, _l("còn %(n)s ca quầy chưa đóng", n=count))
    waiting = select(func.count()).select_from(TillException)
    waiting = waiting.where(TillException.store_id == store.id, TillException.state == "waiting")
    count = db.session.scalar(waiting) or 0
    yield Hindrance("exceptions", count, _l("còn %(n)s lần bán chờ quyết định", n=count))
