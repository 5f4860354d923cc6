"""Forms of meetings read into what verbs take: lines of needs, hours of the clock."""

from datetime import time
from typing import Any

from flask_babel import gettext as _
from marshmallow import EXCLUDE, ValidationError
from werkzeug.datastructures import MultiDict

from catalog.products.sets import GROUPS
from core.errors import Invalid
from core.web.fields import accepting_text
from core.web.forms import Form
from core.web.problems import plain
from shop.meetings.rules import MOST_NEEDS
from shop.meetings.schemas import BuyerForm, NeedIn
from shop.meetings.service import NewBuyer, NewNeed
from shop.meetings.setting import Setting

NAMES = ("of", "wanted", "quantity", "unit", "period", "price", "stars")
#: What an untouched line holds.
BLANK = {"period": "once", "stars": "3"}


def read_buyer(typed: MultiDict[str, str]) -> tuple[Form, NewBuyer | None]:
    """The form of a buyer with its lines ``of-1``, ``wanted-1`` …; None when something is wrong."""
    form = Form(BuyerForm()).read(typed)
    needs = [one for n in range(1, MOST_NEEDS + 1) if (one := _need(form, typed, n)) is not None]
    if not needs and not any(name.rpartition("-")[0] in NAMES for name in form.errors):
        form.errors["wanted-1"] = [_("Cần ít nhất một mặt hàng đang tìm.")]
    if not form.ok:
        return form, None
    values = {name: value for name, value in form.data.items() if name != "consent"}
    return form, NewBuyer(**{"words": "", **values}, needs=needs)


def new_need(line: dict[str, Any]) -> NewNeed:
    """A loaded line. Raises Invalid for one that says neither set nor words."""
    of = line.get("of", "")
    if not of and not line.get("wanted"):
        raise Invalid({"wanted": [_("Cần chọn ngành, bộ sản phẩm, hoặc ghi tên hàng.")]})
    return NewNeed(
        set_no=int(of) if of and of not in GROUPS else None, group_no=of if of in GROUPS else None,
        wanted=line.get("wanted", ""), quantity=line.get("quantity"), unit=line.get("unit", ""),
        period=line["period"], price_vnd=line.get("price"), stars_min=line["stars"],
    )  # fmt: skip


def setting_of(data: dict[str, Any]) -> Setting:
    """The organizer's setting out of its loaded form."""
    clocks = ("starts_time", "ends_time", "pause_from", "pause_until")
    plain_ones = ("is_open", "register_until", "place", "slot_minutes", "tables", "most_each")
    values: dict[str, Any] = {name: data[name] for name in plain_ones}
    values.update((name, clock(data[name])) for name in clocks if name in data)
    return Setting(**values)


def clock(text: str) -> time:
    """``8:30`` as an hour of the clock."""
    hour, _colon, minute = text.partition(":")
    return time(int(hour), int(minute))


def _need(form: Form, typed: MultiDict[str, str], number: int) -> NewNeed | None:
    given = {name: typed.get(f"{name}-{number}", "").strip() for name in NAMES}
    form.values |= {f"{name}-{number}": value for name, value in given.items()}
    if not any(value and value != BLANK.get(name) for name, value in given.items()):
        return None
    try:
        with accepting_text():
            line: dict[str, Any] = NeedIn().load(  # type: ignore[assignment]
                {name: value for name, value in given.items() if value}, unknown=EXCLUDE
            )
        return new_need(line)
    except ValidationError as error:
        _blame(form, error.messages, number)
    except Invalid as refusal:
        _blame(form, refusal.facts["errors"], number)
    return None


def _blame(form: Form, messages: Any, number: int) -> None:
    for name, texts in plain(messages).items():
        form.errors[f"{name}-{number}"] = texts if isinstance(texts, list) else [str(texts)]
