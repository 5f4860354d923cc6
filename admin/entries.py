"""Entering a certificate: the form, the law of the decision's day beside it, and what is refused with its article."""

from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin import words
from admin.desk import asked_text, desk, go
from admin.queries import list_products
from catalog.certificates import service
from catalog.certificates.law import competence, eras_on, points, usual_last_days
from catalog.certificates.models import Certificate
from catalog.certificates.refusals import ContradictsLaw
from catalog.certificates.schemas import CertificateIn
from catalog.documents.api import read_upload
from catalog.documents.rules import inspect
from catalog.documents.service import keep_sound
from core.db import transaction
from core.errors import Invalid, Refusal
from core.web.access import current_actor, needs
from core.web.fields import accepting_text, read_day
from core.web.forms import Form
from core.web.pages import flash, render

#: Buttons of the form that fill in the last day, and which count each takes.
COUNTS = ("same_day", "day_before")


@desk.get("/chung-nhan/moi")
@needs("certificates.enter")
def enter_certificate() -> Response:
    """The form of an entry."""
    values = {"product": asked_text("product"), "issuer_level": "province"}
    return _entry(Form(CertificateIn(), values))


@desk.get("/chung-nhan/luat")
@needs("certificates.enter")
def certificate_law() -> Response:
    """The law of one day, for the form to show beside it."""
    return render("desk/_law.html", law=law_of(asked_text("decided_on")), level_names=words.LEVELS)


@desk.post("/chung-nhan/moi")
@needs("certificates.enter")
def enter_certificate_now() -> Response:
    """Write an entry; or, asked to propose, fill in the last day and show the form again."""
    if request.form.get("propose") in COUNTS:
        return _entry(_proposed(COUNTS.index(request.form["propose"])))
    form = Form(CertificateIn()).read(request.form)
    if not form.ok:
        return _entry(form, 422)
    try:
        certificate = _enter(form)
    except Refusal as refusal:
        return _entry(form.refuse(_on_product(refusal)), refusal.status, refusal)
    flash(_("Đã nhập. Cần một người khác xác nhận thì chứng nhận mới có giá trị."))
    return go("desk.certificate", code=certificate.code)


def _enter(form: Form) -> Certificate:
    """The entry, and the scan that came with it: both or neither."""
    sent = request.files.get("scan")
    data, name = read_upload(sent) if sent is not None and sent.filename else (b"", "")
    sound = inspect(data) if name else None
    with transaction():
        certificate = service.enter(current_actor(), **form.data)
        if sound is not None:
            keep_sound(current_actor(), sound, name, f"certificate:{certificate.code}", "decision")
    return certificate


def law_of(typed: str) -> dict[str, Any] | None:
    """What was in force on a day as typed, who was competent, and both last days; None while there is no day."""
    with accepting_text():
        day = read_day(typed)
    return _law_on(day) if day else None


def _law_on(day: date) -> dict[str, Any]:
    eras = eras_on(day)
    return {
        "day": day,
        "eras": eras,
        "weights": [points(weight) for weight in eras[0].weights] if eras else [],
        "competent": [(stars, competence(stars, day)) for stars in (3, 4, 5)],
        "last_days": usual_last_days(day),
        "term_article": eras[0].cite("term") if eras else "",
    }


def _entry(form: Form, status: int = 200, refusal: Refusal | None = None) -> Response:
    """The form; after a refusal that a reason could let stand, with a place for the reason."""
    is_excusable = isinstance(refusal, ContradictsLaw) and bool(refusal.facts["is_excusable"])
    return render(
        "desk/certificate_new.html", status, form=form, levels=list(words.LEVELS.items()), products=list_products(),
        law=law_of(form.values.get("decided_on", "")), level_names=words.LEVELS,
        faults=refusal.facts["faults"] if is_excusable and refusal else [],
        asks_reason=is_excusable or bool(form.values.get("exception_reason")),
    )  # fmt: skip


def _proposed(count: int) -> Form:
    """The form as typed, with the last day that Article 4.3 gives: 36 months from the decision, by either count."""
    typed = {key: value for key, value in request.form.items() if key not in ("csrf_token", "propose")}
    form = Form(CertificateIn(), typed)
    law = law_of(form.values.get("decided_on", ""))
    if law is None:
        form.errors["decided_on"] = [_("Cần ngày quyết định để đề xuất ngày cuối.")]
    else:
        form.values["valid_until"] = law["last_days"][count].isoformat()
        form.values["valid_from"] = form.values.get("valid_from") or law["day"].isoformat()
    return form


def _on_product(refusal: Refusal) -> Refusal:
    """A product that is not there is told at its field."""
    return Invalid({"product": [str(refusal)]}) if refusal.code.startswith("product.") else refusal
