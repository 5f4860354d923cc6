"""Money is whole đồng in an int: the đồng has no minor unit (ISO 4217 exponent 0)."""

from collections.abc import Sequence


def dong(amount: int) -> str:
    """Write an amount as people read it: ``125000`` -> ``125.000 ₫`` (no-break space, and a true minus below zero)."""
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    return sign + f"{abs(amount):,}".replace(",", ".") + "\N{NO-BREAK SPACE}₫"


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` đồng over integer weights so that the parts add up to it exactly.

    Largest remainder; ties go to the earlier part. All-zero weights split evenly.
    Raises ValueError for no weights or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be non-negative and not empty")
    shares = list(weights) if any(weights) else [1] * len(weights)
    whole = sum(shares)
    parts = [total * share // whole for share in shares]
    remainders = [total * share % whole for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: (-remainders[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def share_bp(amount: int, basis_points: int) -> int:
    """``basis_points`` (1/100 of a percent) of an amount, rounded half up to whole đồng."""
    return (amount * basis_points + 5_000) // 10_000
