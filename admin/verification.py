"""The verifier's split screen: the scan on one side, the fields on the other.

What the first person typed is shown only after a reading of one's own that differed is on record.
"""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin import words
from admin.consequences import of_verification
from admin.desk import desk, go
from catalog.certificates import service
from catalog.certificates.models import Certificate
from catalog.certificates.queries import get_certificate, governing, standings
from catalog.certificates.refusals import ExceptionNotAccepted, VerificationDiffers
from catalog.certificates.schemas import VerificationIn
from catalog.certificates.second_reading import last_difference, note_difference, send_back
from catalog.certificates.views import at_desk
from catalog.documents.queries import of_subject
from core.clock import today
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import Schema, Words
from core.web.forms import Form
from core.web.pages import flash, render
from core.web.security import frame_own


class ReturnIn(Schema):
    """Why an entry goes back to the first person."""

    reason = Words(least=3, most=300, required=True)


@desk.get("/chung-nhan/<code>/xac-nhan")
@needs("certificates.verify")
def verify_certificate(code: str) -> Response:
    """The second reading: what the first person typed is not shown."""
    return _screen(get_certificate(code), Form(VerificationIn()))


@desk.post("/chung-nhan/<code>/xac-nhan")
@needs("certificates.verify")
def verify_certificate_now(code: str) -> Response:
    """Compare both readings; from now on the certificate counts."""
    found = get_certificate(code)
    form = Form(VerificationIn()).read(request.form)
    if not form.ok:
        return _screen(found, form, 422)
    try:
        service.verify(current_actor(), code, **form.data)
    except VerificationDiffers as refusal:
        read = {"stars": form.data["stars"], "valid_until": form.data["valid_until"]}
        note_difference(current_actor(), code, refusal.facts["fields"], **read)
        return _screen(get_certificate(code), form.refuse(refusal), refusal.status)
    except Refusal as refusal:
        # Only now, both readings being equal, may the second person see why the entry stands against the law.
        exception = refusal.facts if isinstance(refusal, ExceptionNotAccepted) else None
        return _screen(get_certificate(code), form.refuse(refusal), refusal.status, exception, agreed=True)
    flash(_("Đã xác nhận. Chứng nhận có giá trị từ hôm nay, hoặc từ ngày bắt đầu nếu muộn hơn."))
    return go("desk.certificate", code=code)


@desk.post("/chung-nhan/<code>/tra-lai")
@needs("certificates.verify")
def return_certificate(code: str) -> Response:
    """Send an entry back to the first person, with the reason."""
    form = Form(ReturnIn()).read(request.form)
    if not form.ok:
        return _screen(get_certificate(code), Form(VerificationIn()), 422, back=form)
    send_back(current_actor(), code, **form.data)
    flash(_("Đã trả lại người nhập, kèm lý do."))
    return go("desk.certificate", code=code)


def _screen(
    found: Certificate,
    form: Form,
    status: int = 200,
    exception: dict[str, Any] | None = None,
    back: Form | None = None,
    *,
    agreed: bool = False,
) -> Response:
    actor = current_actor()
    scans = of_subject(f"certificate:{found.code}")
    wanted = request.args.get("tl", "")
    response = render(
        "desk/verify.html", status, form=form, exception=exception, one=found, entry=at_desk(found, actor),
        levels=words.LEVELS, is_mine=found.entered_by is not None and found.entered_by == actor.user_id,
        today_governing=governing([found.product_id], today()).get(found.product_id), scans=scans,
        scan=next((one for one in scans if one.code == wanted), scans[0] if scans else None),
        readings=[] if agreed else _readings(found), back=back or Form(ReturnIn()), opens=_opens(found),
    )  # fmt: skip
    return frame_own(response)


def _opens(found: Certificate) -> list[tuple[str, str]]:
    status = standings([found.product_id], today())[found.product_id].status
    return of_verification(found, status, today())


def _readings(found: Certificate) -> list[dict[str, Any]]:
    """Both readings, field by field, once this person's own differing one is on record; nothing before."""
    mine = last_difference(found.code, current_actor())
    if mine is None or found.verified_at is not None:
        return []
    pairs = (
        (_("Số sao"), _("%(n)s sao", n=found.stars), _("%(n)s sao", n=mine["stars"])),
        (_("Ngày cuối"), f"{found.valid_until:%d/%m/%Y}", "/".join(reversed(str(mine["valid_until"]).split("-")))),
    )
    return [
        {"label": label, "first": first, "second": second, "differs": first != second} for label, first, second in pairs
    ]
