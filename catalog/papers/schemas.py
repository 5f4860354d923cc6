"""What papers look like in the API."""

from typing import Any

from marshmallow import fields

from catalog.papers.models import KINDS
from catalog.papers.queries import Row
from catalog.papers.rules import State
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, Moment, Words

STATES = tuple(state.value for state in State)


class PaperIn(Schema):
    """A declaration of a product, or a maker's certificate of food-safety conditions."""

    kind = Choice(*KINDS, required=True)
    product = Words(most=96, metadata={"description": "Code or slug, for a declaration."})
    producer = Words(most=24, metadata={"description": "Code, for a maker's certificate."})
    number = Words(most=60, required=True)
    issuer = Words(most=160, required=True)
    issued_on = Day(required=True)
    tested_on = Day(allow_none=True)
    valid_until = Day(allow_none=True, metadata={"description": "Last day, inclusive; left out: it names none."})
    renews = Words(most=24, metadata={"description": "Code of the paper that it follows."})


class BlockingIn(Schema):
    """Whether its products stand still once it has run out, and why."""

    is_blocking = fields.Boolean(required=True)
    reason = Words(most=300, required=True)


class PaperWithdrawalIn(Schema):
    """Why the entry was wrong."""

    reason = Words(most=300, required=True)


class PaperOut(Schema):
    """A paper with its state today."""

    code = Words(attribute="paper.code")
    kind = Choice(*KINDS, attribute="paper.kind")
    product = Words(attribute="paper.product.code", allow_none=True)
    producer = Words(attribute="owner.code")
    number = Words(attribute="paper.number")
    issuer = Words(attribute="paper.issuer")
    issued_on = Day(attribute="paper.issued_on")
    tested_on = Day(attribute="paper.tested_on", allow_none=True)
    valid_until = Day(attribute="paper.valid_until", allow_none=True)
    is_blocking = fields.Boolean(attribute="paper.is_blocking")
    confirmed_at = Moment(attribute="paper.confirmed_at", allow_none=True)
    state = Choice(*STATES)


class PapersQuery(PageQuery):
    """Which papers."""

    state = Choice(*STATES)


PaperListOut = listed(PaperOut)


def out(row: Row) -> dict[str, Any]:
    """A paper as the API says it."""
    return PaperOut().dump(row)  # type: ignore[return-value]
