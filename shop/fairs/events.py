"""What fairs tell: codes and days."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class BoothBooked:
    """A booth is held for an exhibitor."""

    booking: str
    fair: str
    booth: str


@dataclass(frozen=True)
class BoothReleased:
    """Days of a booth are free again; `reason` is expired, declined, withdrawn, lapsed, called_off, moved or kept."""

    booking: str
    fair: str
    booth: str
    reason: str
    first_on: date
    last_on: date


@dataclass(frozen=True)
class BoothAtRisk:
    """No product covers some days of a booking; a renewed certificate must be shown by `renew_by`."""

    booking: str
    fair: str
    booth: str
    renew_by: date


@dataclass(frozen=True)
class BookingPaid:
    """The whole fee of a booking is here."""

    booking: str
    fair: str
    amount_vnd: int


@dataclass(frozen=True)
class BoothOffered:
    """A booth is offered to an exhibitor; `is_promoted` when it came from the waiting list."""

    booking: str
    fair: str
    booth: str
    is_promoted: bool = False


@dataclass(frozen=True)
class OfferAccepted:
    """The exhibitor said yes; the fee is asked for next, unless nothing is due."""

    booking: str
    fair: str
    booth: str


@dataclass(frozen=True)
class OfferEnded:
    """An offer, or a booth that was accepted and not paid, came to nothing: `reason` is declined or expired.

    `stays`: the exhibitor would rather wait for another booth.
    """

    booking: str
    fair: str
    booth: str
    reason: str
    stays: bool = False


@dataclass(frozen=True)
class BookingMoved:
    """A booking stands on another booth now."""

    booking: str
    fair: str
    before: str
    booth: str
    reason: str


@dataclass(frozen=True)
class SwapAsked:
    """Somebody would change booths with somebody; who has not agreed yet is asked."""

    swap: str


@dataclass(frozen=True)
class SwapEnded:
    """A swap was done, refused, or is over."""

    swap: str
    outcome: str


@dataclass(frozen=True)
class ApplicationSubmitted:
    """Somebody applies; `source` says how it came (account, invitation, file, delegation, outside)."""

    application: str
    fair: str
    source: str


@dataclass(frozen=True)
class ApplicationEdited:
    """The applicant changed products or wishes."""

    application: str


@dataclass(frozen=True)
class ApplicationDecided:
    """The organizer accepted, put on the waiting list or rejected; with her words."""

    application: str
    fair: str
    decision: str
    note: str = ""


@dataclass(frozen=True)
class ApplicationWithdrawn:
    """The applicant took it back."""

    application: str


@dataclass(frozen=True)
class FairMoved:
    """A fair has other days; `move` is the id of the postponement."""

    fair: str
    move: int


@dataclass(frozen=True)
class MoveTold:
    """An applicant should know of a postponement: a holder by her booking, who then chooses; others by their
    application.
    """

    move: int
    application: str
    booking: str | None


@dataclass(frozen=True)
class FairCancelled:
    """A fair is called off: bookings have ended, applications are closed."""

    fair: str


@dataclass(frozen=True)
class CancelTold:
    """An applicant should know that the fair is called off, and what comes back to her, in whole đồng."""

    fair: str
    application: str
    back_vnd: int


@dataclass(frozen=True)
class BoothDue:
    """An offer, or the time to pay, is over at `until` (an instant in ISO form), within a day."""

    booking: str
    until: str
