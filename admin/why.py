"""Why a product is or is not for sale: the rule, the day and the document, today, on another day, or as known then."""

from datetime import date, datetime
from typing import Any

from flask import Response, request, url_for

from admin import words
from admin.desk import desk
from admin.queries import packs_of_product, product_of_sku
from admin.stock import my_stores
from catalog.certificates.knowledge import known_at, versions_of
from catalog.certificates.models import Certificate, CertificateVersion
from catalog.certificates.queries import history, term_of
from catalog.certificates.rules import status_of
from catalog.listings.why import explain, explain_past
from catalog.papers.queries import papers_of
from catalog.producers.queries import scope_of
from catalog.products.queries import get_product
from core.accounts.permissions import authorize
from core.clock import day_end, local_day, now
from core.web.access import current_actor, needs
from core.web.fields import read_day
from core.web.pages import render
from shop.stores.models import Store

#: Stores that each have a button on a product's page.
MOST_PRINTERS = 3


@desk.get("/vi-sao/<slug>")
@needs("products.why")
def why_product(slug: str) -> Response:
    """Today; ``?ngay=`` on that day; ``?biet=`` as was known at the end of that day. A SKU's code will do, too."""
    product, at = get_product(product_of_sku(slug) or slug), now()
    actor = current_actor()
    authorize(actor, "products.why", *([scope_of(product.producer)] if actor.roles <= {"producer", "shopper"} else []))
    on = read_day(request.args.get("ngay", "")) or local_day(at)
    known_on = read_day(request.args.get("biet", ""))
    known = min(day_end(known_on), at) if known_on else None
    is_past = known is not None or on < local_day(at)
    found = (explain_past([product.id], on, known) if is_past else explain([product.id], on))[product.id]
    return render(
        "desk/why.html", product=product, why=found, rule=words.RULES.get(found.rule, found.rule), on=on,
        known_on=known_on, today=local_day(at), rows=_rows(product.id, on, known), news=_news(product.id, known or at),
        acts=words.VERSION_ACTS, papers=papers_of(product, on), paper_kinds=words.PAPER_KINDS,
        paper_states=words.PAPER_STATES, paper_badges=words.PAPER_BADGES,
        printers=_printers() if found.is_sellable and on == local_day(at) and known_on is None else [],
        skus=packs_of_product(product.id),
    )  # fmt: skip


def _printers() -> list[Store]:
    """The stores for which the caller prints labels; an administrator of many goes by the store's page."""
    mine = my_stores("labels.print")
    return mine if len(mine) <= MOST_PRINTERS else []


def _rows(product_id: int, on: date, known: datetime | None) -> list[dict[str, Any]]:
    """Its certificates, newest first, each with its state on the day: as known now, or at that instant."""
    ones = history(product_id)
    terms = {one.id: term_of(one) for one in ones}
    if known is not None:
        terms = {term.certificate_id: term for term in known_at([product_id], known)[product_id]}
    told = [(one, terms[one.id]) for one in ones if one.id in terms]
    return [{"one": one, "term": term, "status": status_of(term, on), "url": _url(one)} for one, term in told]


def _news(product_id: int, known: datetime) -> list[tuple[CertificateVersion, Certificate]]:
    """What was recorded about them until that instant, newest first."""
    ours = {one.id: one for one in history(product_id)}
    told = versions_of(*ours)
    return [(one, ours[one.certificate_id]) for one in reversed(told) if one.recorded_at <= known]


def _url(one: Certificate) -> str:
    return url_for("desk.certificate", code=one.code)
