"""The page behind a request's secret address: the producer answers with one tap, without an account.

Opening it changes nothing (programs that look at links before people do open them too): the tap is a form.
"""

from datetime import timedelta

from flask import Response, redirect, request, url_for

from core.accounts.actor import ANONYMOUS
from core.clock import today
from core.errors import Invalid, Refusal
from core.web.access import public
from core.web.forms import Form
from core.web.pages import Pages, render
from core.web.ratelimit import caller_address, limit
from shop.replenish import service
from shop.replenish.models import SupplyRequest
from shop.replenish.queries import last_days, names_of
from shop.replenish.rules import LEAD_DAYS
from shop.replenish.schemas import AnswerIn, DeclineIn
from shop.replenish.typed import read_all, shown
from shop.replenish.words import STATES, show

pages = Pages("replenish", __name__)
HOME = "/dat-hang/<key>"
#: A star that ends so soon after the delivery is named.
SOON = timedelta(days=60)


@pages.get(HOME)
@public
def request_page(key: str) -> Response:
    """What the store asks for, and the three answers; once answered, what was answered."""
    return _page(key, service.find_by_key(key))


@pages.post(HOME)
@public
def answer(key: str) -> Response:
    """All of it on a day (``all``), or so much of each pack."""
    _limit(key)
    found = service.find_by_key(key)
    form = Form(AnswerIn()).read(request.form)
    if not form.ok:
        return _page(key, found, form, 422)
    packs = [(line.sku.code, line.sku.unit) for line in found.lines]
    try:
        units = None if "all" in request.form else read_all("units", packs, request.form)
        service.confirm(found.code, found.serial, ANONYMOUS, deliver_on=form.data["deliver_on"], units=units,
                        words=form.data.get("words") or "")  # fmt: skip
    except Refusal as refusal:
        return _page(key, service.find_by_key(key), form.refuse(refusal), refusal.status, _wrong(refusal))
    return _to(key)


@pages.post(f"{HOME}/khong-co")
@public
def decline(key: str) -> Response:
    """Nothing of it, with a reason."""
    _limit(key)
    found = service.find_by_key(key)
    form = Form(DeclineIn()).read(request.form)
    if not form.ok:
        return _page(key, found, form, 422)
    try:
        service.decline(found.code, found.serial, ANONYMOUS, form.data["words"])
    except Refusal as refusal:
        return _page(key, service.find_by_key(key), form.refuse(refusal), refusal.status)
    return _to(key)


def _wrong(refusal: Refusal) -> set[str]:
    """The packs that a refusal names."""
    named = {str(line["sku"]) for line in refusal.facts.get("lines", [])}
    fields = refusal.facts.get("errors", {}) if isinstance(refusal, Invalid) else {}
    return named | {name.removeprefix("units-") for name in fields}


def _limit(key: str) -> None:
    limit("supply-link", key, times=20, per=timedelta(minutes=10))
    limit("supply-address", caller_address(), times=120, per=timedelta(minutes=10))


def _page(
    key: str, found: SupplyRequest, form: Form | None = None, status: int = 200, wrong: set[str] | None = None
) -> Response:
    on = today()
    day = max(on, found.wanted_on) if found.wanted_on else on + timedelta(days=LEAD_DAYS)
    typed = form or Form(AnswerIn(), {"deliver_on": day})
    answered = render(
        "replenish/request.html", status, key=key, one=found, form=typed, states=STATES, names=names_of(found),
        show=show, shown=shown, ends=last_days(found, on), day=day, on=on, soon=day + SOON, wrong=wrong or set[str](),
        packs={line.sku.code: request.form.get(f"units-{line.sku.code}") for line in found.lines},
    )  # fmt: skip
    # The address is a key: it must not travel to any other page, nor stay on a shared machine.
    answered.headers["Referrer-Policy"] = "no-referrer"
    answered.headers["Cache-Control"] = "private, no-store"
    answered.headers["X-Robots-Tag"] = "noindex"
    return answered


def _to(key: str) -> Response:
    return redirect(url_for("replenish.request_page", key=key), 303)  # type: ignore[return-value]
