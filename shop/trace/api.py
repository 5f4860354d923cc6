"""The trace over REST."""

from typing import Any

from flask import url_for

from core.clock import now
from core.web.access import public
from core.web.api import Blueprint
from shop.trace.queries import Step, Traced, trace
from shop.trace.schemas import TraceOut

blp = Blueprint("api_trace", __name__, url_prefix="/trace", description="Trace of a lot")


@blp.get("/<lot_code>")
@public
@blp.response(200, TraceOut)
def show(lot_code: str) -> dict[str, Any]:
    """A lot's public steps, its star and its state now."""
    found = trace(lot_code, now())
    lot, certificate, received = found.lot, found.certificate, found.received
    maker = {"code": found.producer.code, "name": found.producer.name, "address": found.address}
    return {
        "lot": lot.code,
        "number": lot.number,
        "product": {"slug": found.product.slug, "name": found.product.name},
        "picture": url_for("front.picture", slug=found.product.slug, _external=True) if found.is_on_sale else None,
        "producer": maker,
        "made_on": lot.made_on,
        "expires_on": lot.expires_on,
        "state": lot.state,
        "reason": lot.ground,
        "is_on_sale": found.is_on_sale,
        "certificate": {
            "code": certificate.code, "decision_number": certificate.decision_number, "stars": certificate.stars,
            "valid_until": certificate.valid_until, "status": found.status,
        },
        "standing": _standing(found),
        "back": {"producer": maker, "received_on": received.on if received else None, "store": _store(received)},
        "forward": [{"store": _store(step), "since": step.on} for step in found.forward],
        "steps": [{"kind": step.kind, "on": step.on, "store": _store(step)} for step in found.steps],
    }  # fmt: skip


def _standing(found: Traced) -> dict[str, Any]:
    stars = found.governing.stars if found.governing else None
    return {
        "made": found.status_made, "received": found.status_received, "today": found.status_today, "stars": stars,
    }  # fmt: skip


def _store(step: Step | None) -> dict[str, str] | None:
    return {"code": step.store.code, "name": step.store.name} if step and step.store else None
