"""The receipt's page for whoever holds its link, and one's own PIN."""

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from core.errors import Forbidden, NotFound, Refusal
from core.web.access import current_actor, needs, public
from core.web.forms import Form
from core.web.pages import Pages, flash, render
from shop.inventory.words import amount
from shop.tills.desk_schemas import PinIn
from shop.tills.papers import papers_of
from shop.tills.pins import has_pin, set_pin
from shop.tills.receipts import find_by_token, read_receipt
from shop.tills.words import WAYS

pages = Pages("tills", __name__)


@pages.get("/bien-lai/<token>")
@public
def receipt(token: str) -> Response:
    """What was bought at a till, by the secret link on its receipt. Raises NotFound."""
    sale = find_by_token(token)
    if sale is None:
        raise NotFound
    shown = render("tills/receipt.html", r=read_receipt(sale), ways=WAYS, amount=amount, papers=papers_of(sale))
    shown.headers["X-Robots-Tag"] = "noindex"
    shown.headers["Referrer-Policy"] = "no-referrer"
    return shown


@pages.get("/tai-khoan/ma-pin")
@needs("till.sell")
def pin() -> Response:
    """The form of one's own PIN. Whoever is signed in by PIN cannot change it."""
    return _pin(Form(PinIn()))


@pages.post("/tai-khoan/ma-pin")
@needs("till.sell")
def set_own_pin() -> Response:
    """Set it."""
    form = Form(PinIn()).read(request.form)
    if form.ok and form.data["pin"] != form.data["again"]:
        form.errors["again"] = [_("Hai lần gõ không giống nhau.")]
    if not form.ok:
        return _pin(form, 422)
    _refuse_narrow()
    try:
        set_pin(current_actor(), form.data["pin"])
    except Refusal as refusal:
        return _pin(form.refuse(refusal), refusal.status)
    flash(_("Đã đặt mã PIN. Dùng mã này ở quầy thu ngân."))
    return redirect(url_for("accounts.home"), 303)  # type: ignore[return-value]


def _pin(form: Form, status: int = 200) -> Response:
    _refuse_narrow()
    for name in ("pin", "again"):
        form.values.pop(name, None)
    return render("tills/pin.html", status, form=form, has=has_pin(current_actor().user_id or 0))


def _refuse_narrow() -> None:
    if current_actor().is_narrow_session:
        raise Forbidden
