"""The desk of gift baskets: what my stores offer, and the table on which one is composed."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.stock import my_stores
from core.accounts.actor import Scope
from core.accounts.permissions import authorize, is_allowed
from core.clock import now
from core.errors import Refusal
from core.text import fold
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.baskets import service, words
from shop.baskets.models import GiftBasket
from shop.baskets.queries import get_basket, judge, list_of_stores, with_others
from shop.baskets.refusals import BasketFull
from shop.baskets.rules import MOST_PARTS
from shop.baskets.schemas import AmountForm, BasketForm, NewBasketForm, PartForm, StepForm
from shop.baskets.service import Described
from shop.inventory.queries import Offered, list_offered, sku_names
from shop.inventory.words import amount

#: Packs shown for a search.
FOUND = 12
_SAID = ("name", "occasion", "words", "wrap_vnd", "from_on", "until_on")


@desk.get("/gio-qua")
@needs("baskets.read")
def baskets() -> Response:
    """Baskets of my stores, as they stand today."""
    page, stores = page_number(), my_stores("baskets.read")
    rows, total = list_of_stores([store.id for store in stores], page, PER_PAGE)
    return render(
        "desk/baskets.html", rows=judge(rows, now()), total=total, page=page, pages=pages_of(total),
        states=words.STATES, can_compose=bool(my_stores("baskets.compose")),
    )  # fmt: skip


@desk.get("/gio-qua/moi")
@needs("baskets.compose")
def basket_new() -> Response:
    """The form of a new basket."""
    stores = my_stores("baskets.compose")
    return _new(Form(NewBasketForm(), {"occasion": "tet", "store": stores[0].code if len(stores) == 1 else ""}))


@desk.post("/gio-qua/moi")
@needs("baskets.compose")
def basket_create() -> Response:
    """Make a draft of a store."""
    form = Form(NewBasketForm()).read(request.form)
    if not form.ok:
        return _new(form, 422)
    try:
        made = service.create(current_actor(), form.data["store"], _said(form))
    except Refusal as refusal:
        return _new(form.refuse(refusal), refusal.status)
    flash(_("Đã tạo bản nháp. Giờ chọn món cho giỏ."))
    return go("desk.basket", slug=made.slug)


@desk.get("/gio-qua/<slug>")
@needs("baskets.read")
def basket(slug: str) -> Response:
    """The table: words, parts, sums, what ends first, and packs to put in."""
    return _page(_own(slug, "baskets.read"))


@desk.post("/gio-qua/<slug>")
@needs("baskets.compose")
def basket_describe(slug: str) -> Response:
    """Say it otherwise."""
    found, form = _own(slug, "baskets.compose"), Form(BasketForm()).read(request.form)
    if not form.ok:
        return _page(found, form, 422)
    try:
        service.describe(current_actor(), slug, form.data["version"], _said(form))
    except Refusal as refusal:
        return _page(_own(slug, "baskets.compose"), form.refuse(refusal), refusal.status)
    flash(_("Đã lưu."))
    return go("desk.basket", slug=slug)


@desk.post("/gio-qua/<slug>/mon")
@needs("baskets.compose")
def basket_add(slug: str) -> Response:
    """Put one more part in."""
    found, form = _own(slug, "baskets.compose"), Form(PartForm()).read(request.form)
    if not form.ok:
        return _page(found, problem=form, status=422)
    added = [*_parts(found), (form.data["sku"], form.data["quantity"])]
    return _compose(slug, form, added)


@desk.post("/gio-qua/<slug>/mon/<int:position>")
@needs("baskets.compose")
def basket_amount(slug: str, position: int) -> Response:
    """Another quantity of a part; nothing of it takes it out."""
    found, form = _own(slug, "baskets.compose"), Form(AmountForm()).read(request.form)
    if not form.ok:
        return _page(found, problem=form, status=422)
    changed = [
        (code, form.data["quantity"] if n == position else units) for n, (code, units) in enumerate(_parts(found), 1)
    ]
    return _compose(slug, form, [(code, units) for code, units in changed if units])


@desk.post("/gio-qua/<slug>/ban")
@needs("baskets.compose")
def basket_publish(slug: str) -> Response:
    """Offer it."""
    return _step(slug, service.publish, _("Giỏ quà đã lên kệ."))


@desk.post("/gio-qua/<slug>/thoi-ban")
@needs("baskets.compose")
def basket_withdraw(slug: str) -> Response:
    """Offer it no more."""
    return _step(slug, service.withdraw, _("Đã ngừng bán giỏ quà."))


def _step(slug: str, verb: Any, done: str) -> Response:
    form = Form(StepForm()).read(request.form)
    if form.ok:
        try:
            verb(current_actor(), slug, form.data["version"])
        except Refusal as refusal:
            form.refuse(refusal)
            return _page(_own(slug, "baskets.compose"), problem=form, status=refusal.status)
        flash(done)
        return go("desk.basket", slug=slug)
    return _page(_own(slug, "baskets.compose"), problem=form, status=422)


def _compose(slug: str, form: Form, parts: list[tuple[str, int]]) -> Response:
    try:
        if len(parts) > MOST_PARTS:
            raise BasketFull(limit=MOST_PARTS)
        service.compose(current_actor(), slug, form.data["version"], parts)
    except Refusal as refusal:
        return _page(_own(slug, "baskets.compose"), problem=form.refuse(refusal), status=refusal.status)
    return go("desk.basket", slug=slug, q=request.form.get("q") or None)


def _own(slug: str, action: str) -> GiftBasket:
    """A basket of one of my stores. Raises BasketNotFound, NotFound."""
    found = get_basket(slug)
    authorize(current_actor(), action, Scope("store", found.store.code))
    return found


def _parts(found: GiftBasket) -> list[tuple[str, int]]:
    names = sku_names([part.sku_id for part in found.parts])
    return [(names[part.sku_id].code, part.quantity) for part in found.parts]


def _said(form: Form) -> Described:
    return Described(**{name: form.data[name] for name in _SAID})


def _new(form: Form, status: int = 200) -> Response:
    stores = [(store.code, store.name) for store in my_stores("baskets.compose")]
    return render("desk/basket_new.html", status, form=form, stores=stores, occasions=list(words.OCCASIONS.items()))


def _page(found: GiftBasket, form: Form | None = None, status: int = 200, problem: Form | None = None) -> Response:
    at, q = now(), asked_text("q")
    values = {name: getattr(found, name) for name in _SAID}
    can = is_allowed(current_actor(), "baskets.compose", Scope("store", found.store.code))
    return render(
        "desk/basket.html", status, shown=with_others(judge([found], at)[0], at),
        form=form or Form(BasketForm(), values), problem=problem, occasions=list(words.OCCASIONS.items()),
        states=words.STATES, amount=amount, q=q, found=_search(found, q, at) if can else [], can_compose=can,
    )  # fmt: skip


def _search(found: GiftBasket, q: str, at: Any) -> list[Offered]:
    """Packs that the store can sell now, by the words asked for."""
    wanted = fold(q).split()
    there = list_offered(found.store_id, at, is_adult=True)
    fit = [one for one in there if all(word in fold(f"{one.name} {one.label} {one.sku}") for word in wanted)]
    return fit[:FOUND]
