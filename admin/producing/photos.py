"""/quan-ly/anh/<product>: the photos of one product: taken, chosen, ordered, named, taken away.

Every act is a form of its own and ends in a redirect, so that it works without scripts and a reload repeats nothing;
a script (catalog/static/js/photos.js) only makes photos smaller on the telephone and sends them one by one.
`panel_of` and the macro `photo_panel` (desk/_photos.html) put the same into another page, such as a step of a wizard.
"""

from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from admin.desk import desk
from catalog.photos.api import count_upload
from catalog.photos.models import APPROVED, REJECTED, ProductPhoto
from catalog.photos.queries import standing_of
from catalog.photos.rules import LARGEST, LARGEST_FORM, MOST, inspect
from catalog.photos.schemas import PhotoForm, PhotoPatch
from catalog.photos.service import add_sound, edit_photo, own_product, remove_photo
from catalog.photos.words import BADGES, SHOWS, STATES
from catalog.products.models import Product
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import Whole
from core.web.forms import Form
from core.web.i18n import safe_path
from core.web.pages import flash, render
from core.web.uploads import takes


class PhotoEdit(PhotoPatch):
    """A change from a page, at the version it was drawn at."""

    version = Whole(least=1, required=True)


@desk.get("/anh/<key>")
@needs("photos.edit")
def photos(key: str) -> Response:
    """The photos of a product, and the ways to add one."""
    return _page(own_product(current_actor(), key))


@desk.post("/anh/<key>")
@takes(LARGEST_FORM)
@needs("photos.edit")
def add_photos(key: str) -> Response:
    """Add one photo or several; each is judged by itself, and what is refused keeps no other from being kept."""
    product = own_product(current_actor(), key)
    sent = [one for one in request.files.getlist("photo") if one.filename]
    if not sent:
        flash(_("Chưa có ảnh nào. Hãy chụp hoặc chọn một ảnh."), "error")
        return _back(product)
    form = Form(PhotoForm()).read(request.form)
    shows = form.data.get("shows", "product") if form.ok else "product"
    kept = [_add(product, one, shows) for one in sent[:MOST]]
    for one in sent[MOST:]:
        flash(_("%(name)s: mỗi lần gửi nhiều nhất %(most)s ảnh.", name=_called(one), most=MOST), "error")
    if any(kept) and "quiet" not in request.form:
        flash(ngettext("Đã thêm %(num)s ảnh.", "Đã thêm %(num)s ảnh.", sum(kept)))
    return _back(product)


@desk.post("/anh/<key>/<code>")
@needs("photos.edit")
def change_photo(key: str, code: str) -> Response:
    """Other words, another place, or what it shows."""
    product = own_product(current_actor(), key)
    form = Form(PhotoEdit()).read(request.form)
    if not form.ok:
        return _page(product, 422, wrong={code: form})
    changes = dict(form.data)
    try:
        photo = edit_photo(current_actor(), product.code, code, changes.pop("version"), changes)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(product, refusal.status, wrong={code: form.refuse(refusal)})
    flash(_("Đã lưu; lời mới hiện ra sau khi được duyệt.") if photo.wanted_alt else _("Đã lưu."))
    return _back(product, code)


@desk.post("/anh/<key>/<code>/bo")
@needs("photos.edit")
def drop_photo(key: str, code: str) -> Response:
    """Take a photo away, at once."""
    product = own_product(current_actor(), key)
    remove_photo(current_actor(), product.code, code)
    flash(_("Đã bỏ ảnh."))
    return _back(product)


def panel_of(product: Product, wrong: dict[str, Form] | None = None) -> dict[str, Any]:
    """What the macro `photo_panel` draws: the photos with their forms, and words for all of it."""
    found = standing_of(product.id)
    forms = {one.code: _form(one) for one in found} | (wrong or {})
    return {
        "product": product, "photos": found, "forms": forms, "most": MOST, "megabytes": LARGEST >> 20,
        "first": next((one.code for one in found if one.state != REJECTED), None), "states": STATES, "badges": BADGES,
        "shows": list(SHOWS.items()), "waits": any(one.state != APPROVED or one.wanted_alt for one in found),
    }  # fmt: skip


def _form(photo: ProductPhoto) -> Form:
    return Form(PhotoEdit(), {"alt": photo.wanted_alt or photo.alt})


def _add(product: Product, sent: FileStorage, shows: str) -> int:
    """Keep one; 1 when it is new. What is refused is said with the name of its file."""
    actor = current_actor()
    try:
        count_upload(actor)
        sound = inspect(sent.stream.read(LARGEST + 1))
        added = add_sound(actor, product.code, sound, shows=shows)
    except Refusal as refusal:
        if refusal.status in (401, 403, 404):
            raise
        flash(f"{_called(sent)}: {refusal}", "error")
        return 0
    if not added.is_new:
        flash(_("%(name)s: ảnh này đã có rồi nên không thêm lần nữa.", name=_called(sent)), "notice")
    return int(added.is_new)


def _called(sent: FileStorage) -> str:
    """The file's name as people would read it aloud: what is printable of it, cut."""
    name = "".join(sign for sign in sent.filename or "" if sign.isprintable())
    return name[:40] or _("Ảnh")


def _page(product: Product, status: int = 200, wrong: dict[str, Form] | None = None) -> Response:
    return render("desk/photos.html", status, panel=panel_of(product, wrong), product=product)


def _back(product: Product, code: str = "") -> Response:
    """To the page that the form stood on."""
    here = url_for("desk.photos", key=product.code)
    target = safe_path(request.form.get("next"), here)
    return redirect(target + (f"#{code}" if code and "#" not in target else ""), 303)  # type: ignore[return-value]
