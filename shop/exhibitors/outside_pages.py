"""Papers of exhibitors from outside: the form behind an invitation, its state by a link, and the certifiers' desk."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from catalog.areas.models import Area
from catalog.areas.queries import list_provinces
from catalog.documents.api import read_upload
from catalog.documents.models import Document
from catalog.documents.rules import LARGEST, inspect
from catalog.producers.models import Producer
from catalog.producers.queries import list_same_tax_code
from catalog.products.sets import SETS
from core.accounts.permissions import may
from core.clock import today
from core.db import db, transaction
from core.errors import Refusal
from core.web.access import current_actor, needs, public
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import render
from core.web.uploads import takes
from shop.exhibitors import invitations, outsiders
from shop.exhibitors.blueprint import go, hide, pages
from shop.exhibitors.invitations import why_over
from shop.exhibitors.invited import guard
from shop.exhibitors.links import About, key_of
from shop.exhibitors.mine import bookings_of
from shop.exhibitors.models import FairOutsider
from shop.exhibitors.outsiders import MOST_PRODUCTS, Paper, Papers
from shop.exhibitors.schemas import OutsiderForm, OutsiderLine, RefusalForm
from shop.fairs.applying.applications import Way
from shop.fairs.models import Fair, FairApplication
from shop.fairs.plans.plan import KINDS as BOOTH_KINDS
from shop.fairs.plans.plan import SERVICES

#: One form carries several scans.
MOST_BYTES = 4 * LARGEST
PRODUCER_KINDS = {
    "cooperative": _l("Hợp tác xã"), "cooperative_group": _l("Tổ hợp tác"), "enterprise": _l("Doanh nghiệp nhỏ và vừa"),
    "farm": _l("Trang trại"), "producing_household": _l("Hộ sản xuất"), "business_household": _l("Hộ kinh doanh"),
    "association": _l("Hội, hiệp hội, trung tâm điều hành"),
}  # fmt: skip
LEVELS = {
    "province": _l("Cấp tỉnh, thành phố"),
    "central": _l("Cấp trung ương"),
    "district": _l("Cấp huyện (đến 2025)"),
}


@dataclass
class Sent:
    """A form of papers as it was sent: head and products in one, and how many products it shows."""

    form: Form
    count: int
    papers: Papers | None = None


@pages.get("/hoi-cho/moi/<key>/giay-to")
@public
def send_papers(key: str) -> Response:
    """The form of whoever is not known here yet."""
    return _papers_page(key, Sent(Form(OutsiderForm()), 1))


@pages.post("/hoi-cho/moi/<key>/giay-to")
@public
@takes(MOST_BYTES)
def send_papers_now(key: str) -> Response:
    """Take the papers in; what was typed comes back when something is wrong (files must be chosen again)."""
    guard(key)
    one = invitations.find_by_key(key)
    sent = read_papers()
    if sent.papers is None:
        return _papers_page(key, sent, 200 if request.form.get("act") == "more" else 422)
    fair = db.session.get_one(Fair, one.fair_id)
    way = Way("outside", one.id, one.delegation_id, one.until_on)
    try:
        with transaction():
            only_once(request.form.get("once"))
            papers = outsiders.send(fair, sent.papers, way, current_actor(), one)
    except Refusal as refusal:
        sent.form.refuse(refusal)
        return _papers_page(key, sent, refusal.status)
    return go("outsider", _("Đã nhận giấy tờ. Hãy giữ liên kết này để theo dõi."), key=own_key(papers))


@pages.get("/hoi-cho/ho-so-ngoai/<key>")
@public
def outsider(key: str) -> Response:
    """Where one's papers stand."""
    one = outsiders.find_by_key(key)
    fair = db.session.get_one(Fair, one.fair_id)
    application = db.session.get(FairApplication, one.application_id) if one.application_id else None
    bookings = bookings_of([application.id])[application.id] if application else []
    context: dict[str, Any] = {"one": one, "fair": fair, "key": key, "application": application, "bookings": bookings}
    return hide(render("exhibitors/outsider.html", **context))


@pages.post("/hoi-cho/ho-so-ngoai/<key>/rut")
@public
def withdraw_papers(key: str) -> Response:
    """Take them back."""
    guard(key)
    outsiders.withdraw(key, current_actor())
    return go("outsider", _("Đã rút giấy tờ."), key=key)


@pages.get("/quan-ly/giay-to-ngoai")
@needs("outsiders.read")
def papers_desk() -> Response:
    """Papers of all fairs, those that wait first."""
    found = outsiders.list_outsiders()
    ids = {one.fair_id for one in found}
    fairs = {one.id: one for one in db.session.scalars(select(Fair).where(Fair.id.in_(ids)))}
    return render("exhibitors/papers_desk.html", found=found, fairs=fairs)


@pages.get("/quan-ly/giay-to-ngoai/<code>")
@needs("outsiders.read")
def papers_one(code: str) -> Response:
    """One exhibitor's papers beside what it says of them."""
    return _desk_page(code, Form(RefusalForm()))


