"""The trace over REST."""

from typing import Any

from core.clock import now
from core.web.access import public
from core.web.api import Blueprint
from shop.trace.queries import Step, trace
from shop.trace.schemas import TraceOut

blp = Blueprint("api_trace", __name__, url_prefix="/trace", description="Trace of a lot")


@blp.get("/<lot_code>")
@public
@blp.response(200, TraceOut)
def show(lot_code: str) -> dict[str, Any]:
    """A lot's public steps, its star and its state now."""
    found = trace(lot_code, now())
    lot, certificate = found.lot, found.certificate
    return {
        "lot": lot.code,
        "number": lot.number,
        "product": {"slug": found.product.slug, "name": found.product.name},
        "producer": {"code": found.producer.code, "name": found.producer.name},
        "made_on": lot.made_on,
        "expires_on": lot.expires_on,
        "state": lot.state,
        "reason": lot.ground,
        "is_on_sale": found.is_on_sale,
        "certificate": {
            "code": certificate.code, "decision_number": certificate.decision_number, "stars": certificate.stars,
            "valid_until": certificate.valid_until, "status": found.status,
        },
        "steps": [_step(step) for step in found.steps],
    }  # fmt: skip


def _step(step: Step) -> dict[str, Any]:
    store = {"code": step.store.code, "name": step.store.name} if step.store else None
    return {"kind": step.kind, "on": step.on, "store": store}
