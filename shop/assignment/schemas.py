"""What the API and the forms of the assignment take and give."""

from marshmallow import fields, validate

from core.web.api import Schema
from core.web.fields import Choice, Moment, Whole, Words
from shop.assignment.rules import MOST_WEIGHT
from shop.fairs.plans.schemas import CODE

#: What the form of the desk offers to change; the API takes every weight.
CHOSEN = ("star", "review", "kind", "neighbour", "rival", "group", "fair")


class WeightsIn(Schema):
    """What each thing is worth, in points; what is not said is as usual."""

    placed = Whole(least=0, most=MOST_WEIGHT)
    star = Whole(least=0, most=MOST_WEIGHT)
    review = Whole(least=0, most=MOST_WEIGHT)
    further = Whole(least=0, most=MOST_WEIGHT)
    kind = Whole(least=0, most=MOST_WEIGHT)
    feature = Whole(least=0, most=MOST_WEIGHT)
    site = Whole(least=0, most=MOST_WEIGHT)
    neighbour = Whole(least=0, most=MOST_WEIGHT)
    rival = Whole(least=0, most=MOST_WEIGHT)
    group = Whole(least=0, most=MOST_WEIGHT)
    fair = Whole(least=0, most=MOST_WEIGHT)


class AssignmentIn(Schema):
    """``dry_run`` (unless told otherwise) finds the answer and changes nothing else; false offers its booths."""

    dry_run = fields.Boolean(load_default=True)
    with_waiting = fields.Boolean(load_default=False)
    waitlist_rest = fields.Boolean(load_default=False)
    weights = fields.Nested(WeightsIn, load_default=dict)
    seed = Whole(least=1, most=1_000_000, load_default=1)


class DragIn(Schema):
    """An exhibitor goes to a booth (null: to none) from one of hers."""

    application = Words(most=20, required=True)
    booth = Words(most=20, pattern=CODE, allow_none=True, required=True)
    source = Words(most=20, pattern=CODE, allow_none=True, load_default=None)


class PinIn(Schema):
    """For whom a booth is kept."""

    application = Words(most=20, required=True)


class WhyQuery(Schema):
    """Of which exhibitor, by the code of the application."""

    application = Words(most=20, required=True)


class AskForm(Schema):
    """The desk's question."""

    with_waiting = fields.Boolean(load_default=False)
    star = Whole(least=0, most=MOST_WEIGHT)
    review = Whole(least=0, most=MOST_WEIGHT)
    kind = Whole(least=0, most=MOST_WEIGHT)
    neighbour = Whole(least=0, most=MOST_WEIGHT)
    rival = Whole(least=0, most=MOST_WEIGHT)
    group = Whole(least=0, most=MOST_WEIGHT)
    fair = Whole(least=0, most=MOST_WEIGHT)


class ApplyForm(Schema):
    """The desk's word that an answer is to be applied."""

    version = Whole(least=1, most=1_000_000_000, required=True)
    waitlist_rest = fields.Boolean(load_default=False)


class DragForm(Schema):
    """A drag as a form sends it; an empty booth means none."""

    application = Words(most=20, required=True)
    booth = Words(most=20, pattern=CODE)
    source = Words(most=20, pattern=CODE)
    version = Whole(least=1, most=1_000_000_000)


class PlaceOut(Schema):
    """One exhibitor of an answer. ``standing``: held (a booking), pinned, new or none."""

    application = Words()
    producer = Words()
    stars = Whole()
    area = Words()
    booths = fields.List(Words())
    standing = Choice("held", "pinned", "new", "none")


class PartOut(Schema):
    """Points of one kind."""

    kind = Words()
    points = fields.Integer()
    first_come = fields.Integer()


class AssignmentOut(Schema):
    """An answer with its figures: score, the bound that no plan can pass, and first come first served."""

    code = Words()
    state = Words()
    digest = Words()
    seed = Whole()
    score = fields.Integer(allow_none=True)
    bound = fields.Integer(allow_none=True)
    share_bp = fields.Integer(allow_none=True)
    first_come_score = fields.Integer(allow_none=True)
    first_come_placed = fields.Integer(allow_none=True)
    placed = fields.Integer(allow_none=True)
    parts = fields.List(fields.Nested(PartOut))
    places = fields.List(fields.Nested(PlaceOut))
    cpu_ms = fields.Integer(allow_none=True)
    asked_at = Moment()
    applied_at = Moment(allow_none=True)
    offers = fields.Integer()
    version = Whole()


class TermOut(Schema):
    """Points for one thing. ``about`` names the exhibitor, the part of the hall or the area."""

    kind = Words()
    points = fields.Integer()
    about = Words()


class OtherOut(Schema):
    """A booth that she does not have: ``verdict`` rule, kept, quota, holder or worse; ``loss``: points of the whole."""

    booth = Words()
    verdict = Words()
    missing = fields.List(Words())
    own = fields.Integer()
    loss = fields.Integer()


class WhyBoothOut(Schema):
    """Why an exhibitor has her booths, and why not others."""

    application = Words()
    booths = fields.List(Words())
    pinned = fields.Boolean()
    points = fields.Integer()
    terms = fields.List(fields.Nested(TermOut))
    unmet = fields.List(fields.List(Words()), validate=validate.Length(0, 100))
    others = fields.List(fields.Nested(OtherOut))


class DragOut(Schema):
    """What a drag did: moved or swapped (bookings), placed or removed (the answer), pinned."""

    done = Words()
    version = fields.Integer(allow_none=True)


class PinOut(Schema):
    """A booth that is kept for an exhibitor."""

    booth = Words()
    application = Words()