@pages.post("/quan-ly/giay-to-ngoai/<code>/nhap")
@needs("outsiders.enter")
def enter_papers(code: str) -> Response:
    """They are right: enter producer, products and certificates; a second certifier verifies each."""
    one = outsiders.get_outsider(code)
    scans = {key: inspect(data) for key, data in outsiders.scan_bytes(one).items()}
    form = Form(RefusalForm())
    try:
        outsiders.enter(code, scans, current_actor(), request.form.get("producer") or None)
    except Refusal as refusal:
        form.problem = str(refusal)
        return _desk_page(code, form, refusal.status)
    return go("papers_one", _("Đã nhập. Người thứ hai xác nhận từng chứng nhận thì hồ sơ mới được nộp."), code=code)


@pages.post("/quan-ly/giay-to-ngoai/<code>/tu-choi")
@needs("outsiders.enter")
def refuse_papers(code: str) -> Response:
    """They are not what they should be, with a reason."""
    form = Form(RefusalForm()).read(request.form)
    if not form.ok:
        return _desk_page(code, form, 422)
    outsiders.refuse(code, form.data["reason"], current_actor())
    return go("papers_desk", _("Đã từ chối %(code)s; đơn vị được báo lý do.", code=code))


def read_papers() -> Sent:
    """What was sent, judged: `papers` is None while something is wrong or another product was asked for."""
    head = Form(OutsiderForm()).read(request.form)
    count = max(1, min(request.form.get("count", 1, type=int), MOST_PRODUCTS))
    lines = [_read_line(number) for number in range(1, count + 1)]
    for number, line in enumerate(lines, 1):
        head.values |= {f"{name}-{number}": value for name, value in line.values.items()}
    if request.form.get("act") == "more":
        bare = Form(OutsiderForm())
        bare.values = head.values
        return Sent(bare, min(count + 1, MOST_PRODUCTS))
    papers = [_paper(number, line, head) for number, line in enumerate(lines, 1)]
    if not head.ok:
        return Sent(head, count)
    return Sent(head, count, _papers(head.data, [one for one in papers if one]))


def own_key(one: FairOutsider) -> str:
    """The key by which an exhibitor follows its papers."""
    return key_of(About.OUTSIDER, one.code, one.serial)


def form_lists() -> dict[str, Any]:
    """What the form of papers offers to choose from."""
    return {
        "provinces": [(one.code, one.name) for one in list_provinces(today())], "kinds": list(PRODUCER_KINDS.items()),
        "levels": list(LEVELS.items()), "sets": [(one.number, f"{one.number}. {one.name_vi}") for one in SETS.values()],
        "booth_kinds": BOOTH_KINDS, "services": SERVICES, "most": MOST_PRODUCTS,
    }  # fmt: skip


def _read_line(number: int) -> Form:
    typed = request.form.copy()
    typed.clear()
    for name in OutsiderLine().fields:
        typed[name] = request.form.get(f"{name}-{number}", "")
    return Form(OutsiderLine()).read(typed)


def _paper(number: int, line: Form, head: Form) -> Paper | None:
    """One product with its scan; what is wrong stands at the fields of the whole form."""
    head.errors |= {f"{name}-{number}": texts for name, texts in line.errors.items()}
    if line.problem:
        head.problem = line.problem
    try:
        data, name = read_upload(request.files.get(f"scan-{number}"))
        scan = inspect(data)
    except Refusal as refusal:
        errors: dict[str, Any] = refusal.facts.get("errors") or {}
        head.errors[f"scan-{number}"] = [str(text) for texts in errors.values() for text in texts] or [str(refusal)]
        return None
    return Paper(line.data, name, scan) if line.ok else None


def _papers(data: dict[str, Any], products: list[Paper]) -> Papers:
    names = ("name", "kind", "tax_code", "address", "contact_name", "phone", "email")
    wishes = {"kind": data.get("wish_kind"), "services": data.get("services"), "note": data.get("note")}
    return Papers(
        {name: data.get(name) for name in names}, products, data.get("area"),
        {name: value for name, value in wishes.items() if value}, data["conditional"],
    )  # fmt: skip


def _papers_page(key: str, sent: Sent, status: int = 200) -> Response:
    one = invitations.find_by_key(key)
    fair = db.session.get_one(Fair, one.fair_id)
    over = why_over(one, today())
    context: dict[str, Any] = {"one": one, "fair": fair, "form": sent.form, "count": sent.count, "over": over}
    return hide(render("exhibitors/papers_form.html", status, **context, **form_lists()))


def _desk_page(code: str, form: Form, status: int = 200) -> Response:
    one = outsiders.get_outsider(code)
    ids = [row.document_id for row in one.products]
    documents = {row.id: row for row in db.session.scalars(select(Document).where(Document.id.in_(ids)))}
    context: dict[str, Any] = {
        "one": one, "fair": db.session.get_one(Fair, one.fair_id), "form": form, "documents": documents,
        "area": db.session.get(Area, one.area_id) if one.area_id else None, "kinds": PRODUCER_KINDS, "levels": LEVELS,
        "sets": SETS, "same": list_same_tax_code(one.tax_code) if one.tax_code else [],
        "producer": db.session.get(Producer, one.producer_id) if one.producer_id else None,
        "certificates": _certificates(one), "may_enter": may(current_actor(), "outsiders.enter"),
    }  # fmt: skip
    return render("exhibitors/papers_one.html", status, **context)


def _certificates(one: FairOutsider) -> dict[int, Any]:
    """The certificates that were entered, by id."""
    from_rows = [row.certificate_id for row in one.products if row.certificate_id]
    return outsiders.certificates_by_id(from_rows)
