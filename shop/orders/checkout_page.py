"""The page /thanh-toan: who, how and how much on one page; what was typed comes back with what is wrong."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from catalog.areas.models import Area
from catalog.areas.queries import find_by_any_name, list_communes, list_provinces
from catalog.products.sets import SERVICE
from core.accounts.queries import get_user
from core.clock import now, today
from core.errors import Invalid, NotFound, Refusal
from core.money import dong
from core.web.access import current_actor, public
from core.web.forms import Form
from core.web.i18n import keep_language, safe_path
from core.web.pages import render
from core.web.security import gives_back
from shop.cards.links import start_path
from shop.carts.mine import find_mine
from shop.carts.models import Cart
from shop.carts.queries import CartView, Line, find_cart, view_cart, view_cart_among
from shop.carts.words import tell_coupon, tell_line
from shop.delivery.queries import rates_on
from shop.inventory.words import amount
from shop.orders import kept
from shop.orders.asked import Checkout, Contact, Fulfilment, InvoiceWish
from shop.orders.asking import CheckoutForm, QuoteForm
from shop.orders.basket import Basket
from shop.orders.checkout import place_order, quote
from shop.orders.pages import pages
from shop.orders.queries import find_by_cart
from shop.orders.refusals import AdultsOnly, PriceChanged
from shop.orders.routing import WHOLE_PROVINCES, Route, served_wraps
from shop.orders.rules import RETURN_DAYS, reference_of
from shop.orders.words import CHARGES, PROVIDERS
from shop.payments.providers.port import Payee, is_cash, offered
from shop.payments.queries import get_payment
from shop.stores.models import Store
from shop.stores.queries import find_store_by_id, list_stores, serving
from shop.taxes.queries import vat_of_offers
from shop.taxes.rules import Part, RateSum, sums_by_rate

#: Stands for any seller with an account, to ask which ways to pay are set up at all.
_ANYBODY = Payee(0, "", "970436", "0")
#: The province that the form proposes: Hải Phòng, where the marts stand.
HOME = "31"
#: What a buyer says anew each time.
_CONSENTS = ("marketing", "adult")


@pages.get("/thanh-toan")
@public
def checkout() -> Response:
    """The form, filled with what we know of the buyer; a cart that is already ordered leads to its order."""
    cart = find_mine()
    if cart is None:
        kept.forget()
        return render("orders/checkout.html", view=None)
    return _page(cart, Form(CheckoutForm(), _known(cart) | kept.recall(cart)))


def _too_old(refusal: Refusal) -> Response:
    """The form back after its session was lost, with what was typed and a token that works. No consent is ticked."""
    cart = find_cart(request.form.get("cart", ""))
    if cart is None:
        raise refusal
    typed = {name: text for name, text in request.form.items() if name not in _CONSENTS}
    form = Form(CheckoutForm(), typed)
    form.problem = _("Phiên làm việc đã cũ. Hãy xem lại rồi bấm đặt hàng lần nữa.")
    return _page(cart, form, refusal.status)


@pages.post("/thanh-toan")
@public
@gives_back(_too_old)
def place() -> Response:
    """Order. Sent twice it is one order; refused, the form comes back with everything that was typed.

    Buttons that lead elsewhere (the cart, the other language) keep what was typed and order nothing.
    """
    cart = find_cart(request.form.get("cart", ""))
    if cart is None:
        raise NotFound
    form = Form(CheckoutForm()).read(request.form)
    if cart.closed_at is None:
        kept.keep(form.values, cart)
    if to := _leads_to():
        return redirect(to, 303)  # type: ignore[return-value]
    if "find" in request.form:  # without scripts: look the commune up by its name, and give everything back
        return _page(cart, Form(CheckoutForm(), form.values))
    if not form.ok:
        return _page(cart, form, 422)
    if _needs_age(cart) and "adult" not in form.data:
        form.errors["adult"] = [str(AdultsOnly.text)]
        return _page(cart, form, 422)
    try:
        order = place_order(_asked(form.data), current_actor())
    except Refusal as refusal:
        return _page(cart, _refuse(form, refusal), refusal.status, refusal.facts.get("lines"))
    kept.forget_order(find_mine())
    to_pay = start_path(get_payment(reference_of(order.number)))
    shown = url_for("orders.show", number=order.number, token=order.token)
    return redirect(to_pay or shown, 303)  # type: ignore[return-value]


@pages.get("/thanh-toan/tong")
@public
def total() -> Response:
    """The piece of the page with communes, and the one with the sum, for what was just chosen."""
    cart = find_mine()
    if cart is None:
        raise NotFound
    form = Form(QuoteForm()).read(request.args)
    is_other = _sought_by(form) != form.values.get("sought", "")
    return render("orders/_sum.html", fragment=True, has_other_communes=is_other, **_context(cart, form))


def _leads_to() -> str | None:
    """Where a button of the form leads that orders nothing; None for the others."""
    if "language" in request.form:
        keep_language(request.form["language"])
        return url_for("orders.checkout")
    return safe_path(request.form["to"], url_for("carts.show")) if "to" in request.form else None


def _sought_by(form: Form) -> str:
    """What the list of communes on the page depends on: only another one of these replaces it under her hands."""
    return f"{form.values.get('province') or HOME}|{form.values.get('place') or ''}"


def _needs_age(cart: Cart) -> bool:
    """Whether the cart holds wine or spirits: each order says anew that its buyer is of age."""
    return any(line.offer is not None and line.offer.is_alcohol for line in view_cart(cart, now()).lines)


def _page(cart: Cart, form: Form, status: int = 200, refused: list[dict[str, Any]] | None = None) -> Response:
    earlier = find_by_cart(cart.id)
    if earlier is not None:
        kept.forget_order(find_mine())
        return redirect(url_for("orders.show", number=earlier.number, token=earlier.token), 303)  # type: ignore[return-value]
    context = _context(cart, form)
    told = {line.named.name for line, _words in context["troubled"]}  # said with what is left, and where else it is
    names = {str(line["name"]) for line in refused or []} - told
    return render("orders/checkout.html", status, refused=sorted(names), **context)


def _context(cart: Cart, form: Form) -> dict[str, Any]:
    stores = list_stores()
    view = view_cart_among(cart, now(), serving(stores), _chosen(form, stores))
    is_services = all(line.offer is not None and line.offer.set_no == SERVICE for line in view.lines)
    if is_services:
        form.values["method"] = "pickup"  # the one way that is offered
    communes = _communes(form)
    basket, route, obstacle = _quote(cart, form)
    return {
        "view": view, "form": form, "basket": basket, "route": route, "obstacle": obstacle,
        "stores": _stores(view, stores),
        "troubled": [(line, tell_line(line, stores)) for line in _troubled(view, route)],
        "methods": _methods(is_services),
        "provinces": _named(list_provinces(today())), "communes": communes,
        "providers": _providers(view, is_services), "charge_words": CHARGES, "amount": amount,
        "vat": _vat(basket, route) if basket and route else None, "return_days": RETURN_DAYS,
        "has_alcohol": any(line.offer is not None and line.offer.is_alcohol for line in view.lines),
        "kept": [line.named.name for line in view.sound if line.offer and line.offer.is_pickup_only],
        "sought_by": _sought_by(form), "unserved": _unserved(basket, route),
        "tell_coupon": tell_coupon,
    }  # fmt: skip


def _vat(basket: Basket, route: Route) -> list[RateSum]:
    """The VAT within the sum, by rate: what the invoice will say, the buyer's own tax code aside."""
    vats = vat_of_offers(basket.offers, route.seller, today(), to_business=False)
    parts = [
        Part(basket.cost(line) - share, vats[line.sku_id].stored_bp, vats[line.sku_id].kind)
        for line, share in zip(basket.lines, basket.shares, strict=True)
    ]
    parts += [Part(one.amount_vnd, one.vat.stored_bp, one.vat.kind) for one in basket.charges if one.amount_vnd]
    return sums_by_rate(parts)


