"""What of a booth's fee the fair pays for its exhibitor: by the fair's rule, in whole đồng, spread over the days."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from core.money import allocate
from shop.fairs.rulebook import WHOLE_BP, Subsidy


def subsidy_of(rule: Subsidy | None, price_vnd: int, areas: Collection[str], stars: int) -> int:
    """The part of ``price_vnd`` that the fair pays: a share of it, at most so many đồng, for producers of one of the
    rule's areas (any, when none is named) who show a product of enough stars.

    ``areas``: the codes of the producer's commune and of what it lies in. Rounded down to whole đồng.
    """
    if rule is None or (rule.areas and not rule.areas & set(areas)) or stars < rule.stars_min:
        return 0
    part = price_vnd * min(rule.share_bp, WHOLE_BP) // WHOLE_BP
    return part if rule.most_vnd is None else min(part, rule.most_vnd)


def spread(subsidy_vnd: int, prices: Mapping[date, int], days: Sequence[date]) -> dict[date, int]:
    """The subsidy over the booked days by their prices: the parts add up exactly, and none exceeds its day's price."""
    weights = [prices[day] for day in days]
    if subsidy_vnd == 0 or not sum(weights):
        return dict.fromkeys(days, 0)
    return dict(zip(days, allocate(subsidy_vnd, weights), strict=True))
