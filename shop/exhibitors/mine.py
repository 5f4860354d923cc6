"""A producer's own fairs: her applications and what happened to them, her booths, her partners, what she was told."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog.producers.models import Producer
from catalog.producers.queries import find_by_name, find_producer, scope_of
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.clock import today
from core.db import db, transaction
from core.errors import Invalid, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import render
from shop.exhibitors import sharing, telling
from shop.exhibitors.blueprint import go, pages
from shop.exhibitors.history import steps_of
from shop.exhibitors.invitations import address, invitations_to
from shop.exhibitors.models import FairNews
from shop.exhibitors.schemas import AskForm
from shop.fairs import queries
from shop.fairs.applying import applications
from shop.fairs.applying.pages import LISTS, choices_of, missing_days, own_producers, wanted_of
from shop.fairs.applying.wishing import typed_wishes
from shop.fairs.models import Booking, Booth, Fair, FairApplication
from shop.fairs.rules import LIVE_APPLICATION, ApplicationState
from shop.fairs.schemas import ApplicationForm

#: Applications on the list: nobody has more that are worth a look.
MOST = 60


@dataclass(frozen=True)
class Line:
    """An application as its producer's list shows it, with the booths it ever had."""

    application: FairApplication
    fair: Fair
    bookings: Sequence[tuple[Booking, Booth]]


@pages.get("/hoi-cho-cua-toi")
@needs("applications.submit")
def mine() -> Response:
    """Her applications, live ones first; invitations and questions to her."""
    own = own_producers()
    ids = [one.id for one in own]
    lines = lines_of(ids)
    invitations = [(one, db.session.get_one(Fair, one.fair_id), address(one)) for one in invitations_to(ids, today())]
    news = db.session.scalars(select(FairNews).where(FairNews.producer_id.in_(ids))).all()
    context: dict[str, Any] = {
        "lines": lines, "producers": {one.id: one for one in own}, "questions": sharing.questions_to(ids),
        "invitations": invitations, "wants_news": any(one.agreed_at and not one.refused_at for one in news),
        "fairs": queries.list_public(today(), 1, 12)[0],
    }  # fmt: skip
    return render("exhibitors/mine.html", **context)


@pages.get("/hoi-cho-cua-toi/<code>")
@needs("applications.submit")
def mine_one(code: str) -> Response:
    """One application: its state, its history, its booth, its partner."""
    return _page(code, Form(AskForm()))


@pages.get("/hoi-cho-cua-toi/<code>/sua")
@needs("applications.submit")
def edit_mine(code: str) -> Response:
    """Products and wishes, while nobody has decided."""
    application, _fair, _producer = own(code, current_actor())
    shown = queries.names_of((), [row.product_id for row in application.products]).products
    values = typed_wishes(application.wishes, _names(application.wishes))
    values |= {"products": [one.slug for one in shown.values()], "conditional": application.renew_by is not None}
    values["version"] = application.version
    return _edit_page(code, Form(ApplicationForm(), values))


@pages.post("/hoi-cho-cua-toi/<code>/sua")
@needs("applications.submit")
def save_mine(code: str) -> Response:
    """Save them; what was typed comes back when it is refused."""
    form = Form(ApplicationForm()).read(request.form)
    version = request.form.get("version", 0, type=int)
    if not form.ok:
        return _edit_page(code, form, 422)
    try:
        applications.edit(code, wanted_of(form), version, current_actor())
    except Refusal as refusal:
        return _edit_page(code, form.refuse(refusal), refusal.status, missing_days(refusal))
    return go("mine_one", _("Đã lưu hồ sơ."), code=code)


@pages.post("/hoi-cho-cua-toi/<code>/rut")
@needs("applications.submit")
def withdraw_mine(code: str) -> Response:
    """Take the application back."""
    applications.withdraw(code, current_actor())
    return go("mine_one", _("Đã rút hồ sơ."), code=code)


@pages.post("/hoi-cho-cua-toi/<code>/ghep-gian")
@needs("applications.submit")
def ask_partner(code: str) -> Response:
    """Ask a household to share the booth."""
    form = Form(AskForm()).read(request.form)
    if not form.ok:
        return _page(code, form, 422)
    said = form.data["household"]
    try:
        found = find_producer(said.upper()) or find_by_name(said)
        if found is None:
            raise Invalid({"household": [_("Không tìm thấy đúng một chủ thể mang mã hoặc tên này.")]})
        sharing.ask(code, found.code, form.data["words"], current_actor())
    except Refusal as refusal:
        return _page(code, form.refuse(refusal), refusal.status)
    return go("mine_one", _("Đã hỏi %(name)s. Khi họ trả lời, hồ sơ sẽ ghi lại.", name=found.name), code=code)


