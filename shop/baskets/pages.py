"""Pages of gift baskets."""

from typing import Any

from flask import Response, redirect, request, session, url_for
from flask_babel import gettext as _

from core.clock import now
from core.errors import Refusal
from core.web.access import public
from core.web.forms import Form
from core.web.pages import Pages, flash, render
from shop.baskets import service, words
from shop.baskets.api import read_changes
from shop.baskets.queries import Shown, get_shown, list_open
from shop.baskets.refusals import OtherStore
from shop.baskets.rules import WITHDRAWN
from shop.baskets.schemas import TakeIn
from shop.carts.mine import find_mine, open_mine
from shop.inventory.words import amount
from shop.stores.queries import find_store

pages = Pages("baskets", __name__)


@pages.get("/gio-qua")
@public
def index() -> Response:
    """Baskets on sale now, perhaps of one store or for one occasion."""
    store = find_store(request.args.get("store", ""))
    occasion = request.args.get("dip", "")
    everything = list_open(now(), is_adult=True, store_id=store.id if store else None)
    is_adult = bool(session.get("adult"))
    shown = [one for one in everything if is_adult or not one.is_alcohol]
    occasions = [(key, label) for key, label in words.OCCASIONS.items() if any(b.basket.occasion == key for b in shown)]
    found = [one for one in shown if occasion not in words.OCCASIONS or one.basket.occasion == occasion]
    return render(
        "baskets/index.html", found=found, occasions=occasions, occasion=occasion, store=store,
        hides_alcohol=len(shown) < len(everything),
    )  # fmt: skip


@pages.get("/gio-qua/<slug>")
@public
def show(slug: str) -> Response:
    """One basket: on sale, or (410) which part is in its way and what stands in for it."""
    return _page(slug, Form(TakeIn(), {"quantity": 1}))


@pages.post("/gio-qua/<slug>")
@public
def take(slug: str) -> Response:
    """Into the cart, all parts or none."""
    form = Form(TakeIn()).read(request.form)
    if not form.ok:
        return _page(slug, form, 422)
    cart, data = open_mine(), form.data
    try:
        service.put_into_cart(
            cart.token, slug, times=data["quantity"], changes=read_changes(data["changes"]), switch=data["switch"]
        )
    except Refusal as refusal:
        return _page(slug, form.refuse(refusal), refusal.status, refusal)
    flash(_("Đã thêm giỏ quà vào giỏ hàng."))
    return redirect(url_for("carts.show"), 303)  # type: ignore[return-value]


def _page(slug: str, form: Form, status: int = 200, refusal: Refusal | None = None) -> Response:
    shown = get_shown(slug, now())
    if shown.is_alcohol and not session.get("adult"):
        return render("baskets/age.html", shown=shown)
    return render(
        "baskets/show.html", status if status != 200 or shown.is_open else 410, shown=shown, form=form,
        occasions=words.OCCASIONS, amount=amount, short=refusal.facts.get("lines", []) if refusal else [],
        elsewhere=_elsewhere(shown) if isinstance(refusal, OtherStore) or refusal is None else None,
        can_change=_can_change(shown), is_withdrawn=shown.basket.state == WITHDRAWN,
    )  # fmt: skip


def _elsewhere(shown: Shown) -> Any:
    """The other store at which the visitor's cart buys, if it does."""
    cart = find_mine()
    store_id = cart.store_id if cart else None
    return store_id if store_id is not None and store_id != shown.basket.store_id else None


def _can_change(shown: Shown) -> bool:
    """Whether something is left of it, or stands in for what is missing."""
    if shown.basket.state == WITHDRAWN or not shown.is_in_season:
        return False
    return any(part.is_fit or part.instead for part in shown.parts)