def _methods(is_services: bool) -> list[dict[str, str]]:
    """The ways to get it: services are vouchers, and nothing is sent."""
    if is_services:
        hint = _("Phiếu hiện ở trang đơn khi đã trả tiền.")
        return [{"value": "pickup", "label": _("Phiếu dịch vụ, không gửi hàng"), "hint": hint}]
    rates, hint = rates_on(today()), _("Phí theo nơi nhận và cân nặng.")
    if rates and rates.free_from_vnd:
        free_from = dong(rates.free_from_vnd)
        hint = _("Phí theo nơi nhận và cân nặng; miễn phí từ %(sum)s tiền hàng.", sum=free_from)
    return [
        {"value": "pickup", "label": _("Đến cửa hàng lấy"), "hint": _("Giữ tại quầy 5 ngày, không mất phí.")},
        {"value": "delivery", "label": _("Giao tận nơi"), "hint": hint},
    ]


def _unserved(basket: Basket | None, route: Route | None) -> list[str]:
    """Baskets that nobody wraps on this way."""
    if basket is None or route is None:
        return []
    served = {wrap.id for wrap in served_wraps(basket, route)}
    return [wrap.label for wrap in basket.wraps if wrap.id not in served]


def _known(cart: Cart) -> dict[str, Any]:
    """What the form begins with: the account's name and contacts, the cart's store where one can fetch an order.

    No consent is ticked.
    """
    store = find_store_by_id(cart.store_id) if cart.store_id else None
    code = store.code if store and store.has_pickup else ""
    known: dict[str, Any] = {"method": "pickup", "store": code, "province": HOME}
    user_id = current_actor().user_id
    if user_id is not None:
        user = get_user(user_id)
        known |= {"name": user.name, "phone": user.phone or "", "email": user.email or ""}
    return known


