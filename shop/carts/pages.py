"""The cart's page and its forms, which work without any script."""

from collections.abc import Iterable
from typing import Any

from flask import Response, redirect, request, session, url_for
from flask_babel import gettext as _

from core.clock import now
from core.errors import NotFound, Refusal
from core.web.access import public
from core.web.forms import Form
from core.web.i18n import safe_path
from core.web.pages import Pages, flash, render
from shop.carts import aside, service
from shop.carts.mine import find_aside, find_mine, is_ordered, open_mine, remember_aside, take_mine
from shop.carts.models import Cart
from shop.carts.panels import panels_of
from shop.carts.queries import get_cart, quantities, view_cart, view_cart_among
from shop.carts.refusals import CartClosed, CartGone, LineGone
from shop.carts.rules import limit
from shop.carts.schemas import AddForm, AsideForm, ChangeForm, StoreForm
from shop.carts.tries import limit_tries
from shop.carts.words import tell_coupon, tell_line
from shop.coupons.refusals import CouponUnknown
from shop.coupons.schemas import CouponIn
from shop.inventory.queries import find_sku
from shop.inventory.words import amount
from shop.stores.models import Store
from shop.stores.queries import find_store, list_stores, serving

pages = Pages("carts", __name__)


@pages.errorhandler(CartClosed)
@pages.errorhandler(CartGone)
@pages.errorhandler(LineGone)
def tell_gone(refusal: Refusal) -> Response:
    """A tab of before: nothing was changed; she is led to her cart as it is now, and told why."""
    words = _("Giỏ hàng này đã đặt thành đơn, nên không sửa được nữa.") if isinstance(refusal, CartClosed) else refusal
    flash(str(words), "notice")
    return _back(None)


@pages.get("/gio-hang")
@public
def show() -> Response:
    """The visitor's cart as it stands now."""
    take_mine()
    return _page()


@pages.post("/gio-hang")
@public
def add() -> Response:
    """Put so many units of a SKU into the cart (one piece, or 500 g, unless told), and go back."""
    form = Form(AddForm()).read(request.form)
    if not form.ok:
        return _page(form, 422)
    sku = find_sku(form.data["sku"])
    if sku is None:
        raise NotFound
    quantity = form.data.get("quantity") or (1 if sku.unit == "piece" else 500)
    service.add_line(open_mine().token, sku.code, quantity)
    flash(_("Đã thêm %(name)s vào giỏ.", name=sku.name))
    return _back(form.data.get("next"))


@pages.post("/gio-hang/dong/<sku>")
@public
def change(sku: str) -> Response:
    """Want another quantity of a line."""
    form = Form(ChangeForm()).read(request.form)
    if not form.ok:
        return _page(form, 422, typed_at=sku)
    token, known = _token(), find_sku(sku)
    if known is None or known.sku_id not in quantities(get_cart(token).id):
        raise LineGone  # an old tab puts nothing into the cart of now
    service.set_line(token, sku, form.data["quantity"])
    return _back(None)


@pages.post("/gio-hang/dong/<sku>/bo")
@public
def remove(sku: str) -> Response:
    """Take a line out."""
    known = find_sku(sku)
    if known is None:
        raise NotFound
    token = _token()
    if known.sku_id not in quantities(get_cart(token).id):
        raise LineGone
    service.remove_line(token, known.sku_id)
    flash(_("Đã bỏ %(name)s khỏi giỏ.", name=known.name))
    return _back(None)


@pages.post("/gio-hang/goi-qua/<int:charge_id>/bo")
@public
def remove_charge(charge_id: int) -> Response:
    """Have no wrapping; the goods stay."""
    service.remove_charge(_token(), charge_id)
    flash(_("Đã bỏ gói quà. Hàng vẫn ở trong giỏ."))
    return _back(None)


@pages.post("/gio-hang/ma-giam-gia")
@public
def set_coupon() -> Response:
    """Let a coupon work on the cart; a wrong one comes back with what is wrong. Tries are limited."""
    token = _token()
    form = Form(CouponIn()).read(request.form)
    if not form.ok:
        return _page(form, 422, typed_at="coupon")
    limit_tries(token)
    try:
        service.set_coupon(token, form.data["code"])
    except CouponUnknown as refusal:
        form.errors["code"] = [str(refusal)]
        return _page(form, refusal.status, typed_at="coupon")
    return _back(f"{url_for('carts.show')}#ma-giam-gia")


