"""What the pages of replenishment take."""

from core.web.fields import Day, Schema, Whole, Words


class AnswerIn(Schema):
    """A producer's yes: the day, and a word; quantities stand in fields of their own, one for each pack."""

    deliver_on = Day(required=True)
    words = Words(most=500, lines=True)


class DeclineIn(Schema):
    """A producer's no, with the reason."""

    words = Words(most=500, lines=True, required=True)


class DraftIn(Schema):
    """A draft's day and words."""

    version = Whole(least=1, required=True)
    wanted_on = Day()
    note = Words(most=500, lines=True)


class CloseIn(Schema):
    """The goods receipt with which a request came."""

    receipt = Words(most=20, pattern=r"[A-Za-z0-9-]+", required=True)


class MarkdownIn(Schema):
    """The lower price of a lot, and who of the producer's agreed."""

    lot = Words(most=20, pattern=r"[A-Za-z0-9._-]+", required=True)
    price = Whole(least=1, most=1_000_000_000, required=True)
    agreed_with = Words(most=200)
