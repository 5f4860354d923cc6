"""Pages of supply and demand for those who come: a company registers; her own page; an exhibitor's own timetable.

A buyer has no account: the signed address of her page is what she is known by.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from catalog.producers.models import Producer
from catalog.producers.queries import find_producer
from catalog.products.sets import GROUPS, SETS
from core.accounts.actor import ANONYMOUS
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Refusal
from core.web.access import current_actor, needs, public
from core.web.fields import Schema
from core.web.forms import Form
from core.web.head import head_of
from core.web.idempotency import only_once
from core.web.links import address_of
from core.web.pages import Pages, flash, render
from core.web.ratelimit import caller_address, limit
from shop.fairs.calendar import Entry
from shop.fairs.models import Fair
from shop.fairs.pages import calendar_answer
from shop.fairs.queries import get_public
from shop.meetings import queries, schemas, service
from shop.meetings.links import code_of, key_of
from shop.meetings.models import Buyer
from shop.meetings.refusals import BuyerGone
from shop.meetings.rules import KINDS, MOST_NEEDS, PERIODS, BuyerState, MeetingState, Outcome, Side
from shop.meetings.service import Party, Result, Wish
from shop.meetings.typed import BLANK, read_buyer
from shop.meetings.words import slot_words

pages = Pages("meetings", __name__)
#: Exhibitors that a buyer's page proposes, and buyers that an exhibitor's does.
MOST = 30


@pages.get("/hoi-cho/<slug>/ket-noi")
@public
def new(slug: str) -> Response:
    """How it works, and the form by which a company registers."""
    blank = {f"{name}-{n}": value for name, value in BLANK.items() for n in range(1, MOST_NEEDS + 1)}
    return _form(get_public(slug), Form(schemas.BuyerForm(), blank))


@pages.post("/hoi-cho/<slug>/ket-noi")
@public
def register(slug: str) -> Response:
    """Take a registration; what was typed comes back when something is wrong."""
    fair = get_public(slug)
    form, wanted = read_buyer(request.form)
    if wanted is None:
        return _form(fair, form, 422)
    limit("buyer.address", caller_address(), times=20, per=timedelta(hours=1))
    try:
        made = service.register(slug, wanted, ANONYMOUS)
    except Refusal as refusal:
        return _form(fair, form.refuse(refusal), refusal.status)
    flash(_("Đã nhận đăng ký. Hãy giữ địa chỉ trang này: lịch hẹn của bạn ở đây."))
    return _to_buyer(key_of(made.code))


@pages.get("/ket-noi/<key>")
@public
def buyer(key: str) -> Response:
    """A buyer's own page: exhibitors proposed with reasons, free times, her timetable."""
    return _private(_buyer_page(_buyer(key), key))


@pages.post("/ket-noi/<key>/hen")
@public
def book_as_buyer(key: str) -> Response:
    """The buyer asks for a meeting."""
    return _as_buyer(key, schemas.WishForm(), _("Đã hẹn."), _book_for_buyer)


@pages.post("/ket-noi/<key>/doi")
@public
def move_as_buyer(key: str) -> Response:
    """The buyer takes another time."""
    return _as_buyer(key, schemas.MoveForm(), _("Đã đổi giờ hẹn."), lambda _b, data, party: _move(data, party))


@pages.post("/ket-noi/<key>/huy")
@public
def cancel_as_buyer(key: str) -> Response:
    """The buyer calls a meeting off."""
    return _as_buyer(key, schemas.CancelForm(), _("Đã hủy cuộc hẹn."), lambda _b, data, party: _cancel(data, party))


@pages.post("/ket-noi/<key>/rut")
@public
def withdraw(key: str) -> Response:
    """The buyer does not come at all."""
    service.withdraw_buyer(code_of(key), ANONYMOUS)
    flash(_("Đã rút đăng ký; các chủ thể có hẹn đã được báo."))
    return _to_buyer(key)


@pages.get("/ket-noi/<key>/lich.ics")
@public
def buyer_calendar(key: str) -> Response:
    """Her meetings as a calendar file, those called off too, so that a calendar forgets them."""
    one = _buyer(key)
    lines = queries.timetable(one.fair_id, buyer_id=one.id, even_over=True)
    url = address_of("meetings.buyer", key=key)
    return _private(calendar_answer(_entries(one.fair_id, lines, url, Side.BUYER), one.code.lower()))


@pages.get("/hoi-cho/<slug>/ket-noi/cua-toi")
@needs("meetings.own")
def own(slug: str) -> Response:
    """An exhibitor's own page: her timetable, buyers that look for what she shows, results."""
    return _own_page(get_public(slug))


