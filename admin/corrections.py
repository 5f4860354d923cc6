"""Putting a wrong entry right: proposed here by one certifier, agreed to here by another, effects first."""

from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin import words
from admin.desk import desk, go
from catalog.certificates.models import Certificate, CertificateCorrection
from catalog.certificates.queries import get_certificate, status_on
from catalog.certificates.rules import status_of
from catalog.consequences.port import Change, Happening, foresee, sentence
from catalog.corrections import service
from catalog.corrections.queries import get_correction
from catalog.corrections.rules import FIELDS, SHORTEST_REASON, plain
from catalog.corrections.schemas import ChangesIn
from core.clock import today
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import Words
from core.web.forms import Form
from core.web.pages import flash, render


class CorrectionForm(ChangesIn):
    """The whole certificate as the paper says it, and why the entry was wrong."""

    reason = Words(least=SHORTEST_REASON, most=500, required=True)


@desk.route("/chung-nhan/<code>/dinh-chinh", methods=["GET", "POST"])
@needs("certificates.enter")
def correct_certificate(code: str) -> Response:
    """The form of a correction, filled with what stands there."""
    found = get_certificate(code)
    form = Form(CorrectionForm(), _standing_values(found))
    if request.method == "GET":
        return _form_page(code, form)
    form.read(request.form)
    if not form.ok:
        return _form_page(code, form, 422)
    changes = {name: value for name, value in form.data.items() if name in FIELDS}
    try:
        made = service.propose_correction(current_actor(), code, reason=form.data["reason"], changes=changes)
    except Refusal as refusal:
        return _form_page(code, form.refuse(refusal), refusal.status)
    flash(_("Đã đề nghị đính chính. Cần một cán bộ khác đồng ý."))
    return go("desk.correction", code=made.code)


@desk.get("/dinh-chinh/<code>")
@needs("certificates.read")
def correction(code: str) -> Response:
    """What stands there, what the paper says, and what follows."""
    return _page(get_correction(code))


@desk.post("/dinh-chinh/<code>/dong-y")
@needs("certificates.verify")
def confirm_correction(code: str) -> Response:
    """A second person agrees."""
    try:
        certificate = service.confirm_correction(current_actor(), code)
    except Refusal as refusal:
        return _page(get_correction(code), refusal)
    flash(_("Đã đính chính. Những gì đã bán trước đó giữ nguyên như đã in."))
    return go("desk.certificate", code=certificate.code)


@desk.post("/dinh-chinh/<code>/bo")
@needs("certificates.enter")
def decline_correction(code: str) -> Response:
    """Leave the entry as it is."""
    declined = service.decline_correction(current_actor(), code)
    flash(_("Đã bỏ bản đính chính; chứng nhận giữ nguyên."))
    return go("desk.certificate", code=declined.certificate.code)


def _form_page(code: str, form: Form, status: int = 200) -> Response:
    return render("desk/correct.html", status, form=form, one=get_certificate(code), levels=list(words.LEVELS.items()))


def _standing_values(found: Certificate) -> dict[str, Any]:
    values = {name: plain(getattr(found, name)) for name in FIELDS}
    score = values.pop("score_hundredths")
    return values | {"score": "" if score is None else f"{score / 100:g}".replace(".", ",")}


def _page(found: CertificateCorrection, refusal: Refusal | None = None) -> Response:
    on, actor = today(), current_actor()
    return render(
        "desk/correction.html", refusal.status if refusal else 200, one=found, certificate=found.certificate,
        refusal=refusal, lines=_effects(found, on), labels=words.CERTIFICATE_FIELDS, levels=words.LEVELS,
        is_mine=found.proposed_by == actor.user_id,
    )  # fmt: skip


def _effects(found: CertificateCorrection, on: date) -> list[str]:
    """In words, what would follow today; nothing for a correction that is settled."""
    if found.settled_at is not None:
        return []
    certificate = found.certificate
    was_open = status_on(certificate, on).is_open
    is_open = status_of(service.corrected_term(certificate, found.changes), on).is_open
    happening = Happening.DOWNRATING if "stars" in found.changes else None
    if was_open != is_open:
        happening = Happening.RENEWAL if is_open else Happening.LAPSE
    if happening is None:
        return []
    return [sentence(effect) for effect in foresee(Change(happening, (certificate.product_id,), on, on))]
