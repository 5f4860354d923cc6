"""Pages of reviews: all of a product, the buyer's own, and the door for reports."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from catalog.listings.queries import cards, find_by_product
from catalog.listings.refusals import ListingNotFound
from catalog.products.models import Product
from catalog.products.queries import find_moved, find_product
from core.clock import now, today
from core.errors import Refusal
from core.web.access import current_actor, public
from core.web.forms import Form
from core.web.pages import Pages, flash, render
from shop.orders.models import Order
from shop.orders.queries import get_order, is_buyer
from shop.orders.refusals import OrderNotFound
from shop.orders.rules import WITH_BUYER
from shop.reviews import service, words
from shop.reviews.models import Review
from shop.reviews.queries import bought, get_shown, list_shown, ratings
from shop.reviews.queries import of_order as reviews_of
from shop.reviews.refusals import NotBought, NotDelivered
from shop.reviews.rules import HIDDEN, NO_RATING, SORTS, WITHDRAWN, is_editable, shown_name
from shop.reviews.schemas import ReportIn, ReviewForm, TokenForm

pages = Pages("reviews", __name__)

PER_PAGE = 20


@pages.get("/san-pham/<slug>/danh-gia")
@public
def of_product(slug: str) -> Response:
    """Everything that buyers say of a product, for sale now or not."""
    product = find_product(slug) or find_moved(slug)
    listing = find_by_product(product.id) if product else None
    if product is None or listing is None or listing.published_at is None:
        raise ListingNotFound
    if product.slug != slug:
        return redirect(url_for("reviews.of_product", slug=product.slug), 301)  # type: ignore[return-value]
    rating = ratings([product.id]).get(product.id, NO_RATING)
    sort = request.args.get("sort", "")
    sort = sort if sort in SORTS else SORTS[0]
    page = _page_number(rating.count)
    return render(
        "reviews/product.html", product=product, rating=rating, said=list_shown(product.id, sort, page, PER_PAGE),
        sort=sort, page=page, pages=-(-rating.count // PER_PAGE), is_open=bool(cards([listing.id], today())),
    )  # fmt: skip


@pages.get("/don-hang/<number>/danh-gia")
@public
def of_order(number: str) -> Response:
    """The products of an order with what its buyer has said of each."""
    order, token = _own(number)
    products = bought(order)
    if len(products) == 1 and order.state in WITH_BUYER:
        return _private(_to("reviews.write", number, token, code=products[0].code))
    written = reviews_of(order.id)
    return _private(render("reviews/order.html", order=order, token=token, products=products, written=written))


@pages.get("/don-hang/<number>/danh-gia/<code>")
@public
def write(number: str, code: str) -> Response:
    """The form for one product, or what became of the review."""
    order, token = _own(number)
    product, review = _bought(order, code)
    values = {"marks": "", "naming": "initials"} if review is None else _values(review)
    return _form(order, product, review, Form(ReviewForm(), values), token)


@pages.post("/don-hang/<number>/danh-gia/<code>")
@public
def save(number: str, code: str) -> Response:
    """Write it, or change it."""
    form = Form(ReviewForm()).read(request.form)
    order, token = _own(number, form.values.get("token") or None)
    product, review = _bought(order, code)
    if not form.ok:
        return _form(order, product, review, form, token, 422)
    given = {name: form.data[name] for name in ("marks", "words", "naming")}
    try:
        if review is None:
            saved = service.write(current_actor(), number, token, product=product.code, **given)
        else:
            saved = service.edit(current_actor(), review.code, token, version=form.data.get("version", 0), **given)
    except Refusal as refusal:
        return _form(order, product, review, form.refuse(refusal), token, refusal.status)
    waits = saved.state == "held"
    flash(_("Cảm ơn bạn. Đánh giá sẽ hiện sau khi có người đọc.") if waits else _("Cảm ơn bạn. Đánh giá đã hiện."))
    return _to("reviews.of_order" if len(bought(order)) > 1 else "reviews.write", number, token, code=code)


@pages.post("/don-hang/<number>/danh-gia/<code>/rut")
@public
def withdraw(number: str, code: str) -> Response:
    """Take it back: words and name are erased."""
    order, token = _own(number, request.form.get("token") or None)
    _product, review = _bought(order, code)
    if review is not None:
        service.withdraw(current_actor(), review.code, token)
        flash(_("Đã rút đánh giá. Lời và tên của bạn đã được xóa."))
    return _to("reviews.write", number, token, code=code)


@pages.get("/don-hang/<number>/thoi-moi")
@public
def stop(number: str) -> Response:
    """The end of an invitation's mail: one press, and no more of them."""
    _order, token = _own(number)
    return _private(render("reviews/stop.html", number=number, token=token))