@pages.post("/hoi-cho/<slug>/ket-noi/cua-toi/hen")
@needs("meetings.own")
def book_as_exhibitor(slug: str) -> Response:
    """The exhibitor asks for a meeting with a buyer."""
    fair = get_public(slug)

    def verb(data: dict[str, Any], party: Party) -> object:
        return service.book(Wish(slug, data.get("buyer", ""), data.get("producer", ""), data["slot"]), party)

    return _as_exhibitor(fair, schemas.WishForm(), _("Đã hẹn; bên mua được báo."), verb)


@pages.post("/hoi-cho/<slug>/ket-noi/cua-toi/doi")
@needs("meetings.own")
def move_as_exhibitor(slug: str) -> Response:
    """The exhibitor takes another time."""
    return _as_exhibitor(get_public(slug), schemas.MoveForm(), _("Đã đổi giờ hẹn; bên mua được báo."), _move)


@pages.post("/hoi-cho/<slug>/ket-noi/cua-toi/huy")
@needs("meetings.own")
def cancel_as_exhibitor(slug: str) -> Response:
    """The exhibitor calls a meeting off."""
    return _as_exhibitor(get_public(slug), schemas.CancelForm(), _("Đã hủy; bên mua được báo."), _cancel)


@pages.post("/hoi-cho/<slug>/ket-noi/cua-toi/ket-qua")
@needs("meetings.own")
def record_as_exhibitor(slug: str) -> Response:
    """The exhibitor writes down what came of a meeting."""
    return _as_exhibitor(get_public(slug), schemas.ResultForm(), _("Đã ghi kết quả."), record)


@pages.get("/hoi-cho/<slug>/ket-noi/cua-toi/lich.ics")
@needs("meetings.own")
def own_calendar(slug: str) -> Response:
    """Her meetings as a calendar file."""
    fair = get_public(slug)
    lines = queries.timetable(fair.id, producer_ids=[one.id for one in own_producers()], even_over=True)
    url = address_of("meetings.own", slug=slug)
    return _private(calendar_answer(_entries(fair.id, lines, url, Side.EXHIBITOR), f"{slug}-ket-noi"))


def record(data: dict[str, Any], party: Party) -> object:
    """Write a result down out of its loaded form."""
    result = Result(data["came"] == "yes", Outcome(data["outcome"]), data["expected"], data.get("words", ""))
    return service.record_result(data["meeting"], result, data["version"], party)


def own_producers() -> list[Producer]:
    """The producers that this account speaks for."""
    found = map(find_producer, sorted(current_actor().scopes_of("producer")))
    return [one for one in found if one is not None]


def choices() -> dict[str, Any]:
    """What the form of a buyer lets choose from."""
    sets = {number: [one for one in SETS.values() if one.group == number] for number in GROUPS}
    return {"groups": GROUPS, "sets": sets, "kinds": KINDS, "periods": PERIODS, "lines": range(1, MOST_NEEDS + 1)}


def _book_for_buyer(one: Buyer, data: dict[str, Any], party: Party) -> object:
    slug = db.session.get_one(Fair, one.fair_id).slug
    return service.book(Wish(slug, one.code, data.get("producer", ""), data["slot"]), party)


def _move(data: dict[str, Any], party: Party) -> object:
    return service.move(data["meeting"], data["slot"], data["version"], party)


def _cancel(data: dict[str, Any], party: Party) -> object:
    return service.cancel(data["meeting"], data["reason"], party)


def _as_buyer(key: str, schema: Schema, done: str, verb: Callable[[Buyer, dict[str, Any], Party], object]) -> Response:
    one = _buyer(key)
    party = Party(Side.BUYER, ANONYMOUS, one.id)

    def act(data: dict[str, Any]) -> object:
        return verb(one, data, party)

    form, status = _try(Form(schema).read(request.form), act)
    if not form.ok:
        return _private(_buyer_page(_buyer(key), key, form, status))
    flash(done)
    return _to_buyer(key)


def _as_exhibitor(fair: Fair, schema: Schema, done: str, verb: Callable[[dict[str, Any], Party], object]) -> Response:
    party = Party(Side.EXHIBITOR, current_actor())
    form, status = _try(Form(schema).read(request.form), lambda data: verb(data, party))
    if not form.ok:
        return _own_page(fair, form, status)
    flash(done)
    return redirect(url_for("meetings.own", slug=fair.slug), 303)  # type: ignore[return-value]