@pages.post("/hoi-cho-cua-toi/<code>/thoi-ghep")
@needs("applications.submit")
def end_partner(code: str) -> Response:
    """Go back on sharing, as either household."""
    sharing.end(code, current_actor())
    return go("mine", _("Đã thôi ghép gian."))


@pages.post("/hoi-cho-cua-toi/tin")
@needs("applications.submit")
def set_news() -> Response:
    """Whether she wants to hear of other fairs."""
    agrees = request.form.get("news") == "1"
    with transaction():
        for one in own_producers():
            telling.say_news(one.id, agrees=agrees)
    said = _("Bạn sẽ nhận tin về các hội chợ khác.") if agrees else _("Bạn sẽ không nhận tin về hội chợ khác nữa.")
    return go("mine", said)


def own(code: str, by: Actor) -> tuple[FairApplication, Fair, Producer]:
    """An application of the caller's producer. Raises ApplicationNotFound, NotFound for another's."""
    application = queries.get_application(code)
    producer = db.session.get_one(Producer, application.producer_id)
    authorize(by, "applications.submit", scope_of(producer))
    return application, db.session.get_one(Fair, application.fair_id), producer


def lines_of(producer_ids: Sequence[int]) -> list[Line]:
    """The applications of some producers, live ones first, then the latest. Three statements."""
    live = FairApplication.state.in_(LIVE_APPLICATION) & Fair.state.in_(("open", "running"))
    query = select(FairApplication, Fair).join(Fair, Fair.id == FairApplication.fair_id)
    query = query.where(FairApplication.producer_id.in_(list(producer_ids)))
    ordered = query.order_by(live.desc(), Fair.opens_on.desc(), FairApplication.id.desc()).limit(MOST)
    rows = db.session.execute(ordered.options(selectinload(FairApplication.products))).all()
    bookings = bookings_of([row[0].id for row in rows])
    return [Line(row[0], row[1], bookings[row[0].id]) for row in rows]


def bookings_of(application_ids: Sequence[int]) -> dict[int, list[tuple[Booking, Booth]]]:
    """Every booking of some applications, the latest first."""
    query = select(Booking, Booth).join(Booth, Booth.id == Booking.booth_id)
    found: dict[int, list[tuple[Booking, Booth]]] = defaultdict(list)
    own_ones = query.where(Booking.application_id.in_(list(application_ids))).order_by(Booking.id.desc())
    for row in db.session.execute(own_ones):
        found[row[0].application_id].append((row[0], row[1]))
    return found


def _page(code: str, form: Form, status: int = 200) -> Response:
    application, fair, producer = own(code, current_actor())
    shown = queries.names_of((), [row.product_id for row in application.products]).products
    context: dict[str, Any] = {
        "one": application, "fair": fair, "producer": producer, "form": form, "products": list(shown.values()),
        "steps": steps_of([application.id])[application.id], "bookings": bookings_of([application.id])[application.id],
        "partner": sharing.find_partner(application.id), "messages": telling.messages_to(application.id),
        "names": _names(application.wishes), "holds": queries.holds_booth(application.id),
        "is_open": application.state in LIVE_APPLICATION and fair.state in ("open", "running"),
    }  # fmt: skip
    return render("exhibitors/mine_one.html", status, **context)


def _edit_page(code: str, form: Form, status: int = 200, missing: Sequence[Any] = ()) -> Response:
    application, fair, producer = own(code, current_actor())
    context: dict[str, Any] = {
        "one": application, "fair": fair, "producer": producer, "form": form, "missing": missing,
        "choices": choices_of(fair, [producer]), "may_edit": application.state == ApplicationState.SUBMITTED, **LISTS,
    }  # fmt: skip
    return render("exhibitors/mine_edit.html", status, **context)


def _names(wishes: dict[str, Any]) -> dict[str, str]:
    """The producers that wishes name, by code."""
    codes = {str(one) for field in ("near", "apart") for one in wishes.get(field) or ()}
    query = select(Producer.code, Producer.name).where(Producer.code.in_(codes))
    return {row[0]: row[1] for row in db.session.execute(query)} if codes else {}
