"""What synonyms look like in forms and in the API."""

from marshmallow import fields, validate

from catalog.search.understanding import MOST_SIGNS
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Moment, Whole, Words


class SynonymIn(Schema):
    """A group of the desk's own."""

    writings = fields.List(
        Words(most=200), required=True, validate=validate.Length(max=50),
        metadata={"description": "At least two writings of one meaning, each of at most five words."},
    )  # fmt: skip
    is_one_way = fields.Boolean(
        load_default=False, metadata={"description": "The first finds the others, and is found by none of them."}
    )
    note = Words(least=0, most=300, load_default="")
    confirm = fields.Boolean(load_default=False, metadata={"description": "Keep it in spite of the doubts told."})


class SynonymPatch(Schema):
    """A change of a group; of one that comes with the shop only `is_active`."""

    writings = fields.List(Words(most=200), validate=validate.Length(max=50))
    is_one_way = fields.Boolean()
    is_active = fields.Boolean()
    note = Words(least=0, most=300)
    confirm = fields.Boolean(load_default=False)


class SynonymOut(Schema):
    """A group, the shop's own or the desk's."""

    code = Words()
    writings = fields.List(Words())
    is_one_way = fields.Boolean()
    is_active = fields.Boolean()
    is_base = fields.Boolean()
    note = Words()
    version = Whole()
    changed_at = Moment(allow_none=True)
    changed_by = Words()


class SynonymsQuery(PageQuery):
    """Which groups."""

    q = Words(least=0, most=60, metadata={"description": "Letters that some writing of the group holds."})
    origin = Choice("own", "base")
    state = Choice("on", "off")


class TrialIn(Schema):
    """A query to try, with a group as it would be; without writings as things are."""

    q = Words(most=MOST_SIGNS, required=True)
    writings = fields.List(Words(most=200), validate=validate.Length(max=50))
    is_one_way = fields.Boolean(load_default=False)
    code = Words(most=24, metadata={"description": "The group that these writings would replace."})


class FoundOut(Schema):
    """What a query finds."""

    total = Whole()
    names = fields.List(Words(), metadata={"description": "The first of them."})


class TrialOut(Schema):
    """A query before and after."""

    q = Words()
    before = fields.Nested(FoundOut)
    after = fields.Nested(FoundOut)
    added = fields.List(Words(), metadata={"description": "Found only after; the first of them."})
    lost = fields.List(Words(), metadata={"description": "Found only before; the first of them."})


SynonymListOut = listed(SynonymOut)
