"""The certifier's desk of reported labels, and the sheet of shelf labels of a store."""

from flask import Response, make_response, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from core.accounts.actor import Scope
from core.accounts.models import UserAccount
from core.accounts.permissions import authorize, may
from core.clock import local_day, now
from core.db import db
from core.errors import NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.links import address_of
from core.web.pages import Pages, flash, render
from shop.inventory.queries import Offered, list_offered
from shop.proof import qr, service
from shop.proof.models import STATES, LabelReport
from shop.proof.queries import get_report
from shop.proof.schemas import AnswerIn
from shop.proof.views import tell
from shop.stores.queries import get_store

pages = Pages("proof_desk", __name__)

PER_PAGE = 30
#: Labels on one printing; a sheet holds ten.
MOST_LABELS = 200


@pages.get("/quan-ly/bao-nhan")
@needs("label_reports.read")
def reports() -> Response:
    """Reports by state, the oldest unread on top."""
    state = request.args.get("state", "new")
    state = state if state in STATES else "new"
    text = request.args.get("page", "1")
    page = int(text) if text.isascii() and text.isdecimal() and 1 <= len(text) < 6 and int(text) else 1
    counted = select(LabelReport.state, func.count()).group_by(LabelReport.state)
    counts = {row[0]: row[1] for row in db.session.execute(counted)}
    order = LabelReport.closed_at.desc() if state == "closed" else LabelReport.reported_at
    query = select(LabelReport).where(LabelReport.state == state).order_by(order, LabelReport.id)
    rows = db.session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    total = counts.get(state, 0)
    return render(
        "proof/reports.html", rows=rows, state=state, counts=counts, total=total, page=page, pages=-(-total // PER_PAGE)
    )


@pages.get("/quan-ly/bao-nhan/<code>")
@needs("label_reports.read")
def show(code: str) -> Response:
    """One report, and what its text means today."""
    return _page(get_report(code), Form(AnswerIn()))


@pages.get("/quan-ly/bao-nhan/<code>/anh")
@needs("label_reports.read")
def photo(code: str) -> Response:
    """The photo of a report, for the certifier's eyes."""
    one = get_report(code)
    if one.photo is None:
        raise NotFound
    response = make_response(one.photo)
    response.content_type = "image/jpeg"
    response.headers["Content-Disposition"] = f'inline; filename="{one.code}.jpg"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@pages.post("/quan-ly/bao-nhan/<code>/xem")
@needs("label_reports.answer")
def look_into(code: str) -> Response:
    """Take a report up."""
    service.look_into(current_actor(), code, version=_version())
    flash(_("Báo cáo này do bạn xem xét."))
    return _go(code)


@pages.post("/quan-ly/bao-nhan/<code>/tra-loi")
@needs("label_reports.answer")
def answer(code: str) -> Response:
    """Answer and close."""
    one, form = get_report(code), Form(AnswerIn()).read(request.form)
    if not form.ok:
        return _page(one, form, 422)
    try:
        service.close(current_actor(), one.code, answer=form.data["answer"], version=_version())
    except Refusal as refusal:
        return _page(get_report(code), form.refuse(refusal), refusal.status)
    flash(_("Đã trả lời. Người báo đọc được câu trả lời bằng mã của báo cáo."))
    return _go(code)


@pages.get("/quan-ly/cua-hang/<code>/nhan-ke")
@needs("stock.read")
def labels(code: str) -> Response:
    """Shelf labels of what a store has for sale now: all, or the packs chosen in the address."""
    store = get_store(code)
    authorize(current_actor(), "stock.read", Scope("store", store.code))
    at = now()
    offered = list_offered(store.id, at, is_adult=True)
    chosen = set(request.args.getlist("sku")) & {one.sku for one in offered}
    shown = [one for one in offered if not chosen or one.sku in chosen][:MOST_LABELS]
    return render(
        "proof/labels.html", store=store, offered=offered, chosen=chosen, has_price="an-gia" not in request.args,
        printed=[(one, _code_of(one)) for one in shown], on=local_day(at),
    )  # fmt: skip


def _code_of(one: Offered) -> str:
    return qr.inline(address_of("certificates.show", code=one.offer.governing.code))


def _page(one: LabelReport, form: Form, status: int = 200) -> Response:
    ids = {one.taken_by, one.closed_by} - {None}
    people = {user.id: user.name for user in db.session.scalars(select(UserAccount).where(UserAccount.id.in_(ids)))}
    return render(
        "proof/report_desk.html", status, one=one, form=form, people=people,
        told=tell([one.text], now(), is_adult=True)[0], may_answer=may(current_actor(), "label_reports.answer"),
    )  # fmt: skip


def _version() -> int:
    """The version that the form was drawn from; nonsense is no version of ours."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _go(code: str) -> Response:
    return redirect(url_for("proof_desk.show", code=code), 303)  # type: ignore[return-value]
