"""The organizer's desk on the days of a fair: the live board, badges and signs, lists for contractors, slots."""

from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from flask import Response, make_response, redirect, request, url_for
from flask_babel import gettext as _

from catalog.exports import FORMATS, answer
from core.clock import ZONE, now, today
from core.db import transaction
from core.errors import Invalid, NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.fields import read_day
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import Pages, flash, is_fragment, render
from shop.fairdays import badges, schemas, slots
from shop.fairdays.arrivals import Told, settle_scan, take_scan
from shop.fairdays.board import Standing, board_of, day_shown
from shop.fairdays.lists import LISTS, table_of
from shop.fairdays.needs import needs_of_row, usual
from shop.fairdays.papers import badges_pdf, signs_pdf, table_pdf
from shop.fairdays.queries import PAID, badges_of, fair_for, holders_of, needs_of, runs_fair, shown_at
from shop.fairdays.rules import Direction, Outcome, Settled, Trouble
from shop.fairdays.words import DIRECTIONS, TROUBLES
from shop.fairs.models import Fair
from shop.fairs.rules import fair_days

pages = Pages("fairdays_desk", __name__)
BASE = "/quan-ly/hoi-cho/<slug>"
#: Sheets in one file: more are printed hall by hall.
MOST_BADGES_PRINTED = 2_000


@pages.get(f"{BASE}/ngay-hoi")
@needs("fairdays.read")
def board(slug: str) -> Response:
    """The live board; ``?ngay=`` another day, ``?o=`` one standing, ``?nha=`` one hall. Its table is fetched anew."""
    fair, by = fair_for(slug, current_actor(), "fairdays.read"), current_actor()
    found = board_of(fair, now(), _day_asked(fair))
    standing, hall = request.args.get("o") or None, request.args.get("nha") or None
    context: dict[str, Any] = {
        "fair": fair, "board": found, "rows": found.shown(standing, hall), "standing": standing, "hall": hall,
        "halls": sorted({row.held.booth.hall for row in found.rows}), "standings": [one.value for one in Standing],
        "days": fair_days(fair.opens_on, fair.closes_on), "may_manage": runs_fair(fair, by), "troubles": TROUBLES,
        "reason": Trouble, "is_today": found.day == today(),
    }  # fmt: skip
    return render("fairdays/_board.html" if is_fragment() else "fairdays/board.html", **context)


@pages.post(f"{BASE}/ngay-hoi/den")
@needs("fairdays.check_in")
def arrive(slug: str) -> Response:
    """Check an exhibitor in by hand: a booking's code, without a badge."""
    told = Told(str(uuid4()), request.form.get("booking", "")[:300] or "?", now(), by_hand=True)
    scan = take_scan(slug, told, current_actor())
    is_in = scan.outcome in (Outcome.ACCEPTED, Outcome.REPEATED)
    flash(_("Gian %(booth)s đã đến.", booth=scan.answer["booth"]) if is_in else scan.answer["words"],
          "success" if is_in else "error")  # fmt: skip
    return _back("board", slug)


@pages.post(f"{BASE}/ngay-hoi/luot-quet/<uuid>")
@needs("fairdays.manage")
def settle(slug: str, uuid: str) -> Response:
    """Decide about a scan that was taken without the network."""
    form = Form(schemas.SettleIn()).read(request.form)
    if not form.ok:
        raise Invalid(dict(form.errors))
    settle_scan(slug, uuid, Settled(form.data["decision"]), form.data["note"], current_actor())
    flash(_("Đã ghi quyết định về lượt quét."))
    return _back("board", slug)


@pages.get(f"{BASE}/the")
@needs("fairdays.read")
def badges_page(slug: str) -> Response:
    """Badges by booth, and what to print."""
    fair = fair_for(slug, current_actor(), "fairdays.read")
    return _badges_page(fair, Form(schemas.FillForm(), {"per_booth": min(2, badges.most_badges(fair))}))


@pages.post(f"{BASE}/the")
@needs("fairdays.manage")
def fill_badges(slug: str) -> Response:
    """Give every paid booth so many badges."""
    fair = fair_for(slug, current_actor(), "fairdays.manage")
    form = Form(schemas.FillForm()).read(request.form)
    if not form.ok:
        return _badges_page(fair, form, 422)
    made = badges.issue_missing(slug, form.data["per_booth"], current_actor())
    flash(_("Đã cấp thêm %(count)d thẻ.", count=made))
    return _back("badges_page", slug)


@pages.get(f"{BASE}/the.pdf")
@needs("fairdays.read")
def badges_file(slug: str) -> Response:
    """The badges of all booths, of one hall (``?nha=``) or of one booking (``?gian=``), four on a sheet."""
    fair, hall, code = _fair(slug), request.args.get("nha"), request.args.get("gian")
    held = [one for one in holders_of(fair.id) if hall in (None, one.booth.hall) and code in (None, one.booking.code)]
    found = badges_of([one.booking.id for one in held])
    chosen = [(one, badge) for one in held for badge in found.get(one.booking.id, ())][:MOST_BADGES_PRINTED]
    if not chosen:
        raise NotFound
    return pdf_answer(badges_pdf(fair, chosen, now()), f"the-{fair.slug}.pdf")


