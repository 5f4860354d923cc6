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
    """Days of a booth are free again; `reason` is expired, withdrawn, lapsed or payment."""

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