def _quote(cart: Cart, form: Form) -> tuple[Basket | None, Route | None, str | None]:
    """What it would cost with the way chosen so far, or why that cannot be said yet."""
    values = form.values
    method, store = values.get("method") or "pickup", values.get("store") or None
    if method == "pickup" and store is None:
        return None, None, None  # the cart's own store binds nobody who has not chosen it here
    # As `_asked`: the store in the list, which a delivery hides, says nothing of who sends.
    wanted = Fulfilment(method, store if method == "pickup" else None, None, values.get("area") or None)
    try:
        basket, route = quote(cart.token, wanted)
    except Invalid:
        return None, None, None  # nothing chosen yet: the goods alone are shown
    except Refusal as refusal:
        return None, None, str(refusal)
    return basket, route, None


def _chosen(form: Form, stores: Sequence[Store]) -> int | None:
    """The id of the store where she means to fetch it; None while none is chosen, and for a delivery."""
    if form.values.get("method") == "delivery":
        return None
    return next((one.id for one in stores if one.has_pickup and one.code == form.values.get("store")), None)


def _troubled(view: CartView, route: Route | None) -> list[Line]:
    """Lines that cannot be bought the way that is chosen; what stores send together, the route has counted."""
    is_sent = route is not None and route.area is not None
    return [one for one in view.troubled if not (is_sent and one.problem and one.problem.code == "stock.short")]


def _stores(view: CartView, stores: Sequence[Store]) -> list[tuple[str, str]]:
    """Stores where one can fetch it, those with everything first."""
    ready = set(view.ready_stores)
    handing = sorted((one for one in stores if one.has_pickup), key=lambda store: store.id not in ready)
    return [(store.code, _store_words(store, store.id in ready)) for store in handing]


def _store_words(store: Store, is_ready: bool) -> str:
    return _("%(store)s (đủ hàng)", store=store.name) if is_ready else _("%(store)s (chưa đủ hàng)", store=store.name)


def _communes(form: Form) -> list[tuple[str, str]]:
    """The communes of the chosen province, those first that bear or once bore the name looked for; one alone is chosen.

    Where we do not know them all, also "another one".
    """
    province = form.values.get("province") or HOME
    if province not in {one.code for one in list_provinces(today())}:
        return []
    known = _named(list_communes(province, today()))
    if place := form.values.get("place"):
        known = _sought(form, known, [one.code for one in find_by_any_name(place, province, today())])
    if province not in WHOLE_PROVINCES:
        known = [*known, (province, _("Xã, phường khác (ghi ở dòng dưới)"))]
    if form.values.get("area") not in [code for code, _name in known]:
        form.values["area"] = ""  # another province was chosen
    return known


