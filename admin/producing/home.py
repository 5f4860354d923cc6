"""/quan-ly/san-xuat: a producer's home. Four large facts, her products with one next step each."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.producing.blueprint import producing
from admin.producing.mine import Figures, all_standings, figures, products_of, rows
from catalog.listings.models import GRAM
from core.accounts.actor import Actor
from core.clock import local_day, now
from core.web.access import current_actor, needs
from core.web.pages import render, show_day
from shop.replenish.links import key_of
from shop.replenish.models import SupplyRequest
from shop.replenish.rules import State
from shop.supply.queries import Bring

#: Lines of what to bring that are shown at once.
_FIRST = 3
#: A space at which no line is broken: "Chai 700 g" stays together.
NARROW = "\u00a0"


@producing.get("")
@needs("producing.enter")
def home() -> Response:
    """Sold, owed, what to bring, days of star left; below, every product with its state and what to do next."""
    if current_actor().behalf is not None:  # what she sold and what she is owed is for nobody else's eyes
        return redirect(url_for("desk.acting_home"), 303)  # type: ignore[return-value]
    at = now()
    products = products_of(producer_codes(current_actor()))
    standing = all_standings(products, local_day(at))
    listed = rows(products, standing)
    makers = {product.producer.id: product.producer for product in products}
    return render(
        "producing/home.html", rows=listed, makers=list(makers.values()), **_told(figures(products, standing, at), at)
    )  # fmt: skip


def four_facts(actor: Actor) -> dict[str, Any] | None:
    """What the piece ``producing/_four.html`` draws; None for who works for no producer with a product."""
    products = products_of(codes) if (codes := producer_codes(actor)) and actor.behalf is None else []
    if not products:
        return None
    at = now()
    return _told(figures(products, all_standings(products, local_day(at)), at), at)


def _told(facts: Figures, at: datetime) -> dict[str, Any]:
    requested = [(one.store.name, _asked(one), _answer_url(one)) for one in facts.asked]
    told = [(f"{one.product}, {one.label.replace(' ', NARROW)}", sentence(one)) for one in facts.bring]
    return {
        "facts": facts, "first": told[:_FIRST], "rest": told[_FIRST:], "month": local_day(at).month,
        "requested": requested,
    }  # fmt: skip


def _asked(one: SupplyRequest) -> str:
    """A store's request, said to her."""
    if one.state == State.CONFIRMED:
        return _("đợi bạn giao ngày %(day)s", day=show_day(one.deliver_on))
    return ngettext("đặt %(num)s mặt hàng, chờ bạn trả lời", "đặt %(num)s mặt hàng, chờ bạn trả lời", len(one.lines))


def _answer_url(one: SupplyRequest) -> str:
    """Where she answers: the same page as behind the link of her message."""
    return url_for("replenish.request_page", key=key_of(one.code, one.serial))


def producer_codes(actor: Actor) -> frozenset[str]:
    """The producers for whom this person works."""
    return actor.scopes_of("producer")


def sentence(one: Bring) -> str:
    """What to bring, said to her: "Mart Kiến Thụy còn 3 hũ, bán 2 hũ một tuần: mang thêm 12 hũ"."""
    show = _weight if one.unit == GRAM else _pieces(one.label)
    facts = {"store": one.store, "left": show(one.free), "weekly": show(one.weekly), "wanted": show(one.wanted)}
    if one.free == 0:
        return _("%(store)s đã hết, bán %(weekly)s một tuần: mang %(wanted)s", **facts)
    return _("%(store)s còn %(left)s, bán %(weekly)s một tuần: mang thêm %(wanted)s", **facts)


def _weight(grams: int) -> str:
    whole, rest = divmod(grams, 1000)
    return f"{whole},{rest // 100} kg" if rest >= 100 else f"{whole} kg" if whole else f"{rest} g"


def _pieces(label: str) -> Callable[[int], str]:
    """Counts in the pack's own word: "12 hũ"."""
    counts: dict[str, Callable[[int], str]] = {
        "Hũ": lambda n: ngettext("%(num)s hũ", "%(num)s hũ", n),
        "Chai": lambda n: ngettext("%(num)s chai", "%(num)s chai", n),
        "Túi": lambda n: ngettext("%(num)s túi", "%(num)s túi", n),
        "Hộp": lambda n: ngettext("%(num)s hộp", "%(num)s hộp", n),
        "Can": lambda n: ngettext("%(num)s can", "%(num)s can", n),
        "Vỉ": lambda n: ngettext("%(num)s vỉ", "%(num)s vỉ", n),
        "Bộ": lambda n: ngettext("%(num)s bộ", "%(num)s bộ", n),
        "Chiếc": lambda n: ngettext("%(num)s chiếc", "%(num)s chiếc", n),
    }
    return counts.get(label.split(" ")[0], lambda n: ngettext("%(num)s gói", "%(num)s gói", n))
