"""The organizer's desk of supply and demand: setting, buyers, timetable, results, and a plan for everybody."""

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from core.accounts.permissions import authorize, is_allowed
from core.clock import now
from core.db import transaction
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import Schema
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import Pages, flash, render
from shop.fairs import permissions
from shop.fairs.models import Fair
from shop.fairs.queries import get_fair
from shop.meetings import queries, schemas, service, setting
from shop.meetings.links import key_of
from shop.meetings.pages import MOST, choices, record
from shop.meetings.rules import BuyerState, Outcome, Side
from shop.meetings.service import Party, Wish
from shop.meetings.typed import BLANK, read_buyer, setting_of

pages = Pages("meeting_desk", __name__)
STEM = "/quan-ly/hoi-cho/<slug>/ket-noi"


@pages.get(STEM)
@needs("meetings.read")
def show(slug: str) -> Response:
    """Figures, buyers by state, and the way to everything else."""
    return _overview(_fair(slug))


@pages.get(STEM + "/cai-dat")
@needs("meetings.manage")
def settings(slug: str) -> Response:
    """Hours, slots, tables, and whether buyers may register."""
    fair = _fair(slug, "meetings.manage")
    return _settings(fair, Form(schemas.SettingForm(), _standing(fair)))


@pages.post(STEM + "/cai-dat")
@needs("meetings.manage")
def set_up(slug: str) -> Response:
    """Save the setting; what was typed comes back when it is refused."""
    fair = _fair(slug, "meetings.manage")
    form = Form(schemas.SettingForm()).read(request.form)
    if not form.ok:
        return _settings(fair, form, 422)
    try:
        setting.set_up(slug, setting_of(form.data), form.data.get("version"), current_actor())
    except Refusal as refusal:
        return _settings(fair, form.refuse(refusal), refusal.status)
    flash(_("Đã lưu giờ và bàn hẹn."))
    return _back(slug)


@pages.get(STEM + "/moi")
@needs("meetings.manage")
def new_buyer(slug: str) -> Response:
    """Enter a buyer who telephoned: admitted at once."""
    blank = {f"{name}-{n}": value for name, value in BLANK.items() for n in range(1, 6)}
    return _buyer_form(_fair(slug, "meetings.manage"), Form(schemas.BuyerForm(), blank))


@pages.post(STEM + "/moi")
@needs("meetings.manage")
def enter_buyer(slug: str) -> Response:
    """Save a buyer who telephoned."""
    fair = _fair(slug, "meetings.manage")
    form, wanted = read_buyer(request.form)
    if wanted is None:
        return _buyer_form(fair, form, 422)
    try:
        made = service.register(slug, wanted, current_actor())
    except Refusal as refusal:
        return _buyer_form(fair, form.refuse(refusal), refusal.status)
    flash(_("Đã ghi %(company)s.", company=made.company))
    return redirect(url_for("meeting_desk.buyer", slug=slug, code=made.code), 303)  # type: ignore[return-value]


@pages.get(STEM + "/lich")
@needs("meetings.read")
def timetable(slug: str) -> Response:
    """Every meeting by time and table, and its result."""
    return _timetable(_fair(slug))


@pages.get(STEM + "/ben-mua/<code>")
@needs("meetings.read")
def buyer(slug: str, code: str) -> Response:
    """One buyer: what she looks for, who is proposed and why, her meetings."""
    return _buyer_page(_fair(slug), code)


@pages.post(STEM + "/ben-mua/<code>")
@needs("meetings.manage")
def decide(slug: str, code: str) -> Response:
    """Admit a buyer, or refuse her."""
    fair = _fair(slug, "meetings.manage")
    return _act(
        fair, schemas.StateForm(), _("Đã ghi quyết định."), url_for("meeting_desk.buyer", slug=slug, code=code),
        lambda data, party: service.decide_buyer(slug, code, BuyerState(data["state"]), party.by),
        lambda form, status: _buyer_page(fair, code, form, status),
    )  # fmt: skip


