"""A store with parcels to pack, to hand out or to take back cannot be closed."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l

from shop.orders.queue import count_queues
from shop.stores.closing import Hindrance, hinders
from shop.stores.models import Store


@hinders
def parcels(store: Store, at: datetime) -> Iterable[Hindrance]:
    """Parcels that the store still has something to do about, or waits for."""
    count = sum(count_queues([store.id]).values())
    yield Hindrance("parcels", count, _l("còn %(n)s kiện hàng chưa xong", n=count))