def _try(form: Form, verb: Callable[[dict[str, Any]], object]) -> tuple[Form, int]:
    """Run a verb once for its form: a refusal comes back on it with its status. What is another's stays unknown."""
    if not form.ok:
        return form, 422
    try:
        with transaction():
            only_once(request.form.get("once"))
            verb(form.data)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return form.refuse(refusal), refusal.status
    return form, 200


def _buyer(key: str) -> Buyer:
    return queries.get_buyer(code_of(key))


def _form(fair: Fair, form: Form, status: int = 200) -> Response:
    plan, at = queries.get_plan(fair.id), now()
    text = _("Doanh nghiệp tìm nguồn hàng OCOP tại %(fair)s: đăng ký, được gợi ý chủ thể, hẹn giờ gặp.", fair=fair.name)
    head = head_of("meetings.new", {"slug": fair.slug}, _("Kết nối cung cầu · %(fair)s", fair=fair.name), text)
    return render(
        "meetings/new.html", status, head=head, fair=fair, plan=plan, form=form, **choices(),
        is_open=service.takes_buyers(fair, plan.is_open, plan.register_until, local_day(at)),
        is_exhibitor=bool(own_producers()),
    )  # fmt: skip


def _buyer_page(one: Buyer, key: str, form: Form | None = None, status: int = 200) -> Response:
    if one.state == BuyerState.WITHDRAWN:
        raise BuyerGone
    at, fair = now(), db.session.get_one(Fair, one.fair_id)
    lines = queries.timetable(fair.id, buyer_id=one.id)
    stands = queries.stands_of(fair, at) if one.state == BuyerState.ADMITTED else []
    found = queries.proposals_for(one, stands)[:MOST]
    names = {stand.producer_id: stand for stand in stands}
    grid, met = queries.grid_of(fair.id), {line.producer.id for line in lines}
    asked = {each.producer_id for each in found} | met
    days, codes = queries.days_of(fair.id, asked, at), queries.codes_of(asked)
    free = {each: grid.free_for(one.id, each, days.get(each, ()), at) for each in asked}
    return render(
        "meetings/buyer.html", status, buyer=one, key=key, fair=fair, plan=queries.find_plan(fair.id), lines=lines,
        proposals=found, stands=names, free=free, met=met, codes=codes, form=form or Form(schemas.WishForm()), at=at,
    )  # fmt: skip


def _own_page(fair: Fair, form: Form | None = None, status: int = 200) -> Response:
    at, plan = now(), queries.get_plan(fair.id)
    producers = {one.id: one for one in own_producers()}
    lines = queries.timetable(fair.id, producer_ids=producers)
    stands = [one for one in queries.stands_of(fair, at) if one.producer_id in producers]
    found = queries.buyers_for(producers, queries.list_buyers(fair.id, BuyerState.ADMITTED), stands)[:MOST]
    grid, days = queries.grid_of(fair.id), queries.days_of(fair.id, producers, at)
    met = {(line.buyer.id, line.producer.id) for line in lines}
    pairs = {(one.id, producer_id) for one, producer_id, _matches in found} | met
    free = {pair: grid.free_for(pair[0], pair[1], days.get(pair[1], ()), at) for pair in pairs}
    return render(
        "meetings/own.html", status, fair=fair, plan=plan, producers=producers, lines=lines, found=found, free=free,
        met=met, form=form or Form(schemas.WishForm()), at=at, outcomes=list(Outcome),
    )  # fmt: skip


def _entries(fair_id: int, lines: Collection[queries.Line], url: str, side: Side) -> list[Entry]:
    plan, fair = queries.find_plan(fair_id), db.session.get_one(Fair, fair_id)
    place = plan.place if plan else fair.venue
    return [
        Entry(
            f"meeting-{line.meeting.code}@ocop-mart",
            _("Hẹn %(other)s", other=line.producer.name if side == Side.BUYER else line.buyer.company),
            _("Bàn %(table)s, %(place)s", table=line.table, place=f"{place}, {fair.venue}"), line.slot.starts_at,
            line.slot.ends_at, url, words=slot_words(line.slot), sequence=line.meeting.version,
            is_cancelled=line.meeting.state == MeetingState.CANCELLED,
        )
        for line in lines
    ]  # fmt: skip


def _to_buyer(key: str) -> Response:
    return _private(redirect(url_for("meetings.buyer", key=key), 303))  # type: ignore[arg-type]


def _private(answer: Response) -> Response:
    """The address is a key: it must not travel to any other page."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
