"""The buyer's pages beside her order: all orders of her account, and who comes for the goods."""

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from core.errors import Refusal
from core.web.access import current_actor, public, signed_in
from core.web.forms import Form
from core.web.pages import flash, render
from shop.orders.collecting import name_collector
from shop.orders.life_schemas import CollectorForm
from shop.orders.pages import page_of, pages
from shop.orders.queries import get_visible, list_mine
from shop.orders.words import STATES, state_words

PER_PAGE = 20


@pages.get("/tai-khoan/don-hang")
@signed_in
def mine() -> Response:
    """Every order of the signed-in account, newest first."""
    text = request.args.get("page", "1")
    page = max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
    rows, total = list_mine(current_actor().user_id, (), page, PER_PAGE)
    return render(
        "orders/mine.html", rows=rows, total=total, page=page, pages=-(-total // PER_PAGE), states=STATES,
        state_words=state_words,
    )  # fmt: skip


@pages.post("/don-hang/<number>/nguoi-lay")
@public
def collector(number: str) -> Response:
    """Somebody else comes for the goods, or the buyer herself after all."""
    form = Form(CollectorForm()).read(request.form)
    token = request.form.get("token")
    order = get_visible(number, token, current_actor())
    if not form.ok:
        return page_of(order, token, status=422, collector=form)
    try:
        name_collector(number, token, current_actor(), form.data.get("name"), form.data.get("phone"))
    except Refusal as refusal:
        return page_of(order, token, str(refusal), refusal.status)
    flash(_("Đã ghi người đến lấy.") if form.data.get("name") else _("Đã ghi: bạn tự đến lấy."))
    return redirect(url_for("orders.show", number=number, token=token), 303)  # type: ignore[return-value]
