"""/quet: photograph, scan or type what is on a label; see how it stands today; report what is not found."""

from typing import Any

from flask import Response, redirect, request, session, url_for
from flask_babel import gettext as _

from catalog.listings.rules import clean_gtin
from core.clock import now
from core.db import transaction
from core.errors import AlreadySent, Refusal
from core.text import squeeze
from core.web.access import current_actor, public
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import Pages, flash, render
from core.web.ratelimit import caller_address
from shop.proof import photos, service
from shop.proof.api import read_photo
from shop.proof.queries import find_gtin, find_lot, get_report
from shop.proof.rules import LONGEST
from shop.proof.schemas import LabelReportIn
from shop.proof.views import tell

pages = Pages("proof", __name__)

#: Signs of an address that every browser and server takes; longer texts are answered without one.
_SHORT = 1_200


@pages.get("/quet")
@public
def scan() -> Response:
    """The ways to ask; with ``?q=`` (several for several codes) the answer."""
    texts = [text for one in request.args.getlist("q")[: photos.MOST_CODES] if (text := squeeze(one)[:LONGEST])]
    return _answer(texts) if texts else _ask()


@pages.post("/quet")
@public
def scan_photo() -> Response:
    """Read the codes of a photo; the answer has an address of its own, so that it can be kept and reloaded."""
    photo = request.files.get("photo")
    if photo is None or not photo.filename:
        return _ask(_("Chưa có ảnh nào. Hãy chụp nhãn hoặc chọn một ảnh."), 422)
    try:
        texts = read_photo(photo)
    except Refusal as refusal:
        return _ask(str(refusal), refusal.status)
    if not texts:
        return _ask(_("Không thấy mã nào trong ảnh. Hãy chụp gần và đủ sáng, mã nằm trọn trong ảnh; hoặc gõ số."), 422)
    if sum(map(len, texts)) > _SHORT:
        return _answer(texts)
    return redirect(url_for("proof.scan", q=texts), 303)  # type: ignore[return-value]


@pages.get("/quet/bao")
@public
def report() -> Response:
    """The form to report a label."""
    return _form(Form(LabelReportIn(), {"text": squeeze(request.args.get("q", ""))[:500]}))


@pages.post("/quet/bao")
@public
def report_now() -> Response:
    """Write the report down; the next page carries its code."""
    form = Form(LabelReportIn()).read(request.form)
    photo = _photo(form)
    if not form.ok:
        return _form(form, 422)
    try:
        service.count_report(caller_address(), form.data.get("contact"))
        with transaction():
            only_once(request.form.get("once"))
            one = service.report(current_actor(), photo=photo, **form.data)
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return redirect(url_for("proof.scan"), 303)  # type: ignore[return-value]
    except Refusal as refusal:
        return _form(form.refuse(refusal), refusal.status)
    return redirect(url_for("proof.reported", code=one.code), 303)  # type: ignore[return-value]


@pages.get("/quet/bao/<code>")
@public
def reported(code: str) -> Response:
    """A report for whoever has its code: what became of it."""
    return render("proof/reported.html", report=get_report(code))


@pages.get("/01/<gtin>")
@pages.get("/01/<gtin>/<path:rest>")
@public
def link(gtin: str, rest: str = "") -> Response:
    """GS1 Digital Link: a lot leads to its trace, a trade item to its product; what is not ours is not found here."""
    parts = rest.split("/")
    lot = dict(zip(parts[::2], parts[1::2], strict=False)).get("10")
    number = clean_gtin(gtin)
    found = find_gtin(number) if number else None
    if found is None:
        return _answer([gtin[:14]], 404)
    if lot is None:
        return redirect(url_for("front.product", slug=found[1]))  # type: ignore[return-value]
    one = find_lot(found[0], lot)
    if one is None:
        return _answer([f"(01){gtin.zfill(14)}(10){lot[:40]}"], 404)
    return redirect(url_for("trace.show", lot=one.code))  # type: ignore[return-value]


def _ask(problem: str | None = None, status: int = 200) -> Response:
    return render("proof/scan.html", status, problem=problem)


def _answer(texts: list[str], status: int = 200) -> Response:
    told = tell(texts, now(), is_adult=bool(session.get("adult")))
    return render("proof/answer.html", status, told=told)


def _form(form: Form, status: int = 200) -> Response:
    return render("proof/report.html", status, form=form, keep_days=service.KEEP_DAYS)


def _photo(form: Form) -> bytes | None:
    """The photo sent with a report, written anew; what is wrong with it is told at its field."""
    sent: Any = request.files.get("photo")
    if sent is None or not sent.filename:
        return None
    try:
        return photos.to_keep(sent.stream.read(photos.LARGEST + 1))
    except Refusal as refusal:
        form.errors["photo"] = [str(refusal)]
        return None
