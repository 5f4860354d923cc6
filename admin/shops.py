"""The desk of stores: which there are and which districts lack one, opening, settings, position, closing."""

from typing import Any

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _

from admin import shop_forms
from admin.desk import desk, go
from admin.shop_forms import DAYS, NewShopForm, ShopForm, WholeShopForm
from catalog.areas.queries import list_communes
from core.accounts.actor import Scope
from core.accounts.permissions import authorize, is_allowed
from core.clock import today
from core.db import transaction
from core.errors import AlreadySent, EditConflict, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.fairs.queries import list_all as list_fairs
from shop.stores import districts
from shop.stores.api import columns_of
from shop.stores.models import Store
from shop.stores.picking import SIDE, Window, window_over
from shop.stores.queries import get_any_store, list_every_store, list_sellers, list_stores
from shop.stores.rules import CASH_ROUNDINGS
from shop.stores.service import edit_store, open_store


@desk.get("/dia-diem")
@needs("stores.read")
def shops() -> Response:
    """The stores that the caller may see, closed ones last; for an administrator the districts without a mart."""
    mine = [one for one in list_every_store() if is_allowed(current_actor(), "stores.read", Scope("store", one.code))]
    is_opener = is_allowed(current_actor(), "stores.open")
    covered = districts.coverage() if is_opener else []
    return render(
        "desk/shops.html", stores=mine, kinds=kinds(), can_open=is_opener, covered=covered,
        missing=[one for one in covered if not one.stores], today=today(),
    )  # fmt: skip


@desk.get("/dia-diem/moi")
@needs("stores.open")
def shop_new() -> Response:
    """The form of a new store; a district or a kind may stand in the address."""
    kind = request.args.get("kind", "mart")
    begins = {
        "kind": kind if kind in kinds() else "mart", "serves": request.args.get("serves", "")[:40],
        "has_pickup": "true", "pickup_hours": 2, "delivery_hours": 8, "cash_rounding": 1000,
        **{f"hours_{day}": "07:30–19:00" for day in DAYS},
    }  # fmt: skip
    return _form(None, Form(NewShopForm(), begins))


@desk.post("/dia-diem/moi")
@needs("stores.open")
def shop_create() -> Response:
    """Open it."""
    form, said = shop_forms.read(NewShopForm(), request.form)
    if (picked := _picked(form)) is not None:
        return _form(None, form, window=picked)
    if not form.ok:
        return _form(None, form, 422)
    try:
        with transaction():
            only_once(request.form.get("once"))
            facts = {name: value for name, value in said.items() if value is not None}
            made = open_store(current_actor(), code=form.data["code"], kind=form.data["kind"], **columns_of(facts))
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.shops")
    except Refusal as refusal:
        return _form(None, form.refuse(refusal), refusal.status)
    flash(_("Đã mở %(store)s.", store=made.name))
    return go("desk.shop", code=made.code)


@desk.get("/dia-diem/<code>")
@needs("stores.read")
def shop(code: str) -> Response:
    """One store's settings."""
    store = own_store(code, "stores.read")
    return _form(store, Form(_schema(store), shop_forms.values_of(store)))


@desk.post("/dia-diem/<code>")
@needs("stores.edit")
def shop_save(code: str) -> Response:
    """Keep other settings; a stale form comes back with both values."""
    store = own_store(code, "stores.edit")
    form, said = shop_forms.read(_schema(store), request.form)
    if (picked := _picked(form)) is not None:
        return _form(store, form, window=picked)
    if not form.ok:
        return _form(store, form, 422)
    try:
        edit_store(store, form.data.get("version", 0), current_actor(), columns_of(said))
    except EditConflict as conflict:
        return _conflict(code, form.refuse(conflict), conflict.status)
    except Refusal as refusal:
        return _form(own_store(code, "stores.edit"), form.refuse(refusal), refusal.status)
    flash(_("Đã lưu."))
    return go("desk.shop", code=code)


@desk.get("/dia-diem/ban-do.svg")
@needs("stores.read")
def shop_map() -> Response:
    """The picture behind the button that takes a press as a position: stores, a grid, the position chosen."""
    window, here = _window(request.args), _place(request.args)
    dots = [
        (one, window.place(one.lat, one.lng)) for one in list_stores() if one.lat is not None and one.lng is not None
    ]
    shown = [(one, at) for one, at in dots if 0 <= at[0] <= SIDE and 0 <= at[1] <= SIDE]
    svg = render_template("desk/shop_map.svg", side=SIDE, dots=shown, here=window.place(*here) if here else None,
                          km=window.km)  # fmt: skip
    response = make_response(svg)
    response.content_type = "image/svg+xml"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def kinds() -> dict[str, str]:
    """What kinds of stores are called."""
    return {
        "mart": _("OCOP Mart theo địa bàn"),
        "centre": _("Trung tâm OCOP cấp tỉnh"),
        "stall": _("Gian hàng hội chợ"),
    }


