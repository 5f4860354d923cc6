"""Where the stores are, when they are open, and what each has."""

from flask import Response
from flask_babel import gettext as _

from core.clock import local_day, now
from core.web.access import public
from core.web.head import head_of
from core.web.pages import Pages, render
from shop.stores.linked import store_data
from shop.stores.mapping import draw
from shop.stores.opening import hours_words
from shop.stores.queries import get_store, list_stores
from shop.stores.rules import WEEKDAYS, doors, week

pages = Pages("stores", __name__)


@pages.get("/cua-hang")
@public
def index() -> Response:
    """Every store, on a plain map and by kind and district."""
    at = now()
    stores = list_stores()
    open_now = {store.id: doors(store.calendar, at) for store in stores}
    text = _("Địa chỉ và giờ mở cửa các cửa hàng OCOP Mart.")
    head = head_of("stores.index", {}, _("Cửa hàng OCOP Mart"), text)
    return render("stores/index.html", head=head, stores=stores, doors=open_now, map=draw(stores))


@pages.get("/cua-hang/<code>")
@public
def show(code: str) -> Response:
    """One store: where, when, and who sells there."""
    at = now()
    store = get_store(code)
    today = WEEKDAYS[local_day(at).weekday()]
    where = f"{store.address}, {store.area.name}"
    head = head_of("stores.show", {"code": code}, store.name, f"{store.name}, {where}", data=[store_data(store)])
    return render(
        "stores/show.html",
        head=head,
        store=store,
        doors=doors(store.calendar, at),
        week=week(store.hours),
        today_is=today,
        special=store.calendar.coming(local_day(at)),
        hours_words=hours_words,
    )
