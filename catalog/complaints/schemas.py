"""What complaints look like in forms and in the API."""

from marshmallow import fields

from catalog.complaints.models import STATES, TOPICS
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, Moment, Words


class ComplaintIn(Schema):
    """What somebody complains of."""

    product = Words(most=96, metadata={"description": "The product's code or slug, where it is one of ours."})
    about = Words(most=200, required=True)
    topic = Choice(*TOPICS, required=True)
    words = Words(least=10, most=4000, lines=True, required=True)
    name = Words(most=120)
    contact = Words(most=200, metadata={"description": "A phone number or an e-mail address to answer to."})


class StepIn(Schema):
    """One step: the state from then on, and what is written of it."""

    state = Choice(*STATES, required=True)
    note = Words(least=3, most=4000, lines=True, required=True)
    is_public = fields.Boolean(load_default=False)


class StepOut(Schema):
    """One line of the log."""

    state = Choice(*STATES)
    note = Words(lines=True)
    is_public = fields.Boolean()
    at = Moment()
    by = Words(attribute="by_label")


class ComplaintOut(Schema):
    """A complaint, for the desks."""

    code = Words()
    product = Words(attribute="product.code", allow_none=True)
    about = Words()
    topic = Choice(*TOPICS)
    words = Words(lines=True)
    name = Words()
    contact = Words()
    state = Choice(*STATES)
    received_at = Moment()
    due_on = Day()


class ComplaintReceivedOut(Schema):
    """What the complainer is told."""

    code = Words()
    state = Choice(*STATES)
    due_on = Day()
    url = Words(metadata={"description": "Where its answer can be read; keep it."})


class ComplaintsQuery(PageQuery):
    """Which complaints; without a state those that wait for an answer."""

    state = Choice(*STATES)


ComplaintListOut = listed(ComplaintOut)
