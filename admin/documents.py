"""Papers at the desks: attach to whatever they are about, show to the public, withdraw."""

from flask import Response, request
from flask_babel import gettext as _

from admin.desk import desk, go
from catalog.documents.api import read_upload
from catalog.documents.queries import get_document
from catalog.documents.schemas import DocumentWithdrawalIn
from catalog.documents.service import keep, set_public, withdraw
from core.errors import Invalid, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash

#: Where the papers of each kind of subject are shown.
_PLACES = {
    "certificate": "desk.certificate", "paper": "desk.paper", "stop": "desk.stop", "candidate": "desk.candidate",
    "receipt": "desk.any_receipt", "lot": "desk.any_receipt",
}  # fmt: skip


@desk.post("/tai-lieu")
@needs("documents.keep")
def attach_document() -> Response:
    """Keep a file about something; the same file twice is one."""
    subject = request.form.get("subject", "")
    try:
        data, name = read_upload(request.files.get("file"))
        keep(current_actor(), data, name, subject, request.form.get("kind", "other"))
    except Refusal as refusal:
        text = " ".join(refusal.facts["errors"].get("file", [])) if isinstance(refusal, Invalid) else ""
        flash(text or str(refusal), "error")
    else:
        flash(_("Đã đính tài liệu."))
    return _to(subject)


@desk.post("/tai-lieu/<code>/rut")
@needs("documents.withdraw")
def withdraw_document(code: str) -> Response:
    """Say that a document was wrong; nothing is deleted."""
    document = get_document(code, current_actor())
    form = Form(DocumentWithdrawalIn()).read(request.form)
    if form.ok:
        withdraw(current_actor(), code, **form.data)
        flash(_("Đã rút tài liệu; bản cũ vẫn được giữ."))
    else:
        flash(_("Hãy ghi lý do rút."), "error")
    return _to(document.subject)


@desk.post("/tai-lieu/<code>/cong-khai")
@needs("documents.publish")
def publish_document(code: str) -> Response:
    """Show the scan of a verified certificate to anybody, or no longer."""
    document = get_document(code, current_actor())
    set_public(current_actor(), code, is_public=request.form.get("is_public") == "1")
    return _to(document.subject)


def _to(subject: str) -> Response:
    kind, _sep, code = subject.partition(":")
    return go(_PLACES[kind], code=code) if kind in _PLACES and code else go("desk.home")