@pages.post(STEM + "/ben-mua/<code>/hen")
@needs("meetings.manage")
def book(slug: str, code: str) -> Response:
    """Make a meeting for a buyer."""
    fair = _fair(slug, "meetings.manage")
    return _act(
        fair, schemas.WishForm(), _("Đã hẹn; hai bên được báo."), url_for("meeting_desk.buyer", slug=slug, code=code),
        lambda data, party: service.book(Wish(slug, code, data.get("producer", ""), data["slot"]), party),
        lambda form, status: _buyer_page(fair, code, form, status),
    )  # fmt: skip


@pages.post(STEM + "/lich/doi")
@needs("meetings.manage")
def move(slug: str) -> Response:
    """Another time for a meeting."""

    def verb(data: dict[str, Any], party: Party) -> object:
        return service.move(data["meeting"], data["slot"], data["version"], party)

    return _in_timetable(slug, schemas.MoveForm(), _("Đã đổi giờ hẹn; hai bên được báo."), verb)


@pages.post(STEM + "/lich/huy")
@needs("meetings.manage")
def cancel(slug: str) -> Response:
    """Call a meeting off."""

    def verb(data: dict[str, Any], party: Party) -> object:
        return service.cancel(data["meeting"], data["reason"], party)

    return _in_timetable(slug, schemas.CancelForm(), _("Đã hủy; hai bên được báo."), verb)


@pages.post(STEM + "/lich/ket-qua")
@needs("meetings.manage")
def result(slug: str) -> Response:
    """Write down what came of a meeting."""
    return _in_timetable(slug, schemas.ResultForm(), _("Đã ghi kết quả."), record)


@pages.get(STEM + "/xep")
@needs("meetings.manage")
def plan_all(slug: str) -> Response:
    """What arranging meetings for everybody would make; nothing is written."""
    fair = _fair(slug, "meetings.manage")
    arranged = setting.arrange_all(slug, current_actor(), dry_run=True)
    return render("meetings/desk_arrange.html", fair=fair, arranged=arranged, slots=_slots(arranged), tab="ket-noi")


@pages.post(STEM + "/xep")
@needs("meetings.manage")
def arrange(slug: str) -> Response:
    """Make them."""
    with transaction():
        only_once(request.form.get("once"))
        made = setting.arrange_all(slug, current_actor(), dry_run=False)
    flash(_("Đã xếp %(count)d cuộc hẹn; mọi người được báo.", count=len(made.seats)))
    return redirect(url_for("meeting_desk.timetable", slug=slug), 303)  # type: ignore[return-value]


def _fair(slug: str, action: str = "meetings.read") -> Fair:
    """The fair, to its organizers; to others it does not exist."""
    fair = get_fair(slug)
    authorize(current_actor(), action, permissions.scope_of(fair))
    return fair


def _act(
    fair: Fair, schema: Schema, done: str, url: str, verb: Callable[[dict[str, Any], Party], object],
    again: Callable[[Form, int], Response],
) -> Response:  # fmt: skip
    form = Form(schema).read(request.form)
    if not form.ok:
        return again(form, 422)
    try:
        with transaction():
            only_once(request.form.get("once"))
            verb(form.data, Party(Side.ORGANIZER, current_actor()))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return again(form.refuse(refusal), refusal.status)
    flash(done)
    return redirect(url, 303)  # type: ignore[return-value]


def _in_timetable(slug: str, schema: Schema, done: str, verb: Callable[[dict[str, Any], Party], object]) -> Response:
    fair = _fair(slug, "meetings.manage")
    url = url_for("meeting_desk.timetable", slug=slug)

    def of_fair(data: dict[str, Any], party: Party) -> object:
        queries.check_of_fair(data["meeting"], fair.id)
        return verb(data, party)

    return _act(fair, schema, done, url, of_fair, lambda form, status: _timetable(fair, form, status))


