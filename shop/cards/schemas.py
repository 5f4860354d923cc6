"""What the desk of cards takes."""

from core.web.api import Schema
from core.web.fields import Words


class ClearIn(Schema):
    """How an alarm was seen to."""

    note = Words(required=True, most=500)