@pages.post("/gio-hang/ma-giam-gia/bo")
@public
def remove_coupon() -> Response:
    """Have no coupon."""
    service.set_coupon(_token(), None)
    flash(_("Đã bỏ mã giảm giá."))
    return _back(None)


@pages.post("/gio-hang/gon")
@public
def tidy() -> Response:
    """Take out every line that cannot be bought now, because the visitor says so."""
    view = view_cart(get_cart(_token()), now())
    for line in view.troubled:
        service.remove_line(view.cart.token, line.sku_id)
    flash(_("Đã bỏ %(n)s dòng chưa mua được khỏi giỏ.", n=len(view.troubled)))
    return _back(None)


@pages.post("/gio-hang/de-lai")
@public
def put_aside() -> Response:
    """Leave lines for the next order: goods of another seller. Something must stay, and nothing is lost."""
    form = Form(AsideForm()).read(request.form)
    view = view_cart(get_cart(_token()), now())
    codes = set(form.data["skus"].split()) if form.ok else set[str]()
    chosen = [line for line in view.lines if line.named.code in codes]
    if chosen and len(chosen) < len(view.lines):
        waiting = find_aside()
        skus = [line.sku_id for line in chosen]
        remember_aside(aside.put_aside(view.cart.token, skus, waiting.token if waiting else None).token)
        flash(_("Đã để lại %(n)s món cho đơn sau. Đặt xong đơn này, chúng lại ở trong giỏ.", n=len(chosen)))
    return _back(None)


@pages.post("/gio-hang/lay-lai")
@public
def take_along() -> Response:
    """Put what was left for the next order back into the cart."""
    waiting = find_aside()
    if waiting is not None:
        aside.take_along(open_mine().token, waiting.token)
        remember_aside(None)
    return _back(None)


@pages.post("/gio-hang/cua-hang")
@public
def choose_store() -> Response:
    """Buy from one store where orders are fetched, or leave that open."""
    form = Form(StoreForm()).read(request.form)
    store = find_store(form.data["store"]) if form.ok and "store" in form.data else None
    service.choose_store(open_mine().token, store if store and store.has_pickup else None)
    return _back(None)


@pages.post("/gio-hang/tuoi")
@public
def confirm_adult() -> Response:
    """The visitor says that he or she is 18 or older."""
    session["adult"] = True
    service.confirm_adult(open_mine().token)
    return _back(None)


def _page(form: Form | None = None, status: int = 200, typed_at: str | None = None) -> Response:
    cart, waiting, at = find_mine(), find_aside(), now()
    every = list_stores() if cart else []
    stores = [store for store in every if store.has_pickup]
    view = view_cart_among(cart, at, serving(every), _store_of(cart, stores)) if cart else None
    coupon_form = form if form is not None and typed_at == "coupon" else Form(CouponIn())
    context: dict[str, Any] = {
        "coupon_form": coupon_form,
        "view": view, "form": form, "typed_at": typed_at, "stores": stores,
        "ready": [store for store in stores if view and store.id in view.ready_stores],
        "panels": panels_of(view, at) if view else [],
        "waiting": view_cart(waiting, at) if waiting and waiting != cart else None,
        "tell_line": tell_line, "tell_coupon": tell_coupon, "amount": amount, "limit": limit,
    }  # fmt: skip
    return render("carts/show.html", status, **context)


def _store_of(cart: Cart, stores: Iterable[Store]) -> int | None:
    """The store that the cart names, while one can fetch an order there."""
    return next((store.id for store in stores if store.id == cart.store_id), None)


def _token() -> str:
    """The cart that is to be changed. Raises CartClosed when it was ordered meanwhile, CartGone when there is none."""
    cart = take_mine()
    if cart is None:
        raise CartClosed if is_ordered() else CartGone
    return cart.token


def _back(to: str | None) -> Response:
    return redirect(safe_path(to, url_for("carts.show")), 303)  # type: ignore[return-value]