def _overview(fair: Fair) -> Response:
    plan = queries.find_plan(fair.id)
    buyers = queries.list_buyers(fair.id)
    grid = queries.grid_of(fair.id)
    context: dict[str, Any] = {
        "plan": plan, "buyers": buyers, "grid": grid, "figures": queries.figures_of([fair.id])[fair.id],
        "counts": queries.meetings_by_buyer(grid), "may_manage": _may_manage(fair), "tab": "ket-noi",
    }  # fmt: skip
    return render("meetings/desk.html", fair=fair, **context)


def _settings(fair: Fair, form: Form, status: int = 200) -> Response:
    plan = queries.find_plan(fair.id)
    return render("meetings/desk_setting.html", status, fair=fair, plan=plan, form=form, tab="ket-noi")


def _standing(fair: Fair) -> dict[str, Any]:
    """What the form of the setting holds at first."""
    plan, grid = queries.find_plan(fair.id), queries.grid_of(fair.id)
    if plan is None:
        return {
            "is_open": "true", "register_until": fair.opens_on, "starts_time": "08:30", "ends_time": "16:30",
            "pause_from": "11:30", "pause_until": "13:30", "slot_minutes": 30, "tables": 10, "most_each": 6,
        }  # fmt: skip
    clocks = {name: getattr(plan, name) for name in ("starts_time", "ends_time", "pause_from", "pause_until")}
    return {
        **{name: f"{at:%H:%M}" if at else "" for name, at in clocks.items()},
        "is_open": "true" if plan.is_open else "", "register_until": plan.register_until, "place": plan.place,
        "slot_minutes": plan.slot_minutes, "tables": len(grid.tables), "most_each": plan.most_each,
    }  # fmt: skip


def _buyer_form(fair: Fair, form: Form, status: int = 200) -> Response:
    return render("meetings/desk_buyer_new.html", status, fair=fair, form=form, tab="ket-noi", **choices())


def _buyer_page(fair: Fair, code: str, form: Form | None = None, status: int = 200) -> Response:
    one, at = queries.get_buyer(code, fair.id), now()
    lines = queries.timetable(fair.id, buyer_id=one.id, even_over=True)
    stands = queries.stands_of(fair, at)
    found = queries.proposals_for(one, stands)[:MOST]
    grid = queries.grid_of(fair.id)
    asked = {each.producer_id for each in found}
    days, codes = queries.days_of(fair.id, asked, at), queries.codes_of(asked)
    free = {each: grid.free_for(one.id, each, days.get(each, ()), at) for each in asked}
    met = {line.producer.id for line in lines if line.meeting.state != "cancelled"}
    return render(
        "meetings/desk_buyer.html", status, fair=fair, buyer=one, lines=lines, proposals=found, free=free, met=met,
        stands={stand.producer_id: stand for stand in stands}, codes=codes, form=form or Form(schemas.WishForm()),
        may_manage=_may_manage(fair), url=url_for("meetings.buyer", key=key_of(one.code), _external=True),
        tab="ket-noi",
    )  # fmt: skip


def _timetable(fair: Fair, form: Form | None = None, status: int = 200) -> Response:
    lines, at = queries.timetable(fair.id), now()
    grid = queries.grid_of(fair.id)
    days = queries.days_of(fair.id, {line.producer.id for line in lines}, at)
    free = {
        line.meeting.id: grid.free_for(line.buyer.id, line.producer.id, days.get(line.producer.id, ()), at)
        for line in lines
        if line.meeting.state == "booked" and line.slot.starts_at > at
    }
    return render(
        "meetings/desk_timetable.html", status, fair=fair, lines=lines, free=free, at=at, outcomes=list(Outcome),
        form=form or Form(schemas.ResultForm()), may_manage=_may_manage(fair), tab="ket-noi",
    )  # fmt: skip


def _slots(arranged: setting.Arranged) -> dict[int, Any]:
    return {one.id: one for one in arranged.grid.slots}


def _may_manage(fair: Fair) -> bool:
    return is_allowed(current_actor(), "meetings.manage", permissions.scope_of(fair))


def _back(slug: str) -> Response:
    return redirect(url_for("meeting_desk.show", slug=slug), 303)  # type: ignore[return-value]
