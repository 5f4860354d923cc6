"""Pages of waiting: ask, confirm, withdraw. The answer to asking never tells who waits already."""

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from catalog.listings.queries import find_by_product
from catalog.listings.refusals import ListingNotFound
from catalog.products.models import Product
from catalog.products.queries import find_product
from core.accounts.queries import get_user
from core.clock import now
from core.db import db
from core.errors import Refusal
from core.masks import masked
from core.web.access import current_actor, public
from core.web.forms import Form
from core.web.pages import Pages, flash, render
from shop.stores.queries import list_stores
from shop.waiting import service
from shop.waiting.links import code_of
from shop.waiting.models import Wait
from shop.waiting.refusals import WaitOver
from shop.waiting.rules import OPEN, UNCONFIRMED
from shop.waiting.schemas import WaitIn

pages = Pages("waiting", __name__)


@pages.get("/bao-toi")
@public
def new() -> Response:
    """The form on a page of its own; ``?sp=`` names the product."""
    return _form(Form(WaitIn(), {"product": request.args.get("sp", "")}))


@pages.post("/bao-toi")
@public
def ask() -> Response:
    """Take the wish; the same page follows whether or not it was asked before."""
    form = Form(WaitIn()).read(request.form)
    if not form.ok:
        return _form(form, 422)
    given = {name: value for name, value in form.data.items() if name != "consent"}
    try:
        service.ask(current_actor(), **given)
    except Refusal as refusal:
        if isinstance(refusal, ListingNotFound):
            raise
        return _form(form.refuse(refusal), refusal.status)
    return redirect(url_for("waiting.asked", sp=_product(form.data["product"]).slug), 303)  # type: ignore[return-value]


@pages.get("/bao-toi/da-nhan")
@public
def asked() -> Response:
    """What happens now, in the same words for everybody."""
    return render("waiting/asked.html", product=_product(request.args.get("sp", "")))


@pages.get("/bao-toi/<key>")
@public
def show(key: str) -> Response:
    """A wish, by the secret address in its mail: confirm it, or withdraw it."""
    wait = db.session.query(Wait).filter_by(code=code_of(key)).first()
    is_open = wait is not None and wait.state in OPEN and wait.expires_at > now()
    product = db.session.get(Product, wait.product_id) if wait else None
    return _private(render(
        "waiting/show.html", 200 if is_open else 410, key=key, product=product, is_open=is_open,
        asks=is_open and wait is not None and wait.state == UNCONFIRMED,
        contact=masked(wait.contact) if wait and wait.contact else "", until=wait.expires_at if wait else None,
    ))  # fmt: skip


@pages.post("/bao-toi/<key>/xac-nhan")
@public
def confirm(key: str) -> Response:
    """It was she."""
    try:
        service.confirm(key)
    except WaitOver:
        return _to(key)
    flash(_("Đã xác nhận. Chúng tôi báo bạn một lần khi mua lại được."))
    return _to(key)


@pages.post("/bao-toi/<key>/thoi")
@public
def withdraw(key: str) -> Response:
    """One press: no more waiting, and the contact is erased."""
    service.withdraw(key)
    flash(_("Đã thôi chờ và xóa liên lạc của bạn."))
    return _to(key)


def own_contact() -> str:
    """The contact of whoever is signed in, masked; '' for a visitor. For `waiting/_ask.html`."""
    user_id = current_actor().user_id
    return masked(get_user(user_id).contact) if user_id is not None else ""


def _product(text: str) -> Product:
    found = find_product(text) if text else None
    listing = find_by_product(found.id) if found else None
    if found is None or listing is None or listing.published_at is None:
        raise ListingNotFound
    return found


def _form(form: Form, status: int = 200) -> Response:
    product = _product(str(form.values.get("product", "")))
    listing = find_by_product(product.id)
    packs = [(one.code, one.label) for one in listing.skus if one.is_active] if listing else []
    stores = [(store.code, store.name) for store in list_stores()]
    return render("waiting/ask.html", status, product=product, form=form, packs=packs, stores=stores)


def _to(key: str) -> Response:
    return redirect(url_for("waiting.show", key=key), 303)  # type: ignore[return-value]


def _private(answer: Response) -> Response:
    """The address is a key: it must not travel to any other page."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
