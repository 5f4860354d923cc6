"""What reviews take and answer."""

from marshmallow import fields

from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Moment, Whole, Words
from shop.reviews.rules import GROUNDS, MOST_MARKS, NAMINGS, SORTS

_TOKEN = {"description": "The secret of the order's address, where the caller has no account."}


class OpinionIn(Schema):
    """What a buyer thinks."""

    marks = Whole(least=1, most=MOST_MARKS, required=True, metadata={"description": "A shopper's marks, 1 to 5."})
    words = Words(most=2000, lines=True, load_default="")
    naming = Choice(*NAMINGS, load_default="initials")


class ReviewIn(OpinionIn):
    """A review of one product of an order."""

    product = Words(most=96, required=True, metadata={"description": "The product's slug or code."})
    token = Words(most=64, metadata=_TOKEN)


class ReviewEditIn(OpinionIn):
    """The review as it is to be."""

    token = Words(most=64, metadata=_TOKEN)


class ReviewForm(OpinionIn):
    """The form of a page; ``version`` once it was written."""

    version = Whole()
    token = Words(most=64)


class TokenForm(Schema):
    """The secret of an order's address."""

    token = Words(most=64)


class AnswerIn(Schema):
    """The producer's answer."""

    words = Words(least=2, most=1500, lines=True, required=True)


class AnswerForm(AnswerIn):
    """The same as a form."""

    version = Whole(required=True)


class HidingIn(Schema):
    """Why it is hidden: a ground of law, and words to its writer."""

    ground = Choice(*GROUNDS, required=True)
    note = Words(least=5, most=300, required=True)
    answer_only = fields.Boolean(load_default=False)


class HidingForm(HidingIn):
    """The same as a form."""

    version = Whole(required=True)


class StandingIn(Schema):
    """Why it may stand."""

    note = Words(most=300, load_default="")


class StandingForm(StandingIn):
    """The same as a form."""

    version = Whole(required=True)


class ReportIn(Schema):
    """Why somebody thinks that it breaks the law."""

    ground = Choice(*GROUNDS, required=True)
    note = Words(most=300, load_default="")


class ReviewsQuery(PageQuery):
    """Which reviews of a product, in which order."""

    sort = Choice(*SORTS, load_default="newest")


class ModeratedQuery(PageQuery):
    """Which reviews a moderator asks for."""

    kind = Choice("held", "reported", "hidden", "shown", load_default="held")


class StoreName(Schema):
    """Where it was bought."""

    code = Words()
    name = Words()


class AnswerOut(Schema):
    """The producer's answer."""

    words = Words(lines=True)
    at = Moment()


class ReviewOut(Schema):
    """A review as everybody reads it."""

    code = Words()
    marks = Whole()
    words = Words(lines=True)
    name = Words(metadata={"description": "As its writer wants to be called; empty for no name."})
    store = fields.Nested(StoreName)
    bought = Words(metadata={"description": "Month of the purchase, YYYY-MM."})
    written_at = Moment()
    edited_at = Moment(allow_none=True)
    answer = fields.Nested(AnswerOut, allow_none=True)


class RatingOut(Schema):
    """What the shown reviews come to. Marks of shoppers; OCOP stars are something else."""

    average = fields.Float(metadata={"description": "One decimal; 0 without any review."})
    count = Whole()
    counts = fields.List(Whole(), metadata={"description": "How many gave 1, 2, 3, 4 and 5 marks."})


class OwnReviewOut(ReviewOut):
    """A review as its writer reads it."""

    product = Words()
    state = Words()
    waits_for = fields.List(Words())
    ground = Words(allow_none=True)
    note = Words()
    version = Whole()


class ModeratedReviewOut(OwnReviewOut):
    """A review as a moderator reads it."""

    reports = Whole()
    answer_state = Words(allow_none=True)


ReviewListOut = listed(ReviewOut, rating=fields.Nested(RatingOut))
ModeratedReviewListOut = listed(ModeratedReviewOut)
