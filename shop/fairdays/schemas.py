"""What the days of a fair take and answer. Instants are RFC 3339, money whole đồng, power watts."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates_schema

from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, DongField, Moment, Phone, Whole, Words
from shop.fairdays.board import Standing
from shop.fairdays.needs import FASCIA
from shop.fairdays.rules import MOST_BADGES, MOST_SEATS, Direction, IncidentKind, IncidentState, Outcome, Settled

_CODE = r"[A-Za-z0-9._-]+"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_PLATE = r"[0-9A-Za-z .-]+"
_YES: dict[str, Any] = {"truthy": {True, "1", "true", "on"}, "falsy": {False, "0", "false"}}


class GateScanIn(Schema):
    """One reading at the gate; the same `uuid` again answers the same."""

    uuid = Words(most=36, pattern=_UUID, required=True)
    text = Words(most=300, required=True, metadata={"description": "What was read, or typed."})
    scanned_at = Moment(required=True)
    by_hand = fields.Boolean(load_default=False, metadata={"description": "Typed or chosen, not read from a badge."})
    is_offline = fields.Boolean(load_default=False)
    was_let_in = fields.Boolean(load_default=True, metadata={"description": "Offline: what the phone said."})


class GateScanOut(Schema):
    """What became of it."""

    uuid = Words(required=True)
    outcome = Words(required=True, metadata={"enum": [one.value for one in Outcome]})
    reason = Words(required=True, least=0)
    words = Words(required=True)
    booth = Words(required=True, least=0)
    producer = Words(required=True, least=0)
    booking = Words(required=True, least=0)
    name = Words(required=True, least=0)
    title = Words(required=True, least=0)
    day = Words(required=True)
    came_at = Words(allow_none=True)
    received_at = Words(required=True)


class SettleIn(Schema):
    """What a person decides about a scan that was taken without the network."""

    decision = Choice(*[one.value for one in Settled], required=True)
    note = Words(most=300, load_default="")


class RosterEntryOut(Schema):
    """Who may come in: `key` is the beginning of the SHA-256 of a code, `reason` why not today."""

    key = Words(required=True)
    booking = Words(required=True, metadata={"description": "Of a booth without a badge; empty for a badge."})
    booth = Words(required=True)
    producer = Words(required=True)
    name = Words(required=True)
    title = Words(required=True)
    reason = Words(required=True)
    is_here = fields.Boolean(required=True)


class RosterOut(Schema):
    """What a phone at the gate keeps for the time without the network; `csrf` goes with its writes."""

    fair = Words(required=True)
    name = Words(required=True)
    day = Day(required=True)
    at = Moment(required=True)
    is_open = fields.Boolean(required=True)
    csrf = Words(required=True)
    entries = fields.List(fields.Nested(RosterEntryOut), required=True)


class BoardQuery(Schema):
    """Of which day; without one today, or the nearest day of the fair."""

    day = Day()


class BoardRowOut(Schema):
    """One booth on that day."""

    booking = Words(required=True)
    booth = Words(required=True)
    hall = Words(required=True)
    exhibitor = Words(required=True)
    standing = Words(required=True, metadata={"enum": [one.value for one in Standing]})
    came_at = Moment(allow_none=True)
    people = Whole(required=True)
    incidents = Whole(required=True)


class BoardOut(Schema):
    """The live board."""

    day = Day(required=True)
    at = Moment(required=True)
    is_fair_day = fields.Boolean(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    people = Whole(required=True)
    incidents = Whole(required=True)
    conflicts = Whole(required=True)
    taken = DongField(required=True)
    rows = fields.List(fields.Nested(BoardRowOut), required=True)


class FairBadgeIn(Schema):
    """Whom a badge is for; empty: written on by hand."""

    name = Words(most=80, least=0, load_default="")
    title = Words(most=60, least=0, load_default="")


class FairBadgeOut(Schema):
    """A badge; `url` is what its QR says."""

    code = Words(required=True)
    booking = Words(required=True)
    number = Whole(required=True)
    name = Words(required=True)
    title = Words(required=True)
    issued_at = Moment(required=True)
    revoked_at = Moment(allow_none=True)
    url = Words(required=True)


FairBadgeListOut = listed(FairBadgeOut, most=Whole(required=True))


class FillForm(Schema):
    """How many badges every paid booth should have."""

    per_booth = Whole(least=1, most=MOST_BADGES, required=True)


class IncidentIn(Schema):
    """What somebody saw."""

    kind = Choice(*[one.value for one in IncidentKind if one != IncidentKind.LAPSE], required=True)
    words = Words(least=3, most=500, lines=True, required=True)
    booth = Words(most=20, pattern=r"[A-Za-z0-9._ -]+", metadata={"description": "The booth's number."})


class IncidentTakenIn(Schema):
    """Who takes care of it."""

    who = Words(most=120, required=True)


class IncidentClosingIn(Schema):
    """What was done."""

    outcome = Words(least=3, most=500, lines=True, required=True)


class IncidentsQuery(PageQuery):
    """Only those in one state."""

    state = Choice(*[one.value for one in IncidentState])


class IncidentOut(Schema):
    """An incident with its version (ETag)."""

    code = Words(required=True)
    kind = Words(required=True)
    state = Words(required=True)
    booth = Words(allow_none=True)
    words = Words(required=True)
    assigned_to = Words(required=True)
    outcome = Words(required=True)
    opened_at = Moment(required=True)
    opened_by = Words(required=True)
    closed_at = Moment(allow_none=True)
    closed_by = Words(allow_none=True)
    version = Whole(required=True)


IncidentListOut = listed(IncidentOut)


class StallIn(Schema):
    """A booth's stall (its booking), or the fair's common till; `herself`: the exhibitor is the legal seller."""

    booking = Words(most=20, pattern=_CODE)
    herself = fields.Boolean(load_default=False, **_YES)


class StallOut(Schema):
    """A temporary store of a fair and what it took."""

    store = Words(required=True)
    name = Words(required=True)
    booth = Words(allow_none=True)
    booking = Words(allow_none=True)
    exhibitor = Words(allow_none=True)
    is_active = fields.Boolean(required=True)
    taken = DongField(required=True)


StallListOut = listed(StallOut)


class SlotsForm(Schema):
    """Slots of so many minutes, one after the other, on one day at one gate."""

    direction = Choice(*[one.value for one in Direction], required=True)
    gate = Words(most=60, required=True)
    day = Day(required=True)
    start = Words(most=5, pattern=_CLOCK, required=True)
    end = Words(most=5, pattern=_CLOCK, required=True)
    minutes = Whole(least=10, most=480, required=True)
    vehicles = Whole(least=1, most=MOST_SEATS, required=True)

    @validates_schema
    def in_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """The end comes after the start."""
        if data.get("start") and data.get("end") and data["end"] <= data["start"]:
            raise ValidationError({"end": [_("Giờ cuối phải sau giờ đầu.")]})


class SeatIn(Schema):
    """A slot for one vehicle."""

    slot = Whole(least=1, required=True)
    plate = Words(most=20, pattern=_PLATE, required=True)
    phone = Phone(most=20, required=True)


class SlotOut(Schema):
    """A slot at a loading gate, and how many vehicles still fit."""

    id = Whole(required=True)
    direction = Words(required=True)
    gate = Words(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    vehicles = Whole(required=True)
    free = Whole(required=True)


SlotListOut = listed(SlotOut)


class SeatOut(Schema):
    """The slot that a booth has."""

    booking = Words(required=True)
    slot = Whole(required=True)
    direction = Words(required=True)
    plate = Words(required=True)
    phone = Words(required=True)


class NeedsIn(Schema):
    """What contractors build; watts and pieces."""

    fascia = Words(most=FASCIA, required=True)
    power_w = Whole(most=50_000, load_default=0)
    needs_night_power = fields.Boolean(load_default=False, **_YES)
    tables = Whole(most=50, load_default=0)
    chairs = Whole(most=100, load_default=0)
    shelves = Whole(most=50, load_default=0)
    fridges = Whole(most=20, load_default=0)
    note = Words(most=300, least=0, load_default="")


class NeedsOut(NeedsIn):
    """As it stands, with its version (0: nobody has said anything yet)."""

    booking = Words(required=True)
    version = Whole(required=True)
