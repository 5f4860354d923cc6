"""A store to which goods are under way, or whose own are, cannot be closed."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from core.db import db
from shop.stores.closing import Hindrance, hinders
from shop.stores.models import Store
from shop.transfers.models import Transfer
from shop.transfers.rules import OPEN


@hinders
def transfers(store: Store, at: datetime) -> Iterable[Hindrance]:
    """Transfers from here or to here that have not ended, drafts included."""
    either = or_(Transfer.from_store_id == store.id, Transfer.to_store_id == store.id)
    query = select(func.count()).select_from(Transfer).where(either, Transfer.state.in_(OPEN))
    count = db.session.scalar(query) or 0
    yield Hindrance("transfers", count, _l("còn %(n)s phiếu chuyển chưa xong", n=count))
