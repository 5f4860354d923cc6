"""The desk of cards: what no program may decide about money, each with what to do, until a person has seen to it."""

from flask import Response, request
from flask_babel import gettext as _

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from core.money import dong
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.cards.alarms import clear_alarm, list_alarms
from shop.cards.models import CardAlarm
from shop.cards.schemas import ClearIn
from shop.cards.words import ADVICE, ALARMS, FACTS
from shop.orders.rules import number_of


@desk.get("/the")
@needs("cards.read")
def cards() -> Response:
    """Alarms that wait; with ``state=cleared`` those that are seen to."""
    return _page(Form(ClearIn()))


@desk.post("/the/<int:alarm_id>/xong")
@needs("cards.clear")
def clear_card_alarm(alarm_id: int) -> Response:
    """A person has seen to it, and says how."""
    form = Form(ClearIn()).read(request.form)
    if not form.ok:
        return _page(form, 422, failed=alarm_id)
    clear_alarm(alarm_id, form.data["note"], current_actor())
    flash(_("Đã ghi."))
    return go("desk.cards")


def _page(form: Form, status: int = 200, failed: int | None = None) -> Response:
    is_open, page = asked_text("state") != "cleared", page_number()
    rows, total = list_alarms(is_open=is_open, page=page, per_page=PER_PAGE)
    return render(
        "desk/cards.html", status, rows=[(one, _facts(one)) for one in rows], is_open=is_open, page=page,
        pages=pages_of(total), total=total, names=ALARMS, advice=ADVICE, form=form, failed=failed,
        number_of=lambda reference: number_of(reference) if reference else None,
    )  # fmt: skip


def _facts(alarm: CardAlarm) -> list[tuple[str, str]]:
    """What was found, in words; what has none stays out."""
    shown = [(name, alarm.data[name]) for name in FACTS if alarm.data.get(name) is not None]
    return [(str(FACTS[name]), dong(value) if name.endswith("_vnd") else str(value)) for name, value in shown]
