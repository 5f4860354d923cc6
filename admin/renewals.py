"""The renewal of one certificate: kit, dossiers, and what was told of it; for the producer and the certifier."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, request
from flask_babel import gettext as _

from admin.desk import asked_text, desk, go
from catalog.certificates.models import Certificate
from catalog.certificates.queries import get_certificate
from catalog.certificates.rules import EXTENSION_DAYS
from catalog.producers.queries import scope_of
from catalog.renewals.checklist import checklist_for
from catalog.renewals.models import RenewalDossier
from catalog.renewals.queries import (
    Renewal,
    filed_of,
    get_dossier,
    get_readable,
    list_dossiers,
    list_reminders,
    renewal_of,
)
from catalog.renewals.reactions import advice_of
from catalog.renewals.rules import evaluation_due, is_overdue, timing_of
from catalog.renewals.schemas import ConfirmationIn, DossierIn, ExtensionOnReceiptIn, OutcomeIn
from catalog.renewals.service import close, confirm, extend, file_dossier, take_back
from catalog.renewals.words import LOOKS, OUTCOMES, STAGES, TIMINGS, days_left_words, step_words
from core.accounts.permissions import is_allowed
from core.clock import now, today
from core.config import Config
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import Schema, accepting_text, read_day
from core.web.forms import Form
from core.web.links import address_of
from core.web.pages import flash, render
from shop.renewals.calendar import calendar_of
from shop.renewals.evidence import evidence_of
from shop.renewals.pdf import Heading, sales_pdf


@desk.get("/gia-han/<code>")
@needs("renewals.read")
def renewal(code: str) -> Response:
    """The kit: days, what belongs into the dossier, proof of sales; and the dossiers so far."""
    return _page(get_readable(current_actor(), code), Form(DossierIn(), {"received_on": today().isoformat()}))


@desk.post("/gia-han/<code>")
@needs("renewals.file")
def file_renewal(code: str) -> Response:
    """Record the receipt of a dossier."""
    certificate = get_readable(current_actor(), code)
    form = Form(DossierIn()).read(request.form)
    if not form.ok:
        return _page(certificate, form, 422)
    try:
        dossier = file_dossier(current_actor(), code, **form.data)
    except Refusal as refusal:
        return _page(get_readable(current_actor(), code), form.refuse(refusal), refusal.status)
    if dossier.confirmed_at is None:
        flash(_("Đã ghi số phiếu. Cán bộ chứng nhận sẽ xác nhận."))
    else:
        flash(_("Đã ghi hồ sơ."))
    return go("desk.renewal", code=code)


@desk.post("/ho-so-gia-han/<dossier>/xac-nhan")
@needs("renewals.confirm")
def confirm_renewal(dossier: str) -> Response:
    """Hold a receipt for true, or say when the dossier became complete."""
    return _act(dossier, ConfirmationIn(), lambda data: confirm(current_actor(), dossier, **data), _("Đã xác nhận."))


@desk.post("/ho-so-gia-han/<dossier>/ket-qua")
@needs("renewals.confirm")
def close_renewal(dossier: str) -> Response:
    """Record the result."""
    return _act(dossier, OutcomeIn(), lambda data: close(current_actor(), dossier, **data), _("Đã ghi kết quả."))


@desk.post("/ho-so-gia-han/<dossier>/bo")
@needs("renewals.file")
def take_back_renewal(dossier: str) -> Response:
    """Take back a receipt that nobody has confirmed."""
    return _act(dossier, ConfirmationIn(), lambda _data: take_back(current_actor(), dossier), _("Đã bỏ số phiếu."))


@desk.route("/chung-nhan/<code>/keo-dai", methods=["GET", "POST"])
@needs("certificates.end")
def extend_certificate(code: str) -> Response:
    """Carry a certificate over its last day, on the receipt of a recorded dossier (Article 12.3)."""
    certificate = get_certificate(code)
    receipts = [one for one in list_dossiers([certificate.id])[certificate.id] if one.outcome is None]
    latest = certificate.valid_until + timedelta(days=EXTENSION_DAYS)
    proposed = {"until": latest, "receipt_number": receipts[0].receipt_number if len(receipts) == 1 else ""}
    form, status = Form(ExtensionOnReceiptIn(), proposed), 200
    if request.method == "POST":
        form.read(request.form)
        try:
            if form.ok:
                extend(current_actor(), code, **form.data)
                flash(_("Đã kéo dài."))
                return go("desk.certificate", code=code)
            status = 422
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
    return render("desk/extend.html", status, form=form, one=get_certificate(code), receipts=receipts, latest=latest)


@desk.get("/gia-han/<code>/lich.ics")
@needs("renewals.read")
def renewal_calendar(code: str) -> Response:
    """The three days as a calendar file."""
    certificate = get_readable(current_actor(), code)
    host = urlsplit(_config().base_url).hostname or "localhost"
    page = address_of("desk.renewal", code=code)
    data = calendar_of(certificate, renewal_of(certificate, today()), now(), page, host)
    return _file(data, "text/calendar; charset=utf-8", f"gia-han-{code}.ics")


@desk.get("/gia-han/<code>/doanh-thu.pdf")
@needs("renewals.read")
def renewal_sales(code: str) -> Response:
    """The table of sales of the chosen period."""
    certificate = get_readable(current_actor(), code)
    since, until = _period(certificate, today())
    config = _config()
    heading = Heading(config.site_name, current_actor().label, now(), config.base_url)
    data = sales_pdf(certificate, evidence_of(certificate.product_id, since, until), heading)
    return _file(data, "application/pdf", f"doanh-thu-{code}.pdf")


def _page(certificate: Certificate, form: Form, status: int = 200) -> Response:
    on, actor, scope = today(), current_actor(), scope_of(certificate.product.producer)
    found = renewal_of(certificate, on)
    since, until = _period(certificate, on)
    can = {act for act in ("renewals.file", "renewals.confirm") if is_allowed(actor, act, scope)}
    return render(
        "desk/renewal.html", status, one=certificate, renewal=found, form=form, can=can, on=on, since=since,
        until=until, evidence=evidence_of(certificate.product_id, since, until), advice=advice_of(found),
        checklist=checklist_for(certificate.product.product_set.group), marks=_marks(found, on),
        dossiers=[_dossier(dossier, certificate, on) for dossier in found.dossiers], stages=STAGES, looks=LOOKS,
        reminders=list_reminders(certificate.id), outcomes=OUTCOMES, timings=TIMINGS, step_words=step_words,
        left=days_left_words(found.term.ends_on, on), outcome_form=Form(OutcomeIn(), {"decided_on": on.isoformat()}),
    )  # fmt: skip


def _dossier(one: RenewalDossier, certificate: Certificate, on: date) -> dict[str, Any]:
    timing = timing_of(one.received_on, certificate.valid_until)
    due = evaluation_due(one.complete_on)
    return {"one": one, "timing": timing, "due": due, "is_overdue": is_overdue(filed_of(one), due, on)}


def _marks(found: Renewal, on: date) -> list[dict[str, Any]]:
    """The days of the renewal as a line of marks."""
    days = [
        (found.window.opens_on, _("Bắt đầu nộp được hồ sơ")), (found.window.closes_on, _("Hạn nộp hồ sơ")),
        (found.term.ends_on, _("Ngày cuối")),
    ]  # fmt: skip
    return [{"day": day, "label": label, "is_past": day < on} for day, label in days]


def _act(dossier: str, schema: Schema, act: Any, done: str) -> Response:
    """A small form's act on a dossier; what went wrong is told on its page."""
    found = get_dossier(dossier)
    code = get_readable(current_actor(), found.certificate.code).code
    form = Form(schema).read(request.form)
    try:
        if form.ok:
            act(form.data)
    except Refusal as refusal:
        form.refuse(refusal)
    if form.ok:
        flash(done)
    else:
        flash(form.problem or " ".join(text for texts in form.errors.values() for text in texts), "error")
    return go("desk.renewal", code=code)


def _period(certificate: Certificate, on: date) -> tuple[date, date]:
    """The days asked for; from the recognition to today when left out or out of order (Article 6.1.c)."""
    with accepting_text():
        since, until = read_day(asked_text("from", 10)), read_day(asked_text("to", 10))
    since, until = since or certificate.valid_from, min(until or on, on)
    return (since, until) if since <= until else (certificate.valid_from, on)


def _file(data: bytes, kind: str, name: str) -> Response:
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _config() -> Config:
    return current_app.extensions["config"]