@pages.get(f"{BASE}/bien.pdf")
@needs("fairdays.read")
def signs_file(slug: str) -> Response:
    """The signs of all paid booths, of one hall (``?nha=``) or of one booking (``?gian=``), a sheet each.

    Who was only offered a booth, or has not paid, may still lose it: her sign is printed when it is asked for by name.
    """
    fair, hall, code = _fair(slug), request.args.get("nha"), request.args.get("gian")
    held = [
        one for one in holders_of(fair.id)
        if hall in (None, one.booth.hall) and (one.booking.code == code if code else one.booking.state in PAID)
    ]  # fmt: skip
    if not held:
        raise NotFound
    shown = shown_at(fair)
    asked = needs_of([one.booking.id for one in held])
    signs = [
        (one, (needs_of_row(asked[one.booking.id]) if one.booking.id in asked else usual(one)).fascia,
         shown[one.booking.id])
        for one in held
    ]  # fmt: skip
    return pdf_answer(signs_pdf(fair, signs, now()), f"bien-{fair.slug}.pdf")


@pages.get(f"{BASE}/danh-sach")
@needs("fairdays.read")
def lists(slug: str) -> Response:
    """Every list with its files, and the slots at the loading gates."""
    return _lists_page(_fair(slug), Form(schemas.SlotsForm()))


@pages.get(f"{BASE}/danh-sach/<name>")
@needs("fairdays.read")
def show_list(slug: str, name: str) -> Response:
    """One list as a page; ``?format=pdf``, ``xlsx`` or ``csv`` as a file; ``?ngay=`` of which day."""
    one, fair = LISTS.get(name), _fair(slug)
    if one is None:
        raise NotFound
    day = _day_asked(fair) or day_shown(fair, today())
    table, wanted = table_of(one, fair, day), request.args.get("format")
    if wanted in FORMATS:
        return answer(table, wanted)
    if wanted == "pdf":
        return pdf_answer(table_pdf(fair, table, day if one.is_of_day else None, now()), f"{table.name}.pdf")
    days = fair_days(fair.opens_on, fair.closes_on) if one.is_of_day else ()
    return render("fairdays/list.html", fair=fair, one=one, table=table, day=day, days=days, tab="lists")


@pages.post(f"{BASE}/khung-gio")
@needs("fairdays.manage")
def make_slots(slug: str) -> Response:
    """Make slots at a loading gate."""
    fair = fair_for(slug, current_actor(), "fairdays.manage")
    form = Form(schemas.SlotsForm()).read(request.form)
    if not form.ok:
        return _lists_page(fair, form, 422)
    data = form.data
    first, last = (datetime.combine(data["day"], time.fromisoformat(data[end]), ZONE) for end in ("start", "end"))
    new = slots.NewSlots(Direction(data["direction"]), data["gate"], first, last, data["minutes"], data["vehicles"])
    try:
        with transaction():
            only_once(request.form.get("once"))
            made = slots.make_slots(slug, new, current_actor())
    except Refusal as refusal:
        return _lists_page(fair, form.refuse(refusal), refusal.status)
    flash(_("Đã thêm %(count)d khung giờ.", count=made))
    return _back("lists", slug, _anchor="khung-gio")


@pages.post(f"{BASE}/khung-gio/<int:slot_id>/bo")
@needs("fairdays.manage")
def drop_slot(slug: str, slot_id: int) -> Response:
    """Take a slot away that nobody has booked."""
    slots.drop_slot(slug, slot_id, current_actor())
    flash(_("Đã bỏ khung giờ."))
    return _back("lists", slug, _anchor="khung-gio")


def pdf_answer(data: bytes, name: str) -> Response:
    """A PDF to look at or to print; not kept by anybody between."""
    response = make_response(data)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _fair(slug: str) -> Fair:
    return fair_for(slug, current_actor(), "fairdays.read")


def _day_asked(fair: Fair) -> date | None:
    """The day in the address, when it is one of the fair's."""
    asked = request.args.get("ngay")
    if not asked:
        return None
    day = read_day(asked)
    if day is None or not fair.opens_on <= day <= fair.closes_on:
        raise NotFound
    return day


def _badges_page(fair: Fair, form: Form, status: int = 200) -> Response:
    held = holders_of(fair.id)
    found = badges_of([one.booking.id for one in held])
    lines = [(one, found.get(one.booking.id, [])) for one in held]
    context: dict[str, Any] = {
        "fair": fair, "lines": lines, "form": form, "most": badges.most_badges(fair),
        "count": sum(len(some) for _held, some in lines), "may_manage": runs_fair(fair, current_actor()),
        "paid": sum(one.booking.state in PAID for one in held), "halls": sorted({one.booth.hall for one in held}),
        "tab": "badges",
    }  # fmt: skip
    return render("fairdays/badges.html", status, **context)


def _lists_page(fair: Fair, form: Form, status: int = 200) -> Response:
    context: dict[str, Any] = {
        "fair": fair, "lists": LISTS.values(), "form": form, "slots": slots.slots_of(fair.id),
        "directions": [(one.value, text) for one, text in DIRECTIONS.items()], "words": DIRECTIONS, "zone": ZONE,
        "may_manage": runs_fair(fair, current_actor()), "tab": "lists",
    }  # fmt: skip
    return render("fairdays/lists.html", status, **context)


def _back(page: str, slug: str, **more: Any) -> Response:
    return redirect(url_for(f"fairdays_desk.{page}", slug=slug, **more), 303)  # type: ignore[return-value]