@pages.post("/don-hang/<number>/thoi-moi")
@public
def stopped(number: str) -> Response:
    """No more invitations to this address."""
    form = Form(TokenForm()).read(request.form)
    service.silence(current_actor(), number, form.data.get("token"))
    flash(_("Bạn sẽ không nhận lời mời đánh giá nào nữa."))
    return _to("orders.show", number, form.data.get("token"))


@pages.get("/danh-gia/<code>/bao")
@public
def report(code: str) -> Response:
    """The form to tell that a review breaks the law."""
    return _report(code, Form(ReportIn()))


@pages.post("/danh-gia/<code>/bao")
@public
def send_report(code: str) -> Response:
    """Take the report."""
    form = Form(ReportIn()).read(request.form)
    if not form.ok:
        return _report(code, form, 422)
    slug = get_shown(code).product.slug
    try:
        service.report(code, **form.data)
    except Refusal as refusal:
        return _report(code, form.refuse(refusal), refusal.status)
    flash(_("Cảm ơn bạn. Sẽ có người xem lại đánh giá này."))
    return redirect(url_for("reviews.of_product", slug=slug), 303)  # type: ignore[return-value]


def _own(number: str, token: str | None = None) -> tuple[Order, str | None]:
    """The caller's own order, and the secret it was opened with. Raises OrderNotFound for anybody else."""
    token = token or request.args.get("token")
    order = get_order(number)
    if not is_buyer(order, token, current_actor()):
        raise OrderNotFound
    return order, token


def _bought(order: Order, code: str) -> tuple[Product, Review | None]:
    product = next((one for one in bought(order) if one.code == code), None)
    if product is None:
        raise NotBought
    return product, reviews_of(order.id).get(product.id)


def _values(review: Review) -> dict[str, Any]:
    return {"marks": review.marks, "words": review.words, "naming": review.naming, "version": review.version}


def _form(
    order: Order, product: Product, review: Review | None, form: Form, token: str | None, status: int = 200
) -> Response:
    if order.state not in WITH_BUYER and review is None:
        raise NotDelivered(state=order.state)
    editable = review is None or is_editable(review.written_at, review.state, now())
    namings = [(key, _naming(key, str(label), order.contact_name)) for key, label in words.NAMINGS.items()]
    return _private(render(
        "reviews/write.html", status, order=order, product=product, review=review, form=form, token=token,
        editable=editable, namings=namings, marks=[(str(n), str(text)) for n, text in words.MARKS.items()],
        version=form.values.get("version"), hidden_state=HIDDEN, withdrawn_state=WITHDRAWN,
    ))  # fmt: skip


def _naming(naming: str, label: str, name: str) -> str:
    shown = shown_name(naming, name)
    return f"{label}: {shown}" if shown else label


def _report(code: str, form: Form, status: int = 200) -> Response:
    grounds = list(words.GROUNDS.items())
    return render("reviews/report.html", status, said=get_shown(code), form=form, grounds=grounds)


def _page_number(count: int) -> int:
    text = request.args.get("page", "1")
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    return max(1, min(asked, -(-count // PER_PAGE)))


def _to(endpoint: str, number: str, token: str | None, **values: Any) -> Response:
    return redirect(url_for(endpoint, number=number, token=token, **values), 303)  # type: ignore[return-value]


def _private(answer: Response) -> Response:
    """The address carries the guest's key: it must not travel to any other page."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
