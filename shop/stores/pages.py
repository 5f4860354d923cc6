"""Where the stores are, when they are open, and what each has."""

from flask import Response

from core.clock import local_day, now
from core.web.access import public
from core.web.pages import Pages, render
from shop.stores.mapping import draw
from shop.stores.queries import get_store, list_stores
from shop.stores.rules import WEEKDAYS, doors, week

pages = Pages("stores", __name__)


@pages.get("/cua-hang")
@public
def index() -> Response:
    """Every store, on a plain map and by kind and district."""
    at = now()
    stores = list_stores()
    open_now = {store.id: doors(store.hours, at) for store in stores}
    return render("stores/index.html", stores=stores, doors=open_now, map=draw(stores))


@pages.get("/cua-hang/<code>")
@public
def show(code: str) -> Response:
    """One store: where, when, and who sells there."""
    at = now()
    store = get_store(code)
    today = WEEKDAYS[local_day(at).weekday()]
    return render("stores/show.html", store=store, doors=doors(store.hours, at), week=week(store.hours), today_is=today)
