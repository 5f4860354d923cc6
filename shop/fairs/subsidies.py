"""What of a booth's fee the fair pays for its exhibitor: by the fair's rule, in whole đồng, spread over the days."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from core.money import allocate

#: A hundred percent in basis points.
WHOLE_BP = 10_000


def subsidy_of(rules: Mapping[str, Any], price_vnd: int, areas: Collection[str], stars: int) -> int:
    """The part of ``price_vnd`` that the fair pays: ``share_bp`` of it, at most ``most_vnd``, for producers of one of
    the ``areas`` (any, when none is named) who show a product of at least ``stars_min`` stars.

    ``areas``: the codes of the producer's commune and of what it lies in. Rounded down to whole đồng.
    """
    rule: Mapping[str, Any] = rules.get("subsidy") or {}
    share = int(rule.get("share_bp") or 0)
    wanted = set(rule.get("areas") or ())
    if share <= 0 or (wanted and not wanted & set(areas)) or stars < int(rule.get("stars_min") or 0):
        return 0
    part = price_vnd * min(share, WHOLE_BP) // WHOLE_BP
    most = rule.get("most_vnd")
    return part if most is None else min(part, int(most))


def spread(subsidy_vnd: int, prices: Mapping[date, int], days: Sequence[date]) -> dict[date, int]:
    """The subsidy over the booked days by their prices: the parts add up exactly, and none exceeds its day's price."""
    weights = [prices[day] for day in days]
    if subsidy_vnd == 0 or not sum(weights):
        return dict.fromkeys(days, 0)
    return dict(zip(days, allocate(subsidy_vnd, weights), strict=True))