def _sought(form: Form, known: list[tuple[str, str]], found: Collection[str]) -> list[tuple[str, str]]:
    """Only the communes found by the name, and what to say when there are none."""
    if not found:
        form.errors.setdefault("place", [_("Không tìm thấy tên này trong tỉnh đã chọn. Hãy chọn ở danh sách.")])
        return known
    if len(found) == 1:
        form.values["area"] = next(iter(found))
    return [one for one in known if one[0] in found]


def _named(areas: Sequence[Area]) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in areas]


def _providers(view: CartView, is_services: bool) -> list[dict[str, Any]]:
    """Ways to pay; wine and spirits take no cash (Law 44/2019). Cards where they are set up; nobody takes cash at a
    door to which nothing is sent.
    """
    has_alcohol = any(line.offer is not None and line.offer.is_alcohol for line in view.lines)
    cashless = _("Rượu chỉ bán không dùng tiền mặt.") if has_alcohol else None
    hints = {
        "at_store": _("Tiền mặt hoặc chuyển khoản tại quầy khi đến lấy."),
        "cod": _("Trả cho người giao khi nhận hàng."),
        "vietqr": _("Quét mã bằng ứng dụng ngân hàng; giữ hàng 24 giờ."),
        "stripe": _("Visa, Mastercard, JCB. Bạn trả ở trang của nhà cung cấp thẻ; giữ hàng 30 phút."),
    }
    known = {one.name for one in offered(_ANYBODY)} | {"vietqr"}
    return [
        {
            "value": name, "label": str(PROVIDERS[name]), "disabled": bool(cashless) and is_cash(name),
            "hint": cashless if cashless and is_cash(name) else hint,
        }
        for name, hint in hints.items()
        if name in known and not (is_services and name == "cod")
    ]  # fmt: skip


def _asked(data: dict[str, Any]) -> Checkout:
    wanted = Fulfilment(data["method"], data.get("store"), data.get("address"), data.get("area"), data.get("note"))
    if wanted.method == "delivery":
        wanted = replace(wanted, store=None)
    return Checkout(
        cart=data["cart"],
        contact=Contact(data["name"], data["phone"], data.get("email")),
        fulfilment=wanted,
        provider=data["provider"],
        expected_total=data["expected_total"],
        locale=str(get_locale()),
        is_adult=bool(data.get("adult")),
        consents=("marketing",) if data.get("marketing") else (),
        invoice=_invoice(data),
    )


def _invoice(data: dict[str, Any]) -> InvoiceWish | None:
    if not data.get("invoice"):
        return None
    return InvoiceWish(data["company"], data["invoice_address"], data["invoice_email"], data.get("tax_code"))


def _refuse(form: Form, refusal: Refusal) -> Form:
    """The refusal at its field where it has one, in words with both sums when the price moved."""
    if isinstance(refusal, PriceChanged):
        form.problem = _(
            "Tổng tiền nay là %(now)s, trước đó bạn thấy %(before)s. Nếu đồng ý, hãy bấm đặt hàng lần nữa.",
            now=dong(refusal.facts["total"]), before=dong(refusal.facts["expected"]),
        )  # fmt: skip
        return form
    if isinstance(refusal, AdultsOnly):
        form.errors["adult"] = [str(refusal)]
        return form
    if isinstance(refusal, Invalid):
        return form.refuse(Invalid(_leaves(refusal.facts["errors"])))
    return form.refuse(refusal)


def _leaves(errors: dict[str, Any]) -> dict[str, Any]:
    """Errors of nested fields by the name of the innermost field, as a flat form has them."""
    flat: dict[str, Any] = {}
    for name, found in errors.items():
        flat |= _leaves(found) if isinstance(found, dict) else {name: found}
    return flat