def own_store(code: str, action: str) -> Store:
    """A store at which the caller may do this, closed ones included. Raises NotFound alike for foreign ones."""
    store = get_any_store(code)
    authorize(current_actor(), action, Scope("store", code))
    return store


def _schema(store: Store) -> ShopForm:
    may_all = is_allowed(current_actor(), "stores.open", Scope("store", store.code))
    return WholeShopForm() if may_all else ShopForm()


def _form(store: Store | None, form: Form, status: int = 200, window: Window | None = None, **more: Any) -> Response:
    is_whole = store is None or isinstance(form.schema, WholeShopForm)
    where = Scope("store", store.code) if store else None
    return render(
        "desk/shop.html", status, store=store, form=form, is_whole=is_whole, days=DAYS, rows=shop_forms.rows_of(form),
        kinds=kinds(), window=window or _window_of(form), roundings=CASH_ROUNDINGS, side=SIDE,
        can_edit=store is None or is_allowed(current_actor(), "stores.edit", *([where] if where else [])),
        **(_choices() if is_whole else {}), **more,
    )  # fmt: skip


def _choices() -> dict[str, Any]:
    """What an administrator chooses from."""
    return {
        "areas": [(one.code, one.name) for one in list_communes(districts.PROVINCE, today())],
        "districts": [(one.code, one.name) for one in districts.districts()],
        "sellers": [(one.code, one.name) for one in list_sellers()],
        "fairs": [(one.slug, one.name) for one in list_fairs()],
    }


def _conflict(code: str, form: Form, status: int) -> Response:
    """Somebody saved first: what stands, what was typed; what was typed is kept, and the next save names the new
    version.
    """
    store = own_store(code, "stores.edit")
    stands = Form(form.schema, shop_forms.values_of(store)).values
    names = [name for name in form.schema.fields if name not in ("version", "has_pickup", "has_delivery")]
    pairs = [
        (name, stands.get(name, ""), form.values.get(name, ""))
        for name in names
        if not isinstance(stands.get(name), list) and str(stands.get(name, "")) != str(form.values.get(name, ""))
    ]
    form.values["version"] = store.version
    form.problem = None
    return _form(store, form, status, pairs=pairs)


def _picked(form: Form) -> Window | None:
    """The window to show next when the map was pressed or zoomed; the position goes into the form. None: neither."""
    typed = request.form
    pressed, zoom = typed.get("pick.x"), typed.get("zoom")
    if pressed is None and zoom is None:
        return None
    window = _window(typed)
    x, y = _pixel(pressed), _pixel(typed.get("pick.y"))
    if x is not None and y is not None:
        lat, lng = window.position(x, y)
        form.values |= {"lat": str(lat), "lng": str(lng)}
        window = Window(lat, lng, window.km).zoomed(0.4)
    form.errors.clear()
    return window.zoomed({"in": 0.5, "out": 2.0}.get(zoom or "", 1.0))


def _pixel(text: str | None) -> int | None:
    return min(int(text), SIDE) if text and text.isascii() and text.isdecimal() and len(text) < 5 else None


def _window_of(form: Form) -> Window:
    """Around the position that the form holds, else over all stores."""
    here = _place(form.values)
    if here is not None:
        return Window(*here, 6.0)
    return window_over([(one.lat, one.lng) for one in list_stores() if one.lat is not None and one.lng is not None])


def _window(typed: Any) -> Window:
    """The window that a form or an address names; nonsense is the whole of Hải Phòng."""
    lat, lng, km = (_number(typed.get(name), most) for name, most in (("w_lat", 90), ("w_lng", 180), ("w_km", 400)))
    if lat is None or lng is None or km is None:
        return window_over([])
    return Window(lat, lng, km).zoomed(1.0)


def _place(typed: Any) -> tuple[float, float] | None:
    lat, lng = _number(typed.get("lat"), 90), _number(typed.get("lng"), 180)
    return (lat, lng) if lat is not None and lng is not None else None


def _number(text: Any, most: int) -> float | None:
    """A plain decimal number within ±most, or None."""
    plain = str(text or "").replace(",", ".").removeprefix("-")
    if len(plain) > 20 or not plain.isascii() or not plain.replace(".", "", 1).isdecimal():
        return None
    value = float(str(text).replace(",", "."))
    return value if -most <= value <= most else None
