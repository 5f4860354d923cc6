"""The answers to a scan: one reading of texts for the pages and the API."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, url_for

from core.config import Config
from shop.proof.models import LabelReport
from shop.proof.queries import Match, look_up
from shop.proof.rules import Reading, resolve


@dataclass(frozen=True, slots=True)
class Told:
    """One text, how it was read, and what it leads to."""

    reading: Reading
    matches: list[Match]


def tell(texts: Iterable[str], at: datetime, *, is_adult: bool) -> list[Told]:
    """Read each text and look it up as of an instant."""
    readings = [resolve(text, own_hosts()) for text in texts]
    return [Told(one, look_up(one.clues, at, is_adult=is_adult)) for one in readings]


def own_hosts() -> frozenset[str]:
    """Host and port of our public address; whatever host was asked for counts for nothing."""
    config: Config = current_app.extensions["config"]
    return frozenset({urlsplit(config.base_url).netloc.lower()})


def told_out(told: Told) -> dict[str, Any]:
    """One answer as the API gives it."""
    reading = told.reading
    return {
        "text": reading.text, "foreign_host": reading.foreign, "trouble": reading.trouble,
        "matches": [match_out(one) for one in told.matches],
    }  # fmt: skip


def match_out(match: Match) -> dict[str, Any]:
    """One match as the API gives it."""
    product, certificate, standing = match.product, match.certificate, match.why.standing
    governing = standing.governing
    return {
        "status": str(match.status),
        "product": {
            "code": product.code, "name": product.name, "slug": product.slug,
            "url": url_for("front.product", slug=product.slug, _external=True) if match.why.is_sellable else None,
        },
        "producer": {"code": product.producer.code, "name": product.producer.name},
        "certificate": {
            "code": certificate.code, "decision_number": certificate.decision_number, "issuer": certificate.issuer,
            "stars": governing.stars if governing else None, "since": standing.since,
            "until": governing.ends_on if governing else None, "url": _page(certificate.code),
        },
        "asked": _asked(match), "lot": _lot(match), "is_for_sale": match.why.is_sellable,
        "stores": [{"code": store.code, "name": store.name} for store in match.stores],
        "is_demo": product.is_demo or certificate.is_demo,
    }  # fmt: skip


def report_out(report: LabelReport) -> dict[str, Any]:
    """A report for whoever has its code: neither contact nor photo."""
    return {
        "code": report.code, "state": report.state, "reported_at": report.reported_at, "answer": report.answer,
        "closed_at": report.closed_at, "url": url_for("proof.reported", code=report.code, _external=True),
    }  # fmt: skip


def _asked(match: Match) -> dict[str, Any] | None:
    one = match.asked
    if one is None:
        return None
    status = str(match.asked_status)
    return {"code": one.code, "decision_number": one.decision_number, "status": status, "url": _page(one.code)}


def _lot(match: Match) -> dict[str, Any] | None:
    lot = match.lot
    if lot is None:
        return None
    url = url_for("trace.show", lot=lot.code, _external=True)
    return {"code": lot.code, "number": lot.number, "state": lot.state, "is_on_sale": match.lot_is_open, "url": url}


def _page(code: str) -> str:
    return url_for("certificates.show", code=code, _external=True)
