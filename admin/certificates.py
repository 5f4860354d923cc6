"""The certifiers' desk: list, revoke, suspend. Entering is in entries.py, the second reading in
verification.py.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin import words
from admin.consequences import done_about, of_ending
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.queries import list_certificates
from catalog.certificates import service
from catalog.certificates.models import Certificate
from catalog.certificates.queries import count_unverified, get_certificate, history, status_on, term_of
from catalog.certificates.schemas import RevocationIn, SuspensionIn
from catalog.certificates.second_reading import last_return
from catalog.certificates.views import at_desk
from catalog.consequences.rules import Happening
from catalog.corrections.queries import find_waiting
from catalog.documents.queries import of_subject
from catalog.stops.queries import find_stop
from core.accounts.models import UserAccount
from core.accounts.permissions import may
from core.clock import today
from core.db import db
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import Schema, read_day
from core.web.forms import Form
from core.web.pages import flash, render


@desk.get("/chung-nhan")
@needs("certificates.read")
def certificates() -> Response:
    """All certificates, by state, name, decision or code."""
    state, q, page, on = asked_text("state"), asked_text("q"), page_number(), today()
    state = state if state in words.CERTIFICATE_FILTERS else ""
    rows, total = list_certificates(state, q, on, page, PER_PAGE)
    return render(
        "desk/certificates.html", rows=[_row(one, on) for one in rows], total=total, page=page, pages=pages_of(total),
        state=state, q=q, filters=words.CERTIFICATE_FILTERS, waiting=count_unverified(),
    )  # fmt: skip


@desk.get("/chung-nhan/<code>")
@needs("certificates.read")
def certificate(code: str) -> Response:
    """One certificate, with its history and what can be done with it."""
    found, on = get_certificate(code), today()
    return render(
        "desk/certificate.html", one=found, entry=at_desk(found, current_actor()), state=_status(found, on),
        term=term_of(found), history=[_row(c, on) for c in history(found.product_id) if c.id != found.id],
        levels=words.LEVELS, grounds=words.GROUNDS, people=_people(found), can=_can(found, on),
        correction=find_waiting(found.id), stop=find_stop(found.product_id, on),
        documents=of_subject(f"certificate:{code}", with_withdrawn=True), returned=last_return(code),
        done=done_about(found.id),
    )  # fmt: skip


@desk.route("/chung-nhan/<code>/thu-hoi", methods=["GET", "POST"])
@needs("certificates.end")
def revoke_certificate(code: str) -> Response:
    """Record a revocation, once its consequences have been read and the code typed."""
    done = _("Đã ghi việc thu hồi.")
    return _ending(code, RevocationIn(), "desk/revoke.html", _revoke, Happening.REVOCATION, done)


@desk.route("/chung-nhan/<code>/tam-dung", methods=["GET", "POST"])
@needs("certificates.end")
def suspend_certificate(code: str) -> Response:
    """Record a suspension."""
    done = _("Đã ghi việc tạm dừng.")
    return _ending(code, SuspensionIn(), "desk/suspend.html", _suspend, Happening.SUSPENSION, done)


@desk.post("/chung-nhan/<code>/bo-tam-dung")
@needs("certificates.end")
def lift_suspension(code: str) -> Response:
    """Lift the open suspension from today on."""
    service.lift(current_actor(), code)
    flash(_("Đã bỏ tạm dừng từ hôm nay."))
    return go("desk.certificate", code=code)


@desk.post("/chung-nhan/<code>/bo-nhap")
@needs("certificates.enter")
def discard_certificate(code: str) -> Response:
    """Take back an entry that nobody has verified."""
    service.discard(current_actor(), code)
    flash(_("Đã bỏ bản nhập."))
    return go("desk.certificates")


def _revoke(code: str, data: dict[str, Any]) -> None:
    service.revoke(current_actor(), code, **data)


def _suspend(code: str, data: dict[str, Any]) -> None:
    service.suspend(current_actor(), code, **data)


def _ending(
    code: str,
    schema: Schema,
    template: str,
    act: Callable[[str, dict[str, Any]], None],
    happening: Happening,
    done: str,
) -> Response:
    """A form whose act cannot be undone: shown with its consequences, done when the code was typed."""
    form, error, status = Form(schema), None, 200
    if "look" in request.form:  # only what that day would bring
        form = Form(schema, {key: value for key, value in request.form.items() if key not in ("csrf_token", "look")})
    elif request.method == "POST":
        form.read(request.form)
        if request.form.get("confirm", "").strip().upper() != code:
            error = _("Hãy gõ đúng mã %(code)s.", code=code)
        if form.ok and error is None:
            try:
                act(code, form.data)
            except Refusal as refusal:
                form.refuse(refusal)
                status = refusal.status
            else:
                flash(done)
                return go("desk.certificate", code=code)
        status = status if status != 200 else 422
    found, on = get_certificate(code), today()
    chosen = read_day(form.values.get("effective_on") or form.values.get("from_on") or "") or on
    return render(
        template, status, form=form, one=found, error=error, lines=_consequences(found, happening, chosen),
        grounds=words.GROUNDS, state=_status(found, on),
    )  # fmt: skip


def _consequences(found: Certificate, happening: Happening, on: date) -> list[tuple[str, str]]:
    """In words and numbers, what the act would bring about."""
    return of_ending(found, happening, on, today()) or [("0", _("thứ gì khác bị ảnh hưởng"))]


def _row(found: Certificate, on: date) -> dict[str, Any]:
    entry = at_desk(found, current_actor())
    return {"one": found, "entry": entry, "status": _status(found, on), "ends_on": term_of(found).ends_on}


def _status(found: Certificate, on: date) -> str:
    return "unverified" if found.verified_at is None else str(status_on(found, on))


def _people(found: Certificate) -> dict[str, str]:
    def name(user_id: int | None) -> str:
        user = db.session.get(UserAccount, user_id) if user_id else None
        return user.name if user else _("hệ thống")

    return {"entered": name(found.entered_by), "verified": name(found.verified_by) if found.verified_at else ""}


def _can(found: Certificate, on: date) -> set[str]:
    """The acts that make sense for this certificate and this person."""
    actor = current_actor()
    if found.verified_at is None:
        acts = {"discard"} if may(actor, "certificates.enter") else set[str]()
        is_mine = found.entered_by is not None and found.entered_by == actor.user_id
        return acts | ({"verify"} if may(actor, "certificates.verify") and not is_mine else set())
    correctable = {"correct"} if may(actor, "certificates.enter") else set[str]()
    if not may(actor, "certificates.end") or found.revoked_on is not None:
        return correctable
    is_suspended = any(pause.lifted_at is None for pause in found.suspensions)
    extendable = {"extend"} if found.extended_until is None else set[str]()
    return {"revoke", "lift" if is_suspended else "suspend"} | extendable | correctable
