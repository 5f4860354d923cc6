"""The rules of one fair, read once: what its organizer set in ``fair.rules``, and what holds where nothing is said.

Every reader asks `rules_of`; nobody reads the JSON itself. A number in basis points is a share: 10,000 is all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from shop.fairs.models import Fair
from shop.fairs.rules import HOLD_HOURS, RENEWAL_LEAD_DAYS, Admission

#: How long an exhibitor may think about an offer, and then pay.
OFFER_HOURS = 72
PAY_HOURS = 120
#: From how many days before the opening on nobody moves up from the waiting list by itself.
CUT_OFF_DAYS = 3
BADGES_PER_BOOTH = 4
#: Who gives a paid booth up gets all of it back until so many days before the opening, then half of it, then nothing.
REFUND_ALL_DAYS, REFUND_HALF_DAYS = 30, 15
WHOLE_BP = 10_000
#: Rules that are plain whole numbers.
NUMBERS = (
    "stars_min", "hold_hours", "offer_hours", "pay_hours", "renewal_lead_days", "cut_off_days", "badges_per_booth",
    "refund_all_days", "refund_half_days",
)  # fmt: skip


class Priority(StrEnum):
    """What comes first when more apply than there is room for."""

    STARS = "stars"  #: more stars
    HOME = "home"  #: producers of the province that holds the fair
    NEW = "new"  #: who has not shown at a fair here before
    EARLY = "early"  #: who applied first


@dataclass(frozen=True)
class Subsidy:
    """The part of a booth's fee that public money pays: a share, at most so many đồng, for whom.

    ``areas``: codes of provinces or communes (empty: everywhere); ``stars_min``: the stars of the best product.
    """

    share_bp: int = 0
    most_vnd: int | None = None
    areas: frozenset[str] = frozenset()
    stars_min: int = 3


@dataclass(frozen=True)
class Rules:
    """What a fair asks and grants. Hours and days are whole numbers."""

    stars_min: int = 3
    groups: frozenset[str] = frozenset()
    hold_hours: int = HOLD_HOURS
    offer_hours: int = OFFER_HOURS
    pay_hours: int = PAY_HOURS
    renewal_lead_days: int = RENEWAL_LEAD_DAYS
    cut_off_days: int = CUT_OFF_DAYS
    badges_per_booth: int = BADGES_PER_BOOTH
    refund_all_days: int = REFUND_ALL_DAYS
    refund_half_days: int = REFUND_HALF_DAYS
    #: The most booths that exhibitors of an area may get, by the area's code.
    quota: Mapping[str, int] = field(default_factory=dict[str, int])
    priority: tuple[Priority, ...] = (Priority.STARS, Priority.EARLY)
    subsidy: Subsidy | None = None
    #: Which groups of products a zone of the plan takes; a zone without a line takes all.
    zones: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    @property
    def admission(self) -> Admission:
        """The stars and groups that are shown."""
        return Admission(self.stars_min, self.groups)


def rules_of(fair: Fair) -> Rules:
    """The rules of a fair, with what holds where it says nothing."""
    return read_rules(fair.rules)


def read_rules(said: Mapping[str, Any]) -> Rules:
    """The same from the stored document."""
    plain = Rules()
    subsidy, quota, zones = said.get("subsidy"), said.get("quota") or {}, said.get("zones") or {}
    return Rules(
        **{name: int(getattr(plain, name) if said.get(name) is None else said[name]) for name in NUMBERS},
        groups=frozenset(said.get("groups") or ()),
        quota={str(area): int(most) for area, most in quota.items()},
        priority=tuple(map(Priority, said.get("priority") or plain.priority)),
        subsidy=_subsidy(subsidy) if subsidy else None,
        zones={str(zone): frozenset(groups) for zone, groups in zones.items()},
    )  # fmt: skip


def last_renewal_day(fair: Fair, on: date) -> date:
    """The last day on which a missing certificate may be shown: the fair's own, else so many days before the opening;
    for a certificate that ends later than that, the very day ``on`` which it is noticed.
    """
    return max(_renewal_day(fair), on)


def may_wait_for_renewal(fair: Fair, on: date) -> bool:
    """Whether there is still time to apply, or to hold a booth, on condition."""
    return on <= _renewal_day(fair)


def last_promotion_day(fair: Fair) -> date:
    """The last day on which a booth that falls free goes to the waiting list by itself."""
    return fair.opens_on - timedelta(rules_of(fair).cut_off_days)


def offer_end(fair: Fair, at: datetime) -> datetime:
    """Until when an offer made at that instant may be answered."""
    return at + timedelta(hours=rules_of(fair).offer_hours)


def _renewal_day(fair: Fair) -> date:
    return fair.renew_by or fair.opens_on - timedelta(rules_of(fair).renewal_lead_days)


def _subsidy(said: Mapping[str, Any]) -> Subsidy:
    most = said.get("most_vnd")
    return Subsidy(
        int(said.get("share_bp") or 0), None if most is None else int(most), frozenset(said.get("areas") or ()),
        int(said.get("stars_min") or 3),
    )  # fmt: skip
