"""What meetings tell: ids of rows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BuyerRegistered:
    """A company asks to come and buy."""

    buyer_id: int


@dataclass(frozen=True)
class BuyerDecided:
    """The organizer admitted or refused a buyer."""

    buyer_id: int
    state: str


@dataclass(frozen=True)
class MeetingBooked:
    """Buyer and exhibitor have an appointment, new or at another time; `version` tells one telling from the next."""

    meeting_id: int
    version: int


@dataclass(frozen=True)
class MeetingCancelled:
    """An appointment was called off."""

    meeting_id: int
